"""The ways out of the queue: the page at which a waiting caller is."""

from enum import StrEnum
from typing import Self

from msgspec import Struct

from ivr.core.model.values import replace


class Page(StrEnum):
    """A page of the ways out of the queue, which a waiting caller has opened."""

    NONE = ""
    OFFER = "offer"
    """The longest wait is over: the caller chooses a way out."""
    NUMBER = "number"
    """Call back the number that calls, or another one?"""
    TYPING = "typing"
    CONFIRMING = "confirming"
    WHEN = "when"
    FROM = "from"
    UNTIL = "until"
    MESSAGE = "message"


class ExitMenu(Struct, frozen=True):
    """The page that the caller looks at, and what they have done in the ways out.

    ``max_wait_reached``: the longest wait is over, and there is no way back.
    ``recording`` is the carrier's identifier of the message that the caller has left.
    """

    page: Page = Page.NONE
    max_wait_reached: bool = False
    recording: str = ""

    @property
    def is_open(self) -> bool:
        """Whether the caller looks at a page."""
        return self.page is not Page.NONE

    def open_page(self, page: Page) -> Self:
        """At a page."""
        return replace(self, page=page)

    def close(self) -> Self:
        """At no page; what was reached or recorded stays."""
        return replace(self, page=Page.NONE)

    def reset(self) -> Self:
        """At no page, with a wait that begins again."""
        return replace(self, page=Page.NONE, max_wait_reached=False)
