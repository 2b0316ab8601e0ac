"""Content in which the example line is another one in some respect."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ivr.core.line.menu import Line
from ivr.core.model.identifiers import LineKey
from ivr.core.model.values import replace
from ivr.ports import Content
from tests.adapters.redis_store.store_people import LINE


@dataclass(slots=True)
class ChangedLine:
    """The content of a line with some of its values changed."""

    content: Content
    changed: Mapping[str, Any]

    def lines(self) -> Mapping[LineKey, Line]:
        """The one line."""
        return {LINE: replace(self.content.lines()[LINE], **self.changed)}

    def __getattr__(self, name: str) -> Any:
        return getattr(self.content, name)
