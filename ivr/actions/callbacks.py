"""A promised call back: the operator has agreed, then the person is called.

Whoever picks up is asked before anything is said of this line: a mailbox, or
somebody else in the house, must neither hear it nor be put through.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from ivr.actions import callees
from ivr.actions import rules as rule_sets
from ivr.actions.calls import present
from ivr.actions.ending import caller_left, withdrawn
from ivr.actions.legs import dismiss, end_leg
from ivr.actions.saving import save, settle
from ivr.core.callback import promised_call
from ivr.core.dialogue.instructions import (
    AskPerson,
    EnterRoom,
    HangUp,
    Instruction,
    Say,
)
from ivr.core.dialogue.spoken import language_of
from ivr.core.history.promise_log import CallbackRecord, MessageRecord
from ivr.core.model.call import (
    Call,
    CallId,
    ClaimId,
    LineKey,
    Outcome,
    PhoneNumber,
    Stage,
)
from ivr.core.model.claim import CARRIER_GRACE, TAKEN_LEASE, Claim, ClaimState, moved
from ivr.core.model.errors import Conflict, Invalid, NotFound, Unavailable, Unreadable
from ivr.core.model.facts import CallbackEnded, CallEnded, Fact, MessageTaken, of_call
from ivr.ports import Change, Entity, Ports

PUT_THROUGH, REFUSE = "1", "2"

REFUSED = "refused"
"""Ended by the person who was called, and who hears so on the leg."""


def taken_lease(ports: Ports, claim: Claim) -> timedelta:
    """How long a taken claim may last before its talk; a person is rung first."""
    call = ports.store.call(claim.line, claim.call)
    if call is None or not is_to_be_dialled(call):
        return TAKEN_LEASE
    return TAKEN_LEASE + rule_sets.in_force(ports, claim.line).callback.ring


def is_to_be_dialled(call: Call) -> bool:
    """Whether the person is not on a line of theirs yet; perhaps it rings already."""
    promise = call.promise
    return promise is not None and promise.begun and not promise.reached


def dial(ports: Ports, claim: Claim, call: Call, attempt: int) -> None:
    """Call the person of a taken claim; one whose leg may exist is not called twice.

    Of a request that comes twice only the first one dials: ``attempt`` counts them.
    Raises Unavailable when nobody was called.
    """
    number = _number(ports, call)
    if not _begin_dialling(ports, claim, call, attempt):
        return
    line = ports.content.lines()[claim.line]
    ring = rule_sets.in_force(ports, claim.line).callback.ring
    caller_id = call.number if call.number in line.numbers else line.numbers[0]
    # Its place in the carrier's pace is taken and not waited for: the carrier itself
    # holds a leg that comes too early, and the operator is on the line already.
    ports.store.leg_slot(ports.clock.now(), ports.calls_per_second)
    try:
        leg = ports.carrier.call_back(claim, number, caller_id, ring)
    except Unavailable as error:
        if not error.ambiguous:
            raise
        # The leg's own requests bind it; else the lease gives both sides back.
        ports.notes.warning("leg not heard of", claim=claim.id, error=str(error))
    else:
        if not bind(ports, claim.line, claim.id, leg):
            ports.carrier.end(leg)


def _number(ports: Ports, call: Call) -> PhoneNumber:
    try:
        return ports.vault.unseal_number(call.wish.number if call.wish else "")
    except Invalid as error:
        raise Unavailable(f"the number to call back: {error}", permanent=True) from None


def _begin_dialling(ports: Ports, claim: Claim, call: Call, attempt: int) -> bool:
    """Whether this is the one run of an attempt, and no leg is known of."""

    def begun() -> bool | None:
        now = ports.store.claim(claim.line, claim.id)
        if now is None or now.state is not ClaimState.TAKEN:
            return False
        if now.caller_leg is not None or now.dialled >= attempt:
            return False
        called = callees.rung_now(ports, call, ports.clock.now())
        if called is None:
            raise Unavailable("the number to call back has been called too often")
        dialling = replace(now, dialled=attempt)
        return save(ports, claim.line, Change(save=(dialling, called))) or None

    return settle(begun)


def bind(ports: Ports, line: LineKey, key: ClaimId, leg: CallId) -> bool:
    """Make a leg the one of the person; False when nobody waits for it any more."""

    def attempt() -> bool | None:
        claim = ports.store.claim(line, key)
        if claim is None or claim.state is not ClaimState.TAKEN:
            return claim is not None and claim.caller_leg == leg and claim.is_open
        if claim.caller_leg is not None:
            return claim.caller_leg == leg
        call = ports.store.call(line, claim.call)
        if call is None or call.promise is None or call.claim != key:
            return False
        ring = rule_sets.in_force(ports, line).callback.ring
        until = ports.clock.now() + ring + CARRIER_GRACE + TAKEN_LEASE
        phone = _telephone(ports, call)
        bound: list[Entity] = [
            replace(moved(claim, claim.state, until), caller_leg=leg),
            replace(call, promise=replace(call.promise, leg=leg, phone=phone)),
        ]
        return save(ports, line, Change(save=bound)) or None

    return settle(attempt)


def picked_up(
    ports: Ports, line: LineKey, key: ClaimId, leg: CallId
) -> list[Instruction]:
    """Somebody has picked up: ask whether it is the person who wanted the call."""
    if not bind(ports, line, key, leg):
        return [HangUp()]
    call = ports.store.call(line, leg)
    if call is None:
        return [HangUp()]
    hotline = ports.content.lines()[line]
    language = language_of(hotline, call)
    asked = (
        Say(prompt="back.question", language=language, values={"key": PUT_THROUGH}),
        Say(prompt="back.refuse", language=language, values={"key": REFUSE}),
    )
    return [AskPerson(prompts=asked, claim=key)]


def answered(
    ports: Ports, line: LineKey, key: ClaimId, leg: CallId, keys: str
) -> list[Instruction]:
    """The person has pressed a key: 1 puts through, 2 wants no more calls."""
    call = ports.store.call(line, leg)
    if call is None or call.leg != leg:
        return [HangUp()]
    if keys == REFUSE:
        return _refused(ports, line, call)
    if keys != PUT_THROUGH:
        return [HangUp()]
    _reach(ports, line, key, leg)
    return _let_in(ports, line, key, leg)


def _reach(ports: Ports, line: LineKey, key: ClaimId, leg: CallId) -> None:
    """From here on the person is a caller on the line, whatever the operator does."""

    def attempt() -> bool | None:
        call = ports.store.call(line, leg)
        if call is None or call.promise is None or call.leg != leg:
            return False
        if call.promise.reached:
            return True
        now = ports.clock.now()
        promise = replace(call.promise, reached=True)
        # Should the operator be lost now, the person begins to wait: not hours ago.
        reached: list[Entity] = [replace(call, promise=promise, waits_since=now)]
        claim = ports.store.claim(line, key)
        if claim is not None and claim.state is ClaimState.TAKEN:
            until = now + TAKEN_LEASE
            reached.append(moved(claim, claim.state, until))
        return save(ports, line, Change(save=reached)) or None

    settle(attempt)


def _let_in(
    ports: Ports, line: LineKey, key: ClaimId, leg: CallId
) -> list[Instruction]:
    call = ports.store.call(line, leg)
    if call is None or call.leg != leg:
        return [HangUp()]
    if call.claim != key:
        return present(ports, line, leg)
    hotline = ports.content.lines()[line]
    said = Say(prompt="wait.connecting", language=language_of(hotline, call))
    return [said, EnterRoom(claim=key, role="caller", limit=hotline.talk_limit)]


def _refused(ports: Ports, line: LineKey, call: Call) -> list[Instruction]:
    """Whoever wants no call is spared every promise to that number.

    The number may have been typed by somebody else, and more than once.
    """
    language = language_of(ports.content.lines()[line], call)
    note_refusal(ports, call)
    for promised in (call, *_to_the_same(ports, call)):
        try:
            end(ports, line, promised.id, REFUSED)
        except (NotFound, Conflict):
            continue  # a request that came twice, or another one was quicker
    return [Say(prompt="back.not-again", language=language), HangUp()]


def note_refusal(ports: Ports, call: Call) -> None:
    """Remember that the person wants no call that somebody else asks for."""
    name, now = callees.name_of(ports, call), ports.clock.now()
    if name is None:
        return

    def attempt() -> bool | None:
        to = replace(callees.known_callee(ports, call.line, name), refused=now)
        return save(ports, call.line, Change(save=(to,))) or None

    settle(attempt)


def _to_the_same(ports: Ports, call: Call) -> list[Call]:
    number = _opened(ports, call)
    promised = (each for each in ports.store.waiting(call.line) if each.promise)
    return [
        each
        for each in promised
        if number is not None and each.id != call.id and _opened(ports, each) == number
    ]


def _telephone(ports: Ports, call: Call) -> str:
    """The keyed name of the number to call back; "" when it can no longer be read."""
    number = _opened(ports, call)
    return "" if number is None else ports.vault.pseudonym(number)


def _opened(ports: Ports, call: Call) -> PhoneNumber | None:
    try:
        return _number(ports, call)
    except Unavailable:
        return None


def end(ports: Ports, line: LineKey, key: CallId, reason: str) -> None:
    """Let a promise bind no more; NotFound without one, Conflict while they talk.

    An operator who is on the way to the person is told.
    """

    def attempt() -> tuple[Call, Claim | None] | None:
        call = ports.store.call(line, key)
        if call is None or call.promise is None or not call.is_live:
            raise NotFound("no such promise; see them with `hotline callbacks`")
        if call.stage in {Stage.CONNECTED, Stage.AFTER}:
            raise Conflict("they are talking now; the promise is kept")
        if call.promise.reached:
            raise Conflict("the person has been reached, and waits on the line")
        claim = ports.store.claim(line, call.claim) if call.claim else None
        change = _ended(ports, call, claim, reason)
        return (call, claim) if save(ports, line, change) else None

    call, claim = settle(attempt)
    if claim is not None and claim.leg is not None:
        dismiss(ports, claim, claim.leg)
    if call.promise and call.promise.leg and reason != REFUSED:
        end_leg(ports, call.promise.leg)


def _ended(ports: Ports, call: Call, claim: Claim | None, reason: str) -> Change:
    now = ports.clock.now()
    over = replace(
        call, stage=Stage.ENDED, claim=None, ended=now, ended_from=call.stage
    )
    facts: tuple[Fact, ...] = (of_call(CallbackEnded, call, now, reason=reason),)
    if call.promise and not call.promise.begun:
        outcome = Outcome.CALLBACK.value
        facts = (*facts, of_call(CallEnded, call, now, outcome=outcome))
    if claim is None or not claim.is_open:
        return Change(save=(over,), facts=facts)
    return withdrawn(ports, claim, over, facts, now)


def leg_over(ports: Ports, line: LineKey, key: ClaimId, leg: CallId, how: str) -> None:
    """The person's leg is over, or never was; before any talk it counts as a try."""
    if bind(ports, line, key, leg) or ports.store.call(line, leg) is not None:
        caller_left(ports, line, leg, how)


