"""An operator whom ops staff have disabled answers nobody, wherever they were."""

from collections.abc import Callable

import pytest

from exchange.state.faults import FaultKind
from exchange.state.people import Callee, Press, Stay, accepting_operator
from ivr.actions.accounts import accounts, disabling
from ivr.actions.on_line import standing
from ivr.actions.operators import presence, shifts
from ivr.actions.operators.roster import choose_state, load_roster
from ivr.actions.talk_controls import inviting
from ivr.actions.talks.tokens import token_of
from ivr.core.history.report import operator_note, operator_row
from ivr.core.model.contact.stage import Stage
from ivr.core.model.errors import Conflict, NotFound, Unavailable
from ivr.core.model.identifiers import LegId
from ivr.core.model.operator import Reach, State
from ivr.core.model.values import replace
from tests.dsl.doing import (
    MOVE,
    NOTICES,
    OTHER_OPERATOR,
    call_in,
    call_of,
    carrier_says,
    claim_now,
    facts_named,
    fault,
    has_heard,
    is_known,
    stage_of,
    state_of,
    until_rung,
    until_stage,
    until_state,
)
from tests.dsl.faults.invariants import outbound_legs
from tests.dsl.line_people import PHONES, PIN, calls_in, enrol, on_line, rings_in
from tests.dsl.shifts import STARTS, look, planned
from tests.dsl.talking import ANNA, BELA, PICKS_UP, in_talk, refusal, talks_on
from tests.dsl.texting import messages, with_reminders
from tests.ports.bare_ports import store_of
from tests.world import LINE, World, later

HOUR = 3600


def disable(world: World) -> None:
    """Ops staff disable anna."""
    accounts.disable_operator(world.ports, ANNA)
    world.work()


def is_out(world: World) -> bool:
    anna = world.operator_now()
    return anna.state is State.OFFLINE and not anna.is_free(world.clock.now())


# --- calling in -----------------------------------------------------------------


def test_disabled_operator_is_caller_without_pin(world: World) -> None:
    enrol(world)
    disable(world)

    leg = rings_in(world, Press(digits="1"), Press(digits="1"), Press(digits="0"))
    world.exchange.run_until(lambda: is_known(world, leg))
    world.exchange.run_for(20)

    assert not has_heard(world, leg, "operator.pin")
    assert is_out(world)


def test_old_pin_opens_nothing_despite_state(world: World) -> None:
    enrol(world)
    known = world.ports.accounts
    accounts.make_link(world.ports, world.operator_now())
    kept = known.of(ANNA)
    assert kept is not None
    known.save(replace(kept, account=replace(kept.account, disabled=True)))
    assert not world.operator_now().disabled

    leg = rings_in(world, Press(digits=PIN), Stay())
    world.exchange.run_for(5)

    assert has_heard(world, leg, "operator.pin-wrong")
    assert world.operator_now().leg is None
    world.exchange.run_for(15)
    assert world.operator_now().disabled, "the next reconciliation has followed"
    assert "roster was not followed" in world.notes.events()


def test_disabled_operator_is_off_line_at_once(world: World) -> None:
    leg = on_line(world)

    disable(world)
    world.exchange.run_for(1)

    assert leg.ended
    assert is_out(world)
    caller = call_in(world)
    world.exchange.run_for(30)
    assert stage_of(world, caller) is Stage.WAITING


@pytest.mark.parametrize("path", ["/voice/standing?t={token}", "/voice/standing/pin"])
def test_late_standing_request_revives_nobody(world: World, path: str) -> None:
    leg = on_line(world)
    token = token_of(world.ports, LINE, ANNA, LegId(leg.sid))
    fault(world, FaultKind.BROKEN, MOVE)
    disable(world)
    assert not leg.ended, "the carrier did not end it"

    form = {"From": PHONES["anna"], "Digits": PIN}
    carrier_says(world, path.format(token=token), leg.sid, form)

    assert world.operator_now().leg is None
    assert is_out(world)


