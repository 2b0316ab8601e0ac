"""What is decided, told in a few lines: who changes how, what is asked for and told.

A field of an entity has one line here, by the name that the examples call it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import reduce
from textwrap import dedent, wrap
from typing import Any

from msgspec.structs import fields

from ivr.core.dialogue import instructions
from ivr.core.dialogue.instructions import Instruction
from ivr.core.model.callee import Callee
from ivr.core.model.claim import Claim, PendingExit
from ivr.core.model.contact.contact import Contact
from ivr.core.model.facts import Fact
from ivr.core.model.operator import Operator
from ivr.core.model.values import replace
from ivr.core.talk.answers import Answer
from ivr.core.talk.decision import Decision
from ivr.core.talk.events import OfferDue, TalkEvent
from ivr.core.talk.talk import Entity
from tests.core.talk.beginnings import BEGINNINGS, populate
from tests.core.talk.moves import Move
from tests.core.talk.talk_world import KINDS, TalkWorld
from tests.core.talk.walks.carrier import Step
from tests.core.talk.walks.chance import UNKNOWN
from tests.core.talk.walks.properties import speak
from tests.core.walking import NOW

WIDTH = 80
SECOND = timedelta(seconds=1)

OF_CLAIM = (
    *("state", "deadline", "leg", "offer.ring", "offer.rung", "caller_leg=person.leg"),
    *("offer.attempts", "person.dialled", "offer.agreed", "offer.taken"),
    *("participants.caller_in", "participants.operator_in", "participants.held"),
    *("participants.held_since", "participants.muted", "going", "apart=interruption"),
    *("participants.dropped", "joins=companions.host", "companions.guest"),
    *("companions.refused", "companions.left", "companions.entered"),
    *("companions.goes_on", "reason", "call", "operator", "made", "line"),
)
OF_CALL = (
    *("stage", "talk.claim", "asked=menu.tries", "menu.notices", "need.language"),
    *("need.topic", "need.urgency", "menu.draft", "queued=arrival.at"),
    *("arrival.counts_from", "arrival.spent", "arrival.given_back"),
    *("arrival.handed_on", "talks_since=talk.since", "waits_since=wait.since"),
    *("exit_menu.page", "overlong=exit_menu.max_wait_reached"),
    *("message=exit_menu.recording", "callback.preferences.number"),
    *("belongs_to=affinity.operator", "affinity.team", "handed=affinity.handed_at"),
    *("affinity.handed_by", "wait.beside", "ended=ending.at"),
    *("ended_from=ending.stage", "ending.outcome", "talk.answered"),
    *("callback.request.made", "callback.request.activated", "callback.request.leg"),
    *(
        "callback.request.phone",
        "callback.request.reached",
        "callback.request.fulfilled",
    ),
    *("callback.request.tries", "callback.request.due", "callback.request.not_before"),
    *("callback.request.renews",),
)
OF_OPERATOR = (
    *("state", "since", "idle_since", "due", "claim", "leg", "unanswered.missed"),
    *("wish", "why", "wrap_up.last", "wrap_up.owes", "unanswered.reloads"),
)
OF_CALLEE = ("rung", "refused", "talked")

UNTOLD = {
    "came_from": "callback.came_from",
    "promise": "callback.request",
    "languages": "profile.languages",
}
"""Where fields stand that examples change, and that are not told."""

TOLD: Mapping[type, Sequence[str]] = {
    Claim: OF_CLAIM,
    Contact: OF_CALL,
    Operator: OF_OPERATOR,
    Callee: OF_CALLEE,
}
"""What is told of each kind: the name in the examples, and where it stands.

