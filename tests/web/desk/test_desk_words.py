"""The desk's words: every language says the same things, and nothing is missing."""

import re
import string
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

import ivr
from ivr.web.desk.render.words import (
    FOLDER,
    LANGUAGES,
    PLURAL_SUFFIX,
    load_catalogue,
    translate_to,
)

WEB = Path(ivr.__file__).parent / "web"
AREAS = sorted({path.stem for path in FOLDER.glob("*/*.po")})

# t("area.key") in a template or in Python, also t("area.key-" ~ more) and f"…{more}";
# message("area.key") says that key and its title.
USED = re.compile(
    r"""\b(t|message)\(\s*f?(["'])([a-z]+\.[a-z0-9.-]*)(\{)?[^"']*\2\s*(~)?"""
)


def words(language: str, area: str) -> Mapping[str, Message]:
    with (FOLDER / language / f"{area}.po").open("rb") as file:
        catalog: Catalog = read_po(file, abort_invalid=True)
    return {key_of(message): message for message in catalog if message.id}


def key_of(message: Message) -> str:
    return str(message.id[0] if isinstance(message.id, tuple) else message.id)


def forms_of(message: Message) -> tuple[str, ...]:
    said: Any = message.string
    return said if isinstance(said, tuple) else (said,)


def placeholders(message: Message) -> set[str]:
    return {
        name
        for form in forms_of(message)
        for _, name, _, _ in string.Formatter().parse(form)
        if name is not None
    }


def known() -> set[str]:
    return {key for area in AREAS for key in words("en", area)}


def used(text: str) -> Iterator[tuple[str, bool]]:
    """Which keys are used, and whether more is put behind them."""
    for found in USED.finditer(text):
        yield found[3], bool(found[4] or found[5])
        if found[1] == "message":
            yield f"{found[3]}-title", False


def everywhere() -> Iterator[tuple[str, str, bool]]:
    for path in sorted([*WEB.rglob("*.html"), *(WEB / "desk").rglob("*.py")]):
        for key, more in used(path.read_text(encoding="utf-8")):
            yield path.name, key, more


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_every_area(language: str) -> None:
    assert sorted(load_catalogue(language)) == AREAS
    assert "account" in AREAS


@pytest.mark.parametrize("area", AREAS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_says_same_things(language: str, area: str) -> None:
    told, english = words(language, area), words("en", area)

    assert set(told) == set(english)
    assert all(key.startswith(f"{area}.") for key in told)
    differing = {
        key
        for key, message in told.items()
        if placeholders(message) != placeholders(english[key])
        or isinstance(message.id, tuple) != isinstance(english[key].id, tuple)
    }
    assert differing == set()


@pytest.mark.parametrize("area", AREAS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_left_unsaid(language: str, area: str) -> None:
    with (FOLDER / language / f"{area}.po").open("rb") as file:
        catalog = read_po(file)
    forms = {"en": 2, "uk": 3, "ru": 3}[language]

    for message in catalog:
        if message.id:
            count = forms if isinstance(message.id, tuple) else 1
            assert len(forms_of(message)) == count, message.id
            assert all(form.strip() for form in forms_of(message)), message.id
            assert not message.fuzzy, message.id
    assert catalog.num_plurals == forms


@pytest.mark.parametrize("area", AREAS)
def test_counted_words_named_as_such(area: str) -> None:
    for key, message in words("en", area).items():
        if isinstance(message.id, tuple):
            assert message.id == (key, key + PLURAL_SUFFIX)
            assert "count" in placeholders(message)


def test_every_key_that_page_uses_has_words() -> None:
    keys = known()
    missing = [
        (place, key)
        for place, key, more in everywhere()
        if key not in keys and not (more and any(each.startswith(key) for each in keys))
    ]

    assert missing == []
    assert len(list(everywhere())) > 40


def test_search_finds_keys_however_they_are_written() -> None:
    written = """t("a.b") t('a.c', n=1) t("a.d-" ~ x) t(f"a.e-{x}", y=2) not("a.f")
    message(
        "a.g", 404
    )"""

    assert list(used(written)) == [
        ("a.b", False),
        ("a.c", False),
        ("a.d-", True),
        ("a.e-", True),
        ("a.g", False),
        ("a.g-title", False),
    ]


@pytest.mark.parametrize(
    ("language", "count", "said"),
    [
        ("en", 1, "in 1 second."),
        ("en", 2, "in 2 seconds."),
        ("uk", 1, "через 1 секунду."),
        ("uk", 3, "через 3 секунди."),
        ("uk", 11, "через 11 секунд."),
        ("uk", 21, "через 21 секунду."),
        ("ru", 2, "через 2 секунды."),
        ("ru", 12, "через 12 секунд."),
    ],
)
def test_numbers_counted_as_language_counts(
    language: str, count: int, said: str
) -> None:
    assert translate_to(
        language, "account.refused-too-often", {"count": count}
    ).endswith(said)


ONE_WORD = {
    "en": (
        *(" talk.", " talk ", "conversation", "the present ", "goes to a colleague"),
        *("news", "ops staff", "exact place", "the place is", "live state"),
    ),
    "uk": (
        *(
            "оберіть",
            "супервізор",
            "до колеги",
            "дзвінки до вас",
            "вас дійде",
            "до їх ",
        ),
        *("живий", "новин", "зачинен", "бракує", "місцем", "з лінії"),
    ),
    "ru": (
        *("супервизор", "к коллеге", "звонки к вам", "вас дойдёт", "живая", "новост"),
        *("закрыта", "не хватает", "местом", "на линии ж", "любому на", "мгновение"),
    ),
}
"""What was said beside another word for the same thing, or was no good language."""


@pytest.mark.parametrize("language", LANGUAGES)
def test_one_thing_has_one_word(language: str) -> None:
    found = {
        key: form
        for area in AREAS
        for key, message in words(language, area).items()
        for form in forms_of(message)
        if any(each in form.lower() for each in ONE_WORD[language])
    }

    assert found == {}


def test_key_without_words_shown_as_it_is() -> None:
    assert translate_to("uk", "account.no-such-key", {}) == "account.no-such-key"
    assert translate_to("uk", "nowhere.no-such-key", {"a": 1}) == "nowhere.no-such-key"
