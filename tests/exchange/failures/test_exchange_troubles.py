"""What becomes of a call when a document cannot be had, and other oddities."""

import struct

from exchange.kernel.transcript import Kind
from tests.exchange.box import BASE, CALLER, HOTLINE, OFFICE, XML, Box


def test_withheld_number_is_word_or_keypad(box: Box) -> None:
    box.page("/start", "<Hangup/>")

    for from_ in ("anonymous", "+266696687"):
        box.exchange.dial(from_, HOTLINE)
    box.exchange.run_for(1)

    started = box.service.asked("/start")
    assert [form["Caller"] for form in started] == ["anonymous", "+266696687"]
    assert [form["CallerCountry"] for form in started] == ["", "LS"]


def test_fatal_document_told_to_fallback(box: Box) -> None:
    box.page("/start", (500, (), b""))
    box.page("/fallback", "<Say>Please stay calm</Say>")

    call = box.exchange.dial(CALLER, OFFICE)
    box.exchange.run_until(lambda: call.ended)

    [form] = box.service.asked("/fallback")
    assert form["ErrorCode"] == "11200"
    assert form["ErrorUrl"] == f"{BASE}/start"
    assert [e.text for e in call.transcript if e.kind is Kind.SAY] == [
        "Please stay calm"
    ]
    assert len(box.exchange.complaints) == 1


def test_fatal_without_fallback_ends_in_apology(
    box: Box,
) -> None:
    box.page("/start", (200, (("Content-Type", "text/html"),), b"<html/>"))

    call = box.exchange.dial(CALLER, HOTLINE)
    box.exchange.run_until(lambda: call.ended)

    assert "error" in call.transcript[-2].text


def test_redirects_of_http_followed_up_to_ten(box: Box) -> None:
    def onwards(left: int) -> None:
        place = f"/hop{left - 1}" if left else "/end"
        box.page(f"/hop{left}", (302, (("Location", place),), b""))

    box.page("/start", "<Redirect>/hop9</Redirect>")
    for left in range(12):
        onwards(left)
    box.page("/end", "<Say>arrived</Say>")

    call = box.exchange.dial(CALLER, HOTLINE)
    box.exchange.run_until(lambda: call.ended)
    box.page("/start", "<Redirect>/hop10</Redirect>")
    lost = box.exchange.dial(CALLER, HOTLINE)
    box.exchange.run_until(lambda: lost.ended)

    assert call.transcript[-2].text == "arrived"
    assert "11215" in box.exchange.complaints[-1].text


def test_documents_that_go_in_circles_are_stopped(box: Box) -> None:
    box.page("/start", "<Redirect>/start</Redirect>")

    call = box.exchange.dial(CALLER, HOTLINE)
    box.exchange.run_until(lambda: call.ended)

    assert "without time passing" in box.exchange.complaints[-1].text


def test_cookies_kept_during_call(box: Box) -> None:
    headers = (*XML, ("Set-Cookie", "seen=yes; Path=/; HttpOnly"))
    markup = b"<Response><Redirect>/next</Redirect></Response>"
    box.page("/start", (200, headers, markup))
    box.page("/next", "<Hangup/>")

    box.exchange.dial(CALLER, HOTLINE)
    box.exchange.run_for(1)

    assert box.service.received[1].headers["Cookie"] == "seen=yes"


def test_recording_lasts_while_file() -> None:
    box = Box(fetch_media=True)
    box.page("/start", "<Play>/a.wav</Play><Play>/missing.wav</Play>")
    box.page("/a.wav", (200, (("Content-Type", "audio/x-wav"),), wave(seconds=3)))
    box.page("/missing.wav", (404, (), b""))

    call = box.exchange.dial(CALLER, HOTLINE)
    box.exchange.run_until(lambda: call.ended)

    assert call.seconds() == 3
    assert "missing.wav" in box.exchange.complaints[0].text


def wave(*, seconds: int, rate: int = 8000) -> bytes:
    form = struct.pack("<4sIHHIIHH", b"fmt ", 16, 7, 1, rate, rate, 1, 8)
    sound = struct.pack("<4sI", b"data", seconds * rate) + b"\xff" * seconds * rate
    return struct.pack("<4sI4s", b"RIFF", 4 + len(form + sound), b"WAVE") + form + sound
