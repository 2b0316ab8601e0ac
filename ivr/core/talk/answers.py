"""The answers to a leg that asks, as named steps; ``speaking`` puts them in words."""

from msgspec import Struct

from ivr.core.model.identifiers import ClaimId


class AskForKey(Struct, frozen=True):
    """Tell an operator who is coming, and ask for a key."""

    claim: ClaimId


class Enter(Struct, frozen=True):
    """Let the operator into the room of a claim; ``calling``: the person is rung."""

    claim: ClaimId
    calling: bool = False


class AskLater(Struct, frozen=True):
    """Ask the operator for a moment of patience, then try once more."""

    claim: ClaimId
    attempt: int


class Dismiss(Struct, frozen=True):
    """Say one sentence to an operator, and hang up."""

    prompt: str
    claim: ClaimId | None = None


class ExplainEnd(Struct, frozen=True):
    """Say to an operator why the claim is over, and hang up."""

    claim: ClaimId | None


class Announce(Struct, frozen=True):
    """Tell a standing operator who is coming, and let them into the room."""

    claim: ClaimId


class AskPerson(Struct, frozen=True):
    """Ask the person who picked up whether they wanted to be called back."""

    claim: ClaimId


class LetPersonIn(Struct, frozen=True):
    """Let the person into the room of a claim.

    ``is_meant``: the claim is still theirs; otherwise they wait on the line.
    """

    claim: ClaimId
    is_meant: bool


class HangUpPerson(Struct, frozen=True):
    """Hang up, and say nothing of this line."""


AnswerToOperator = AskForKey | Enter | Announce | AskLater | Dismiss | ExplainEnd
AnswerToPerson = AskPerson | LetPersonIn | HangUpPerson
Answer = AnswerToOperator | AnswerToPerson
