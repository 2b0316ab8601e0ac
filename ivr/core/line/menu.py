"""A hotline: its numbers, languages, topics and the graph of its menu.

A line is written as files (see ``ivr/lines/example``) and read by the content adapter;
``ivr.core.line.menu_check`` finds what is wrong with one.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time, timedelta

from ivr.core.line.desk_rules import DeskRules
from ivr.core.model.identifiers import LineKey

BACK = "0"
REPEAT = "9"
RESERVED_KEYS = frozenset({BACK, REPEAT})


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """A language that a line speaks, and the carrier's voice for it."""

    code: str
    key: str
    locale: str
    voice: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """The subject of a call; ``urgency`` is the class in the queue's rules."""

    key: str
    urgency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One key of a menu: the prompt that offers it, and the node it leads to."""

    key: str
    prompt: str
    to: str
    topic: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageMenu:
    """The first menu: every language offers itself, in itself."""

    key: str
    greeting: str
    prompt: str
    to: str

    @property
    def exits(self) -> tuple[str, ...]:
        """The nodes that can follow."""
        return (self.to,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Menu:
    """A question with up to four keys."""

    key: str
    prompt: str
    choices: tuple[Choice, ...]

    @property
    def exits(self) -> tuple[str, ...]:
        """The nodes that can follow."""
        return tuple(choice.to for choice in self.choices)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """Recorded answers in short parts; silence goes on, the end leads to ``to``.

    ``controls`` is the prompt after each part that tells the keys: 1 talks to
    an operator, 2 is the next part, 9 repeats, 0 goes back.
    """

    key: str
    parts: tuple[str, ...]
    controls: str
    to: str

    @property
    def exits(self) -> tuple[str, ...]:
        """The nodes that can follow."""
        return (self.to,)


@dataclass(frozen=True, slots=True, kw_only=True)
class LocationStep:
    """Asks where the caller is, before any operator; nothing here is required."""

    key: str
    to: str

    @property
    def exits(self) -> tuple[str, ...]:
        """The nodes that can follow."""
        return (self.to,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """The caller waits for an operator."""

    key: str

    @property
    def exits(self) -> tuple[str, ...]:
        """A queue is an end of the menu."""
        return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Goodbye:
    """Says ``prompt`` and hangs up."""

    key: str
    prompt: str

    @property
    def exits(self) -> tuple[str, ...]:
        """A goodbye is an end of the menu."""
        return ()


Node = LanguageMenu | Menu | Parts | LocationStep | Queue | Goodbye


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenHours:
    """Hours in which the line answers, in ``Line.zone``; they may cross midnight."""

    days: tuple[str, ...]
    start: time
    end: time


@dataclass(frozen=True, slots=True, kw_only=True)
class Fallback:
    """The topic and the language for a caller who gives up choosing."""

    topic: str
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LinePhones:
    """Telephones of a line besides the numbers that callers ring.

    ``on_call`` is a number outside for when the service itself fails, "" for none.
    ``links_from`` is the number that sends callers location links, and
    ``reminders_from`` the one that writes to operators; "" where none does. ``country``
    (ISO 3166) is the country of numbers that callers type without a country code; ""
    when that is not known.
    """

    on_call: str = ""
    country: str = ""
    links_from: str = ""
    reminders_from: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallLimits:
    """How long a caller may take for a message and for an answer, and a talk.

    A ``message`` of no length: the line takes none. ``talk`` ends a forgotten call: a
    leg left open costs.
    """

    message: timedelta = timedelta()
    answer_within: timedelta = timedelta(seconds=6)
    talk: timedelta = timedelta(hours=4)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A hotline.

    ``hours`` empty means always open. ``location_page`` says that there is a page for
    location links.
    """

    key: LineKey
    title: str
    numbers: tuple[str, ...]
    zone: str
    languages: Mapping[str, Language]
    topics: Mapping[str, Topic]
    start: str
    nodes: Mapping[str, Node]
    fallback: Fallback
    queue: str
    hours: tuple[OpenHours, ...] = ()
    phones: LinePhones = field(default_factory=LinePhones)
    location_page: bool = False
    calls_back: bool = False
    limits: CallLimits = field(default_factory=CallLimits)
    desk: DeskRules = field(default_factory=DeskRules)
