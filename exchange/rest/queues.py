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
from exchange.state.exchange_state import Board
from exchange.state.queues import CallQueue, Member

LARGEST = 5000


def create(board: Board, request: RestRequest) -> RestAnswer:
    """Make a queue."""
    name = request.get("FriendlyName")
    if board.queue_named(name):
        raise RestError(400, 22003, f"There is a queue {name!r} already")
    queue = board.add_queue(name, _read_size(board, request))
    return RestAnswer(status=201, body=show_queue(board, queue))


def index(board: Board, request: RestRequest) -> RestAnswer:
    """List the queues."""
    items = [show_queue(board, queue) for queue in board.queues.values()]
    return page_of(request, "queues", items)


def fetch(board: Board, request: RestRequest, sid: str) -> RestAnswer:
    """Show a queue."""
    return RestAnswer(
        status=200, body=show_queue(board, _find_queue(board, request, sid))
    )


def update(board: Board, request: RestRequest, sid: str) -> RestAnswer:
    """Rename a queue or change its size."""
    queue = _find_queue(board, request, sid)
    queue.name = request.get("FriendlyName") or queue.name
    if request.get("MaxSize"):
        queue.max_size = _read_size(board, request)
    return RestAnswer(status=200, body=show_queue(board, queue))


def delete(board: Board, request: RestRequest, sid: str) -> RestAnswer:
    """Remove an empty queue."""
    if _find_queue(board, request, sid).members:
        raise RestError(400, 22002, "The queue is not empty")
    board.queues.pop(sid)
    return RestAnswer(status=204)


def list_members(board: Board, request: RestRequest, sid: str) -> RestAnswer:
    """List who waits in a queue, in order."""
    queue = _find_queue(board, request, sid)
    items = [_shown_member(board, queue, member) for member in queue.members]
    return page_of(request, "queue_members", items)


def fetch_member(board: Board, request: RestRequest, sid: str, call: str) -> RestAnswer:
    """Show who waits; `call` may be `Front`."""
    queue = _find_queue(board, request, sid)
    found = _find_member(queue, request, call)
    return RestAnswer(status=200, body=_shown_member(board, queue, found))


def take_out(board: Board, request: RestRequest, sid: str, call: str) -> RestAnswer:
    """Send a waiting caller elsewhere."""
    queue = _find_queue(board, request, sid)
    found = _find_member(queue, request, call)
    body = _shown_member(board, queue, found)
    rerouted = Rerouted(document_target(request), by_member=True)
    board.timeline.interrupt(found.leg.task, rerouted)
    return RestAnswer(status=200, body=body)


def show_queue(board: Board, queue: CallQueue) -> dict[str, object]:
    """Return a queue as REST shows it."""
    uri = resource_path(board, f"Queues/{queue.sid}")
    return {
        "sid": queue.sid,
        "account_sid": board.config.account,
        "friendly_name": queue.name,
        "current_size": len(queue.members),
        "max_size": queue.max_size,
        "average_wait_time": queue.average_wait(),
        "date_created": forms.rest_date(queue.created),
        "date_updated": forms.rest_date(queue.updated),
        "uri": f"{uri}.json",
        "subresource_uris": {"members": f"{uri}/Members.json"},
    }


def _shown_member(board: Board, queue: CallQueue, member: Member) -> dict[str, object]:
    return {
        "call_sid": member.leg.sid,
        "queue_sid": queue.sid,
        "date_enqueued": forms.rest_date(member.joined),
        "position": queue.position(member),
        "wait_time": int(board.now - member.joined),
        "uri": resource_path(
            board, f"Queues/{queue.sid}/Members/{member.leg.sid}.json"
        ),
    }


def _find_queue(board: Board, request: RestRequest, sid: str) -> CallQueue:
    if sid not in board.queues:
        raise not_found(request.path)
    return board.queues[sid]


def _find_member(queue: CallQueue, request: RestRequest, call: str) -> Member:
    found = queue.find(call)
    if found is None:
        raise not_found(request.path)
    return found


def _read_size(board: Board, request: RestRequest) -> int:
    given = request.get("MaxSize", str(board.config.queue_size))
    if not given.isdigit() or not 1 <= int(given) <= LARGEST:
        raise invalid_parameter("MaxSize", given)
    return int(given)
