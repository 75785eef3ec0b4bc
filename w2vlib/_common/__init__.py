"""What every room uses and none is about: checked arguments, files, threads, progress bars."""
