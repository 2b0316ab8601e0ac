"""Conferences over REST."""

from exchange.kernel.http_types import RestAnswer, RestRequest
from exchange.rest.answers import invalid_parameter, not_found, page_of, resource_path
from exchange.state import forms
from exchange.state.conferences import Conference, RoomStatus, WhyEnded, WhyLeft
from exchange.state.exchange_state import ExchangeState
from exchange.verbs import announcing, conference_verb


def index(state: ExchangeState, request: RestRequest) -> RestAnswer:
    """List conferences, the newest first."""
    wanted = {
        "friendly_name": request.get("FriendlyName"),
        "status": request.get("Status"),
    }
    rooms = [
        show_conference(state, room) for room in reversed(state.conferences.values())
    ]
    found = [
        room
        for room in rooms
        if all(room[name] == value for name, value in wanted.items() if value)
    ]
    return page_of(request, "conferences", found)


def fetch(state: ExchangeState, request: RestRequest, sid: str) -> RestAnswer:
    """Show a conference."""
    return RestAnswer(
        status=200, body=show_conference(state, by_sid(state, request, sid))
    )


def update(state: ExchangeState, request: RestRequest, sid: str) -> RestAnswer:
    """End a conference, or announce something to it."""
    room = by_sid(state, request, sid)
    status = request.get("Status")
    if status not in {"", "completed"}:
        raise invalid_parameter("Status", status)
    if status:
        conference_verb.end_room(state, room, WhyEnded.VIA_API, WhyLeft.VIA_API)
    if request.get("AnnounceUrl"):
        announcing.announce_to(state, request, room, tuple(room.participants))
    return RestAnswer(status=200, body=show_conference(state, room))


def show_conference(state: ExchangeState, room: Conference) -> dict[str, object]:
    """Return a conference as REST shows it."""
    uri = resource_path(state, f"Conferences/{room.sid}")
    return {
        "sid": room.sid,
        "account_sid": state.config.account,
        "friendly_name": room.name,
        "status": str(room.status),
        "region": "us1",
        "api_version": forms.API_VERSION,
        "date_created": forms.rest_date(room.created),
        "date_updated": forms.rest_date(room.updated),
        "uri": f"{uri}.json",
        "subresource_uris": {"participants": f"{uri}/Participants.json"},
        **_ending_fields(room),
    }


def _ending_fields(room: Conference) -> dict[str, object]:
    # The published document forbids a null here, so that the field is absent.
    if room.why_ended is None:
        return {}
    return {
        "reason_conference_ended": str(room.why_ended),
        "call_sid_ending_conference": room.ended_by.leg.sid if room.ended_by else None,
    }


def by_sid(state: ExchangeState, request: RestRequest, sid: str) -> Conference:
    """Return a conference; raises RestError."""
    if sid not in state.conferences:
        raise not_found(request.path)
    return state.conferences[sid]


def open_room(state: ExchangeState, request: RestRequest, sid: str) -> Conference:
    """Return a conference that has not ended, by SID or name; raises RestError."""
    room = state.conferences.get(sid) or state.find_room(sid)
    if room is None or room.status is RoomStatus.COMPLETED:
        raise not_found(request.path)
    return room
