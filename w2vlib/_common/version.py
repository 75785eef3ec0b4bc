"""The version of the package, which files that it writes can name."""

VERSION = "1.0.0"
