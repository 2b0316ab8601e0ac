"""Settings and secrets: what is read, what is refused, what is made once."""

import stat
import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from pydantic import SecretStr

from ivr.core.model.errors import Faults
from ivr.settings import Secrets, Settings

SID = "AC" + "0a" * 16
HUSH = "hush"


def read(**environ: str) -> Settings:
    return Settings.from_environ(environ)


def faults_of(environ: Mapping[str, str]) -> tuple[str, ...]:
    with pytest.raises(Faults) as refusal:
        Settings.from_environ(environ)
    return refusal.value.faults


def test_empty_environment_is_enough() -> None:
    settings = read()

    assert settings.public_url is None
    assert settings.redis_url is None
    assert settings.database_url is None
    assert settings.twilio_api_url == "https://api.twilio.com"
    assert (settings.calls_per_second, settings.reconcile_seconds) == (1.0, 15.0)
    assert settings.lines.is_dir()
    assert settings.data == Path("var").absolute()
    assert settings.clock_speed == 1.0
    assert settings.get_warnings() == []


def test_empty_text_counts_as_not_given() -> None:
    assert read(PUBLIC_URL="", CALLS_PER_SECOND=" ", TWILIO_ACCOUNT_SID="") == read()


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("https://hotline.example.org", "https://hotline.example.org"),
        ("https://hotline.example.org/", "https://hotline.example.org"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("https://hotline.example.org/a/b/", "https://hotline.example.org/a/b"),
    ],
)
def test_public_address_kept_without_closing_slash(given: str, kept: str) -> None:
    assert read(PUBLIC_URL=given).public_url == kept


@pytest.mark.parametrize(
    "text",
    [
        "hotline.example.org",
        "ftp://hotline.example.org",
        "https://",
        "https://hotline.example.org?a=b",
        "https://hotline.example.org?",
        "https://hotline.example.org/#a",
        "https://user:word@hotline.example.org",
        "https://hotline.example.org:port",
        "https://hotline.example.org:99999",
        "https://[::1",
        "https://hotline.example.org/a b",
    ],
)
def test_odd_public_address_refused(text: str) -> None:
    (fault,) = faults_of({"PUBLIC_URL": text})

    assert fault.startswith("PUBLIC_URL: ")


@pytest.mark.parametrize(
    "text",
    [
        "https://api.example.org",
        "http://localhost:8010",
        "http://127.0.0.1:8010",
        "http://[::1]:8010",
    ],
)
def test_carrier_may_be_elsewhere(text: str) -> None:
    assert read(TWILIO_API_URL=text + "/").twilio_api_url == text


@pytest.mark.parametrize(
    "text",
    [
        "http://api.example.org",
        "http://192.0.2.1:8010",
        "https://api.example.org/2010-04-01",
        "http://localhost.example.org",
    ],
)
def test_carrier_not_asked_insecurely(text: str) -> None:
    (fault,) = faults_of({"TWILIO_API_URL": text})

    assert fault.startswith("TWILIO_API_URL: ")


@pytest.mark.parametrize(
    ("region", "edge"), [("ie1", "dublin"), ("au1", "sydney"), ("us1", "ashburn")]
)
def test_region_leads_to_carriers_address(region: str, edge: str) -> None:
    settings = read(TWILIO_REGION=region.upper(), TWILIO_EDGE=edge)

    assert settings.twilio_api_url == f"https://api.{edge}.{region}.twilio.com"
    assert (settings.twilio_region, settings.twilio_edge) == (region, edge)
    # So the processes of the house are told, all three together.
    told = {"TWILIO_API_URL": settings.twilio_api_url}
    again = read(TWILIO_REGION=region, TWILIO_EDGE=edge, **told)
    assert again == settings


