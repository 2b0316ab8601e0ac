"""A hotline of one Flask application, and somebody at the control interface."""

import pytest
import requests
from flask import Flask, Response, request
from twilio.http.http_client import TwilioHttpClient
from twilio.request_validator import RequestValidator
from twilio.rest import Client

from tests.exchange.box import ACCOUNT, TOKEN

PUBLIC = "https://hotline.example"


class TinyService:
    """A hotline in one Flask application; it checks every signature."""

    def __init__(self) -> None:
        self.app = Flask(__name__)
        self.forged: list[str] = []
        self.paths: list[str] = []
        self.exchange_url = ""
        self.app.before_request(self._check)
        self.app.add_url_rule("/<path:name>", view_func=self._answer, methods=["POST"])

    def _check(self) -> None:
        url = PUBLIC + request.path
        query = request.query_string.decode("ascii")
        url += f"?{query}" if query else ""
        signature = request.headers.get("X-Twilio-Signature", "")
        proxied = (request.host, request.headers["X-Forwarded-Proto"])
        right = RequestValidator(TOKEN).validate(url, request.form, signature)
        if not right or proxied != ("hotline.example", "https"):
            self.forged.append(url)
        self.paths.append(request.path)

    def _answer(self, name: str) -> Response:
        pages = {
            # Patient, for the exchange's time runs faster than that of the tests.
            "start": '<Gather numDigits="1" timeout="600" action="/menu?l=%D1%83">'
            "<Say>Hi</Say></Gather>",
            "menu": '<Enqueue waitUrl="/wait" action="/out">q</Enqueue>',
            "wait": "<Play>/music.mp3</Play>",
            "tell": '<Record action="/done" finishOnKey="#" timeout="600"/>',
            "done": "<Hangup/>",
            "ring": '<Gather numDigits="1" action="/taken"/><Hangup/>',
            "room": '<Dial><Conference waitUrl="">r</Conference></Dial>',
        }
        if name == "taken":
            return markup(self._bring())
        if name not in pages:
            return Response(status=204)
        return markup(pages[name])

    def _bring(self) -> str:
        client = client_of(self.exchange_url)
        [queue] = client.queues.list()
        member = client.queues(queue.sid).members("Front")
        member.update(url=f"{PUBLIC}/room")
        return '<Dial><Conference endConferenceOnExit="true">r</Conference></Dial>'


def markup(inner: str) -> Response:
    return Response(f"<Response>{inner}</Response>", content_type="text/xml")


class Elsewhere(TwilioHttpClient):  # type: ignore[misc]
    """The library's own client, sent to another base address."""

    def __init__(self, base: str) -> None:
        super().__init__(timeout=10)
        self.base = base

    def request(self, method: str, url: str, **more: object) -> object:
        there = url.replace("https://api.twilio.com", self.base)
        return super().request(method, there, **more)


def client_of(base: str) -> Client:
    return Client(ACCOUNT, TOKEN, http_client=Elsewhere(base))


class Person:
    """The control interface, as somebody at a terminal uses it."""

    def __init__(self, url: str) -> None:
        self.url = f"{url}/exchange"

    def ask(
        self, method: str, path: str = "", body: object = None
    ) -> dict[str, object]:
        answer = requests.request(method, self.url + path, json=body, timeout=30)
        answer.raise_for_status()
        shown: dict[str, object] = answer.json()
        return shown

    def hears(self, call: str, kind: str) -> None:
        """Listen until an event of that kind is heard."""
        after = 0
        for _ in range(200):
            shown = self.ask("GET", f"/calls/{call}?after={after}&wait=10")
            events = shown["events"]
            assert isinstance(events, list)
            if any(event["kind"] == kind for event in events):
                return
            assert not shown["ended"], f"{kind} was never heard"
            after += len(events)
        pytest.fail(f"{kind} was never heard")
