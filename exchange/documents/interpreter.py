"""Follows documents verb by verb, until a call has nothing left to do.

Which verbs may stand in a document depends on where it is used: a caller waiting in
a queue may leave it, a called party who is being asked may not dial.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import TypeAlias

from exchange.documents import delivery
from exchange.kernel.http_types import Form
from exchange.kernel.signals import Goto
from exchange.kernel.tasks import Script
from exchange.state.exchange_state import ExchangeState
from exchange.state.leg import Leg
from exchange.twiml.parser import Document, Verb

# A document that takes no time would be asked for without end.
SHORTEST_ROUND = 0.25


class Ending(Enum):
    """Why a document was left, when not for another one."""

    RAN_OUT = auto()
    HANG_UP = auto()
    LEAVE = auto()
    BUSY = auto()
    REJECTED = auto()


Next: TypeAlias = Goto | Ending | None


@dataclass(frozen=True, slots=True, kw_only=True)
class VerbStep:
    """One verb about to be acted out, with all that belongs to it."""

    state: ExchangeState
    leg: Leg
    verb: Verb
    document: Document

    def goto(self, attribute: str, method: str = "method", params: Form = ()) -> Goto:
        """Return where an attribute leads; an absent one leads nowhere."""
        url = self.verb.get(attribute)
        return Goto(
            url=self.document.resolve(url) if url else "",
            method=self.verb.get(method, "POST"),
            params=params,
        )


Action: TypeAlias = Callable[[VerbStep], Script[Next]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mode:
    """Where a document is used: its name, its verbs, its extra parameters."""

    name: str
    verbs: Mapping[str, Action]
    params: Callable[[], Form] = tuple


def follow_documents(
    state: ExchangeState, leg: Leg, goto: Goto, mode: Mode
) -> Script[Ending]:
    """Follow documents from `goto` on; raises DocumentFailed when one is fatal."""
    while True:
        with_extras = Goto(
            url=goto.url,
            method=goto.method,
            params=(*mode.params(), *goto.params),
            twiml=goto.twiml,
        )
        document = yield from delivery.load_document(state, leg, with_extras)
        outcome = yield from _act_out(state, leg, document, mode)
        if isinstance(outcome, Ending):
            return outcome
        goto = outcome


def repeat_document(
    state: ExchangeState, leg: Leg, goto: Goto, mode: Mode
) -> Script[Ending]:
    """Follow a document over and over, until it leads out of where it is used."""
    while True:
        began = state.now
        ending = yield from follow_documents(state, leg, goto, mode)
        if ending is not Ending.RAN_OUT:
            return ending
        if state.now - began < SHORTEST_ROUND:
            state.complain(leg, f"a document for {mode.name} takes no time")
            yield from delivery.wait_for_signal(state, (), SHORTEST_ROUND)


def _act_out(
    state: ExchangeState, leg: Leg, document: Document, mode: Mode
) -> Script[Goto | Ending]:
    for verb in document.verbs:
        action = mode.verbs.get(verb.name)
        if action is None:
            text = f"<{verb.name}> is not allowed in a document for {mode.name}"
            state.complain(leg, text, document.source)
            continue
        step = VerbStep(state=state, leg=leg, verb=verb, document=document)
        outcome = yield from action(step)
        if outcome is not None:
            return outcome
    return Ending.RAN_OUT
