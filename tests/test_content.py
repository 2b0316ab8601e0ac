"""The lines that are shipped: faultless, sayable, and written in their languages."""

import re
from datetime import UTC, datetime
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.adapters.content import ContentLibrary, check_lines, load_lines
from ivr.core.dialogue.flow import Answer, Pressed, Silence, advance, start_call
from ivr.core.dialogue.instructions import Gather, Instruction, Say
from ivr.core.dialogue.spoken import present_stage
from ivr.core.line.menu import Line, Menu, Parts
from ivr.core.line.prompts import COUNTED, ENGINE, prompts_of_line
from ivr.core.model.contact.caller import Caller
from ivr.core.model.contact.contact import Contact
from ivr.core.model.identifiers import ContactId, LineKey
from ivr.core.queue.estimate import LADDER

HOUSE = Path(__file__).parents[1] / "ivr"
LINES = HOUSE / "lines"
CONTENT = load_lines(LINES)
EXAMPLE = CONTENT.lines()[LineKey("example")]
NOW = datetime(2026, 1, 15, 12, tzinfo=UTC)

FILLED: dict[str, str | int] = {
    "key": "7",
    "place": 3,
    "digits": "0, 4, 4",
    "country": "44",
    "link": "https://hotline.example/location/token",
    "minutes": 12,
    "low": 10,
    "high": 15,
    "calls": 3,
    "language": "language-name.uk",
    "topic": "topic-name.how",
    "day": "weekday.fri",
    "start": "22:00",
    "end": "06:00",
}


def spoken(language: str, prompt: str) -> str:
    return CONTENT.text(EXAMPLE.key, language, prompt, FILLED)


def sentences(language: str) -> dict[str, str]:
    """All that is spoken, but for names inside of it, and what is written instead."""
    return {
        prompt: spoken(language, prompt)
        for prompt in prompts_of_line(EXAMPLE)
        if not prompt.startswith((*NAMES, *WRITTEN))
    }


NAMES = ("language-name.", "topic-name.", "weekday.")
LINK = "location.message"
WRITTEN = (LINK, "shift.")

every_language = pytest.mark.parametrize("language", EXAMPLE.languages)


# --- the contract of the example line -------------------------------------


def test_shipped_lines_faultless_in_every_language() -> None:
    assert check_lines(LINES) == []


def test_example_line_keeps_relied_on_names() -> None:
    languages = {each.key: code for code, each in EXAMPLE.languages.items()}
    topic = EXAMPLE.nodes["topic"]

    assert EXAMPLE.numbers == ("+12025550101", "+12025550102")
    assert languages == {"1": "uk", "2": "ru", "3": "en"}
    assert isinstance(topic, Menu)
    assert [
        (choice.key, EXAMPLE.topics[choice.topic or ""].urgency)
        for choice in topic.choices
    ] == [("1", "urgent"), ("2", "family"), ("3", "information")]


def test_recorded_answers_have_five_long_parts() -> None:
    answers = EXAMPLE.nodes["how"]

    assert isinstance(answers, Parts)
    assert len(answers.parts) >= 5
    # Speech is about 14 characters a second in each of the three languages.
    lengths = [
        len(spoken(language, part))
        for language in EXAMPLE.languages
        for part in answers.parts
    ]
    assert min(lengths) >= 20 * 14
    assert max(lengths) <= 450


# --- the words ------------------------------------------------------------

# By their numbers, because they look alike: the letters of the other alphabets.
FOREIGN = {
    "uk": re.compile("[A-Za-z\u044a\u044b\u044d\u0451]", re.IGNORECASE),
    "ru": re.compile("[A-Za-z\u0454\u0456\u0457\u0491]", re.IGNORECASE),
    "en": re.compile("[\u0400-\u04ff]"),
}


@every_language
def test_no_text_has_letter_of_another_language(language: str) -> None:
    texts = {prompt: spoken(language, prompt) for prompt in prompts_of_line(EXAMPLE)}
    texts[LINK] = texts[LINK].replace(str(FILLED["link"]), "")

    assert [key for key in texts if FOREIGN[language].search(texts[key])] == []


@every_language
def test_every_text_made_of_whole_sentences(language: str) -> None:
    whole = re.compile(r"[^\W\d_][^.?:]*([.?:] \S[^.?:]*)*[.?]")

    texts = sentences(language)

    assert [key for key in texts if not whole.fullmatch(texts[key])] == []
    assert [key for key in texts if texts[key][0].islower()] == []
    assert [key for key in texts if "  " in texts[key]] == []


@every_language
def test_every_sentence_is_short_enough_to_follow(language: str) -> None:
    words = {
        key: max(len(each.split()) for each in re.split(r"[.?:] ", text))
        for key, text in sentences(language).items()
    }

    assert [key for key in words if words[key] > 24] == []


