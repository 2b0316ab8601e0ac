"""What an operator sees of the caller in hand; the place only on demand."""

from pathlib import Path

import pytest
from redis import Redis

from exchange.state.leg import Leg
from exchange.state.people import Callee, Press, Stay, Talk, accepting_operator
from ivr.actions.desk.call_records import save_record
from ivr.actions.desk.caller_profile import caller_card, reveal_area
from ivr.actions.operators.roster import choose_state
from ivr.core.history.record import Revealed
from ivr.core.history.timeline import EarlierCall
from ivr.core.model.account import Account, Role
from ivr.core.model.contact.location import LocationKind
from ivr.core.model.contact.stage import Stage
from ivr.core.model.errors import Stale, Unavailable
from ivr.core.model.identifiers import OperatorId
from ivr.core.model.operator import State
from tests.dsl.desk_work import (
    account,
    draft,
    lines_with,
    reveals,
    talked,
    talking_to,
    writes,
)
from tests.dsl.doing import (
    OTHER_CALLER,
    OTHER_OPERATOR,
    call_in,
    call_of,
    facts_named,
    is_known,
    queued,
    until_stage,
    until_state,
)
from tests.dsl.faults.settling import settle
from tests.dsl.faults.wire import broken_database
from tests.world import LINE, World, build_world, later

BELA = OperatorId("bela")
AREA = "864135"
TELLS_AREA = (
    Press(digits="1"),
    Press(digits="1"),
    Press(digits="2"),
    Press(digits=f"{AREA}#"),
    Press(digits="1"),
)


@pytest.fixture
def world(world: World) -> World:
    """The shipped hotline, with an operator on duty and another one who is away."""
    world.operator("anna", accepting_operator())
    world.operator("bela", accepting_operator(), phone=OTHER_OPERATOR)
    choose_state(world.ports, LINE, BELA, State.AWAY, "test")
    return world


def tells_where(world: World) -> Leg:
    """A caller who gave an area code and talks to Anna."""
    leg: Leg = world.dial(*TELLS_AREA, Stay())
    until_stage(world, leg, Stage.CONNECTED)
    return leg


def earlier(world: World, who: Account | None = None) -> tuple[EarlierCall, ...]:
    """The caller's earlier calls as somebody may see them."""
    found = caller_card(world.ports, who or account()).earlier
    assert found is not None
    return found


def notes_of(world: World, who: Account | None = None) -> list[str]:
    return [note.text for call in earlier(world, who) for note in call.notes]


# --- the card ---------------------------------------------------------------


def test_card_tells_of_caller_what_is_known(world: World) -> None:
    choose_state(world.ports, LINE, OperatorId("anna"), State.AWAY, "test")
    caller: Leg = world.dial(*TELLS_AREA, Stay())
    world.exchange.run_until(lambda: is_known(world, caller) and queued(world, caller))
    since = world.clock.now()
    world.exchange.run_for(40)
    choose_state(world.ports, LINE, OperatorId("anna"), State.AVAILABLE, "test")
    world.work()
    until_stage(world, caller, Stage.CONNECTED)

    card = caller_card(world.ports, account())

    assert (card.call, card.language, card.topic) == (caller.sid, "uk", "myself")
    assert (card.location, card.returning) == (LocationKind.AREA, False)
    assert card.waited is not None
    assert abs(card.waited - (world.clock.now() - since)) < later(1)
    assert card.timeline is not None
    told = [each.what for each in card.timeline]
    assert told[0] == "call-started"
    assert told[-1] == "caller-connected"
    assert AREA not in repr(card)


def test_card_shown_in_wrap_up_too(world: World) -> None:
    caller = talked(world)

    card = caller_card(world.ports, account())

    assert card.call == caller.sid
    assert card.timeline is not None
    assert card.timeline[-1].what == "call-ended"


def test_nobody_sees_caller_of_another(world: World) -> None:
    talking_to(world)

    with pytest.raises(Stale) as stale:
        caller_card(world.ports, account("bela"))

    assert stale.value.reason == "not-yours"


def test_rung_operator_sees_no_caller_yet(world: World) -> None:
    world.exchange.put_person("+447700900201", Callee(after=15.0))
    caller = call_in(world)
    until_stage(world, caller, Stage.CLAIMED)

    with pytest.raises(Stale):
        caller_card(world.ports, account())


def test_card_ends_with_wrap_up(world: World) -> None:
    talked(world)
    until_state(world, State.AVAILABLE)

    with pytest.raises(Stale):
        caller_card(world.ports, account())


