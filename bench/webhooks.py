"""Webhook requests per second, against a bare Flask route under the same gunicorn.

Each call of a round goes from the first ring into the queue: every request signed,
read and committed once in Redis, every answer a document. The bare route is sent the
same bytes as often, in turns, so that a busy machine harms both alike. Workers do not
run: what they do beside it is not the webhook's, and would be taken from the same
cores.
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

    @property
    def name(self) -> str:
        return "connections kept" if self.keeps else "a connection each"


SENDERS = (_Sender(keeps=True), _Sender(keeps=False))


def run(scale: Scale, say: Say) -> Iterator[Figure]:
    """The figures: with connections that are kept, and with one for each request."""
    say("webhooks: a house, and a bare route beside it")
    with TemporaryDirectory(prefix="bench-") as folder, house(Path(folder)) as built:
        built.web(built.port)
        bare_port = free_port()
        built.web(bare_port, "bench.bare:application()")
        for place, sender in enumerate(SENDERS):
            rounds = range(place * 100, place * 100 + scale.rounds + WARM)
            rates = [_round(built, bare_port, sender, each, scale) for each in rounds]
            yield _figure(sender, rates[WARM:])
            say(f"webhooks: {sender.name} done")


def _round(
    built: House, bare_port: int, sender: _Sender, number: int, scale: Scale
) -> tuple[float, float]:
    """Our rate and the bare one, of the same calls."""
    ours = list(calls(built, scale.calls_a_round, number))
    bare = _rate([_bare(call) for call in ours], bare_port, sender)
    return _rate(ours, built.port, sender), bare


def _figure(sender: _Sender, rates: Sequence[tuple[float, float]]) -> Figure:
    ours, bare = (median(each) for each in zip(*rates, strict=True))
    share = median(ours / bare for ours, bare in rates)
    return Figure(
        what=f"webhook steps, from the ring into the queue, {sender.name}",
        value=f"{ours:,.0f} a second, {share:.2f} x",
        against=f"bare Flask route: {bare:,.0f} a second",
        target=f">= {SHARE} x",
        met=share >= SHARE,
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
