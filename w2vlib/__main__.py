"""`python -m w2vlib` is the command `w2v`."""

from .commands import main

if __name__ == "__main__":
    main()
