"""One sound history, made by hand: two callers, one after the other."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from ivr.core.model.claim import Claim, ClaimState
from ivr.core.model.contact.caller import Caller
from ivr.core.model.contact.contact import Contact
from ivr.core.model.contact.leg import leg_of_contact
from ivr.core.model.contact.need import Need
from ivr.core.model.contact.stage import Stage
from ivr.core.model.contact.talk_state import TalkState
from ivr.core.model.contact.waiting import Arrival
from ivr.core.model.facts import (
    CallEnded,
    CallerConnected,
    CallerQueued,
    CallStarted,
    CallTransferred,
    Fact,
    OfferEnded,
    OfferMade,
    OfferRung,
    OfferTaken,
    OperatorInvited,
    OperatorJoined,
    OperatorParted,
    TalkEnded,
)
from ivr.core.model.identifiers import ClaimId, ContactId, LineKey, OperatorId
from ivr.core.model.operator import Operator, Profile, State
from ivr.core.model.values import replace
from ivr.core.rules.rule_set import parse_rules
from tests.ports.fakes import EVENING
from tests.promises.checker.history import History, Moment, Stay

LINE = LineKey("example")
FIRST, SECOND = ContactId("first"), ContactId("second")
FIRST_LEG, SECOND_LEG = leg_of_contact(FIRST), leg_of_contact(SECOND)
ANNA, BELA = OperatorId("anna"), OperatorId("bela")
RULES = parse_rules("[class.urgent]\nweight = 1.0\n")
OPEN = parse_rules(
    "[class.urgent]\nweight = 1.0\n[relax]\nsecond_language_after = 60\n"
)


def at(seconds: float) -> timedelta:
    return timedelta(seconds=seconds)


def of(kind: type[Fact], seconds: float, call: ContactId, /, **told: Any) -> Fact:
    moment = EVENING + at(seconds)
    return kind(at=moment, line=LINE, call=call, **told)


def offered(kind: type[Fact], seconds: float, call: ContactId, **told: object) -> Fact:
    claim = ClaimId(f"claim-{call}")
    return of(kind, seconds, call, claim=claim, operator=ANNA, **told)


def talk(call: ContactId, begin: float) -> list[Fact]:
    """A call that is answered, from the first fact to the last."""
    return [
        of(CallStarted, begin, call, number="+12025550101"),
        of(CallerQueued, begin + 1, call, language="uk", urgency="urgent"),
        offered(OfferMade, begin + 2, call),
        offered(OfferRung, begin + 3, call),
        offered(OfferTaken, begin + 4, call),
        offered(CallerConnected, begin + 5, call),
        offered(TalkEnded, begin + 15, call, by="caller"),
        of(CallEnded, begin + 15, call, outcome="answered"),
    ]


def stays(call: ContactId, begin: float) -> list[Stay]:
    return [
        Stay(
            room=f"claim-{call}",
            person=person,
            is_caller=person != ANNA,
            since=EVENING + at(begin + 5),
            until=EVENING + at(begin + 15),
        )
        for person in (str(call), ANNA)
    ]


def numbered(facts: Sequence[Fact]) -> tuple[tuple[str, Fact], ...]:
    return tuple((f"{number}-0", fact) for number, fact in enumerate(facts))


def waiting(call: ContactId = FIRST) -> Contact:
    return Contact(
        id=call,
        line=LINE,
        caller=Caller("+12025550101"),
        started=EVENING,
        stage=Stage.WAITING,
        arrival=Arrival(at=EVENING + at(1)),
        need=Need("uk", urgency="urgent"),
    )


def anna(*languages: str, **more: object) -> Operator:
    operator = Operator(
        id=ANNA,
        line=LINE,
        profile=Profile(name="anna", languages=languages or ("uk",)),
        state=State.AWAY,
        since=EVENING,
        idle_since=EVENING,
    )
    return replace(operator, **more)  # type: ignore[arg-type]


def look(seconds: float, **more: object) -> Moment:
    moment = Moment(
        at=EVENING + at(seconds),
        rules=RULES,
        calls=(waiting(),),
        operators=(anna(),),
        queued=(FIRST,),
        on_line=frozenset({FIRST_LEG}),
    )
    return replace(moment, **more)  # type: ignore[arg-type]


def bound() -> Moment:
    """The first caller while the telephone of an operator rings."""
    claim = Claim(
        id=ClaimId("claim-first"),
        line=LINE,
        call=FIRST,
        operator=ANNA,
        state=ClaimState.RINGING,
        made=EVENING + at(2),
        deadline=EVENING + at(30),
    )
    call = replace(waiting(), stage=Stage.CLAIMED, talk=TalkState(claim=claim.id))
    rung = anna(state=State.RINGING, claim=claim.id)
    return look(2.5, calls=(call,), claims=(claim,), operators=(rung,), queued=())


def sound() -> History:
    """Two callers, one after the other, and one operator."""
    facts = [*talk(FIRST, 0), *talk(SECOND, 20)]
    nobody = {"calls": (), "queued": (), "on_line": frozenset()}
    return History(
        callers=frozenset({FIRST, SECOND}),
        facts=numbered(facts),
        added=len(facts),
        told=tuple(facts[3:]),
        stays=(*stays(FIRST, 0), *stays(SECOND, 20)),
        hung_up={FIRST_LEG: EVENING + at(15), SECOND_LEG: EVENING + at(35)},
        moments=(look(1), look(2), bound(), look(60, **nobody)),
        reconciled=tuple((EVENING + at(n), EVENING + at(n)) for n in range(0, 240, 15)),
    )


def overtaking(talks: int) -> History:
    """One waits while another one of the class talks so often, under one number."""
    waits = ContactId("waiting")
    facts = [
        of(CallStarted, 0, waits, number="+12025550101", caller="a patient one"),
        of(CallerQueued, 1, waits, language="uk", urgency="urgent"),
    ]
    for number in range(talks):
        began, *others = talk(ContactId(f"again-{number}"), 20 * number + 2)
        facts += [replace(began, caller="a returner"), *others]  # type: ignore[call-arg]
    facts.append(of(CallEnded, 20 * talks + 2, waits, outcome="abandoned"))
    return replace(sound(), facts=numbered(facts), added=len(facts), told=())


def invitation(claim: str, begin: float, call: ContactId = FIRST) -> list[Fact]:
    """A colleague is asked into a talk, and comes."""
    told = {"claim": ClaimId(claim), "operator": BELA}
    return [
        of(OperatorInvited, begin, call, by=ANNA, **told),
        of(OperatorJoined, begin + 1, call, **told),
    ]


def brought_in() -> History:
    """The first caller is left to a colleague, after another invitation in vain."""
    before, after = talk(FIRST, 0)[:6], talk(SECOND, 20)
    first, guest = ClaimId("claim-first"), ClaimId("guest")
    refused = {"claim": ClaimId("in-vain"), "operator": BELA}
    facts = [
        *before,
        of(OperatorInvited, 6, FIRST, by=ANNA, **refused),
        of(OfferEnded, 7, FIRST, reason="declined", **refused),
        *invitation(guest, 8),
        of(OperatorParted, 10, FIRST, claim=first, operator=ANNA, why="transferred"),
        of(CallTransferred, 10, FIRST, kind="warm", to=BELA),
        of(TalkEnded, 15, FIRST, claim=guest, operator=BELA, by="caller"),
        of(CallEnded, 15, FIRST, outcome="answered"),
        *after,
    ]
    sat = Stay(
        room="claim-first",
        person=BELA,
        is_caller=False,
        since=EVENING + at(9),
        until=EVENING + at(15),
    )
    before_it = sound()
    return replace(
        before_it,
        facts=numbered(facts),
        added=len(facts),
        told=tuple(facts[3:]),
        stays=(*before_it.stays, sat),
    )
