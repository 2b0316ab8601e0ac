"""A request that the carrier has signed: what it tells, and what it is about.

A call hangs on each of them, and there are many: so each part is found once, from what
was sent itself.
"""

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any, cast
from urllib.parse import unquote_to_bytes

from flask import g

from ivr.core.dialogue.carrier_event import CarrierEvent, QueueEnd
from ivr.core.line.menu import Line
from ivr.core.model.address import PhoneNumber
from ivr.core.model.contact.leg import contact_of_leg
from ivr.core.model.errors import Invalid
from ivr.core.model.identifiers import ClaimId, ContactId, LegId, LineKey
from ivr.core.model.privacy import caller_number
from ivr.ports import Form, Ports
from ivr.web.context import WebContext

FORM = "application/x-www-form-urlencoded"
STEP, WAIT = "/voice/step", "/voice/wait"


class NoLeg(Exception):
    """A signed request without a usable call identifier: nothing can be done."""


class Webhook:
    """One request of the carrier; ``values`` come from its address."""

    def __init__(
        self,
        context: WebContext,
        event: CarrierEvent,
        path: str,
        values: Mapping[str, str],
    ) -> None:
        self.context = context
        self.event = event
        self.values = values
        self._path = path

    @cached_property
    def called_line(self) -> Line:
        """The line called, or that calls; somebody in danger always gets one."""
        content, event = self.context.ports.content, self.event
        line = (
            content.line_of(event.dialled)
            or content.line_of(event.origin)
            or content.lines().get(LineKey(self.values.get("line", "")))
        )
        return line or next(iter(content.lines().values()))

    @cached_property
    def live_ports(self) -> Ports:
        """The ports, with what it is about read at once from the live state."""
        ports, event, claim = self.context.ports, self.event, self.claim_id
        caller = None if claim else event.caller
        return ports.for_request(
            self.called_line.key,
            leg=event.leg or "",
            claim=claim,
            caller="" if caller is None else ports.vault.pseudonym(caller),
            roster=self._path == STEP,
            waits=self._path == WAIT or event.queue_end is QueueEnd.FAILED,
        )

    @property
    def claim_id(self) -> ClaimId:
        """The claim that its address names; "" for none."""
        return ClaimId(self.values.get("claim", ""))

    @property
    def signed_token(self) -> str:
        """The signed token that its address carries; "" for none."""
        return self.values.get("t", "")

    @property
    def leg_id(self) -> LegId:
        """The carrier's leg that it is about; NoLeg when there is none."""
        if self.event.leg is None:
            raise NoLeg
        return self.event.leg

    @property
    def contact_id(self) -> ContactId:
        """The contact whose caller is on that leg; NoLeg when there is none."""
        return contact_of_leg(self.leg_id)

    @property
    def pressed_keys(self) -> str:
        """The keys pressed now, or those that an apology has kept."""
        if self.event.keys:
            return self.event.keys
        try:
            return self.context.ports.vault.unseal(self.values.get("kept", ""))
        except Invalid:
            return ""

    @property
    def own_number(self) -> str:
        """Our number on this leg; on a leg that we created, the one it calls from."""
        return self.event.origin if self._is_called else self.event.dialled

    @property
    def person_number(self) -> PhoneNumber | None:
        """The number of the person on this leg."""
        if self._is_called:
            return caller_number(self.event.dialled)
        return self.event.caller

    def get_count(self, name: str, default: int) -> int:
        """A whole number in its address; the default when there is none."""
        try:
            return int(self.values[name])
        except (KeyError, ValueError):
            return default

    @property
    def _is_called(self) -> bool:
        content, event = self.context.ports.content, self.event
        ours = content.line_of(event.origin) is not None
        return ours and content.line_of(event.dialled) is None


def put_webhook(webhook: Webhook) -> None:
    """Let the views know what the guard has read."""
    g.webhook = webhook


def current_webhook() -> Webhook:
    """The carrier's request that is being answered."""
    return cast("Webhook", g.webhook)


def read_form(environ: Mapping[str, Any], body: bytes) -> Form:
    """The fields of a form with their values in order; none of what is no form."""
    kind = environ.get("CONTENT_TYPE", "")
    if kind.partition(";")[0].strip().lower() != FORM:
        return {}
    form: dict[str, list[str]] = {}
    try:
        for name, value in _split_pairs(body.decode()):
            if name in form:
                form[name].append(value)
            else:
                form[name] = [value]
    except UnicodeDecodeError:
        return {}
    return form


def read_values(query: str) -> dict[str, str]:
    """The values in an address's query; the first one if a name comes twice."""
    values: dict[str, str] = {}
    # The server gives each byte as a letter; all but ASCII should be escaped.
    if not query.isascii():
        query = query.encode("latin-1").decode(errors="replace")
    for name, value in _split_pairs(query):
        values.setdefault(name, value)
    return values


def _split_pairs(text: str) -> Iterable[tuple[str, str]]:
    # Escapes are rare: a field without any is not looked at twice.
    parts = [pair.partition("=") for pair in text.replace("+", " ").split("&") if pair]
    return [
        (
            _unescape(name) if "%" in name else name,
            _unescape(value) if "%" in value else value,
        )
        for name, _, value in parts
    ]


def _unescape(text: str) -> str:
    return unquote_to_bytes(text).decode(errors="replace")
