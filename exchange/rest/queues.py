"""Queues and their members over REST."""

from exchange.kernel.http_types import RestAnswer, RestRequest
from exchange.kernel.signals import Rerouted
from exchange.rest.answers import (
    RestError,
    invalid_parameter,
    not_found,
    page_of,
    resource_path,
)
from exchange.rest.calls import document_target
from exchange.state import forms
from exchange.state.exchange_state import ExchangeState
from exchange.state.queues import CallQueue, Member

LARGEST = 5000


def create(state: ExchangeState, request: RestRequest) -> RestAnswer:
    """Make a queue."""
    name = request.get("FriendlyName")
    if state.queue_named(name):
        raise RestError(400, 22003, f"There is a queue {name!r} already")
    queue = state.add_queue(name, _read_size(state, request))
    return RestAnswer(status=201, body=show_queue(state, queue))


def index(state: ExchangeState, request: RestRequest) -> RestAnswer:
    """List the queues."""
    items = [show_queue(state, queue) for queue in state.queues.values()]
    return page_of(request, "queues", items)


def fetch(state: ExchangeState, request: RestRequest, sid: str) -> RestAnswer:
    """Show a queue."""
    return RestAnswer(
        status=200, body=show_queue(state, _find_queue(state, request, sid))
    )


def update(state: ExchangeState, request: RestRequest, sid: str) -> RestAnswer:
    """Rename a queue or change its size."""
    queue = _find_queue(state, request, sid)
    queue.name = request.get("FriendlyName") or queue.name
    if request.get("MaxSize"):
        queue.max_size = _read_size(state, request)
    return RestAnswer(status=200, body=show_queue(state, queue))


def delete(state: ExchangeState, request: RestRequest, sid: str) -> RestAnswer:
    """Remove an empty queue."""
    if _find_queue(state, request, sid).members:
        raise RestError(400, 22002, "The queue is not empty")
    state.queues.pop(sid)
    return RestAnswer(status=204)


def list_members(state: ExchangeState, request: RestRequest, sid: str) -> RestAnswer:
    """List who waits in a queue, in order."""
    queue = _find_queue(state, request, sid)
    items = [_shown_member(state, queue, member) for member in queue.members]
    return page_of(request, "queue_members", items)


def fetch_member(
    state: ExchangeState, request: RestRequest, sid: str, call: str
) -> RestAnswer:
    """Show who waits; `call` may be `Front`."""
    queue = _find_queue(state, request, sid)
    found = _find_member(queue, request, call)
    return RestAnswer(status=200, body=_shown_member(state, queue, found))


def take_out(
    state: ExchangeState, request: RestRequest, sid: str, call: str
) -> RestAnswer:
    """Send a waiting caller elsewhere."""
    queue = _find_queue(state, request, sid)
    found = _find_member(queue, request, call)
    body = _shown_member(state, queue, found)
    rerouted = Rerouted(document_target(request), by_member=True)
    state.timeline.interrupt(found.leg.task, rerouted)
    return RestAnswer(status=200, body=body)


def show_queue(state: ExchangeState, queue: CallQueue) -> dict[str, object]:
    """Return a queue as REST shows it."""
    uri = resource_path(state, f"Queues/{queue.sid}")
    return {
        "sid": queue.sid,
        "account_sid": state.config.account,
        "friendly_name": queue.name,
        "current_size": len(queue.members),
        "max_size": queue.max_size,
        "average_wait_time": queue.average_wait(),
        "date_created": forms.rest_date(queue.created),
        "date_updated": forms.rest_date(queue.updated),
        "uri": f"{uri}.json",
        "subresource_uris": {"members": f"{uri}/Members.json"},
    }


def _shown_member(
    state: ExchangeState, queue: CallQueue, member: Member
) -> dict[str, object]:
    return {
        "call_sid": member.leg.sid,
        "queue_sid": queue.sid,
        "date_enqueued": forms.rest_date(member.joined),
        "position": queue.position(member),
        "wait_time": int(state.now - member.joined),
        "uri": resource_path(
            state, f"Queues/{queue.sid}/Members/{member.leg.sid}.json"
        ),
    }


def _find_queue(state: ExchangeState, request: RestRequest, sid: str) -> CallQueue:
    if sid not in state.queues:
        raise not_found(request.path)
    return state.queues[sid]


def _find_member(queue: CallQueue, request: RestRequest, call: str) -> Member:
    found = queue.find(call)
    if found is None:
        raise not_found(request.path)
    return found


def _read_size(state: ExchangeState, request: RestRequest) -> int:
    given = request.get("MaxSize", str(state.config.queue_size))
    if not given.isdigit() or not 1 <= int(given) <= LARGEST:
        raise invalid_parameter("MaxSize", given)
    return int(given)
