"""A made-up evening for the demonstration: who calls when, and who answers.

Everything follows from one seed. Times are seconds of the evening.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random  # noqa: TID251 - the type; chance itself is handed in
from typing import Any

CALLERS = 72
LENGTH = 1500.0
"""The seconds during which callers ring; the peak is in the middle."""

LANGUAGES = {"1": 0.5, "2": 0.35, "3": 0.15}
"""Keys of the language menu: Ukrainian, Russian, English."""

TOPICS = {"1": 0.45, "2": 0.35, "3": 0.2}


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptedCaller:
    """Somebody who rings at ``at`` and does what the script says."""

    at: float
    origin: str
    to: str
    script: tuple[Any, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptedOperator:
    """An operator: the languages, and what happens when the telephone rings."""

    name: str
    phone: str
    languages: str
    attempts: Any


def script_callers(chance: Random, numbers: tuple[str, ...]) -> list[ScriptedCaller]:
    """The evening's callers in order of time."""
    times = sorted(chance.triangular(0, LENGTH, LENGTH * 0.5) for _ in range(CALLERS))
    return [
        ScriptedCaller(
            at=at,
            origin=_pick_origin(chance, number),
            to=chance.choice(numbers),
            script=tuple(_caller_script(chance)),
        )
        for number, at in enumerate(times)
    ]


def _pick_origin(chance: Random, number: int) -> str:
    withheld = chance.random() < 0.15  # noqa: PLR2004 - the share of the evening
    return "anonymous" if withheld else f"+447700900{number:03d}"


def _caller_script(chance: Random) -> Iterator[Any]:
    """The script of one caller, from the first menu to the end."""
    yield _press_keys(chance, _pick_share(chance, LANGUAGES))
    topic = _pick_share(chance, TOPICS)
    yield _press_keys(chance, topic)
    if topic == "3" and chance.random() < 0.4:  # noqa: PLR2004
        yield {"wait": chance.uniform(20, 60)}
        yield "hang up"
        return
    if topic == "3":
        yield _press_keys(chance, "1")
    yield from _location_steps(chance)
    yield {"until": "connected", "patience": chance.expovariate(1 / 600) + 45}
    yield {"talk": chance.uniform(60, 240)}


def _location_steps(chance: Random) -> Iterator[Any]:
    way = _pick_share(chance, {"2": 0.3, "3": 0.4, "0": 0.3})
    yield _press_keys(chance, way)
    if way == "2":
        yield _press_keys(chance, f"{chance.randrange(30, 70)}#")
        yield _press_keys(chance, "1")


def _press_keys(chance: Random, keys: str) -> dict[str, Any]:
    return {"press": keys, "after": round(chance.uniform(1, 6), 1)}


def _pick_share(chance: Random, shares: dict[str, float]) -> str:
    return chance.choices(list(shares), list(shares.values()))[0]


def script_operators() -> list[ScriptedOperator]:
    """Eight operators; some of them miss or decline a call now and then."""
    takes = {"answers": 3, "presses": "1", "after": 2}
    slow = {"answers": 8, "presses": "1", "after": 4}
    declines = {"answers": 3, "presses": "2", "after": 1}
    mailbox = {"answers": 5, "mailbox": True}
    plans: list[tuple[str, Any]] = [
        ("uk", [takes]),
        ("uk,ru", ["no answer", takes]),
        ("uk,ru", [takes, declines, takes]),
        ("ru,uk", [slow]),
        ("ru", [takes, "busy", takes]),
        ("uk,ru,en", [takes]),
        ("en,uk", [slow, takes]),
        ("uk,ru", [mailbox, takes]),
    ]
    return [
        ScriptedOperator(
            name=f"operator-{number}",
            phone=f"+1202555012{number}",
            languages=languages,
            attempts=attempts,
        )
        for number, (languages, attempts) in enumerate(plans, start=1)
    ]
