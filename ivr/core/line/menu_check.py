"""Faults of a line: its menu, keys, voices, words and recordings.

All are listed together. Each fault names the file, the place in it and the remedy.
Empty names were refused when the files were read, and are skipped here.
"""

from collections.abc import Collection, Iterator, Mapping

from ivr.core.line.menu import RESERVED_KEYS, Choice, Language, LanguageMenu, Line, Menu
from ivr.core.line.menu_graph import shape_faults
from ivr.core.line.wording import Words, recording_faults, role_faults, wording_faults
from ivr.core.text.nearest import did_you_mean

MOST_CHOICES = 4
"""The most keys that one can remember while listening, besides repeat and back."""

KEYS = frozenset("123456789") - RESERVED_KEYS

ANY_LANGUAGE = frozenset({"man", "woman", "alice"})
"""Voices that carriers tie to no language: nobody knows what they would speak."""


def faults_of_line(
    line: Line,
    spoken: Mapping[str, Words],
    audio: Mapping[str, Collection[str]],
    voices: Mapping[str, Collection[str]],
) -> list[str]:
    """Everything that is wrong with the line.

    ``spoken`` has the words of each language, ``audio`` the recorded prompts of each
    language, ``voices`` the voices that speak each locale.
    """
    in_line = [
        *_choosing_faults(line),
        *shape_faults(line),
        *_language_faults(line),
        *_topic_faults(line),
        *_voice_faults(line, voices),
        *role_faults(line),
    ]
    in_words = [
        f"{line.key}/prompts/{language}.po: {fault}"
        for language, words in spoken.items()
        for fault in wording_faults(line, words)
    ]
    files = [f"{line.key}/line.toml: {fault}" for fault in in_line]
    return [*files, *in_words, *recording_faults(line, audio)]


def notices_of_line(line: Line) -> list[str]:
    """Settings that are no fault but may not do what somebody expects."""
    phones = line.phones
    if not phones.links_from or line.location_page:
        return []
    place = f"{line.key}/line.toml: messages.links_from"
    instead = f'reminders_from = "{phones.reminders_from or phones.links_from}"'
    why = "no caller is offered a link yet, for there is no page that it could lead to"
    return [f"{place}: {why}; to write to operators alone, write {instead} instead"]


def _choosing_faults(line: Line) -> Iterator[str]:
    for node in line.nodes.values():
        if isinstance(node, Menu):
            place = f"node.{node.key}.choices"
            yield from _too_many(place, len(node.choices))
            yield from (
                fault
                for choice in node.choices
                for fault in _key_faults(f"{place}.{choice.key}", choice.key)
            )
    yield from _too_many("languages", len(line.languages))


def _too_many(place: str, count: int) -> Iterator[str]:
    if count > MOST_CHOICES:
        yield f"{place}: {count} choices; at most {MOST_CHOICES}: leave some out"


def _key_faults(place: str, key: str) -> Iterator[str]:
    if key in RESERVED_KEYS:
        yield f"{place}: 9 repeats and 0 goes back everywhere; take a key from 1 to 8"
    elif key and key not in KEYS:
        yield f'{place}: "{key}" is not a key; take one from 1 to 8'


def _language_faults(line: Line) -> Iterator[str]:
    taken: dict[str, Language] = {}
    for language in line.languages.values():
        place = f"languages.{language.code}.key"
        yield from _key_faults(place, language.key)
        first = taken.setdefault(language.key, language)
        if first is not language and language.key:
            yield f'{place}: "{language.key}" is the key of {first.code}; take another'
    yield from _first_language_faults(line)


def _first_language_faults(line: Line) -> Iterator[str]:
    start = line.nodes.get(line.start)
    if len(line.languages) > 1 and start and not isinstance(start, LanguageMenu):
        yield (
            f'start: "{line.start}" would speak before a language is chosen; '
            'start with a node of kind "languages"'
        )
    if line.fallback.language and line.fallback.language not in line.languages:
        hint = did_you_mean(line.fallback.language, line.languages)
        yield f'undecided.language: no language "{line.fallback.language}"; {hint}'


def _topic_faults(line: Line) -> Iterator[str]:
    chosen = {"undecided.topic": line.fallback.topic}
    for node, choice in _choices_of(line):
        chosen[f"node.{node}.choices.{choice.key}.topic"] = choice.topic or ""
    for place, topic in chosen.items():
        if topic and topic not in line.topics:
            yield f'{place}: no topic "{topic}"; {did_you_mean(topic, line.topics)}'
    for topic in line.topics:
        if topic not in chosen.values():
            yield f"topics.{topic}: no choice has this topic; use it or remove it"


def _choices_of(line: Line) -> Iterator[tuple[str, Choice]]:
    for key, node in line.nodes.items():
        if isinstance(node, Menu):
            yield from ((key, choice) for choice in node.choices)


def _voice_faults(line: Line, voices: Mapping[str, Collection[str]]) -> Iterator[str]:
    for language in line.languages.values():
        fault = _voice_fault(language, voices)
        if fault:
            yield f"languages.{language.code}.voice: {fault}"


def _voice_fault(language: Language, voices: Mapping[str, Collection[str]]) -> str:
    voice, locale = language.voice, language.locale
    known = voices.get(locale, ())
    if not voice or not locale or voice in known:
        return ""
    if voice in ANY_LANGUAGE:
        return (
            f'"{voice}" is not bound to a language and may not speak {locale} at all; '
            f"{did_you_mean(voice, known)}"
        )
    if not known:
        return f"no voice is known for {locale}; {did_you_mean(locale, voices)}"
    return f'"{voice}" does not speak {locale}; {did_you_mean(voice, known)}'
