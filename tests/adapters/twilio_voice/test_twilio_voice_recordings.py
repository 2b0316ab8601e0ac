"""Recorded messages: fetched as bytes over real connections, bounded, deleted."""

import json
from base64 import b64encode
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from ivr.adapters.twilio_voice import TwilioSettings
from ivr.adapters.twilio_voice.rest.media import LARGEST
from ivr.bootstrap.carrier import make_carrier
from ivr.core.model.errors import NotFound, Unavailable
from ivr.core.model.identifiers import LegId
from ivr.core.upkeep.recordings import Recorded
from ivr.ports import Recordings
from tests.ports.shelf import Shelf, shelved
from tests.world import ACCOUNT, BASE, TOKEN

KEY = "RE" + "3" * 32
PATH = f"/2010-04-01/Accounts/{ACCOUNT}/Recordings/{KEY}"
# Bytes that are no text in any common coding.
WAVE = b"RIFF\x00\xff\xfe\x80WAVE" + bytes(range(256))
ODD_KEYS = [
    "",
    "RE1",
    "../Calls/CA123",
    "RE" + "3" * 32 + "/x",
    KEY + "?x=1",
    KEY + "\n",
]


@pytest.fixture
def shelf() -> Iterator[Shelf]:
    with shelved(WAVE) as kept:
        yield kept


def recordings_at(port: int) -> Recordings:
    settings = TwilioSettings(
        account_sid=ACCOUNT,
        auth_token=TOKEN,
        api_url=f"http://127.0.0.1:{port}",
        public_url=BASE,
        timeout=timedelta(seconds=2),
    )
    return make_carrier(settings).recordings


def test_recording_fetched_whole_and_signed_in(shelf: Shelf) -> None:
    login = "Basic " + b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()

    assert recordings_at(shelf.port).recording(KEY) == WAVE
    assert shelf.asked == [("GET", f"{PATH}.wav", login)]


def test_absent_recording_not_found(shelf: Shelf) -> None:
    shelf.status = 404

    with pytest.raises(NotFound):
        recordings_at(shelf.port).recording(KEY)


@pytest.mark.parametrize(
    ("status", "ambiguous"), [(401, False), (429, False), (500, True), (503, True)]
)
def test_refused_recording_is_unavailable(
    shelf: Shelf, status: int, *, ambiguous: bool
) -> None:
    shelf.status = status

    with pytest.raises(Unavailable) as refused:
        recordings_at(shelf.port).recording(KEY)

    assert (refused.value.permanent, refused.value.ambiguous) == (False, ambiguous)


def test_broken_recording_unavailable_never_half(shelf: Shelf) -> None:
    shelf.announced = len(WAVE) + 1000

    with pytest.raises(Unavailable) as refused:
        recordings_at(shelf.port).recording(KEY)

    assert not refused.value.permanent


def test_recording_without_end_refused_for_good(shelf: Shelf) -> None:
    shelf.body = b"\0" * (LARGEST + 1)

    with pytest.raises(Unavailable, match="larger than") as refused:
        recordings_at(shelf.port).recording(KEY)

    assert refused.value.permanent


def test_largest_recording_still_fetched(shelf: Shelf) -> None:
    shelf.body = b"\0" * LARGEST

    assert len(recordings_at(shelf.port).recording(KEY)) == LARGEST


def test_carrier_that_cannot_be_reached_is_unavailable() -> None:
    with pytest.raises(Unavailable):
        recordings_at(1).recording(KEY)


def test_recording_deleted(shelf: Shelf) -> None:
    shelf.status, shelf.body = 204, b""

    recordings_at(shelf.port).forget_recording(KEY)

    assert [asked[:2] for asked in shelf.asked] == [("DELETE", f"{PATH}.json")]


@pytest.mark.parametrize("key", ODD_KEYS)
def test_unfit_key_never_sent(shelf: Shelf, key: str) -> None:
    carrier = recordings_at(shelf.port)

    with pytest.raises(NotFound):
        carrier.recording(key)
    carrier.forget_recording(key)

    assert shelf.asked == []


# --- the list of them --------------------------------------------------------

LEG = "CA" + "4" * 32
BEGAN = "Mon, 05 Jan 2026 17:00:00 +0000"


def listed(**values: object) -> dict[str, object]:
    usual = {
        "sid": KEY,
        "call_sid": LEG,
        "source": "RecordVerb",
        "status": "completed",
        "start_time": BEGAN,
        "duration": "9",
    }
    return usual | values


def told_of(shelf: Shelf, *found: dict[str, object]) -> list[Recorded]:
    page = {"recordings": found, "next_page_uri": None, "page": 0, "uri": ""}
    shelf.body = json.dumps(page).encode()
    return recordings_at(shelf.port).recordings(None)


def test_recording_listed_with_leg_and_length(shelf: Shelf) -> None:
    (found,) = told_of(shelf, listed())

    assert found == Recorded(
        key=KEY,
        leg=LegId(LEG),
        began=datetime(2026, 1, 5, 17, tzinfo=UTC),
        length=timedelta(seconds=9),
    )


@pytest.mark.parametrize(
    "others",
    [
        {"source": "Conference"},
        {"source": "OutboundAPI"},
        {"source": "DialVerb"},
        {"call_sid": None},
        {"status": "absent"},
        {"status": "deleted"},
    ],
)
def test_unasked_recording_left_out(shelf: Shelf, others: dict[str, object]) -> None:
    assert told_of(shelf, listed(**others)) == []


@pytest.mark.parametrize("more", [{"status": "processing"}, {"duration": "-1"}])
def test_recording_in_work_has_no_length(shelf: Shelf, more: dict[str, object]) -> None:
    (found,) = told_of(shelf, listed(**more))

    assert found.length is None
