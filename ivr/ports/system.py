"""The needs of every part of the service: time, chance, keys, words, log, jobs."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Protocol

from ivr.core.line.menu import Line
from ivr.core.model.address import PhoneNumber
from ivr.core.model.identifiers import ClaimId, LineKey


class Clock(Protocol):
    """The only source of time."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        ...


class Ids(Protocol):
    """The only source of identifiers."""

    def token(self) -> str:
        """A fresh identifier that nobody can guess, safe in an address."""
        ...

    def secret(self) -> str:
        """A fresh secret of 256 bits that opens something by itself."""
        ...


class Vault(Protocol):
    """Keys for what must not be read: pseudonyms, sealed texts, signed tokens."""

    def pseudonym(self, number: PhoneNumber) -> str:
        """A keyed, one-way name for a number: the same number, the same name."""
        ...

    def fingerprint(self, text: str) -> str:
        """A keyed, one-way name for a secret text that we never keep."""
        ...

    def seal(self, text: str) -> str:
        """The text as ciphertext; the empty text stays empty."""
        ...

    def unseal(self, sealed: str) -> str:
        """The text that was sealed; Invalid when it was not sealed by us."""
        ...

    def seal_number(self, number: PhoneNumber) -> str:
        """A number as ciphertext."""
        ...

    def unseal_number(self, sealed: str) -> PhoneNumber:
        """The number that was sealed; Invalid when it was not sealed by us."""
        ...

    def sign(self, values: Mapping[str, str]) -> str:
        """The values as a signed token for an address; nothing secret in it."""
        ...

    def verify(self, token: str) -> dict[str, str] | None:
        """The values of a token that we signed, else None."""
        ...


class Content(Protocol):
    """The lines and their words."""

    def lines(self) -> Mapping[LineKey, Line]:
        """Every line of the service by its key."""
        ...

    def line_of(self, number: str) -> Line | None:
        """The line that answers ``number`` (E.164)."""
        ...

    def text(
        self,
        line: LineKey,
        language: str,
        prompt: str,
        values: Mapping[str, str | int],
    ) -> str:
        """A prompt in a language with its placeholders filled."""
        ...

    def audio(self, line: LineKey, language: str, prompt: str) -> str | None:
        """The file name of a prompt's recording, or None."""
        ...

    def audio_file(self, line: LineKey, language: str, name: str) -> Path | None:
        """The file of a recording, by its name such as ``location.ask.wav``."""
        ...

    def rules_text(self, line: LineKey) -> str:
        """The rule set that ships with the line, as TOML."""
        ...


class Log(Protocol):
    """Messages for those who run the service; never anything personal."""

    def info(self, event: str, **fields: object) -> object:
        """Something worth knowing."""
        ...

    def warning(self, event: str, **fields: object) -> object:
        """Something that somebody should look at."""
        ...

    def failure(self, event: str, error: Exception) -> object:
        """A fault of ours, with where it happened."""
        ...


class Jobs(Protocol):
    """Work that a worker does at once, while no caller waits for it."""

    def route(self, line: LineKey) -> None:
        """Have routing run."""
        ...

    def place_offer(self, line: LineKey, claim: ClaimId) -> None:
        """Have the operator of a claim rung."""
        ...

    def write_facts(self, line: LineKey) -> None:
        """Have the stream of facts written to the call log."""
        ...
