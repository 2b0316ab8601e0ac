"""The carrier's processing region: whatever addresses the carrier leads there."""

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import jwt
import pytest
import requests
from requests.adapters import BaseAdapter

import ivr
from ivr.adapters.twilio_voice import TwilioSettings
from ivr.adapters.twilio_voice.rest.client import BasedHttpClient
from ivr.adapters.twilio_voice.rest.media import TWILIO
from ivr.adapters.twilio_voice.softphone import TwilioSoftphone
from ivr.bootstrap.app import open_app
from ivr.bootstrap.carrier import make_carrier
from ivr.core.model.address import PhoneNumber
from ivr.core.model.errors import HotlineError
from ivr.core.model.identifiers import LegId, LineKey, OperatorId
from ivr.ports import Carrier
from ivr.settings import Settings
from tests.world import ACCOUNT, API_KEY, API_SECRET, BASE, HOTLINE, TOKEN

REGIONS = [("ie1", "dublin"), ("au1", "sydney"), ("us1", "ashburn"), ("", "")]


def base_of(region: str, edge: str) -> str:
    return f"https://api.{edge}.{region}.twilio.com" if region else TWILIO


class Asked(BaseAdapter):
    """Notes each address, and answers that there is nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.urls: list[str] = []

    def send(
        self, request: requests.PreparedRequest, *_: Any, **__: Any
    ) -> requests.Response:
        self.urls.append(request.url or "")
        answer = requests.Response()
        answer.status_code, answer.request = 404, request
        answer._content = b'{"code": 20404, "message": "nothing", "status": 404}'
        return answer

    def close(self) -> None:
        pass


def deeds(carrier: Carrier) -> Iterator[Any]:
    """Each kind of thing that is asked of the carrier's REST interface."""
    leg, ring = LegId("CA" + "1" * 32), timedelta(seconds=20)
    yield lambda: carrier.dialling.call_in(
        PhoneNumber("+12025550123"), HOTLINE, "t", ring
    )
    yield lambda: carrier.transfers.send_back(leg)
    yield lambda: carrier.legs.end_of(leg)
    yield lambda: carrier.legs.number_of(leg)
    yield carrier.legs.live_legs
    yield carrier.legs.engaged
    yield lambda: carrier.legs.leg_locations([leg], LineKey("example"))
    yield lambda: carrier.recordings.forget_recording("RE" + "1" * 32)
    yield lambda: carrier.texts.text(PhoneNumber("+12025550123"), HOTLINE, "hello")


@pytest.mark.parametrize("env", [{}, {"TWILIO_REGION": "au1", "TWILIO_EDGE": "sydney"}])
@pytest.mark.parametrize(("region", "edge"), [*REGIONS, ("exchange", "")])
def test_everything_asked_of_carrier_asked_in_region(
    region: str, edge: str, env: Mapping[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    # The library reads these by itself, and would lead an exchange's requests away.
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    base = "http://127.0.0.1:1" if region == "exchange" else base_of(region, edge)
    http, asked = BasedHttpClient(base, timedelta(seconds=1)), Asked()
    http.session = requests.Session()
    for scheme in ("https://", "http://"):
        http.session.mount(scheme, asked)
    settings = TwilioSettings(
        account_sid=ACCOUNT, auth_token=TOKEN, api_url=base, public_url=BASE
    )

    for deed in deeds(make_carrier(settings, http)):
        before = len(asked.urls)
        with suppress(HotlineError):
            deed()
        assert len(asked.urls) > before

    assert {url.partition("/2010")[0] for url in asked.urls} == {base}


def softphone(region: str, edge: str) -> TwilioSoftphone:
    return TwilioSoftphone(
        account_sid=ACCOUNT,
        key=API_KEY,
        secret=API_SECRET,
        api_url=base_of(region, edge),
        region=region,
        edge=edge,
    )


@pytest.mark.parametrize(("region", "edge"), REGIONS)
def test_token_of_browsers_telephone_names_region(region: str, edge: str) -> None:
    token = softphone(region, edge).token(OperatorId("anna"))

    assert jwt.get_unverified_header(token).get("twr") == (region or None)


@pytest.mark.parametrize(("region", "edge"), REGIONS)
def test_page_reaches_edge_with_carriers_script(region: str, edge: str) -> None:
    phone = softphone(region, edge)

    assert phone.script == "/desk/vendor/twilio.min.js"
    reached = phone.origins["connect-src"]
    assert f"wss://voice-js.{edge or 'roaming'}.twilio.com" in reached
    assert "https://eventgw.twilio.com" in reached
    assert not region or f"https://eventgw.{region}.twilio.com" in reached
    assert "script-src" not in phone.origins


def test_region_given_to_every_part(tmp_path: Path, valkey_url: str) -> None:
    settings = Settings.from_environ(
        {
            "HOTLINE_DATA": str(tmp_path),
            "REDIS_URL": valkey_url,
            "TWILIO_REGION": "ie1",
            "TWILIO_EDGE": "dublin",
            "TWILIO_API_KEY_SID": API_KEY,
            "TWILIO_API_KEY_SECRET": API_SECRET,
        }
    )
    with open_app(settings) as house:
        phone = house.ports.softphone
        token = phone.token(OperatorId("anna"))
        assert jwt.get_unverified_header(token)["twr"] == "ie1"
        assert phone.edge == "dublin"
        assert "wss://voice-js.dublin.twilio.com" in house.desk_origins["connect-src"]
        legs: Any = house.ports.legs
        recordings: Any = house.ports.recordings
        for asks in (legs._client.http_client, recordings._fetch.__self__):
            assert asks._base == "https://api.dublin.ie1.twilio.com"


PLACES = {
    "exchange/kernel/config.py",
    "ivr/adapters/twilio_voice/rest/media.py",
    "ivr/adapters/twilio_voice/softphone.py",
    "ivr/settings/forms.py",
    "ivr/settings/region.py",
}
"""The files that name an address of the carrier's; all others are given one."""


def test_no_other_file_names_address_of_carriers() -> None:
    root = Path(ivr.__file__).parents[1]
    named = re.compile(r"""["'](?:https|wss)://(?!www\.)[\w.{}-]*twilio\.com""")
    found = {
        str(path.relative_to(root))
        for package in ("exchange", "ivr", "workers")
        for path in (root / package).rglob("*.py")
        if named.search(path.read_text())
    }

    assert found == PLACES
