"""Logs: one line an event, and nothing personal in it, whatever is handed in."""

import io
import json
import logging
import re
import sys
import threading
import uuid
import warnings
from dataclasses import fields
from datetime import UTC, datetime
from typing import Any

import pytest
import structlog
from gunicorn.config import Config  # type: ignore[import-untyped]
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ivr.adapters.logs import (
    HIDDEN,
    StructlogLogger,
    configure_logs,
    redact_value,
    scrub_text,
)
from ivr.adapters.logs.server import ServerLog
from ivr.core.model.address import PhoneNumber
from tests.log_state import LoggerState, LogState, log_state, restored_logs

NUMBER = "+12025550143"
CALL = "CA" + "0123456789abcdef" * 2


class Written:
    """What was written, line by line."""

    def __init__(self) -> None:
        self.stream = io.StringIO()

    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.stream.getvalue().splitlines()]

    def one(self) -> dict[str, Any]:
        (line,) = self.lines()
        return line


@pytest.fixture
def written() -> Written:
    """Logs of this process as the service configures them, at their loudest."""
    written = Written()
    configure_logs("DEBUG", written.stream)
    return written


# --- shapes

_MARKS = ["", "", "", " ", "-", ".", "(", ")", ") ", " - ", ") - ", "\u202f", "\u2011"]
_ESCAPED = ["%20", "%2D", "%28", "+", "\\xa0", "\\u202c"]
_DIGITS = st.text("0123456789", min_size=9, max_size=15)
_WORDS = st.text("abcxyz :;=/<>[]{}'\"\n", max_size=12)


@st.composite
def numbers(draw: st.DrawFn) -> str:
    """A telephone number the way somebody or something might write it."""
    marks = draw(st.sampled_from([_MARKS, [*_MARKS, *_ESCAPED]]))
    digits = draw(_DIGITS)
    between = draw(
        st.lists(st.sampled_from(marks), min_size=len(digits), max_size=len(digits))
    )
    begin = draw(st.sampled_from(["", "+", "%2B", "%2b", "tel:", "whatsapp:+", "("]))
    return begin + "".join(map("".join, zip(digits, between, strict=True)))


@given(numbers(), _WORDS, _WORDS)
def test_no_number_comes_through(number: str, before: str, after: str) -> None:
    text = scrub_text(f"{before}{number}{after}")

    assert _digits(text) == ""


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(numbers())
def test_no_number_comes_through_any_door(written: Written, number: str) -> None:
    written.stream.seek(0)
    written.stream.truncate()
    logger, digits = logging.getLogger("door"), _digits(number)

    logger.info("in the text " + number)  # noqa: G003 - just that is tried
    logger.info("as an argument %s of %r", number, (number, {"k": number}))
    logger.info("beside it", extra={"k": number, "deep": [{"k": {number: (number,)}}]})
    logger.info(number.encode())
    structlog.get_logger("door").info("elsewhere", k=number, n=int(digits))
    StructlogLogger().failure("in an exception", _raised(number))

    lines = [{**line, "timestamp": ""} for line in written.lines()]
    assert len(lines) == 6
    assert digits not in _digits(json.dumps(lines, ensure_ascii=False))


def _digits(text: str) -> str:
    """The digits of a text, without those of the escaped marks between them."""
    return re.sub(r"%2[08BbDd]|\\+xa0|\\+u20[0-9a-f]{2}|\D", "", text)


def _fail(text: str) -> None:
    try:
        raise KeyError(text)  # noqa: TRY301 - a cause is what is wanted
    except KeyError as fault:
        raise ValueError(f"of {text}") from fault


def _raised(text: str) -> ValueError:
    with pytest.raises(ValueError, match="of ") as caught:
        _fail(text)
    caught.value.add_note(f"a note of {text}")
    return caught.value


@pytest.mark.parametrize(
    "text",
    [
        f"call {CALL} ended",
        f"calls:{CALL}:legs",
        "2026-01-31T18:00:00Z",
        "at 2026-01-31T18:00:00.123456+00:00 exactly",
        "5 2026-01-31 18:00:00,123 6",
        "on 2026-01-31.",
        "18:00:00.123456",
        "127.0.0.1:40123",
        "http://127.0.0.1:8000/voice/incoming",
        "12 waiting, 3 free, 100000 calls",
        "0 of 14215, p99 85 ms",
        str(uuid.UUID(int=2**127 + 1234567890123)),
        "0123456789abcdef" * 2,
        "0123456789abcdef" * 4,
        'File "ivr/app.py", line 123, in voice',
    ],
)
def test_what_is_no_number_survives(text: str) -> None:
    assert scrub_text(text) == text


