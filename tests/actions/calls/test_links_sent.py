"""The location link: it goes out, or the caller hears that it did not."""

from dataclasses import dataclass, field
from typing import Any

import pytest

from ivr.actions.calls.calls import send_link, take_answer
from ivr.core.dialogue.flow import Pressed
from ivr.core.dialogue.instructions import Say
from ivr.core.dialogue.spoken import LINK
from ivr.core.line.menu import LinePhones
from ivr.core.model.address import PhoneNumber
from ivr.core.model.contact.caller import Caller
from ivr.core.model.contact.menu_position import MenuPosition
from ivr.core.model.contact.stage import Stage
from ivr.core.model.errors import Unavailable
from ivr.core.model.values import replace
from ivr.ports import Ports
from tests.actions.given.changed_line import ChangedLine
from tests.adapters.redis_store.store_people import LINE, keep, kept_call, waiting
from tests.ports.bare_ports import carrier_of
from tests.ports.fakes import Notes

OURS, PHONE = "+12025550101", PhoneNumber("+447700900123")
CALL = waiting(
    "caller",
    0,
    stage=Stage.MENU,
    menu=MenuPosition(node="location", step=3),
)
CALL = replace(CALL, caller=Caller(OURS, "keyed-name", is_reachable=True))


@dataclass(slots=True)
class Texts:
    """Text messages that go out, or do not."""

    is_away: bool = False
    sent: list[tuple[PhoneNumber, str, str]] = field(default_factory=list)

    def text(self, to: PhoneNumber, sender: str, body: str) -> None:
        """Keep the message."""
        if self.is_away:
            raise Unavailable("the carrier does not answer")
        self.sent.append((to, sender, body))


@pytest.fixture
def texts() -> Texts:
    return Texts()


@pytest.fixture
def ports(ports: Ports, texts: Texts) -> Ports:
    changed = {"phones": LinePhones(links_from=OURS), "location_page": True}
    content: Any = ChangedLine(ports.content, changed)
    keep(ports.store, CALL)
    return replace(ports, content=content, carrier=carrier_of(texts))


def test_link_goes_to_caller(ports: Ports, texts: Texts, notes: Notes) -> None:
    assert send_link(ports, CALL, PHONE)

    ((to, sender, body),) = texts.sent
    assert (to, sender) == (PHONE, OURS)
    assert f"{ports.public_url}/location/" in body
    assert notes.events() == []


def test_withheld_number_gets_no_link(ports: Ports, texts: Texts) -> None:
    assert not send_link(ports, CALL, None)
    assert texts.sent == []


@pytest.mark.parametrize("is_away", [True, False], ids=["not-sent", "sent"])
def test_caller_hears_about_link(
    ports: Ports, texts: Texts, notes: Notes, *, is_away: bool
) -> None:
    texts.is_away = is_away

    words = take_answer(ports, LINE, CALL.id, 3, Pressed(LINK), PHONE)

    said = [each.prompt for each in words if isinstance(each, Say)]
    assert ("location.link-failed" in said) is is_away
    assert notes.events().count("link not sent") == is_away
    assert kept_call(ports.store, "caller").stage is Stage.WAITING
