"""Answers of each face when something is refused or fails."""

from flask import Response, request
from werkzeug.exceptions import HTTPException

from ivr.core.model.errors import HotlineError, NotFound
from ivr.web import standing
from ivr.web.apology import apologise_to_caller
from ivr.web.context import web_context
from ivr.web.held import on_hold
from ivr.web.voice import speak_instructions, start_call, voice
from ivr.web.webhook import NoLeg


def answer_failure(error: Exception) -> Response | HTTPException:
    """Answer a failure with speech and 200: a caller never gets an error page.

    A call that the store does not know (it was lost) starts again; everything else is
    an apology, and the same request again.
    """
    if isinstance(error, HTTPException):
        return error
    notes = web_context().ports.log
    if isinstance(error, NotFound) and _is_from_caller(request.endpoint):
        notes.warning("unknown call", error=str(error))
        return _restart_call()
    if isinstance(error, NoLeg):
        notes.warning("request without a call")
    elif isinstance(error, HotlineError):
        notes.warning("caller heard an apology", code=error.code, error=str(error))
    else:
        notes.failure("caller heard an apology", error)
    return apologise_to_caller()


def _is_from_caller(endpoint: str | None) -> bool:
    # Operators, and people who are called back, have not rung us.
    others = ("voice.offer", "voice.back", "voice.hold", "voice.try", "standing.")
    return not (endpoint or "").startswith(others)


def _restart_call() -> Response:
    try:
        return speak_instructions(start_call())
    except HotlineError as error:
        web_context().ports.log.warning("not begun anew", code=error.code)
        return apologise_to_caller()


SPOKEN = (voice, on_hold, standing.line)
"""The faces that speak their failures to the person on the leg."""

# On the blueprint, and before any application registers it.
for face in SPOKEN:
    face.register_error_handler(Exception, answer_failure)
