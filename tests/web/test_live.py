"""The live process by itself: streams, and a word when one cannot be given."""

from pathlib import Path

from ivr.app import create_live
from ivr.web.desk.hub import Hub
from ivr.web.desk.visit import COOKIE
from ivr.web.house import NAME
from tests.scenarios.wire import broken_database
from tests.world import BASE, World


def test_whoever_cannot_be_looked_up_is_told_to_come_again_and_shown_no_page(
    world: World, tmp_path: Path
) -> None:
    live = create_live(world.app.extensions[NAME], Hub())
    headers = {"Cookie": f"{COOKIE}=somebody's", "Accept": "text/event-stream"}

    with broken_database(tmp_path):
        answer = live.test_client(use_cookies=False).get(
            "/operator/events", base_url=BASE, headers=headers
        )

    assert (answer.status_code, answer.data) == (503, b"")
