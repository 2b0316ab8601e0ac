"""The checker is checked: one sound history, and one broken for each promise."""

from collections.abc import Callable, Sequence

import pytest

from ivr.core.model.contact.stage import Stage
from ivr.core.model.contact.waiting import Arrival, QueueWait
from ivr.core.model.facts import Fact, OfferEnded, OfferMade, PersonLeft
from ivr.core.model.identifiers import ClaimId, ContactId, LegId, OperatorId
from ivr.core.model.operator import Operator, State, Unanswered
from ivr.core.model.values import replace
from tests.ports.fakes import EVENING
from tests.promises.checker.checker import PROMISES, breaches, first_come_first_claimed
from tests.promises.checker.evidence import shown
from tests.promises.checker.history import History, Moment
from tests.promises.checker.sound import (
    FIRST,
    FIRST_LEG,
    OPEN,
    SECOND,
    anna,
    at,
    bound,
    brought_in,
    look,
    numbered,
    of,
    offered,
    overtaking,
    sound,
    talk,
    waiting,
)

Break = Callable[[History], History]


def without(name: str) -> Break:
    """The history in which facts of this name were never written."""

    def broken(history: History) -> History:
        facts = [fact for _, fact in history.facts if fact.name != name]
        return replace(
            history, facts=numbered(facts), added=len(facts), told=tuple(facts)
        )

    return broken


def once_more(name: str) -> Break:
    """The history in which the first such fact came twice."""

    def broken(history: History) -> History:
        facts = [fact for _, fact in history.facts]
        place = next(n for n, fact in enumerate(facts) if fact.name == name)
        facts.insert(place, facts[place])
        return replace(history, facts=numbered(facts), added=len(facts))

    return broken


def with_moments(*moments: Moment) -> Break:
    return lambda history: replace(history, moments=(*moments, *history.moments[-1:]))


def called_for(history: History, seconds: int) -> History:
    """Somebody was called, who is on the telephone for so long after it was over."""
    called = LegId("called")
    looks = [
        look(s, on_line=frozenset({FIRST_LEG, called})) for s in range(1, seconds + 2)
    ]
    known = with_moments(*looks)(history)
    return replace(known, dialled={called: ClaimId("over")})


def with_stay(**more: object) -> Break:
    def broken(history: History) -> History:
        changed = replace(history.stays[-1], **more)  # type: ignore[arg-type]
        return replace(history, stays=(*history.stays[:-1], changed))

    return broken


def left_beside(history: History) -> History:
    """The other call of a number is over, and nobody gives its place on."""
    looks = [look(s, calls=(BESIDE,), queued=()) for s in range(2, 45)]
    return with_moments(*looks)(history)


def side_by_side(history: History) -> History:
    """The second talk begins before the first has ended."""
    facts = sorted([*talk(FIRST, 0), *talk(SECOND, 10)], key=lambda fact: fact.at)
    return replace(history, facts=numbered(facts), told=())


def two_operators(history: History) -> History:
    """A second operator is promised the same caller."""
    other = of(
        OfferMade, 2.5, FIRST, claim=ClaimId("other"), operator=OperatorId("bela")
    )
    facts = [fact for _, fact in history.facts]
    facts.insert(3, other)
    facts.insert(
        4,
        of(
            OfferEnded,
            2.6,
            FIRST,
            claim=ClaimId("other"),
            operator=OperatorId("bela"),
            reason="declined",
        ),
    )
    return replace(history, facts=numbered(facts), added=len(facts))


def out_of_the_log(history: History) -> History:
    return replace(history, facts=history.facts[:-1])


def kept_twice(history: History) -> History:
    return replace(history, facts=(*history.facts, history.facts[-1]))


FREE = anna(state=State.AVAILABLE)
OTHER_TONGUE = anna("ru", "uk", state=State.AVAILABLE)
AT_HOME = anna(id=OperatorId("bela"), state=State.WRAP_UP, due=EVENING + at(99))
NEW_ARRIVAL = replace(waiting(), arrival=Arrival(at=EVENING + at(2)))
ONE_NUMBER = replace(waiting().caller, pseudonym="one number")
HOLDER = replace(waiting(), caller=ONE_NUMBER)
BESIDE = replace(waiting(SECOND), caller=ONE_NUMBER, wait=QueueWait(beside=True))

