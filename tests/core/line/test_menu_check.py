"""Each kind of fault in a line is found, and a faultless line has none."""

from typing import Any

import pytest

from ivr.core.line.menu import (
    Choice,
    Fallback,
    Language,
    LanguageMenu,
    Line,
    LocationStep,
    Menu,
    Node,
    Queue,
    Topic,
)
from ivr.core.line.menu_check import faults_of_line
from ivr.core.line.prompts import prompts_of_line
from ivr.core.line.wording import Words
from ivr.core.model.identifiers import LineKey
from ivr.core.model.values import replace

VOICES = {"uk-UA": {"Ukrainian-A"}, "en-GB": {"English-A", "English-B"}}


def choice(key: str, to: str, prompt: str = "topic.offer") -> Choice:
    return Choice(key=key, prompt=prompt, to=to, topic="help")


def menu(key: str, *exits: str) -> Menu:
    choices = tuple(choice(str(at), to) for at, to in enumerate(exits, start=1))
    return Menu(key=key, prompt=f"{key}.ask", choices=choices)


def nodes(*every: Node) -> dict[str, Node]:
    return {node.key: node for node in every}


FIRST = LanguageMenu(key="first", greeting="greeting", prompt="choose", to="topic")
LOCATION = LocationStep(key="location", to="waiting")
WAITING = Queue(key="waiting")
FAULTLESS = Line(
    key=LineKey("harbour"),
    title="Harbour",
    numbers=("+12025550123",),
    zone="UTC",
    languages={
        "uk": Language(code="uk", key="1", locale="uk-UA", voice="Ukrainian-A"),
        "en": Language(code="en", key="2", locale="en-GB", voice="English-A"),
    },
    topics={"help": Topic(key="help", urgency="urgent")},
    start="first",
    nodes=nodes(FIRST, menu("topic", "location"), LOCATION, WAITING),
    fallback=Fallback(topic="help", language="uk"),
    queue="waiting",
)


def words_of(line: Line) -> Words:
    """Words for everything that the line needs, with all that must be in them."""
    return {
        key: (" ".join([*(f"{{{name}}}" for name in prompt.fills), *prompt.keys]),)
        for key, prompt in prompts_of_line(line).items()
    }


def faults_of(line: Line) -> list[str]:
    spoken = dict.fromkeys(line.languages, words_of(line))
    return faults_of_line(line, spoken, {}, VOICES)


def with_nodes(*every: Node, **changes: Any) -> Line:
    return replace(FAULTLESS, nodes=nodes(*every), **changes)


def test_faultless_line_has_no_faults() -> None:
    assert faults_of(FAULTLESS) == []


# --- keys -----------------------------------------------------------------


def test_fifth_choice_is_too_many() -> None:
    line = with_nodes(FIRST, menu("topic", *["location"] * 5), LOCATION, WAITING)

    (fault,) = faults_of(line)

    assert fault.endswith("node.topic.choices: 5 choices; at most 4: leave some out")


@pytest.mark.parametrize("key", ["0", "9", "12", "*", "x"])
def test_choice_on_unusable_key_refused(key: str) -> None:
    only = Menu(key="topic", prompt="topic.ask", choices=(choice(key, "location"),))

    found = faults_of(with_nodes(FIRST, only, LOCATION, WAITING))

    assert len(found) == 1
    assert found[0].startswith(f"harbour/line.toml: node.topic.choices.{key}: ")
    assert "from 1 to 8" in found[0]


def test_two_languages_cannot_have_one_key() -> None:
    english = replace(FAULTLESS.languages["en"], key="1")
    line = replace(FAULTLESS, languages={**FAULTLESS.languages, "en": english})

    (fault,) = faults_of(line)

    assert fault.endswith('languages.en.key: "1" is the key of uk; take another')


def test_prompt_cannot_be_both_question_and_choice() -> None:
    torn = Menu(key="topic", prompt="torn", choices=(choice("1", "location", "torn"),))

    found = faults_of(with_nodes(FIRST, torn, LOCATION, WAITING))

    assert any('prompt "torn" is used where a key is spoken' in each for each in found)


# --- languages, topics, voices --------------------------------------------


def test_several_languages_need_choosing_menu() -> None:
    line = with_nodes(menu("topic", "location"), LOCATION, WAITING, start="topic")

    assert any("before a language is chosen" in fault for fault in faults_of(line))


def test_undecided_need_existing_language_and_topic() -> None:
    line = replace(
        FAULTLESS,
        fallback=replace(FAULTLESS.fallback, topic="hlep", language="ua"),
    )

    assert faults_of(line) == [
        'harbour/line.toml: undecided.language: no language "ua"; there is: en, uk',
        'harbour/line.toml: undecided.topic: no topic "hlep"; did you mean "help"?',
    ]


def test_topic_that_nobody_can_have_is_found() -> None:
    spare = Topic(key="spare", urgency="urgent")
    line = replace(FAULTLESS, topics={**FAULTLESS.topics, "spare": spare})

    (fault,) = faults_of(line)

    assert fault.endswith("topics.spare: no choice has this topic; use it or remove it")


@pytest.mark.parametrize(
    ("voice", "reason"),
    [
        ("English-C", '"English-C" does not speak en-GB; did you mean "English-'),
        ("Ukrainian-A", '"Ukrainian-A" does not speak en-GB'),
        ("woman", '"woman" is not bound to a language and may not speak en-GB at all'),
        ("man", '"man" is not bound to a language'),
    ],
)
def test_voice_of_other_language_refused(voice: str, reason: str) -> None:
    english = replace(FAULTLESS.languages["en"], voice=voice)
    line = replace(FAULTLESS, languages={**FAULTLESS.languages, "en": english})

    (fault,) = faults_of(line)

    assert fault.startswith(f"harbour/line.toml: languages.en.voice: {reason}")


# --- together -------------------------------------------------------------


def test_all_faults_listed_together_with_files() -> None:
    line = with_nodes(FIRST, menu("topic", "locaton", "waiting"), LOCATION, WAITING)
    words = {**words_of(line), "flow.back": ("Back.",)}

    found = faults_of_line(line, {"uk": words}, {"en": ["greting"]}, {})

    assert [fault.split(": ")[:2] for fault in found] == [
        ["harbour/line.toml", "node.topic.choices.1.to"],
        ["harbour/line.toml", "node.location"],
        ["harbour/line.toml", "languages.uk.voice"],
        ["harbour/line.toml", "languages.en.voice"],
        ["harbour/prompts/uk.po", "flow.back"],
        ["harbour/audio/uk", "missing audio"],
        ["harbour/audio/en", 'nothing speaks "greting"; did you mean "greeting"?'],
    ]
