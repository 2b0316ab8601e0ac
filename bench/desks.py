"""Desks that are open with nobody before them: each follows its events as a page does.

``python -m bench.desks EVENTS NOW`` reads cookies, one a line, and prints a line when
the streams of all of them are open. A desk that is told of a change asks for what is
so now, as the real page does.
"""

import sys
import threading
from collections.abc import Sequence
from http.client import HTTPConnection, HTTPResponse
from urllib.parse import SplitResult, urlsplit


def main(events: str, now: str, cookies: Sequence[str]) -> None:
    """Follow all of them until ended."""
    opened = threading.Barrier(len(cookies) + 1)
    for cookie in cookies:
        parts = (urlsplit(events), urlsplit(now), cookie, opened)
        threading.Thread(target=_follow, args=parts).start()
    opened.wait()
    sys.stdout.write("open\n")
    sys.stdout.flush()


def _follow(
    events: SplitResult, now: SplitResult, cookie: str, opened: threading.Barrier
) -> None:
    page = HTTPConnection(now.netloc)
    try:
        stream = _asked(HTTPConnection(events.netloc), events, cookie)
    except BaseException:
        opened.abort()
        raise
    opened.wait()
    for line in stream:
        if line == b"event: changed\n":
            _asked(page, now, cookie).read()


def _asked(to: HTTPConnection, where: SplitResult, cookie: str) -> HTTPResponse:
    to.request("GET", where.path, headers={"Cookie": cookie, "HX-Request": "true"})
    answer = to.getresponse()
    if answer.status != 200:  # noqa: PLR2004 - it has only this to say
        raise RuntimeError(f"{where.path} answers {answer.status}")
    return answer


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.stdin.read().split("\n"))
