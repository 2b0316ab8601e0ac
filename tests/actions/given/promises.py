"""Calls back that were promised, as plain values."""

from typing import Any

from ivr.core.model.address import PhoneNumber
from ivr.core.model.contact.callback import (
    Callback,
    CallbackPreferences,
    CallbackRequest,
)
from ivr.core.model.contact.contact import Contact
from ivr.core.model.contact.stage import Stage
from ivr.core.model.values import replace
from ivr.ports import Ports
from tests.adapters.redis_store.store_people import at, waiting

PHONE = PhoneNumber("+447700900123")


def promised(ports: Ports, name: str, **request: Any) -> Contact:
    """Somebody who waits to be called back at the telephone they called from."""
    preferences = CallbackPreferences(
        number=ports.vault.seal_number(PHONE), at_any_hour=True
    )
    made = replace(CallbackRequest(made=at(0), activated=True), **request)
    callback = Callback(preferences=preferences, request=made)
    return waiting(name, 0, caller=ports.vault.pseudonym(PHONE), callback=callback)


def unopenable(call: Contact) -> Contact:
    """The same, with a number that none of our keys opens."""
    preferences = CallbackPreferences(number="sealed elsewhere", at_any_hour=True)
    return call.with_preferences(preferences)


def talking(call: Contact) -> Contact:
    """The same, while they talk."""
    return replace(call, stage=Stage.CONNECTED)
