"""Reads persons and whole calls from plain data (YAML, JSON), strictly.

A call as a file:

    from: "+447700900123"
    to: "+12025550101"
    caller:
      - hears: {text: "press one", language: en-GB}
      - press: "1"
      - until: queued
      - talk: 30
    operators:
      "+447700900201": {answers: 3, presses: "1"}
    called back:
      "+447700900123": {answers: 5, presses: "1"}
    expect: {…}          # left to the player

Steps of a caller: `press`, `speak` (both with `after` seconds), `silent`, `wait`,
`hears` (a pattern, or text, language, within), `until` (queued, connected, goodbye;
with `patience`), `talk`, `hang up`, `stay`.

Who is called back is described as an operator is, but is not one of the service's.
An operator is `no answer`, `busy`, `failed`, or a mapping of `answers` (seconds),
`mailbox`, `presses` with `after`, `hangs up` (before pressing, after pressing),
`talks` (seconds), or `does` (steps as above). A list is one for each attempt.
"""

import difflib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

import yaml

from exchange.state import people

Kind = TypeVar("Kind", bound=StrEnum)


class BadScript(ValueError):
    """A script says something that is not understood."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallScript:
    """A whole call: caller and number, their steps, the expected result."""

    from_: str
    to: str
    caller: people.Deeds
    operators: dict[str, tuple[people.Callee, ...]] = field(default_factory=dict)
    called_back: dict[str, tuple[people.Callee, ...]] = field(default_factory=dict)
    expect: Mapping[str, object] = field(default_factory=dict)


def load_script(path: Path) -> CallScript:
    """Return the call in a YAML file; raises BadScript."""
    try:
        return read_text(path.read_text(encoding="utf-8"))
    except ValueError as fault:
        raise BadScript(f"{path.name}: {fault}") from fault


def read_text(text: str) -> CallScript:
    """Return the call in a text of YAML; raises BadScript."""
    try:
        return parse_script(yaml.safe_load(text))
    except (yaml.YAMLError, ValueError, RecursionError) as fault:
        raise BadScript(str(fault)) from fault


def parse_script(value: object) -> CallScript:
    """Return the call described by plain data; raises BadScript."""
    call = _mapping_of(value, _CALL, "a call")
    return CallScript(
        from_=_text_of(call, "from"),
        to=_text_of(call, "to"),
        caller=parse_steps(call.get("caller", ["stay"])),
        operators=_called_persons(call, "operators"),
        called_back=_called_persons(call, "called back"),
        expect=_open_mapping(call.get("expect", {}), "expect"),
    )


_CALL = {"from", "to", "caller", "operators", "called back", "expect"}


def _called_persons(
    call: Mapping[str, object], name: str
) -> dict[str, tuple[people.Callee, ...]]:
    named = _open_mapping(call.get(name, {}), name)
    return {number: parse_attempts(given) for number, given in named.items()}


def parse_steps(value: object) -> people.Deeds:
    """Return a caller's steps; raises BadScript."""
    if not isinstance(value, list):
        raise BadScript(f"steps are a list, not {value!r}")
    return tuple(_parse_step(step) for step in value)


def parse_attempts(value: object) -> tuple[people.Callee, ...]:
    """Return what an operator does, attempt by attempt; raises BadScript."""
    if isinstance(value, list):
        return tuple(parse_callee(each) for each in value)
    return (parse_callee(value),)


def parse_callee(value: object) -> people.Callee:
    """Return what an operator does when rung; raises BadScript."""
    if isinstance(value, str):
        return people.Callee(pickup=_choice_of(people.Pickup, value, "an operator"))
    known = _mapping_of(value, _CALLEE, "an operator")
    pickup, after = _parse_pickup(known.get("answers", 2.0))
    mailbox = bool(known.get("mailbox", False))
    return people.Callee(
        pickup=pickup,
        after=after,
        mailbox=mailbox,
        deeds=_answering_steps(known, mailbox),
    )


_CALLEE = {"answers", "mailbox", "presses", "after", "hangs up", "talks", "does"}
_GREETING_SECONDS = 20.0


def _parse_pickup(value: object) -> tuple[people.Pickup, float]:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return people.Pickup.ANSWERS, float(value)
    return _choice_of(people.Pickup, value, "answers"), 2.0


