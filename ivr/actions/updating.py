"""Updates of one stored thing: load, decide, save; decide again on a conflict.

A decision is a function of what was loaded and of the time, and does nothing else. It
returns what to save, or None for nothing; it refuses by raising.
"""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import TypeVar

from ivr.actions.saving import ATTEMPTS, save_and_enqueue
from ivr.core.history.record import Record
from ivr.core.model.account import Credentials
from ivr.core.model.contact.contact import Contact
from ivr.core.model.errors import Conflict
from ivr.core.model.facts import of_operator
from ivr.core.model.identifiers import ContactId, LineKey, OperatorId
from ivr.core.model.operator import Operator
from ivr.core.shifts.answering import ShiftChange
from ivr.ports import Change, Ports

E = TypeVar("E", Contact, Operator)
Found = TypeVar("Found")
Decided = TypeVar("Decided", Change, ShiftChange, Record, Credentials)


def retry_on_conflict(
    ports: Ports,
    load: Callable[[], Found],
    decide: Callable[[Found, datetime], Decided | None],
    keep: Callable[[Decided], bool],
) -> tuple[Found, Decided | None]:
    """Decide and save until nobody was first; return what was loaded and decided.

    ``keep`` returns whether it saved. Conflict when somebody was first each time.
    """
    for _ in range(ATTEMPTS):
        found = load()
        decided = decide(found, ports.clock.now())
        if decided is None or keep(decided):
            return found, decided
    raise Conflict(
        "others kept changing the same thing, and nothing was changed here; try again"
    )


def update_line(
    ports: Ports,
    line: LineKey,
    load: Callable[[], Found],
    decide: Callable[[Found, datetime], Change | None],
) -> tuple[Found, Change | None]:
    """Change the live state of a line; return what was loaded and what was saved."""
    return retry_on_conflict(
        ports, load, decide, partial(save_and_enqueue, ports, line)
    )


def update_operator(
    ports: Ports,
    line: LineKey,
    key: OperatorId,
    decide: Callable[[Operator, datetime], Change | None],
) -> Operator | None:
    """Change an operator; return them as they are now, None when there is none."""
    load = partial(ports.operators.operator, line, key)
    found, change = update_line(ports, line, load, if_found(decide))
    return _as_saved(change, Operator, key) or found


def update_call(
    ports: Ports,
    line: LineKey,
    key: ContactId,
    decide: Callable[[Contact, datetime], Change | None],
) -> Contact | None:
    """Change a call; return it as it is now, None when there is none."""
    return put_call(ports, line, key, if_found(decide))


def put_call(
    ports: Ports,
    line: LineKey,
    key: ContactId,
    decide: Callable[[Contact | None, datetime], Change | None],
) -> Contact | None:
    """Change a call, or begin it; return it as it is now."""
    load = partial(ports.contacts.call, line, key)
    found, change = update_line(ports, line, load, decide)
    return saved_call(change, key if found is None else found.id) or found


def saved_call(change: Change | None, key: ContactId) -> Contact | None:
    """A call as a change saves it; None when it does not."""
    return _as_saved(change, Contact, key)


def _as_saved(change: Change | None, kind: type[E], key: str) -> E | None:
    saved = () if change is None else change.save
    return next((e for e in saved if isinstance(e, kind) and e.id == key), None)


def if_found(
    decide: Callable[[Found, datetime], Decided | None],
) -> Callable[[Found | None, datetime], Decided | None]:
    """The same decision; None when there is nothing to decide about."""
    return lambda found, now: None if found is None else decide(found, now)


def change_state(after: Operator, at: datetime, why: str) -> Change:
    """A change of an operator's state, with the fact that says so; wakes routing."""
    return Change(save=(after,), facts=(of_operator(after, at, why),), wake=True)