def due(ports: Ports, line: LineKey, key: CallId) -> None:
    """The hour of a promise may have come."""

    def attempt() -> bool | None:
        call, now = ports.store.call(line, key), ports.clock.now()
        if call is None or call.stage is not Stage.PROMISED or call.promise is None:
            return False
        if call.promise.due is None or call.promise.due > now:
            return False
        rules = rule_sets.in_force(ports, line)
        after = promised_call.waits_again(call, rules, now)
        wake = after.stage is Stage.WAITING
        return save(ports, line, Change(save=(after,), wake=wake)) or None

    settle(attempt)


def bring_back_promises(ports: Ports, line: LineKey) -> None:
    """After a lost store: every promise that binds is ours to keep again.

    Not while facts are on their way to the log: the end may be among them.
    """
    if ports.journal.take(line, 1):
        return
    for record in ports.promises.callbacks(line):
        call = record.promise.call
        rev = None if call is None else _lost_rev(ports, line, call)
        if rev is not None:
            ports.notes.warning("promise brought back", call=call, line=line)
            _bring_back(ports, record, rev)


def _lost_rev(ports: Ports, line: LineKey, key: CallId) -> int | None:
    """At which version a call is to be made anew; None when it is there."""
    try:
        return 0 if ports.store.call(line, key) is None else None
    except Unreadable as error:
        return error.rev


