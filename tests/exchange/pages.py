"""An exchange with clients' access tokens, and a page that talks to it."""

from dataclasses import dataclass, field

from flask import Flask
from flask.testing import FlaskClient
from twilio.jwt.access_token import AccessToken
from twilio.jwt.access_token.grants import VoiceGrant
from werkzeug.test import TestResponse

from exchange.hosts.control import create_app
from exchange.hosts.current import PageAccess
from exchange.hosts.engine import Engine
from exchange.hosts.switch import Switch
from exchange.kernel.config import Config, Number
from exchange.kernel.http_types import Webhook, WebhookAnswer
from exchange.kernel.rng import seeded_chance
from exchange.state.leg import Leg
from tests.exchange.box import ACCOUNT, BASE, HOTLINE, TOKEN

KEY = "SK" + "0" * 31 + "1"
SECRET = "a secret of thirty-two characters"  # noqa: S105 - the exchange's own
PAGE = "http://127.0.0.1:8000"
ANNA, DESK = "anna", "0123456789abcdef"
PAUSE = b'<Response><Pause length="600"/></Response>'


def token(
    identity: str | None = ANNA,
    *,
    account: str = ACCOUNT,
    key: str = KEY,
    secret: str = SECRET,
    ttl: int = 3600,
    incoming: bool | None = True,
) -> str:
    """Return an access token as the carrier's library makes it."""
    made = AccessToken(account, key, secret, identity=identity, ttl=ttl)
    if incoming is not None:
        made.add_grant(VoiceGrant(incoming_allow=incoming))
    return str(made.to_jwt())


@dataclass(slots=True)
class Clock:
    """A clock that is set by hand."""

    now: float = 0.0

    def __call__(self) -> float:
        return self.now


@dataclass(slots=True)
class House:
    """An exchange behind its web face; its time is set by hand."""

    engine: Engine
    app: Flask
    clock: Clock
    wall: Clock
    browser: FlaskClient = field(init=False)

    def __post_init__(self) -> None:
        self.browser = self.app.test_client()

    def pass_time(self, seconds: float) -> None:
        """Let the exchange's time pass."""
        self.clock.now += seconds
        with self.engine.using():
            pass

    def ask(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        bearer: str | None = None,
        origin: str | None = PAGE,
    ) -> TestResponse:
        """Ask as the script of a page does."""
        headers = {"Authorization": f"Bearer {token() if bearer is None else bearer}"}
        headers |= {"Origin": origin} if origin else {}
        url = f"/exchange/clients/{path}"
        return self.browser.open(url, method=method, headers=headers, json=body)

    def events(self, after: int = 0) -> list[str]:
        """Return what Anna's device is told."""
        answer = self.ask("GET", f"{DESK}/events?after={after}")
        assert answer.status_code == 200
        return [event["kind"] for event in answer.get_json()["events"]]

    def ring(self) -> Leg:
        """Let the service call Anna, until it rings."""
        answer = self.browser.post(
            f"/2010-04-01/Accounts/{ACCOUNT}/Calls.json",
            auth=(ACCOUNT, TOKEN),
            data={"To": f"client:{ANNA}", "From": HOTLINE, "Url": f"{BASE}/url"},
        )
        sid = answer.get_json()["sid"]
        self.pass_time(1)
        with self.engine.using() as switch:
            return switch.leg(sid)


def house(now: float, **settings: object) -> House:
    """Return an exchange whose clocks stand at `now`."""
    values: dict[str, object] = {
        "account": ACCOUNT,
        "token": TOKEN,
        "numbers": (Number(number=HOTLINE),),
        "api_key": KEY,
        "api_secret": SECRET,
    }
    config = Config(**(values | settings))  # type: ignore[arg-type]
    clock, wall = Clock(now), Clock(now)
    engine = Engine(Switch(config, seeded_chance(1), now), clock, _deliver)
    app = create_app(engine, PageAccess.allowing([BASE], wall))
    return House(engine=engine, app=app, clock=clock, wall=wall)


def _deliver(_webhook: Webhook) -> WebhookAnswer:
    return WebhookAnswer(
        status=200, headers=(("Content-Type", "text/xml"),), body=PAUSE
    )
