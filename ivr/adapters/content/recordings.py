"""The recorded prompts of a line: ``audio/<language>/<prompt>.wav`` or ``.mp3``."""

from collections.abc import Mapping
from pathlib import Path

from ivr.adapters.content.sound import sound_fault

SUFFIXES = (".wav", ".mp3")
"""The suffixes that the carrier plays and we look for; the first one found is used."""

Recordings = Mapping[str, Path]
"""Prompt to the file that is played instead of the voice."""


def read_recordings(folder: Path, origin: str, faults: list[str]) -> Recordings:
    """The recordings in the folder of one language; it may be missing."""
    found: dict[str, Path] = {}
    for file in list_folder(folder, origin, faults):
        if file.name.startswith("."):
            continue
        if file.suffix not in SUFFIXES and file.suffix.lower() in SUFFIXES:
            faults.append(f"{origin}/{file.name}: write {file.suffix.lower()} instead")
        elif file.suffix not in SUFFIXES or not file.is_file():
            faults.append(f"{origin}/{file.name}: not a .wav or .mp3; remove it")
        elif file.stem in found:
            faults.append(f"{origin}/{file.name}: recorded twice; keep one file")
        else:
            found[file.stem] = file
    faults.extend(_sounds_wrong(found, origin))
    return found


def list_folder(folder: Path, origin: str, faults: list[str]) -> list[Path]:
    """The entries of a folder that may be missing; any other problem is a fault."""
    try:
        return sorted(folder.iterdir())
    except FileNotFoundError:
        if folder.is_symlink():
            faults.append(f"{origin}: is a link to nothing; remove it")
    except OSError as error:
        faults.append(
            f"{origin}: cannot be read as a folder: {error.strerror}; put a folder"
            " there that can be read, or remove it"
        )
    return []


def _sounds_wrong(found: Recordings, origin: str) -> list[str]:
    wrong = ((file.name, sound_fault(file)) for file in found.values())
    return [f"{origin}/{name}: {fault}" for name, fault in wrong if fault]
