"""What the carrier answers when a caller is to be moved, and the event of that."""

from datetime import timedelta
from typing import Any

import pytest

from ivr.actions.talks import moving_callers as moving
from ivr.adapters.vault import KeyVault
from ivr.core.model.contact.leg import leg_of_contact
from ivr.core.model.contact.stage import Stage
from ivr.core.model.errors import NotFound, Unavailable
from ivr.core.talk.events import (
    CallbackRevoked,
    CallerChecked,
    CallerGone,
    CallerHungUp,
    CallerNotMoved,
    TakenOffHold,
    TalkEvent,
)
from ivr.core.talk.requests import (
    CheckCaller,
    ConnectCaller,
    RejoinCaller,
    ReturnCaller,
    SpareCallbacks,
    TakeOffHold,
    TakeOutCaller,
)
from ivr.core.talk.talk import Talk
from ivr.ports import Change, Ports
from tests.actions.given.answering_carrier import Carrier
from tests.adapters.redis_store.store_people import LINE, claim, waiting
from tests.ports.bare_ports import bare_ports, carrier_of
from tests.ports.fakes import LaterJobs, Notes, StillClock
from tests.ports.memory_store import make_memory_store

CALL = waiting("caller", 0)
LEG = leg_of_contact(CALL.id)
CLAIM = claim("host", CALL.id, "anna")
KEY = CLAIM.id
TALK = Talk(line=LINE, key=KEY, claims={KEY: CLAIM}, calls={CALL.id: CALL})

NO_LEG = NotFound("the carrier knows no such leg")
SILENT = Unavailable("the carrier does not answer")
NEVER = Unavailable("the carrier refuses the number", permanent=True)


@pytest.fixture
def notes() -> Notes:
    return Notes()


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


@pytest.fixture
def carrier() -> Carrier:
    return Carrier()


@pytest.fixture
def ports(carrier: Carrier, notes: Notes, clock: StillClock) -> Ports:
    store = make_memory_store(KeyVault.with_fresh_keys(), clock)
    store.changes.commit(LINE, Change(save=(CALL,)))
    given = {"clock": clock, "log": notes, "jobs": LaterJobs()}
    return bare_ports(store, carrier=carrier_of(carrier), **given)


@pytest.mark.parametrize(
    ("answer", "event"),
    [
        (None, ()),
        (NO_LEG, (CallerGone(claim=KEY),)),
        (SILENT, (CallerNotMoved(claim=KEY, attempt=2),)),
        (NEVER, (CallerNotMoved(claim=KEY, attempt=2, permanent=True),)),
    ],
    ids=["moved", "gone", "silent", "refused"],
)
def test_caller_connected_to_room(
    ports: Ports, carrier: Carrier, answer: object, event: tuple[TalkEvent, ...]
) -> None:
    carrier.answer = answer

    assert moving.connect_caller(ports, TALK, ConnectCaller(KEY, attempt=2)) == event


@pytest.mark.parametrize(
    ("move", "request_of"),
    [
        (moving.rejoin_caller, RejoinCaller(KEY)),
        (moving.take_out_caller, TakeOutCaller(KEY)),
    ],
    ids=["rejoins", "taken-out"],
)
def test_interrupted_caller_asks_again(
    ports: Ports, carrier: Carrier, notes: Notes, move: Any, request_of: object
) -> None:
    assert (move(ports, TALK, request_of), notes.events()) == ((), [])

    carrier.answer = NO_LEG
    assert move(ports, TALK, request_of) == (CallerGone(claim=KEY),)

    carrier.answer = SILENT
    assert move(ports, TALK, request_of) == ()
    assert len(notes.events()) == 1, "the caller asks again by themselves"


def test_gone_caller_hung_up(ports: Ports, carrier: Carrier) -> None:
    carrier.answer = NO_LEG

    assert moving.return_caller(ports, TALK, ReturnCaller(LEG)) == (
        CallerHungUp(leg=LEG),
    )


@pytest.mark.parametrize("soon", [True, False], ids=["soon", "by-themselves"])
def test_caller_not_returned_is_seen_to(
    ports: Ports, carrier: Carrier, notes: Notes, clock: StillClock, *, soon: bool
) -> None:
    ports.heartbeats.expect_poll(LINE, CALL.id, clock.now() + timedelta(hours=1))
    request = ReturnCaller(LEG, soon_again=CALL.id if soon else None)
    carrier.answer = SILENT

    assert moving.return_caller(ports, TALK, request) == ()

    assert notes.events() == ["caller not fetched back"]
    soon_after = clock.now() + timedelta(seconds=1)
    assert ports.heartbeats.is_poll_overdue(LINE, CALL.id, soon_after) is soon


@pytest.mark.parametrize("answer", [NO_LEG, SILENT], ids=["gone", "silent"])
def test_caller_kept_on_hold_is_noted(
    ports: Ports, carrier: Carrier, notes: Notes, answer: Exception
) -> None:
    request = TakeOffHold(KEY)
    assert moving.take_off_hold(ports, TALK, request) == (TakenOffHold(claim=KEY),)

    carrier.answer = answer

    assert moving.take_off_hold(ports, TALK, request) == ()
    assert notes.events() == ["not taken off hold"]


@pytest.mark.parametrize(
    ("answer", "is_over"),
    [(True, True), (False, False), (SILENT, False)],
    ids=["over", "there", "silent"],
)
def test_caller_is_there_unless_denied(
    ports: Ports, carrier: Carrier, answer: object, *, is_over: bool
) -> None:
    carrier.answer = answer
    operators_leg = leg_of_contact(waiting("operators-leg", 0).id)

    events = moving.check_caller(ports, TALK, CheckCaller(KEY, operators_leg))

    assert events == (CallerChecked(claim=KEY, leg=operators_leg, is_over=is_over),)


def test_called_back_persons_spared(ports: Ports) -> None:
    own, rung = (waiting(each, 0, stage=Stage.CLAIMED) for each in ("caller", "rung"))
    waits = waiting("waits", 0)
    calls = {each.id: each for each in (own, rung, waits)}
    talk = Talk(line=LINE, calls=calls, promised=(own.id, rung.id, waits.id))

    assert moving.spare_callbacks(ports, talk, SpareCallbacks(own.id)) == (
        CallbackRevoked(call=rung.id, reason="caller-rang"),
    )
