"""All that is outside, as the house wants it: Protocols, and the bundle of them."""

from dataclasses import dataclass

from ivr.ports.house import Clock, Content, Ids, Jobs, Log, Vault
from ivr.ports.lasting import CallLog, Promises, Records, Roster, RuleSets
from ivr.ports.live import Change, Due, Entity, Journal, News, Saved, Store, Told
from ivr.ports.people import Accounts, Keys, Sessions
from ivr.ports.shifts import Shifts
from ivr.ports.telephone import BrowserPhone, Carrier, Form, VoiceFace

__all__ = [
    "Accounts",
    "BrowserPhone",
    "CallLog",
    "Carrier",
    "Change",
    "Clock",
    "Content",
    "Due",
    "Entity",
    "Form",
    "Ids",
    "Jobs",
    "Journal",
    "Keys",
    "Log",
    "News",
    "Ports",
    "Promises",
    "Records",
    "Roster",
    "RuleSets",
    "Saved",
    "Sessions",
    "Shifts",
    "Store",
    "Told",
    "Vault",
    "VoiceFace",
]


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
    records: Records
    roster: Roster
    rule_sets: RuleSets
    accounts: Accounts
    sessions: Sessions
    keys: Keys
    shifts: Shifts
    carrier: Carrier
    voice: VoiceFace
    softphone: BrowserPhone
    jobs: Jobs
    notes: Log
    calls_per_second: float
    public_url: str