def test_card_without_database_tells_live_state(world: World, tmp_path: Path) -> None:
    caller = talking_to(world)
    with broken_database(tmp_path):
        card = caller_card(world.ports, account())

    assert (card.call, card.topic) == (caller.sid, "myself")
    assert (card.timeline, card.earlier) == (None, None)


# --- earlier calls ----------------------------------------------------------


def test_earlier_calls_of_same_caller_told(world: World) -> None:
    first = talked(world)
    talked(world, from_=OTHER_CALLER)
    talking_to(world)

    (call,) = earlier(world)

    assert caller_card(world.ports, account()).returning
    assert (call.call, call.topic, call.outcome) == (first.sid, "myself", "answered")
    assert call.operator == "anna"


def test_who_withholds_number_is_not_known_again(world: World) -> None:
    talked(world, from_="anonymous")
    talking_to(world, from_="anonymous")

    assert earlier(world) == ()


def two_operators_write_of_a_caller(world: World) -> None:
    """Anna and Bela have each written of an earlier call; Anna talks to the caller."""
    first = talked(world)
    writes(world, first, note="Anna wrote this.", disposition="helped")
    choose_state(world.ports, LINE, OperatorId("anna"), State.AWAY, "test")
    choose_state(world.ports, LINE, BELA, State.AVAILABLE, "test")
    second = talked(world)
    save_record(world.ports, account("bela"), draft(second, note="Bela wrote this."))
    choose_state(world.ports, LINE, BELA, State.AWAY, "test")
    choose_state(world.ports, LINE, OperatorId("anna"), State.AVAILABLE, "test")
    talking_to(world)


def test_operator_reads_own_earlier_notes_alone(world: World) -> None:
    two_operators_write_of_a_caller(world)

    assert notes_of(world) == ["Anna wrote this."]
    assert notes_of(world, account(role=Role.SUPERVISOR)) == [
        "Bela wrote this.",
        "Anna wrote this.",
    ]
    newest, oldest = earlier(world)
    assert (newest.operator, oldest.operator) == ("bela", "anna")


@pytest.mark.parametrize(("setting", "read"), [("line", 2), ("none", 0)])
def test_line_says_who_reads_earlier_notes(
    redis: Redis, tmp_path: Path, setting: str, read: int
) -> None:
    lines = lines_with(tmp_path, 'notes = "own"', f'notes = "{setting}"')
    with build_world(redis, tmp_path, lines=lines) as built:
        built.operator("anna", accepting_operator())
        built.operator("bela", accepting_operator(), phone=OTHER_OPERATOR)
        choose_state(built.ports, LINE, BELA, State.AWAY, "test")
        two_operators_write_of_a_caller(built)

        assert len(notes_of(built)) == read
        settle(built)


# --- the place --------------------------------------------------------------


def test_place_shown_on_demand_and_recorded(world: World) -> None:
    caller = tells_where(world)
    at = world.clock.now()

    place = reveal_area(world.ports, account())
    world.work()

    assert place.area == AREA
    assert reveals(world) == [("anna", caller.sid, Revealed.AREA, at)]
    (fact,) = facts_named(world, "location-revealed")
    assert (fact.call, fact.operator) == (caller.sid, "anna")  # type: ignore[attr-defined]
    told = caller_card(world.ports, account()).timeline
    assert told is not None
    assert told[-1].what == "location-revealed"


def test_place_shown_only_until_wrap_up_ends(world: World) -> None:
    leg: Leg = world.dial(*TELLS_AREA, Talk(seconds=5))
    until_stage(world, leg, Stage.ENDED)

    assert reveal_area(world.ports, account()).area == AREA
    until_state(world, State.AVAILABLE)
    with pytest.raises(Stale) as stale:
        reveal_area(world.ports, account())

    assert stale.value.reason == "not-yours"
    assert len(reveals(world)) == 1


def test_place_shown_to_nobody_else(world: World) -> None:
    tells_where(world)

    for who in (account("bela"), account("bela", Role.OPS), account("nobody")):
        with pytest.raises(Stale) as stale:
            reveal_area(world.ports, who)
        assert stale.value.reason == "not-yours"
    assert reveals(world) == []


def test_unrecordable_disclosure_not_shown(world: World, tmp_path: Path) -> None:
    tells_where(world)

    with broken_database(tmp_path), pytest.raises(Unavailable):
        reveal_area(world.ports, account())

    assert facts_named(world, "location-revealed") == []


def test_untold_place_not_shown(world: World) -> None:
    caller = talking_to(world)

    assert call_of(world, caller).location.kind is LocationKind.DECLINED
    assert reveal_area(world.ports, account()).area == ""
