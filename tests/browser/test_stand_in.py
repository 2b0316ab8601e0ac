"""The stand-in for the carrier's browser library, in a real browser."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Error, Page

from exchange.kernel.transcript import Kind
from exchange.state.leg import Leg
from ivr.web.desk.render.vendor import FOLDER
from tests.browser.stand import LIBRARY, Stand, begin, told
from tests.browser.watching import Pages
from tests.exchange.box import ACCOUNT, HOTLINE
from tests.exchange.pages import ANNA, SECRET, token

STOPPED = "503|ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE"


@pytest.fixture(scope="module")
def stand() -> Iterator[Stand]:
    with Stand() as one:
        yield one


@pytest.fixture
def page(stand: Stand, new_page: Pages) -> Page:
    """Return a page that is registered for Anna."""
    return opened(stand, new_page)


def opened(stand: Stand, new_page: Pages) -> Page:
    page = new_page()
    page.goto(stand.address)
    begin(page)
    told(page, "registering", "registered")
    return page


def talking(stand: Stand, page: Page) -> Leg:
    leg = stand.ring()
    told(page, "incoming")
    page.evaluate("call.accept()")
    told(page, "call accept")
    return leg


# --- a call ---------------------------------------------------------------


def test_page_rung_and_sees_who_calls(stand: Stand, page: Page) -> None:
    leg = stand.ring(after="?claim=7")
    told(page, "incoming")

    seen = page.evaluate(
        "[call.status(), call.direction, call.parameters, [...call.customParameters],"
        " device.calls.length, device.isBusy, device.identity, device.state]"
    )
    page.evaluate("call.reject()")

    assert seen == [
        "pending",
        "INCOMING",
        {
            "CallSid": leg.sid,
            "AccountSid": ACCOUNT,
            "ApiVersion": "2010-04-01",
            "From": HOTLINE,
            "To": f"client:{ANNA}",
        },
        [["claim", "7"]],
        *(1, False, ANNA, "registered"),
    ]


def test_page_takes_types_mutes_and_hangs_up(stand: Stand, page: Page) -> None:
    stand.pressed.clear()
    leg = talking(stand, page)
    assert page.evaluate("[call.status(), device.isBusy, device.calls.length]") == [
        *("open", True, 0),
    ]
    stand.until(lambda _: Kind.GATHER in {event.kind for event in leg.transcript})

    page.evaluate("call.sendDigits('1')")
    stand.until(lambda _: stand.pressed)
    page.evaluate("for (const on of [true, true, false, true, false]) call.mute(on)")
    told(page, *["call mute"] * 4)
    page.evaluate("call.disconnect()")
    told(page, "call disconnect")
    stand.until(lambda _: leg.ended)

    muted = [event.text for event in leg.transcript if event.kind is Kind.MUTED]
    assert (stand.pressed, muted, leg.status) == (
        *(["1"], ["on", "off", "on", "off"]),
        "completed",
    )
    assert page.evaluate("[call.status(), device.isBusy]") == ["closed", False]


def test_page_told_that_other_side_hung_up(stand: Stand, page: Page) -> None:
    leg = talking(stand, page)

    stand.rest.calls(leg.sid).update(status="completed")

    told(page, "call disconnect")


def test_page_told_that_ringing_is_over(stand: Stand, page: Page) -> None:
    leg = stand.ring()
    told(page, "incoming")

    stand.rest.calls(leg.sid).update(status="canceled")

    told(page, "call cancel")
    assert page.evaluate("[call.status(), device.calls.length]") == ["closed", 0]


def test_page_declines_or_ignores_call(stand: Stand, page: Page) -> None:
    rejected = stand.ring()
    told(page, "incoming")
    page.evaluate("call.reject()")
    told(page, "call reject")
    ignored = stand.ring()
    told(page, "incoming")
    page.evaluate("call.ignore()")

    stand.until(lambda it: ignored.sid not in next(iter(it.state.devices)).ringing)

    assert (rejected.status, ignored.status) == ("busy", "ringing")
    stand.rest.calls(ignored.sid).update(status="canceled")


def test_microphone_heard_unless_muted(stand: Stand, page: Page) -> None:
    talking(stand, page)
    page.evaluate("window.loud = []; call.on('volume', (one) => loud.push(one))")

    page.wait_for_function("() => loud.some((volume) => volume > 0)")
    page.evaluate("call.mute()")
    page.wait_for_function("() => loud.slice(-8).every((volume) => volume === 0)")

    page.evaluate("call.disconnect()")


@pytest.mark.parametrize(
    ("fault", "code"), [("NotAllowedError", 31401), ("NotReadableError", 31402)]
)
def test_call_cannot_be_taken_without_microphone(
    stand: Stand, page: Page, fault: str, code: int
) -> None:
    page.evaluate(
        "name => device.updateOptions({getUserMedia: () => Promise.reject("
        "Object.assign(new Error(), {name}))})",
        fault,
    )
    leg = stand.ring()
    told(page, "incoming")

    page.evaluate("call.accept()")

    told(page, "call disconnect", f"call error {code}")
    stand.until(lambda _: leg.ended)


def test_denied_microphone_refused_everywhere(stand: Stand, page: Page) -> None:
    page.context.grant_permissions([])
    page.evaluate(
        "device.updateOptions({getUserMedia: () => Promise.reject("
        "Object.assign(new Error(), {name: 'NotFoundError'}))})"
    )
    leg = stand.ring()
    told(page, "incoming")

    page.evaluate("call.accept()")

    told(page, "call disconnect", "call error 31401")
    stand.until(lambda _: leg.ended)


def test_machine_without_microphone_may_still_try(stand: Stand, page: Page) -> None:
    page.evaluate(
        "device.updateOptions({getUserMedia: () => Promise.reject("
        "Object.assign(new Error(), {name: 'NotFoundError'}))})"
    )

    talking(stand, page)

    page.evaluate("call.disconnect()")


# --- two pages, and pages that go away ------------------------------------


def test_first_of_two_pages_has_call(stand: Stand, new_page: Pages) -> None:
    one, other = opened(stand, new_page), opened(stand, new_page)
    stand.ring()
    told(one, "incoming")
    told(other, "incoming")

    other.evaluate("call.accept()")

    told(other, "call accept")
    told(one, "call cancel")
    other.evaluate("call.disconnect()")


def test_late_page_told_so(stand: Stand, page: Page) -> None:
    leg = stand.ring()
    told(page, "incoming")
    # Between the click and the request somebody else is quicker.
    page.evaluate(
        "device.updateOptions({getUserMedia: () => new Promise((done) => {"
        " window.grant = () => done(new MediaStream()); })})"
    )
    page.evaluate("call.accept()")
    stand.rest.calls(leg.sid).update(status="canceled")
    told(page, "call cancel")

    page.evaluate("grant()")

    assert page.evaluate("call.status()") == "closed"


def test_closed_page_ends_call_at_once(stand: Stand, page: Page) -> None:
    leg = talking(stand, page)

    page.goto("about:blank")

    stand.until(lambda it: leg.ended and not list(it.state.devices))
    assert leg.status == "completed"


def test_reloaded_page_rung_again(stand: Stand, page: Page) -> None:
    waiting = stand.ring()
    told(page, "incoming")

    page.reload()
    begin(page)
    told(page, "registering", "registered")

    # The library turns down what rings at a page that goes.
    stand.until(lambda _: waiting.status == "busy")
    talking(stand, page)
    page.evaluate("call.disconnect()")


def test_device_unregisters_registers_and_is_destroyed(
    stand: Stand, page: Page
) -> None:
    leg = talking(stand, page)
    page.evaluate("device.unregister()")
    told(page, "unregistered")
    assert leg.live
    page.evaluate("device.register()")
    told(page, "registering", "registered")

    page.evaluate("device.destroy()")

    told(page, "call disconnect", "unregistered", "destroyed")
    stand.until(lambda it: leg.ended and not list(it.state.devices))
    with pytest.raises(Error, match="destroyed"):
        page.evaluate("device.updateToken('x')")


# --- tokens and lost connections ------------------------------------------


@pytest.mark.parametrize(
    ("bearer", "code"),
    [(token(secret=SECRET.upper()), 20101), (token(ttl=-1), 20104)],
)
def test_bad_token_is_librarys_own_error(
    stand: Stand, new_page: Pages, bearer: str, code: int
) -> None:
    new_page.allow("401")
    page = new_page()
    page.goto(stand.address)

    with pytest.raises(Error, match=str(code)):
        begin(page, bearer)

    told(page, "registering", "unregistered", f"error {code}")
    page.evaluate("token => device.updateToken(token)", token())
    told(page, "registering", "registered")


def test_token_renewed_before_it_ends(stand: Stand, new_page: Pages) -> None:
    page = new_page()
    page.goto(stand.address)

    begin(page, token(ttl=60), tokenRefreshMs=59_500)
    told(page, "registering", "registered", "tokenWillExpire")
    page.evaluate("token => device.updateToken(token)", token(ttl=60))

    told(page, "tokenWillExpire")
    assert page.evaluate("device.state") == "registered"


def test_device_registers_again_when_exchange_is_back(new_page: Pages) -> None:
    new_page.allow(STOPPED)
    with Stand() as stand:
        page = opened(stand, new_page)
        talking(stand, page)

        stand.exchange.stop()
        page.wait_for_function("() => device.state === 'unregistered'")
        stand.restart()
        page.wait_for_function("() => told.includes('registered')")

        noted = page.evaluate("told.splice(0)")
        again = [name for name in noted if name != "error 31005"]
        assert noted[0] == "error 31005"
        assert again == [
            *("call reconnecting", "unregistered"),
            *("registering", "registered", "call disconnect"),
        ]
        talking(stand, page)


def test_call_outlives_short_break(new_page: Pages) -> None:
    new_page.allow(f"{STOPPED}|ERR_INTERNET_DISCONNECTED")
    with Stand(client_silence=60.0) as stand:
        page = opened(stand, new_page)
        leg = talking(stand, page)

        page.context.set_offline(True)
        page.evaluate("device.updateToken(device.token)")
        page.wait_for_function("() => told.includes('call reconnecting')")
        page.context.set_offline(False)
        page.wait_for_function("() => told.includes('call reconnected')")

        assert leg.live
        assert page.evaluate("call.status()") == "open"
        assert page.evaluate("device.state") == "registered"


# --- the same shape as the real one ---------------------------------------

NAMES = """
() => {
  const device = new Twilio.Device("token");
  const isPublic = (name) => !name.startsWith("_");
  const own = (one) => Object.getOwnPropertyNames(one).filter(isPublic);
  const shape = (one) => {
    const names = new Set(own(one));
    for (let kind = Object.getPrototypeOf(one); kind && kind !== Object.prototype;
      kind = Object.getPrototypeOf(kind)) own(kind).forEach((name) => names.add(name));
    return [...names];
  };
  return {
    device: shape(device),
    audio: shape(device.audio),
    speakers: shape(device.audio.speakerDevices),
    call: shape(Twilio.Call.prototype),
    kinds: [own(Twilio.Device), own(Twilio.Call)].flat(),
    values: [Twilio.Device.State, Twilio.Device.EventName, Twilio.Call.State,
      Twilio.Call.CallDirection],
    version: Twilio.Device.version,
  };
}
"""


def test_library_has_only_real_names(stand: Stand, new_page: Pages) -> None:
    assert (FOLDER / LIBRARY).exists(), f"{LIBRARY} is missing; run: make setup"
    # The real one asks for its sounds at once, which this page does not let it have.
    new_page.allow("twilio")
    pages = [new_page(), new_page()]
    pages[0].goto(stand.address)
    pages[1].goto(f"{stand.address}/?library=/{LIBRARY}")

    ours, real = (page.evaluate(NAMES) for page in pages)

    for part in ("device", "audio", "speakers", "call", "kinds"):
        assert set(ours[part]) - set(real[part]) <= {"toString"}, part
    assert ours["values"] == real["values"]
    assert ours["version"] == real["version"]
