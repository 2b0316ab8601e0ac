"""Settings: the environment, read once, with every fault told at once."""

import difflib
import os
from collections.abc import Container, Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError
from pydantic_core import ErrorDetails

import ivr
from ivr.core.model.errors import Faults
from ivr.settings import forms, region

_OURS = "HOTLINE_"
_ALIKE = 0.8
"""From here on a name is taken for a slip of ours (difflib's ratio)."""


def _secret_field() -> Any:
    """A setting that is not printed and may be given as NAME_FILE."""
    return Field(default=None, repr=False)


class Settings(BaseModel):
    """The settings of one place. A variable is the field's name in capitals.

    ``public_url``, ``redis_url`` and ``database_url`` are None where `hotline up` uses
    its own loopback address, the bundled store and SQLite.
    """

    model_config = ConfigDict(
        alias_generator=str.upper, frozen=True, hide_input_in_errors=True
    )

    public_url: forms.PublicUrl | None = None
    redis_url: forms.RedisUrl | None = _secret_field()
    database_url: forms.DatabaseUrl | None = _secret_field()
    twilio_account_sid: forms.AccountSid | None = None
    twilio_auth_token: SecretStr | None = _secret_field()
    twilio_api_url: forms.ApiUrl = region.DEFAULT
    """By default that of the region, if one is given."""
    twilio_region: forms.Region = ""
    twilio_edge: forms.Edge = ""
    twilio_api_key_sid: forms.ApiKey | None = None
    twilio_api_key_secret: SecretStr | None = _secret_field()
    """With the key, operators are reached in the browser: it signs their tokens."""
    live_url: forms.PublicUrl | None = None
    """Where browsers reach the live process; by default the proxy leads the path
    /operator/events of ``public_url`` there."""
    telegram_bot_token: SecretStr | None = _secret_field()
    telegram_api_url: forms.ApiUrl = "https://api.telegram.org"
    telegram_webhook_secret: SecretStr | None = _secret_field()
    metrics_token: SecretStr | None = _secret_field()
    """Requests with this token may read /metrics; without a token, only this machine
    may."""
    calls_per_second: forms.AboveZero = 1.0
    """The pace of created calls; the carrier's default is one a second."""
    reconcile_seconds: forms.AboveZero = 15.0
    """How often our state is held against the carrier's."""
    log_level: forms.LogLevel = "INFO"
    lines: forms.PresentFolder = Field(
        default=Path(ivr.__file__).parent / "lines", alias="HOTLINE_LINES"
    )
    data: forms.Folder = Field(
        default_factory=lambda: Path("var").absolute(), alias="HOTLINE_DATA"
    )
    clock_speed: forms.AboveZero = Field(default=1.0, alias="HOTLINE_CLOCK_SPEED")
    """How many seconds pass for the service in a real one; for demonstrations."""
    clock_origin: forms.Moment | None = Field(
        default=None, alias="HOTLINE_CLOCK_ORIGIN"
    )
    """Where real and fast time agree; given to all processes, so that they agree."""
    _remarks: tuple[str, ...] = ()

    @classmethod
    def from_environ(cls, environ: Mapping[str, str]) -> "Settings":
        """The settings in ``environ``; Faults with all that is wrong."""
        given = {name: text.strip() for name, text in environ.items() if text.strip()}
        faults = [*_missing_halves(given)]
        texts = given | _read_secret_files(given, faults)
        place = texts.get("TWILIO_REGION", "").lower()
        edge = texts.get("TWILIO_EDGE", "").lower()
        api_url = texts.get("TWILIO_API_URL", "").rstrip("/")
        try:
            settings = cls.model_validate(
                {"TWILIO_API_URL": region.region_address(place, edge), **texts}
            )
        except ValidationError as error:
            faults += map(_describe_error, error.errors())
        faults += _region_mismatches(
            place, edge, api_url, {each.split(":")[0] for each in faults}
        )
        if faults:
            raise Faults(faults)
        remarks = *_find_slips(given), *region.list_remarks(place, api_url)
        settings._remarks = remarks  # noqa: SLF001 - its own
        return settings

    @classmethod
    def from_process(cls) -> "Settings":
        """The settings in this process's own environment."""
        return cls.from_environ(inherited_environment())

    @classmethod
    def variable_names(cls) -> dict[str, bool]:
        """The variables that are read, and of each whether it is hidden."""
        return {f.alias or "": not f.repr for f in cls.model_fields.values()}

    def get_warnings(self) -> list[str]:
        """Variables that look like ours and are not."""
        return [*self._remarks]


