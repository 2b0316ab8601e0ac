"""Whose place is kept, for how long, and that it is taken once."""

from datetime import timedelta

import pytest

from ivr.core.dialogue.returning import (
    BROKE_OFF_IN,
    left_behind,
    may_return,
    return_to_place,
)
from ivr.core.model.contact.callback import (
    Callback,
    CallbackPreferences,
    CallbackRequest,
)
from ivr.core.model.contact.contact import Contact
from ivr.core.model.contact.ending import Ending
from ivr.core.model.contact.exit_menu import ExitMenu
from ivr.core.model.contact.location import Location
from ivr.core.model.contact.menu_position import MenuPosition
from ivr.core.model.contact.stage import Stage
from ivr.core.model.contact.waiting import Arrival
from ivr.core.model.facts import CallerQueued, CallerReturned
from ivr.core.model.identifiers import ClaimId, ContactId, LegId, OperatorId
from ivr.core.model.values import replace
from tests.core.walking import FRESH, LINE, NOW, after

GRACE = timedelta(minutes=5)
ENDED = NOW + timedelta(minutes=10)
WAITED = after(["3", "1", "3", "0"])
DROPPED = replace(
    WAITED,
    stage=Stage.ENDED,
    ending=Ending(at=ENDED, stage=Stage.WAITING),
    talk=WAITED.talk.release_claim(),
)
PROMISED = replace(
    WAITED,
    stage=Stage.PROMISED,
    callback=replace(
        WAITED.callback,
        preferences=CallbackPreferences(number="sealed"),
        request=CallbackRequest(made=NOW, activated=True),
    ),
)


def is_kept(before: Contact, seconds: float = 1) -> bool:
    return may_return(before, GRACE, ENDED + timedelta(seconds=seconds))


@pytest.mark.parametrize("stage", Stage)
def test_place_kept_where_line_can_break_off(stage: Stage) -> None:
    assert is_kept(replace(DROPPED, ending=replace(DROPPED.ending, stage=stage))) == (
        stage in BROKE_OFF_IN
    )


def test_place_kept_for_grace_time() -> None:
    assert is_kept(DROPPED, 299)
    assert not is_kept(DROPPED, 300)


@pytest.mark.parametrize(
    "changed",
    [
        {"arrival": Arrival()},
        {"exit_menu": ExitMenu(recording="RE1")},
        {"ending": replace(DROPPED.ending, at=None)},
        {"ending": replace(DROPPED.ending, stage=None)},
        {"callback": Callback(request=CallbackRequest(made=NOW, activated=True))},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_place_kept_for_dropped_waiter_alone(changed: dict[str, object]) -> None:
    assert not is_kept(replace(DROPPED, **changed))  # type: ignore[arg-type]


def test_kept_promises_talk_breaks_like_others() -> None:
    kept = CallbackRequest(
        made=NOW, activated=True, leg=LegId("leg"), reached=True, fulfilled=True
    )

    assert is_kept(
        replace(
            DROPPED,
            callback=Callback(request=kept),
            ending=replace(DROPPED.ending, stage=Stage.CONNECTED),
        )
    )


def test_unserved_promise_returned_to() -> None:
    called = CallbackRequest(made=NOW, activated=True, leg=LegId("leg"))
    written = CallbackPreferences(number="sealed", in_writing=True)

    assert is_kept(PROMISED, 10**6)
    assert is_kept(replace(PROMISED, stage=Stage.WAITING))
    assert not is_kept(replace(PROMISED, stage=Stage.CLAIMED))
    assert not is_kept(
        replace(
            PROMISED,
            stage=Stage.WAITING,
            callback=replace(PROMISED.callback, request=called),
        )
    )
    assert not is_kept(PROMISED.with_preferences(written))
    assert not is_kept(WAITED), "who waits is on the line"


def test_returning_caller_resumes_all_but_wait() -> None:
    before = replace(
        DROPPED,
        affinity=replace(DROPPED.affinity, operator=OperatorId("anna")),
        location=Location(area="057"),
    )
    fresh = replace(FRESH, id=ContactId("call-2"))

    step = return_to_place(LINE, fresh, before, ENDED)

    call = step.call
    assert (call.stage, call.arrival.at, call.wait.since) == (
        Stage.WAITING,
        WAITED.arrival.at,
        ENDED,
    )
    assert (call.need.language, call.need.topic, call.location.area) == (
        "en",
        "myself",
        "057",
    )
    assert call.affinity.operator == "anna"
    assert call.menu.notices == ("wait.back", "wait.start")
    told, queued = step.facts
    assert isinstance(told, CallerReturned)
    assert told.before == before.id
    assert isinstance(queued, CallerQueued)


def test_key_that_returns_is_answer_like_others() -> None:
    step = return_to_place(
        LINE, replace(FRESH, menu=MenuPosition(step=3)), DROPPED, ENDED
    )

    assert step.call.menu.step == 4, "the same key, told late, is of an older step"


def test_place_that_was_taken_over_is_nobodys() -> None:
    over = left_behind(
        replace(PROMISED, talk=PROMISED.talk.bind_claim(ClaimId("k1"))), ENDED
    )

    assert (over.stage, over.talk.claim, over.ending.at) == (Stage.ENDED, None, ENDED)
    assert not is_kept(over)
    assert not is_kept(left_behind(DROPPED, ENDED))


def test_promise_with_taken_place_not_forgotten() -> None:
    fresh = replace(FRESH, id=ContactId("call-2"))

    first = return_to_place(LINE, fresh, PROMISED, ENDED).call
    second = return_to_place(
        LINE,
        fresh,
        replace(
            DROPPED,
            callback=Callback(came_from=first.callback.came_from),
        ),
        ENDED,
    ).call

    assert (
        first.callback.came_from
        == second.callback.came_from
        == PROMISED.callback.preferences
    )
    assert (first.callback.preferences, first.callback.request) == (None, None)
    assert return_to_place(LINE, fresh, DROPPED, ENDED).call.callback.came_from is None


def test_talked_caller_promised_nothing_by_ringing() -> None:
    talked = replace(
        DROPPED,
        callback=Callback(came_from=PROMISED.callback.preferences),
        talk=replace(DROPPED.talk, answered=True),
    )
    fresh = replace(FRESH, id=ContactId("call-2"))

    assert return_to_place(LINE, fresh, talked, ENDED).call.callback.came_from is None
