"""Calls over REST: create, fetch, list, update, delete."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from exchange.kernel.http_types import RestAnswer, RestRequest
from exchange.kernel.signals import DocumentFailed, Goto, Rerouted
from exchange.kernel.tasks import Script
from exchange.legs import outbound
from exchange.rest.answers import (
    RestError,
    invalid_parameter,
    not_found,
    number_parameter,
    page_of,
    resource_path,
)
from exchange.state import forms
from exchange.state.devices import split_address
from exchange.state.exchange_state import ExchangeState
from exchange.state.leg import BEFORE_ANSWER, Callbacks, Direction, Leg, Status, Target
from exchange.twiml import parser
from exchange.verbs import conversation

LONGEST_TWIML = 4000
LONGEST_QUEUE_SECONDS = 24 * 3600.0
_EVENTS = {"initiated", "ringing", "answered", "completed"}
_DIALLABLE = re.compile(r"\+[1-9]\d{6,14}|client:.+|sip:.+@.+")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewLeg:
    """The request that sets up a leg over REST, and what follows."""

    request: RestRequest
    then: Callable[[Leg], Script[None]]


def create(state: ExchangeState, request: RestRequest) -> RestAnswer:
    """Set up a call, in its turn."""
    goto = _wanted_target(request)
    leg = add_leg(
        state,
        NewLeg(
            request=request,
            then=lambda leg: conversation.follow_to_end(state, leg, goto),
        ),
    )
    leg.fallback = Target(
        url=request.get("FallbackUrl"), method=request.get("FallbackMethod", "POST")
    )
    return RestAnswer(status=201, body=show_call(state, leg))


def add_leg(state: ExchangeState, new: NewLeg) -> Leg:
    """Set up a leg at the pace the account allows; raises RestError."""
    _check_parties(state, new.request)
    callbacks = _read_callbacks(new.request)
    rings = min(number_parameter(new.request, "Timeout", 60), 600)
    limit = number_parameter(new.request, "TimeLimit", 4 * 3600)
    slot = max(state.now, state.next_slot)
    if slot - state.now > LONGEST_QUEUE_SECONDS:
        raise RestError(429, 22005, "More than 24 hours of calls are queued already")
    to, parameters = split_address(new.request.get("To"))
    leg = state.add_leg(new.request.get("From"), to, Direction.OUTBOUND_API)
    leg.parameters = parameters
    state.next_slot = slot + 1 / state.config.calls_per_second
    leg.queue_time = slot - state.now
    leg.ring_seconds, leg.time_limit = rings, limit
    leg.callbacks = callbacks
    placing = outbound.Placing(
        slot=slot,
        grace=state.config.ring_grace,
        then=lambda: new.then(leg),
        detects_machines=bool(new.request.get("MachineDetection")),
    )
    leg.task = state.timeline.start(outbound.place_call(state, leg, placing))
    return leg


def fetch(state: ExchangeState, request: RestRequest, sid: str) -> RestAnswer:
    """Show a call."""
    return RestAnswer(status=200, body=show_call(state, _find_leg(state, request, sid)))


def index(state: ExchangeState, request: RestRequest) -> RestAnswer:
    """List calls, the newest first."""
    wanted = {
        "status": request.get("Status"),
        "to": request.get("To"),
        "from": request.get("From"),
        "parent_call_sid": request.get("ParentCallSid"),
    }
    calls = [show_call(state, leg) for leg in reversed(state.legs.values())]
    found = [
        call
        for call in calls
        if all(call[name] == value for name, value in wanted.items() if value)
    ]
    return page_of(request, "calls", found)


def update(state: ExchangeState, request: RestRequest, sid: str) -> RestAnswer:
    """End a call or send it elsewhere."""
    leg = _find_leg(state, request, sid)
    status = request.get("Status")
    if status not in {"", "canceled", "completed"}:
        raise invalid_parameter("Status", status, 21218)
    if leg.ended:
        raise RestError(400, 21220, "Call is not in-progress. Cannot redirect.")
    if status:
        _stop_call(state, leg, status)
    elif request.get("Url") or request.get("Twiml"):
        _redirect_call(state, leg, request)
    if request.get("TimeLimit"):
        leg.time_limit = number_parameter(request, "TimeLimit", 4 * 3600)
        outbound.limit_length(state, leg)
    state.timeline.run_ready_tasks()
    return RestAnswer(status=200, body=show_call(state, leg))


def delete(state: ExchangeState, request: RestRequest, sid: str) -> RestAnswer:
    """Forget a call that is over."""
    leg = _find_leg(state, request, sid)
    if not leg.ended:
        raise RestError(409, 20009, "A call in progress cannot be deleted")
    state.legs.pop(sid)
    return RestAnswer(status=204)


def show_call(state: ExchangeState, leg: Leg) -> dict[str, object]:
    """Return a call as REST shows it."""
    uri = resource_path(state, f"Calls/{leg.sid}")
    initiated = leg.status is Status.INITIATED
    return {
        "sid": leg.sid,
        "date_created": forms.rest_date(leg.created),
        "date_updated": forms.rest_date(leg.updated),
        "parent_call_sid": leg.parent.sid if leg.parent else None,
        "account_sid": state.config.account,
        "to": leg.to,
        "to_formatted": leg.to,
        "from": leg.from_,
        "from_formatted": leg.from_,
        "phone_number_sid": state.number_sids.get(leg.to),
        "status": str(Status.QUEUED if initiated else leg.status),
        "start_time": forms.rest_date(leg.answered_at),
        "end_time": forms.rest_date(leg.ended_at),
        "duration": str(leg.seconds()) if leg.ended else None,
        "price": None,
        "price_unit": "USD",
        "direction": str(leg.direction),
        "answered_by": leg.extra.get("AnsweredBy"),
        "api_version": forms.API_VERSION,
        "forwarded_from": None,
        "group_sid": None,
        "caller_name": None,
        "queue_time": str(round(leg.queue_time * 1000)),
        "trunk_sid": None,
        "uri": f"{uri}.json",
        "subresource_uris": {"recordings": f"{uri}/Recordings.json"},
    }


def document_target(request: RestRequest) -> Goto:
    """Return where `Url` or `Twiml` leads; raises RestError."""
    inline = request.get("Twiml")
    if len(inline) > LONGEST_TWIML:
        raise RestError(400, 32018, "Twiml is longer than 4000 characters")
    if inline and not request.get("Url"):
        try:
            parser.parse_twiml(inline.encode())
        except DocumentFailed as fault:
            raise RestError(400, parser.UNPARSABLE, str(fault)) from fault
        return Goto(twiml=inline)
    url, method = request.get("Url"), request.get("Method", "POST")
    if not re.fullmatch(r"https?://[^/_\s]+(/\S*)?", url):
        raise RestError(400, 21205, f"Url is not a valid URL: {url}")
    return Goto(url=url, method=method)


def _wanted_target(request: RestRequest) -> Goto:
    if request.get("ApplicationSid"):
        raise RestError(400, 21216, "The exchange has no applications")
    return document_target(request)


def _check_parties(state: ExchangeState, request: RestRequest) -> None:
    from_, to = request.get("From"), request.get("To")
    if not to:
        raise RestError(400, 21201, "No 'To' number is specified")
    if not from_:
        raise RestError(400, 21213, "No 'From' number is specified")
    if not _DIALLABLE.fullmatch(to):
        raise RestError(400, 21211, f"The 'To' number {to} is not a valid number.")
    if from_.startswith("+") and from_ not in state.numbers:
        raise RestError(400, 21210, f"The 'From' number {from_} is not yours.")


def _read_callbacks(request: RestRequest) -> Callbacks:
    events = {e for given in request.all("StatusCallbackEvent") for e in given.split()}
    if events - _EVENTS:
        raise invalid_parameter("StatusCallbackEvent", " ".join(sorted(events)), 21219)
    target = Target(
        url=request.get("StatusCallback"),
        method=request.get("StatusCallbackMethod", "POST"),
    )
    return Callbacks(target=target, events=frozenset(events or {"completed"}))


def _stop_call(state: ExchangeState, leg: Leg, status: str) -> None:
    if leg.status in BEFORE_ANSWER:
        state.end(leg, Status.CANCELED)
    elif status == "completed":
        state.end(leg, Status.COMPLETED)


def _redirect_call(state: ExchangeState, leg: Leg, request: RestRequest) -> None:
    goto = document_target(request)
    if not leg.live:
        raise RestError(400, 21220, "Call is not in-progress. Cannot redirect.")
    if request.get("FallbackUrl"):
        method = request.get("FallbackMethod", "POST")
        leg.fallback = Target(url=request.get("FallbackUrl"), method=method)
    if request.get("StatusCallback"):
        leg.callbacks = _read_callbacks(request)
    state.timeline.interrupt(leg.task, Rerouted(goto))


def _find_leg(state: ExchangeState, request: RestRequest, sid: str) -> Leg:
    if sid not in state.legs:
        raise not_found(request.path)
    return state.legs[sid]
