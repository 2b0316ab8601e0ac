"""Plays a whole call from a file in a world, and tells what came of it."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from exchange.kernel.transcript import SPEECH, TranscriptEvent
from exchange.state.faults import Fault, FaultKind
from exchange.state.leg import Leg
from exchange.state.script import CallScript
from ivr.actions import records
from ivr.actions.operators.roster import choose_state
from ivr.core.history.call_log import CallRecord
from ivr.core.history.callback_log import CallbackRecord
from ivr.core.history.report import is_written_to
from ivr.core.line.prompts import COUNTED, prompts_of_line
from ivr.core.model.identifiers import ContactId, OperatorId
from ivr.core.model.operator import State
from tests.world import BASE, LINE, World

NAMES = ("anna", "borys", "clara")
LANGUAGES = ("uk", "ru", "en")

LONGEST = 3600.0
"""Seconds of virtual time for a call; all of them are far shorter."""
SETTLING = 60.0
LATE_COPIES = 2.0

RECORDED: Mapping[str, Callable[[CallRecord], object]] = {
    "outcome": lambda record: record.outcome,
    "class": lambda record: record.urgency,
    "language": lambda record: record.language,
    "topic": lambda record: record.topic,
    "location": lambda record: record.location,
    "offers": lambda record: record.offers,
    "operator": lambda record: record.operator,
    "number": lambda record: record.number,
    "answered": lambda record: record.answered is not None,
    "queued": lambda record: record.queued is not None,
}
"""What ``expect`` may say of the call log's record."""

