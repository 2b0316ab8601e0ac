"""The desks that are open, and which of them are woken by news."""

import threading
from contextlib import ExitStack

from ivr.core.model.identifiers import LineKey, OperatorId
from ivr.web.desk.live.hub import MOST, Hub

LINE, OTHER = LineKey("example"), LineKey("other")
ANNA, OLHA = OperatorId("anna"), OperatorId("olha")


def test_news_wakes_operators_desks_only() -> None:
    hub = Hub()
    with (
        hub.open_desk((LINE, ANNA)) as first,
        hub.open_desk((LINE, ANNA)) as second,
        hub.open_desk((LINE, OLHA)) as olhas,
        hub.open_desk((OTHER, ANNA)) as elsewhere,
    ):
        hub.wake_desks((LINE, ANNA))

        woken = [each.is_set() for each in (first, second, olhas, elsewhere)]

    assert woken == [True, True, False, False]


def test_news_of_everybody_wakes_all_of_line() -> None:
    hub = Hub()
    with (
        hub.open_desk((LINE, ANNA)) as anna,
        hub.open_desk((LINE, OLHA)) as olha,
        hub.open_desk((OTHER, ANNA)) as elsewhere,
    ):
        hub.wake_desks((LINE, None))

        woken = [each.is_set() for each in (anna, olha, elsewhere)]

    assert woken == [True, True, False]


def test_closed_desk_forgotten() -> None:
    hub = Hub()
    with hub.open_desk((LINE, ANNA)) as desk:
        pass

    hub.wake_desks((LINE, ANNA))

    assert not desk.is_set()
    assert len(hub._open) == 0


def test_closing_wakes_everybody_and_ends_following() -> None:
    hub = Hub()
    with hub.open_desk((LINE, ANNA)) as desk:
        hub.end_streams()
        follower = threading.Thread(
            target=hub.follow_changes, args=(iter([None, None]),)
        )
        follower.start()
        follower.join()

    assert desk.is_set()


def test_what_is_told_is_passed_on() -> None:
    hub = Hub()
    with hub.open_desk((LINE, ANNA)) as desk:
        hub.follow_changes([None, (LINE, ANNA)])

    assert desk.is_set()


def test_oldest_of_many_streams_end() -> None:
    hub = Hub()
    with ExitStack() as opened, hub.open_desk((LINE, OLHA)) as olhas:
        streams = [
            opened.enter_context(hub.open_desk((LINE, ANNA))) for _ in range(MOST + 2)
        ]

        assert [each.ended for each in streams] == [True] * 2 + [False] * MOST
        assert [each.is_set() for each in streams] == [True] * 2 + [False] * MOST
        assert not olhas.ended
    assert len(hub._open) == 0