def test_base_address_beside_region_told() -> None:
    given = {"TWILIO_REGION": "ie1", "TWILIO_EDGE": "dublin"}
    settings = read(TWILIO_API_URL="http://127.0.0.1:8010", **given)

    assert settings.twilio_api_url == "http://127.0.0.1:8010"
    (warning,) = settings.get_warnings()
    assert warning.startswith("TWILIO_API_URL replaces the address")


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        ("REGION=ie1", "TWILIO_EDGE: is missing beside TWILIO_REGION; give both (for"),
        ("EDGE=dublin", "TWILIO_REGION: is missing beside TWILIO_EDGE"),
        ("REGION=ie1 EDGE=sydney", "TWILIO_EDGE: sydney does not lead to the region"),
        ("REGION=au1 EDGE=dublin", "TWILIO_EDGE: dublin does not lead to the region"),
        ("REGION=xx9 EDGE=dublin", "TWILIO_REGION: is no region; write one of us1"),
        ("REGION=ie1 EDGE=mars", "TWILIO_EDGE: is no edge; write one of"),
        (
            "REGION=ie1 EDGE=dublin API_URL=https://api.twilio.com",
            "TWILIO_API_URL: leads elsewhere than TWILIO_REGION=ie1",
        ),
        (
            "REGION=ie1 EDGE=dublin API_URL=https://api.sydney.au1.twilio.com",
            "TWILIO_API_URL: leads elsewhere than TWILIO_REGION=ie1",
        ),
        (
            "API_URL=https://api.dublin.ie1.twilio.com",
            "TWILIO_API_URL: names a part of the carrier's network",
        ),
    ],
)
def test_unfit_region_and_edge_refused(given: str, fault: str) -> None:
    pairs = (each.split("=", 1) for each in given.split())
    (found,) = faults_of({f"TWILIO_{name}": value for name, value in pairs})

    assert found.startswith(fault)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("postgresql://u:p@db/h", "postgresql+psycopg://u:p@db/h"),
        ("postgres://u:p@db/h", "postgresql+psycopg://u:p@db/h"),
        ("postgresql+psycopg://u:p@db/h", "postgresql+psycopg://u:p@db/h"),
        ("sqlite:////srv/h.db", "sqlite:////srv/h.db"),
    ],
)
def test_database_named_with_driver_that_we_carry(given: str, kept: str) -> None:
    assert read(DATABASE_URL=given).database_url == kept


@pytest.mark.parametrize("text", ["mysql://u:hush@db/h", "sqlite://", "hush"])
def test_another_database_refused_without_password(text: str) -> None:
    (fault,) = faults_of({"DATABASE_URL": text})

    assert fault.startswith("DATABASE_URL: ")
    assert "hush" not in fault


@pytest.mark.parametrize(
    "text", ["redis://127.0.0.1:6379/0", "rediss://:p@cache/1", "unix:///run/v.sock"]
)
def test_redis_address_taken_as_it_is(text: str) -> None:
    assert read(REDIS_URL=text).redis_url == text


@pytest.mark.parametrize(
    "text", ["http://cache", "redis://", "unix://", "redis://a:b", "cache:6379"]
)
def test_another_redis_address_refused(text: str) -> None:
    (fault,) = faults_of({"REDIS_URL": text})

    assert fault.startswith("REDIS_URL: ")


@pytest.mark.parametrize(
    "name", ["CALLS_PER_SECOND", "RECONCILE_SECONDS", "HOTLINE_CLOCK_SPEED"]
)
@pytest.mark.parametrize("text", ["0", "-1", "nan", "inf", "often"])
def test_pace_is_number_above_zero(name: str, text: str) -> None:
    (fault,) = faults_of({name: text})

    assert fault.startswith(f"{name}: ")


def test_numbers_levels_and_moments_read() -> None:
    settings = read(
        CALLS_PER_SECOND="2.5",
        RECONCILE_SECONDS="2",
        LOG_LEVEL="debug",
        HOTLINE_CLOCK_SPEED="30",
        HOTLINE_CLOCK_ORIGIN="1700000000",
    )

    assert (settings.calls_per_second, settings.reconcile_seconds) == (2.5, 2.0)
    assert settings.log_level == "DEBUG"
    assert settings.clock_speed == 30.0
    assert settings.clock_origin == datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("LOG_LEVEL", "loud"),
        ("HOTLINE_CLOCK_ORIGIN", "yesterday"),
        ("HOTLINE_CLOCK_ORIGIN", "1e300"),
        ("HOTLINE_LINES", "/there/is/no/such/folder"),
        ("HOTLINE_DATA", __file__),
    ],
)
def test_nonsense_refused_by_name(name: str, text: str) -> None:
    (fault,) = faults_of({name: text})

    assert fault.startswith(f"{name}: ")


def test_all_faults_told_at_once() -> None:
    faults = faults_of(
        {"PUBLIC_URL": "x", "LOG_LEVEL": "x", "REDIS_URL": "x", "HOTLINE_LINES": "/x"}
    )

    assert sorted(fault.split(":")[0] for fault in faults) == [
        "HOTLINE_LINES",
        "LOG_LEVEL",
        "PUBLIC_URL",
        "REDIS_URL",
    ]


