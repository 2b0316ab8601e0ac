"""Requests for routing, and whether routing has run since."""

from datetime import datetime

from ivr.adapters.redis_store.context import StoreContext
from ivr.adapters.redis_store.documents import key_of, moment
from ivr.adapters.redis_store.reading import Reading
from ivr.adapters.redis_store.subjects.changes import StoredChanges
from ivr.core.model.identifiers import LineKey
from ivr.ports import Change


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

    def begin_routing(self, line: LineKey) -> int:
        """The number of the newest request; later ones send a job of their own."""
        keys = [key_of(line, "asked:route"), key_of(line, "routing")]
        return int(self._context.run_script(self._context.begin_routing, keys))

    def ack_routing(self, line: LineKey, request: int, again: datetime | None) -> bool:
        """Routing is done up to ``request``; False when more was asked meanwhile."""
        keys = [key_of(line, "routing"), key_of(line, "due")]
        when = "" if again is None else again.timestamp()
        args = [request, when]
        return bool(self._context.run_script(self._context.served, keys, args))

    def routing_pending_since(self, line: LineKey) -> datetime | None:
        """Since when a request for routing has stood unserved, or None."""
        since = self._reading.find(line, ["routing"], leads=False)["routing"]
        return moment(float(since)) if since else None
