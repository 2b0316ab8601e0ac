"""Who rings from a terminal rings each time from another number."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from exchange.hosts.server import ExchangeServer, ServerConfig
from exchange.kernel.config import Config, Number
from ivr.bootstrap.app import carrier_url, note_exchange, public_url
from ivr.cli.callers import FICTION, next_caller, pick_caller
from ivr.cli.commands.call import connect_telephone
from ivr.core.model.errors import Conflict, NotFound, Unavailable
from ivr.settings import Secrets, Settings

TAKEN = {"+12025550101", "+12025550102", "+12025550123"}
NOWHERE = "http://127.0.0.1:9"


def settings_of(folder: Path, **more: str) -> Settings:
    (folder / "data").mkdir(exist_ok=True)
    given = {"HOTLINE_DATA": str(folder / "data"), **more}
    return Settings.from_environ(given)


def exchange_of(account: str, public: str) -> ExchangeServer:
    number = Number(number="+12025550101", voice_url=f"{public}/voice/incoming")
    exchange = Config(account=account, token="t" * 32, numbers=(number,))
    return ExchangeServer(ServerConfig(exchange=exchange))


def test_each_caller_has_number_of_nobody_else(tmp_path: Path) -> None:
    free = len(FICTION) - len(TAKEN)
    numbers = [next_caller(tmp_path, TAKEN) for _ in range(free)]

    assert len(set(numbers)) == free
    assert not TAKEN & set(numbers)
    assert next_caller(tmp_path, TAKEN) == numbers[0]


def test_simultaneous_callers_have_two_numbers(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as many:
        numbers = list(many.map(lambda _: next_caller(tmp_path, TAKEN), range(64)))

    assert len(set(numbers)) == 64


@pytest.mark.parametrize("noted", ["", "nonsense", "+12025550199", "+99999999999"])
def test_unknown_note_gone_on_from(tmp_path: Path, noted: str) -> None:
    (tmp_path / "next-caller").write_text(noted)

    assert next_caller(tmp_path, TAKEN) in FICTION


def test_stranger_rings_from_number_of_nobody() -> None:
    assert pick_caller() in FICTION


def test_exchange_of_folder_found(tmp_path: Path) -> None:
    settings = settings_of(tmp_path)
    account = Secrets.load_secrets(settings).account_sid
    with exchange_of(account, public_url(settings)) as exchange:
        note_exchange(settings, exchange.url)

        assert connect_telephone(settings).get_overview()["account"] == account
        assert carrier_url(settings) == exchange.url


@pytest.mark.parametrize("is_account_ours", [True, False])
def test_exchange_of_another_house_refused(
    tmp_path: Path, *, is_account_ours: bool
) -> None:
    settings = settings_of(tmp_path)
    account = (
        Secrets.load_secrets(settings).account_sid
        if is_account_ours
        else "AC" + "0" * 32
    )
    public = "https://other.example" if is_account_ours else public_url(settings)
    with exchange_of(account, public) as exchange:
        note_exchange(settings, exchange.url)

        with pytest.raises(
            Conflict, match=f"another service's.*--exchange {exchange.url}"
        ):
            connect_telephone(settings)


def test_house_without_exchange_says_remedy(tmp_path: Path) -> None:
    settings = settings_of(tmp_path)
    note_exchange(settings, NOWHERE)
    with pytest.raises(
        Unavailable, match=r"no exchange answers at http://127\.0\.0\.1:9;"
    ):
        connect_telephone(settings)

    note_exchange(settings, None)
    note_exchange(settings, None)
    with pytest.raises(NotFound, match="has no exchange; start it with: hotline up"):
        connect_telephone(settings)


def test_exchange_never_stands_in_for_real_carrier(tmp_path: Path) -> None:
    account = {"TWILIO_ACCOUNT_SID": "AC" + "1" * 32, "TWILIO_AUTH_TOKEN": "hush"}
    note_exchange(settings_of(tmp_path), NOWHERE)

    assert carrier_url(settings_of(tmp_path)) == NOWHERE
    real = carrier_url(settings_of(tmp_path, **account))
    assert real == "https://api.twilio.com"
    named = settings_of(tmp_path, TWILIO_API_URL="http://127.0.0.1:7")
    assert carrier_url(named) == "http://127.0.0.1:7"