def test_no_two_languages_share_text() -> None:
    for prompt in prompts_of_line(EXAMPLE):
        assert len({spoken(code, prompt) for code in EXAMPLE.languages}) == 3


NOUNS = {
    "uk": {1: "хвилина", 2: "хвилини", 5: "хвилин"},
    "ru": {1: "минута", 2: "минуты", 5: "минут"},
    "en": {1: "minute", 2: "minutes", 5: "minutes"},
}
SAME_FORM = {
    "uk": {1: 1, 2: 2, 5: 5, 11: 5, 21: 1, 22: 2, 25: 5, 111: 5, 120: 5},
    "ru": {1: 1, 2: 2, 5: 5, 11: 5, 21: 1, 22: 2, 25: 5, 111: 5, 120: 5},
    "en": {1: 1, 2: 2, 5: 2, 11: 2, 21: 2, 22: 2, 25: 2, 111: 2, 120: 2},
}
"""A count to the smallest one with the same form of the noun."""


@every_language
@pytest.mark.parametrize(
    ("prompt", "counted"),
    [each for each in COUNTED.items() if each[1] in {"minutes", "high"}],
)
def test_minutes_spoken_in_numbers_form(
    language: str, prompt: str, counted: str
) -> None:
    for count, like in SAME_FORM[language].items():
        values = {**FILLED, "low": 999, counted: count}
        text = CONTENT.text(EXAMPLE.key, language, prompt, values)

        assert re.search(rf"\b{count} {NOUNS[language][like]}\b", text), text


@every_language
def test_every_told_range_speakable(language: str) -> None:
    for low, high in combinations(LADDER, 2):
        values = {"low": low, "high": high}
        text = CONTENT.text(EXAMPLE.key, language, "wait.range", values)

        assert [int(each) for each in re.findall(r"\d+", text)] == [low, high]


@pytest.mark.parametrize("prompt", ["operator.missed", "operator.sent-away"])
@pytest.mark.parametrize(
    ("language", "calls", "words"),
    [
        ("uk", 1, "1 дзвінок."),
        ("uk", 2, "2 дзвінки."),
        ("uk", 5, "5 дзвінків."),
        ("uk", 11, "11 дзвінків."),
        ("uk", 21, "21 дзвінок."),
        ("uk", 22, "22 дзвінки."),
        ("ru", 1, "1 звонок."),
        ("ru", 4, "4 звонка."),
        ("ru", 5, "5 звонков."),
        ("ru", 12, "12 звонков."),
        ("ru", 21, "21 звонок."),
        ("en", 1, "1 call."),
        ("en", 2, "2 calls."),
        ("en", 21, "21 calls."),
    ],
)
def test_missed_calls_counted_as_each_language_counts(
    prompt: str, language: str, calls: int, words: str
) -> None:
    text = CONTENT.text(EXAMPLE.key, language, prompt, {"calls": calls})

    assert words in text


def test_waiting_for_information_hears_retention() -> None:
    kept = {code: spoken(code, "how.6") for code in EXAMPLE.languages}

    assert "not recorded" in kept["en"]
    assert "не записується" in kept["uk"]
    assert "не записывается" in kept["ru"]


# --- the words and the code -----------------------------------------------


def test_rules_prompts_required_of_lines() -> None:
    named = re.compile(
        r'"((?:flow|location|wait|after|operator|shift)\.[a-z0-9.-]*[a-z0-9])"'
    )
    sources = [*(HOUSE / "core").glob("*.py"), *(HOUSE / "actions").glob("*.py")]

    found = {key for path in sources for key in named.findall(path.read_text("utf-8"))}

    assert found - ENGINE.keys() == set()


def a_call(line: Line) -> Contact:
    return Contact(
        id=ContactId("call-1"),
        line=line.key,
        caller=Caller(line.numbers[0], is_reachable=True),
        started=NOW,
    )


def says(instructions: list[Instruction]) -> list[Say]:
    found: list[Say] = []
    for each in instructions:
        found.extend(each.prompts if isinstance(each, Gather) else ())
        found.extend([each] if isinstance(each, Say) else ())
    return found


def heard(content: ContentLibrary, line: Line, call: Contact) -> list[str]:
    return [
        content.text(line.key, say.language, say.prompt, say.values)
        for say in says(present_stage(line, call))
    ]


KEYS = st.sampled_from([*"0123456789", "044", "5678"]).map(Pressed)
ANSWERS: st.SearchStrategy[Answer] = st.one_of(KEYS, st.just(Silence()))


@settings(max_examples=150)
@given(st.lists(ANSWERS, max_size=25))
def test_any_keys_lead_to_speakable(
    answers: list[Answer],
) -> None:
    call = start_call(EXAMPLE, a_call(EXAMPLE), is_open=True).call

    for answer in answers:
        assert all("{" not in text for text in heard(CONTENT, EXAMPLE, call))
        call = advance(EXAMPLE, call, answer, NOW).call
