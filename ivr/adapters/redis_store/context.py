"""The context that the parts of the live state share: one client, and how to ask it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from redis import Redis
from redis.commands.core import Script

from ivr.adapters.redis_store.circuit_breaker import CircuitBreaker
from ivr.adapters.redis_store.documents import Documents
from ivr.adapters.redis_store.reading import Asked, FreshReading
from ivr.adapters.redis_store.scripts import (
    BEGIN_ROUTING,
    COMMIT,
    LEG_SLOT,
    PUT_RULES,
    SERVED,
    SNAPSHOT,
)
from ivr.ports import Clock, Vault

JOB_FLAG = timedelta(seconds=1)
"""How long a sent job is trusted to come before another may be sent."""


class StoreContext:
    """Made once for a client, and handed to each part.

    We trust a sent job to come for the time ``trusted`` before we send another.
    """

    def __init__(
        self,
        client: "Redis",
        vault: Vault,
        clock: Clock,
        trusted: timedelta = JOB_FLAG,
    ) -> None:
        self.client = client
        self.clock = clock
        self.documents = Documents(vault)
        self.reach = CircuitBreaker(client, clock)
        self.fresh = FreshReading(client, self.reach)
        self.trusted = int(trusted.total_seconds() * 1000)
        self.commit = client.register_script(COMMIT)
        self.snapshot = client.register_script(SNAPSHOT)
        self.begin_routing = client.register_script(BEGIN_ROUTING)
        self.served = client.register_script(SERVED)
        self.put_rules = client.register_script(PUT_RULES)
        self._leg_slot = client.register_script(LEG_SLOT)

    def run_script(
        self, script: Script, keys: Sequence[str], args: Sequence[Any] = ()
    ) -> Any:
        """Run a script by itself; return its result."""
        return self.fresh.run_together([(script, keys, args)])[0]

    def dial_slot(self, now: datetime, per_second: float) -> Asked:
        """The script that takes the place of one created leg."""
        following = now.timestamp() + 1 / per_second
        return self._leg_slot, ["hotline:{carrier}:legs"], [now.timestamp(), following]
