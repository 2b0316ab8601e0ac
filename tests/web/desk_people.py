"""People at the desk: they sign up and sign in as everybody does, by the forms."""

import html
import re
from dataclasses import dataclass
from typing import Any

import pyotp
from flask.testing import FlaskClient
from werkzeug.test import Cookie, TestResponse

from ivr.actions.accounts.accounts import make_link, sign_up_by_link
from ivr.actions.operators.roster import load_roster
from ivr.core.model.account import Account, Role, digest_of
from ivr.core.model.identifiers import OperatorId
from ivr.core.model.operator import Operator, Profile
from ivr.web.desk.security.session import COOKIE
from tests.world import BASE, LINE, World, later

PASSWORD = "a sentence that anna knows"  # noqa: S105 - of a test
STEP = 30


@dataclass(slots=True)
class Person:
    """Somebody who has signed up, with the device that makes their codes."""

    world: World
    account: Account
    seed: str
    password: str = PASSWORD

    def code(self) -> str:
        """A code that was not taken yet; time moves on where there is none left."""
        kept = self.world.ports.accounts.of(self.account.operator)
        assert kept is not None
        wanted = max(kept.step + 1, self._now() - 1)
        while wanted > self._now() + 1:
            self.world.clock.pass_by(later(STEP))
        return pyotp.TOTP(self.seed).generate_otp(wanted)

    def form(self) -> dict[str, str]:
        """What they type at the door."""
        return {
            "name": self.account.login,
            "password": self.password,
            "code": self.code(),
        }

    def _now(self) -> int:
        return int(self.world.clock.now().timestamp()) // STEP


def signed_up(world: World, name: str = "anna", role: Role = Role.OPERATOR) -> Person:
    """An operator (enrolled offline, if not there yet) who has signed up."""
    secret = make_link(world.ports, enrolled(world, name), role)
    credentials = world.ports.accounts.invited(digest_of(secret))
    assert credentials is not None
    seed = world.ports.vault.unseal(credentials.pending)
    code = pyotp.TOTP(seed).at(world.clock.now() - later(STEP))
    sign_up_by_link(world.ports, secret, PASSWORD, code, "en")
    return Person(world, credentials.account, seed)


def enrolled(world: World, name: str, key: str = "") -> Operator:
    """The operator of that name; enrolled, offline, if there is none."""
    for known in world.ports.roster.all(LINE):
        if known.profile.name == name:
            return known
    now = world.clock.now()
    made = Operator(
        id=OperatorId(key or name),
        line=LINE,
        profile=Profile(name=name, languages=("en",)),
        since=now,
        idle_since=now,
    )
    world.ports.roster.add(made, None)
    load_roster(world.ports, LINE)
    return made


class Browser(FlaskClient):
    """A browser that knows the hotline by its public address."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        if args and isinstance(args[0], str):
            kwargs = {"base_url": BASE, "buffered": True} | kwargs
        return super().open(*args, **kwargs)


def at_the_door(world: World) -> FlaskClient:
    """A browser that nobody has signed in with."""
    return Browser(world.app, world.app.response_class)


def shows(world: World, cookie: str, path: str = "/account") -> TestResponse:
    """What a page is for a browser that sends this as its cookie, whatever it is."""
    client = Browser(world.app, world.app.response_class, use_cookies=False)
    return client.get(path, headers={"Cookie": f"{COOKIE}={cookie}"})


def signed_in(
    world: World, name: str = "anna", role: Role = Role.OPERATOR
) -> FlaskClient:
    """A browser in which an operator of this role has signed in by the form."""
    client, person = at_the_door(world), signed_up(world, name, role)
    answer = enter(client, person.form())
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return client


def enter(client: FlaskClient, form: dict[str, str], at: str = "/") -> TestResponse:
    """Send the form at the door as the page has it, with what is hidden in it."""
    return client.post("/", data=hidden_of(client.get(at)) | form)


def hidden_of(page: TestResponse) -> dict[str, str]:
    """What a page's last form sends along unseen; a form of its own comes first."""
    found = re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page.text)
    assert found, page.text
    return {name: html.unescape(value) for name, value in reversed(found)}


def cookie_of(client: FlaskClient) -> Cookie | None:
    """The cookie that a browser has of the desk."""
    return client.get_cookie(COOKIE, domain=BASE.removeprefix("https://"))


def secret_of(client: FlaskClient) -> str:
    """What the cookie holds."""
    cookie = cookie_of(client)
    assert cookie is not None
    return cookie.value


def token_of(page: TestResponse) -> str:
    """The token in a page's form or head."""
    text = page.text
    found = re.search(r'name="csrf[_-]token" (?:value|content)="([^"]+)"', text)
    assert found, text
    return html.unescape(found[1])


def seed_of(page: TestResponse) -> str:
    """The seed that a page of signing up shows, as a device takes it."""
    found = re.search(r"<code>([A-Z2-7 ]+)</code>", page.text)
    assert found, page.text
    return found[1].replace(" ", "")
