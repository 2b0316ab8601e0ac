"""What holds after every event, whatever came before: each fault in one sentence."""

from collections import Counter
from collections.abc import Iterator

from ivr.core.dialogue.instructions import Instruction
from ivr.core.model.claim import OFFER_ENDS, Claim
from ivr.core.model.contact.contact import Contact
from ivr.core.model.contact.stage import Stage
from ivr.core.model.facts import (
    CallerConnected,
    Fact,
    OfferEnded,
    OperatorJoined,
    TalkEnded,
)
from ivr.core.model.operator import Operator, State
from ivr.core.talk.answers import Answer, AskPerson, HangUpPerson, LetPersonIn
from ivr.core.talk.deciding import decide
from ivr.core.talk.decision import Decision
from ivr.core.talk.events import InviteAsked, TalkEvent
from ivr.core.talk.requests import DismissUninvited
from ivr.core.talk.speaking import speak_to_operator, speak_to_person
from ivr.core.talk.talk import Context, Talk
from tests.core.talk.talk_world import TalkWorld

BOUND = frozenset({State.RINGING, State.TALKING})
CLAIMED = frozenset({Stage.CLAIMED, Stage.CONNECTED})


# --- of everybody -----------------------------------------------------------------


def faults_in_state(world: TalkWorld) -> Iterator[str]:
    """What is wrong with the line as it is kept now."""
    claims = world.open_claims()
    for operator in world.operators():
        yield from _faults_of_operator(operator, claims)
    for call in world.calls():
        yield from _faults_of_call(call, claims)
    for claim in claims:
        yield from _faults_of_claim(claim, world)


def _faults_of_operator(operator: Operator, claims: list[Claim]) -> Iterator[str]:
    own = [each for each in claims if each.operator == operator.id]
    if len(own) > 1:
        yield f"operator {operator.id} is in two claims that bind"
    bound = {each.id for each in own}
    if operator.claim not in bound and (bound or operator.claim):
        yield f"operator {operator.id} names {operator.claim}, and {bound} bind"
    if (operator.state in BOUND) is not bool(own):
        yield f"operator {operator.id} is {operator.state}, and {bound} bind"


def _faults_of_call(call: Contact, claims: list[Claim]) -> Iterator[str]:
    own = [e for e in claims if e.call == call.id and not e.is_invitation]
    if len(own) > 1:
        yield f"caller {call.id} is in two claims with rooms of their own"
    if not call.is_live and any(each.call == call.id for each in claims):
        yield f"call {call.id} is over, and a claim binds it"
    if call.stage in CLAIMED and [each.id for each in own] != [call.talk.claim]:
        yield f"caller {call.id} is {call.stage} by {call.talk.claim}, and is lost"
    if call.stage not in CLAIMED and (own or call.talk.claim is not None):
        yield f"caller {call.id} is {call.stage}, and {call.talk.claim} binds still"
    if own and own[0].is_talk is not (call.stage is Stage.CONNECTED):
        yield f"caller {call.id} is {call.stage}, and the claim {own[0].state}"
    if call.is_live and call.stage is not Stage.PROMISED and not _is_somewhere(call):
        yield f"caller {call.id} is {call.stage} on no leg, and nobody will call"


def _is_somewhere(call: Contact) -> bool:
    """Whether the caller is on a leg, or waits in a queue or a claim to be called."""
    return call.leg is not None or call.stage in {Stage.WAITING, *CLAIMED}


def _faults_of_claim(claim: Claim, world: TalkWorld) -> Iterator[str]:
    if claim.deadline is None and not (claim.is_talk and not claim.is_interrupted):
        now = f"{claim.state}, {claim.interruption}"
        yield f"claim {claim.id} is {now}, with no deadline"
    host = world.claim(claim.companions.host)
    if claim.is_invitation and (host is None or host.companions.guest != claim.id):
        yield f"claim {claim.id} is an invitation of a host who does not know it"
    if host is not None and not host.is_open:
        yield f"claim {claim.id} is an invitation into a talk that is over"


# --- of one decision --------------------------------------------------------------


def faults_of_decision(
    decision: Decision, loaded: Talk, event: TalkEvent, context: Context
) -> Iterator[str]:
    """What is wrong with a decision about a talk that was loaded."""
    if decide(loaded, event, context) != decision:
        yield "the same talk and event lead to another decision"
    known = {(type(each), each.id) for each in loaded.entities}
    if isinstance(event, InviteAsked):
        known.add((Claim, event.invitation))
    for each in decision.saved:
        if (type(each), each.id) not in known:
            yield f"{each.id} is saved, and nobody looked at it"
    talk = decision.talk
    for request in decision.requests:
        yield from _unknown(request, talk)
    if decision.answer is not None and not speak(decision.answer, talk, context):
        yield f"{decision.answer} is put into no words"


def speak(
    answer: Answer, talk: Talk, context: Context, token: str = ""
) -> list[Instruction]:
    """An answer in words, whoever's it is."""
    if isinstance(answer, AskPerson | LetPersonIn | HangUpPerson):
        return speak_to_person(answer, talk, context)
    return speak_to_operator(answer, talk, context, token)


def _unknown(request: object, talk: Talk) -> Iterator[str]:
    """Whom a request names, and whoever does it will not find in the talk."""
    if isinstance(request, DismissUninvited):
        return  # told of a room of which nothing is known, perhaps
    for name, known in (
        ("claim", talk.claims),
        ("operator", talk.operators),
        ("call", talk.calls),
    ):
        key = getattr(request, name, None)
        if key is not None and key not in known:
            yield f"{request} names somebody who is not in the talk"


# --- of what was told -------------------------------------------------------------


def faults_in_facts(facts: list[Fact]) -> Iterator[str]:
    """What is wrong with all that was told of the claims, from the first one on."""
    told = Counter((type(each), getattr(each, "claim", None)) for each in facts)
    for (kind, claim), count in told.items():
        if (
            kind in {CallerConnected, OperatorJoined, OfferEnded, TalkEnded}
            and count > 1
        ):
            yield f"{kind.name} was told {count} times of claim {claim}"
        began = told[CallerConnected, claim] + told[OperatorJoined, claim]
        if kind is TalkEnded and not began:
            yield f"the talk of claim {claim} ended, and never began"
    yield from _faults_of_ends(facts)


def _faults_of_ends(facts: list[Fact]) -> Iterator[str]:
    """An offer that ended is no talk, unless that is told of late, as of before."""
    talked = set[object]()
    for each in facts:
        if isinstance(each, OfferEnded) and each.reason not in OFFER_ENDS:
            yield f"an offer ended for {each.reason!r}, which is not in OFFER_ENDS"
        if isinstance(each, (CallerConnected, OperatorJoined)):
            talked.add(each.claim)
        if isinstance(each, OfferEnded) and each.claim in talked:
            yield f"claim {each.claim} was a talk, and then an offer that ended"
