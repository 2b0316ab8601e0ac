"""Recordings over REST: list, fetch, the sound itself, delete."""

from exchange.kernel.http_types import RestAnswer, RestRequest
from exchange.rest.answers import moment_parameter, not_found, page_of, resource_path
from exchange.state import forms
from exchange.state.exchange_state import ExchangeState
from exchange.state.recorded import Recording


def index(state: ExchangeState, request: RestRequest) -> RestAnswer:
    """List recordings, the newest first."""
    return _list_page(state, request, request.get("CallSid"))


def of_call(state: ExchangeState, request: RestRequest, call: str) -> RestAnswer:
    """List the recordings of a call."""
    if call not in state.legs:
        raise not_found(request.path)
    return _list_page(state, request, call)


def fetch(state: ExchangeState, request: RestRequest, sid: str) -> RestAnswer:
    """Show a recording."""
    return RestAnswer(
        status=200, body=_show_recording(state, _find_recording(state, request, sid))
    )


def fetch_media(state: ExchangeState, request: RestRequest, sid: str) -> RestAnswer:
    """Hand out the sound of a recording, once it is ready."""
    recording = _find_recording(state, request, sid)
    if not recording.ready:
        raise not_found(request.path)
    return RestAnswer(status=200, media=recording.to_wave())


def delete(state: ExchangeState, request: RestRequest, sid: str) -> RestAnswer:
    """Forget a recording and its sound."""
    state.recordings.pop(_find_recording(state, request, sid).sid)
    return RestAnswer(status=204)


def _list_page(state: ExchangeState, request: RestRequest, call: str) -> RestAnswer:
    since = moment_parameter(request, "DateCreated>")
    found = [
        _show_recording(state, recording)
        for recording in reversed(state.recordings.values())
        if call in {"", recording.call}
        and not request.get("ConferenceSid")
        and recording.began >= since
    ]
    return page_of(request, "recordings", found)


def _find_recording(state: ExchangeState, request: RestRequest, sid: str) -> Recording:
    if sid not in state.recordings:
        raise not_found(request.path)
    return state.recordings[sid]


def _show_recording(state: ExchangeState, recording: Recording) -> dict[str, object]:
    tail = resource_path(state, f"Recordings/{recording.sid}")
    below = ("add_on_results", "AddOnResults"), ("transcriptions", "Transcriptions")
    return {
        "sid": recording.sid,
        "account_sid": state.config.account,
        "api_version": forms.API_VERSION,
        "call_sid": recording.call,
        "conference_sid": None,
        "channels": 1,
        "source": "RecordVerb",
        "status": "completed" if recording.ready else "processing",
        "duration": str(recording.seconds) if recording.ready else None,
        "start_time": forms.rest_date(recording.began),
        "date_created": forms.rest_date(recording.began),
        "date_updated": forms.rest_date(recording.ended),
        "price": None,
        "price_unit": "USD",
        "error_code": None,
        "encryption_details": None,
        "media_url": state.config.api_base + tail,
        "uri": f"{tail}.json",
        "subresource_uris": {key: f"{tail}/{name}.json" for key, name in below},
    }
