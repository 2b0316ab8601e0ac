"""People who are called back, what they press, and promises that end."""

from typing import Any

import pytest

from ivr.actions.calls import callbacks
from ivr.core.dialogue.instructions import Enqueue, HangUp
from ivr.core.history.callback_log import MessageRecord
from ivr.core.model.callee import Callee
from ivr.core.model.contact.stage import Stage
from ivr.core.model.errors import Conflict, NotFound
from ivr.core.model.facts import MessageTaken
from ivr.core.model.identifiers import ClaimId, ContactId, LegId
from ivr.core.model.values import replace
from ivr.ports import Ports
from tests.actions.given.answering_carrier import Carrier
from tests.actions.given.promises import PHONE, promised, talking, unopenable
from tests.adapters.redis_store.store_people import LINE, at, keep, kept_call

LEG, KEY = LegId("CAback"), ClaimId("given-up")
MESSAGE = MessageRecord(
    call=ContactId("speaker"),
    line=LINE,
    left=at(0),
    recording="REmessage",
    seconds=9,
    language="uk",
)


@pytest.mark.parametrize("keys", ["", "7", "12"])
def test_other_keys_hang_up(ports: Ports, keys: str) -> None:
    keep(ports.store, promised(ports, "person", leg=LEG))

    assert callbacks.answer_question(ports, LINE, KEY, LEG, keys) == [HangUp()]

    assert kept_call(ports.store, "person").is_live


def test_old_leg_refuses_nothing(ports: Ports) -> None:
    keep(ports.store, promised(ports, "person", leg=LegId("CAnew")))

    assert callbacks.answer_question(ports, LINE, KEY, LEG, "2") == [HangUp()]

    assert kept_call(ports.store, "person").is_live


def test_person_without_operator_waits(ports: Ports) -> None:
    keep(ports.store, promised(ports, "person", leg=LEG))

    words = callbacks.answer_question(ports, LINE, KEY, LEG, "1")

    assert isinstance(words[-1], Enqueue), words
    request = kept_call(ports.store, "person").callback.request
    assert request is not None
    assert request.reached


def test_refusal_kept_by_number(ports: Ports) -> None:
    person = promised(ports, "person")
    number = Callee(id=ports.vault.pseudonym(PHONE), line=LINE)
    keep(ports.store, number)

    callbacks.note_refusal(ports, unopenable(person))
    assert ports.contacts.callee(LINE, number.id) == replace(number, rev=1)

    callbacks.note_refusal(ports, person)
    refused = replace(number, rev=2, refused=ports.clock.now())
    assert ports.contacts.callee(LINE, number.id) == refused


def test_promise_outlives_revoking_in_talk(ports: Ports) -> None:
    keep(ports.store, talking(promised(ports, "person", leg=LEG)))

    with pytest.raises(Conflict, match="talking now"):
        callbacks.end_callback(ports, LINE, kept_call(ports.store, "person").id, "done")

    assert kept_call(ports.store, "person").is_live


@pytest.mark.parametrize(
    ("stage", "due", "after"),
    [
        (Stage.PROMISED, 0, Stage.WAITING),
        (Stage.PROMISED, 1, Stage.PROMISED),
        (Stage.PROMISED, None, Stage.PROMISED),
        (Stage.CONNECTED, 0, Stage.CONNECTED),
    ],
    ids=["due", "early", "in-writing", "talks"],
)
def test_promise_waits_for_hour(
    ports: Ports, stage: Stage, due: int | None, after: Stage
) -> None:
    moment = None if due is None else at(due)
    person = replace(promised(ports, "person", due=moment), stage=stage)
    keep(ports.store, person)

    callbacks.activate_due(ports, LINE, person.id)

    assert kept_call(ports.store, "person").stage is after


@pytest.mark.parametrize("is_heard", [True, False], ids=["heard", "unheard"])
def test_message_is_taken(ports: Ports, carrier: Carrier, *, is_heard: bool) -> None:
    carrier.answer, kept = b"sound", list[Any]()

    callbacks.take_message(ports, MESSAGE, kept.append if is_heard else None)

    assert kept == [b"sound"] * is_heard
    ((_, fact),) = ports.journal.take(LINE, 9)
    assert isinstance(fact, MessageTaken)
    assert fact.how == ("fetched" if is_heard else "thrown away")


def test_missing_message_is_not_taken(ports: Ports, carrier: Carrier) -> None:
    carrier.answer = NotFound("the carrier does not have it")

    with pytest.raises(NotFound):
        callbacks.take_message(ports, MESSAGE, list[Any]().append)

    assert ports.journal.take(LINE, 9) == []
