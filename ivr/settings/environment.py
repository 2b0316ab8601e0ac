"""Settings: the environment, read once, with every fault told at once."""

import difflib
import os
from collections.abc import Iterator, Mapping
from dataclasses import Field, dataclass, field, fields
from datetime import datetime
from pathlib import Path
from typing import Any

import ivr
from ivr.core.model.errors import Faults
from ivr.settings import forms, region
from ivr.settings.forms import Reader
from ivr.settings.secret import Secret

_OURS = "HOTLINE_"
_ALIKE = 0.8
"""From here on a name is taken for a slip of ours (difflib's ratio)."""


def _by(read: Reader, name: str = "") -> dict[str, Any]:
    return {"read": read, "name": name}


def _hidden(read: Reader) -> dict[str, Any]:
    """A setting that is not printed and may be given as NAME_FILE."""
    return {"read": read, "file": True}


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What differs from place to place. A variable is the field's name in capitals.

    ``public_url``, ``redis_url`` and ``database_url`` are None where `hotline up`
    shall use its own loopback address, the bundled store and SQLite.
    """

    public_url: str | None = field(default=None, metadata=_by(forms.public_url))
    redis_url: str | None = field(
        default=None, repr=False, metadata=_hidden(forms.redis_url)
    )
    database_url: str | None = field(
        default=None, repr=False, metadata=_hidden(forms.database_url)
    )
    twilio_account_sid: str | None = field(
        default=None, metadata=_by(forms.account_sid)
    )
    twilio_auth_token: Secret | None = field(
        default=None, metadata=_hidden(forms.secret)
    )
    twilio_api_url: str = field(default=region.DEFAULT, metadata=_by(forms.api_url))
    """By default that of the region, if one is given."""
    twilio_region: str = field(default="", metadata=_by(region.region))
    twilio_edge: str = field(default="", metadata=_by(region.edge))
    twilio_api_key_sid: str | None = field(default=None, metadata=_by(forms.api_key))
    twilio_api_key_secret: Secret | None = field(
        default=None, metadata=_hidden(forms.secret)
    )
    """With the key, operators are reached in the browser: it signs their tokens."""
    live_url: str | None = field(default=None, metadata=_by(forms.public_url))
    """Where browsers reach the live process; by default the proxy leads the path
    /operator/events of ``public_url`` there."""
    telegram_bot_token: Secret | None = field(
        default=None, metadata=_hidden(forms.secret)
    )
    telegram_api_url: str = field(
        default="https://api.telegram.org", metadata=_by(forms.api_url)
    )
    telegram_webhook_secret: Secret | None = field(
        default=None, metadata=_hidden(forms.secret)
    )
    metrics_token: Secret | None = field(default=None, metadata=_hidden(forms.secret))
    """With it the figures of /metrics are for whoever sends it; without, for this
    machine alone."""
    calls_per_second: float = field(default=1.0, metadata=_by(forms.above_zero))
    """The pace of created calls; the carrier's default is one a second."""
    reconcile_seconds: float = field(default=15.0, metadata=_by(forms.above_zero))
    """How often our state is held against the carrier's."""
    log_level: str = field(default="INFO", metadata=_by(forms.log_level))
    lines: Path = field(
        default=Path(ivr.__file__).parent / "lines",
        metadata=_by(forms.present_folder, "HOTLINE_LINES"),
    )
    data: Path = field(
        default_factory=lambda: Path("var").absolute(),
        metadata=_by(forms.folder, "HOTLINE_DATA"),
    )
    clock_speed: float = field(
        default=1.0, metadata=_by(forms.above_zero, "HOTLINE_CLOCK_SPEED")
    )
    """How many seconds the house counts in a real one; for demonstrations."""
    clock_origin: datetime | None = field(
        default=None, metadata=_by(forms.moment, "HOTLINE_CLOCK_ORIGIN")
    )
    """Where real and fast time agree; given to all processes, so that they agree."""
    remarks: tuple[str, ...] = ()

    @classmethod
    def from_environ(cls, environ: Mapping[str, str]) -> "Settings":
        """The settings in ``environ``; Faults with all that is wrong."""
        given = {name: text for name, text in environ.items() if text.strip()}
        faults: list[str] = []
        values = dict(_read(given, faults))
        faults.extend(_halves(given))
        place = values.get("twilio_region", ""), values.get("twilio_edge", "")
        api_url = values.get("twilio_api_url")
        if not any(
            each.startswith(("TWILIO_REGION", "TWILIO_EDGE")) for each in faults
        ):
            faults.extend(region.mismatches(*place, api_url))
        if faults:
            raise Faults(faults)
        values.setdefault("twilio_api_url", region.address(*place))
        remarks = (*_slips(given), *region.remarks(place[0], api_url))
        return cls(**values, remarks=remarks)

    @classmethod
    def from_process(cls) -> "Settings":
        """The settings in this process's own environment."""
        return cls.from_environ(inherited())

    def warnings(self) -> list[str]:
        """Variables that look like ours and are not."""
        return list(self.remarks)

    def shown(self) -> dict[str, str]:
        """Each variable with its value, masked where it may hold a secret."""
        return {_name(f): _shown(f, getattr(self, f.name)) for f in _variables()}


def inherited() -> dict[str, str]:
    """A copy of this process's environment, for the processes that it starts."""
    return dict(os.environ)  # noqa: TID251 - the one reader of the environment


def _variables() -> list[Field[Any]]:
    return [f for f in fields(Settings) if "read" in f.metadata]


def _name(setting: Field[Any]) -> str:
    return setting.metadata.get("name") or setting.name.upper()


def _shown(setting: Field[Any], value: object) -> str:
    if value is None:
        return ""
    return "***" if setting.metadata.get("file") else str(value)


def _read(given: Mapping[str, str], faults: list[str]) -> Iterator[tuple[str, Any]]:
    for setting in _variables():
        name = _name(setting)
        try:
            text = (
                _text(name, given) if setting.metadata.get("file") else given.get(name)
            )
            if text is not None:
                yield setting.name, setting.metadata["read"](text.strip())
        except ValueError as fault:
            faults.append(f"{name}: {fault}")


def _text(name: str, given: Mapping[str, str]) -> str | None:
    """The text of NAME, or of the file that NAME_FILE names."""
    file = given.get(f"{name}_FILE")
    if file is None:
        return given.get(name)
    if name in given:
        raise ValueError(f"{name}_FILE is given as well; keep one of the two")
    return _content(file.strip(), f"{name}_FILE")


def _content(file: str, name: str) -> str:
    try:
        text = Path(file).read_text(encoding="utf-8-sig").strip()
    except (OSError, ValueError) as fault:
        why = fault.strerror if isinstance(fault, OSError) else "not a text in UTF-8"
        raise ValueError(f"{name} names {file}, which cannot be read ({why})") from None
    if not text:
        raise ValueError(f"{name} names {file}, which is empty; write the secret to it")
    return text


def _halves(given: Mapping[str, str]) -> Iterator[str]:
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


def _slips(given: Mapping[str, str]) -> Iterator[str]:
    known = {_name(f) for f in _variables()}
    known |= {f"{_name(f)}_FILE" for f in _variables() if f.metadata.get("file")}
    for name in sorted(set(given) - known):
        near = difflib.get_close_matches(name, sorted(known), 1, _ALIKE)
        if near:
            yield f'{name} is not a setting and is ignored; did you mean "{near[0]}"?'
        elif name.startswith(_OURS):
            yield f"{name} is not a setting and is ignored; take it away"
