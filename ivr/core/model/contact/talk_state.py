"""The talk of a caller: with whom, and since when."""

from datetime import datetime
from typing import Self

from msgspec import Struct

from ivr.core.model.identifiers import ClaimId
from ivr.core.model.values import replace


class TalkState(Struct, frozen=True):
    """The claim and the talks of a caller.

    ``claim`` binds the caller to an operator now. ``since`` is when the latest talk
    began; ``answered`` says that there was one.
    """

    claim: ClaimId | None = None
    since: datetime | None = None
    answered: bool = False

    def begin_at(self, at: datetime) -> Self:
        """The state once a talk has begun at this moment."""
        return replace(self, answered=True, since=at)

    def bind_claim(self, claim: ClaimId) -> Self:
        """The state with an operator's claim."""
        return replace(self, claim=claim)

    def release_claim(self) -> Self:
        """The state with no operator bound to the caller."""
        return replace(self, claim=None)
