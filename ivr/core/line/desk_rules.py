"""A line's rules for its operators' desk: dispositions, and required fields."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Required(StrEnum):
    """The fields that a line may require of every call's record."""

    DISPOSITION = "disposition"
    NOTE = "note"


class EarlierRecords(StrEnum):
    """Whose notes about a caller's earlier calls an operator may read."""

    OWN = "own"
    LINE = "line"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskRules:
    """A line's rules for its desk.

    ``dispositions`` has, for each code, its title in each language of the desk, in the
    order in which the desk offers them.
    """

    dispositions: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    required: tuple[Required, ...] = ()
    earlier_notes: EarlierRecords = EarlierRecords.OWN

    def title(self, disposition: str, language: str) -> str:
        """The title of a code; the code itself if the file does not have it."""
        return self.dispositions.get(disposition, {}).get(language) or disposition
