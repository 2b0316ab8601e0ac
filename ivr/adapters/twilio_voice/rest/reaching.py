"""The carrier's refusals and what they mean, and requests that broke off."""

from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus

import requests
from twilio.base.exceptions import TwilioException, TwilioRestException
from urllib3.exceptions import NewConnectionError

from ivr.core.model.errors import NotFound, Unavailable

# https://www.twilio.com/docs/api/errors: 20404 not found; 21220 the call is not
# in progress, a redirect has lost the race with the hang-up.
NOT_IN_PROGRESS = 21220
BAD_NUMBERS = frozenset({13223, 13224, 13226, 21211, 21214, 21216, 21217})
"""The number to be called is invalid, unsupported or not to be called from here."""


@contextmanager
def reach_carrier() -> Iterator[None]:
    """A request to the carrier; its errors become ours.

    The texts of the carrier's errors may quote numbers: only codes go on.
    """
    try:
        yield
    except TwilioRestException as error:
        raise _refusal_for(error.status, error.code) from None
    except TwilioException as error:
        # A page of a list that was refused comes with the answer beside it.
        raise _refusal_for(*_answer_in(error)) from None
    except requests.RequestException as error:
        unsent = isinstance(error, requests.ConnectTimeout) or _was_refused(error)
        raise Unavailable(
            f"the carrier's REST interface (TWILIO_API_URL): {type(error).__name__}",
            ambiguous=not unsent,
        ) from None
    except ValueError:
        raise Unavailable(
            "the carrier's REST interface answered with no JSON", ambiguous=True
        ) from None


def _answer_in(error: TwilioException) -> tuple[int, int | None]:
    status = getattr(error.args[-1] if error.args else None, "status_code", None)
    return int(status or HTTPStatus.BAD_GATEWAY), None


def _refusal_for(status: int, code: int | None) -> NotFound | Unavailable:
    if status == HTTPStatus.NOT_FOUND or code == NOT_IN_PROGRESS:
        return NotFound(f"the carrier knows no such live leg or recording ({code})")
    text = f"the carrier's REST interface answered {status} ({code})"
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return Unavailable(text, ambiguous=True)
    # Every other refusal (429, a refused sign-in, our own number refused) has done
    # nothing, and says nothing of the number that was to be called.
    return Unavailable(text, permanent=code in BAD_NUMBERS)


def _was_refused(error: requests.RequestException) -> bool:
    cause = error.args[0] if error.args else None
    return isinstance(getattr(cause, "reason", cause), NewConnectionError)
