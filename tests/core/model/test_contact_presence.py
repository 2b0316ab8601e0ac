"""Where a call says that its caller is: in the queue, on a number, on hold, gone."""

from datetime import UTC, datetime

import pytest

from ivr.core.model.contact.callback import (
    Callback,
    CallbackPreferences,
    CallbackRequest,
)
from ivr.core.model.contact.caller import Caller
from ivr.core.model.contact.contact import Contact
from ivr.core.model.contact.exit_menu import ExitMenu, Page
from ivr.core.model.contact.presence import (
    ASKED,
    FIRST_POLL,
    has_left,
    has_place,
    is_in_queue,
    next_request_within,
    number_on_line,
    numbers_of,
    waits_on_line,
)
from ivr.core.model.contact.stage import Stage
from ivr.core.model.contact.waiting import Arrival, QueueWait
from ivr.core.model.identifiers import ContactId, LegId, LineKey

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
LEG = LegId("leg-2")


def call(stage: Stage = Stage.WAITING, **more: object) -> Contact:
    values: dict[str, object] = {
        "id": ContactId("leg-1"),
        "line": LineKey("example"),
        "started": NOON,
        "arrival": Arrival(at=NOON),
        "caller": Caller("+12025550101", "own"),
        "stage": stage,
    }
    return Contact(**(values | more))  # type: ignore[arg-type]


def promise(**more: object) -> CallbackRequest:
    values: dict[str, object] = {"made": NOON, "activated": True, "phone": "back"}
    return CallbackRequest(**(values | more))  # type: ignore[arg-type]


@pytest.mark.parametrize("stage", Stage)
def test_only_some_stages_are_in_queue(stage: Stage) -> None:
    waits = {Stage.WAITING, Stage.CLAIMED, Stage.PROMISED}
    assert is_in_queue(call(stage)) is (stage in waits)
    assert has_place(call(stage)) is (stage is Stage.WAITING)


def test_caller_beside_another_has_no_place() -> None:
    assert not is_in_queue(call(wait=QueueWait(beside=True)))
    assert not has_place(call(wait=QueueWait(beside=True)))
    assert not has_place(call(arrival=Arrival()))


@pytest.mark.parametrize("stage", Stage)
def test_next_request_expected_by_stage(stage: Stage) -> None:
    asked_regularly = {Stage.WAITING, Stage.CLAIMED, Stage.AFTER}
    within = FIRST_POLL if stage in asked_regularly else None
    assert next_request_within(call(stage)) == (ASKED if stage == "menu" else within)


def test_exit_menu_gives_more_time() -> None:
    assert next_request_within(call(exit_menu=ExitMenu(Page.TYPING))) == ASKED
    assert next_request_within(call(exit_menu=ExitMenu(Page.MESSAGE))) is None
    assert next_request_within(call(callback=Callback(request=promise()))) is None


def test_wait_document_needs_leg() -> None:
    assert waits_on_line(call())
    assert waits_on_line(call(callback=Callback(request=promise(leg=LEG))))
    assert not waits_on_line(call(callback=Callback(request=promise())))
    assert not waits_on_line(call(exit_menu=ExitMenu(Page.NUMBER)))
    assert not waits_on_line(call(Stage.CLAIMED))


def test_number_on_line_is_one_of_two() -> None:
    assert number_on_line(call()) == "own"
    assert (
        number_on_line(call(callback=Callback(request=promise(activated=False))))
        == "own"
    )
    assert number_on_line(call(callback=Callback(request=promise()))) is None
    assert number_on_line(call(callback=Callback(request=promise(leg=LEG)))) == "back"
    assert number_on_line(call(Stage.ENDED)) is None
    assert numbers_of(call(callback=Callback(request=promise()))) == {"own", "back"}
    assert numbers_of(call(caller=Caller("+12025550101"))) == frozenset()


@pytest.mark.parametrize("stage", Stage)
def test_caller_has_left_by_stage(stage: Stage) -> None:
    gone = stage in {Stage.PROMISED, Stage.ENDED}
    assert has_left(call(stage)) is gone
    assert has_left(call(stage, callback=Callback(request=promise())))
    assert not has_left(call(stage, arrival=Arrival()))


def test_appointment_is_left_only_once_over() -> None:
    callback = Callback(preferences=CallbackPreferences(number="sealed", at=NOON))
    assert not has_left(call(Stage.PROMISED, callback=callback))
    assert has_left(call(Stage.ENDED, callback=callback))