BESIDES = frozenset(
    {"enrol", "operators", "heard", "unheard", "told", "promise", "called back"}
)
"""What else it may say: who is enrolled (and, as ``comes``, how many seconds into the
call each comes on duty), the operators' states at the end, the prompts that the
caller heard (in this order) or must not hear, and for each operator the prompts that
this one heard; an empty list: nothing at all. ``promise`` is how a promised call back
ended (``binds`` while it does not), ``called back`` for each number the prompts that
were heard there, call after call."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """A call that is over: its record, the names of its facts, and what was wrong.

    ``differences`` are from what the file expects; ``oddities`` must never be.
    """

    record: CallRecord
    facts: tuple[str, ...]
    differences: list[str]
    oddities: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ended:
    """A call that is over, while its world still stands."""

    script: CallScript
    leg: Leg
    record: CallRecord
    facts: tuple[str, ...]


def play(world: World, script: CallScript) -> Played:
    """Enrol the operators, let the call happen, and wait until the house is quiet.

    The reconciler stands still: no call may need it while nothing is lost.
    """
    world.reconciles = False
    for number, (name, languages) in enrolled(script).items():
        world.operator(
            name, *script.operators[number], languages=languages, phone=number
        )
    coming = comings(script)
    for name in coming.values():
        _turn(world, name, State.AWAY)
    leg = world.exchange.play(script)
    _let_come(world, coming)
    world.exchange.run_until(lambda: leg.ended, LONGEST)
    world.exchange.run_until(
        lambda: is_quiet(world), LONGEST if _promises(world) else SETTLING
    )
    world.exchange.run_for(LATE_COPIES)
    record = world.record(leg)
    told = world.ports.call_search.facts_of(ContactId(leg.sid))
    facts = tuple(fact.name for fact in told)
    over = _Ended(script=script, leg=leg, record=record, facts=facts)
    return Played(
        record=record,
        facts=facts,
        differences=_differences(world, over),
        oddities=_oddities(world, over),
    )


def comings(script: CallScript) -> dict[float, str]:
    """Who comes on duty how many seconds into the call, the first one first."""
    given = _mapping(script.expect.get("enrol", {}))
    names = {number: name for number, (name, _) in enrolled(script).items()}
    seconds = {
        number: _mapping(own)["comes"]
        for number, own in given.items()
        if "comes" in _mapping(own)
    }
    return {float(str(at)): names[each] for each, at in seconds.items()}


def _let_come(world: World, coming: Mapping[float, str]) -> None:
    start = world.clock.now()
    for seconds, name in sorted(coming.items()):
        world.exchange.run_for(seconds - (world.clock.now() - start).total_seconds())
        _turn(world, name, State.AVAILABLE)


def _turn(world: World, name: str, state: State) -> None:
    choose_state(world.ports, LINE, OperatorId(name), state, "test")
    world.work()


def double_everything(world: World, seconds: float) -> None:
    """Let every request of the carrier come twice, the copy so much later."""
    fault = Fault(kind=FaultKind.DOUBLED, seconds=seconds)
    world.exchange.state.faults.add(fault)


def enrolled(script: CallScript) -> dict[str, tuple[str, tuple[str, ...]]]:
    """Name and languages of each operator number; without more, the usual ones."""
    given = _mapping(script.expect.get("enrol", {}))
    found = {}
    for number, usual in zip(script.operators, NAMES, strict=False):
        own = _mapping(given.get(number, {}))
        languages = own.get("languages", LANGUAGES)
        found[number] = (str(own.get("name", usual)), tuple(_texts(languages)))
    return found


# --- what a call may leave behind -----------------------------------------


def is_quiet(world: World) -> bool:
    """Whether nobody is on any telephone and nobody is held."""
    legs = world.exchange.state.legs.values()
    return all(leg.ended for leg in legs) and not list(_held(world))


def _held(world: World) -> Iterator[str]:
    contacts, ports = world.ports.contacts, world.ports
    yield from (f"claim {key} is open" for key in contacts.open_claims(LINE))
    written_to = {call.id for call in ports.queues.waiting(LINE) if is_written_to(call)}
    live = (key for key in contacts.live_calls(LINE) if key not in written_to)
    yield from (f"call {key} is live" for key in live)
    for operator in ports.operators.operators(LINE):
        if operator.state in {State.RINGING, State.TALKING} or operator.claim:
            yield f"{operator.profile.name} is {operator.state}"


def _promises(world: World) -> list[CallbackRecord]:
    """Every promise that was made."""
    records.write_facts(world.ports, LINE)
    return world.ports.promises.callbacks(LINE, ended=True)


def _oddities(world: World, played: _Ended) -> list[str]:
    """What must never be, whatever the call was."""
    return [
        *(f"complaint: {note.text}" for note in world.exchange.complaints),
        *(f"trouble: {what}" for _, what in world.exchange.state.trouble),
        *world.exchange.failures,
        *(f"failure: {error!r}" for error in world.notes.failures),
        *(f"note: {note}" for note in world.notes.kept),
        *_held(world),
        *_unfinished(played),
        *_leaks(world, played.script.from_),
        *(each for to in played.script.called_back for each in _leaks(world, to)),
    ]


def _unfinished(played: _Ended) -> Iterator[str]:
    if played.record.ended is None:
        yield "the record has no end"
    if played.record.outcome is None:
        yield "the record has no outcome"
    if played.facts.count("call-ended") != 1:
        yield f"the end was told {played.facts.count('call-ended')} times"
    if played.facts.count("call-started") != 1:
        yield f"the start was told {played.facts.count('call-started')} times"


def _leaks(world: World, number: str) -> Iterator[str]:
    if not number:
        return
    for _, url in world.asked:
        if number.removeprefix("+") in url.removeprefix(BASE):
            yield f"the number of a person is in {url}"


# --- what a file expects --------------------------------------------------


def unknown(script: CallScript) -> set[str]:
    """The expectations that nobody would look at."""
    return set(script.expect) - RECORDED.keys() - BESIDES


def _differences(world: World, played: _Ended) -> list[str]:
    """Where the call went another way than its file says."""
    expect = played.script.expect
    recorded = {
        name: (expect[name], look(played.record))
        for name, look in RECORDED.items()
        if name in expect
    }
    states = {
        f"state of {name}": (state, world.operator_now(name).state)
        for name, state in _mapping(expect.get("operators", {})).items()
    }
    return [
        *(
            f"{name}: {found!r}, not {wish!r}"
            for name, (wish, found) in {**recorded, **states}.items()
            if found != wish
        ),
        *_unheard_by_caller(world, played),
        *_unheard_by_operators(world, played),
        *_unheard_when_called_back(world, played),
        *_ended_otherwise(world, played),
    ]


def _unheard_by_caller(world: World, played: _Ended) -> Iterator[str]:
    expect, said = played.script.expect, _said([played.leg])
    yield from _missing(world, "the caller", said, _texts(expect.get("heard", ())))
    for prompt in _texts(expect.get("unheard", ())):
        if any(_is(world, prompt, each) for each in said):
            yield f"the caller heard {prompt}"


def _unheard_by_operators(world: World, played: _Ended) -> Iterator[str]:
    numbers = {name: number for number, (name, _) in enrolled(played.script).items()}
    for name, prompts in _mapping(played.script.expect.get("told", {})).items():
        legs = world.exchange.state.legs.values()
        said = _said(leg for leg in legs if leg.to == numbers[name])
        yield from _missing(world, name, said, _texts(prompts))
        if said and not prompts:
            yield f"{name} heard {said[0].text}"


def _unheard_when_called_back(world: World, played: _Ended) -> Iterator[str]:
    expect = _mapping(played.script.expect.get("called back", {}))
    for number, prompts in expect.items():
        legs = [leg for leg in world.exchange.state.legs.values() if leg.to == number]
        yield from _missing(world, number, _said(legs), _texts(prompts))
        if legs and not prompts:
            yield f"{number} was called {len(legs)} times"


def _ended_otherwise(world: World, played: _Ended) -> Iterator[str]:
    ends = [record.reason or "binds" for record in _promises(world)]
    wish = played.script.expect.get("promise")
    if ends != ([] if wish is None else [wish]):
        yield f"promises ended as {ends}, not {wish}"


def _missing(
    world: World, who: str, said: Sequence[TranscriptEvent], prompts: Sequence[str]
) -> Iterator[str]:
    left = iter(said)
    for prompt in prompts:
        if not any(_is(world, prompt, each) for each in left):
            yield f"{who} did not hear {prompt} (in this order)"
            return


def _said(legs: Iterable[Leg]) -> list[TranscriptEvent]:
    return [each for leg in legs for each in leg.transcript if each.kind in SPEECH]


def _is(world: World, wish: str, heard: TranscriptEvent) -> bool:
    """Whether ``uk wait.start``, ``wait.start`` or a pattern is what was heard."""
    line = world.ports.content.lines()[LINE]
    language, _, prompt = wish.rpartition(" ")
    if prompt not in prompts_of_line(line):
        return bool(re.search(wish, heard.text))
    spoken = [
        code
        for code, each in line.languages.items()
        if each.locale == heard.language and language in {code, ""}
    ]
    return any(_words(world, code, prompt).fullmatch(heard.text) for code in spoken)


def _words(world: World, language: str, prompt: str) -> re.Pattern[str]:
    fills = prompts_of_line(world.ports.content.lines()[LINE])[prompt].fills
    forms = {_pattern(world, language, prompt, fills, count) for count in EVERY_FORM}
    return re.compile("|".join(sorted(forms)))


EVERY_FORM = (1, 2, 5)
"""Numbers whose nouns take different forms, in each of our languages."""


def _pattern(
    world: World, language: str, prompt: str, fills: Iterable[str], count: int
) -> str:
    """The words in the form for ``count``, with a gap wherever something is filled."""
    gap = "\0"
    values: dict[str, str | int] = dict.fromkeys(fills, gap)
    if prompt in COUNTED:
        values[COUNTED[prompt]] = _Gap(count)
    text = world.ports.content.text(LINE, language, prompt, values)
    return ".+".join(re.escape(part) for part in text.split(gap))


class _Gap(int):
    """A number that chooses the form and is written as a gap."""

    def __format__(self, _: str) -> str:
        return "\0"


def _mapping(value: object) -> Mapping[str, object]:
    assert isinstance(value, Mapping), value
    return value


def _texts(value: object) -> list[str]:
    assert isinstance(value, list | tuple), value
    return [str(each) for each in value]
