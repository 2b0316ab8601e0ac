"""All that is outside, as the house wants it: Protocols, and the bundle of them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from ivr.core.call import Call, CallId, ClaimId, LineKey, OperatorId, PhoneNumber
from ivr.core.claim import Claim
from ivr.core.estimate import Figures, PastWait
from ivr.core.facts import Fact
from ivr.core.heard import Heard
from ivr.core.instructions import Instruction
from ivr.core.menu import Line
from ivr.core.operator import Operator, State
from ivr.core.promise_log import CallbackRecord, MessageRecord
from ivr.core.routing import Snapshot
from ivr.core.rule_versions import RuleVersion
from ivr.core.strangers import LiveLeg, Place

Form = Mapping[str, Sequence[str]]
"""A form as it was sent: every value of every field, decoded."""

Entity = Call | Operator | Claim


class Clock(Protocol):
    """The one teller of time."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        ...


class Ids(Protocol):
    """The one maker of identifiers."""

    def token(self) -> str:
        """A fresh identifier that nobody can guess, safe in an address."""
        ...


class Vault(Protocol):
    """Keys for what must not be read: pseudonyms, sealed texts, signed tokens."""

    def pseudonym(self, number: PhoneNumber) -> str:
        """A keyed, one-way name for a number: the same number, the same name."""
        ...

    def fingerprint(self, text: str) -> str:
        """A keyed, one-way name for a secret text that is never kept itself."""
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
    """The lines and what they say."""

    def lines(self) -> Mapping[LineKey, Line]:
        """Every line of the house by its key."""
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

    def rules_text(self, line: LineKey) -> str:
        """The rule set that the line is shipped with, as TOML."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """New versions of entities and what happened, saved together or not at all.

    Each entity is saved only if the stored one still has its ``rev`` (0: there
    must be none yet). ``wake`` asks for routing.
    """

    save: Sequence[Entity]
    facts: Sequence[Fact] = ()
    wake: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """What a saved change asks for: a routing job, a job that writes facts."""

    route: bool
    write: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """What has its time come: the kind (operator, claim, routing) and the key."""

    kind: str
    key: str


class Store(Protocol):
    """The live state of a line. Raises Unavailable when it cannot be reached."""

    def call(self, line: LineKey, key: CallId) -> Call | None:
        """The call, or None."""
        ...

    def claim(self, line: LineKey, key: ClaimId) -> Claim | None:
        """The claim, or None."""
        ...

    def operator(self, line: LineKey, key: OperatorId) -> Operator | None:
        """The operator, or None."""
        ...

    def operators(self, line: LineKey) -> list[Operator]:
        """All operators of the line."""
        ...

    def enrolled(self, line: LineKey, phone: str) -> list[Operator]:
        """The operators who may call in from the number of that keyed name."""
        ...

    def live_calls(self, line: LineKey) -> list[CallId]:
        """Every call that has not ended, oldest first."""
        ...

    def open_claims(self, line: LineKey) -> list[ClaimId]:
        """Every claim that still binds somebody."""
        ...

    def last_call(self, line: LineKey, caller: str) -> Call | None:
        """The latest call of a caller (a pseudonym) that has left the queue's line."""
        ...

    def snapshot(self, line: LineKey, depth: int) -> Snapshot:
        """The first ``depth`` callers of each queue, and all operators."""
        ...

    def waiting(self, line: LineKey) -> list[Call]:
        """Who waits, is claimed or promised a call back, in order of arrival."""
        ...

    def ahead(
        self, line: LineKey, marks: Mapping[tuple[str, str], datetime]
    ) -> Mapping[str, int]:
        """How many wait who arrived before the mark of their (language, class).

        For each language of the marks.
        """
        ...

    def figures(self, line: LineKey) -> Figures | None:
        """What was counted of the line's last weeks, or None."""
        ...

    def put_figures(self, line: LineKey, figures: Figures) -> None:
        """Keep what was counted, for a day at the most."""
        ...

    def commit(self, line: LineKey, change: Change) -> Saved | None:
        """Save the change atomically; None when somebody was first."""
        ...

    def wake(self, line: LineKey) -> bool:
        """Ask for routing; whether a job should be sent for it."""
        ...

    def begin_routing(self, line: LineKey) -> int:
        """The number of the newest request; routing begins to serve up to it."""
        ...

    def served(self, line: LineKey, request: int, again: datetime | None) -> bool:
        """Routing is done up to ``request`` and looks again at ``again``.

        False when somebody has asked meanwhile: then routing must run again.
        """
        ...

    def unserved_since(self, line: LineKey) -> datetime | None:
        """Since when a request for routing has stood unserved, or None."""
        ...

    def due(self, line: LineKey, now: datetime) -> list[Due]:
        """What has its time come: entities, and ``routing`` to look again."""
        ...

    def seen(self, line: LineKey, key: CallId, until: datetime) -> None:
        """A caller on hold has polled and is expected again before ``until``."""
        ...

    def is_strayed(self, line: LineKey, key: CallId, now: datetime) -> bool:
        """Whether a caller on hold is overdue with the next poll."""
        ...

    def leg_slot(self, now: datetime, per_second: float) -> datetime | None:
        """Take the place for one created call; if it is not free yet, when it is."""
        ...

    def strangers(
        self, line: LineKey, legs: Sequence[CallId], now: datetime
    ) -> Mapping[CallId, datetime]:
        """Remember these as the live legs that nobody knows; since when each is."""
        ...

    def suspect_anew(self, line: LineKey, leg: CallId, now: datetime) -> None:
        """Count a strange leg's time from now on, if it is one still."""
        ...

    def count_strangers(self, line: LineKey) -> int:
        """How many strange legs there were at the last look."""
        ...

    def rule_versions(self, line: LineKey) -> tuple[RuleVersion, ...]:
        """The rule sets that count, in order, the last in force; none when lost."""
        ...

    def put_rule_versions(self, line: LineKey, versions: Sequence[RuleVersion]) -> None:
        """Let these count, unless the last of them is no newer than the one known."""
        ...


