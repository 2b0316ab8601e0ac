"""The lines of the service and their words, read from a folder once."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from ivr.adapters.content.hotline import Hotline, read_hotline
from ivr.core.line.menu import Line
from ivr.core.model.errors import Faults, NotFound
from ivr.core.model.identifiers import LineKey


class ContentLibrary:
    """Every hotline of the service; fills the ``Content`` port."""

    def __init__(self, hotlines: Mapping[LineKey, Hotline]) -> None:
        self._hotlines = hotlines
        self._lines = {key: each.line for key, each in hotlines.items()}
        self._by_number = {
            number: line for line in self._lines.values() for number in line.numbers
        }

    def lines(self) -> Mapping[LineKey, Line]:
        """Every line of the service by its key."""
        return self._lines

    def line_of(self, number: str) -> Line | None:
        """The line that answers ``number`` (E.164)."""
        return self._by_number.get(number)

    def text(
        self, line: LineKey, language: str, prompt: str, values: Mapping[str, str | int]
    ) -> str:
        """The words of a prompt with its placeholders filled.

        A value that is itself a prompt, such as ``topic-name.how``, is spoken as
        that prompt. An entry that counts takes the form for the value it counts.
        Raises NotFound for a prompt that nobody wrote.
        """
        catalogue = self._hotline_of(line).catalogues[
            self._spoken_language(line, language)
        ]
        if prompt not in catalogue:
            raise NotFound(f"{line}: no prompt {prompt}")
        words = catalogue.text(prompt, values)
        named = {
            name: catalogue.text(value, {})
            for name, value in values.items()
            if isinstance(value, str) and value in catalogue
        }
        return words.format_map({**values, **named})

    def audio(self, line: LineKey, language: str, prompt: str) -> str | None:
        """The recording of a prompt, relative to the line's audio folder, if any."""
        spoken = self._spoken_language(line, language)
        file = self._hotline_of(line).audio.get(spoken, {}).get(prompt)
        return f"{spoken}/{file.name}" if file else None

    def audio_file(self, line: LineKey, language: str, name: str) -> Path | None:
        """The file of a recording, by its name such as ``location.ask.wav``.

        Only what was found when the lines were read is ever given out: no path
        is made from ``name``.
        """
        hotline = self._hotlines.get(line)
        files = hotline.audio.get(language, {}).values() if hotline else ()
        return next((file for file in files if file.name == name), None)

    def rules_text(self, line: LineKey) -> str:
        """The rule set that the line is shipped with, as TOML."""
        return self._hotline_of(line).rules_text

    def _hotline_of(self, line: LineKey) -> Hotline:
        if line not in self._hotlines:
            raise NotFound(f"no line {line}")
        return self._hotlines[line]

    def _spoken_language(self, line: LineKey, language: str) -> str:
        """The language itself, or the line's own if it does not speak that one.

        A call may be older than the line's files, and an operator may speak a
        language that the line does not.
        """
        spoken = self._hotline_of(line).line
        return language if language in spoken.languages else spoken.fallback.language


def load_lines(folder: Path) -> ContentLibrary:
    """Every line in the folder; raises Faults with everything that is wrong with them.

    A date alone is no fault here: the service must open on every day.
    """
    hotlines, faults = _read_folder(folder)
    if faults:
        raise Faults(faults)
    return ContentLibrary(hotlines)


def check_lines(folder: Path, today: date | None = None) -> list[str]:
    """Everything that is wrong with the lines in the folder; empty if nothing is.

    Changes of the clocks are looked for from ``today`` on, if it is given.
    """
    return _read_folder(folder, today)[1]


def find_notices(folder: Path) -> list[str]:
    """Settings of the lines that are no fault but may not do what somebody expects."""
    hotlines, _ = _read_folder(folder)
    return [said for each in hotlines.values() for said in each.notices]


def _read_folder(
    folder: Path, today: date | None = None
) -> tuple[dict[LineKey, Hotline], list[str]]:
    faults: list[str] = []
    found = [read_hotline(each, faults, today) for each in _line_folders(folder)]
    hotlines = {each.line.key: each for each in found if each}
    if not found:
        faults.append(f"{folder}: no line in it; make a folder with a line.toml")
    faults.extend(_shared_numbers(hotlines))
    return hotlines, faults


def _line_folders(folder: Path) -> list[Path]:
    """The folders of the lines; a name that begins with a dot or ``_`` is no line's."""
    if not folder.is_dir():
        return []
    return sorted(
        each
        for each in folder.iterdir()
        if each.is_dir() and not each.name.startswith((".", "_"))
    )


def _shared_numbers(hotlines: Mapping[LineKey, Hotline]) -> list[str]:
    owners: dict[str, LineKey] = {}
    faults = []
    for key, hotline in hotlines.items():
        for number in hotline.line.numbers:
            if number in owners:
                faults.append(
                    f'{key}/line.toml: numbers: "{number}" is already a number of '
                    f'"{owners[number]}"; a number belongs to one line, once'
                )
            owners.setdefault(number, key)
    return faults