@pytest.mark.parametrize(
    "text",
    [
        NUMBER,
        "12025550143",
        "5550143",
        "(202) 555-0143",
        "+44 (0) 7700 900123",
        "202.555.0143",
        "%2B12025550143",
        "%2B1%20202%20555%200143",
        "%252B1%2520202%25205550143",
        "+1+202+555+0143",
        "\u202a+1\xa0202\xa0555\u20110143\u202c",
        "\\u202a+1\\xa0202\\xa05550143",
        "\u0661\u0662\u0660\u0662\u0665\u0665\u0665",
        "x12025550143x",
        "_12025550143_",
    ],
)
def test_number_hidden_however_it_is_written(text: str) -> None:
    shown = scrub_text(f"call from {text} now")

    assert HIDDEN in shown
    assert _digits(shown) == ""


def test_number_beside_moment_hidden_and_moment_stays() -> None:
    moment = "2026-01-31T18:00:00Z"

    assert scrub_text(f"{NUMBER} {moment} {NUMBER}") == f"{HIDDEN} {moment} {HIDDEN}"


@pytest.mark.parametrize(
    "text",
    [
        "POST /x?From=someone&Body=here+I+am&CallSid=1",
        "{'From': 'someone', 'Body': 'here \"I\" am'}",
        '{"body": "here I am", "caller": "someone"}',
        "ImmutableMultiDict([('From', 'someone'), ('Body', 'here I\\'m')])",
        "{b'Body': [b'here I am']}",
        "{'Digits': 044}",
        "area=044",
    ],
)
def test_speech_hidden_in_printed_form(text: str) -> None:
    shown = scrub_text(text)

    assert HIDDEN in shown
    assert not re.search(r"here|someone|044", shown)


@pytest.mark.parametrize(
    "key",
    [
        "from", "to", "From", "To", "caller", "Caller", "called", "body", "Body",
        "digits", "Digits", "area", "FromCity", "CallerName", "caller_id", "from_",
        "Latitude", "phone", "SpeechResult", "WaId",
    ],
)  # fmt: skip
def test_private_keys_hidden_at_any_depth(key: str) -> None:
    assert redact_value({key: "said"}) == {key: HIDDEN}
    assert redact_value({"form": [{key: ["said"]}]}) == {"form": [{key: HIDDEN}]}


def test_plain_values_stay_what_they_are() -> None:
    values = {"call": CALL, "count": 3, "share": 0.123456789, "on": True, "none": None}

    assert redact_value(values) == values
    assert redact_value((1, {"a"})) == [1, ["a"]]
    assert redact_value(datetime(2026, 1, 31, 18, tzinfo=UTC)) == (
        "2026-01-31 18:00:00+00:00"
    )


@pytest.mark.parametrize("value", [12025550143, -12025550143, 12025550143.0])
def test_number_as_number_is_hidden(value: float) -> None:
    assert redact_value(value) == HIDDEN


def test_things_printed_without_numbers() -> None:
    assert NUMBER not in str(redact_value([PhoneNumber(NUMBER), ValueError(NUMBER)]))
    assert redact_value(b"tel:12025550143") == f"b'tel:{HIDDEN}'"


def test_structure_that_holds_itself_ends() -> None:
    loop: dict[str, object] = {}
    loop["again"] = loop

    assert HIDDEN in str(redact_value(loop))


class Broken:
    def __repr__(self) -> str:
        raise ValueError(NUMBER)


def test_thing_that_cannot_be_printed_is_named() -> None:
    assert redact_value(Broken()) == "<Broken>"


# --- lines


def test_event_is_one_complete_line(written: Written) -> None:
    logging.getLogger("ivr.x").info("caller queued", extra={"call": CALL, "place": 3})

    line = written.one()
    assert datetime.fromisoformat(line.pop("timestamp")).tzinfo is not None
    assert line == {
        "event": "caller queued",
        "level": "info",
        "logger": "ivr.x",
        "call": CALL,
        "place": 3,
    }


def test_structlog_writes_same_lines(written: Written) -> None:
    structlog.get_logger("ivr.x").warning("caller %s", "queued", call=CALL)

    line = written.one()
    assert line.pop("timestamp")
    assert line == {
        "event": "caller queued",
        "level": "warning",
        "logger": "ivr.x",
        "call": CALL,
    }


def test_nobody_can_forge_a_second_line(written: Written) -> None:
    logging.getLogger("ivr").info('one\n{"event": "two"}\r\u2028three')

    assert len(written.stream.getvalue().splitlines()) == 1


def test_traceback_told_without_values(written: Written) -> None:
    said = "I am at the bridge"
    fault = _raised(str({"Body": said, "From": NUMBER}))

    logging.getLogger("ivr").error("failed", exc_info=fault)

    line = written.one()
    assert "in _fail" in line["exception"]
    assert said not in written.stream.getvalue()
    assert NUMBER not in written.stream.getvalue()


