"""What the leg that asks is answered, as named steps; ``spoken`` puts them in words."""

from dataclasses import dataclass

from ivr.core.model.identifiers import ClaimId


@dataclass(frozen=True, slots=True)
class AskForKey:
    """Tell an operator who is coming, and ask for a key."""

    claim: ClaimId


@dataclass(frozen=True, slots=True)
class Enter:
    """Let the operator into the room of a claim; ``calling``: a person is rung now."""

    claim: ClaimId
    calling: bool = False


@dataclass(frozen=True, slots=True)
class AskLater:
    """Ask the operator for a moment of patience: it is tried once more."""

    claim: ClaimId
    attempt: int


@dataclass(frozen=True, slots=True)
class Dismiss:
    """Say one sentence to an operator, and hang up."""

    prompt: str
    claim: ClaimId | None = None


@dataclass(frozen=True, slots=True)
class ExplainEnd:
    """Say to an operator why the claim is over, and hang up."""

    claim: ClaimId | None


@dataclass(frozen=True, slots=True)
class Announce:
    """Tell a standing operator who is coming, and let them into the room."""

    claim: ClaimId


@dataclass(frozen=True, slots=True)
class AskPerson:
    """Ask the person who picked up whether they wanted to be called back."""

    claim: ClaimId


@dataclass(frozen=True, slots=True)
class LetPersonIn:
    """Let the person into the room of a claim.

    ``is_meant``: it is theirs still; else they are on the line, and wait.
    """

    claim: ClaimId
    is_meant: bool


@dataclass(frozen=True, slots=True)
class HangUpPerson:
    """Say nothing of this line, and hang up."""


AnswerToOperator = AskForKey | Enter | Announce | AskLater | Dismiss | ExplainEnd
AnswerToPerson = AskPerson | LetPersonIn | HangUpPerson
Answer = AnswerToOperator | AnswerToPerson
