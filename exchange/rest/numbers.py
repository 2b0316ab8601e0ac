"""The account's numbers over REST, and where their calls are sent."""

from dataclasses import replace  # noqa: TID251 - the service is not known here

from exchange.kernel.config import Number
from exchange.kernel.http_types import RestAnswer, RestRequest
from exchange.rest.answers import not_found, page_of, resource_path
from exchange.state import forms
from exchange.state.exchange_state import ExchangeState

_FIELDS = {
    "VoiceUrl": "voice_url",
    "VoiceMethod": "voice_method",
    "VoiceFallbackUrl": "voice_fallback_url",
    "VoiceFallbackMethod": "voice_fallback_method",
    "StatusCallback": "status_callback",
    "StatusCallbackMethod": "status_callback_method",
    "FriendlyName": "friendly_name",
    "SmsUrl": "sms_url",
}


def index(state: ExchangeState, request: RestRequest) -> RestAnswer:
    """List the numbers."""
    wanted = request.get("PhoneNumber")
    name = request.get("FriendlyName")
    found = [
        show_number(state, number)
        for number in state.numbers.values()
        if wanted in number.number and name in {"", number.friendly_name}
    ]
    return page_of(request, "incoming_phone_numbers", found)


def fetch(state: ExchangeState, request: RestRequest, sid: str) -> RestAnswer:
    """Show a number."""
    return RestAnswer(
        status=200, body=show_number(state, _find_number(state, request, sid))
    )


def update(state: ExchangeState, request: RestRequest, sid: str) -> RestAnswer:
    """Change where a number's calls are sent."""
    number = _find_number(state, request, sid)
    given = dict(request.params)
    changes = {field: given[name] for name, field in _FIELDS.items() if name in given}
    changed = replace(number, **changes)
    state.add_number(changed)
    return RestAnswer(status=200, body=show_number(state, changed))


def show_number(state: ExchangeState, number: Number) -> dict[str, object]:
    """Return a number as REST shows it."""
    sid = state.number_sids[number.number]
    return {
        "sid": sid,
        "account_sid": state.config.account,
        "phone_number": number.number,
        "friendly_name": number.friendly_name or number.number,
        "voice_url": number.voice_url,
        "voice_method": number.voice_method,
        "voice_fallback_url": number.voice_fallback_url,
        "voice_fallback_method": number.voice_fallback_method,
        "status_callback": number.status_callback,
        "status_callback_method": number.status_callback_method,
        "sms_url": number.sms_url,
        "sms_method": "POST",
        "voice_caller_id_lookup": False,
        "voice_receive_mode": "voice",
        "capabilities": {"voice": True, "sms": True, "mms": False, "fax": False},
        "api_version": forms.API_VERSION,
        "beta": False,
        "origin": "twilio",
        "status": "in-use",
        "uri": resource_path(state, f"IncomingPhoneNumbers/{sid}.json"),
    }


def _find_number(state: ExchangeState, request: RestRequest, sid: str) -> Number:
    for number, known in state.number_sids.items():
        if known == sid:
            return state.numbers[number]
    raise not_found(request.path)