def test_disabled_operator_not_called_to_line(world: World) -> None:
    key = enrol(world)
    world.exchange.put_person(PHONES["anna"], Callee(deeds=(Press(digits="1"), Stay())))
    standing.call_in(world.ports, LINE, key)
    world.exchange.run_until(lambda: outbound_legs(world) != [])
    disable(world)
    world.exchange.run_for(20)

    assert is_out(world), "who was being called has come on the line"
    with pytest.raises(Conflict, match="operators enable"):
        standing.call_in(world.ports, LINE, key)


# --- choosing, and coming back ----------------------------------------------------


@pytest.mark.parametrize("state", [State.AVAILABLE, State.AWAY])
def test_disabled_choice_told_remedy(world: World, state: State) -> None:
    world.operator("anna")
    disable(world)

    with pytest.raises(Conflict, match='operators enable "anna"'):
        choose_state(world.ports, LINE, ANNA, state, "test")
    choose_state(world.ports, LINE, ANNA, State.OFFLINE, "test")

    assert is_out(world)


def test_reappearing_desk_revives_nobody(world: World) -> None:
    world.operator("anna", reach=Reach.BROWSER)
    presence.heartbeat(world.ports, LINE, ANNA)
    world.exchange.run_for(20)
    assert state_of(world) is State.AWAY

    disable(world)
    presence.heartbeat(world.ports, LINE, ANNA)

    assert is_out(world)


@pytest.mark.parametrize("reach", [Reach.PHONE, Reach.BROWSER])
def test_lost_store_brings_disabled_operator_back_offline(
    world: World, reach: Reach
) -> None:
    world.operator("anna", reach=reach)
    disable(world)

    world.redis.flushdb()
    load_roster(world.ports, LINE)

    assert world.operator_now().disabled
    assert is_out(world)


def test_disabled_meanwhile_is_out_afterwards(world: World) -> None:
    class Away:
        def __getattr__(self, name: str) -> Callable[..., object]:
            raise Unavailable("the store is away")

    world.operator("anna")
    accounts.make_link(world.ports, world.operator_now())

    with pytest.raises(Unavailable):
        accounts.disable_operator(replace(world.ports, store=store_of(Away())), ANNA)
    world.exchange.run_for(16)

    assert is_out(world)


# --- offers and talks -------------------------------------------------------------


@pytest.mark.parametrize("clicks", [False, True], ids=["telephone", "browser"])
def test_offer_stops_and_caller_goes_to_colleague(
    world: World, *, clicks: bool
) -> None:
    reach = Reach.BROWSER if clicks else Reach.PHONE
    world.operator("anna", Callee(after=500), reach=reach)
    caller = call_in(world)
    first = until_rung(world)
    world.operator("bela", phone=OTHER_OPERATOR)

    disable(world)
    world.exchange.run_for(1)

    assert first.ended
    assert is_out(world)
    until_stage(world, caller, Stage.CONNECTED)
    assert claim_now(world).operator == BELA
    assert world.operator_now().unanswered.missed == 0


def test_just_accepting_disabled_gets_no_caller(world: World) -> None:
    world.operator("anna", accepting_operator(after=1))
    fault(world, FaultKind.LOST, NOTICES)
    caller = call_in(world)
    world.exchange.run_until(lambda: claim_now(world).offer.taken is not None, 60)

    disable(world)
    world.exchange.run_for(5)

    assert is_out(world)
    assert stage_of(world, caller) is Stage.WAITING
    assert all(leg.ended for leg in outbound_legs(world))


@pytest.mark.parametrize("reach", [Reach.PHONE, Reach.STANDING])
def test_disabled_operator_talks_to_the_end(world: World, reach: Reach) -> None:
    operator, caller = in_talk(world, reach=reach)

    disable(world)
    world.exchange.run_for(60)
    assert talks_on(world, operator, caller)

    world.exchange.hang_up(caller)
    world.exchange.run_for(25)
    assert operator.ended
    assert is_out(world)


