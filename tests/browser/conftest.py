"""A real browser, and a whole house for it with callers from the exchange."""

import os
import shutil
from collections.abc import Callable, Generator, Iterator, Mapping
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser.desks import Desk
from tests.browser.house import House, housed
from tests.browser.people import Person, enrolled, seated
from tests.browser.watching import Pages
from tests.processes.people import lines

ROOT = Path(__file__).parents[2]
SCREENS = ROOT / "build" / "screens"
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
)

PATIENCE = 60_000
"""Milliseconds within which what is expected must come, on a machine that is busy."""

HAS_FAILED = pytest.StashKey[bool]()

Shot = Callable[[Page, str], None]
Arrive = Callable[..., Person]
Sit = Callable[..., Desk]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, one for each process that runs tests."""
    program = shutil.which("chromium")
    assert program, "there is no Chromium; as root: apt-get install chromium"
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield browser
        browser.close()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Let the fixtures of a test know that it has failed."""
    report = yield
    if report.failed:
        item.stash[HAS_FAILED] = True
    return report


@pytest.fixture
def new_page(chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Pages]:
    """Opens pages, a person each; what goes wrong in any of them fails the test."""
    pages = Pages(chromium, PATIENCE)
    yield pages
    if HAS_FAILED in request.node.stash:
        pages.save(SCREENS, f"failed-{request.node.name}")
    troubles = pages.close()
    assert not troubles, "\n".join(troubles)


@pytest.fixture
def failures_are_told(new_page: Pages) -> None:
    """Something fails here on purpose, and the browser may tell of it."""
    new_page.allow(r"ERR_|Failed to load|status of [45]|Status Error Code [45]|htmx:")


@pytest.fixture(scope="module")
def rules() -> Mapping[str, str]:
    """What is changed in the shipped rules; a file of tests may have its own.

    What is kept for others hangs on the hour at which tests are run.
    """
    return {"reserve = { urgent = 1 }\n": "", "cool_down = 15": "cool_down = 1"}


@pytest.fixture(scope="module")
def house(
    rules: Mapping[str, str],
    tmp_path_factory: pytest.TempPathFactory,
    request: pytest.FixtureRequest,
) -> Iterator[House]:
    """A hotline that is up with its exchange, for the tests of one file.

    What it wrote is kept beside the pictures where a test has failed until then.
    """
    folder = tmp_path_factory.mktemp("house")
    with housed(folder, lines(folder, rules)) as one:
        yield one
    if request.session.testsfailed:
        SCREENS.mkdir(parents=True, exist_ok=True)
        shutil.copy(one.log, SCREENS / f"failed-{request.path.stem}.log")


@pytest.fixture
def arrive(house: House, new_page: Pages) -> Iterator[Arrive]:
    """Somebody new before a page of their own, enrolled and not signed up."""

    def enrol(language: str = "en", reach: str = "browser", **wishes: object) -> Person:
        page = new_page(**{"locale": language, **wishes})
        return enrolled(house, page, reach=reach, language=language)

    yield enrol
    house.quieten()


@pytest.fixture
def sit(arrive: Arrive, house: House) -> Sit:
    """Somebody new has signed up and is at the desk, offline."""

    def one(language: str = "en", **wishes: object) -> Desk:
        person = seated(house, arrive(language, **wishes))
        desk = Desk(person=person, page=person.page)
        desk.is_("offline")
        return desk

    return one


@pytest.fixture(scope="session")
def shot() -> Shot:
    """Keeps a picture of a page: for looking at, and in a folder named to us."""
    kept = os.environ.get("HOTLINE_SCREENS")  # noqa: TID251 - the one read here
    folders = [SCREENS, *([Path(kept)] if kept else [])]

    def keep(page: Page, name: str) -> None:
        picture = page.screenshot(full_page=True, animations="disabled")
        for folder in folders:
            folder.mkdir(parents=True, exist_ok=True)
            (folder / f"{name}.png").write_bytes(picture)

    return keep
