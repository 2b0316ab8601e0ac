"""The live process by itself: streams, and a word when one cannot be given."""

from collections.abc import Iterator
from pathlib import Path

from ivr.app import create_live
from ivr.web.context import NAME
from ivr.web.desk.live.hub import MOST, Hub
from ivr.web.desk.security.session import COOKIE
from tests.dsl.faults.wire import broken_database
from tests.web.desk_people import secret_of, signed_in
from tests.world import BASE, World


def test_unknown_visitor_told_to_return(world: World, tmp_path: Path) -> None:
    live = create_live(world.app.extensions[NAME], Hub())
    headers = {"Cookie": f"{COOKIE}=somebody's", "Accept": "text/event-stream"}

    with broken_database(tmp_path):
        answer = live.test_client(use_cookies=False).get(
            "/operator/events", base_url=BASE, headers=headers
        )

    assert (answer.status_code, answer.data) == (503, b"")


def test_ninth_stream_told_to_return(world: World) -> None:
    hub = Hub()
    live = create_live(world.app.extensions[NAME], hub)
    cookie = secret_of(signed_in(world))
    headers = {"Cookie": f"{COOKIE}={cookie}", "Accept": "text/event-stream"}

    def opened() -> Iterator[bytes]:
        given = live.test_client(use_cookies=False).get(
            "/operator/events", base_url=BASE, headers=headers, buffered=False
        )
        stream = given.iter_encoded()
        next(stream)
        return stream

    first, *others = [opened() for _ in range(MOST + 1)]

    assert list(first) == [b"event: changed\ndata: \n\n", b"retry: 60000\n\n"]
    hub.end_streams()
    assert all(list(each) for each in others)
    assert len(hub._open) == 0


def test_stranger_at_stream_told_nothing(
    world: World,
) -> None:
    live = create_live(world.app.extensions[NAME], Hub())

    for headers in ({}, {"Sec-Fetch-Mode": "navigate"}, {"HX-Request": "true"}):
        for path in ("/operator/events", "/operator/events/here"):
            given = live.test_client().get(path, base_url=BASE, headers=headers)
            assert given.status_code == 401
