"""Offers that are missed: a pause, then away; and the operator is told of both."""

from datetime import timedelta
from typing import Any

import pytest

from exchange.state.faults import FaultKind
from exchange.state.people import (
    NOBODY,
    Callee,
    Pickup,
    accepting_operator,
    declining_operator,
)
from ivr.actions import rules as rule_sets
from ivr.actions.operators.roster import choose_state
from ivr.actions.talks.running import run
from ivr.core.history.report import operator_row
from ivr.core.model.contact.stage import Stage
from ivr.core.model.facts import Fact, OperatorChanged
from ivr.core.model.identifiers import OperatorId
from ivr.core.model.operator import Reach, State
from ivr.core.model.values import replace
from ivr.core.talk.endings.undoing import RELOAD_PAUSE
from ivr.core.talk.events import OfferDue
from tests.dsl.doing import (
    CREATE,
    NOTICES,
    call_in,
    carrier_says,
    claim_now,
    facts_named,
    fault,
    heard,
    state_of,
    until_rung,
    until_stage,
    until_state,
)
from tests.dsl.faults.invariants import outbound_legs
from tests.dsl.line_people import claimed_with_no_job, on_line, stands
from tests.dsl.texting import PHONE, messages, with_reminders
from tests.world import LINE, World

COOL_DOWN = timedelta(seconds=15)
"""By the shipped rules."""


def written(world: World, count: int, prompt: str = "operator.sent-away") -> str:
    return world.ports.content.text(LINE, "uk", prompt, {"calls": count})


def changes(world: World) -> list[tuple[str, str]]:
    """The operators' changes that the log tells of: state and why."""
    world.log()
    facts: list[Fact] = world.ports.call_search.facts_of(None)
    return [(f.state, f.why) for f in facts if isinstance(f, OperatorChanged)]


BUSY = Callee(pickup=Pickup.BUSY)


def test_reloaded_page_soon_rung_again(
    world: World,
) -> None:
    world.operator("anna", *[BUSY] * 4, accepting_operator(), reach=Reach.BROWSER)
    caller = call_in(world)
    world.exchange.run_until(lambda: world.operator_now().due is not None, limit=60)

    anna = world.operator_now()
    assert (anna.due, anna.unanswered.missed) == (anna.since + RELOAD_PAUSE, 0)
    until_stage(world, caller, Stage.CONNECTED, limit=60)
    ended = facts_named(world, "offer-ended")
    assert [fact.reason for fact in ended] == ["reloaded"] * 4  # type: ignore[attr-defined]
    assert world.operator_now().unanswered.reloads == 0


def test_always_declining_browser_finally_away(world: World) -> None:
    world.operator("anna", BUSY, reach=Reach.BROWSER)
    call_in(world)

    until_state(world, State.AWAY, limit=120)

    reasons = [fact.reason for fact in facts_named(world, "offer-ended")]  # type: ignore[attr-defined]
    assert reasons == ["reloaded"] * 5 + ["busy"] * 3


def test_telephone_that_is_busy_pauses_as_before(world: World) -> None:
    world.operator("anna", BUSY, NOBODY)
    call_in(world)
    world.exchange.run_until(
        lambda: world.operator_now().unanswered.missed == 1, limit=60
    )

    anna = world.operator_now()

    assert anna.due == anna.since + COOL_DOWN


def test_offer_over_before_creation_is_missed(
    world: World,
) -> None:
    world.operator("anna", NOBODY)
    fault(world, FaultKind.BROKEN_AFTER, CREATE, times=1)
    fault(world, FaultKind.LOST, NOTICES)
    call_in(world)
    world.exchange.run_until(lambda: outbound_legs(world) != [], limit=30)
    assert claim_now(world).leg is None
    status, leg = f"/voice/status?claim={claim_now(world).id}", outbound_legs(world)[0]

    carrier_says(world, status, leg.sid, {"CallStatus": "busy"})

    assert world.operator_now().unanswered.missed == 1
    assert len(facts_named(world, "offer-rung")) == 1


