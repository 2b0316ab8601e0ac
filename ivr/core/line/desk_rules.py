"""What a line asks of its operators' desk: dispositions, and what must be written."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Required(StrEnum):
    """What an operator may be asked to write of every call."""

    DISPOSITION = "disposition"
    NOTE = "note"


class EarlierRecords(StrEnum):
    """Whose notes of a caller's earlier calls an operator may read."""

    OWN = "own"
    LINE = "line"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskRules:
    """What a line says of its desk.

    ``dispositions`` has, for each code, its title in each language of the desk, in
    the order in which they are offered.
    """

    dispositions: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    required: tuple[Required, ...] = ()
    earlier_notes: EarlierRecords = EarlierRecords.OWN

    def title(self, disposition: str, language: str) -> str:
        """What a code is called; one that the file has no more shows itself."""
        return self.dispositions.get(disposition, {}).get(language) or disposition
