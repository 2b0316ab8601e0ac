"""The standing line: operators call in, are called, stay for the shift, and leave."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial

from ivr.actions import rules as rule_sets
from ivr.actions import telephones
from ivr.actions.calls.calls import enter_room
from ivr.actions.legs import end_leg
from ivr.actions.operators.roster import (
    calling_over,
    own_language,
    put_calling,
    refuse_if_disabled,
    restore_operator,
)
from ivr.actions.saving import save_and_enqueue
from ivr.actions.talks.answering import answer_operator, leave_room, stay_on_line
from ivr.actions.talks.ending import cut_off
from ivr.actions.talks.tokens import token_of
from ivr.actions.updating import update_operator
from ivr.actions.upkeep.due_work import help_out
from ivr.core.dialogue import standing
from ivr.core.dialogue.instructions import HangUp, Instruction
from ivr.core.dialogue.standing import ask_if_there, ask_pin, is_locked, wait_in_silence
from ivr.core.dialogue.whisper import say_to_operator
from ivr.core.model.address import PhoneNumber
from ivr.core.model.contact.leg import contact_of_leg
from ivr.core.model.errors import Conflict, NotFound, Unavailable
from ivr.core.model.facts import CallingInLocked, OperatorChanged
from ivr.core.model.identifiers import ClaimId, ContactId, LegId, LineKey, OperatorId
from ivr.core.model.operator import Operator, Reach, State, set_calling, set_pin_tries
from ivr.core.model.values import replace
from ivr.core.talk.events import OperatorCameOut, OperatorMoved
from ivr.ports import Change, Ports

# --- calling in -----------------------------------------------------------


def greet_operator(
    ports: Ports, line: LineKey, leg: LegId, caller: PhoneNumber | None
) -> list[Instruction]:
    """Ask for the PIN on a call from an operator's telephone; nothing for all others.

    A number can be forged, and an operator may need help too: it opens only the
    question for the PIN, and nobody has to answer that.
    """
    known = _who_may_be(ports, line, caller)
    if not known or _is_caller(ports, line, leg):
        return []
    for operator in known:
        if operator.leg == leg:
            return wait_in_silence(token_of(ports, line, operator.id, leg))
    return _ask_for_pin(ports, line, known, leg, wrong=False)


def _who_may_be(
    ports: Ports, line: LineKey, caller: PhoneNumber | None
) -> list[Operator]:
    if caller is None:
        return []
    known = ports.operators.enrolled(line, ports.vault.pseudonym(caller))
    # A disabled operator may need help too, and is a caller like everybody else.
    return [each for each in known if _is_standing(each) and not each.disabled]


def _is_caller(ports: Ports, line: LineKey, leg: LegId) -> bool:
    """Whether somebody on this leg goes on as a caller already."""
    return ports.contacts.call(line, contact_of_leg(leg)) is not None


def _is_standing(operator: Operator) -> bool:
    return operator.is_standing


def _ask_for_pin(
    ports: Ports,
    line: LineKey,
    known: Sequence[Operator],
    leg: LegId,
    *,
    wrong: bool,
) -> list[Instruction]:
    free = _find_unlocked(ports, known)
    if not free:
        return []
    for each in free:
        put_calling(ports, each, leg)
    return ask_pin(own_language(ports, free[0], line), _count_tries(free), wrong=wrong)


def _find_unlocked(ports: Ports, known: Sequence[Operator]) -> list[Operator]:
    now = ports.clock.now()
    return [each for each in known if not is_locked(each, now)]


def _count_tries(known: Sequence[Operator]) -> int:
    return sum(each.telephone.mistyped for each in known)


def answer_pin(
    ports: Ports,
    line: LineKey,
    leg: LegId,
    caller: PhoneNumber | None,
    keys: str,
    tries: int,
) -> list[Instruction]:
    """Answer the keys typed as a PIN; nothing: go on as a caller.

    A try is counted before it is checked, so that many at once are no better than one.
    Fewer digits are no try: somebody who needs help presses any key.
    """
    known = _who_may_be(ports, line, caller)
    for operator in known:
        if operator.leg == leg:
            return _on_line(ports, operator, leg)
    if len(keys) < standing.PIN_DIGITS or _is_caller(ports, line, leg):
        return []
    free = _find_unlocked(ports, known)
    if (
        not free
        or tries != _count_tries(free)
        or not _count_wrong_pin(ports, line, free)
    ):
        return _ask_for_pin(ports, line, known, leg, wrong=True)
    found = _owner_of_pin(ports, line, free, keys)
    if found is not None:
        return _called_in(ports, line, found, free, leg)
    _note_locks(ports, line, free)
    return _ask_for_pin(ports, line, _who_may_be(ports, line, caller), leg, wrong=True)


def _count_wrong_pin(ports: Ports, line: LineKey, known: Sequence[Operator]) -> bool:
    now = ports.clock.now()
    spent = [standing.count_wrong_pin(each, now) for each in known]
    return save_and_enqueue(ports, line, Change(save=spent))


def _owner_of_pin(
    ports: Ports, line: LineKey, known: Sequence[Operator], pin: str
) -> Operator | None:
    try:
        return next(
            (each for each in known if ports.roster.has_pin(each.id, pin)), None
        )
    except Unavailable:
        # Nobody has checked it: it was no try; we ask again when the roster is back.
        for each in known:
            _put_tries(ports, line, each.id, each.telephone.mistyped)
        raise


def _called_in(
    ports: Ports,
    line: LineKey,
    operator: Operator,
    known: Sequence[Operator],
    leg: LegId,
) -> list[Instruction]:
    # Operators who share a telephone share its wrong PINs: a slip at the beginning of a
    # shift must not lock out all who call in after it.
    for other in known:
        if other.id != operator.id:
            _put_tries(ports, line, other.id, 0)
    here = attach(ports, line, operator.id, leg, "called in")
    return _on_line(ports, here, leg) if here.leg == leg else [HangUp()]


def unlock_calling_in(ports: Ports, line: LineKey, key: OperatorId) -> None:
    """Let an operator call in again after they got a new PIN."""
    _put_tries(ports, line, key, 0)


def _put_tries(ports: Ports, line: LineKey, key: OperatorId, tries: int) -> None:
    """Take wrong PINs back, such as those of another operator at this telephone."""
    operator = ports.operators.operator(line, key)
    if operator is not None:
        unlocked = set_pin_tries(set_calling(operator, None), tries)
        save_and_enqueue(ports, line, Change(save=(unlocked,)))


def _note_locks(ports: Ports, line: LineKey, known: Sequence[Operator]) -> None:
    now = ports.clock.now()
    facts = [
        CallingInLocked(at=now, line=line, operator=each.id, until=until.isoformat())
        for each in known
        if (until := standing.count_wrong_pin(each, now).telephone.locked) is not None
    ]
    for fact in facts:
        ports.log.warning("calling in locked", line=line, operator=fact.operator)
    if facts:
        save_and_enqueue(ports, line, Change(save=(), facts=facts))


def attach(
    ports: Ports, line: LineKey, key: OperatorId, leg: LegId, why: str
) -> Operator:
    """Put the operator on the line with this leg; give up an older leg.

    The carrier is asked about the leg: a request may come after the hang-up.
    """
    before = ports.operators.operator(line, key)
    if before is not None and before.disabled:
        return before
    if before is not None and before.leg not in {None, leg}:
        cut_off(ports, line, key, before.leg or leg)
        end_leg(ports, before.leg or leg)
    up = None if _is_gone(ports, leg) else leg
    here = update_operator(ports, line, key, partial(attach_leg, leg=up, why=why))
    if here is None:
        raise NotFound("no such operator in the live state; enrol them first")
    return here


def attach_leg(
    operator: Operator, now: datetime, *, leg: LegId | None, why: str
) -> Change | None:
    """Put an operator on the line with a leg that is up, unless another one is."""
    if leg is None or operator.leg is not None or operator.disabled:
        return None
    here = standing.came_in(operator, leg, now)
    fact = OperatorChanged(
        at=now, line=here.line, operator=here.id, state=here.state.value, why=why
    )
    return Change(save=(here,), facts=(fact,), wake=True)


def _is_gone(ports: Ports, leg: LegId) -> bool:
    try:
        return ports.legs.is_over(leg)
    except Unavailable as error:
        # It has just asked us something; if it is gone, the reconciler will see.
        ports.log.warning("leg not seen", error=str(error))
        return False


def _on_line(ports: Ports, operator: Operator, leg: LegId) -> list[Instruction]:
    away = operator.state is State.AWAY
    prompt = "operator.on-line-away" if away else "operator.on-line"
    words = say_to_operator(prompt, own_language(ports, operator, operator.line))
    return [words, *wait_in_silence(token_of(ports, operator.line, operator.id, leg))]


# --- being called to the line ---------------------------------------------


def call_in(ports: Ports, line: LineKey, key: OperatorId) -> LegId:
    """Call an operator to the line; the number itself proves who picks up."""
    operator = ports.operators.operator(line, key)
    if operator is None or not operator.is_standing:
        raise Conflict(
            "only operators on a standing line are called to it; enrol with"
            " `hotline operators add NAME --reach standing …`"
        )
    refuse_if_disabled(operator)
    if operator.leg is not None:
        raise Conflict(f"{operator.profile.name} is on the line already")
    number = ports.roster.number(key)
    if number is None:
        raise NotFound(
            f"{operator.profile.name} has no number; enrol them with --phone"
        )
    # It rings like any other telephone before it is a standing line.
    as_phone = replace(operator.profile, reach=Reach.PHONE)
    if telephones.is_engaged(ports, replace(operator, profile=as_phone)):
        raise Conflict(
            f"{operator.profile.name}'s telephone is on another call of the hotline;"
            " try again when that is over"
        )
    if (
        ports.carrier_memory.acquire_dial_slot(
            ports.clock.now(), ports.calls_per_second
        )
        is not None
    ):
        raise Unavailable("the carrier's pace is used up; try again in a moment")
    token = ports.vault.sign({"line": line, "operator": key})
    ring = rule_sets.in_force(ports, line).offer.ring
    caller_id = ports.content.lines()[line].numbers[0]
    return ports.dialling.call_in(number, caller_id, token, ring)


def ask_who_is_called(ports: Ports, line: LineKey, token: str) -> list[Instruction]:
    """Ask the person who picked up for a key, which no mailbox presses."""
    operator = _operator_of_token(ports, line, ports.vault.verify(token))
    language = own_language(ports, operator, line)
    return [HangUp()] if operator is None else ask_if_there(language, token)


def answer_called(
    ports: Ports, line: LineKey, token: str, leg: LegId, keys: str
) -> list[Instruction]:
    """Answer a key pressed on the telephone that was called to the line."""
    operator = _operator_of_token(ports, line, ports.vault.verify(token))
    if operator is None or keys != standing.CAME:
        return [
            say_to_operator("operator.goodbye", own_language(ports, operator, line)),
            HangUp(),
        ]
    here = attach(ports, line, operator.id, leg, "was called")
    return _on_line(ports, here, leg) if here.leg == leg else [HangUp()]


def _operator_of_token(
    ports: Ports, line: LineKey, signed: Mapping[str, str] | None
) -> Operator | None:
    """The operator that a token names, brought back into a wiped store."""
    if signed is None or signed.get("line") != line or "operator" not in signed:
        return None
    key = OperatorId(signed["operator"])
    if ports.operators.operator(line, key) is None:
        restore_operator(ports, line, key)
    return ports.operators.operator(line, key)


# --- on the line ----------------------------------------------------------


def keep_alive(
    ports: Ports, line: LineKey, token: str, leg: LegId
) -> list[Instruction]:
    """Keep an operator on the line: silence, until a caller comes."""
    operator = _standing_operator(ports, line, token, leg)
    language = own_language(ports, operator, line)
    if operator is None:
        return [say_to_operator("operator.call-in-again", language), HangUp()]
    if operator.state is State.OFFLINE:
        return [say_to_operator("operator.goodbye", language), HangUp()]
    help_out(ports, line)
    return stay_on_line(ports, operator, leg)


def _standing_operator(
    ports: Ports, line: LineKey, token: str, leg: LegId
) -> Operator | None:
    """The operator on the line with this leg; a wiped store learns it from here."""
    signed = ports.vault.verify(token)
    operator = _operator_of_token(ports, line, signed)
    if operator is None or signed is None or signed.get("leg") != leg:
        return None
    if operator.leg is None:
        operator = attach(ports, line, operator.id, leg, "heard of again")
    return operator if operator.leg == leg else None


def on_moved(
    ports: Ports, line: LineKey, token: str, leg: LegId, claim: ClaimId
) -> list[Instruction]:
    """Answer an operator's leg that was fetched for a claim: first who is coming."""
    going = answer_operator(ports, line, OperatorMoved(claim=claim, leg=leg))
    return going or come_out(ports, line, token, leg, claim)


