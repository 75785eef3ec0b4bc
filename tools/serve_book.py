"""Build the book and show it on this machine alone.

    make serve PORT=8000

The port is tried first, so that nothing is built in vain.
"""

from __future__ import annotations

import functools
import os
import sys
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import build_book

LARGEST = 65535


def main() -> int:
    given = os.environ.get("PORT") or "8000"
    if not (given.isascii() and given.isdigit() and len(given) < 6 and 0 < int(given) <= LARGEST):
        sys.exit(f"PORT must be a whole number between 1 and {LARGEST}, not {given!r}: make serve PORT=8000")
    handler = functools.partial(SimpleHTTPRequestHandler, directory=str(build_book.HTML))
    try:
        server = ThreadingHTTPServer(("127.0.0.1", int(given)), handler)
    except OSError as error:
        sys.exit(f"Port {given} cannot be used ({error.strerror}); name another: make serve PORT=8001")
    with server:
        if code := build_book.main():
            return code
        print(f"The book: http://localhost:{given} (Ctrl-C ends)", flush=True)
        server.serve_forever()
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit("Stopped.")
