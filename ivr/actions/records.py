"""Bring facts from the stream into the lasting call log."""

from ivr.core.call import LineKey
from ivr.ports import Ports

BATCH = 500


def write_facts(ports: Ports, line: LineKey) -> int:
    """Write what the stream holds; how many facts were new to the log.

    Written first, dropped afterwards: whoever is killed in between leaves facts
    that the next run writes again, and the log takes each one once.
    """
    ports.journal.begin_writing(line)
    new = 0
    while entries := ports.journal.take(line, BATCH):
        new += ports.log.write(entries)
        ports.journal.drop(line, [entry for entry, _ in entries])
    return new