def test_half_account_refused() -> None:
    (no_token,) = faults_of({"TWILIO_ACCOUNT_SID": SID})
    (no_account,) = faults_of({"TWILIO_AUTH_TOKEN": "hush"})

    assert no_token.startswith("TWILIO_AUTH_TOKEN: ")
    assert no_account.startswith("TWILIO_ACCOUNT_SID: ")


def test_account_has_form_of_one() -> None:
    (fault,) = faults_of({"TWILIO_ACCOUNT_SID": "AC12", "TWILIO_AUTH_TOKEN": "hush"})

    assert fault.startswith("TWILIO_ACCOUNT_SID: ")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_secret_may_be_in_file(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "token"
    file.write_text("hush\n", encoding)

    settings = read(TWILIO_ACCOUNT_SID=SID, TWILIO_AUTH_TOKEN_FILE=str(file))

    assert settings.twilio_auth_token == SecretStr("hush")


def test_addresses_with_passwords_may_be_in_files(tmp_path: Path) -> None:
    (tmp_path / "redis").write_text("redis://:hush@cache/0")
    (tmp_path / "database").write_text("postgresql://u:hush@db/h")

    settings = read(
        REDIS_URL_FILE=str(tmp_path / "redis"),
        DATABASE_URL_FILE=str(tmp_path / "database"),
    )

    assert settings.redis_url == "redis://:hush@cache/0"
    assert settings.database_url == "postgresql+psycopg://u:hush@db/h"


def test_useless_secret_file_refused(tmp_path: Path) -> None:
    (tmp_path / "empty").write_text("\n")
    (tmp_path / "binary").write_bytes(b"\xff\xfe")

    for file in ("missing", "empty", "binary", "."):
        path = str(tmp_path / file)
        (fault,) = faults_of({"TELEGRAM_BOT_TOKEN_FILE": path})
        assert fault.startswith("TELEGRAM_BOT_TOKEN: TELEGRAM_BOT_TOKEN_FILE ")


def test_secret_given_twice_refused(tmp_path: Path) -> None:
    (fault,) = faults_of(
        {"TELEGRAM_BOT_TOKEN": "a", "TELEGRAM_BOT_TOKEN_FILE": str(tmp_path / "b")}
    )

    assert "keep one of the two" in fault


@pytest.mark.parametrize(
    ("slip", "meant"),
    [
        ("TWILIO_TOKEN", "TWILIO_AUTH_TOKEN"),
        ("HOTLINE_LINE", "HOTLINE_LINES"),
        ("REDIS_URI", "REDIS_URL"),
        ("CALL_PER_SECOND", "CALLS_PER_SECOND"),
        ("TWILIO_AUTH_TOKEN_FIL", "TWILIO_AUTH_TOKEN_FILE"),
    ],
)
def test_slip_told_with_right_name(slip: str, meant: str) -> None:
    (warning,) = read(**{slip: "x"}).get_warnings()

    assert warning.startswith(slip)
    assert f'"{meant}"' in warning


def test_unknown_own_name_told() -> None:
    (warning,) = read(HOTLINE_QQQQQQQQQ="x").get_warnings()

    assert warning.startswith("HOTLINE_QQQQQQQQQ")


def test_names_of_others_are_left_alone() -> None:
    assert read(PATH="/bin", HOME="/", LANG="C", PORT="8000").get_warnings() == []


def test_nothing_secret_shown() -> None:
    settings = read(
        TWILIO_ACCOUNT_SID=SID,
        TWILIO_AUTH_TOKEN=HUSH,
        REDIS_URL="redis://:hush@cache/0",
        DATABASE_URL="postgresql://u:hush@db/h",
        TELEGRAM_BOT_TOKEN=HUSH,
        TELEGRAM_WEBHOOK_SECRET=HUSH,
    )

    shown = f"{settings!r} {settings}"

    assert "hush" not in shown
    assert SID in shown


def test_process_asked_for_environment(tmp_path: Path) -> None:
    told = subprocess.run(
        [
            sys.executable,
            "-c",
            "from ivr.settings import Settings; print(Settings.from_process().data)",
        ],
        env={"HOTLINE_DATA": str(tmp_path), "PYTHONPATH": ":".join(sys.path)},
        capture_output=True,
        text=True,
        check=True,
    )

    assert told.stdout.strip() == str(tmp_path)


# --- the secrets of the house


def house(data: Path, **environ: str) -> Settings:
    return read(HOTLINE_DATA=str(data), **environ)


def test_secrets_made_once_for_owner_alone(tmp_path: Path) -> None:
    settings = house(tmp_path / "var")

    first = Secrets.load_secrets(settings)
    second = Secrets.load_secrets(settings)

    shelf = tmp_path / "var" / "secrets"
    files = sorted(shelf.iterdir())
    assert first == second
    assert stat.S_IMODE(shelf.stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    assert [file.name for file in files] == [
        "account-sid",
        "api-key",
        "api-key-secret",
        "auth-token",
        "flask-secret",
        "pseudonym-key",
        "token-key",
        "vault-keys",
    ]


def test_two_houses_have_different_secrets(tmp_path: Path) -> None:
    one, other = (Secrets.load_secrets(house(tmp_path / name)) for name in ("a", "b"))

    assert one.pseudonym_key != other.pseudonym_key
    assert one.auth_token != other.auth_token
    assert one.account_sid != other.account_sid


def test_given_account_used_and_not_kept(tmp_path: Path) -> None:
    secrets = Secrets.load_secrets(
        house(tmp_path, TWILIO_ACCOUNT_SID=SID, TWILIO_AUTH_TOKEN=HUSH)
    )

    assert (secrets.account_sid, secrets.auth_token.get_secret_value()) == (SID, "hush")
    assert not (tmp_path / "secrets" / "auth-token").exists()


def test_secrets_do_not_show_themselves(tmp_path: Path) -> None:
    secrets = Secrets.load_secrets(house(tmp_path))

    assert secrets.auth_token.get_secret_value() not in f"{secrets!r} {secrets}"
    assert str(secrets.auth_token) == "*" * 10


def test_processes_at_once_share_secrets(tmp_path: Path) -> None:
    tell = (
        "from ivr.settings import *; s = Secrets.load_secrets(Settings.from_process());"
        "print(*(key.get_secret_value() for key in (s.token_key, *s.vault_keys)),"
        "s.account_sid)"
    )
    processes = [
        subprocess.Popen(  # noqa: S603 - our own words
            [sys.executable, "-c", tell],
            env={"HOTLINE_DATA": str(tmp_path), "PYTHONPATH": ":".join(sys.path)},
            stdout=subprocess.PIPE,
        )
        for _ in range(4)
    ]

    told = {process.communicate()[0] for process in processes}

    assert len(told) == 1
    assert len(told.pop().split()) == 3
    assert len(list((tmp_path / "secrets").iterdir())) == 8


@pytest.mark.parametrize(
    ("name", "mode", "remedy"),
    [("secrets/token-key", 0o644, "chmod 600"), ("secrets", 0o755, "chmod 700")],
)
def test_secrets_that_others_can_read_are_refused(
    tmp_path: Path, name: str, mode: int, remedy: str
) -> None:
    Secrets.load_secrets(house(tmp_path))
    (tmp_path / name).chmod(mode)

    with pytest.raises(Faults) as refusal:
        Secrets.load_secrets(house(tmp_path))

    assert refusal.value.faults == (
        f"{tmp_path / name}: is open to others; run: {remedy} {tmp_path / name}",
    )


@pytest.mark.parametrize("name", ["token-key", "vault-keys", "account-sid"])
@pytest.mark.parametrize("text", ["", "short", "\N{BULLET}"])
def test_damaged_secret_refused_and_kept(tmp_path: Path, name: str, text: str) -> None:
    Secrets.load_secrets(house(tmp_path))
    path = tmp_path / "secrets" / name
    path.write_text(text, encoding="utf-8")

    with pytest.raises(Faults) as refusal:
        Secrets.load_secrets(house(tmp_path))

    (fault,) = refusal.value.faults
    assert fault.startswith(f"{path}: ")
    assert path.read_text(encoding="utf-8") == text


def test_vault_key_that_is_none_is_refused(tmp_path: Path) -> None:
    Secrets.load_secrets(house(tmp_path))
    (tmp_path / "secrets" / "vault-keys").write_text("a-long-text-that-is-no-key")

    with pytest.raises(Faults, match="is no Fernet key"):
        Secrets.load_secrets(house(tmp_path))


def test_new_vault_key_goes_on_top(tmp_path: Path) -> None:
    old = Secrets.load_secrets(house(tmp_path)).vault_keys[0].get_secret_value()
    fresh = Fernet.generate_key().decode()
    (tmp_path / "secrets" / "vault-keys").write_text(f"{fresh}\n{old}\n")

    keys = Secrets.load_secrets(house(tmp_path)).vault_keys

    assert [key.get_secret_value() for key in keys] == [fresh, old]


def test_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "secrets").write_text("a file where the folder should be")

    with pytest.raises(Faults, match="cannot be made"):
        Secrets.load_secrets(house(tmp_path))
