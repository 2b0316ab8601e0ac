"""Requests about operators whom the live state has lost, or legs that they left."""

import pytest

from ivr.actions.accounts.disabling import shut_out
from ivr.actions.operators.presence import heartbeat, heartbeat_expired
from ivr.actions.operators.roster import choose_state, put_down
from ivr.actions.operators.wrap_up import more_time
from ivr.adapters.vault import KeyVault
from ivr.core.desk.presence import GRACE
from ivr.core.model.errors import NotFound, Stale
from ivr.core.model.identifiers import LegId, OperatorId
from ivr.core.model.operator import State
from ivr.core.queue.versions import RuleVersion
from ivr.ports import Change, Due, Ports
from tests.adapters.redis_store.store_people import LINE, operator
from tests.made_once import LINES, content_of
from tests.ports.bare_ports import Nobody, bare_ports
from tests.ports.fakes import LaterJobs, StillClock
from tests.ports.memory_store import make_memory_store

LOST = OperatorId("lost")
LEG = LegId("CAnew")


class Roster(Nobody):
    """The roster, and what it was told that operators have chosen."""

    def __init__(self) -> None:
        """Nothing was chosen yet."""
        self.chosen: list[tuple[OperatorId, State]] = []

    def remember_choice(self, key: OperatorId, state: State) -> None:
        """Keep what was chosen."""
        self.chosen.append((key, state))


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


@pytest.fixture
def roster() -> Roster:
    return Roster()


@pytest.fixture
def ports(clock: StillClock, roster: Roster) -> Ports:
    store = make_memory_store(KeyVault.with_fresh_keys(), clock)
    content = content_of(LINES)
    shipped = RuleVersion(version=0, toml=content.rules_text(LINE))
    store.live_rules.put_rule_versions(LINE, (shipped,))
    store.changes.commit(LINE, Change(save=(operator("anna", leg=LEG),)))
    given = {"clock": clock, "roster": roster, "jobs": LaterJobs()}
    return bare_ports(store, content=content, **given)


def test_choice_of_lost_operator_refused(ports: Ports, roster: Roster) -> None:
    with pytest.raises(NotFound, match="enrol them first"):
        choose_state(ports, LINE, LOST, State.AVAILABLE, "desk")

    assert roster.chosen == [], "it would bring them back in a state without effect"


def test_lost_operator_gets_no_more_time(ports: Ports) -> None:
    with pytest.raises(Stale, match="not-now"):
        more_time(ports, LINE, LOST)


def test_desk_of_lost_operator_stays_due(ports: Ports, clock: StillClock) -> None:
    heartbeat(ports, LINE, LOST)
    clock.pass_by(GRACE)

    heartbeat_expired(ports, LINE, LOST)

    due = Due(kind="desk", key=LOST)
    assert ports.deadlines.due(LINE, clock.now()) == [due], "until they are back"


def test_lost_operator_shut_out_quietly(ports: Ports) -> None:
    shut_out(ports, LINE, LOST)

    assert [each.id for each in ports.operators.operators(LINE)] == ["anna"]


def test_earlier_leg_frees_no_telephone(ports: Ports) -> None:
    put_down(ports, LINE, OperatorId("anna"), LegId("CAold"))

    (anna,) = ports.operators.operators(LINE)
    assert anna.leg == LEG