Where it stands says its name, too, in the last word, unless another is put before.
"""


# --- how it comes to be ---------------------------------------------------------------


def come_to(beginning: str, *steps: Step, **line: Any) -> TalkWorld:
    """The line after a beginning and more steps, each of which takes a second."""
    world = populate(**line)
    for step in (*BEGINNINGS[beginning], *steps):
        happen(world, step)
    return world


def happen(world: TalkWorld, step: Step) -> None:
    """Let it happen, and a second go by."""
    if isinstance(step, Move):
        step.make(world)
    else:
        world.keep(world.decide(step))
    world.pass_time(SECOND)


# --- what is told of it ---------------------------------------------------------------


def text(lines: str) -> str:
    """A text as examples write it, without its margin."""
    return dedent(lines).strip()


def told(world: TalkWorld, event: TalkEvent) -> str:
    """What an event leads to just now; moments count from when the line began."""
    return "\n".join(_lines(world, world.decide(event)))


def spoken(world: TalkWorld, answer: Answer, token: str = "") -> str:
    """What the leg that asks hears, and does next."""
    talk = world.load(OfferDue(claim=getattr(answer, "claim", None) or UNKNOWN))
    return "\n".join(_instructed(speak(answer, talk, world.context, token)))


def _instructed(steps: Iterable[Instruction]) -> Iterator[str]:
    for each in steps:
        if isinstance(each, instructions.AskOperator | instructions.AskPersonKey):
            yield from _instructed(each.prompts)
        values = ((field.name, getattr(each, field.name)) for field in fields(each))
        details = (
            f"{name} {_word(value)}"
            for name, value in values
            if value and name != "prompts"
        )
        line = f"{type(each).__name__}: {', '.join(details)}"
        yield from wrap(line, WIDTH, subsequent_indent="  ", break_on_hyphens=False)


def _lines(world: TalkWorld, decision: Decision) -> Iterator[str]:
    for entity in decision.saved:
        before = world.kept.get(f"{KINDS[type(entity)]}:{entity.id}")
        line = f"{entity.id}: {', '.join(_changes(before, entity)) or 'as before'}"
        yield from wrap(line, WIDTH, subsequent_indent="  ", break_on_hyphens=False)
    for fact in decision.facts:
        line = f"tells {fact.name}: {', '.join(_details(fact, world.now))}"
        yield from wrap(line, WIDTH, subsequent_indent="  ", break_on_hyphens=False)
    yield from (f"asks {each}" for each in decision.requests)
    if decision.answer is not None:
        yield f"answers {decision.answer}"
    if decision.refused:
        yield f"refuses: {decision.refused}"
    yield from _flags(decision)


def _flags(decision: Decision) -> Iterator[str]:
    if decision.wake:
        yield "wakes routing"
    if decision.checks:
        yield "checks"


def _changes(before: Entity | None, entity: Entity) -> Iterator[str]:
    for name, path in _named(entity):
        was, now = _found(before, path), _found(entity, path)
        if was != now and (before or now):
            yield f"{name} {_word(now)}"


def _named(entity: Entity) -> Iterator[tuple[str, str]]:
    for each in TOLD[type(entity)]:
        name, _, path = each.rpartition("=")
        yield name or path.rpartition(".")[2], path


def with_field(entity: Any, name: str, value: object) -> Any:
    """The entity with another value of a field, by its name in the examples."""
    path = (dict(_named(entity)) | UNTOLD).get(name, name)
    return _replaced(entity, path.split("."), value)


def _replaced(entity: Any, path: Sequence[str], value: object) -> Any:
    first, *rest = path
    inside = _replaced(getattr(entity, first), rest, value) if rest else value
    return replace(entity, **{first: inside})


def _found(entity: object, path: str) -> object:
    return reduce(lambda at, name: getattr(at, name, None), path.split("."), entity)


def _details(fact: Fact, now: datetime) -> Iterator[str]:
    for each in fields(fact):
        value = getattr(fact, each.name)
        if each.name != "line" and value not in {now, None, ""}:
            yield f"{each.name} {_word(value)}"


def _word(value: object) -> str:
    match value:
        case datetime():
            return f"+{(value - NOW).total_seconds():g}s"
        case timedelta():
            return f"{value.total_seconds():g}s"
        case PendingExit():
            words = (value.way.value, value.to, value.topic, value.language)
            return " ".join(filter(None, words))
        case tuple():
            return " ".join(map(_word, value)) or "nothing"
        case None | "":
            return "none"
        case _:
            return str(value)
