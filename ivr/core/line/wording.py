"""Faults of a line's words: they must say what is needed, in every language."""

from collections.abc import Collection, Iterator, Mapping
from string import Formatter

from ivr.core.line.menu import Line
from ivr.core.line.prompts import (
    Prompt,
    language_name,
    prompts_of_line,
    prompts_of_nodes,
    topic_name,
)
from ivr.core.text.nearest import did_you_mean

Words = Mapping[str, tuple[str, ...]]
"""Each prompt's texts: several for an entry that counts, one for each plural form."""


def role_faults(line: Line) -> list[str]:
    """The prompts that one node uses with a key and another without."""
    fills: dict[str, frozenset[str]] = {}
    clashes = {
        key
        for key, prompt in [*prompts_of_line(line).items(), *prompts_of_nodes(line)]
        if fills.setdefault(key, prompt.fills) != prompt.fills
    }
    return [
        f'prompt "{key}" is used where a key is spoken and where none is; '
        "use two prompts"
        for key in sorted(clashes)
    ]


def wording_faults(line: Line, words: Words) -> list[str]:
    """The faults in the words of one language: missing, too much or wrong."""
    prompts = prompts_of_line(line)
    faults = [
        f'{key}: missing translation; write its msgstr and remove "fuzzy"'
        for key in prompts
        if key not in words
    ]
    for key, texts in words.items():
        if key not in prompts:
            faults.append(f"{key}: nothing speaks this; {did_you_mean(key, prompts)}")
            continue
        for text in texts:
            faults.extend(
                f"{key}: {fault}" for fault in _text_faults(prompts[key], text)
            )
    return faults


def _text_faults(prompt: Prompt, text: str) -> Iterator[str]:
    if len(text) > prompt.longest:
        yield (
            f"over-long: {len(text)} characters; "
            f"shorten it to {prompt.longest} or divide it"
        )
    for key in sorted(prompt.keys):
        if key not in text:
            yield f"does not name the key {key}; say it as a digit"
    yield from _placeholder_faults(prompt, text)


def _placeholder_faults(prompt: Prompt, text: str) -> Iterator[str]:
    try:
        said = set(_find_placeholders(text))
    except ValueError:
        yield "a brace is never closed or never opened; write {name}"
        return
    for name in sorted(prompt.fills - said):
        yield f"does not say {{{name}}}; put it where the words need it"
    for name in sorted(said - prompt.fills):
        yield f"nothing fills {{{name}}}; {did_you_mean(name, prompt.fills)}"


def _find_placeholders(text: str) -> Iterator[str]:
    """The names in braces, with everything inside: ``{key!r}`` is no name."""
    for _, name, layout, conversion in Formatter().parse(text):
        if name is not None:
            tail = f":{layout}" if layout else ""
            yield name + (f"!{conversion}" if conversion else "") + tail


def recording_faults(line: Line, audio: Mapping[str, Collection[str]]) -> list[str]:
    """The faults of the recordings: ``audio`` has the prompts of each language."""
    everywhere = {key for keys in audio.values() for key in keys}
    return [
        f"{line.key}/audio/{language}: {fault}"
        for language in line.languages
        for fault in (
            *_missing_audio(everywhere, audio.get(language, ())),
            *_useless_audio(line, audio.get(language, ())),
        )
    ]


def _missing_audio(
    everywhere: Collection[str], recorded: Collection[str]
) -> Iterator[str]:
    for key in sorted(set(everywhere) - set(recorded)):
        yield (
            f'missing audio: "{key}" is recorded in another language; '
            "record it here too, or nowhere"
        )


def _useless_audio(line: Line, recorded: Collection[str]) -> Iterator[str]:
    prompts = prompts_of_line(line)
    never_alone = {
        *map(language_name, line.languages),
        *map(topic_name, line.topics),
    }
    for key in sorted(recorded):
        if key not in prompts:
            yield f'nothing speaks "{key}"; {did_you_mean(key, prompts)}'
        elif key in never_alone or prompts[key].fills - {"key"}:
            yield f'"{key}" changes with each call and must not be recorded; remove it'
