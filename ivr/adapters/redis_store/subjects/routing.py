"""Requests for routing, and whether routing has run since."""

from datetime import datetime

from ivr.adapters.redis_store.context import StoreContext
from ivr.adapters.redis_store.documents import key_of, moment
from ivr.adapters.redis_store.reading import Reading
from ivr.adapters.redis_store.subjects.changes import StoredChanges
from ivr.core.model.identifiers import LineKey
from ivr.ports import Change, RoutingRun

BEGINS = ("asked:route", "routing")
"""What a run of routing changes and reads as it begins."""


class StoredRouting:
    """``ports.RoutingRequests``: to ask is a change like every other."""

    __slots__ = ("_changes", "_context", "_reading")

    def __init__(
        self, context: StoreContext, reading: Reading, changes: StoredChanges
    ) -> None:
        self._context = context
        self._reading = reading
        self._changes = changes

    def wake(self, line: LineKey) -> bool:
        """Ask for routing; whether a job should be sent for it."""
        saved = self._changes.commit(line, Change(save=(), wake=True))
        return bool(saved and saved.route)

    def begin_routing(self, line: LineKey) -> RoutingRun:
        """Begin to serve all requests made so far; later ones send a job."""
        keys, fresh = [key_of(line, name) for name in BEGINS], self._context.fresh
        begin, read = (
            (self._context.begin_routing, keys, ()),
            fresh.asking(line, (), leads=False),
        )
        request, told = fresh.run_together([begin, read])
        fresh.told(line, told)
        return RoutingRun(request=int(request), rules=fresh.known_rules(line))

    def ack_routing(
        self, line: LineKey, run: RoutingRun, again: datetime | None
    ) -> bool:
        """Routing is done up to ``run``; False when more was asked meanwhile."""
        keys = [key_of(line, "routing"), key_of(line, "due")]
        args = [run.request, "" if again is None else again.timestamp()]
        return bool(self._context.run_script(self._context.served, keys, args))

    def routing_pending_since(self, line: LineKey) -> datetime | None:
        """Since when a request for routing has stood unserved, or None."""
        since = self._reading.find(line, ["routing"], leads=False)["routing"]
        return moment(float(since)) if since else None
