"""The form of each setting: one reader each, ValueError with the remedy.

No message repeats the text that was read: it may be, or hold, a password.
"""

import ipaddress
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import SplitResult, urlsplit

from pydantic import AfterValidator, BeforeValidator, Field

from ivr.settings import region

ACCOUNT_SID = re.compile(r"AC[0-9a-fA-F]{32}")
"""The provider's form of an account: https://www.twilio.com/docs/glossary/what-is-a-sid"""

API_KEY = re.compile(r"SK[0-9a-fA-F]{32}")
"""The provider's form of an API key."""


def public_url(text: str) -> str:
    """The address at which the carrier reaches us, without a closing slash."""
    url = _web_address(text, 'write it like "https://hotline.example.org"')
    return url.geturl().rstrip("/")


def api_url(text: str) -> str:
    """Scheme and host of somebody's API; plain HTTP on loopback alone."""
    remedy = 'write only scheme and host, like "https://api.twilio.com"'
    url = _web_address(text, remedy)
    if url.path.rstrip("/"):
        raise ValueError(f"has a path; {remedy}")
    if url.scheme == "http" and not _is_loopback(url.hostname or ""):
        raise ValueError("is plain http to another machine; use https")
    return url.geturl().rstrip("/")


def redis_url(text: str) -> str:
    """The address of a Redis or Valkey server."""
    remedy = 'write it like "redis://127.0.0.1:6379/0", rediss:// or unix:///path'
    url = _split_address(text, remedy)
    if url.scheme not in {"redis", "rediss", "unix"}:
        raise ValueError(f"is not an address of a Redis server; {remedy}")
    if not (url.path if url.scheme == "unix" else url.hostname):
        raise ValueError(f"names no server; {remedy}")
    return text


def database_url(text: str) -> str:
    """The address of the call log's database, with the driver that we carry."""
    remedy = 'write it like "postgresql://user:password@host/name" or "sqlite:////path"'
    url = _split_address(text, remedy)
    if url.scheme in {"postgres", "postgresql", "postgresql+psycopg"}:
        return "postgresql+psycopg" + text[len(url.scheme) :]
    if url.scheme == "sqlite" and text.startswith("sqlite:///"):
        return text
    raise ValueError(f"is neither PostgreSQL nor SQLite; {remedy}")


def account_sid(text: str) -> str:
    """An account of the carrier."""
    if not ACCOUNT_SID.fullmatch(text):
        raise ValueError(
            "is not an account SID; copy the 34 characters that begin with AC"
            " from the carrier's console"
        )
    return text


def api_key(text: str) -> str:
    """An API key of the carrier's account."""
    if not API_KEY.fullmatch(text):
        raise ValueError(
            "is no API key; copy the 34 characters that begin with SK from the"
            " carrier's console"
        )
    return text


def read_moment(text: str) -> datetime:
    """A moment given as Unix seconds."""
    try:
        return datetime.fromtimestamp(float(text), tz=UTC)
    except (ValueError, OverflowError, OSError):
        raise ValueError("is no moment; write it in Unix seconds") from None


def read_folder(path: Path) -> Path:
    """A folder that may still have to be made; absolute."""
    path = path.expanduser().absolute()
    if path.exists() and not path.is_dir():
        raise ValueError(f"{path} is not a folder; name a folder")
    return path


def existing_folder(path: Path) -> Path:
    """A folder that is there already; absolute."""
    path = read_folder(path)
    if not path.is_dir():
        raise ValueError(f"there is no folder {path}; make it or correct the name")
    return path


def _split_address(text: str, remedy: str) -> SplitResult:
    try:
        url = urlsplit(text)
        _ = url.port  # is read, and can be wrong, only when asked for
    except ValueError:
        raise ValueError(f"is not an address; {remedy}") from None
    return url


def _web_address(text: str, remedy: str) -> SplitResult:
    url = _split_address(text, remedy)
    if url.scheme not in {"http", "https"} or not url.hostname:
        raise ValueError(f"is not an http(s) address; {remedy}")
    if url.username is not None or url.password is not None:
        raise ValueError(f"holds a user name or password; {remedy}")
    if "?" in text or "#" in text or re.search(r"\s", text):
        raise ValueError(f"has a query, a fragment or a space; {remedy}")
    return url


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


PublicUrl = Annotated[str, AfterValidator(public_url)]
ApiUrl = Annotated[str, AfterValidator(api_url)]
RedisUrl = Annotated[str, AfterValidator(redis_url)]
DatabaseUrl = Annotated[str, AfterValidator(database_url)]
AccountSid = Annotated[str, AfterValidator(account_sid)]
ApiKey = Annotated[str, AfterValidator(api_key)]
Region = Annotated[str, AfterValidator(region.known_region)]
Edge = Annotated[str, AfterValidator(region.known_edge)]
Folder = Annotated[Path, AfterValidator(read_folder)]
PresentFolder = Annotated[Path, AfterValidator(existing_folder)]
Moment = Annotated[datetime, BeforeValidator(read_moment)]
AboveZero = Annotated[float, Field(gt=0, allow_inf_nan=False)]
LogLevel = Annotated[
    Literal["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"], BeforeValidator(str.upper)
]