BREAKS: Sequence[tuple[str, str, Break]] = (
    ("nobody_is_lost", "first has 0 facts call-ended", without("call-ended")),
    ("nobody_is_lost", "first: call-ended while gone", once_more("call-ended")),
    ("nobody_is_lost", "first: offer-made while menu", without("caller-queued")),
    (
        "nobody_is_lost",
        "first is waiting, and not where that is",
        with_moments(look(1, queued=())),
    ),
    (
        "nobody_is_lost",
        "first is waiting, and not where that is",
        with_moments(look(1, queued=(FIRST, FIRST))),
    ),
    (
        "nobody_is_lost",
        "second is queued and gone",
        with_moments(look(1, queued=(FIRST, SECOND))),
    ),
    (
        "nobody_is_lost",
        "second is on the telephone and in no state of ours",
        with_moments(look(1, on_line=frozenset({FIRST, SECOND}))),
    ),
    (
        "nobody_is_lost",
        "17:00:22+00:00: called is on the telephone and in no state of ours",
        lambda history: called_for(history, 21),
    ),
    (
        "nobody_is_lost",
        "first is waiting, and not where that is",
        with_moments(replace(bound(), calls=(waiting(),))),
    ),
    (
        "nobody_is_lost",
        "operators and claims do not agree",
        with_moments(look(1, operators=(anna(claim=ClaimId("old")),))),
    ),
    (
        "nobody_is_lost",
        "first hung up at 2026-01-05 17:00:15+00:00 and is waiting",
        with_moments(look(90)),
    ),
    (
        "nobody_is_lost",
        "first is in a room with nobody since 2026-01-05 17:00:01",
        with_moments(look(200, alone={FIRST: EVENING + at(1)})),
    ),
    (
        "nobody_is_in_two_talks",
        "anna is promised by claim-second and by claim-first",
        side_by_side,
    ),
    (
        "nobody_is_in_two_talks",
        "first is promised by other and by claim-first",
        two_operators,
    ),
    (
        "nobody_is_in_two_talks",
        "anna was in two rooms at once",
        with_stay(since=EVENING + at(8)),
    ),
    (
        "nobody_is_in_two_talks",
        "room claim-first held anna, bela",
        with_stay(person="bela", room="claim-first"),
    ),
    (
        "a_token_counts_once",
        "claim claim-first has 2 facts offer-taken",
        once_more("offer-taken"),
    ),
    (
        "a_token_counts_once",
        "claim claim-first has 2 facts offer-rung",
        once_more("offer-rung"),
    ),
    ("a_token_counts_once", "claim claim-first has 2 ends", once_more("talk-ended")),
    ("a_token_counts_once", "claim claim-first has 0 ends", without("talk-ended")),
    (
        "a_token_counts_once",
        "ringing claim claim-first outlived its lease",
        with_moments(replace(bound(), at=EVENING + at(32.5))),
    ),
    (
        "nobody_is_lost",
        "second waits beside nobody since 2026-01-05 17:00:02",
        lambda history: replace(left_beside(history), hung_up={}),
    ),
    (
        "nobody_is_lost",
        "second is waiting, and not where that is",
        with_moments(look(2, calls=(HOLDER, BESIDE), queued=(FIRST, SECOND))),
    ),
    (
        "no_wake_up_is_lost",
        "first waits beside anna, since",
        with_moments(*(look(s, operators=(FREE,)) for s in range(2, 9))),
    ),
    (
        "no_wake_up_is_lost",
        "first waits beside anna, since 2026-01-05 17:00:04",
        with_moments(
            *(look(s, operators=(OTHER_TONGUE, AT_HOME), rules=OPEN) for s in (2, 3)),
            *(look(s, operators=(OTHER_TONGUE, AT_HOME)) for s in range(4, 11)),
        ),
    ),
    (
        "publishing_resets_nothing",
        "first has a new arrival",
        with_moments(look(1), look(2, calls=(NEW_ARRIVAL,))),
    ),
    (
        "publishing_resets_nothing",
        "first was queued anew 2 times",
        once_more("caller-queued"),
    ),
    (
        "publishing_resets_nothing",
        "anna was changed by other rules",
        with_moments(
            look(1, operators=(anna(unanswered=Unanswered(missed=2)),)),
            look(2, operators=(anna(unanswered=Unanswered()),), rules=OPEN),
        ),
    ),
    (
        "nobody_waits_for_ever",
        "first waits on, and should not since 2026-01-05 17:45:02",
        with_moments(*(look(s) for s in range(2700, 2715))),
    ),
    (
        "no_message_is_lost",
        "message spoken is known 0 times",
        lambda history: replace(history, recorded=("spoken",)),
    ),
    (
        "nobody_is_starved",
        "a returner talked 3 times while waiting was passed over",
        lambda _: overtaking(3),
    ),
    ("every_fact_is_kept_once", "confirmed and not kept: ", out_of_the_log),
    ("every_fact_is_kept_once", "entry 15-0 is kept 2 times", kept_twice),
    (
        "everybody_leaves_in_the_end",
        "first is waiting for ever",
        lambda history: replace(history, moments=(look(1),)),
    ),
    (
        "everybody_leaves_in_the_end",
        "anna is ringing for ever",
        lambda history: replace(history, moments=(bound(),)),
    ),
)


