"""An operator at the desk, as they see and use it in their browser."""

from dataclasses import dataclass

from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.house import Caller
from tests.browser.people import Person
from tests.processes.hotline import eventually

NOW = "**/operator/now?*"
DRAW_ANEW = "['offline', 'online'].forEach(each => dispatchEvent(new Event(each)))"
"""A page that was away from the network asks for what is so, and draws it."""


@dataclass(slots=True, kw_only=True)
class Desk:
    """The desk of somebody who has signed in; ``page`` may be another tab of it."""

    person: Person
    page: Page

    # --- what is seen ---

    def is_rung(self) -> None:
        """The offer rings, and is drawn so: nothing draws it anew by itself soon."""
        expect(self.page.locator("#offer [data-until]")).to_have_count(1)

    @property
    def live(self) -> Locator:
        """The operator's state, and an offer."""
        return self.page.locator("#live")

    @property
    def offer(self) -> Locator:
        """The caller who is offered."""
        return self.page.locator("#offer")

    def is_(self, state: str) -> None:
        """The state is shown."""
        expect(self.live).to_have_attribute("data-state", state)

    def tells(self, key: str) -> None:
        """What happened is told at the top."""
        place = "#refusal" if key.startswith("refusal.") else "#notice"
        expect(self.page.locator(place)).to_have_text(self.person.says(key))

    def button(self, name: str) -> Locator:
        """A button by its name in the page."""
        return self.page.locator(f"#{name}")

    # --- what is done ---

    def open(self, path: str = "/operator") -> None:
        """Open a page of the desk."""
        self.page.goto(f"{self.person.house.url}{path}")
        expect(self.live).to_be_visible()

    def tab(self) -> "Desk":
        """Another tab of the same browser, at the desk."""
        other = Desk(person=self.person, page=self.page.context.new_page())
        other.open()
        return other

    def be(self, state: str) -> None:
        """Choose a state, and see it."""
        self.button(f"be-{state}").click()
        self.is_(state)

    def accept(self) -> None:
        """Accept the offer as soon as it is there."""
        self.button("accept").click()

    def talk(self) -> None:
        """Accept what comes, until both talk."""
        self.accept()
        self.is_("talking")
        expect(self.button("end")).to_be_visible()

    def meets_a_caller(self) -> Caller:
        """Become available, and talk to somebody who rings."""
        self.be("available")
        caller = self.person.house.call()
        self.talk()
        caller.until("connected")
        return caller


class Late:
    """Answers that are held back until they are let go."""

    def __init__(self, desk: Desk, address: str) -> None:
        self._desk, self._is_over = desk, False
        self._held: list[Route] = []
        desk.page.route(address, self._hold)

    def is_asked(self) -> bool:
        """Whether something is held back by now."""
        return eventually(lambda: self._desk.page.evaluate("1") and bool(self._held))

    def _hold(self, route: Route) -> None:
        if self._is_over:
            route.continue_()
        else:
            self._held.append(route)

    def let_go(self) -> None:
        """Answer what was asked, and what is asked from now on."""
        self._is_over = True
        for route in self._held:
            route.continue_()
