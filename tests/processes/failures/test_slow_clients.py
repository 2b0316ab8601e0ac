"""Clients that are slow, or never done, cost callers and operators nothing."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest
import requests

from tests.processes.carrier import Carrier
from tests.processes.hotline import PUBLIC, SID, Hotline, eventually, hotline
from tests.processes.people import lines

CROWD = 40
"""More than all threads of all web processes together."""

WEBHOOKS = 40
LARGE = 10_000_000
FORM = "Content-Type: application/x-www-form-urlencoded\r\n"
HALVES = {
    "nothing": "",
    "half a line": "POST /voice/inc",
    "half a head": "POST /voice/incoming HTTP/1.1\r\nHost: x\r\nX-A: b",
    "half a body": (
        f"POST /voice/incoming HTTP/1.1\r\nHost: x\r\n{FORM}Content-Length: 99\r\n\r\na"
    ),
    "half a page's": f"POST / HTTP/1.1\r\nHost: x\r\n{FORM}Content-Length: 99\r\n\r\na",
    "half a chunk": (
        "POST /voice/incoming HTTP/1.1\r\nHost: x\r\n"
        f"{FORM}Transfer-Encoding: chunked\r\n\r\n5\r\nab"
    ),
    "one and a half": "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\nGET /healthz HT",
    # More than the system keeps for us.
    "unread": 60 * "GET /desk/vendor/twilio.min.js HTTP/1.1\r\nHost: x\r\n\r\n",
}


@pytest.fixture(scope="module")
def house(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[Hotline, Carrier]]:
    folder = tmp_path_factory.mktemp("slow")
    with hotline(folder, HOTLINE_LINES=lines(folder)) as (service, carrier, _):
        yield service, carrier


def connected(port: int, said: str) -> socket.socket:
    """A connection whose client says this and then nothing, and reads nothing."""
    made = socket.socket()
    made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
    made.settimeout(60)
    made.connect(("127.0.0.1", port))
    made.sendall(said.encode())
    return made


def all_of(slow: socket.socket) -> bytes:
    """What comes until the other end has gone."""
    return b"".join(iter(lambda: slow.recv(4096), b""))


def answered(carrier: Carrier, count: int = WEBHOOKS) -> list[int]:
    """What so many signed webhooks are answered, one after the other."""
    form = {"CallSid": f"CA{9:032x}", "AccountSid": SID, "CallStatus": "completed"}
    return [carrier.post(f"{PUBLIC}/voice/status", form).status for _ in range(count)]


@pytest.mark.parametrize("how", HALVES)
def test_crowd_of_slow_clients_holds_up_nobody(
    house: tuple[Hotline, Carrier], how: str
) -> None:
    service, carrier = house
    with ExitStack() as held:
        for _ in range(CROWD):
            held.enter_context(closing(connected(service.port, HALVES[how])))

        assert answered(carrier) == [204] * WEBHOOKS
        for path in ("/", "/readyz", "/desk/static/desk.css"):
            assert requests.get(service.url + path, timeout=30).status_code == 200


def test_slow_client_parted_with_reason(
    house: tuple[Hotline, Carrier],
) -> None:
    service, _ = house
    with ExitStack() as held:
        slow = {
            how: held.enter_context(closing(connected(service.port, said)))
            for how, said in HALVES.items()
            if how != "unread"
        }
        told = {how: all_of(each) for how, each in slow.items()}

    assert told.pop("nothing") == b""
    assert all(b" 408 " in each for each in told.values()), told


def test_whoever_reads_nothing_is_dropped(house: tuple[Hotline, Carrier]) -> None:
    service, _ = house
    with ExitStack() as held:
        unread = connected(service.port, HALVES["unread"])
        held.enter_context(closing(unread))
        here = unread.getsockname()[1]
        assert eventually(lambda: is_held(here))

        assert eventually(lambda: not is_held(here))


def is_held(port: int) -> bool:
    """Whether the other end of our connection is still somebody's."""
    ours = f":{port:04X}"
    rows = [row.split() for row in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    # Without an owner the kernel alone tries to deliver what was sent.
    return any(row[2].endswith(ours) and row[9] != "0" for row in rows)


@pytest.mark.parametrize("path", ["/voice/incoming", "/", "/operator/record"])
def test_huge_body_refused_before_it_has_come(
    house: tuple[Hotline, Carrier], path: str
) -> None:
    service, carrier = house
    head = f"POST {path} HTTP/1.1\r\nHost: x\r\n{FORM}Content-Length: {LARGE}\r\n\r\n"
    wanted = b"403" if path.startswith("/voice") else b"413"
    with ExitStack() as held:
        crowd = [
            held.enter_context(closing(connected(service.port, head + "a=1")))
            for _ in range(CROWD)
        ]

        assert {each.recv(4096).split()[1] for each in crowd} == {wanted}
        assert answered(carrier) == [204] * WEBHOOKS


def test_huge_whole_body_is_answered(
    house: tuple[Hotline, Carrier],
) -> None:
    service, _ = house
    with closing(connected(service.port, "")) as sends:
        head = f"POST / HTTP/1.1\r\nHost: x\r\n{FORM}Content-Length: 200000\r\n\r\n"
        sends.sendall(head.encode() + b"x" * 200_000)

        assert b" 413 " in sends.recv(4096)


def test_surplus_connections_make_room(
    house: tuple[Hotline, Carrier],
) -> None:
    service, carrier = house
    with ExitStack() as held:
        for _ in range(900):
            held.enter_context(closing(connected(service.port, HALVES["half a head"])))

        assert answered(carrier, 5) == [204] * 5


def test_live_process_held_up_by_nobody_either(
    house: tuple[Hotline, Carrier],
) -> None:
    service, _ = house
    live = service.port + 1
    with ExitStack() as held:
        for _ in range(300):
            held.enter_context(closing(connected(live, HALVES["half a head"])))
        given = requests.get(f"http://127.0.0.1:{live}/operator/events", timeout=30)

    assert given.status_code == 401, "whoever is not signed in"
    assert eventually(service.is_ready)
