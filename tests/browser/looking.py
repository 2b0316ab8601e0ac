"""What is asked of a page: no fault that axe finds, room on a small screen, keys."""

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page, ViewportSize

from tests.processes.hotline import eventually

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
DEMANDED = (
    *("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"),
    "best-practice",
)
DESKTOP, PHONE = (
    ViewportSize(width=1280, height=800),
    ViewportSize(width=360, height=740),
)
ZOOMED = ViewportSize(width=640, height=400)
"""A window of 1280 by 800 at 200 %: half as many pixels, each twice as large."""

WINDOWS = {"desktop": DESKTOP, "phone": PHONE, "zoomed": ZOOMED}

TWICE_AS_LARGE = ViewportSize(width=720, height=450)
"""A window of 1440 by 900 at 200 %."""

SIZES = (
    *(DESKTOP, PHONE, ZOOMED, TWICE_AS_LARGE),
    *(ViewportSize(width=1440, height=900), ViewportSize(width=1024, height=700)),
    *(ViewportSize(width=800, height=660), ViewportSize(width=480, height=900)),
    *(ViewportSize(width=320, height=640), ViewportSize(width=740, height=360)),
    ViewportSize(width=320, height=256),  # 1280 by 1024 at 400 %
)
"""Of what people sit before, and of what they hold in their hands."""

TABS = 80
"""More than any page has places to stop at."""

_HIDDEN = """
() => {
  Object.defineProperty(document, "hidden", { get: () => true });
  Object.defineProperty(document, "visibilityState", { get: () => "hidden" });
  document.dispatchEvent(new Event("visibilitychange"));
}
"""
_UNSEEN = """
name => {
  const button = document.getElementById(name);
  const { top, left, bottom, right } = button.getBoundingClientRect();
  const isInside =
    top >= 0 && left >= 0 && bottom <= innerHeight && right <= innerWidth;
  if (!isInside) return `${top} to ${bottom} of ${innerHeight}`;
  const corners = [[left + 4, top + 4], [right - 4, bottom - 4]];
  const places = [[(left + right) / 2, (top + bottom) / 2], ...corners];
  const above = places.map((place) => document.elementFromPoint(...place));
  const over = above.find((each) => !button.contains(each));
  return over ? `under ${over.outerHTML.slice(0, 120)}` : "";
}
"""
_FOCUSED = """
() => {
  const element = document.activeElement;
  if (!element || element === document.body) return null;
  const style = getComputedStyle(element);
  const marked = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0
    || style.boxShadow !== "none";
  return { what: element.outerHTML.slice(0, 120), marked };
}
"""


def axe(page: Page) -> None:
    """No violation of WCAG 2.2 A and AA, nor of what axe calls best practice."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(_axe_itself())
    found = page.evaluate(
        "demanded => axe.run({runOnly: demanded, resultTypes: ['violations']})",
        list(DEMANDED),
    )
    told = [_told(rule, node) for rule in found["violations"] for node in rule["nodes"]]
    assert not told, f"{page.url}\n" + "\n".join(told)


@cache
def _axe_itself() -> str:
    assert AXE.exists(), f"{AXE} is missing; run: make setup"
    return AXE.read_text(encoding="utf-8")


def _told(rule: dict[str, Any], node: dict[str, Any]) -> str:
    where = " ".join(json.dumps(step) for step in node["target"])
    remedy = node["failureSummary"].replace("\n", "\n    ")
    return f"{rule['id']}: {rule['help']}\n  {where} {node['html']}\n    {remedy}"


def is_fit(page: Page, shot: Callable[[Page, str], None], name: str) -> None:
    """No fault in light, dark, and every window; with a picture of each."""
    for window, size in WINDOWS.items():
        page.set_viewport_size(size)
        fits(page)
        axe(page)
        shot(page, f"{name}-{window}")
    page.set_viewport_size(DESKTOP)
    page.emulate_media(color_scheme="dark")
    axe(page)
    shot(page, f"{name}-dark")
    page.emulate_media(color_scheme="light")


def fits(page: Page) -> None:
    """Nobody needs to scroll sideways."""
    is_fitting = eventually(lambda: page.evaluate(_FITS))
    width = page.evaluate("innerWidth")
    assert is_fitting, f"{page.url}: too wide in a window of {width}"


_FITS = "document.documentElement.scrollWidth <= innerWidth"


def is_in_sight(page: Page, name: str, size: ViewportSize) -> None:
    """The whole button is to be seen without scrolling, and nothing lies over it."""
    page.set_viewport_size(size)
    for edge in ("0", "document.documentElement.scrollHeight", "0"):
        page.evaluate(f"scrollTo(0, {edge})")
        # In one look: the page may be drawn anew meanwhile.
        is_seen = eventually(lambda: not page.evaluate(_UNSEEN, name))
        assert is_seen, f"{size}, scrolled to {edge}: {page.evaluate(_UNSEEN, name)}"


def hide(page: Page) -> None:
    """Let a page believe that it is a hidden tab; the browser keeps all in sight."""
    page.evaluate(_HIDDEN)


def tab_to(page: Page, target: Locator) -> None:
    """Press Tab until the one element is focused; all on the way show their focus."""
    visited: list[str] = []
    while not _is_focused(target):
        assert len(visited) < TABS, f"Tab never comes to {target}, but to: {visited}"
        page.keyboard.press("Tab")
        # In one look: the page may be drawn anew meanwhile.
        at = page.evaluate(_FOCUSED)
        if at:
            visited.append(at["what"])
            assert at["marked"], f"focus is not seen on {visited[-1]}"


def _is_focused(target: Locator) -> bool:
    return bool(target.evaluate("element => element === document.activeElement"))
