"""Pages that are watched: whatever goes wrong in them fails the test."""

import re
from pathlib import Path
from typing import Any

from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    WebError,
)

from tests.browser.looking import DESKTOP

# What the policy refuses is told here with the address; the console alone shortens it.
REFUSALS = """
document.addEventListener("securitypolicyviolation", (told) => console.error(
  `CSP: ${told.effectiveDirective} refuses ${told.blockedURI} (${told.sample})`));
"""
GIVEN_UP = "net::ERR_ABORTED"
"""The browser itself left off, as it does with each open request of a left page."""


class Pages:
    """Opens pages, each in a context of its own: another person at another machine."""

    def __init__(self, browser: Browser, patience: float) -> None:
        self.troubles: list[str] = []
        self._patience = patience
        self._browser = browser
        self._contexts: list[BrowserContext] = []
        self._allowed: list[re.Pattern[str]] = []

    def __call__(self, **wishes: Any) -> Page:
        """A page of a new context; ``wishes`` are Playwright's, ``locale`` say."""
        context = self._browser.new_context(**{"viewport": DESKTOP, **wishes})
        self._contexts.append(context)
        context.set_default_timeout(self._patience)
        context.add_init_script(REFUSALS)
        context.on("console", self._console)
        context.on("weberror", self._error)
        context.on("requestfailed", self._failed)
        context.on("page", lambda page: page.on("crash", self._crash))
        return context.new_page()

    def allow(self, pattern: str) -> None:
        """Troubles of this kind belong to the test, if they come."""
        self._allowed.append(re.compile(pattern))

    def close(self) -> list[str]:
        """Close every page; the troubles that were not allowed."""
        for context in self._contexts:
            context.close()
        return [
            trouble
            for trouble in self.troubles
            if not any(each.search(trouble) for each in self._allowed)
        ]

    def save(self, folder: Path, name: str) -> None:
        """Keep a picture of every page that is open."""
        pages = [page for context in self._contexts for page in context.pages]
        for number, page in enumerate(pages):
            page.screenshot(path=folder / f"{name}-{number}.png", full_page=True)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            place = message.location.get("url", "")
            self.troubles.append(f"console: {message.text} ({place})")

    def _error(self, error: WebError) -> None:
        self.troubles.append(f"script: {error.error}")

    def _failed(self, request: Request) -> None:
        if request.failure != GIVEN_UP:
            self.troubles.append(f"request: {request.failure} {request.url}")

    def _crash(self, page: Page) -> None:
        self.troubles.append(f"crash: {page.url}")
