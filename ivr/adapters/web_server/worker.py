"""A worker of gunicorn in which no thread waits for a client.

One loop reads requests until they are whole and writes answers until they are taken,
each with a deadline for all of it; threads get whole requests and leave whole answers.
So a client that drips a request, holds a connection open, or does not read its answer
costs a descriptor and some memory, and never a thread. When connections run out, the
slowest one makes room.
"""

import errno
import resource
import selectors
import socket
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from http import HTTPStatus
from typing import Any, ClassVar

from gunicorn.http import get_parser  # type: ignore[import-untyped]
from gunicorn.http.errors import NoMoreData  # type: ignore[import-untyped]
from gunicorn.workers.gthread import ThreadWorker  # type: ignore[import-untyped]

from ivr.adapters.web_server.answer_buffer import AnswerBuffer, AnswerStream
from ivr.adapters.web_server.incoming_request import (
    IncomingRequest,
    Lane,
    Lanes,
    Refusal,
    RequestProgress,
)

HEAD_WITHIN, BODY_WITHIN, PARTS_WITHIN = 10.0, 10.0, 2.0
"""Seconds: until the head is there, then until the body is, and for a goodbye."""

ANSWER_WITHIN, SLOWEST = 20.0, 16 * 1024
"""Seconds within which an answer must be taken, and the bytes a second at which a slow
line may take a large one in addition."""

AT_ONCE = 64 * 1024
DRAINED = 256 * 1024
"""Bytes of a refused request that are thrown away, so that its answer is seen."""

NOBODY = frozenset({errno.EAGAIN, errno.ECONNABORTED, errno.EWOULDBLOCK})
NO_ROOM = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM})
"""Why a connection cannot come in: it has gone again, or the system has no more
room."""

SWEEP = 0.5
"""Seconds between two looks at who is late."""

REFUSED = {
    408: "The request came too slowly.",
    431: "The request has too many, or too long, headers.",
    503: "Too many are here just now. Try again in a moment.",
}


@dataclass(eq=False, slots=True)
class Connection:
    """One client's connection, with the bytes that have come and those to send."""

    sock: socket.socket
    client: Any
    server: Any
    incoming: IncomingRequest
    due: float = 0.0
    going: memoryview = field(default_factory=lambda: memoryview(b""))
    stays: bool = False
    drained: int = -1
    """Bytes thrown away of a request that is not read; -1 while it is read."""

    is_here: bool = False
    """Whether the loop has it, and no thread."""


@dataclass(frozen=True, slots=True)
class _RequestSocket:
    """The parts of a connection that gunicorn asks for while it answers one request."""

    sock: AnswerBuffer
    client: Any
    server: Any


