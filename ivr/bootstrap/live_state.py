"""The live state in Redis: a class for each subject, all over one client."""

from datetime import timedelta

from redis import Redis

from ivr.adapters.redis_store.context import JOB_FLAG, StoreContext
from ivr.adapters.redis_store.entities import EntityReader
from ivr.adapters.redis_store.reading import Reading, ReadingOnce
from ivr.adapters.redis_store.requests import roots_of
from ivr.adapters.redis_store.subjects.carrier_memory import StoredCarrierMemory
from ivr.adapters.redis_store.subjects.changes import StoredChanges
from ivr.adapters.redis_store.subjects.contacts import StoredContacts
from ivr.adapters.redis_store.subjects.deadlines import StoredDeadlines
from ivr.adapters.redis_store.subjects.heartbeats import StoredHeartbeats
from ivr.adapters.redis_store.subjects.journal import StoredJournal
from ivr.adapters.redis_store.subjects.operators import StoredOperators
from ivr.adapters.redis_store.subjects.queues import StoredQueues
from ivr.adapters.redis_store.subjects.routing import StoredRouting
from ivr.adapters.redis_store.subjects.rules import StoredRules
from ivr.adapters.redis_store.subjects.statistics import StoredStatistics
from ivr.adapters.redis_store.subjects.talks import StoredTalks
from ivr.core.model.identifiers import LineKey
from ivr.ports import Clock, Store, Vault


def make_store(
    client: "Redis", vault: Vault, clock: Clock, trusted: timedelta = JOB_FLAG
) -> Store:
    """All ports of the live state, over one client.

    We trust a sent job to come for the time ``trusted`` before we send another.
    """
    context = StoreContext(client, vault, clock, trusted)
    return _StoresOfRequests(context).read_by(context.fresh)


class _StoresOfRequests:
    """``ports.StoreRequests``: what reads is made for a request, the rest once."""

    def __init__(self, context: StoreContext) -> None:
        self._context = context
        self._heartbeats = StoredHeartbeats(context)
        self._carrier_memory = StoredCarrierMemory(context)
        self._journal = StoredJournal(context)

    def for_request(
        self,
        line: LineKey,
        *,
        leg: str = "",
        claim: str = "",
        caller: str = "",
        roster: bool = False,
        waits: bool = False,
    ) -> Store:
        """The same store for one request: it reads what hangs together at once."""
        roots = roots_of(
            leg=leg, claim=claim, caller=caller, roster=roster, waits=waits
        )
        return self.read_by(ReadingOnce(self._context.fresh, line, roots))

    def read_by(self, reading: Reading) -> Store:
        """The store whose parts read in this way."""
        context, entities = self._context, EntityReader(self._context, reading)
        changes = StoredChanges(context, reading)
        return Store(
            talks=StoredTalks(entities),
            contacts=StoredContacts(entities),
            operators=StoredOperators(entities),
            queues=StoredQueues(entities),
            changes=changes,
            routing=StoredRouting(context, reading, changes),
            deadlines=StoredDeadlines(context, reading),
            heartbeats=self._heartbeats,
            carrier_memory=self._carrier_memory,
            live_rules=StoredRules(context, reading),
            statistics=StoredStatistics(context, reading),
            journal=self._journal,
            requests=self,
        )
