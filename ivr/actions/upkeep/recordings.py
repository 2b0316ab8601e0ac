"""Messages that lie at the carrier although nobody has told us of them.

An account may serve others too. A recording is ours if a document recorded it on a call
of this line: one that the live state or the call log knows, or one that rang a number
of the line since its log began (before that, the number may have been somebody else's).
Nothing is ever deleted here: the operator who listens does that.
"""

from datetime import timedelta

from ivr.actions.saving import save_and_enqueue
from ivr.core.dialogue.exit_menu import message_fact
from ivr.core.dialogue.spoken import language_of
from ivr.core.model.contact.caller import Caller
from ivr.core.model.contact.contact import Contact
from ivr.core.model.contact.ending import Outcome
from ivr.core.model.contact.leg import contact_of_leg
from ivr.core.model.contact.need import Need
from ivr.core.model.errors import HotlineError, NotFound
from ivr.core.model.facts import (
    CallEnded,
    Fact,
    LanguageChosen,
    MessageLeft,
    of_call,
    started_fact,
)
from ivr.core.model.identifiers import ContactId, LineKey
from ivr.core.model.values import replace
from ivr.core.upkeep.recordings import Recorded, is_settled, note_scan
from ivr.ports import CallLog, Change, Content, Ports

LOOKS = 20
"""The most recordings in one go: each may cost a request."""

PENDING = 1000
"""The facts on their way to the log among which we look for messages."""


def see_to_recordings(ports: Ports, line: LineKey) -> None:
    """List as messages the recordings at the carrier that are ours.

    When the carrier, the store or the log does not answer, we look again later.
    """
    try:
        _see_to(ports, line)
    except HotlineError as error:
        ports.log.warning("recordings not looked at", line=line, error=str(error))


def _see_to(ports: Ports, line: LineKey) -> None:
    now, before = ports.clock.now(), ports.carrier_memory.recordings_looked(line)
    found = ports.recordings.recordings(before.until)
    unknown = [each for each in found if each.key not in before.others]
    unknown = _unlisted_among(ports, line, unknown)
    due = [each for each in unknown if is_settled(each, now)][:LOOKS]
    undecided, others = [each for each in unknown if each not in due], before.others
    for each in due:
        try:
            others |= set() if _list_recording(ports, line, each) else {each.key}
        except HotlineError as error:
            undecided.append(each)
            ports.log.warning("recording not tied", line=line, error=str(error))
    ports.carrier_memory.put_recordings_looked(
        line, note_scan(found, undecided, others, now)
    )


def _unlisted_among(
    ports: Ports, line: LineKey, found: list[Recorded]
) -> list[Recorded]:
    """The recordings that are no message yet."""
    if not found:
        return []
    pending = ports.journal.take(line, PENDING)
    told = {fact.recording for _, fact in pending if isinstance(fact, MessageLeft)}
    told |= ports.promises.known_recordings([each.key for each in found])
    return [each for each in found if each.key not in told]


def _list_recording(ports: Ports, line: LineKey, each: Recorded) -> bool:
    """List a recording as a message; False if it is not ours."""
    if not each.length:
        return False  # nothing was said
    key = contact_of_leg(each.leg)
    call = ports.contacts.call(line, key) or _call_in_log(ports.call_log, line, key)
    facts: tuple[Fact, ...]
    if call is not None:
        facts = (_fact_of_message(ports.content, call, each),)
    elif (number := _number_rung(ports, line, each)) is not None:
        facts = _of_unknown_call(ports, line, number, each)
    else:
        return False
    # Nothing else changes: nobody has said that the call was to end with it.
    save_and_enqueue(ports, line, Change(save=(), facts=facts))
    ports.log.warning("message found", line=line, call=facts[0].call)
    return True


def _fact_of_message(content: Content, call: Contact, each: Recorded) -> Fact:
    hotline = content.lines()[call.line]
    need = replace(call.need, language=language_of(hotline, call))
    call = replace(call, need=need)
    return message_fact(call, each.key, each.length or timedelta(), each.ended)


def _call_in_log(log: CallLog, line: LineKey, key: ContactId) -> Contact | None:
    """The call as the log knows it, if it does: all that a message needs."""
    facts = [fact for fact in log.facts_of_calls([key]) if fact.line == line]
    if not facts:
        return None
    chosen = [fact.language for fact in facts if isinstance(fact, LanguageChosen)]
    language = chosen[-1] if chosen else None
    caller, need = Caller(dialled=""), Need(language)
    return Contact(id=key, line=line, caller=caller, started=facts[0].at, need=need)


def _number_rung(ports: Ports, line: LineKey, each: Recorded) -> str | None:
    """Our number on a leg that nobody here knows; None when it is not ours."""
    began = ports.call_log.began(line)
    if began is None or each.began < began:
        return None
    try:
        number = ports.legs.own_number_of(each.leg)
    except NotFound:
        ports.log.warning("recording of no known call", line=line, recording=each.key)
        return None
    return number if number in ports.content.lines()[line].numbers else None


def _of_unknown_call(
    ports: Ports, line: LineKey, number: str, each: Recorded
) -> tuple[Fact, ...]:
    """The facts of a call of ours that is lost, all but its message."""
    caller = Caller(number)
    call = Contact(
        id=contact_of_leg(each.leg), line=line, caller=caller, started=each.began
    )
    outcome = Outcome.MESSAGE.value
    return (
        started_fact(call, each.began),
        _fact_of_message(ports.content, call, each),
        of_call(CallEnded, call, each.ended, outcome=outcome),
    )