class PatientWorker(ThreadWorker):  # type: ignore[misc]
    """Reads and writes in the loop; a pool of threads for each lane.

    A subclass says which lanes there are, how many threads each has, and what time it
    is.
    """

    lanes: ClassVar[Lanes]
    clock: ClassVar[Callable[[], float]]
    """Seconds on a steady clock."""

    threads: ClassVar[Mapping[str, int]]

    def init_process(self) -> None:
        """Make what must not be shared with the process that forked us."""
        self._pools = {
            name: ThreadPoolExecutor(count, thread_name_prefix=name)
            for name, count in self.threads.items()
        }
        self._busy = dict.fromkeys(self.threads, 0)
        self._open: dict[Connection, None] = {}
        self._swept = 0.0
        # The other half is for the store, the database and files.
        most = int(self.cfg.worker_connections)
        self.worker_connections = min(most, allow_files(2 * most) // 2)
        super().init_process()

    def get_thread_pool(self) -> ThreadPoolExecutor:
        """The pool of the server's own: one of ours, for it waits for it at the end."""
        return next(iter(self._pools.values()))

    def handle_quit(self, sig: int, frame: Any) -> None:
        """End at once."""
        for pool in self._pools.values():
            pool.shutdown(wait=False)
        super().handle_quit(sig, frame)

    # --- coming in --------------------------------------------------------------

    def accept(self, listener: socket.socket) -> None:
        """Let a connection in; who has been slow for longest makes room."""
        try:
            sock, client = listener.accept()
        except OSError as error:
            if error.errno in NO_ROOM:
                self._make_room()
            elif error.errno not in NOBODY:
                raise
            return
        if self.nr_conns >= self.worker_connections - 1:
            self._make_room()
        sock.settimeout(0)
        conn = Connection(
            sock, client, listener.getsockname(), IncomingRequest(self._get_lanes())
        )
        self.nr_conns += 1
        self._open[conn] = None
        conn.due = self._deadline_in(HEAD_WITHIN)
        self._watch_socket(conn, selectors.EVENT_READ)
        self._read_bytes(conn, sock)

    def _get_lanes(self) -> Lanes:
        return type(self).lanes

    def _read_clock(self) -> float:
        return type(self).clock()

    def _deadline_in(self, seconds: float) -> float:
        return self._read_clock() + seconds

    def _watch_socket(self, conn: Connection, events: int) -> None:
        """Wait for the client, in the loop."""
        what = self._read_bytes if events == selectors.EVENT_READ else self._write_more
        self.poller.register(conn.sock, events, partial(what, conn))
        conn.is_here = True

    def _unwatch_socket(self, conn: Connection) -> None:
        """Stop waiting for the client."""
        if conn.is_here:
            conn.is_here = False
            self.poller.unregister(conn.sock)

    def _read_bytes(self, conn: Connection, _: Any) -> None:
        try:
            came = conn.sock.recv(AT_ONCE)
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            came = b""
        if not came:
            self._close_connection(conn)
        elif conn.drained >= 0:
            self._discard_bytes(conn, len(came))
        else:
            self._add_bytes(conn, came)

    def _add_bytes(self, conn: Connection, came: bytes) -> None:
        before = conn.incoming.stage
        try:
            stage = conn.incoming.add_bytes(came)
        except Refusal as refusal:
            self._refuse_request(conn, refusal.status)
            return
        self._advance_stage(conn, before, stage)

    def _advance_stage(
        self, conn: Connection, before: RequestProgress, stage: RequestProgress
    ) -> None:
        if stage is RequestProgress.WHOLE:
            self._unwatch_socket(conn)
            self._submit_request(conn)
        elif stage is not before:
            within = BODY_WITHIN if stage is RequestProgress.BODY else HEAD_WITHIN
            conn.due = self._deadline_in(within)
            if conn.incoming.expects:
                with suppress(OSError):
                    conn.sock.send(b"HTTP/1.1 100 Continue\r\n\r\n")

    # --- in a thread ------------------------------------------------------------

    def _submit_request(self, conn: Connection) -> None:
        lane = conn.incoming.lane
        if not self._has_room(lane):
            self._refuse_request(conn, HTTPStatus.SERVICE_UNAVAILABLE)
            return
        self._busy[lane.name] += 1
        done = self._pools[lane.name].submit(
            self.handle, conn, conn.incoming.take_request()
        )
        done.add_done_callback(
            lambda future: self.method_queue.defer(
                self._on_answered, conn, lane.name, future
            )
        )

    def _has_room(self, lane: Lane) -> bool:  # noqa: ARG002 - for those who have none
        return True

    def _make_buffer(self, conn: Connection) -> AnswerBuffer:  # noqa: ARG002 - a stream wants it
        return AnswerBuffer()

    def handle(self, conn: Connection, request: bytes) -> bool:
        """Answer one whole request; whether the connection may bring another."""
        out, req, stays = self._make_buffer(conn), None, False
        try:
            parser = get_parser(self.cfg, iter([request]), conn.client)
            req = next(parser)
            turn = _RequestSocket(out, conn.client, conn.server)
            stays = self.handle_request(req, turn) and parser.finish_body()
        except (NoMoreData, StopIteration) as error:
            self.log.debug("Closing connection. %s", error)
        except OSError as error:
            self.log.debug("Client is gone. %s", error)
        except Exception as error:  # noqa: BLE001 - the server's own table of answers
            self.handle_error(req, out, conn.client, error)
        conn.going = memoryview(out.take_bytes())
        self._send_answer(conn)
        return stays

    # --- going out --------------------------------------------------------------

    def _send_answer(self, conn: Connection) -> None:
        """Send what the client takes now."""
        try:
            while conn.going:
                conn.going = conn.going[conn.sock.send(conn.going) :]
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            conn.going, conn.drained = memoryview(b""), DRAINED

    def _on_answered(self, conn: Connection, lane: str, future: "Future[bool]") -> None:
        self._busy[lane] -= 1
        is_done = not future.cancelled() and future.exception() is None
        conn.stays = is_done and future.result()
        self._send_or_finish(conn)

    def _send_or_finish(self, conn: Connection) -> None:
        """Go on with a connection, after as much of an answer as was taken."""
        if conn.going:
            if not conn.is_here:
                conn.due = self._deadline_in(ANSWER_WITHIN + len(conn.going) / SLOWEST)
                self._watch_socket(conn, selectors.EVENT_WRITE)
            return
        self._unwatch_socket(conn)
        if conn.drained >= 0:
            self._half_close(conn)
        elif conn.stays:
            self._await_next(conn)
        else:
            self._close_connection(conn)

    def _write_more(self, conn: Connection, _: Any) -> None:
        self._send_answer(conn)
        self._send_or_finish(conn)

    def _await_next(self, conn: Connection) -> None:
        conn.due = self._deadline_in(
            float(self.cfg.keepalive) if self.alive else PARTS_WITHIN
        )
        self._watch_socket(conn, selectors.EVENT_READ)
        if conn.incoming.stage is not RequestProgress.NOTHING:
            conn.due = self._deadline_in(HEAD_WITHIN)
            self._add_bytes(conn, b"")

    # --- the end ----------------------------------------------------------------

    def _refuse_request(self, conn: Connection, status: int) -> None:
        """Say why a request is not read, and read no more of it than necessary."""
        self._unwatch_socket(conn)
        conn.drained, conn.stays = 0, False
        conn.going = memoryview(_refusal_bytes(status))
        self._send_answer(conn)
        self._send_or_finish(conn)

    def _half_close(self, conn: Connection) -> None:
        """Leave politely: what is still unread would take the answer away."""
        if conn.drained >= DRAINED:
            self._close_connection(conn)
            return
        with suppress(OSError):
            conn.sock.shutdown(socket.SHUT_WR)
        conn.due = self._deadline_in(PARTS_WITHIN)
        self._watch_socket(conn, selectors.EVENT_READ)

    def _discard_bytes(self, conn: Connection, count: int) -> None:
        conn.drained += count
        if conn.drained >= DRAINED:
            self._close_connection(conn)

    def _close_connection(self, conn: Connection) -> None:
        if self._open.pop(conn, self) is self:
            return
        self._unwatch_socket(conn)
        self.nr_conns -= 1
        conn.sock.close()

    def _make_room(self) -> None:
        here = [each for each in self._open if each.is_here]
        # Connections that were answered before are a proxy's as a rule: they go last.
        slowest = min(here, key=lambda each: each.stays, default=None)
        if slowest is not None:
            self._close_connection(slowest)

    def murder_keepalived(self, force: bool = False) -> None:  # noqa: FBT001, FBT002
        """Close connections that are late; the server's loop calls this often."""
        now = self._read_clock()
        if now < self._swept + SWEEP and not force:
            return
        self._swept = now
        late = [each for each in self._open if force or each.due <= now]
        for conn in [each for each in late if each.is_here]:
            is_slow = conn.incoming.stage in {
                RequestProgress.HEAD,
                RequestProgress.BODY,
            }
            if is_slow and conn.drained < 0 and not (conn.going or force):
                self._refuse_request(conn, HTTPStatus.REQUEST_TIMEOUT)
            else:
                self._close_connection(conn)

    def murder_pending(self) -> None:
        """Do nothing: no connection is pending here, see ``murder_keepalived``."""

    def _cap_keepalive(self, deadline: float) -> None:
        """Part with all who have asked for nothing by ``deadline``: we are ending."""
        for conn in self._open:
            if conn.is_here:
                conn.due = min(conn.due, deadline)


class StreamingWorker(PatientWorker):
    """Answers go out as they are made; with no thread free, nobody waits for one."""

    patience: ClassVar[float] = 5.0
    """Seconds within which each part of an answer must be taken."""

    def _has_room(self, lane: Lane) -> bool:
        return self._busy[lane.name] < self.threads[lane.name]

    def _make_buffer(self, conn: Connection) -> AnswerBuffer:
        return AnswerStream(conn.sock, self.patience)

    def handle(self, conn: Connection, request: bytes) -> bool:
        """Answer one request while its answer is made."""
        stays = super().handle(conn, request)
        conn.sock.settimeout(0)
        return stays


def allow_files(wanted: int) -> int:
    """Let this process open this many files, if it may; return how many it may."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY or soft >= wanted:
        return wanted
    allowed = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    # A system may have a limit of its own below the one that it tells.
    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))
        return allowed
    return soft


def _refusal_bytes(status: int) -> bytes:
    reason = HTTPStatus(status).phrase
    text = f"{REFUSED.get(status, reason)}\n"
    lines = (
        f"HTTP/1.1 {status} {reason}",
        "Connection: close",
        "Content-Type: text/plain; charset=utf-8",
        f"Content-Length: {len(text)}",
        "Cache-Control: no-store",
        "X-Content-Type-Options: nosniff",
    )
    return ("\r\n".join(lines) + f"\r\n\r\n{text}").encode("ascii")