def test_sound_history_breaks_no_promise() -> None:
    assert breaches(sound()) == {}
    assert list(first_come_first_claimed(sound())) == []


@pytest.mark.parametrize(
    ("promise", "breach", "broken"),
    BREAKS,
    ids=[f"{promise}-{number}" for number, (promise, _, _) in enumerate(BREAKS)],
)
def test_broken_history_caught_under_promise(
    promise: str, breach: str, broken: Break
) -> None:
    told = breaches(broken(sound()))[promise]

    assert any(breach in each for each in told)


def test_every_promise_broken_by_some_history() -> None:
    assert {promise for promise, _, _ in BREAKS} == PROMISES.keys()


@pytest.mark.parametrize(
    "operator",
    [
        anna(),
        anna(state=State.AVAILABLE, leg=ContactId("receiver")),
        anna(state=State.AVAILABLE, due=EVENING + at(99)),
        anna("en", state=State.AVAILABLE),
    ],
    ids=["away", "holds the receiver", "cools down", "speaks something else"],
)
def test_helpless_waiters_blame_nobody(
    operator: Operator,
) -> None:
    moments = with_moments(*(look(s, operators=(operator,)) for s in range(2, 12)))

    assert "no_wake_up_is_lost" not in breaches(moments(sound()))


@pytest.mark.parametrize(
    ("seconds", "refused", "is_told"),
    [
        (46, (), False),
        (48, (), True),
        (48, ((30, FIRST_LEG),), False),
        (48, ((30, SECOND), (44, FIRST_LEG)), True),
        (63, ((30, FIRST_LEG),), True),
    ],
    ids=["once", "twice", "one in vain", "of others or between", "twice more"],
)
def test_only_look_that_could_see_counts(
    seconds: float, refused: Sequence[tuple[float, LegId]], *, is_told: bool
) -> None:
    history = replace(
        with_moments(look(seconds))(sound()),
        refused=tuple((EVENING + at(when), leg) for when, leg in refused),
    )

    assert ("nobody_is_lost" in breaches(history)) is is_told


def test_look_at_list_that_lags_sees_nothing() -> None:
    late = with_moments(look(48))(sound())
    hung_up = {**late.hung_up, FIRST_LEG: EVENING + at(28.5)}

    assert "nobody_is_lost" not in breaches(replace(late, hung_up=hung_up))
    assert "nobody_is_lost" in breaches(late)


def test_one_of_two_calls_has_place() -> None:
    looks = [look(s, calls=(HOLDER, BESIDE), operators=(anna(),)) for s in range(2, 60)]
    history = replace(with_moments(*looks)(sound()), hung_up={})

    assert "nobody_is_lost" not in breaches(history)


def test_call_beside_another_not_kept_waiting() -> None:
    free = anna(state=State.AVAILABLE)
    claimed = replace(HOLDER, stage=Stage.CLAIMED)
    looks = [look(s, calls=(claimed, BESIDE), operators=(free,)) for s in range(2, 12)]

    assert "no_wake_up_is_lost" not in breaches(with_moments(*looks)(sound()))


