"""The call log, as a job. Safe to run twice: the log takes each fact once."""

from ivr.actions import records
from ivr.core.call import LineKey
from workers.house import ports


def write_facts(line: str) -> None:
    """Bring the facts of a line into the call log."""
    records.write_facts(ports(), LineKey(line))
