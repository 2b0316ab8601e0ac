"""The prompts that a line must have, and the values that the service fills in.

A prompt is a key such as ``location.ask``; its words are in the line's catalogues. The
service fills each placeholder, and the words must contain it, because it carries what
the caller needs: ``{key}`` the key to press, ``{place}`` the number in the queue,
``{digits}`` what was typed, ``{country}`` the name of a country, ``{minutes}`` and
``{calls}`` counts, ``{low}`` and ``{high}`` a range of minutes, ``{language}`` and
``{topic}`` the names from ``language-name.*`` and ``topic-name.*``; for a shift
``{day}`` the day from ``weekday.*``, ``{start}`` and ``{end}`` the times.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from ivr.core.line.menu import (
    BACK,
    REPEAT,
    Goodbye,
    LanguageMenu,
    Line,
    Menu,
    Node,
    Parts,
)
from ivr.core.text.wall_clock import DAYS

LONGEST = 300
"""The most characters of an ordinary prompt: about twenty seconds of speech."""
LONGEST_PART = 450
"""The most characters of one part of a recorded answer: about half a minute."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """The requirements for the words of a prompt.

    ``fills`` are its placeholders. ``keys`` are keys that it names as digits, because
    they are the same on every line.
    """

    fills: frozenset[str] = frozenset()
    keys: frozenset[str] = frozenset()
    longest: int = LONGEST


PLAIN = Prompt()
KEYED = Prompt(fills=frozenset({"key"}))
PART = Prompt(longest=LONGEST_PART)
CONTROLS = Prompt(keys=frozenset({"1", "2", REPEAT, BACK}))
CALLS = Prompt(fills=frozenset({"calls"}))

COUNTED = {
    "operator.waited": "minutes",
    "operator.missed": "calls",
    "operator.sent-away": "calls",
    "wait.range": "high",
}
"""Prompts that speak a number with a noun: plural entries, by this placeholder."""


def weekday_prompt(day: str) -> str:
    """The prompt that names a day of the week."""
    return f"weekday.{day}"


ENGINE: dict[str, Prompt] = {
    # In every menu.
    "flow.wrong-key": PLAIN,
    "flow.no-answer": PLAIN,
    "flow.to-operator": PLAIN,
    "flow.return": PLAIN,
    "flow.repeat": KEYED,
    "flow.back": KEYED,
    "flow.closed": PLAIN,
    "flow.sorry": PLAIN,
    "flow.sorry-end": PLAIN,
    "flow.goodbye": PLAIN,
    # Where the caller is.
    "location.ask": PLAIN,
    "location.link": KEYED,
    "location.code": KEYED,
    "location.tell": KEYED,
    "location.decline": KEYED,
    "location.type": PLAIN,
    "location.confirm": Prompt(fills=frozenset({"digits"})),
    "location.right": KEYED,
    "location.retype": KEYED,
    "location.odd": PLAIN,
    "location.thanks-link": PLAIN,
    "location.message": Prompt(fills=frozenset({"link"})),
    "location.link-failed": PLAIN,
    "location.thanks-area": PLAIN,
    "location.thanks-tell": PLAIN,
    "location.thanks-decline": PLAIN,
    # While the caller waits.
    "wait.start": PLAIN,
    "wait.place": Prompt(fills=frozenset({"place"})),
    "wait.under-2": PLAIN,
    "wait.range": Prompt(fills=frozenset({"low", "high"})),
    "wait.over-60": PLAIN,
    "wait.longer": PLAIN,
    "wait.unknown": PLAIN,
    "wait.stay": PLAIN,
    "wait.connecting": PLAIN,
    "wait.back": PLAIN,
    "wait.nobody": PLAIN,
    "wait.beside": PLAIN,
    # Ways out of the queue.
    "way.call-back": KEYED,
    "way.message": KEYED,
    "way.stay": KEYED,
    "way.too-long": PLAIN,
    "way.goodbye": PLAIN,
    "back.this-number": KEYED,
    "back.other-number": KEYED,
    "back.type": PLAIN,
    "back.country": Prompt(fills=frozenset({"country"})),
    "back.odd": PLAIN,
    "back.not-now": PLAIN,
    "back.any-hour": KEYED,
    "back.hours": KEYED,
    "back.in-writing": KEYED,
    "back.from": PLAIN,
    "back.until": PLAIN,
    "back.odd-hour": PLAIN,
    "back.promised": PLAIN,
    "back.written": PLAIN,
    "back.operator-coming": PLAIN,
    "back.question": KEYED,
    "back.refuse": KEYED,
    "back.not-again": PLAIN,
    "message.ask": PLAIN,
    "message.thanks": PLAIN,
    "message.kept": PLAIN,
    "message.none": PLAIN,
    # In the conversation.
    "hold.stay": PLAIN,
    "transfer.wait": PLAIN,
    "rejoin.wait": PLAIN,
    # After the conversation.
    "after.ended": PLAIN,
    "after.again": KEYED,
    "after.goodbye": PLAIN,
    # What an operator hears.
    "operator.offer": PLAIN,
    "operator.callback": PLAIN,
    "operator.invited": PLAIN,
    "operator.withdrawn": PLAIN,
    "operator.calling": PLAIN,
    "operator.not-reached": PLAIN,
    "operator.language": Prompt(fills=frozenset({"language"})),
    "operator.topic": Prompt(fills=frozenset({"topic"})),
    "operator.waited": Prompt(fills=frozenset({"minutes"})),
    "operator.location.none": PLAIN,
    "operator.location.declined": PLAIN,
    "operator.location.area": PLAIN,
    "operator.location.exact": PLAIN,
    "operator.returning": PLAIN,
    "operator.keys": Prompt(keys=frozenset({"1", "2"})),
    "operator.caller-left": PLAIN,
    "operator.taken": PLAIN,
    "operator.expired": PLAIN,
    "operator.declined": PLAIN,
    "operator.one-moment": PLAIN,
    "operator.failed": PLAIN,
    "operator.ended": PLAIN,
    "operator.goodbye": PLAIN,
    "operator.wrong-key": PLAIN,
    # For an operator who missed calls; the second also as a text message.
    "operator.missed": CALLS,
    "operator.sent-away": CALLS,
    # When an operator tries their own telephone.
    "operator.try": PLAIN,
    # On a standing line.
    "operator.pin": PLAIN,
    "operator.pin-wrong": PLAIN,
    "operator.called": Prompt(keys=frozenset({"1"})),
    "operator.on-line": PLAIN,
    "operator.on-line-away": PLAIN,
    "operator.call-in-again": PLAIN,
    # Reminders of shifts, in writing.
    "shift.day-before": Prompt(fills=frozenset({"day", "start", "end"})),
    "shift.hour-before": Prompt(fills=frozenset({"start", "end"})),
    **dict.fromkeys(map(weekday_prompt, DAYS), PLAIN),
}
"""The prompts of the service itself, on every line and in each of its languages."""


def language_name(code: str) -> str:
    """The prompt that names a language to an operator."""
    return f"language-name.{code}"


def topic_name(topic: str) -> str:
    """The prompt that names a topic to an operator."""
    return f"topic-name.{topic}"


def prompts_of_line(line: Line) -> dict[str, Prompt]:
    """Every prompt that the line needs in each of its languages."""
    names = [*map(language_name, line.languages), *map(topic_name, line.topics)]
    return {**dict(prompts_of_nodes(line)), **dict.fromkeys(names, PLAIN), **ENGINE}


def prompts_of_nodes(line: Line) -> Iterator[tuple[str, Prompt]]:
    """The prompts that the line's own nodes name, one by one, as they use them."""
    for node in line.nodes.values():
        for key, prompt in _of_node(node):
            # An empty key was refused when the file was read.
            if key:
                yield key, prompt


def _of_node(node: Node) -> Iterator[tuple[str, Prompt]]:
    match node:
        case LanguageMenu():
            yield node.greeting, PLAIN
            yield node.prompt, KEYED
        case Menu():
            yield node.prompt, PLAIN
            yield from ((choice.prompt, KEYED) for choice in node.choices)
        case Parts():
            yield from ((part, PART) for part in node.parts)
            yield node.controls, CONTROLS
        case Goodbye():
            yield node.prompt, PLAIN
        case _:
            return