class Journal(Protocol):
    """The stream of facts on its way to the call log."""

    def begin_writing(self, line: LineKey) -> None:
        """From here on a new fact sends a job of its own."""
        ...

    def take(self, line: LineKey, most: int) -> list[tuple[str, Fact]]:
        """The oldest facts with the stream's identifiers; they stay until dropped."""
        ...

    def drop(self, line: LineKey, entries: Sequence[str]) -> None:
        """Forget entries that are safely written."""
        ...


class CallLog(Protocol):
    """The lasting record."""

    def write(self, entries: Sequence[tuple[str, Fact]]) -> int:
        """Write facts, each once however often it comes; how many were new."""
        ...

    def past_waits(
        self, line: LineKey, since: datetime, most: int
    ) -> Sequence[PastWait]:
        """The newest calls that waited, started at ``since`` or later, and are over."""
        ...

    def ping(self) -> None:
        """Do nothing but reach it; Unavailable when that fails."""
        ...


class Promises(Protocol):
    """Promised call backs and messages, kept for good."""

    def callbacks(
        self, line: LineKey | None = None, *, ended: bool = False
    ) -> list[CallbackRecord]:
        """The promises that bind, oldest first; with ``ended`` all there ever were."""
        ...

    def messages(
        self, line: LineKey | None = None, *, taken: bool = False
    ) -> list[MessageRecord]:
        """The messages nobody has heard, oldest first; with ``taken`` all of them."""
        ...


class RuleSets(Protocol):
    """The published rule sets, kept for good."""

    def history(self, line: LineKey) -> Sequence[RuleVersion]:
        """Every published rule set of the line, the newest first."""
        ...

    def publish(self, line: LineKey, toml: str, at: datetime, note: str = "") -> int:
        """Keep a rule set as the newest; its version. Conflict: somebody was first."""
        ...


class Roster(Protocol):
    """Operators as they are kept for good, with their sealed numbers."""

    def number(self, key: OperatorId) -> PhoneNumber | None:
        """The operator's telephone number, or None."""
        ...

    def all(self, line: LineKey) -> list[Operator]:
        """Everybody who answers this line, in the state that each chose last."""
        ...

    def has_pin(self, key: OperatorId, pin: str) -> bool:
        """Whether this is the PIN with which the operator calls in."""
        ...

    def remember_wish(self, key: OperatorId, state: State) -> None:
        """Keep the state that was chosen last, for a store that was lost."""
        ...


