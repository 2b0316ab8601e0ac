"""The harness itself: what goes wrong in a page is seen, and nothing else is."""

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import PATIENCE, Shot
from tests.browser.house import House
from tests.browser.looking import PHONE, axe, fits, hide, is_fit, tab_to
from tests.browser.watching import Pages
from tests.processes.hotline import eventually

DESK = "http://desk.test/"
SOUND = """<!doctype html><html lang="en"><title>Desk</title><main><h1>Desk</h1>
<a href="#one">One</a> <button>Two</button>
<label>Three <input autocomplete="off"></label></main></html>"""
POLICY = "default-src 'none'; script-src 'self'; style-src 'self'"


def serve(page: Page, body: str, policy: str = POLICY) -> Page:
    """A page at an address that exists in this browser alone."""
    headers = {"Content-Security-Policy": policy, "Content-Type": "text/html"}
    page.route(DESK, lambda route: route.fulfill(body=body, headers=headers))
    page.route(f"{DESK}gone", lambda route: route.abort("connectionrefused"))
    page.goto(DESK)
    return page


@pytest.fixture
def watched(chromium: Browser) -> Pages:
    """Pages whose troubles are looked at, in place of failing the test."""
    return Pages(chromium, PATIENCE)


@pytest.mark.parametrize(
    ("body", "policy", "told"),
    [
        ("<script>nothing()</script>", "", "script: nothing is not defined"),
        ("<script>console.error('oh')</script>", "", "console: oh"),
        ("<script>x = 1</script>", POLICY, "CSP: script-src-elem refuses inline"),
        ("<p style='color: red'>x</p>", POLICY, "CSP: style-src-attr refuses inline"),
        (f"<img src='{DESK}gone'>", "", "request: net::ERR_CONNECTION_REFUSED"),
    ],
)
def test_trouble_in_page_told(
    watched: Pages, body: str, policy: str, told: str
) -> None:
    serve(watched(), f"<!doctype html>{body}", policy).wait_for_load_state()

    assert [told in trouble for trouble in watched.close()].count(True) == 1


def test_trouble_in_a_second_tab_told(watched: Pages) -> None:
    tab = serve(watched(), SOUND).context.new_page()
    tab.evaluate("console.error('oh')")

    assert [trouble[:11] for trouble in watched.close()] == ["console: oh"]


def test_allowed_trouble_is_no_trouble(watched: Pages) -> None:
    watched.allow("console: oh")
    watched().evaluate("console.error('oh')")

    assert watched.close() == []


def test_sound_page_faultless_in_any_window(new_page: Pages, shot: Shot) -> None:
    is_fit(serve(new_page(), SOUND), shot, "sound")


def test_axe_tells_rule_element_and_remedy(new_page: Pages) -> None:
    page = serve(new_page(), SOUND.replace("</main>", "<input id=bare></main>"))

    with pytest.raises(AssertionError, match=r"label: (.|\n)*#bare(.|\n)*Fix any"):
        axe(page)


def test_targets_too_small_for_finger_told(new_page: Pages) -> None:
    small = "<style>a{display:inline-block;width:9px;height:9px}</style>"
    links = "<nav><a href='#a'>a</a><a href='#b'>b</a><a href='#c'>c</a></nav>"
    page = serve(new_page(), SOUND.replace("</main>", f"</main>{small}{links}"), "")

    with pytest.raises(AssertionError, match="target-size"):
        axe(page)


def test_page_too_wide_told(new_page: Pages) -> None:
    body = SOUND.replace("</main>", "<pre>" + "x" * 900 + "</pre></main>")

    with pytest.raises(AssertionError, match="wide in a window of 360"):
        fits(serve(new_page(viewport=PHONE), body))


def test_tab_reaches_what_it_can(new_page: Pages) -> None:
    page = serve(new_page(), SOUND)

    tab_to(page, page.get_by_label("Three"))
    page.keyboard.type("word")

    assert page.get_by_label("Three").input_value() == "word"


def test_unreached_by_tab_told_with_steps(new_page: Pages) -> None:
    page = serve(new_page(), SOUND.replace("<button>", "<button tabindex=-1>"))

    with pytest.raises(AssertionError, match=r"never comes to (.|\n)*<input"):
        tab_to(page, page.get_by_role("button"))


def test_focus_that_is_not_seen_is_told(new_page: Pages) -> None:
    hidden = "<style>:focus{outline:none}</style>"
    page = serve(new_page(), SOUND.replace("<main>", f"{hidden}<main>"), "")

    with pytest.raises(AssertionError, match=r"not seen on <a [^>]*>One<"):
        tab_to(page, page.get_by_role("button"))


def test_page_can_be_hidden_and_is_told(new_page: Pages) -> None:
    page = serve(new_page(), SOUND)
    page.evaluate(
        "document.onvisibilitychange = () => document.title = document.visibilityState"
    )

    hide(page)

    assert page.title() == "hidden"


def test_house_answers_browser_and_callers(house: House, new_page: Pages) -> None:
    page = new_page()
    page.goto(f"{house.url}/healthz")
    caller = house.call()
    caller.until("gather")

    assert "alive" in page.inner_text("body")
    assert eventually(lambda: [row["call"] for row in house.rows("queue")])
    caller.hang_up()
    caller.until("ended")
    assert eventually(lambda: house.rows("queue") == [])
