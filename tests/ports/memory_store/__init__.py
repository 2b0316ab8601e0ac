"""The live state in memory: the guarantees of the real store, and no server.

It answers by looking at all that it holds, so it has no index that could be wrong.
Nothing expires here but the trust in a job that was sent.
"""

from datetime import timedelta

from ivr.ports import Clock, Store, Vault
from tests.ports.memory_store.changes import MemoryChanges, MemoryRouting
from tests.ports.memory_store.entities import (
    MemoryContacts,
    MemoryOperators,
    MemoryTalks,
)
from tests.ports.memory_store.moments import MemoryDeadlines, MemoryHeartbeats
from tests.ports.memory_store.queues import MemoryQueues
from tests.ports.memory_store.remembered import (
    MemoryCarrierMemory,
    MemoryJournal,
    MemoryRules,
    MemoryStatistics,
)
from tests.ports.memory_store.state import JOB_FLAG, MemoryState


def make_memory_store(
    vault: Vault, clock: Clock, trusted: timedelta = JOB_FLAG
) -> Store:
    """All that is asked of the live state, in the memory of one process."""
    return store_over(MemoryState(vault, clock, trusted))


def store_over(state: MemoryState) -> Store:
    """The store that keeps what it is told in this state."""
    changes, requests = MemoryChanges(state), _SameForAll()
    requests.store = Store(
        talks=MemoryTalks(state),
        contacts=MemoryContacts(state),
        operators=MemoryOperators(state),
        queues=MemoryQueues(state),
        changes=changes,
        routing=MemoryRouting(state, changes),
        deadlines=MemoryDeadlines(state),
        heartbeats=MemoryHeartbeats(state),
        carrier_memory=MemoryCarrierMemory(state),
        live_rules=MemoryRules(state),
        statistics=MemoryStatistics(state),
        journal=MemoryJournal(state),
        requests=requests,
    )
    return requests.store


class _SameForAll:
    """``ports.StoreRequests``: memory answers at once anyhow."""

    store: Store

    def for_request(self, *_: object, **__: object) -> Store:
        return self.store
