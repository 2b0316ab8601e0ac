"""Desks that are open with nobody before them: each follows its events as a page does.

``python -m bench.desks EVENTS NOW`` reads cookies, one a line, and prints a line when
the streams of all of them are open. A desk that is told of a change asks for what is
so now, as the real page does.
"""

import sys
import threading
from collections.abc import Sequence
from http import HTTPStatus
from http.client import HTTPConnection, HTTPResponse
from urllib.parse import SplitResult, urlsplit

from bench.house import PATIENCE
from ivr.adapters.system import pause

AGAIN = 0.5
"""Seconds until a stream that was refused is asked for again."""


def main(events: str, now: str, cookies: Sequence[str]) -> None:
    """Follow all of them until ended."""
    opened = threading.Barrier(len(cookies) + 1)
    parts = [(urlsplit(events), urlsplit(now), each, opened) for each in cookies]
    threads = [threading.Thread(target=_follow, args=p, daemon=True) for p in parts]
    for thread in threads:
        thread.start()
    opened.wait(PATIENCE)
    sys.stdout.write("open\n")
    sys.stdout.flush()
    for thread in threads:
        thread.join()


def _follow(
    events: SplitResult, now: SplitResult, cookie: str, opened: threading.Barrier
) -> None:
    page = HTTPConnection(now.netloc)
    context = events._replace(path=f"{events.path}/here")
    stream = _opened(events, cookie)
    opened.wait()
    beats = 0
    for line in stream:
        if line == b"event: changed\n":
            _asked(page, now, cookie).read()
        elif line == b"event: here\n":
            beats += 1
            if beats % 2 == 0:
                _asked(HTTPConnection(context.netloc), context, cookie).read()


def _opened(events: SplitResult, cookie: str) -> HTTPResponse:
    """The stream; a house that is busy is asked again, as the page does."""
    while True:
        stream = _asked(HTTPConnection(events.netloc), events, cookie)
        if stream.status == HTTPStatus.OK:
            return stream
        pause(threading.Event(), AGAIN)


def _asked(to: HTTPConnection, where: SplitResult, cookie: str) -> HTTPResponse:
    to.request("GET", where.path, headers={"Cookie": cookie, "HX-Request": "true"})
    return to.getresponse()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.stdin.read().split("\n"))
