"""From a claim to the offer that is seen at the desk; what open desks cost a webhook.

One desk is a page in Chromium: its operator becomes free, routing claims a caller, and
the page notes when it draws the offer. Page and claim read the same machine's clock.
Beside it as many other desks as are said follow their own events and ask for their
own pages, opened and closed in turns; in the same turns single webhooks are timed.
"""

import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from playwright.sync_api import Page, sync_playwright

from bench.figures.free import Freed
from bench.figures.webhooks import answered, calls, connected
from bench.house import Carrier, House, free_port, house
from bench.people import enrol, fill
from bench.report import Figure, Say, milliseconds, percentile
from bench.scale import Scale
from ivr.actions.accounts.sessions import begin_session
from ivr.adapters.job_queue import FACTS, OFFERS, ROUTING
from ivr.adapters.system import elapsed, pause
from ivr.core.model.account import Account, Credentials
from ivr.core.model.identifiers import LineKey, OperatorId
from ivr.core.model.operator import State
from ivr.web.desk.live.events import HEARTBEAT_INTERVAL
from ivr.web.desk.security.session import COOKIE

SEEN_WITHIN = 0.150
"""Seconds from the claim until 95 of 100 offers must be drawn."""

SLOWER = 1.2
"""How many times as long the median webhook may take beside open desks."""

WARM = 3
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking")
WATCH = """
const offers = new Map();
window.drawn = (offer) => {
  if (!offers.has(offer)) {
    const each = {};
    each.promise = new Promise((resolve) => { each.note = resolve; });
    offers.set(offer, each);
  }
  return offers.get(offer);
};
window.drawnWithin = (offer, patience) => Promise.race([
  drawn(offer).promise,
  new Promise((_, fail) => setTimeout(fail, patience, new Error("never drawn"))),
]);
new MutationObserver(() => {
  const offer = document.getElementById("live")?.dataset.offer;
  if (!offer || !document.getElementById("offer")) return;
  requestAnimationFrame(() => drawn(offer).note(Date.now()));
}).observe(document, { subtree: true, childList: true, attributes: true });
"""
"""Notes of each offer when it is first drawn."""


def run(scale: Scale, say: Say) -> Iterator[Figure]:
    """The figures, with the other desks open and with none."""
    live, line = free_port(), LineKey("bench")
    env = {"LIVE_URL": f"http://127.0.0.1:{live}"}
    with (
        TemporaryDirectory(prefix="bench-") as folder,
        house(Path(folder), [line], **env) as built,
    ):
        carrier = built.carrier()
        built.web(built.port)
        built.live(live)
        fill(built, line, scale.waiting[0])
        others = [_signed_in(built, line, f"desk-{n}") for n in range(scale.desks)]
        with _page() as page:
            shown = _Shown(built, carrier, line, page)
            built.workers(ROUTING, OFFERS, OFFERS, FACTS)
            turns = [_Turn(built, shown, beside) for beside in ([], others)]
            for number in range(scale.turns):
                # Callers stay, so that more wait at each turn: who is first changes.
                for turn in turns if number % 2 == 0 else reversed(turns):
                    turn.take(scale, number)
                say(f"desk: turn {number + 1} of {scale.turns} done")
    yield from _told(scale.desks, *turns)


class _Shown(Freed):
    """The operator before the page becomes free, again and again."""

    def __init__(
        self, built: House, carrier: Carrier, line: LineKey, page: Page
    ) -> None:
        super().__init__(built, carrier, line)
        self._page = page
        self._choose(State.AWAY)
        cookie = _cookie(built, line, self._operator)
        name, _, value = cookie.partition("=")
        url = built.context.public_url
        # Chromium takes such a cookie from loopback, but is handed it for TLS alone.
        where = url.replace("http:", "https:")
        kept = {"name": name, "value": value, "url": where, "secure": True}
        page.context.add_cookies([kept])  # type: ignore[list-item]
        page.goto(f"{url}/operator")

    def sample(self) -> None:
        """Free the operator, see the offer drawn, and take it all back."""
        self._choose(State.AVAILABLE)
        self._request()
        claim = self._claim()
        asked = "claim => drawnWithin(claim, 60000)"
        at = self._page.evaluate(asked, claim.id) / 1000
        self.took.append(at - claim.made.timestamp())
        self._take_back()
        self._page.locator("#offer").wait_for(state="detached")


