"""Anna, who writes of her calls at the desk."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from html import unescape

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from exchange.state.leg import Leg
from ivr.core.history.record import Record
from ivr.core.model.identifiers import ContactId, OperatorId
from tests.web.desk_people import token_of
from tests.world import World

ANNA = OperatorId("anna")
HTMX: Mapping[str, str] = {"HX-Request": "true"}
PLAIN: Mapping[str, str] = {}
RECORD = "/operator/record"


def text_of(answer: TestResponse) -> str:
    """What is read on a page: its words, without tags."""
    body = re.sub(r"<[^>]*>", " ", answer.get_data(as_text=True))
    return " ".join(unescape(body).split())


@dataclass(slots=True)
class Writer:
    """Anna at her desk."""

    world: World
    client: FlaskClient

    def read(self, path: str = RECORD, headers: Mapping[str, str] = HTMX) -> str:
        """What a page, or a part of one, says."""
        answer = self.client.get(path, headers=headers)
        assert answer.status_code == 200
        return answer.get_data(as_text=True)

    def post(
        self, path: str, headers: Mapping[str, str] = HTMX, /, **form: str
    ) -> TestResponse:
        """What the desk answers to a form, with the token that it gave out."""
        token = token_of(self.client.get("/account"))
        data = {"csrf_token": token, **form}
        answer = self.client.post(path, data=data, headers=headers)
        self.world.work()
        return answer

    def writes(self, leg: Leg, version: int = 0, **form: str) -> TestResponse:
        """Save what stands on the form of a call."""
        return self.post(RECORD, call=leg.sid, version=str(version), **form)

    def record(self, leg: Leg) -> Record:
        """The record of a call as it is kept."""
        found = self.world.ports.records.of(ContactId(leg.sid), ANNA)
        assert found is not None
        return found

    def speaks(self, language: str) -> None:
        """Choose the language of the desk."""
        assert self.post("/language", PLAIN, language=language).status_code == 303


def chosen(world: World, hours: float = 1) -> str:
    """A moment as the browser's own field writes it, by the clock in Kyiv."""
    local = world.clock.now() + timedelta(hours=2 + hours)
    return local.strftime("%Y-%m-%dT%H:%M")
