"""The legs of a telephone network, and what it asks of the house."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from ivr.core.call import CallId, ClaimId


@dataclass(slots=True, eq=False)
class Leg:
    """One leg; ``page`` counts its documents: what was asked for an older is void."""

    id: CallId
    person: str
    claim: ClaimId | None
    begun: float
    keys: list[str] = field(default_factory=list)
    fate: str = ""
    is_up: bool = False
    over: float | None = None
    how: str | None = None
    page: int = 0
    room: str = ""
    goes_on: bool = False
    token: str = ""
    is_known: bool = False

    @property
    def is_caller(self) -> bool:
        return self.claim is None


@dataclass(slots=True, eq=False)
class Errand:
    """Something that a house must do; ``reply`` or ``failed`` hears of the end."""

    name: str
    args: tuple[Any, ...]
    reply: Callable[[Any], None] = lambda _: None
    failed: Callable[[], None] = lambda: None
    is_over: bool = False
