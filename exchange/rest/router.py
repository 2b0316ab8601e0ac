"""The routes of REST requests: where each goes, who may ask, its parameters."""

import hmac
import re
from collections.abc import Callable
from dataclasses import dataclass

from exchange.kernel.http_types import RestAnswer, RestRequest
from exchange.rest import (
    calls,
    conferences,
    messages,
    numbers,
    participants,
    queues,
    recordings,
)
from exchange.rest import parameters as known
from exchange.rest.answers import ROOT, RestError, not_found
from exchange.state.exchange_state import ExchangeState

Handler = Callable[..., RestAnswer]


@dataclass(frozen=True, slots=True)
class Route:
    """One operation: method, path below the account, handler, parameters."""

    method: str
    pattern: str
    handler: Handler
    parameters: frozenset[str]
    needed: tuple[str, ...] = ()


_ONE = r"([^/.]+)"
_SID = r"([A-Z]{2}[0-9a-fA-F]{32})"
# A recording's own address, with or without an ending, is that of its sound.
_MEDIA = rf"Recordings/{_SID}(\.wav)?"
_ROUTES = (
    Route("POST", "Calls", calls.create, known.CALL_CREATE),
    Route("GET", "Calls", calls.index, known.CALL_LIST),
    Route("GET", f"Calls/{_SID}", calls.fetch, known.NONE),
    Route("POST", f"Calls/{_SID}", calls.update, known.CALL_UPDATE),
    Route("DELETE", f"Calls/{_SID}", calls.delete, known.NONE),
    Route(
        "GET", f"Calls/{_SID}/Recordings", recordings.of_call, known.CALL_RECORDING_LIST
    ),
    Route("GET", "Recordings", recordings.index, known.RECORDING_LIST),
    Route("GET", f"Recordings/{_SID}", recordings.fetch, known.RECORDING),
    Route(
        "GET", rf"Recordings/{_SID}\.wav", recordings.fetch_media, known.RECORDING_MEDIA
    ),
    Route("DELETE", f"Recordings/{_SID}", recordings.delete, known.NONE),
    Route("POST", "Queues", queues.create, known.QUEUE, ("FriendlyName",)),
    Route("GET", "Queues", queues.index, known.PAGES),
    Route("GET", f"Queues/{_SID}", queues.fetch, known.NONE),
    Route("POST", f"Queues/{_SID}", queues.update, known.QUEUE),
    Route("DELETE", f"Queues/{_SID}", queues.delete, known.NONE),
    Route("GET", f"Queues/{_SID}/Members", queues.list_members, known.PAGES),
    Route("GET", f"Queues/{_SID}/Members/{_ONE}", queues.fetch_member, known.NONE),
    Route("POST", f"Queues/{_SID}/Members/{_ONE}", queues.take_out, known.MEMBER),
    Route("GET", "Conferences", conferences.index, known.ROOM_LIST),
    Route("GET", f"Conferences/{_SID}", conferences.fetch, known.NONE),
    Route("POST", f"Conferences/{_SID}", conferences.update, known.ROOM_UPDATE),
    Route(
        "GET",
        f"Conferences/{_ONE}/Participants",
        participants.index,
        known.PARTICIPANT_LIST,
    ),
    Route(
        "POST",
        f"Conferences/{_ONE}/Participants",
        participants.create,
        known.PARTICIPANT_CREATE,
    ),
    Route(
        "GET",
        f"Conferences/{_ONE}/Participants/{_ONE}",
        participants.fetch,
        known.NONE,
    ),
    Route(
        "POST",
        f"Conferences/{_ONE}/Participants/{_ONE}",
        participants.update,
        known.PARTICIPANT_UPDATE,
    ),
    Route(
        "DELETE",
        f"Conferences/{_ONE}/Participants/{_ONE}",
        participants.delete,
        known.NONE,
    ),
    Route("POST", "Messages", messages.create, known.MESSAGE_CREATE),
    Route("GET", "Messages", messages.index, known.MESSAGE_LIST),
    Route("GET", f"Messages/{_SID}", messages.fetch, known.NONE),
    Route("POST", f"Messages/{_SID}", messages.update, known.MESSAGE_UPDATE),
    Route("DELETE", f"Messages/{_SID}", messages.delete, known.NONE),
    Route("GET", "IncomingPhoneNumbers", numbers.index, known.NUMBER_LIST),
    Route("GET", f"IncomingPhoneNumbers/{_SID}", numbers.fetch, known.NONE),
    Route("POST", f"IncomingPhoneNumbers/{_SID}", numbers.update, known.NUMBER_UPDATE),
)


def answer_request(state: ExchangeState, request: RestRequest) -> RestAnswer:
    """Answer a REST request."""
    try:
        _check_login(state, request)
        return _dispatch_request(state, request)
    except RestError as refusal:
        return refusal.answer()


def _dispatch_request(state: ExchangeState, request: RestRequest) -> RestAnswer:
    tail = _path_tail(state, request)
    for route in _ROUTES:
        found = re.fullmatch(route.pattern, tail)
        if found and route.method == request.method:
            _check_parameters(state, request, route)
            return route.handler(state, request, *found.groups())
    state.complain(None, f"REST knows no {request.method} {request.path}")
    raise not_found(request.path)


def _path_tail(state: ExchangeState, request: RestRequest) -> str:
    prefix = f"{ROOT}/{state.config.account}/"
    tail = request.path.removeprefix(prefix)
    if request.path.startswith(prefix) and tail.endswith(".json"):
        return tail.removesuffix(".json")
    if request.path.startswith(prefix) and re.fullmatch(_MEDIA, tail):
        return tail.removesuffix(".wav") + ".wav"
    state.complain(None, f"REST knows no {request.method} {request.path}")
    raise not_found(request.path)


def _check_login(state: ExchangeState, request: RestRequest) -> None:
    user, password = request.auth or ("", "")
    right_user = hmac.compare_digest(user.encode(), state.config.account.encode())
    right = hmac.compare_digest(password.encode(), state.config.token.encode())
    if not (right_user and right):
        raise RestError(401, 20003, "Authenticate")


def _check_parameters(state: ExchangeState, request: RestRequest, route: Route) -> None:
    for name, _ in request.params:
        if name not in route.parameters:
            text = f"{request.method} {request.path} knows no parameter {name!r}"
            state.complain(None, text)
    for name in route.needed:
        if not request.get(name):
            raise RestError(400, 20001, f"Missing required parameter {name}")
