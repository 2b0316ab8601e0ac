"""The desk's words, in the language of the account that is signed in.

Catalogues are ``ivr/web/words/<language>/<area>.po``; their message identifiers are
keys. A key without words is shown as it is, and a test finds it.
"""

from collections.abc import Mapping
from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import Response, request

from ivr.core.model.account import LANGUAGES
from ivr.web.desk.security.guard import find_account

__all__ = [
    "LANGUAGES",
    "current_language",
    "load_catalogue",
    "remember_language",
    "t",
    "translate_to",
]

FOLDER = Path(__file__).parents[2] / "words"
COOKIE = "__Host-language"
A_YEAR = 365 * 24 * 60 * 60
PLURAL_SUFFIX = "-plural"
COUNT = "count"


@cache
def load_catalogue(language: str) -> Mapping[str, NullTranslations]:
    """The words of a language, an area each."""
    return {
        path.stem: _compile_catalogue(path)
        for path in sorted((FOLDER / language).glob("*.po"))
    }


def translate_to(language: str, key: str, values: Mapping[str, Any]) -> str:
    """The words of a key with its placeholders filled; counted by ``count``."""
    words = load_catalogue(language).get(key.partition(".")[0])
    if words is None:
        return key
    count = values.get(COUNT)
    said = (
        words.ngettext(key, key + PLURAL_SUFFIX, count)
        if isinstance(count, int)
        else words.gettext(key)
    )
    return said.format_map(values) if values else said


def t(key: str, **values: Any) -> str:
    """The words of a key in the language of this request."""
    return translate_to(current_language(), key, values)


def current_language() -> str:
    """The language of the account; before sign-in the chosen or the browser's."""
    if (account := find_account()) and account.language in LANGUAGES:
        return account.language
    chosen = request.cookies.get(COOKIE)
    if chosen in LANGUAGES:
        return chosen
    return request.accept_languages.best_match(LANGUAGES, default="en") or "en"


def remember_language(response: Response, chosen: str) -> None:
    """Let a browser remember the language that was chosen before sign-in."""
    response.set_cookie(
        COOKIE, chosen, A_YEAR, secure=True, httponly=True, samesite="Lax", path="/"
    )


def _compile_catalogue(path: Path) -> GNUTranslations:
    compiled = BytesIO()
    with path.open("rb") as file:
        write_mo(compiled, read_po(file, abort_invalid=True))
    compiled.seek(0)
    return GNUTranslations(compiled)
