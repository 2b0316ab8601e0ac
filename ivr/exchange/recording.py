"""Record: takes down what the caller says.

Rules (carrier's page on Record): it ends after a silence, at a key, or at its
greatest length; the action comes even when the caller hangs up (Digits=hangup).
"""

from ivr.exchange import delivery
from ivr.exchange.following import Next, Step
from ivr.exchange.signals import Goto, Key, LegEnded, Spoken
from ivr.exchange.tasks import Script
from ivr.exchange.transcript import Kind
from ivr.exchange.wire import Form, Purpose

SILENCE_SECONDS, LONGEST = 5.0, 3600.0
ANY_KEY = "1234567890*#"


def record(step: Step) -> Script[Next]:
    """Act out a Record; leads to its action, else to its own document again."""
    if step.verb.flag("playBeep", default=True):
        step.board.tell(step.leg, Kind.BEEP)
    step.board.tell(step.leg, Kind.RECORD)
    sid, began = step.board.sid("RE"), step.board.now
    try:
        key = yield from _listen(step)
    except LegEnded:
        form = _form(step, sid, began, "hangup")
        _tell_recording(step, form)
        yield from delivery.post(step.board, step.leg, _action(step, form))
        raise
    form = _form(step, sid, began, key)
    _tell_recording(step, form)
    return _action(step, form)


def _listen(step: Step) -> Script[str]:
    silence = step.verb.number("timeout", SILENCE_SECONDS)
    keys = step.verb.get("finishOnKey", ANY_KEY)
    deadline = step.board.now + step.verb.number("maxLength", LONGEST)
    while True:
        left = min(silence, deadline - step.board.now)
        signal = yield from delivery.listen(step.board, (Key, Spoken), left)
        if signal is None:
            return ""
        if isinstance(signal, Key) and signal.digit in keys:
            return signal.digit
        if isinstance(signal, Spoken):
            seconds = len(signal.text) / step.board.config.characters_per_second
            spent = min(seconds, deadline - step.board.now)
            yield from delivery.listen(step.board, (), spent)


def _form(step: Step, sid: str, began: float, key: str) -> Form:
    config = step.board.config
    path = f"/2010-04-01/Accounts/{config.account}/Recordings/{sid}"
    return (
        ("RecordingSid", sid),
        ("RecordingUrl", config.api_base + path),
        ("RecordingDuration", str(max(1, round(step.board.now - began)))),
        ("Digits", key),
    )


def _action(step: Step, form: Form) -> Goto:
    action = step.goto("action", params=form)
    if action.url:
        return action
    return Goto(
        url=step.document.url, method=step.verb.get("method", "POST"), params=form
    )


def _tell_recording(step: Step, form: Form) -> None:
    goto = step.goto("recordingStatusCallback", "recordingStatusCallbackMethod")
    if not goto.url:
        return
    known = {name: value for name, value in form if name != "Digits"}
    known |= {"RecordingStatus": "completed", "RecordingSource": "RecordVerb"}
    known |= {"RecordingChannels": "1", "RecordingTrack": "inbound"}
    full = Goto(url=goto.url, method=goto.method, params=tuple(known.items()))
    webhook = step.board.compose(step.leg, full, Purpose.CALLBACK)
    step.board.send(webhook)
