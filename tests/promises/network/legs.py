"""The legs of a telephone network, and what it asks of the house."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from ivr.core.model.identifiers import ClaimId, LegId


class Role(StrEnum):
    """Whose leg it is, and who has rung whom."""

    CALLER = "caller"
    CALLED_BACK = "called back"
    """A person whom the house has rung, as it had promised."""
    OPERATOR = "operator"
    STANDING = "standing"
    """An operator who has called in, and stays."""


@dataclass(slots=True, eq=False)
class Leg:
    """One leg; ``page`` counts its documents: what was asked for an older is void.

    ``number`` is that of the person. ``claim``: for which one the leg was created, or
    a standing one was fetched last; ``standing`` is the token of that one's line.
    ``returns`` counts how often this person has rung again already.
    """

    id: LegId
    person: str
    begun: float
    number: str
    role: Role = Role.CALLER
    claim: ClaimId | None = None
    standing: str = ""
    returns: int = 0
    keys: list[str] = field(default_factory=list)
    fate: str = ""
    is_up: bool = False
    over: float | None = None
    how: str | None = None
    page: int = 0
    room: str = ""
    goes_on: bool = False
    token: str = ""
    pause: float = 0
    is_known: bool = False

    @property
    def is_caller(self) -> bool:
        """Whether somebody is on it who wants to talk to an operator."""
        return self.role in {Role.CALLER, Role.CALLED_BACK}


@dataclass(slots=True, eq=False)
class Errand:
    """Something that a house must do; ``reply`` or ``failed`` hears of the end."""

    name: str
    args: tuple[Any, ...]
    reply: Callable[[Any], None] = lambda _: None
    failed: Callable[[], None] = lambda: None
    is_over: bool = False
