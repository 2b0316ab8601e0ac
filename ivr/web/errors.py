"""What each face says when something is refused or fails."""

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

from ivr.core.model.errors import HotlineError, NotFound
from ivr.web import standing
from ivr.web.apology import apologise
from ivr.web.guards import protect
from ivr.web.held import on_hold
from ivr.web.house import house
from ivr.web.voice import NoLeg, begin_anew, speak, voice


def install(app: Flask) -> None:
    """Teach the application the headers that errors carry too."""
    app.after_request(protect)


def voice_failed(error: Exception) -> Response | HTTPException:
    """A caller is never given an error page: speech, and 200.

    A call that the store does not know (it was lost) begins anew; everything
    else is an apology, and the same request again.
    """
    if isinstance(error, HTTPException):
        return error
    notes = house().ports.notes
    if isinstance(error, NotFound) and _is_callers(request.endpoint):
        notes.warning("unknown call", error=str(error))
        return _begun_anew()
    if isinstance(error, NoLeg):
        notes.warning("request without a call")
    elif isinstance(error, HotlineError):
        notes.warning("caller heard an apology", code=error.code, error=str(error))
    else:
        notes.failure("caller heard an apology", error)
    return apologise()


def _is_callers(endpoint: str | None) -> bool:
    # Operators, and those who are called back, have not rung us.
    others = ("voice.offer", "voice.back", "voice.hold", "voice.try", "standing.")
    return not (endpoint or "").startswith(others)


def _begun_anew() -> Response:
    try:
        return speak(begin_anew())
    except HotlineError as error:
        house().ports.notes.warning("not begun anew", code=error.code)
        return apologise()


# On the blueprint, and before any application registers it.
voice.register_error_handler(Exception, voice_failed)
standing.line.register_error_handler(Exception, voice_failed)
on_hold.register_error_handler(Exception, voice_failed)
