"""The call log, as a job. Safe to run twice: the log takes each fact once."""

import threading

from ivr.actions import records
from ivr.bootstrap.machine import pause
from ivr.core.model.identifiers import LineKey
from workers.worker_ports import worker_ports

GATHERING = 0.2
"""Seconds in which more facts may come before they are written together.

Nobody waits for the call log, but at the moment of each fact somebody waits for the
next step on the same cores. Until the writing begins, further facts send no job.

"""


def write_facts(line: str) -> None:
    """Bring the facts of a line into the call log."""
    pause(threading.Event(), GATHERING)
    records.write_facts(worker_ports(), LineKey(line))