def test_events_logged_with_fields(written: Written) -> None:
    notes = StructlogLogger()

    notes.info("one", line="example", event_name="x")
    notes.warning("two", call=CALL, level="high", logger="mine", error=NUMBER)
    notes.failure("three", ValueError(NUMBER))

    one, two, three = written.lines()
    assert (one["event"], one["level"], one["line"]) == ("one", "info", "example")
    assert (two["event"], two["call"], two["error"]) == ("two", CALL, HIDDEN)
    assert three["level"] == "error"
    assert "ValueError" in three["exception"]


def test_unwritable_record_told_without_content(
    written: Written, capsys: pytest.CaptureFixture[str]
) -> None:
    (handler,) = (
        h for h in logging.getLogger().handlers if type(h).__name__ == "_LineHandler"
    )

    handler.handle(logging.makeLogRecord({"msg": "%d calls", "args": (NUMBER,)}))

    line = written.one()
    assert line["event"] == "a log record could not be written"
    assert line["why"] == "TypeError"
    assert NUMBER not in written.stream.getvalue() + capsys.readouterr().err


def test_stream_that_is_gone_stops_nothing(written: Written) -> None:
    written.stream.close()

    logging.getLogger("ivr").info("into the void")

    assert written.stream.closed


def test_warnings_are_lines_too(written: Written) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.showwarning(UserWarning(f"of {NUMBER}"), UserWarning, "x.py", 1)

    assert f"of {HIDDEN}" in written.one()["event"]


def test_exceptions_that_nobody_caught_are_lines_too(written: Written) -> None:
    fault = _raised(NUMBER)
    sys.excepthook(ValueError, fault, fault.__traceback__)
    threading.excepthook(
        threading.ExceptHookArgs((ValueError, fault, fault.__traceback__, None))
    )
    sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)

    lines = written.lines()
    assert [line["level"] for line in lines] == ["critical", "critical"]
    assert all("ValueError" in line["exception"] for line in lines)
    assert NUMBER not in written.stream.getvalue()


@pytest.mark.parametrize(
    "name",
    [
        "twilio.http_client",
        "urllib3.connectionpool",
        "werkzeug",
        "gunicorn.access",
        "rq.worker",
        "rq.queue",
        "sqlalchemy.engine.Engine",
    ],
)
def test_others_keep_quiet_about_requests_and_jobs(written: Written, name: str) -> None:
    logging.getLogger(name).debug("said")
    logging.getLogger(name).info("said")

    assert written.lines() == []


def test_twilio_logs_nothing_of_created_call(written: Written) -> None:
    from twilio.http.http_client import TwilioHttpClient  # noqa: PLC0415

    client = TwilioHttpClient(logger=logging.getLogger("twilio.http_client"))
    client.log_request(
        {"method": "POST", "url": "x", "params": {"To": NUMBER}, "headers": {}}
    )

    assert written.lines() == []


def test_level_kept(written: Written) -> None:
    configure_logs("WARNING", written.stream)

    logging.getLogger("ivr").info("quiet")
    structlog.get_logger("ivr").info("quiet")
    StructlogLogger().warning("loud")

    assert written.one()["event"] == "loud"


def test_web_servers_log_goes_same_way(
    written: Written, capsys: pytest.CaptureFixture[str]
) -> None:
    config = Config()
    config.set("loglevel", "info")
    config.set("accesslog", "-")

    log = ServerLog(config)
    log.error("Error handling request /voice/incoming?From=%s", "%2B12025550143")
    log.access_log.info(NUMBER)

    shown = capsys.readouterr()
    line = json.loads(shown.err)
    assert line["event"] == f"Error handling request /voice/incoming?From={HIDDEN}"
    assert line["logger"] == "gunicorn.error"
    assert shown.out == ""
    assert written.lines() == []


def test_what_is_set_up_can_be_undone(capsys: pytest.CaptureFixture[str]) -> None:
    config = Config()
    config.set("accesslog", "-")
    before = log_state()

    with restored_logs():
        ServerLog(config).error("said")
        while_set_up = log_state()

    assert json.loads(capsys.readouterr().err)["event"] == "said"
    changed = {
        each.name
        for each in fields(LogState)
        if getattr(while_set_up, each.name) != getattr(before, each.name)
    }
    assert changed == {each.name for each in fields(LogState)}
    after = log_state()
    assert (after.hooks, after.structlog) == (before.hooks, before.structlog)
    assert {
        name: before.loggers.get(name, LoggerState()) for name in after.loggers
    } == after.loggers
