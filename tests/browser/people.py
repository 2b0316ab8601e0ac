"""People at the desk: what they do at its door, in the language that they chose."""

import itertools
import re
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import pyotp
from playwright.sync_api import Locator, Page, expect

from ivr.actions.accounts.accounts import show_invitation, sign_up_by_link
from ivr.adapters.system import SystemClock
from ivr.bootstrap.app import open_app
from ivr.settings import Settings
from ivr.web.desk.render.words import translate_to
from ivr.web.desk.security.session import COOKIE
from tests.browser.house import House
from tests.processes.hotline import eventually

PASSWORD = "a sentence of somebody's own"  # noqa: S105 - of a test
STEP = 30
"""Seconds for which a code is new."""

_numbers = itertools.count(1)


@dataclass(slots=True, kw_only=True)
class Person:
    """Somebody who may sign in, before a page, with the device for their codes."""

    house: House
    page: Page
    name: str
    link: str
    language: str = "en"
    seed: str = ""
    step: int = 0

    # --- what is seen ---

    def says(self, key: str, **values: Any) -> str:
        """The desk's words."""
        return translate_to(self.language, key, values)

    def field(self, key: str) -> Locator:
        """What is labelled by these words."""
        return self.page.get_by_label(self.says(key), exact=True)

    def button(self, key: str) -> Locator:
        """The button that says so."""
        return self.page.get_by_role("button", name=self.says(key), exact=True)

    def is_at(self, path: str) -> None:
        """The page is the one at this path."""
        expect(self.page).to_have_url(f"{self.house.url}{path}")

    # --- what is done ---

    def go(self, path: str) -> None:
        """Open a page of the desk."""
        self.page.goto(f"{self.house.url}{path}")

    def set_up_device(self) -> None:
        """Type the secret that the page shows into the device."""
        self.seed = self.page.locator("code").inner_text().replace(" ", "")

    def code(self) -> str:
        """A code that was not used yet; waits where none is left."""
        self.step = max(self.step + 1, self._now())
        assert eventually(lambda: self.step <= self._now() + 1, 2 * STEP)
        return pyotp.TOTP(self.seed).generate_otp(self.step)

    def join(self) -> None:
        """Sign up by the link; the desk follows."""
        self.page.goto(self.link)
        self.set_up_device()
        self.field("account.password").fill(PASSWORD)
        self.field("account.password-again").fill(PASSWORD)
        self.field("account.code").fill(self.code())
        self.button("account.join").click()
        self.is_at("/operator")

    def sign_in(self, password: str = PASSWORD) -> None:
        """Fill in and send the form of the page that is open."""
        self.field("account.name").fill(self.name)
        self.field("account.password").fill(password)
        self.field("account.code").fill(self.code())
        self.button("account.sign-in").click()

    def sign_out(self) -> None:
        """Leave the desk."""
        self.page.wait_for_load_state()
        self.button("account.sign-out").click()
        self.is_at("/")

    def _now(self) -> int:
        return int(SystemClock().now().timestamp()) // STEP


def enrolled(
    house: House, page: Page, *, reach: str = "browser", language: str = "en"
) -> Person:
    """A new operator with a sign-up link, who has not used it yet."""
    number = next(_numbers)
    name = f"operator {number}"
    words = ["--languages", "uk,ru,en", "--reach", reach]
    if reach != "browser":
        words += ["--phone", f"+44770090{number:04}"]
    said = house.say("operators", "add", name, *words)
    found = re.search(r"http\S+/join/\S+", said)
    assert found, said
    return Person(house=house, page=page, name=name, link=found[0], language=language)


def seated(house: House, person: Person) -> Person:
    """As ``sign_up_by_link``, without the forms: at the desk at once."""
    with open_app(Settings.from_environ(house.settings)) as context:
        link = person.link.rpartition("/")[2]
        _, device = show_invitation(context.ports, link)
        person.seed = device.seed
        secret = sign_up_by_link(
            context.ports, link, PASSWORD, person.code(), person.language
        )
    # Chromium takes such a cookie from loopback, but is handed it for TLS alone.
    url = house.url.replace("http:", "https:")
    person.page.context.add_cookies(
        [{"name": COOKIE, "value": secret, "url": url, "secure": True}]
    )
    person.go("/operator")
    return person


def end_sessions(house: House) -> None:
    """End every session, as time does."""
    (file,) = house.data.glob("*.db")
    with closing(sqlite3.connect(file, isolation_level=None, timeout=15)) as database:
        database.execute("DELETE FROM sessions")
