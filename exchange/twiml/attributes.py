"""The values that the attributes of TwiML take.

From the verbs' pages as gathered in the facts sheet, sections 1.3, 1.4 and 4. An
attribute without an entry here is taken as it is.
"""

import re
from collections.abc import Callable

Check = Callable[[str], bool]

_CALL_EVENTS = {"initiated", "ringing", "answered", "completed"}
_ROOM_EVENTS = {
    *("start", "end", "join", "leave", "mute", "hold", "modify", "speaker"),
    "announcement",
}


def _is_number_between(low: int, high: int | None = None) -> Check:
    def check(value: str) -> bool:
        if not value.isascii() or not value.isdigit():
            return False
        return low <= int(value) and (high is None or int(value) <= high)

    return check


def _one_of(*values: str) -> Check:
    return lambda value: value in values


def _some_of(values: set[str]) -> Check:
    return lambda value: bool(value.split()) and set(value.split()) <= values


def _is_matching(pattern: str) -> Check:
    return lambda value: bool(re.fullmatch(pattern, value))


_BOOLEAN = _one_of("true", "false")
_METHOD = _one_of("GET", "POST")
_ANY_METHOD = {
    *("method", "waitMethod", "waitUrlMethod", "statusCallbackMethod"),
    *("recordingStatusCallbackMethod", "partialResultCallbackMethod"),
}

_CHECKS: dict[tuple[str, str], Check] = {
    ("Say", "loop"): _is_number_between(0),
    ("Play", "loop"): _is_number_between(0),
    ("Play", "digits"): _is_matching(r"[0-9A-D#*wW]+"),
    ("Pause", "length"): _is_number_between(1),
    ("Gather", "input"): _one_of("dtmf", "speech", "dtmf speech", "speech dtmf"),
    ("Gather", "timeout"): lambda v: v == "auto" or _is_number_between(0)(v),
    ("Gather", "speechTimeout"): lambda v: v == "auto" or _is_number_between(1)(v),
    ("Gather", "numDigits"): _is_number_between(1),
    ("Gather", "finishOnKey"): _is_matching(r"[0-9#*]?"),
    ("Gather", "actionOnEmptyResult"): _BOOLEAN,
    ("Gather", "bargeIn"): _BOOLEAN,
    ("Gather", "profanityFilter"): _BOOLEAN,
    ("Reject", "reason"): _one_of("rejected", "busy"),
    ("Enqueue", "maxQueueSize"): _is_number_between(1, 5000),
    ("Dial", "timeout"): _is_number_between(5, 600),
    ("Dial", "timeLimit"): _is_number_between(1, 86400),
    ("Dial", "hangupOnStar"): _BOOLEAN,
    ("Dial", "answerOnBridge"): _BOOLEAN,
    ("Dial", "sequential"): _BOOLEAN,
    ("Dial", "record"): _is_matching(
        r"(do-not-record|true|false|record-from-(answer|ringing)(-dual)?)"
    ),
    ("Dial", "callerId"): _is_matching(r"\+[1-9][0-9]{4,14}|client:.+|sip:.+"),
    ("Conference", "muted"): _BOOLEAN,
    ("Conference", "beep"): _one_of("true", "false", "onEnter", "onExit"),
    ("Conference", "startConferenceOnEnter"): _BOOLEAN,
    ("Conference", "endConferenceOnExit"): _BOOLEAN,
    ("Conference", "maxParticipants"): _is_number_between(2, 250),
    ("Conference", "record"): _one_of("do-not-record", "record-from-start"),
    ("Conference", "coach"): _is_matching(r"CA[0-9a-f]{32}"),
    ("Conference", "participantLabel"): _is_matching(r".{1,128}"),
    ("Conference", "statusCallbackEvent"): _some_of(_ROOM_EVENTS),
    ("Number", "statusCallbackEvent"): _some_of(_CALL_EVENTS),
    ("Client", "statusCallbackEvent"): _some_of(_CALL_EVENTS),
    ("Sip", "statusCallbackEvent"): _some_of(_CALL_EVENTS),
    ("Record", "timeout"): _is_number_between(0),
    ("Record", "maxLength"): _is_number_between(1, 86400),
    ("Record", "finishOnKey"): _is_matching(r"[0-9#*]*"),
    ("Record", "playBeep"): _BOOLEAN,
    ("Record", "trim"): _one_of("trim-silence", "do-not-trim"),
    ("Record", "transcribe"): _BOOLEAN,
}


def is_allowed(element: str, attribute: str, value: str) -> bool:
    """Tell whether `value` is one the carrier takes for this attribute."""
    if attribute in _ANY_METHOD:
        return _METHOD(value)
    check = _CHECKS.get((element, attribute))
    return check is None or check(value)
