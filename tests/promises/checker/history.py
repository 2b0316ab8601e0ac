"""What an evening leaves behind: facts, the carrier's own log, and looks at both.

Nothing here comes from inside the service but its entities as they were read.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from ivr.core.model.claim import Claim
from ivr.core.model.contact.contact import Contact
from ivr.core.model.facts import Fact
from ivr.core.model.identifiers import ClaimId, ContactId, LegId
from ivr.core.model.operator import Operator
from ivr.core.rules.rule_set import RuleSet


@dataclass(frozen=True, slots=True, kw_only=True)
class Stay:
    """Somebody was in a room, by the carrier's own log; ``until`` None: is still."""

    room: str
    person: str
    is_caller: bool
    since: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """The live state while nobody acted.

    ``queued`` names whoever stands in a queue, as often as they stand there.
    By the carrier: ``on_line`` is who is on the telephone with a call of ours,
    ``alone`` who of them is in a room with nobody, and since when.
    """

    at: datetime
    rules: RuleSet
    calls: tuple[Contact, ...] = ()
    claims: tuple[Claim, ...] = ()
    operators: tuple[Operator, ...] = ()
    queued: tuple[ContactId, ...] = ()
    on_line: frozenset[LegId] = frozenset()
    alone: Mapping[LegId, datetime] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """All of it.

    ``facts`` in the order of the journal, by their number there; ``added`` is how
    many facts the journal ever took, ``told`` those whose saving was confirmed to
    somebody. ``hung_up`` says when the carrier ended each caller's leg.
    ``reconciled``: when state was held against the carrier's, from and until, by
    somebody who was neither killed at it nor refused the list of those who are live.
    ``refused``: when the carrier refused a word about which leg, or a deed on it.
    ``recorded`` are the messages that the carrier has taken down. ``dialled`` tells for
    which claim each leg was created.
    """

    callers: frozenset[ContactId]
    facts: tuple[tuple[str, Fact], ...]
    added: int
    told: tuple[Fact, ...] = ()
    stays: tuple[Stay, ...] = ()
    hung_up: Mapping[LegId, datetime] = field(default_factory=dict)
    moments: tuple[Moment, ...] = ()
    reconciled: tuple[tuple[datetime, datetime], ...] = ()
    refused: tuple[tuple[datetime, LegId], ...] = ()
    recorded: tuple[str, ...] = ()
    dialled: Mapping[LegId, ClaimId] = field(default_factory=dict)
