"""Results: the outcome of each caller, and the operators' time."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from msgspec import Struct

from ivr.core.model.identifiers import OperatorId
from ivr.simulation.day import SimulatedCaller


class End(StrEnum):
    """How a wait ended."""

    ANSWERED = "answered"
    LEFT = "left"
    """The caller hung up."""
    SENT_OFF = "sent off"
    """The longest wait of the rules was over."""


class ContactResult(Struct, frozen=True, kw_only=True):
    """One caller's way through the queue.

    ``wait`` is from the arrival to the answer or the end. ``overdue``: the caller
    had come into the overdue lane. ``overtaken``: somebody who came later was
    offered an operator whom this caller could have had. ``operator``: who answered.
    """

    caller: SimulatedCaller
    end: End
    wait: timedelta
    overdue: bool
    overtaken: bool
    operator: OperatorId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """The outcome of a run: results in the order of their ends, and operators' time.

    ``busy`` is talk and wrap-up, ``rostered`` the length of all shifts; a shift without
    an end lasts to the last event of the run.
    """

    results: tuple[ContactResult, ...]
    busy: timedelta
    rostered: timedelta
