"""The address of a telephone that we can ring: a hidden number, or a softphone."""

from dataclasses import dataclass


class PhoneNumber:
    """A telephone number that does not show itself.

    ``str`` and ``repr`` are masked so that no log line, traceback or template
    can carry the digits by accident; ``reveal`` is the one way to them.
    """

    __slots__ = ("_digits",)

    def __init__(self, e164: str) -> None:
        self._digits = e164

    def reveal(self) -> str:
        """The number as it was given; call this in adapters only."""
        return self._digits

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PhoneNumber) and self._digits == other._digits

    def __hash__(self) -> int:
        return hash(self._digits)

    def __repr__(self) -> str:
        return "PhoneNumber(•••)"


@dataclass(frozen=True, slots=True)
class Softphone:
    """The telephone in an operator's browser, by the name it registers under."""

    identity: str


Address = PhoneNumber | Softphone
"""A number or a softphone that can be rung."""