class _Turn:
    """What is measured while some desks are open, or none."""

    def __init__(self, built: House, shown: _Shown, others: list[str]) -> None:
        self.seen: list[float] = []
        self.answered: list[float] = []
        self._built = built
        self._shown = shown
        self._others = others

    def take(self, scale: Scale, number: int) -> None:
        """Measure both for one turn."""
        with _open(self._built, self._others):
            self._shown.took.clear()
            for _ in range(scale.offers + WARM):
                self._shown.sample()
            self.seen += self._shown.took[WARM:]
            self.answered += _steps(self._built, scale, number * 2 + bool(self._others))


def _steps(built: House, scale: Scale, number: int) -> Iterator[float]:
    """Seconds of each webhook of some calls, one after the other."""
    asked = [each for call in calls(built, scale.steps, number) for each in call]
    with connected(built.port) as connection:
        for request in asked:
            began = elapsed()
            answered(connection, request)
            yield elapsed() - began


@contextmanager
def _open(built: House, cookies: list[str]) -> Iterator[None]:
    """Have desks open, and see that they are closed again."""
    if not cookies:
        yield
        return
    where = built.env["LIVE_URL"], built.context.public_url
    words = (f"{where[0]}/operator/events", f"{where[1]}/operator/now")
    process = built.start("bench.desks", *words, output=subprocess.PIPE, told=cookies)
    if process.stdout is None or process.stdout.readline() != "open\n":
        raise RuntimeError("not all desks could be opened")
    yield
    built.end(process)
    process.stdout.close()
    # The house notices with the next beat.
    pause(threading.Event(), 2 * HEARTBEAT_INTERVAL)


def _signed_in(built: House, line: LineKey, name: str) -> str:
    """The cookie of a new operator, who is at a desk and offline."""
    return _cookie(built, line, enrol(built, line, name))


def _cookie(built: House, line: LineKey, operator: OperatorId) -> str:
    """The cookie of an operator who has just signed in."""
    ports = built.context.ports
    account = Account(operator=operator, line=line, name=operator, login=operator)
    ports.accounts.add(Credentials(account=account))
    return f"{COOKIE}={begin_session(ports, operator)}"


@contextmanager
def _page() -> Iterator[Page]:
    """An empty page of a fresh browser, which will note what is drawn."""
    program = shutil.which("chromium")
    if program is None:
        raise RuntimeError("there is no Chromium; as root: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        page = browser.new_page()
        page.add_init_script(WATCH)
        yield page
        browser.close()


def _told(desks: int, alone: _Turn, beside: _Turn) -> Iterator[Figure]:
    yield Figure(
        what=f"claim -> offer drawn in the browser, {desks} other desks open",
        value=_spread(beside.seen, 0.95),
        against=f"none open: {_spread(alone.seen, 0.95)}",
        target=f"p95 <= {SEEN_WITHIN * 1000:.0f} ms",
        met=percentile(beside.seen, 0.95) <= SEEN_WITHIN,
    )
    slower = median(beside.answered) / median(alone.answered)
    yield Figure(
        what=f"one webhook at a time, {desks} event streams open",
        value=f"{_spread(beside.answered, 0.99)}, {slower:.2f} x",
        against=f"none open: {_spread(alone.answered, 0.99)}",
        target=f"p50 <= {SLOWER} x",
        met=slower <= SLOWER,
    )


def _spread(took: list[float], share: float) -> str:
    p50, most = milliseconds(median(took)), milliseconds(percentile(took, share))
    return f"p50 {p50}, p{share * 100:.0f} {most}"
