"""Runs an exchange in the foreground: `python -m exchange --help`."""

import os
import signal
import threading
from pathlib import Path

import click

from exchange.hosts.server import ExchangeServer, ServerConfig
from exchange.kernel.config import CHARACTERS_PER_SECOND, CLIENT_SILENCE, Config, Number

TOKEN_NAME = "TWILIO_AUTH_TOKEN"  # noqa: S105 - the name of a variable
KEY_NAME = "TWILIO_API_KEY_SID"
SECRET_NAME = "TWILIO_API_KEY_SECRET"  # noqa: S105 - the name of a variable


@click.command()
@click.option("--port", default=0, help="Port on loopback; 0 finds a free one.")
@click.option("--service", required=True, help="Where the service really listens.")
@click.option("--public-url", default="", help="The address the service is signed as.")
@click.option("--account", required=True, help="The account SID, AC…")
@click.option(
    "--token-file", type=click.Path(path_type=Path), help="File with the auth token."
)
@click.option(
    "--api-key",
    default="",
    envvar=KEY_NAME,
    help=f"Key of clients' access tokens, SK…; its secret is in {SECRET_NAME}.",
)
@click.option(
    "--api-secret-file", type=click.Path(path_type=Path), help="File with that secret."
)
@click.option(
    "--client-silence",
    default=CLIENT_SILENCE,
    envvar="EXCHANGE_CLIENT_SILENCE",
    show_default=True,
    help="Seconds after which a browser out of touch loses its call.",
)
@click.option("--speed", default=1.0, help="Exchange seconds in a real second.")
@click.option("--calls-per-second", default=1.0, help="Pace of created calls.")
@click.option(
    "--characters-per-second",
    default=CHARACTERS_PER_SECOND,
    envvar="EXCHANGE_CHARACTERS_PER_SECOND",
    show_default=True,
    help="How fast is spoken.",
)
@click.option("--number", "numbers", multiple=True, help="A number of the account.")
@click.option("--voice-path", default="/voice/incoming", help="Where calls go.")
@click.option(
    "--status-path", default="/voice/status", help="Address for notices of ended calls."
)
@click.option("--fallback-path", default="/voice/fallback", help="Where faults go.")
@click.option("--fetch-media/--no-fetch-media", default=True, help="Fetch recordings.")
@click.option("--seed", type=int, help="Seed of chance; none gives other sids.")
def main(**given: object) -> None:
    """Run a telephone exchange for the service until SIGTERM."""
    server = ExchangeServer(_read_config(given))
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: stop.set())
    with server:
        click.echo(f"exchange ready on {server.url}")
        stop.wait()


def _read_config(given: dict[str, object]) -> ServerConfig:
    service = str(given["service"]).rstrip("/")
    public = str(given["public_url"]).rstrip("/") or service
    key = str(given["api_key"])
    exchange = Config(
        account=str(given["account"]),
        token=_read_secret(given["token_file"], TOKEN_NAME, "--token-file"),
        api_key=key,
        api_secret=_api_secret(key, given["api_secret_file"]),
        numbers=tuple(
            _read_number(n, public, given) for n in _texts_of(given["numbers"])
        ),
        client_silence=_number_of(given["client_silence"]),
        characters_per_second=_number_of(given["characters_per_second"]),
        calls_per_second=_number_of(given["calls_per_second"]),
        fetch_media=bool(given["fetch_media"]),
    )
    return ServerConfig(
        exchange=exchange,
        port=int(_number_of(given["port"])),
        speed=_number_of(given["speed"]),
        seed=None if given["seed"] is None else int(_number_of(given["seed"])),
        bases={public: service},
    )


def _read_number(number: str, public: str, given: dict[str, object]) -> Number:
    return Number(
        number=number,
        voice_url=public + str(given["voice_path"]),
        voice_fallback_url=public + str(given["fallback_path"]),
        status_callback=public + str(given["status_path"]),
    )


def _api_secret(key: str, file: object) -> str:
    # Without a key there are no clients, and no secret is asked for.
    return _read_secret(file, SECRET_NAME, "--api-secret-file") if key else ""


def _read_secret(file: object, name: str, option: str) -> str:
    # Never an option: command lines are shown to everybody on the machine.
    if isinstance(file, Path):
        return file.read_text(encoding="utf-8").strip()
    secret = os.environ.get(name, "")  # noqa: TID251 - the process begins here
    if not secret:
        raise click.UsageError(f"give {option} or set {name}")
    return secret


def _texts_of(value: object) -> tuple[str, ...]:
    return tuple(str(each) for each in value) if isinstance(value, tuple) else ()


def _number_of(value: object) -> float:
    return float(str(value))


if __name__ == "__main__":
    main()
