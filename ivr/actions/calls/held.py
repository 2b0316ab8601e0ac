"""Callers on hold while nothing can be saved: the live state is away, or full.

Everything we know of them travels in a signed token. What can be written down meanwhile
goes straight into the call log.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from ivr.actions import rules as rule_sets
from ivr.actions.calls.calls import (
    Newcomer,
    contact_of_newcomer,
    first_step,
    in_place_of,
    place_held_for,
    require_call,
)
from ivr.actions.calls.estimates import warn_if_unserved
from ivr.actions.one_number import give_way, share_place
from ivr.actions.updating import put_call
from ivr.core.dialogue import flow
from ivr.core.dialogue.flow import Step
from ivr.core.dialogue.one_number import facts_of_arrival
from ivr.core.line.menu import LanguageMenu
from ivr.core.line.schedule import is_open
from ivr.core.model.contact.contact import Contact
from ivr.core.model.contact.ending import Outcome
from ivr.core.model.contact.stage import Stage
from ivr.core.model.errors import Unavailable
from ivr.core.model.facts import (
    CallEnded,
    CallStarted,
    Fact,
    LanguageChosen,
    of_call,
    started_fact,
)
from ivr.core.model.identifiers import ContactId, LineKey
from ivr.core.model.values import replace
from ivr.ports import Change, Ports


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A caller on hold, as the token says.

    ``since`` is when we first failed this caller, ``language`` "" while none is chosen.
    ``then`` is the address of ours at which the caller goes on; "" for one who has only
    just rung, and whom we take into the queue.
    """

    line: LineKey
    since: datetime
    language: str = ""
    then: str = ""


def seal_held(ports: Ports, held: Held) -> str:
    """The token of a caller on hold; Invalid when it would be too long."""
    told = {"held": held.since.isoformat(), "line": held.line}
    more = {"language": held.language, "then": held.then}
    return ports.vault.sign(told | {key: each for key, each in more.items() if each})


def unseal_held(ports: Ports, token: str) -> Held | None:
    """The caller that a token of ours describes."""
    told = ports.vault.verify(token)
    if told is None or "held" not in told:
        return None
    return Held(
        line=LineKey(told["line"]),
        since=datetime.fromisoformat(told["held"]),
        language=told.get("language", ""),
        then=told.get("then", ""),
    )


def is_overlong(ports: Ports, held: Held) -> bool:
    """Whether the caller has been on hold for the longest wait.

    The line's own rules decide: those in force cannot be read.
    """
    longest = rule_sets.shipped_rules(ports, held.line).wait.longest_wait
    return ports.clock.now() - held.since >= longest


def asks_language(ports: Ports, line: LineKey) -> LanguageMenu | None:
    """The menu with which a call to the line begins, if it asks for the language."""
    hotline = ports.content.lines()[line]
    first = hotline.nodes[hotline.start]
    return first if isinstance(first, LanguageMenu) else None


def is_closed(ports: Ports, line: LineKey) -> bool:
    """Whether the line answers nobody at this hour."""
    hotline = ports.content.lines()[line]
    return not is_open(hotline.hours, hotline.zone, ports.clock.now())


# --- taken down ------------------------------------------------------------


def take_in(ports: Ports, held: Held, newcomer: Newcomer) -> Contact:
    """Queue somebody who has rung while nothing could be saved, as of that moment.

    We ask nothing more, for they have waited. A call that is known already stays where
    it is.
    """
    decide = partial(_queue_up, ports, held=held, newcomer=newcomer)
    call = require_call(put_call(ports, held.line, newcomer.contact, decide))
    if call.stage is Stage.WAITING:
        share_place(ports, call)
    return call


def _queue_up(
    ports: Ports,
    known: Contact | None,
    _now: datetime,
    *,
    held: Held,
    newcomer: Newcomer,
) -> Change | None:
    """Begin a call that is not known yet, in the queue as of that moment."""
    if known is not None:
        return None
    step, left = _queue_held(ports, held, newcomer)
    call = warn_if_unserved(ports, step.call)
    wake = call.stage is Stage.WAITING
    call = give_way(ports, call) if wake else call
    facts = facts_of_arrival(call, step.facts)
    return Change(save=(call, *left), facts=facts, wake=wake)


def _queue_held(
    ports: Ports, held: Held, newcomer: Newcomer
) -> tuple[Step, tuple[Contact, ...]]:
    step = first_step(ports, held.line, newcomer, held.since)
    if step.call.stage is not Stage.MENU:
        return step, ()
    facts, call = step.facts, step.call.with_notices()
    if held.language:
        call = replace(call, need=replace(call.need, language=held.language))
        chosen = of_call(LanguageChosen, call, held.since, language=held.language)
        facts = (*facts, chosen)
    hotline = ports.content.lines()[held.line]
    step = flow.queue_up(hotline, call, held.since, *facts)
    wait = replace(step.call.wait, since=ports.clock.now())
    step = replace(step, call=replace(step.call, wait=wait))
    return in_place_of(ports, place_held_for(ports, call), step)


def log_start(ports: Ports, line: LineKey, newcomer: Newcomer) -> None:
    """Log that somebody has rung while nothing could be saved."""
    now = ports.clock.now()
    call = contact_of_newcomer(ports, line, newcomer, now)
    fact = started_fact(call, now)
    _log_fact(ports, fact, "start")


def log_end(
    ports: Ports, line: LineKey, key: ContactId, outcome: Outcome = Outcome.ABANDONED
) -> None:
    """Log how a call has ended if the log only knows its start.

    The live state knows all other calls, and will log them once it is well.
    """
    try:
        told: Sequence[Fact] = ports.call_log.facts_of_calls([key])
    except Unavailable as error:
        ports.log.warning("end not logged", line=line, error=str(error))
        return
    if told and all(isinstance(fact, CallStarted) for fact in told):
        now = ports.clock.now()
        _log_fact(
            ports, CallEnded(at=now, line=line, call=key, outcome=outcome.value), "end"
        )


def _log_fact(ports: Ports, fact: Fact, what: str) -> None:
    try:
        ports.call_log.write([(f"held:{fact.call}:{what}", fact)])
    except Unavailable as error:
        event = f"{what} not logged"
        ports.log.warning(event, line=fact.line, error=str(error))
