"""One thing is loaded, decided about, and saved; again when somebody was first."""

from datetime import datetime

import pytest

from ivr.actions.saving import ATTEMPTS, save_and_enqueue
from ivr.actions.updating import update_operator
from ivr.core.model.errors import Conflict
from ivr.core.model.identifiers import OperatorId
from ivr.core.model.operator import Operator
from ivr.core.model.values import replace
from ivr.ports import Change
from tests.world import LINE, World

ANNA = OperatorId("anna")


class Rival:
    """Somebody else, who changes the operator before each of the first decisions."""

    def __init__(self, world: World, times: int) -> None:
        """Be first so many times."""
        self.world, self.times = world, times
        self.decided: list[Operator] = []

    def decide(self, operator: Operator, _now: datetime) -> Change:
        """Decide about an operator, whom the rival has changed by then."""
        if len(self.decided) < self.times:
            team = f"team {len(self.decided)}"
            change = Change(
                save=(replace(operator, profile=replace(operator.profile, team=team)),)
            )
            assert save_and_enqueue(self.world.ports, LINE, change)
        self.decided.append(operator)
        return Change(save=(replace(operator, why=operator.profile.team),))


def test_conflict_decided_again(world: World) -> None:
    world.operator("anna")
    rival = Rival(world, times=2)

    after = update_operator(world.ports, LINE, ANNA, rival.decide)

    assert [each.profile.team for each in rival.decided] == ["", "team 0", "team 1"]
    assert after is not None
    assert after.why == world.operator_now("anna").why == "team 1"


def test_endless_conflict_refused(world: World) -> None:
    world.operator("anna")
    before = world.operator_now("anna")
    rival = Rival(world, times=ATTEMPTS)

    with pytest.raises(Conflict, match="try again"):
        update_operator(world.ports, LINE, ANNA, rival.decide)

    assert len(rival.decided) == ATTEMPTS
    assert world.operator_now("anna").why == before.why


def test_nothing_decided_not_saved(world: World) -> None:
    world.operator("anna")
    before = world.operator_now("anna")

    found = update_operator(world.ports, LINE, ANNA, lambda *_: None)

    assert found == before == world.operator_now("anna")


def test_missing_operator_not_decided_about(world: World) -> None:
    rival = Rival(world, times=0)

    assert update_operator(world.ports, LINE, ANNA, rival.decide) is None
    assert not rival.decided
