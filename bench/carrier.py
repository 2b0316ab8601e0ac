"""A carrier that says yes to everything and notes when each request came.

``python -m bench.carrier PORT`` prints one line for each request: the moment at
which its first byte was there (seconds of the machine's steady clock, which all
processes share), the verb and the path.
"""

import itertools
import socket
import sys
import threading
from typing import BinaryIO

from ivr.adapters.system import elapsed

_SIDS = itertools.count(1)
_ANSWER = (
    "HTTP/1.1 201 CREATED\r\nContent-Type: application/json\r\n"
    "Content-Length: {length}\r\n\r\n{body}"
)


def main(port: int) -> None:
    """Serve on loopback until ended."""
    with socket.create_server(("127.0.0.1", port), backlog=64) as server:
        while True:
            connection, _ = server.accept()
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=_serve, args=(connection,), daemon=True).start()


def _serve(connection: socket.socket) -> None:
    with connection, connection.makefile("rb") as lines:
        # Looked at before it is read: the moment is that of the first byte.
        while connection.recv(1, socket.MSG_PEEK):
            came = elapsed()
            verb, path, _ = lines.readline().decode("latin-1").split(" ", 2)
            _pass_over(lines)
            sys.stdout.write(f"{came!r} {verb} {path}\n")
            sys.stdout.flush()
            connection.sendall(_answer(path))


def _pass_over(lines: BinaryIO) -> None:
    """Read the headers and the body."""
    length = 0
    while (header := lines.readline()) not in {b"\r\n", b""}:
        name, _, value = header.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    lines.read(length)


def _answer(path: str) -> bytes:
    created = path.endswith("/Calls.json")
    sid = f"CA{next(_SIDS):032x}" if created else path.rpartition("/")[2][:-5]
    body = f'{{"sid": "{sid}", "status": "queued"}}'
    return _ANSWER.format(length=len(body), body=body).encode()


if __name__ == "__main__":
    main(int(sys.argv[1]))
