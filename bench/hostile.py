"""Clients that mean no good, as long as they are let: ``python -m bench.hostile PORT``.

Slow ones (half a head, half a body, a file that is asked for and not read), huge
bodies, and sign-ins with names of marks or of nobody. Whoever is cut off comes again
after a moment. It prints a line when all of them have come, and gives way to all else:
in earnest they would run on machines of their own.
"""

import http.client
import itertools
import os
import re
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress

from ivr.adapters.system import pause

SLOW, HUGE, SIGN_INS = 200, 50, 20
REST = 1.0
"""Seconds until somebody who was cut off comes again."""

LARGE = 50_000_000
FORM = "Host: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"
BODY = f"POST /voice/incoming HTTP/1.1\r\n{FORM}Content-Length: 300\r\n\r\na"
SLOWLY = (
    "POST /voice/incoming HTTP/1.1\r\nHost: x\r\nX-A: ",
    BODY,
    "GET /desk/vendor/twilio.min.js HTTP/1.1\r\nHost: x\r\n\r\n",
    BODY.replace("/voice/incoming", "/"),
)
ANNOUNCED = f"POST /voice/incoming HTTP/1.1\r\n{FORM}Content-Length: {LARGE}\r\n\r\n"
MARKS = "a" + "\u0315\u0300" * 62_000

NEVER = threading.Event()


def main(port: int) -> None:
    """Keep all of them at it until ended."""
    os.nice(19)
    turns = itertools.count()
    crowd: list[Callable[[], object]] = [
        *[lambda: _drip(port, SLOWLY[next(turns) % len(SLOWLY)])] * SLOW,
        *[lambda: _pour(port)] * HUGE,
        *[lambda: _knock(port, next(turns))] * SIGN_INS,
    ]
    come = threading.Barrier(len(crowd) + 1)
    for each in crowd:
        threading.Thread(target=_again, args=(each, come), daemon=True).start()
    come.wait()
    sys.stdout.write("held\n")
    sys.stdout.flush()
    NEVER.wait()


def _again(harm: Callable[[], object], come: threading.Barrier) -> None:
    come.wait()
    while True:
        with suppress(OSError, http.client.HTTPException):
            harm()
        pause(NEVER, REST)


def _drip(port: int, said: str) -> None:
    """Say something, then a letter a second, and read nothing."""
    with _connected(port) as slow:
        slow.sendall(said.encode())
        while True:
            pause(NEVER, 1.0)
            slow.sendall(b"b")


def _pour(port: int) -> None:
    """Announce a huge body and send it as fast as it is taken."""
    with _connected(port) as sends:
        sends.sendall(ANNOUNCED.encode())
        for _ in range(LARGE // 65536):
            sends.sendall(b"x" * 65536)


def _knock(port: int, number: int) -> None:
    """Sign in as somebody with a hostile name, or as nobody."""
    client = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    client.request("GET", "/")
    page = client.getresponse()
    text = page.read().decode()
    cookie = page.headers.get("Set-Cookie", "").partition(";")[0]
    token = re.search(r'name="csrf_token" value="([^"]+)"', text)
    name = f"nobody-{number}" if number % 2 else MARKS
    form = {"csrf_token": token[1] if token else "", "password": "x" * 20, "code": "1"}
    body = b"".join(_parts(form | {"name": name}))
    kind = "multipart/form-data; boundary=B"
    client.request("POST", "/", body, {"Cookie": cookie, "Content-Type": kind})
    client.getresponse().read()
    client.close()


def _parts(form: dict[str, str]) -> Iterator[bytes]:
    for name, value in form.items():
        head = f'--B\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'
        yield f"{head}{value}\r\n".encode()
    yield b"--B--\r\n"


def _connected(port: int) -> socket.socket:
    made = socket.socket()
    made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
    made.settimeout(30)
    made.connect(("127.0.0.1", port))
    return made


if __name__ == "__main__":
    main(int(sys.argv[1]))
