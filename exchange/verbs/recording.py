"""Record takes down what the caller says.

Rules (carrier's page on Record): it ends after a silence, at a key, or at its greatest
length; the action comes even when the caller hangs up (Digits=hangup). After an empty
recording there is no action: the next verb runs.
"""

from exchange.documents import delivery
from exchange.documents.interpreter import Next, VerbStep
from exchange.kernel.http_types import Form, Purpose
from exchange.kernel.signals import Goto, Key, LegEnded, Rerouted, Spoken
from exchange.kernel.tasks import Script
from exchange.kernel.transcript import Kind
from exchange.state.forms import mail_date
from exchange.state.recorded import Recording

SILENCE_SECONDS, LONGEST = 5.0, 3600.0
ANY_KEY = "1234567890*#"
HANG_UP = "hangup"


def act_record(step: VerbStep) -> Script[Next]:
    """Act out a Record; leads to its action, else to its own document again."""
    if step.verb.flag("playBeep", default=True):
        step.state.let_hear(step.leg, Kind.BEEP)
    step.state.let_hear(step.leg, Kind.RECORD)
    sid = step.state.issue_sid("RE")
    taken = Recording(sid=sid, call=step.leg.sid, began=step.state.now)
    try:
        key = yield from _listen_until_end(step, taken)
    except LegEnded:
        if _keep_recording(step, taken):
            action = _action_target(step, _action_form(step, taken, HANG_UP))
            yield from delivery.post_event(step.state, step.leg, action)
        raise
    except Rerouted:
        # The words so far are kept, but the call does not ask about them any more.
        _keep_recording(step, taken)
        raise
    return (
        _action_target(step, _action_form(step, taken, key))
        if _keep_recording(step, taken)
        else None
    )


def _listen_until_end(step: VerbStep, taken: Recording) -> Script[str]:
    silence = step.verb.number("timeout", SILENCE_SECONDS)
    keys = step.verb.get("finishOnKey", ANY_KEY)
    longest = step.state.now + step.verb.number("maxLength", LONGEST)
    until = step.state.now + silence
    while True:
        left = min(until, longest) - step.state.now
        signal = yield from delivery.wait_for_signal(step.state, (Key, Spoken), left)
        if signal is None:
            return ""
        if isinstance(signal, Key) and signal.digit in keys:
            return signal.digit
        until = max(until, step.state.now + _note_speech(step, taken, signal) + silence)


def _note_speech(step: VerbStep, taken: Recording, signal: object) -> float:
    if not isinstance(signal, Spoken):
        return 0.0
    taken.spoken = True
    return len(signal.text) / step.state.config.characters_per_second


def _keep_recording(step: VerbStep, taken: Recording) -> bool:
    if not step.leg.ended:
        step.state.let_hear(step.leg, Kind.RECORD_END)
    if not taken.spoken and not step.state.config.empty_recording_is_told:
        return False
    taken.ended = step.state.now
    step.state.recordings[taken.sid] = taken
    delay = step.state.config.recording_delay
    if delay:
        step.state.timeline.call_in(delay, lambda: _make_ready(step, taken))
    else:
        _make_ready(step, taken)
    return True


def _action_form(step: VerbStep, taken: Recording, key: str) -> Form:
    return (*_recording_fields(step, taken), ("Digits", key))


def _recording_fields(step: VerbStep, taken: Recording) -> Form:
    config = step.state.config
    path = f"/2010-04-01/Accounts/{config.account}/Recordings/{taken.sid}"
    return (
        ("RecordingSid", taken.sid),
        ("RecordingUrl", config.api_base + path),
        ("RecordingDuration", str(taken.seconds)),
    )


def _action_target(step: VerbStep, form: Form) -> Goto:
    action = step.goto("action", params=form)
    if action.url:
        return action
    return Goto(
        url=step.document.url, method=step.verb.get("method", "POST"), params=form
    )


def _make_ready(step: VerbStep, taken: Recording) -> None:
    taken.ready = True
    told = step.goto("recordingStatusCallback", "recordingStatusCallbackMethod")
    if not told.url:
        return
    form = (
        ("AccountSid", step.state.config.account),
        ("CallSid", taken.call),
        *_recording_fields(step, taken),
        ("RecordingStatus", "completed"),
        ("RecordingChannels", "1"),
        ("RecordingStartTime", mail_date(taken.began)),
        ("RecordingSource", "RecordVerb"),
        ("RecordingTrack", "inbound"),
    )
    full = Goto(url=told.url, method=told.method, params=form)
    step.state.send(step.state.compose(None, full, Purpose.CALLBACK))