def test_claim_before_earlier_caller_is_caught() -> None:
    first, second = talk(FIRST, 0), talk(SECOND, 10)
    facts = [*first[:2], *second[:2], *second[2:], *first[2:]]

    told = list(first_come_first_claimed(replace(sound(), facts=numbered(facts))))

    assert told == ["second was claimed before first, who came earlier"]


def test_refused_offer_restores_place_in_order() -> None:
    first, second = talk(FIRST, 0), talk(SECOND, 10)
    refused = offered(OfferEnded, 9, FIRST, reason="declined")
    facts = [*first[:3], *second[:2], refused, *second[2:]]

    told = list(first_come_first_claimed(replace(sound(), facts=numbered(facts))))

    assert told == ["second was claimed before first, who came earlier"]


def test_one_talk_and_one_return_starve_nobody() -> None:
    assert "nobody_is_starved" not in breaches(overtaking(2))


def test_called_person_may_be_let_go() -> None:
    assert told_of(called_for(sound(), 20), "nobody_is_lost") == ""


def among(history: History, *more: Fact) -> History:
    """The history with more facts, each at its moment."""
    facts = sorted((fact for _, fact in history.facts), key=lambda fact: fact.at)
    facts = sorted([*facts, *more], key=lambda fact: fact.at)
    return replace(history, facts=numbered(facts), added=len(facts))


def test_undone_offers_talk_uses_no_place() -> None:
    (third,) = (
        fact
        for _, fact in overtaking(3).facts
        if fact.name == "offer-made" and fact.call == "again-2"
    )
    undone = offered(OfferEnded, 42.5, ContactId("again-2"), reason="carrier")
    undone = replace(undone, claim=third.claim)  # type: ignore[attr-defined, call-arg]

    told = breaches(among(overtaking(3), undone))

    assert "nobody_is_starved" not in told


def test_called_back_leaver_passed_by_nobody() -> None:
    left = of(PersonLeft, 30, ContactId("waiting"), outcome="abandoned")

    told = breaches(among(overtaking(3), left))

    assert "nobody_is_starved" not in told


# --- colleagues who are brought in ----------------------------------------------


def test_history_of_left_caller_is_sound() -> None:
    history = brought_in()

    assert breaches(history) == {}
    assert list(first_come_first_claimed(history)) == []


def told_of(history: History, promise: str) -> str:
    return "\n".join(breaches(history).get(promise, []))


def test_uninvited_operator_in_room_is_breach() -> None:
    history = brought_in()
    facts = [f for _, f in history.facts if f.name != "operator-invited"]
    uninvited = replace(history, facts=numbered(facts), added=len(facts), told=())

    assert "room claim-first held" in told_of(uninvited, "nobody_is_in_two_talks")


def test_inviting_bound_colleague_is_breach() -> None:
    history = brought_in()
    facts = [f for _, f in history.facts if f.name != "offer-ended"]
    twice = replace(history, facts=numbered(facts), added=len(facts), told=())

    assert "bela is promised by guest and by in-vain" in told_of(
        twice, "nobody_is_in_two_talks"
    )
    assert "claim in-vain has 0 ends" in told_of(twice, "a_token_counts_once")


def test_inviting_into_ended_talk_is_breach() -> None:
    moment = bound()
    (claim,) = moment.claims
    joins = replace(
        claim,
        id=ClaimId("guest"),
        companions=replace(claim.companions, host=ClaimId("gone")),
    )
    lone = replace(moment, claims=(claim, joins))
    history = replace(sound(), moments=(lone, *sound().moments[-1:]))

    assert "guest joins a talk that is over" in told_of(history, "nobody_is_lost")


def test_breach_shown_with_named_facts() -> None:
    history = sound()

    rows = list(shown(history, {"a promise": [f"{FIRST} was lost"]}))

    assert rows[0] == f"  a promise: {FIRST} was lost"
    own = [fact.name for _, fact in history.facts if fact.call == FIRST]
    assert [row.split()[2] for row in rows[1:]] == own
    assert all(f" {FIRST} " in row for row in rows[1:])


def test_legs_breach_shown_with_creator() -> None:
    claim = ClaimId(f"claim-{SECOND}")
    history = replace(sound(), dialled={LegId("leg"): claim})

    rows = list(shown(history, {"a promise": ["leg is in no state of ours"]}))

    assert rows[1:]
    assert all(f" {SECOND} " in row for row in rows[1:])
