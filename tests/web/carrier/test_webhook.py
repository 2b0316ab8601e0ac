"""What a carrier's request is read as: its form, and the values of its address."""

import io

import pytest
from werkzeug.wrappers import Request

from ivr.web.webhook import FORM, read_form, read_values

SENT = (
    b"",
    b"CallSid=CA1&Digits=1",
    b"From=%2B12025550101&To=%2b12025550102&FromCity=",
    b"Digits=5&Digits=1&digits=2",
    b"&&a=1&&b&=c&=&a==2",
    b"name=two+words+%2B+one&%D0%9A%D0%B8%D1%97%D0%B2=%D0%B4",
    "name=Київ".encode(),
    b"half=%d&quarter=%&odd=%zz",
)


def in_library(body: bytes, kind: str = FORM) -> Request:
    return Request(
        {
            "REQUEST_METHOD": "POST",
            "CONTENT_TYPE": kind,
            "CONTENT_LENGTH": str(len(body)),
            "QUERY_STRING": body.decode("latin-1"),
            "wsgi.input": io.BytesIO(body),
        }
    )


@pytest.mark.parametrize("body", SENT)
@pytest.mark.parametrize("kind", [FORM, f"{FORM.title()} ; charset=UTF-8"])
def test_form_read_as_by_library(body: bytes, kind: str) -> None:
    expected = in_library(body, kind).form.to_dict(flat=False)

    assert read_form({"CONTENT_TYPE": kind}, body) == expected


@pytest.mark.parametrize("body", SENT)
def test_address_read_as_by_library(body: bytes) -> None:
    expected = in_library(body).args.to_dict()

    assert read_values(body.decode("latin-1")) == expected


@pytest.mark.parametrize("kind", ["", "application/json", "text/plain", f"x-{FORM}"])
def test_what_is_no_form_has_no_fields(kind: str) -> None:
    assert read_form({"CONTENT_TYPE": kind}, b"a=1") == {}


def test_form_in_broken_letters_has_no_fields() -> None:
    assert read_form({"CONTENT_TYPE": FORM}, b"a=\xff\xfe") == {}
