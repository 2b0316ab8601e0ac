"""The signature, held against vectors which the carrier's library publishes."""

from urllib.parse import parse_qsl, urlsplit

import pytest
from twilio.request_validator import RequestValidator

from exchange.kernel.signing import escape_url, sign_request, split_fragment, with_query
from tests.exchange.box import BASE, CALLER, HOTLINE, TOKEN, Box

URL = "https://mycompany.com/myapp.php?foo=1&bar=2"
# The numbers in here are the published vector's own.
FORM = (
    ("CallSid", "CA1234567890ABCDE"),
    ("Digits", "1234"),
    ("From", "+14158675309"),
    ("To", "+18005551212"),
    ("Caller", "+14158675309"),
)
REPEATED = (
    ("Sid", "CA123"),
    ("SidAccount", "AC123"),
    ("Digits", "5678"),
    ("Digits", "1234"),
    ("Digits", "1234"),
)


@pytest.mark.parametrize(
    ("url", "form", "expected"),
    [
        (URL, FORM, "RSOYDt4T1cUTdK1PDd93/VVr8B8="),
        (URL, REPEATED, "IK+Dwps556ElfBT0I3Rgjkr1wJU="),
        (URL.replace(".com/", ".com:443/"), FORM, "kvajT1Ptam85bY51eRf/AJRuM3w="),
        (
            URL.replace("https", "http").replace(".com/", ".com:80/"),
            FORM,
            "0ZXoZLH/DfblKGATFgpif+LLRf4=",
        ),
        (
            URL.replace("https", "http").replace(".com/", ".com:1234/"),
            FORM,
            "Zmvh+3yNM1Phv2jhDCwEM3q5ebU=",
        ),
        (
            (
                f"{URL}&bodySHA256=0a1ff7634d9ab3b95db5c9a2dfe9416e"
                "41502b283a80c7cf19632632f96e6620"
            ),
            (),
            "a9nBmqA0ju/hNViExpshrM61xv4=",
        ),
    ],
)
def test_signature_agrees_with_published_vectors(
    url: str, form: tuple[tuple[str, str], ...], expected: str
) -> None:
    assert sign_request("12345", url, form) == expected


def test_webhooks_signed_over_address_called(
    box: Box,
) -> None:
    box.page(
        "/start",
        '<Redirect method="GET">/next?name=%D0%9A%7E&amp;x=a+b</Redirect>',
    )
    box.page("/next", "<Say>Done</Say>")

    call = box.exchange.dial(CALLER, HOTLINE)
    box.exchange.run_until(lambda: call.ended)

    validator = RequestValidator(TOKEN)
    for request in box.service.received:
        form = {} if request.method == "GET" else request.form
        signed = request.headers["X-Twilio-Signature"]
        assert validator.validate(request.url, form, signed)
    assert box.service.received[1].url.startswith(f"{BASE}/next?name=%D0%9A%7E&x=a+b&")


def test_get_webhook_carries_parameters_in_query() -> None:
    url = with_query("https://h.example/a?b=1", (("From", "+12025550101"),))

    assert url == "https://h.example/a?b=1&From=%2B12025550101"
    assert parse_qsl(urlsplit(url).query) == [("b", "1"), ("From", "+12025550101")]


def test_non_ascii_escaped_escapes_kept() -> None:
    assert escape_url("https://h.example/Ї?x=%7E~") == "https://h.example/%D0%87?x=%7E~"


def test_fragment_holds_overrides_and_is_never_sent() -> None:
    bare, overrides = split_fragment("https://h.example/a#rc=2&rt=5000")

    assert bare == "https://h.example/a"
    assert overrides == {"rc": "2", "rt": "5000"}
