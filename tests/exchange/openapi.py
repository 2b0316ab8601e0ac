"""REST traffic held against the carrier's own OpenAPI document.

    spec = Spec.load(path)                     # .json or .json.gz
    spec.check_request("POST", url, form)      # raises Mismatch
    spec.check_response("POST", url, 201, body)

The document describes successes only, so that answers of 400 and above are checked
for the carrier's error shape instead.
"""

import gzip
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self
from urllib.parse import parse_qsl, urlencode, urlsplit

from openapi_core import OpenAPI
from openapi_core.exceptions import OpenAPIError
from openapi_core.testing import MockRequest, MockResponse

HOST = "https://api.twilio.com"
ERROR_FIELDS = {"code", "message", "more_info", "status"}
_REFUSED = 400
_EMPTY = 204
Names = list[tuple[str, re.Pattern[str], frozenset[str]]]
Pairs = Iterable[tuple[str, str]]


class Mismatch(AssertionError):
    """A request or an answer is not what the carrier's document describes."""


@dataclass(frozen=True, slots=True)
class Spec:
    """The carrier's document, loaded once."""

    openapi: OpenAPI
    names: Names

    @classmethod
    def load(cls, path: Path) -> Self:
        """Return the document in a file; this takes a second or two."""
        opener = gzip.open if path.suffix == ".gz" else open
        with opener(path, "rb") as file:
            document = json.load(file)
        return cls(OpenAPI.from_dict(document), _known_names(document))

    def check_request(self, method: str, url: str, form: Pairs = ()) -> None:
        """Raise Mismatch unless the document allows this request."""
        form = list(form)
        try:
            self.openapi.validate_request(_request(method, url, form))
        except OpenAPIError as fault:
            raise Mismatch(f"{method} {url}: {_reasons(fault)}") from fault
        self._check_names(method, url, form)

    def _check_names(self, method: str, url: str, form: Pairs) -> None:
        parts = urlsplit(url)
        given = {name for name, _ in (*form, *parse_qsl(parts.query))}
        for known_method, path, names in self.names:
            if known_method == method.upper() and path.fullmatch(parts.path):
                if given - names:
                    raise Mismatch(f"{method} {url} takes no {sorted(given - names)}")
                return

    def check_response(self, method: str, url: str, status: int, body: object) -> None:
        """Raise Mismatch unless the document (or the error shape) allows this."""
        if status >= _REFUSED:
            _check_refusal(method, url, status, body)
            return
        given = MockResponse(
            data=b"" if status == _EMPTY else json.dumps(body).encode(),
            status_code=status,
            content_type="application/json",
        )
        try:
            self.openapi.validate_response(_request(method, url, ()), given)
        except OpenAPIError as fault:
            raise Mismatch(f"{method} {url}: {_reasons(fault)}") from fault


def _request(method: str, url: str, form: Pairs) -> MockRequest:
    parts = urlsplit(url)
    pairs = [*form, *parse_qsl(parts.query)]
    in_query = method.upper() == "GET"
    args: dict[str, Any] = dict(pairs) if in_query else {}
    return MockRequest(
        HOST,
        method.lower(),
        parts.path,
        args=args,
        headers={"Authorization": "Basic eDp5"},
        data=b"" if in_query else urlencode(pairs).encode(),
        content_type="application/x-www-form-urlencoded",
    )


def _check_refusal(method: str, url: str, status: int, body: object) -> None:
    if not isinstance(body, Mapping) or set(body) != ERROR_FIELDS:
        raise Mismatch(f"{method} {url}: {status} without the fields of an error")
    if body["status"] != status:
        raise Mismatch(f"{method} {url}: the body says {body['status']}, not {status}")


def _known_names(document: Mapping[str, Any]) -> Names:
    """Return which parameters each operation takes, by its path as a pattern.

    The published document lets unknown ones pass, so that a misspelt name would go
    unnoticed.
    """
    return [
        (method.upper(), re.compile(_pattern(path)), _names(operation))
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
        if method in {"get", "post", "delete"}
    ]


def _pattern(path: str) -> str:
    return re.sub(r"\\{\w+\\}", "[^/]+", re.escape(path))


def _names(operation: Mapping[str, Any]) -> frozenset[str]:
    content = operation.get("requestBody", {}).get("content", {})
    fields = {n for media in content.values() for n in media["schema"]["properties"]}
    queries = {p["name"] for p in operation.get("parameters", ()) if p["in"] == "query"}
    return frozenset(fields | queries)


def _reasons(fault: BaseException) -> str:
    reasons, cause = [str(fault)], fault.__cause__
    while cause is not None:
        errors = getattr(cause, "schema_errors", ())
        reasons = [str(each.message) for each in errors] or reasons
        cause = cause.__cause__
    return "; ".join(reasons)
