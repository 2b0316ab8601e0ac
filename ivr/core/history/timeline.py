"""The timeline of a caller for an operator: this call, and those before it.

Nothing here names the caller. It says only what kind of location there is; the location
itself is shown when an operator asks for it.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from ivr.core.model.contact.location import LocationKind
from ivr.core.model.facts import (
    CallbackPromised,
    CallerConnected,
    CallerQueued,
    Fact,
    OfferMade,
    to_dict,
)
from ivr.core.model.identifiers import ContactId, OperatorId

Names = Mapping[OperatorId, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """One line of a call's timeline: the fact's name, and its values in codes."""

    at: datetime
    what: str
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierNote:
    """The note of an operator about an earlier call."""

    by: str
    disposition: str | None
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierCall:
    """An earlier call of the same caller; ``operator`` is the name of who answered."""

    call: ContactId
    started: datetime
    topic: str | None
    outcome: str | None
    operator: str | None
    notes: tuple[EarlierNote, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenLocation:
    """The location of a caller, as they gave it; shown only on demand."""

    area: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class CallerCard:
    """The profile of an operator's current caller.

    ``waited`` is None for a person who was called back. ``timeline`` and ``earlier``
    are None while the database cannot be asked. ``place`` is None until the operator
    asks for it.
    """

    call: ContactId
    language: str
    topic: str
    location: LocationKind
    returning: bool
    waited: timedelta | None = None
    timeline: tuple[Happening, ...] | None = None
    earlier: tuple[EarlierCall, ...] | None = None
    place: GivenLocation | None = None


TOLD = (
    *("language", "topic", "location", "part"),
    *("reason", "by", "outcome", "how", "kind"),
)
UNTOLD = (OfferMade,)
"""Facts that say nothing new to a reader of the timeline."""


def make_timeline(facts: Iterable[Fact], names: Names) -> tuple[Happening, ...]:
    """The facts of a call in order, in codes that the desk has words for."""
    told = (fact for fact in facts if not isinstance(fact, UNTOLD))
    return tuple(
        Happening(at=fact.at, what=fact.name, values=_values_of(fact, names))
        for fact in told
    )


def _values_of(fact: Fact, names: Names) -> dict[str, str]:
    given = to_dict(fact)
    values = {key: str(given[key]) for key in TOLD if key in given}
    operator = given.get("operator")
    return (
        values
        if operator is None
        else {**values, "operator": name_or_key(names, operator)}
    )


def name_or_key(names: Names, operator: OperatorId) -> str:
    """The name of an operator; the key of one who is not enrolled any more."""
    return names.get(operator, operator)


def waits_for_talks(
    facts: Iterable[Fact],
) -> Iterator[tuple[CallerConnected, timedelta | None]]:
    """Each talk of one call, and how long the caller had waited for it.

    None for a caller who had hung up and was called back: that was no wait on the line.
    """
    since: datetime | None = None
    for fact in facts:
        match fact:
            case CallerQueued():
                since = fact.at
            case CallbackPromised():
                since = None
            case CallerConnected():
                yield fact, None if since is None else fact.at - since
                since = None