def _answering_steps(known: Mapping[str, object], mailbox: bool) -> people.Deeds:  # noqa: FBT001
    if "does" in known:
        return parse_steps(known["does"])
    if mailbox:
        return (people.Wait(seconds=_GREETING_SECONDS), people.HangUp())
    after = _seconds_of(known, "after", 0.5)
    leaves = known.get("hangs up", "")
    if leaves == "before pressing":
        return (people.Wait(seconds=after), people.HangUp())
    pressing = _pressing_steps(known, after)
    if leaves == "after pressing":
        return (*pressing, people.HangUp())
    if leaves:
        raise BadScript(
            _nearest_name(leaves, ("before pressing", "after pressing"), "it")
        )
    if "talks" in known:
        return (*pressing, people.Talk(seconds=_seconds_of(known, "talks", 0.0)))
    return (*pressing, people.Stay())


def _pressing_steps(known: Mapping[str, object], after: float) -> people.Deeds:
    if not known.get("presses"):
        return ()
    return (people.Press(digits=_text_of(known, "presses"), after=after),)


def _parse_step(value: object) -> people.Deed:
    if isinstance(value, str):
        if value not in _PLAIN:
            raise BadScript(_nearest_name(value, [*_PLAIN, *_BUILT], "a step"))
        return _PLAIN[value]
    step = _open_mapping(value, "a step")
    names = [name for name in step if name in _BUILT]
    if len(names) != 1:
        known = [*_PLAIN, *_BUILT]
        raise BadScript(_nearest_name(next(iter(step), ""), known, "a step"))
    build, extras = _BUILT[names[0]]
    return build(_mapping_of(step, {names[0], *extras}, f"the step {names[0]!r}"))


def _parse_press(step: Mapping[str, object]) -> people.Deed:
    after = _seconds_of(step, "after", 0.5)
    return people.Press(digits=_text_of(step, "press"), after=after)


def _parse_speak(step: Mapping[str, object]) -> people.Deed:
    after = _seconds_of(step, "after", 0.5)
    return people.Speak(text=_text_of(step, "speak"), after=after)


def _parse_hears(step: Mapping[str, object]) -> people.Deed:
    given = step["hears"]
    if isinstance(given, str):
        return people.Hears(text=given)
    known = _mapping_of(given, {"text", "language", "within"}, "the step 'hears'")
    return people.Hears(
        text=_text_of(known, "text", ""),
        language=_text_of(known, "language", ""),
        within=_seconds_of(known, "within", 60.0),
    )


def _parse_until(step: Mapping[str, object]) -> people.Deed:
    patience = _seconds_of(step, "patience", 0.0) if "patience" in step else None
    moment = _choice_of(people.Moment, step["until"], "until")
    return people.Until(moment=moment, patience=patience)


_PLAIN: dict[str, people.Deed] = {
    "silent": people.Silent(),
    "hang up": people.HangUp(),
    "stay": people.Stay(),
}
_Build = Callable[[Mapping[str, object]], people.Deed]
_BUILT: dict[str, tuple[_Build, tuple[str, ...]]] = {
    "press": (_parse_press, ("after",)),
    "speak": (_parse_speak, ("after",)),
    "hears": (_parse_hears, ()),
    "until": (_parse_until, ("patience",)),
    "wait": (lambda s: people.Wait(seconds=_seconds_of(s, "wait", 0.0)), ()),
    "talk": (lambda s: people.Talk(seconds=_seconds_of(s, "talk", 0.0)), ()),
}


def _open_mapping(value: object, what: str) -> dict[str, object]:
    if not isinstance(value, dict) or not all(isinstance(k, str) for k in value):
        raise BadScript(f"{what} is made of names (in quotes) and values: {value!r}")
    return value


def _mapping_of(value: object, known: Collection[str], what: str) -> dict[str, object]:
    given = _open_mapping(value, what)
    for name in given:
        if name not in known:
            raise BadScript(_nearest_name(name, known, what))
    return given


def _nearest_name(given: object, known: Collection[str], what: str) -> str:
    close = difflib.get_close_matches(str(given), list(known), n=1, cutoff=0.0)
    return f"{what} knows no {given!r}; did you mean {close[0] if close else '?'!r}?"


def _text_of(known: Mapping[str, object], name: str, default: str | None = None) -> str:
    value = known.get(name, default)
    if not isinstance(value, str):
        # YAML reads an unquoted +1202… or 012 as a number and loses signs and zeros.
        raise BadScript(f"{name!r} wants text in quotes, not {value!r}")
    return value


def _seconds_of(known: Mapping[str, object], name: str, default: float) -> float:
    value = known.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
        raise BadScript(f"{name!r} wants seconds, not {value!r}")
    return float(value)


def _choice_of(kinds: type[Kind], value: object, what: str) -> Kind:
    names = [str(kind) for kind in kinds]
    if value not in names:
        raise BadScript(_nearest_name(value, names, what))
    return kinds(value)
