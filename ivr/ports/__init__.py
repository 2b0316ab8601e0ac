"""The ports: a Protocol for each thing outside, and the bundle of them."""

from msgspec import Struct

from ivr.core.model.identifiers import LineKey
from ivr.core.model.values import replace
from ivr.ports.lasting import CallLog, CallSearch, Promises, Records, Roster, RuleSets
from ivr.ports.live import (
    Change,
    ChangeFeed,
    Changes,
    Contacts,
    Entity,
    Journal,
    LoadedTalk,
    News,
    Operators,
    Queues,
    Saved,
    Store,
    StoreRequests,
    Talks,
)
from ivr.ports.moments import Deadlines, Due, Heartbeats, RoutingRequests, RoutingRun
from ivr.ports.people import Accounts, Keys, Sessions
from ivr.ports.remembered import CarrierMemory, LiveRules, Statistics
from ivr.ports.shifts import Shifts
from ivr.ports.system import Clock, Content, Ids, Jobs, Log, Vault
from ivr.ports.telephone import (
    BrowserPhone,
    Carrier,
    Dialling,
    Form,
    Legs,
    Recordings,
    Rooms,
    Texts,
    Transfers,
    WebhookCodec,
)

__all__ = [
    "Accounts",
    "BrowserPhone",
    "CallLog",
    "CallSearch",
    "Carrier",
    "CarrierMemory",
    "Change",
    "ChangeFeed",
    "Changes",
    "Clock",
    "Contacts",
    "Content",
    "Deadlines",
    "Dialling",
    "Due",
    "Entity",
    "Form",
    "Heartbeats",
    "Ids",
    "Jobs",
    "Journal",
    "Keys",
    "Legs",
    "LiveRules",
    "LoadedTalk",
    "Log",
    "News",
    "Operators",
    "Ports",
    "Promises",
    "Queues",
    "Recordings",
    "Records",
    "Rooms",
    "Roster",
    "RoutingRequests",
    "RoutingRun",
    "RuleSets",
    "Saved",
    "Sessions",
    "Shifts",
    "Statistics",
    "Store",
    "StoreRequests",
    "Talks",
    "Texts",
    "Transfers",
    "Vault",
    "WebhookCodec",
]


class Ports(Struct, frozen=True, kw_only=True):
    """Everything outside, chosen once in ``ivr.bootstrap``.

    One thing outside may keep several subjects. Callers ask by subject: the live state
    for ``contacts``, ``operators`` and so on, the carrier for ``legs``, ``rooms`` and
    so on.
    """

    clock: Clock
    ids: Ids
    vault: Vault
    content: Content
    store: Store
    call_log: CallLog
    call_search: CallSearch
    promises: Promises
    records: Records
    roster: Roster
    rule_sets: RuleSets
    accounts: Accounts
    sessions: Sessions
    keys: Keys
    shifts: Shifts
    carrier: Carrier
    voice: WebhookCodec
    softphone: BrowserPhone
    jobs: Jobs
    log: Log
    calls_per_second: float
    public_url: str

    def for_request(
        self,
        line: LineKey,
        *,
        leg: str = "",
        claim: str = "",
        caller: str = "",
        roster: bool = False,
        waits: bool = False,
    ) -> "Ports":
        """The same ports, with the live state read at once for one request."""
        store = self.store.requests.for_request(
            line, leg=leg, claim=claim, caller=caller, roster=roster, waits=waits
        )
        return replace(self, store=store)

    # --- the live state, by subject ---------------------------------------

    @property
    def contacts(self) -> Contacts:
        """Calls, claims, and numbers to be called back."""
        return self.store.contacts

    @property
    def talks(self) -> Talks:
        """Talks, each loaded at once."""
        return self.store.talks

    @property
    def operators(self) -> Operators:
        """Operators as they are now."""
        return self.store.operators

    @property
    def queues(self) -> Queues:
        """Callers who wait."""
        return self.store.queues

    @property
    def changes(self) -> Changes:
        """The one way to change entities."""
        return self.store.changes

    @property
    def routing(self) -> RoutingRequests:
        """Requests for routing."""
        return self.store.routing

    @property
    def deadlines(self) -> Deadlines:
        """Timers, and when they expire."""
        return self.store.deadlines

    @property
    def heartbeats(self) -> Heartbeats:
        """Signs of life of callers on hold and of desks."""
        return self.store.heartbeats

    @property
    def carrier_memory(self) -> CarrierMemory:
        """Findings at the carrier that the next process must know."""
        return self.store.carrier_memory

    @property
    def live_rules(self) -> LiveRules:
        """The rule sets that count."""
        return self.store.live_rules

    @property
    def statistics(self) -> Statistics:
        """Figures of the last weeks."""
        return self.store.statistics

    @property
    def journal(self) -> Journal:
        """Facts on their way to the call log."""
        return self.store.journal

    # --- the carrier, by subject ------------------------------------------

    @property
    def dialling(self) -> Dialling:
        """Legs that we create, and end."""
        return self.carrier.dialling

    @property
    def transfers(self) -> Transfers:
        """Live legs that we move."""
        return self.carrier.transfers

    @property
    def legs(self) -> Legs:
        """The carrier's knowledge of legs."""
        return self.carrier.legs

    @property
    def rooms(self) -> Rooms:
        """Rooms, and who is heard in them."""
        return self.carrier.rooms

    @property
    def recordings(self) -> Recordings:
        """Recorded messages."""
        return self.carrier.recordings

    @property
    def texts(self) -> Texts:
        """Text messages."""
        return self.carrier.texts
