"""The talk of an event, as loaded, and everything else that its decision depends on."""

from collections.abc import Iterable

from ivr.actions import rules as rule_sets
from ivr.actions import telephones
from ivr.actions.callees import known_callee, name_of, telephone_of
from ivr.core.dialogue.whisper import DECLINE, TAKE
from ivr.core.history.record import missing_fields
from ivr.core.model.claim import Claim, ClaimState
from ivr.core.model.contact.leg import contact_of_leg
from ivr.core.model.errors import Unavailable
from ivr.core.model.identifiers import ClaimId, ContactId, LineKey
from ivr.core.model.values import replace
from ivr.core.rules.rule_set import RuleSet
from ivr.core.talk.endings.closing import is_sent_on
from ivr.core.talk.endings.leaving import REFUSED
from ivr.core.talk.events import (
    CallbackRevoked,
    CallerCameOut,
    CallerEvent,
    CallerHungUp,
    ClaimEvent,
    DeskEvent,
    InviteAsked,
    Joined,
    KeyPressed,
    LeaseExpired,
    LegEnded,
    PersonAgreed,
    PersonLegCreated,
    PersonLegEnded,
    PersonPickedUp,
    PersonWanted,
    RoomBegan,
    RoomInspected,
    StandingLegEnded,
    TalkEvent,
)
from ivr.core.talk.talk import Talk
from ivr.ports import Ports

PERSONS = (PersonWanted, PersonLegCreated, PersonPickedUp, PersonLegEnded)
"""Events whose decision depends on the number at which the person is called."""


def load_talk(
    ports: Ports, line: LineKey, event: TalkEvent, known: Talk | None
) -> tuple[Talk, RuleSet]:
    """Everything that a decision about an event may depend on, with the rules in force.

    One look at the store; a ``known`` talk was saved by ourselves a moment ago.
    """
    if isinstance(event, (StandingLegEnded, DeskEvent)):
        colleague = event.colleague if isinstance(event, InviteAsked) else None
        loaded = ports.talks.load_talk(
            line, operator=event.operator, colleague=colleague
        )
    elif known is not None:
        talk = _turn_to(known, event)
        return _add_observed(ports, talk, event), rule_sets.in_force(ports, line)
    else:
        claim, contact = _roots_of(event)
        loaded = ports.talks.load_talk(line, claim=claim, contact=contact)
    rules = rule_sets.read_rules(ports, line, loaded.rules)
    return _add_observed(ports, loaded.talk, event), rules


def is_about(talk: Talk, event: TalkEvent) -> bool:
    """Whether the talk holds everybody that the event is about."""
    if isinstance(event, (StandingLegEnded, DeskEvent)):
        return False
    key, contact = _roots_of(event)
    if contact is not None:
        call = talk.calls.get(contact)
        return call is not None and call.talk.claim in (None, *talk.claims)
    claim = talk.claims.get(key) if key else None
    return claim is not None and claim.call in talk.calls


def _roots_of(
    event: ClaimEvent | CallerEvent,
) -> tuple[ClaimId | None, ContactId | None]:
    match event:
        case CallerHungUp():
            return None, contact_of_leg(event.leg)
        case CallerCameOut():
            return event.of, contact_of_leg(event.leg)
        case CallbackRevoked():
            return None, event.call
        case PersonAgreed():
            return event.claim, contact_of_leg(event.leg)
        case ClaimEvent():
            return event.claim or None, None


def _turn_to(talk: Talk, event: ClaimEvent | CallerEvent) -> Talk:
    claim, contact = _roots_of(event)
    if contact is None:
        return talk.about(claim)
    call = talk.calls[contact]
    return talk.about(call.talk.claim, call.id)


# --- what a look at the talk itself does not tell ----------------------------------


def _add_observed(ports: Ports, talk: Talk, event: TalkEvent) -> Talk:
    if isinstance(event, (LegEnded, LeaseExpired, KeyPressed)):
        talk = _with_engaged(ports, talk, event)
    if isinstance(event, (Joined, RoomBegan, RoomInspected)):
        talk = _with_telephone(ports, talk)
    if isinstance(event, PERSONS) or _is_refusal(event):
        talk = _with_number(ports, talk)
    if isinstance(event, InviteAsked):
        talk = _with_colleague(ports, talk, event)
    return _with_roster(ports, talk)


def _is_refusal(event: TalkEvent) -> bool:
    return isinstance(event, CallbackRevoked) and event.reason == REFUSED


def _with_engaged(ports: Ports, talk: Talk, event: TalkEvent) -> Talk:
    """Note if the operator's telephone is in use elsewhere: then nothing was missed."""
    claim, operator = talk.claim, talk.operator_of(talk.claim)
    answers = isinstance(event, KeyPressed) and event.keys in {TAKE, DECLINE}
    if claim is None or operator is None or not claim.is_offered or answers:
        return talk
    if not telephones.is_engaged(ports, operator):
        return talk
    return replace(talk, engaged=frozenset({operator.id}))


def _with_telephone(ports: Ports, talk: Talk) -> Talk:
    """Add the caller's telephone and its promises, before they talk."""
    call, claim = talk.call, talk.claim
    if call is None or claim is None or not _may_meet(claim):
        return talk
    telephone = telephone_of(ports, call)
    for each in telephone.promised:
        talk = talk.put(each)
    if telephone.known is not None:
        talk = talk.put(telephone.known)
        talk = replace(talk, number=telephone.known.id)
    return replace(talk, promised=tuple(each.id for each in telephone.promised))


def _with_number(ports: Ports, talk: Talk) -> Talk:
    """Add the number at which the person is called, and how often it was called."""
    call = talk.call
    name = name_of(ports, call) if call is not None else None
    if name is None:
        return talk
    talk = replace(talk, number=name)
    return talk.put(known_callee(ports, talk.line, name))


def _with_colleague(ports: Ports, talk: Talk, event: InviteAsked) -> Talk:
    colleague = talk.operators.get(event.colleague)
    if colleague is None or not telephones.is_engaged(ports, colleague):
        return talk
    return replace(talk, engaged=frozenset({colleague.id}))


def _may_meet(claim: Claim) -> bool:
    return claim.state in {ClaimState.TAKEN, ClaimState.CONNECTED, ClaimState.OVER}


def with_lacking(ports: Ports, talk: Talk, over: Iterable[Claim]) -> Talk:
    """Add which of these claims, now over, lack something that must be written.

    The database keeps it, so we ask only where somebody wraps up: the rest of a talk
    waits for no database.
    """
    return replace(
        talk, lacking=frozenset(each.id for each in over if _lacks_record(ports, each))
    )


def _lacks_record(ports: Ports, claim: Claim) -> bool:
    desk = ports.content.lines()[claim.line].desk
    try:
        record = ports.records.of(claim.call, claim.operator)
    except Unavailable as error:
        # Nothing can be written while the database is away: nobody is held for it.
        ports.log.warning("record not asked for", claim=claim.id, error=str(error))
        return False
    return bool(missing_fields(record, desk))


def _with_roster(ports: Ports, talk: Talk) -> Talk:
    """Add the languages of those on duty, for a caller who is handed on."""
    if not any(is_sent_on(each) for each in talk.claims.values() if each.is_talk):
        return talk
    on_duty = (each for each in ports.operators.operators(talk.line) if each.is_on_duty)
    spoken = (language for each in on_duty for language in each.profile.languages)
    return replace(talk, spoken=frozenset(spoken))