def test_operator_sees_missed_call_listed(world: World) -> None:
    world.operator("anna", NOBODY, accepting_operator())
    call_in(world)
    world.exchange.run_until(
        lambda: world.operator_now().unanswered.missed == 1, limit=60
    )

    row = operator_row(world.operator_now())

    assert (row["state"], row["missed"], row["why"]) == ("available", 1, "missed")
    due = world.operator_now().due
    assert due is not None
    assert row["cooling_until"] == due.isoformat()
    assert row["on_line"] is None
    assert ("available", "missed") in changes(world)


@pytest.mark.parametrize("misses", [1, 2])
def test_next_whisper_says_how_many_calls_missed(world: World, misses: int) -> None:
    world.operator("anna", *[NOBODY] * misses, accepting_operator())
    caller = call_in(world)

    until_stage(world, caller, Stage.CONNECTED, limit=200)

    leg = until_rung(world, misses + 1)
    assert heard(leg)[0] == written(world, misses, "operator.missed")
    assert world.operator_now().unanswered.missed == 0


def test_declining_operator_hears_of_no_misses(world: World) -> None:
    world.operator("anna", declining_operator(), accepting_operator())
    caller = call_in(world)

    until_stage(world, caller, Stage.CONNECTED, limit=100)

    told = " ".join(heard(until_rung(world, 2)))
    assert written(world, 0, "operator.missed").split("0")[0] not in told
    assert ("available", "declined") in changes(world)


def test_sent_away_operator_written_once(world: World) -> None:
    with_reminders(world)
    world.operator("anna", NOBODY)
    call_in(world)

    until_state(world, State.AWAY, limit=300)
    world.exchange.run_for(60)

    assert messages(world) == [(PHONE, written(world, 3))]
    assert operator_row(world.operator_now())["why"] == "missed"
    assert changes(world).count(("away", "missed")) == 1


def test_unwritable_operator_is_away_anyway(world: World) -> None:
    with_reminders(world)
    fault(world, FaultKind.BROKEN, r"/Messages\.json")
    world.operator("anna", NOBODY)
    call_in(world)

    until_state(world, State.AWAY, limit=300)

    assert "operator not told" in world.notes.events()


def test_line_that_sends_no_messages_sends_none(world: World) -> None:
    world.operator("anna", NOBODY)
    call_in(world)

    until_state(world, State.AWAY, limit=300)
    world.exchange.run_for(5)

    assert messages(world) == []


def test_chosen_away_told_nothing(world: World) -> None:
    with_reminders(world)
    key = world.operator("anna", NOBODY)
    call_in(world)
    until_rung(world)

    choose_state(world.ports, LINE, key, State.AWAY, "a break")
    until_state(world, State.AWAY, limit=60)
    world.exchange.run_for(5)

    assert messages(world) == []
    assert "missed" not in {why for state, why in changes(world) if state == "away"}


class LosesTheOperator:
    """A carrier that says it moved the operator's leg, and did not."""

    def __init__(self, transfers: Any) -> None:
        self._transfers = transfers

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transfers, name)

    def fetch_operator(self, *_: object) -> None:
        """Do nothing."""


def test_line_operator_told_away_by_voice(world: World) -> None:
    with_reminders(world)
    text = rule_sets.text_in_force(world.ports, LINE)
    rules = text.replace("missed_to_away = 3", "missed_to_away = 1")
    assert rules != text
    rule_sets.put_in_force(world.ports, LINE, rules)
    leg = on_line(world)
    caller = claimed_with_no_job(world)

    losing: Any = LosesTheOperator(world.ports.transfers)
    carrier = replace(world.ports.carrier, transfers=losing)
    due = OfferDue(claim=claim_now(world).id)
    run(replace(world.ports, carrier=carrier), LINE, due)
    until_state(world, State.AWAY, limit=60)
    world.exchange.run_for(15)

    assert written(world, 1) in heard(leg)
    assert messages(world) == [], "the voice has said it"
    assert stands(world, leg)
    choose_state(world.ports, LINE, OperatorId("anna"), State.AVAILABLE, "test")
    world.jobs.are_lost = False
    until_stage(world, caller, Stage.CONNECTED, limit=60)
    assert state_of(world) is State.TALKING
