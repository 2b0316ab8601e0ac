"""Facts on their way from the stream into the lasting call log."""

from collections.abc import Sequence

from ivr.core.history.fact_reading import UnreadFact, keep_unread, read_entry
from ivr.core.model.errors import HotlineError
from ivr.core.model.facts import Fact
from ivr.core.model.identifiers import LineKey
from ivr.ports import Ports

BATCH = 500


def write_facts(ports: Ports, line: LineKey) -> int:
    """Write what the stream holds; return how many facts were new to the log.

    Facts are written first and dropped afterwards: if the process dies in between, the
    next run writes them again, and the log takes each one once.
    """
    ports.journal.begin_writing(line)
    new = 0
    while entries := ports.journal.take(line, BATCH):
        new += _write_batch(ports, line, entries)
        ports.journal.drop(line, [entry for entry, _ in entries])
    return new


def take_in_unread(ports: Ports, line: LineKey) -> None:
    """Write down facts that an older version kept unread and this one can read."""
    after = ""
    while kept := ports.call_log.find_readable(line, after, BATCH):
        for key, was in kept:
            fact = read_entry(was.raw, line, was.at)
            if not isinstance(fact, UnreadFact):
                _take_in(ports, key, fact)
        after = kept[-1][0]


def _take_in(ports: Ports, key: str, fact: Fact) -> None:
    try:
        ports.call_log.take_in(key, fact)
    except HotlineError:
        raise
    except Exception as error:  # noqa: BLE001 - as below; it stays where it is
        ports.log.failure("fact not taken in", error)


def _write_batch(
    ports: Ports, line: LineKey, entries: Sequence[tuple[str, Fact]]
) -> int:
    """Write a batch; if one fact cannot be written, write the others all the same."""
    try:
        _warn_of(ports, line, [f for _, f in entries if isinstance(f, UnreadFact)])
        return ports.call_log.write(entries)
    except HotlineError:
        raise
    except Exception as error:  # noqa: BLE001 - whatever it is, it stops no other fact
        ports.log.failure("facts written one by one", error)
    return sum(_write_one(ports, line, entry, fact) for entry, fact in entries)


def _write_one(ports: Ports, line: LineKey, entry: str, fact: Fact) -> int:
    try:
        return ports.call_log.write([(entry, fact)])
    except HotlineError:
        raise
    except Exception as error:  # noqa: BLE001 - it is kept as it came
        kept = keep_unread(fact, f"it could not be written: {type(error).__name__}")
    _warn_of(ports, line, [kept])
    return ports.call_log.write([(entry, kept)])


def _warn_of(ports: Ports, line: LineKey, unread: Sequence[UnreadFact]) -> None:
    """Log each kind once that it is passed over; /metrics counts them all."""
    if not unread:
        return
    told = ports.call_log.unread(line)
    for fact in {fact.kind: fact for fact in unread if fact.kind not in told}.values():
        ports.log.warning("facts passed over", line=line, kind=fact.kind, why=fact.why)
