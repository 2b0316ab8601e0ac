"""A request on its way in: the bytes so far, and whether it is whole.

We look no further into it than that needs. Then the parser gets these bytes and no
others, so that no two can disagree about where a request ends.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

HEAD = 32 * 1024
"""The most bytes of a request line and its headers together."""

_END = b"\r\n\r\n"
_LENGTH = re.compile(rb"(?i)\r\ncontent-length:[ \t]*([0-9]{1,18})[ \t]*(?=\r\n)")
_CHUNKED = re.compile(rb"(?i)\r\ntransfer-encoding:")
_EXPECTS = re.compile(rb"(?i)\r\nexpect:[ \t]*100-continue")


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """Where a request is answered, and what it may bring.

    ``name`` is one of the worker's pools of threads. ``most`` are the bytes of a body,
    ``refusal`` is what a larger one is answered.
    """

    name: str
    most: int
    refusal: int = 413


Lanes = Callable[[str], Lane]
"""The lane of a path."""


class RequestProgress(Enum):
    """How much of a request is there."""

    NOTHING = "nothing"
    HEAD = "head"
    BODY = "body"
    WHOLE = "whole"


class Refusal(Exception):
    """A request that will not be read; ``status`` is the answer."""

    def __init__(self, status: int) -> None:
        super().__init__(f"refused with {status}")
        self.status = status


class IncomingRequest:
    """The bytes of a connection that no request was made of yet."""

    def __init__(self, lanes: Lanes) -> None:
        self._lanes = lanes
        self._begin_request(bytearray())

    def _begin_request(self, came: bytearray) -> None:
        self._came = came
        self._looked = 0
        self._lane: Lane | None = None
        self._head = 0
        self._end: int | None = None
        self.expects = False
        """Whether the client waits to be told that it may send the body."""

    @property
    def stage(self) -> RequestProgress:
        """How much of the next request is there."""
        if self._end is not None and len(self._came) >= self._end:
            return RequestProgress.WHOLE
        if self._head:
            return RequestProgress.BODY
        return RequestProgress.HEAD if self._came else RequestProgress.NOTHING

    @property
    def lane(self) -> Lane:
        """The lane of the request whose head is there."""
        assert self._lane is not None  # noqa: S101 - asked for a whole request alone
        return self._lane

    def add_bytes(self, came: bytes) -> RequestProgress:
        """Take what has come; Refusal as soon as it is too much."""
        self._came += came
        if not self._head:
            self._find_head()
        if self._head and self._end is None:
            self._find_end()
        return self.stage

    def take_request(self) -> bytes:
        """The bytes of the whole request; what came after them begins the next.

        It is read when more is added, even nothing.
        """
        end = self._end or 0
        taken, rest = bytes(self._came[:end]), self._came[end:]
        self._begin_request(rest)
        return taken

    def _find_head(self) -> None:
        found = self._came.find(_END, max(0, self._looked - len(_END)))
        self._looked = len(self._came)
        if found > HEAD or (found < 0 and len(self._came) > HEAD):
            raise Refusal(431)
        if found < 0:
            return
        self._head = found + len(_END)
        self._looked = self._head
        head = bytes(self._came[: self._head])
        self._lane = self._lanes(_path_of(head))
        self.expects = bool(_EXPECTS.search(head))
        if not _CHUNKED.search(head):
            lengths = _LENGTH.findall(head)
            self._end = self._head + max(map(int, lengths), default=0)
            if self._end - self._head > self._lane.most:
                raise Refusal(self._lane.refusal)

    def _find_end(self) -> None:
        """Go on from chunk to chunk; what is no chunk is the parser's to refuse."""
        while (line := self._came.find(b"\r\n", self._looked)) >= 0:
            size = _size_of(bytes(self._came[self._looked : line]))
            if not size:
                self._find_trailer(line, is_chunk=size == 0)
                return
            beyond = line + 2 + size + 2
            self._limit_body(beyond)
            if beyond > len(self._came):
                return
            self._looked = beyond
        self._limit_body(len(self._came))

    def _find_trailer(self, line: int, *, is_chunk: bool) -> None:
        if not is_chunk:
            self._end = len(self._came)
            return
        found = self._came.find(_END, line)
        self._limit_body(len(self._came))
        if found >= 0:
            self._end = found + len(_END)

    def _limit_body(self, end: int) -> None:
        # The frame of a chunk is a few bytes: a body of many small ones is refused too.
        if end - self._head > 2 * self.lane.most + HEAD:
            raise Refusal(self.lane.refusal)


def _path_of(head: bytes) -> str:
    words = head.partition(b"\r\n")[0].split(b" ")
    target = words[1] if len(words) > 1 else b""
    return target.partition(b"?")[0].decode("latin-1")


def _size_of(line: bytes) -> int | None:
    digits = line.partition(b";")[0].strip()
    if not re.fullmatch(rb"[0-9A-Fa-f]{1,8}", digits):
        return None
    return int(digits, 16)
