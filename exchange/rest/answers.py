"""The shapes REST answers have in common: errors, lists, dates, booleans."""

from collections.abc import Sequence
from datetime import UTC, datetime
from urllib.parse import urlencode

from exchange.kernel.http_types import RestAnswer, RestRequest
from exchange.state.exchange_state import ExchangeState

ROOT = "/2010-04-01/Accounts"
DEFAULT_PAGE, LARGEST_PAGE = 50, 1000
_PAGING = {"Page", "PageSize", "PageToken"}


class RestError(Exception):
    """A refusal with the HTTP status and the carrier's own code."""

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code

    def answer(self) -> RestAnswer:
        """Return the refusal as it goes over the wire."""
        body = {
            "code": self.code,
            "message": str(self),
            "more_info": f"https://www.twilio.com/docs/errors/{self.code}",
            "status": self.status,
        }
        return RestAnswer(status=self.status, body=body)


def not_found(path: str) -> RestError:
    """Return the refusal for something that is not there."""
    return RestError(404, 20404, f"The requested resource {path} was not found")


def invalid_parameter(name: str, value: str, code: int = 20001) -> RestError:
    """Return the refusal of a parameter's value."""
    return RestError(400, code, f"Invalid value {value!r} for parameter {name}")


def resource_path(state: ExchangeState, tail: str) -> str:
    """Return the path of a resource of this account."""
    return f"{ROOT}/{state.config.account}/{tail}"


def flag_parameter(request: RestRequest, name: str) -> bool | None:
    """Return a boolean parameter, None when it was not given."""
    value = request.get(name).lower()
    if value not in {"", "true", "false"}:
        raise invalid_parameter(name, value)
    return None if not value else value == "true"


def number_parameter(request: RestRequest, name: str, default: float) -> float:
    """Return a numeric parameter."""
    value = request.get(name)
    if value and not value.isdigit():
        raise invalid_parameter(name, value)
    return float(value) if value else default


def moment_parameter(request: RestRequest, name: str) -> float:
    """Return a parameter that is a moment or a day, in seconds; 0 without one."""
    value = request.get(name)
    if not value:
        return 0.0
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        raise invalid_parameter(name, value) from None
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp()


def page_of(
    request: RestRequest, key: str, items: Sequence[dict[str, object]]
) -> RestAnswer:
    """Return one page of a list, with the fields for going on."""
    size = (
        min(int(number_parameter(request, "PageSize", DEFAULT_PAGE)), LARGEST_PAGE) or 1
    )
    page = int(number_parameter(request, "Page", 0))
    start = page * size
    shown = list(items[start : start + size])
    more = start + size < len(items)
    body: dict[str, object] = {
        key: shown,
        "first_page_uri": _page_uri(request, 0, size),
        "next_page_uri": _page_uri(request, page + 1, size) if more else None,
        "previous_page_uri": _page_uri(request, page - 1, size) if page else None,
        "page": page,
        "page_size": size,
        "start": start,
        "end": max(start, start + len(shown) - 1),
        "uri": _page_uri(request, page, size),
    }
    return RestAnswer(status=200, body=body)


def _page_uri(request: RestRequest, page: int, size: int) -> str:
    kept = [(k, v) for k, v in request.params if k not in _PAGING]
    query = urlencode([*kept, ("PageSize", str(size)), ("Page", str(page))])
    return f"{request.path}?{query}"
