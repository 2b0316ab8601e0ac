"""Words and recordings: nothing missing, nothing too much, nothing unsayable."""

from collections.abc import Mapping

import pytest

from ivr.core.line.menu import Fallback, Language, Line, Parts, Queue, Topic
from ivr.core.line.prompts import ENGINE, prompts_of_line
from ivr.core.line.wording import recording_faults, wording_faults
from ivr.core.model.identifiers import LineKey

LINE = Line(
    key=LineKey("harbour"),
    title="Harbour",
    numbers=("+12025550123",),
    zone="UTC",
    languages={
        code: Language(code=code, key=key, locale="", voice="")
        for code, key in (("uk", "1"), ("en", "2"))
    },
    topics={"help": Topic(key="help", urgency="urgent")},
    start="how",
    nodes={
        "how": Parts(key="how", parts=("how.1",), controls="how.keys", to="waiting"),
        "waiting": Queue(key="waiting"),
    },
    fallback=Fallback(topic="help", language="uk"),
    queue="waiting",
)


def faults_of(changed: Mapping[str, str | None]) -> list[str]:
    """The faults of faultless words of which some are changed or left out."""
    texts = {
        key: " ".join([*(f"{{{name}}}" for name in prompt.fills), *prompt.keys])
        for key, prompt in prompts_of_line(LINE).items()
    }
    said = {**texts, **changed}.items()
    return wording_faults(
        LINE, {key: (text,) for key, text in said if text is not None}
    )


def test_complete_words_are_faultless() -> None:
    assert faults_of({}) == []


def test_line_needs_names_for_languages_and_topics() -> None:
    names = prompts_of_line(LINE).keys() - ENGINE.keys()

    assert names == {
        "how.1",
        "how.keys",
        "language-name.uk",
        "language-name.en",
        "topic-name.help",
    }


def test_missing_translation_found() -> None:
    (fault,) = faults_of({"location.ask": None})

    assert fault.startswith("location.ask: missing translation; ")


def test_unspoken_words_named_with_nearest() -> None:
    (fault,) = faults_of({"location.aks": "Where?"})

    assert fault == ('location.aks: nothing speaks this; did you mean "location.ask"?')


def test_choice_not_naming_key_found() -> None:
    (fault,) = faults_of({"flow.back": "You can go back."})

    assert fault.startswith("flow.back: does not say {key}; ")


@pytest.mark.parametrize("key", ["1", "2", "9", "0"])
def test_words_forgetting_fixed_key_found(key: str) -> None:
    (fault,) = faults_of({"how.keys": "Press 1, 2, 9 or 0.".replace(key, "")})

    assert fault.startswith(f"how.keys: does not name the key {key}; ")


@pytest.mark.parametrize(
    "text", ["{name}", "{}", "{0}", "{key}", "{place.real}", "{place!r}", "{place:>9}"]
)
def test_placeholder_that_nothing_fills_is_found(text: str) -> None:
    (fault,) = faults_of({"wait.place": f"{{place}} {text}"})

    assert fault.startswith(f"wait.place: nothing fills {text}; ")


@pytest.mark.parametrize("text", ["{place} {", "{place} }", "{place} {key"])
def test_brace_that_stands_alone_is_found(text: str) -> None:
    (fault,) = faults_of({"wait.place": text})

    assert fault.startswith("wait.place: a brace is never closed or never opened; ")


def test_over_long_prompt_found() -> None:
    (fault,) = faults_of({"wait.stay": "a" * 301})

    assert fault.startswith("wait.stay: over-long: 301 characters; ")


def test_recorded_part_may_be_longer_than_question() -> None:
    (fault,) = faults_of({"how.1": "a" * 451, "wait.stay": "a" * 300})

    assert fault.startswith("how.1: over-long: 451 characters; ")


def test_every_form_of_plural_looked_at() -> None:
    forms = ("{minutes} minute", "minutes")
    words = dict.fromkeys(prompts_of_line(LINE), ("{minutes}",))

    found = wording_faults(LINE, {**words, "operator.waited": forms})

    waited = [fault for fault in found if fault.startswith("operator.waited")]
    assert len(waited) == 1
    assert "does not say {minutes}" in waited[0]


def test_recording_missed_in_other_language() -> None:
    (fault,) = recording_faults(LINE, {"uk": ["how.1"]})

    assert fault.startswith('harbour/audio/en: missing audio: "how.1" ')


@pytest.mark.parametrize("key", ["wait.place", "operator.waited", "topic-name.help"])
def test_changing_prompt_cannot_be_recorded(key: str) -> None:
    found = recording_faults(LINE, {"uk": [key], "en": [key]})

    assert [fault.split(": ")[0] for fault in found] == [
        "harbour/audio/uk",
        "harbour/audio/en",
    ]
    assert all("must not be recorded" in fault for fault in found)


def test_choice_may_be_recorded_with_key() -> None:
    assert recording_faults(LINE, {"uk": ["flow.back"], "en": ["flow.back"]}) == []


def test_recording_that_nothing_speaks_is_found() -> None:
    found = recording_faults(LINE, {"uk": ["wait.sty"], "en": ["wait.sty"]})

    nothing = 'nothing speaks "wait.sty"; did you mean "wait.stay"?'
    assert found == [f"harbour/audio/{code}: {nothing}" for code in ("uk", "en")]