def test_disableds_browser_caller_goes_on(
    world: World,
) -> None:
    operator, caller = in_talk(world, reach=Reach.BROWSER)
    arrived = call_of(world, caller).arrival.at
    world.operator("bela", accepting_operator(after=4), phone=OTHER_OPERATOR)

    disable(world)
    world.exchange.run_for(2)

    assert operator.ended
    assert is_out(world)
    assert has_heard(world, caller, "transfer.wait")
    until_stage(world, caller, Stage.CONNECTED)
    assert claim_now(world).operator == BELA
    assert call_of(world, caller).arrival.at == arrived


def test_caller_stays_with_colleague_who_is_inside(world: World) -> None:
    operator, caller = in_talk(world, reach=Reach.BROWSER)
    world.operator("bela", accepting_operator(after=1), phone=OTHER_OPERATOR)
    inviting.invite_colleague(world.ports, LINE, ANNA, BELA)
    until_state(world, State.TALKING, "bela")

    disable(world)
    world.exchange.run_for(3)

    assert operator.ended
    assert talks_on(world, caller, outbound_legs(world)[-1])
    assert is_out(world)


def test_dropped_disabled_browsers_caller_handed_on(world: World) -> None:
    operator, caller = in_talk(world, reach=Reach.BROWSER)
    world.exchange.hang_up(operator)
    world.exchange.run_for(2)

    disable(world)
    world.exchange.run_for(15)

    assert stage_of(world, caller) is Stage.WAITING
    assert has_heard(world, caller, "transfer.wait")
    assert is_out(world)


def test_disabled_colleague_not_brought_into_talk(world: World) -> None:
    in_talk(world, name="bela")
    world.operator("anna", phone=OTHER_OPERATOR)
    disable(world)

    assert refusal(inviting.invite_colleague, world.ports, LINE, BELA, ANNA) == "busy"


def test_disabled_guest_leaves_and_host_talks_on(world: World) -> None:
    host, caller = in_talk(world, name="bela")
    world.operator("anna", PICKS_UP, reach=Reach.BROWSER, clicks=True)
    inviting.invite_colleague(world.ports, LINE, BELA, ANNA)
    world.exchange.run_until(lambda: state_of(world) is State.TALKING, 30)

    disable(world)
    world.exchange.run_for(3)

    assert talks_on(world, host, caller)
    assert is_out(world)


def test_disabled_operator_reminded_of_no_shift(world: World) -> None:
    with_reminders(world)
    world.operator("anna")
    planned(world)
    disable(world)

    look(world, STARTS - later(HOUR))
    shifts.send_reminders(world.ports, LINE)

    assert messages(world) == []


# --- and let in again --------------------------------------------------------------


def test_re_enabled_operator_may_come(world: World) -> None:
    leg = on_line(world)
    disable(world)
    assert (operator_note(world.operator_now()), leg.ended) == ("disabled", True)

    accounts.enable_operator(world.ports, ANNA)
    assert state_of(world) is State.OFFLINE
    old = rings_in(world, Press(digits=PIN), Stay())
    world.exchange.run_for(10)
    assert has_heard(world, old, "operator.pin-wrong"), "a new PIN is needed"
    world.exchange.hang_up(old)
    world.ports.roster.put_pin(ANNA, PIN)
    calls_in(world)

    assert state_of(world) is State.AVAILABLE
    assert not operator_row(world.operator_now())["disabled"]


def test_both_told_once_however_often_asked(world: World) -> None:
    world.operator("anna")

    for change in (
        accounts.disable_operator,
        accounts.disable_operator,
        accounts.enable_operator,
    ):
        change(world.ports, ANNA)
    accounts.enable_operator(world.ports, ANNA)
    disabling.follow_roster(world.ports, LINE)

    world.log()
    told: list[str] = [
        getattr(fact, "why", "") for fact in world.ports.call_search.facts_of(None)
    ]
    assert (told.count("disabled"), told.count("enabled")) == (1, 1)
    assert facts_named(world, "operator-changed") == []


def test_link_for_whoever_is_disabled_is_refused(world: World) -> None:
    world.operator("anna")
    disable(world)

    with pytest.raises(Conflict, match="operators enable"):
        accounts.make_link(world.ports, world.operator_now())
    with pytest.raises(NotFound):
        accounts.disable_operator(world.ports, BELA)
