"""The calls of one number at once: which of them has the place, and from when."""

from datetime import timedelta

import pytest

from ivr.core.dialogue.exit_menu import is_without_ways, open_exit_menu
from ivr.core.dialogue.exit_menu_spoken import CALL_BACK, LEAVE_MESSAGE, calls_back
from ivr.core.dialogue.one_number import Settled, assign_places, holds_place, put_beside
from ivr.core.dialogue.returning import may_return
from ivr.core.model.contact.contact import Contact
from ivr.core.model.contact.ending import Ending
from ivr.core.model.contact.exit_menu import ExitMenu
from ivr.core.model.contact.stage import Stage
from ivr.core.model.contact.waiting import Arrival, QueueWait
from ivr.core.model.errors import Faults
from ivr.core.model.facts import CallerQueued, CallerReturned
from ivr.core.model.identifiers import ClaimId, ContactId
from ivr.core.model.values import replace
from ivr.core.rules.rule_set import parse_rules
from tests.core.kyiv import rules_of
from tests.core.walking import LATER, LINE, NOW, after

RULES = rules_of()
MINUTE = timedelta(minutes=1)
_WAITS = after(["3", "1", "3", "0"])
WAITS = replace(_WAITS, caller=replace(_WAITS.caller, pseudonym="somebody"))
OPEN = replace(LINE, calls_back=True, limits=replace(LINE.limits, message=MINUTE))


def call(name: str, minute: float, **changed: object) -> Contact:
    """A call that has come to the queue at some minute."""
    at = NOW + minute * MINUTE
    own = replace(WAITS, id=ContactId(name), started=at, arrival=Arrival(at=at))
    return replace(own, **changed)  # type: ignore[arg-type]


def decided(*calls: Contact, lapsed: Contact | None = None) -> Settled | None:
    return assign_places(calls, lapsed, RULES, LATER)


FIRST, SECOND, THIRD = (
    call("c1", 0),
    put_beside(call("c2", 1)),
    put_beside(call("c3", 2)),
)
ENDING = Ending(at=LATER, stage=Stage.WAITING)
LAPSED = call("c0", -1, stage=Stage.ENDED, ending=ENDING)


def test_place_with_one_holder_stays() -> None:
    assert decided(FIRST, SECOND, THIRD) is None
    assert decided(replace(FIRST, stage=Stage.CLAIMED), SECOND) is None
    assert decided() is None


def test_unheld_place_goes_to_first() -> None:
    talks = replace(
        FIRST, stage=Stage.CONNECTED, talk=FIRST.talk.bind_claim(ClaimId("k1"))
    )

    found = decided(talks, SECOND, THIRD)

    assert found is not None
    (placed,), (fact,) = found.calls, found.facts
    assert (placed.id, placed.arrival.at, placed.wait.beside) == ("c2", LATER, False)
    assert isinstance(fact, CallerQueued)


def test_ended_calls_place_goes_to_first() -> None:
    found = decided(SECOND, THIRD, lapsed=LAPSED)

    assert found is not None
    placed, left = found.calls
    assert (placed.id, placed.arrival.at, holds_place(placed)) == (
        "c2",
        LAPSED.arrival.at,
        True,
    )
    assert not may_return(left, MINUTE, LATER)
    assert [type(fact) for fact in found.facts] == [CallerReturned, CallerQueued]


@pytest.mark.parametrize(
    "changed",
    [
        {
            "ending": replace(ENDING, stage=Stage.CONNECTED),
            "arrival": replace(LAPSED.arrival, spent=True),
        },
        {"ending": replace(ENDING, stage=Stage.GOODBYE)},
        {"wait": QueueWait(beside=True)},
        {"exit_menu": ExitMenu(recording="RE1")},
        {"ending": replace(ENDING, at=NOW)},
    ],
    ids=lambda changed: next(reversed(changed)),
)
def test_placeless_call_leaves_nothing(
    changed: dict[str, object],
) -> None:
    found = decided(SECOND, lapsed=replace(LAPSED, **changed))  # type: ignore[arg-type]

    assert found is not None
    assert [each.arrival.at for each in found.calls] == [LATER]


def test_earlier_place_replaces_later_one() -> None:
    placed_since = call("c2", 2, started=NOW)

    left = decided(placed_since, lapsed=LAPSED)
    assert left is not None
    taken = decided(*left.calls, lapsed=LAPSED)

    assert [each.wait.beside for each in left.calls] == [True]
    assert taken is not None
    assert taken.calls[0].arrival.at == LAPSED.arrival.at
    assert decided(taken.calls[0], lapsed=taken.calls[1]) is None


def test_offered_call_keeps_its_place() -> None:
    offered = call("c2", 2, started=NOW, stage=Stage.CLAIMED)

    assert decided(offered, lapsed=LAPSED) is None


def test_later_of_two_steps_aside() -> None:
    found = decided(FIRST, call("c2", 1))

    assert found is not None
    assert [(each.id, each.wait.beside) for each in found.calls] == [("c2", True)]


def test_offered_call_precedes_earlier_arrival() -> None:
    found = decided(FIRST, call("c2", 1, stage=Stage.CLAIMED))

    assert found is not None
    assert [each.id for each in found.calls] == ["c1"]


def test_takers_topic_re_scores_nothing() -> None:
    other = replace(LAPSED, need=replace(LAPSED.need, urgency="information"))

    found = decided(SECOND, lapsed=other)

    assert found is not None
    assert found.calls[0].need.urgency == "urgent"
    assert found.calls[0].arrival.counts_from == LATER - (LATER - other.arrival.at) / 2  # type: ignore[operator]


def test_waiting_beside_told_instead_of_place() -> None:
    assert FIRST.menu.notices == ("location.thanks-tell", "wait.start")
    assert put_beside(FIRST).menu.notices == ("location.thanks-tell", "wait.beside")


def test_waiting_beside_promised_no_callback() -> None:
    assert open_exit_menu(OPEN, SECOND, CALL_BACK) is None
    assert open_exit_menu(OPEN, SECOND, LEAVE_MESSAGE) is not None
    assert not calls_back(OPEN, SECOND)
    assert is_without_ways(
        replace(OPEN, limits=replace(OPEN.limits, message=timedelta())), SECOND
    )


# --- switchboards -----------------------------------------------------------------


def test_switchboards_are_numbers_with_country() -> None:
    good = rules_of('[wait]\nswitchboards = ["+12025550123"]')

    assert good.wait.switchboards == ("+12025550123",)
    assert RULES.wait.switchboards == ()
    with pytest.raises(Faults, match=r'"0445550123" is no telephone number; .*\+1202'):
        parse_rules('[class.urgent]\nweight = 1\n[wait]\nswitchboards = ["0445550123"]')
