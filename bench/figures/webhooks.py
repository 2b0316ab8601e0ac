"""Webhook requests, against a bare Flask route under the same gunicorn.

Each call of a round goes from the first ring into the queue: every request signed,
read and committed once in Redis, every answer a document. The bare route is sent the
same bytes as often, in turns, so that a busy machine harms both alike. Workers do not
run: what they do beside it is not the webhook's, and would be taken from the same
cores. Told are requests a second, and the processor time of one: of the web's processes
and the store's.
"""

import socket
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from urllib.parse import urlencode

from twilio.request_validator import RequestValidator

from bench.house import House, free_port, house
from bench.processor import processor_seconds
from bench.report import Figure, Say
from bench.scale import Scale
from ivr.adapters.system import elapsed

SHARE = 0.5
CONNECTIONS = 16
"""As many at once as gunicorn has threads."""

WARM = 1
"""Rounds that are thrown away: the first one compiles, connects and imports."""

KEYS = ("1", "1", "0")
"""The language, the topic, and the answer of whoever would not say where."""

Request = bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sender:
    """How requests are sent: all of a connection's over it, or each over its own."""

    keeps: bool
    processor_share: float

    @property
    def name(self) -> str:
        return "connections kept" if self.keeps else "a connection each"


SENDERS = (
    _Sender(keeps=True, processor_share=0.33),
    _Sender(keeps=False, processor_share=0.40),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Faces:
    """Ours and the bare one, each by its port and the processes that answer there."""

    built: House
    bare_port: int
    ours: Sequence[int]
    bare: Sequence[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cost:
    """Requests a second, and seconds of processor time for one of them."""

    rate: float
    processor: float


def run(scale: Scale, say: Say) -> Iterator[Figure]:
    """The figures: with connections that are kept, and with one for each request."""
    say("webhooks: a house, and a bare route beside it")
    with TemporaryDirectory(prefix="bench-") as folder, house(Path(folder)) as built:
        faces = _start_faces(built)
        for place, sender in enumerate(SENDERS):
            rounds = range(place * 100, place * 100 + scale.rounds + WARM)
            costs = [_round(faces, sender, each, scale) for each in rounds]
            yield from _figures(sender, costs[WARM:])
            say(f"webhooks: {sender.name} done")


def _start_faces(built: House) -> _Faces:
    built.web(built.port)
    bare_port = free_port()
    built.web(bare_port, "bench.bare:application()")
    ours, bare = (process.pid for process in built.started[-2:])
    store = int(built.redis.info("server")["process_id"])
    return _Faces(built=built, bare_port=bare_port, ours=(ours, store), bare=(bare,))


def _round(
    faces: _Faces, sender: _Sender, number: int, scale: Scale
) -> tuple[_Cost, _Cost]:
    """What the same calls cost, ours and the bare ones."""
    ours = list(calls(faces.built, scale.calls_a_round, number))
    bare = _cost([_bare(call) for call in ours], faces.bare_port, sender, faces.bare)
    return _cost(ours, faces.built.port, sender, faces.ours), bare


def _cost(
    calls: Sequence[Sequence[Request]],
    port: int,
    sender: _Sender,
    processes: Sequence[int],
) -> _Cost:
    before = sum(map(processor_seconds, processes))
    rate = _rate(calls, port, sender)
    used = sum(map(processor_seconds, processes)) - before
    return _Cost(rate=rate, processor=used / sum(map(len, calls)))


def _figures(sender: _Sender, costs: Sequence[tuple[_Cost, _Cost]]) -> Iterator[Figure]:
    ours, bare = zip(*costs, strict=True)
    share = median(one.rate / other.rate for one, other in costs)
    yield Figure(
        what=f"webhook steps, from the ring into the queue, {sender.name}",
        value=f"{median(each.rate for each in ours):,.0f} a second, {share:.2f} x",
        against=f"bare Flask route: {median(each.rate for each in bare):,.0f} a second",
        target=f">= {SHARE} x",
        met=share >= SHARE,
    )
    share = median(other.processor / one.processor for one, other in costs)
    used, least = (median(each.processor for each in side) for side in (ours, bare))
    yield Figure(
        what=f"processor time of one, the store's included, {sender.name}",
        value=f"{used * 1e6:,.0f} us, {share:.2f} x",
        against=f"bare Flask route: {least * 1e6:,.0f} us",
        target=f">= {sender.processor_share:.2f} x",
        met=share >= sender.processor_share,
    )


def calls(built: House, count: int, number: int) -> Iterator[list[Request]]:
    """The requests of so many calls; ``number`` tells one lot from another."""
    for each in range(count):
        yield list(_requests(built, number, each))


def taken(built: House, count: int, number: int) -> Iterator[float]:
    """Seconds for each request of so many calls, one after the other.

    Each goes over a connection of its own, and must be answered well.
    """
    for call in calls(built, count, number):
        for request in call:
            with connected(built.port) as connection:
                began = elapsed()
                answer = answered(connection, request)
                yield elapsed() - began
            if not answer.startswith(b"HTTP/1.1 200"):
                raise RuntimeError(f"not a proper answer: {answer[:200]!r}")


def _requests(built: House, number: int, each: int) -> Iterator[Request]:
    line = next(iter(built.context.ports.content.lines().values()))
    form = {
        "CallSid": f"CA{number:016x}{each:016x}",
        "AccountSid": built.env["TWILIO_ACCOUNT_SID"],
        "From": _caller(number * 1_000 + each),
        "To": line.numbers[0],
        "CallStatus": "ringing",
        "ApiVersion": "2010-04-01",
        "Direction": "inbound",
        "FromCountry": "GB",
        "FromCity": "",
        "ToCountry": "US",
        "StirVerstat": "TN-Validation-Passed-C",
    }
    yield _signed(built, "/voice/incoming", form)
    form["CallStatus"] = "in-progress"
    for step, keys in enumerate(KEYS):
        yield _signed(built, f"/voice/step?n={step}", {**form, "Digits": keys})


def _caller(place: int) -> str:
    """A number of its own for each of 80,000 calls; nobody has one of these."""
    area, last = divmod(place % 80_000, 100)
    return f"+1{200 + area}55501{last:02d}"


def _signed(built: House, path: str, form: Mapping[str, str]) -> Request:
    validator = RequestValidator(built.env["TWILIO_AUTH_TOKEN"])
    signature = validator.compute_signature(built.context.public_url + path, dict(form))
    body = urlencode(form)
    return (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n"
        "User-Agent: TwilioProxy/1.1\r\nAccept: */*\r\n"
        f"X-Twilio-Signature: {signature}\r\n"
        f"Content-Length: {len(body)}\r\n\r\n{body}"
    ).encode()


def _bare(call: Sequence[Request]) -> list[Request]:
    return [
        b"POST /bare HTTP/1.1\r\n" + request.partition(b"\r\n")[2] for request in call
    ]


def _rate(calls: Sequence[Sequence[Request]], port: int, sender: _Sender) -> float:
    """Requests answered per second, over a few connections at once."""
    parts = [calls[start::CONNECTIONS] for start in range(CONNECTIONS)]
    faults: list[bytes] = []
    threads = [
        threading.Thread(target=_send, args=(part, port, sender, faults))
        for part in parts
    ]
    began = elapsed()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = elapsed() - began
    if faults:
        raise RuntimeError(f"not a proper answer: {faults[0][:200]!r}")
    return sum(map(len, calls)) / took


def _send(
    calls: Sequence[Sequence[Request]],
    port: int,
    sender: _Sender,
    faults: list[bytes],
) -> None:
    requests = [each for call in calls for each in call]
    for part in [requests] if sender.keeps else [[each] for each in requests]:
        with connected(port) as connection:
            for request in part:
                answer = answered(connection, request)
                if not answer.startswith(b"HTTP/1.1 200"):
                    faults.append(answer)
                    return


def answered(connection: socket.socket, request: Request) -> bytes:
    """The whole answer to a request."""
    connection.sendall(request)
    answer = connection.recv(65536)
    while not _is_whole(answer):
        answer += connection.recv(65536)
    return answer


@contextmanager
def connected(port: int) -> Iterator[socket.socket]:
    """A connection on which nothing is held back."""
    with socket.create_connection(("127.0.0.1", port), 10) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        yield connection


def _is_whole(answer: bytes) -> bool:
    head, _, body = answer.partition(b"\r\n\r\n")
    found = head.lower().partition(b"content-length:")[2]
    return len(body) == int(found.partition(b"\r\n")[0])