def come_out(
    ports: Ports,
    line: LineKey,
    token: str,
    leg: LegId,
    claim: ClaimId,
    *,
    is_up: bool = True,
) -> list[Instruction]:
    """Let the operator out of the room, to stay on the line."""
    came_out = OperatorCameOut(claim=claim, leg=leg, is_up=is_up)
    words, is_inside = leave_room(ports, line, came_out)
    if is_inside:
        return words
    return [*words, *keep_alive(ports, line, token, leg)]


def caller_to_room(
    ports: Ports, line: LineKey, key: ContactId, claim: ClaimId
) -> list[Instruction]:
    """Let the caller into the room of a standing line; a tone tells the operator."""
    return enter_room(ports, line, key, claim, tone=True)


def hung_up(ports: Ports, line: LineKey, leg: LegId) -> None:
    """Note the end of a leg that may have been a standing one, a caller's, or both."""
    call = ports.contacts.call(line, contact_of_leg(leg))
    if call is None:
        among = ports.operators.operators(line)
    else:
        among = (
            ports.operators.enrolled(line, call.caller.pseudonym)
            if call.caller.pseudonym
            else []
        )
    for operator in among:
        calling_over(ports, operator, leg)
        if operator.leg == leg and operator.is_standing:
            cut_off(ports, line, operator.id, leg)