class VoiceFace(Protocol):
    """How the carrier's requests are read and answered."""

    def is_genuine(self, address: str, form: Form, signature: str) -> bool:
        """Whether the carrier itself sent this form to this address."""
        ...

    def read(self, form: Mapping[str, str]) -> Heard:
        """The request in our words; whatever is missing or absurd is left out."""
        ...

    def write(self, line: Line, instructions: Sequence[Instruction]) -> str:
        """The answer document for instructions."""
        ...


class Carrier(Protocol):
    """The telephone network; NotFound for a leg that is gone, else Unavailable."""

    def ring(
        self, claim: Claim, to: PhoneNumber, caller_id: str, ring: timedelta
    ) -> CallId:
        """Create the operator's leg for a claim; its identifier."""
        ...

    def call_back(
        self, claim: Claim, to: PhoneNumber, caller_id: str, ring: timedelta
    ) -> CallId:
        """Create the leg of a person who asked to be called back; its identifier.

        An ambiguous Unavailable: the person may be rung all the same.
        """
        ...

    def recording(self, key: str) -> bytes:
        """A recorded message as a WAV file.

        NotFound when it is gone, was never made, or is not ready yet: a carrier
        may take some seconds. Unavailable for good when it is far too long.
        """
        ...

    def forget_recording(self, key: str) -> None:
        """Delete a recorded message at the carrier; one that is gone is fine."""
        ...

    def send_to_room(self, leg: CallId, claim: ClaimId) -> None:
        """Move a live caller from the queue to the room of a claim."""
        ...

    def put_through(self, leg: CallId, claim: ClaimId) -> None:
        """Move a live caller to the room of a claim on a standing line."""
        ...

    def call_in(
        self, to: PhoneNumber, caller_id: str, token: str, ring: timedelta
    ) -> CallId:
        """Create a leg that asks an operator to come on the line; its identifier."""
        ...

    def fetch_operator(self, leg: CallId, token: str, claim: ClaimId) -> None:
        """Move a standing leg to the claim that it is put through for."""
        ...

    def send_back(self, leg: CallId) -> None:
        """Move a live caller from a room back to where the call stands."""
        ...

    def tell_over(self, leg: CallId, claim: ClaimId) -> None:
        """Move an operator's live leg to the words that say why it is over."""
        ...

    def end(self, leg: CallId) -> None:
        """End a leg whatever it does; a leg that is gone is fine."""
        ...

    def is_over(self, leg: CallId) -> bool:
        """Whether the carrier says that the leg has ended."""
        ...

    def live_legs(self) -> set[CallId]:
        """The legs that the carrier believes to be live; may lag behind."""
        ...

    def legs_of(self, numbers: Collection[str]) -> list[LiveLeg]:
        """The live legs that rang one of these numbers, or that we rang from one."""
        ...

    def whereabouts(
        self, legs: Collection[CallId], queue: LineKey
    ) -> Mapping[CallId, Place]:
        """Where each leg is now, in ``queue`` for one; left out: those not found."""
        ...

    def engaged(self) -> set[PhoneNumber]:
        """The numbers that live legs ring or talk to."""
        ...

    def in_room(self, claim: ClaimId) -> set[CallId]:
        """The legs in the room of a claim."""
        ...

    def text(self, to: PhoneNumber, sender: str, body: str) -> None:
        """Send a text message."""
        ...


class Log(Protocol):
    """What those who run the house read; never anything personal."""

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
    """Work that is done behind the telephone, at once but elsewhere."""

    def route(self, line: LineKey) -> None:
        """Have routing looked at."""
        ...

    def place_offer(self, line: LineKey, claim: ClaimId) -> None:
        """Have the operator of a claim rung."""
        ...

    def write_facts(self, line: LineKey) -> None:
        """Have the stream of facts written to the call log."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """Everything outside, chosen once in ``ivr.bootstrap``."""

    clock: Clock
    ids: Ids
    vault: Vault
    content: Content
    store: Store
    journal: Journal
    log: CallLog
    promises: Promises
    roster: Roster
    rule_sets: RuleSets
    carrier: Carrier
    voice: VoiceFace
    jobs: Jobs
    notes: Log
    calls_per_second: float
    public_url: str
