"""The words of a line in one language: a gettext catalogue, ``prompts/uk.po``.

The message identifiers are the prompts' keys. An entry without words, or one
that is marked fuzzy, counts as not translated.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from gettext import GNUTranslations
from io import BytesIO

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.plurals import get_plural
from babel.messages.pofile import PoFileError, read_po

from ivr.core.line.prompts import COUNTED
from ivr.core.line.wording import Words

PLURAL_SUFFIX = "-plural"
"""The second identifier of an entry that counts, as in ``operator.waited-plural``."""

_ENTRY = re.compile(r'^msgid "(.+)"$', re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """The words of one language: ``words`` to check, ``translations`` to speak."""

    words: Words
    translations: GNUTranslations

    def __contains__(self, prompt: str) -> bool:
        return prompt in self.words

    def text(self, prompt: str, values: Mapping[str, str | int]) -> str:
        """The words of a prompt, in the form that goes with the value it counts."""
        count = values.get(COUNTED[prompt]) if prompt in COUNTED else None
        if not isinstance(count, int):
            return self.translations.gettext(prompt)
        return self.translations.ngettext(prompt, prompt + PLURAL_SUFFIX, count)


def read_catalogue(
    origin: str, language: str, text: str, faults: list[str]
) -> Catalogue | None:
    """The words in a file; what is wrong with it is added to ``faults``.

    None when it cannot be read at all.
    """
    try:
        file = BytesIO(text.encode())
        catalog = read_po(file, ignore_obsolete=True, abort_invalid=True)
        translations = _compile_catalog(catalog)
    except (PoFileError, UnicodeError, ValueError) as error:
        faults.append(f"{origin}: not a gettext catalogue in UTF-8: {error}; mend it")
        return None
    found = [
        *_header_faults(catalog, language),
        *_repeated_entries(text),
        *_uneven_entries(catalog),
    ]
    faults.extend(f"{origin}: {fault}" for fault in found)
    return Catalogue(words=_read_words(catalog), translations=translations)


def _header_faults(catalog: Catalog, language: str) -> list[str]:
    said, forms = catalog.locale_identifier, get_plural(language).num_plurals
    if said != language:
        # A copied file whose words were never translated betrays itself here.
        wrong = f"the header says {said or 'nothing'}"
        return [f'Language: {wrong}; write "Language: {language}"']
    if catalog.num_plurals != forms:
        wrong = f"the header says {catalog.num_plurals} forms, {language} has {forms}"
        return [f"Plural-Forms: {wrong}; take the rule of the language"]
    return []


def _repeated_entries(text: str) -> list[str]:
    keys = _ENTRY.findall(text)
    twice = sorted({key for key in keys if keys.count(key) > 1})
    return [f"{key}: is there more than once; keep one" for key in twice]


def _uneven_entries(catalog: Catalog) -> list[str]:
    """The entries that count and have one form, and the other way round."""
    faults = []
    for message in _messages_in(catalog):
        key = _key_of(message)
        if key in COUNTED and not message.pluralizable:
            plural = f'write msgid_plural "{key}{PLURAL_SUFFIX}" and every msgstr[n]'
            faults.append(f"{key}: counts, and has one form; {plural}")
        if message.pluralizable and key not in COUNTED:
            faults.append(f"{key}: does not count; write one msgstr")
    return faults


def _read_words(catalog: Catalog) -> Words:
    return {
        _key_of(message): _forms_of(message)
        for message in _messages_in(catalog)
        if _is_translated(message, catalog.num_plurals)
    }


def _is_translated(message: Message, plurals: int) -> bool:
    forms = _forms_of(message)
    wanted = plurals if message.pluralizable else 1
    return not message.fuzzy and len(forms) >= wanted and all(map(str.strip, forms))


def _compile_catalog(catalog: Catalog) -> GNUTranslations:
    compiled = BytesIO()
    write_mo(compiled, catalog)
    compiled.seek(0)
    return GNUTranslations(compiled)


def _messages_in(catalog: Catalog) -> list[Message]:
    """The entries; the header is the one without an identifier."""
    return [message for message in catalog if message.id]


def _key_of(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def _forms_of(message: Message) -> tuple[str, ...]:
    words = message.string
    return (words,) if isinstance(words, str) else tuple(words or ())