def inherited_environment() -> dict[str, str]:
    """A copy of this process's environment, for the processes that it starts."""
    return dict(os.environ)  # noqa: TID251 - the one reader of the environment


def _region_mismatches(
    place: str, edge: str, api_url: str, faulty: Container[str]
) -> Iterator[str]:
    """The settings that are right by themselves and do not fit together."""
    if "TWILIO_REGION" not in faulty and "TWILIO_EDGE" not in faulty:
        yield from region.find_mismatches(
            place, edge, "" if "TWILIO_API_URL" in faulty else api_url
        )


def _describe_error(error: ErrorDetails) -> str:
    return f"{error['loc'][0]}: {error['msg'].removeprefix('Value error, ')}"


def _read_secret_files(given: Mapping[str, str], faults: list[str]) -> dict[str, str]:
    """The texts of the files that the environment names instead of the texts."""
    texts = {}
    for name, hidden in Settings.variable_names().items():
        if hidden and f"{name}_FILE" in given:
            try:
                texts[name] = _secret_text(name, given)
            except ValueError as fault:
                faults.append(f"{name}: {fault}")
    return texts


def _secret_text(name: str, given: Mapping[str, str]) -> str:
    """The text of the file that NAME_FILE names."""
    if name in given:
        raise ValueError(f"{name}_FILE is given as well; keep one of the two")
    return _file_content(given[f"{name}_FILE"], f"{name}_FILE")


def _file_content(file: str, name: str) -> str:
    try:
        text = Path(file).read_text(encoding="utf-8-sig").strip()
    except (OSError, ValueError) as fault:
        why = fault.strerror if isinstance(fault, OSError) else "not a text in UTF-8"
        raise ValueError(f"{name} names {file}, which cannot be read ({why})") from None
    if not text:
        raise ValueError(f"{name} names {file}, which is empty; write the secret to it")
    return text


def _missing_halves(given: Mapping[str, str]) -> Iterator[str]:
    """A carrier that is configured by half: calls would fail one by one later."""
    account = "TWILIO_ACCOUNT_SID" in given
    token = "TWILIO_AUTH_TOKEN" in given or "TWILIO_AUTH_TOKEN_FILE" in given
    if account and not token:
        yield (
            "TWILIO_AUTH_TOKEN: is missing beside TWILIO_ACCOUNT_SID; give it, or"
            " TWILIO_AUTH_TOKEN_FILE"
        )
    if token and not account:
        yield "TWILIO_ACCOUNT_SID: is missing beside TWILIO_AUTH_TOKEN; give it"
    key = "TWILIO_API_KEY_SID" in given
    secret = "TWILIO_API_KEY_SECRET" in given or "TWILIO_API_KEY_SECRET_FILE" in given
    if key != secret:
        yield (
            "TWILIO_API_KEY_SID and TWILIO_API_KEY_SECRET: one is missing beside the"
            " other; give both, or neither"
        )


def _find_slips(given: Mapping[str, str]) -> Iterator[str]:
    names = Settings.variable_names()
    known = {*names} | {f"{name}_FILE" for name, hidden in names.items() if hidden}
    for name in sorted(set(given) - known):
        near = difflib.get_close_matches(name, sorted(known), 1, _ALIKE)
        if near:
            yield f'{name} is not a setting and is ignored; did you mean "{near[0]}"?'
        elif name.startswith(_OURS):
            yield f"{name} is not a setting and is ignored; remove it"
