"""One hotline as its folder says it: the line, its words, recordings and rules."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from ivr.adapters.content.catalogue import Catalogue, read_catalogue
from ivr.adapters.content.line_file import NAME, read_line
from ivr.adapters.content.recordings import Recordings, list_folder, read_recordings
from ivr.adapters.content.voices import VOICES
from ivr.core.line import menu_check
from ivr.core.line.menu import Line
from ivr.core.model.errors import Faults
from ivr.core.model.identifiers import LineKey
from ivr.core.rules import rules_check
from ivr.core.text.nearest import did_you_mean
from ivr.core.text.text_files import read_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Hotline:
    """A line with everything that it says, read once.

    ``notices`` tell what is no fault and does not do what somebody may expect.
    """

    line: Line
    catalogues: Mapping[str, Catalogue]
    audio: Mapping[str, Recordings]
    rules_text: str
    notices: Sequence[str] = ()


def read_hotline(
    folder: Path, faults: list[str], today: date | None = None
) -> Hotline | None:
    """The hotline in a folder; everything wrong with it is added to ``faults``.

    Changes of the clocks are looked for from ``today`` on, if it is given.
    """
    key = LineKey(folder.name)
    if not NAME.fullmatch(key):
        faults.append(
            f"{key}: not a name for a line; use small letters, digits, single hyphens"
        )
    toml = _read_text(folder / "line.toml", f"{key}/line.toml", faults)
    line = read_line(key, toml, faults) if toml else None
    rules_text = _rules_text(folder, line, today, faults)
    if line is None:
        return None
    hotline = Hotline(
        line=line,
        catalogues=_read_catalogues(folder, line, faults),
        audio=_find_recordings(folder, line, faults),
        rules_text=rules_text,
        notices=_find_notices(line, rules_text),
    )
    spoken = {code: each.words for code, each in hotline.catalogues.items()}
    faults.extend(menu_check.faults_of_line(line, spoken, hotline.audio, VOICES))
    return hotline


def _find_notices(line: Line, rules_text: str) -> list[str]:
    origin = f"{line.key}/rules.toml"
    return [
        *menu_check.notices_of_line(line),
        *rules_check.notices_of_rules(rules_text, line, origin),
    ]


def _rules_text(
    folder: Path, line: Line | None, today: date | None, faults: list[str]
) -> str:
    origin = f"{folder.name}/rules.toml"
    text = _read_text(folder / "rules.toml", origin, faults)
    if text:
        faults.extend(rules_check.faults_of_rules(text, line, today, origin))
    return text


def _read_catalogues(
    folder: Path, line: Line, faults: list[str]
) -> dict[str, Catalogue]:
    catalogues = {}
    for code in line.languages:
        origin = f"{line.key}/prompts/{code}.po"
        text = _read_text(folder / "prompts" / f"{code}.po", origin, faults)
        if text:
            catalogue = read_catalogue(origin, code, text, faults)
            catalogues.update({code: catalogue} if catalogue else {})
    present = [path.stem for path in (folder / "prompts").glob("*.po")]
    _refuse_unknown(f"{line.key}/prompts", present, line, faults)
    return catalogues


def _find_recordings(
    folder: Path, line: Line, faults: list[str]
) -> dict[str, Recordings]:
    origin = f"{line.key}/audio"
    audio = folder / "audio"
    found = list_folder(audio, origin, faults)
    if not found:
        return {}
    present = [path.name for path in found if not path.name.startswith(".")]
    _refuse_unknown(origin, present, line, faults)
    return {
        code: read_recordings(audio / code, f"{origin}/{code}", faults)
        for code in line.languages
    }


def _refuse_unknown(
    origin: str, names: Iterable[str], line: Line, faults: list[str]
) -> None:
    for name in sorted(set(names) - set(line.languages)):
        hint = did_you_mean(name, line.languages)
        faults.append(f'{origin}: the line has no language "{name}"; {hint}')


def _read_text(path: Path, origin: str, faults: list[str]) -> str:
    """The text of a file; empty, and a fault is kept, when there is none to read."""
    try:
        text = read_text(path.read_bytes(), origin)
    except OSError as error:
        faults.append(f"{origin}: cannot be read: {error.strerror}; put it there")
    except Faults as error:
        faults.extend(error.faults)
    else:
        if text.strip():
            return text
        faults.append(f"{origin}: is empty; the example line shows what belongs in it")
    return ""