def _bring_back(ports: Ports, record: CallbackRecord, rev: int) -> None:
    now, fact = ports.clock.now(), record.promise
    rules = rule_sets.in_force(ports, fact.line)
    remembered = replace(promised_call.remembered(record), rev=rev)
    call = promised_call.begun(remembered, rules, now)
    save(ports, fact.line, callees.brought_back(ports, call))


# --- messages -------------------------------------------------------------


def take_message(
    ports: Ports, record: MessageRecord, keep: Callable[[bytes], object] | None
) -> None:
    """Hand the sound to ``keep`` (None: unheard), then delete it at the carrier.

    Kept first and deleted afterwards: a fault in between leaves it where it was.
    Raises NotFound when the carrier has it no more, or not yet.
    """
    if keep is not None:
        keep(ports.carrier.recording(record.recording))
    message_is_taken(ports, record, "fetched" if keep else "thrown away")


def message_is_taken(ports: Ports, record: MessageRecord, how: str) -> None:
    """Delete a message at the carrier, for it was heard or is to be heard by nobody."""
    ports.carrier.forget_recording(record.recording)
    fact = MessageTaken(
        at=ports.clock.now(),
        line=record.line,
        call=record.call,
        how=how,
        recording=record.recording,
    )
    save(ports, record.line, Change(save=(), facts=(fact,)))
