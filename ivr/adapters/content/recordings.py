"""The recorded prompts of a line: ``audio/<language>/<prompt>.wav`` or ``.mp3``."""

from collections.abc import Mapping
from pathlib import Path

SUFFIXES = (".wav", ".mp3")
"""What the carrier plays and what we look for; the first one found is used."""

Recordings = Mapping[str, Path]
"""Prompt to the file that is played instead of the voice."""


def recordings(folder: Path, origin: str, faults: list[str]) -> Recordings:
    """The recordings in the folder of one language; it may be missing."""
    found: dict[str, Path] = {}
    files = sorted(folder.iterdir()) if folder.is_dir() else []
    for file in files:
        if file.name.startswith("."):
            continue
        if file.suffix not in SUFFIXES or not file.is_file():
            faults.append(f"{origin}/{file.name}: not a .wav or .mp3; remove it")
        elif file.stem in found:
            faults.append(f"{origin}/{file.name}: recorded twice; keep one file")
        else:
            found[file.stem] = file
    return found
