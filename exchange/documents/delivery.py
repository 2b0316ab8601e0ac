"""Asks the service for documents: retries, redirects, cookies, and what is fatal."""

import re
from dataclasses import dataclass
from http.cookies import CookieError
from urllib.parse import urljoin

from exchange.kernel.http_types import Failure, Outcome, Purpose, WebhookAnswer
from exchange.kernel.signals import Answered, DocumentFailed, Goto
from exchange.kernel.signing import split_fragment
from exchange.kernel.tasks import Script
from exchange.state.exchange_state import ExchangeState
from exchange.state.leg import Direction, Leg, Status
from exchange.twiml import parser

MOST_REDIRECTS = 10
# A call that follows this many documents in no time at all goes in circles.
MOST_AT_ONCE = 100
_FOUND = {301, 302, 303, 307, 308}
_KEEPS_METHOD = {307, 308}
# Host names with underscores are refused by the carrier.
_ADDRESS = re.compile(r"https?://[^/?_\s]+([/?]|$)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An answer, and the address and method that finally gave it."""

    answer: WebhookAnswer
    url: str
    method: str


def wait_for_signal(
    state: ExchangeState, wanted: tuple[type, ...], seconds: float | None
) -> Script[object]:
    """Wait for a signal of the wanted kinds; None when the time ran out."""
    deadline = None if seconds is None else state.now + seconds
    while True:
        signal = yield None if deadline is None else deadline - state.now
        if signal is None or isinstance(signal, wanted):
            return signal


def send_request(
    state: ExchangeState, leg: Leg, goto: Goto, purpose: Purpose = Purpose.TWIML
) -> Script[Reply]:
    """Send a request and return its answer, whatever the status.

    Raises DocumentFailed when there is none, or after too many redirects.
    """
    first = goto.url
    for _ in range(MOST_REDIRECTS + 1):
        outcome = yield from _try_request(state, leg, goto, purpose)
        if isinstance(outcome, Failure):
            detail = f"no answer: {outcome.trouble}"
            raise DocumentFailed(parser.TIMED_OUT, first, detail)
        _keep_cookies(leg, outcome)
        if outcome.status not in _FOUND:
            return Reply(answer=outcome, url=goto.url, method=goto.method)
        goto = _redirect_of(goto, outcome)
    raise DocumentFailed(parser.REDIRECTS, first, "more than ten redirects")


def load_document(
    state: ExchangeState, leg: Leg, goto: Goto
) -> Script[parser.Document]:
    """Return the document at an address; raises DocumentFailed when fatal."""
    try:
        document = yield from _fetch_document(state, leg, goto)
    except DocumentFailed as fault:
        state.complain(leg, str(fault), goto.twiml)
        raise
    for text in document.faults:
        state.complain(leg, f"{parser.INVALID} {text}", document.source)
    _pick_up(state, leg, document)
    return document


def post_event(state: ExchangeState, leg: Leg, goto: Goto) -> Script[None]:
    """Send a request and wait for its answer, which is not followed."""
    if not goto.url:
        return
    try:
        yield from send_request(state, leg, goto, Purpose.NOTICE)
    except DocumentFailed as fault:
        state.complain(leg, str(fault))


def _fetch_document(
    state: ExchangeState, leg: Leg, goto: Goto
) -> Script[parser.Document]:
    _check_pace(state, leg, goto)
    if goto.twiml:
        return parser.parse_twiml(goto.twiml.encode())
    reply = yield from send_request(state, leg, goto)
    url = split_fragment(reply.url)[0]
    return parser.read_answer(reply.answer, url, reply.method)


def _check_pace(state: ExchangeState, leg: Leg, goto: Goto) -> None:
    at, count = leg.followed
    leg.followed = (state.now, count + 1 if at == state.now else 1)
    if leg.followed[1] > MOST_AT_ONCE:
        detail = "documents follow one another without time passing"
        raise DocumentFailed(parser.RETRIEVAL, goto.url, detail)


def _pick_up(state: ExchangeState, leg: Leg, document: parser.Document) -> None:
    refused = bool(document.verbs) and document.verbs[0].name == "Reject"
    ringing = leg.direction is Direction.INBOUND and leg.status is Status.RINGING
    if ringing and not refused:
        state.set_status(leg, Status.IN_PROGRESS)


def _try_request(
    state: ExchangeState, leg: Leg, goto: Goto, purpose: Purpose
) -> Script[Outcome]:
    bare, overrides = split_fragment(goto.url)
    if not _ADDRESS.match(bare):
        raise DocumentFailed(parser.RETRIEVAL, goto.url, "it is no web address")
    again = int(overrides.get("rc", "1")) if overrides.get("rc", "1").isdigit() else 1
    causes = overrides.get("rp", "ct").split(",")
    webhook = state.compose(leg, goto, purpose)
    while True:
        state.send(webhook, answer_to=state.timeline.current)
        outcome = yield from _answer_to(state, webhook.key)
        if again <= 0 or not _is_retried(outcome, causes):
            return outcome
        again -= 1


def _answer_to(state: ExchangeState, key: str) -> Script[Outcome]:
    while True:
        signal = yield from wait_for_signal(state, (Answered,), None)
        if isinstance(signal, Answered) and signal.key == key:
            return signal.outcome


def _is_retried(outcome: Outcome, causes: list[str]) -> bool:
    if isinstance(outcome, Failure):
        return str(outcome.trouble) in causes or "all" in causes
    cause = f"{outcome.status // 100}xx"
    return cause in causes or ("all" in causes and cause in {"4xx", "5xx"})


def _redirect_of(goto: Goto, answer: WebhookAnswer) -> Goto:
    url = urljoin(goto.url, answer.header("location"))
    if answer.status in _KEEPS_METHOD:
        return Goto(url=url, method=goto.method, params=goto.params)
    return Goto(url=url, method="GET", params=goto.params)


def _keep_cookies(leg: Leg, answer: WebhookAnswer) -> None:
    for name, value in answer.headers:
        if name.lower() == "set-cookie":
            try:
                leg.cookies.load(value)
            except CookieError:
                continue
