"""The one way to change entities: one script saves all, or nothing."""

from datetime import datetime
from typing import Any

from ivr.adapters.redis_store.context import StoreContext
from ivr.adapters.redis_store.documents import NumberedKeys, name_of
from ivr.adapters.redis_store.reading import Asked, Reading
from ivr.core.model.contact.contact import Contact
from ivr.core.model.contact.stage import Stage
from ivr.core.model.identifiers import LineKey
from ivr.ports import Change, Saved


class StoredChanges:
    """``ports.Changes`` over one client; everything that was changed is read again."""

    __slots__ = ("_context", "_reading")

    def __init__(self, context: StoreContext, reading: Reading) -> None:
        self._context = context
        self._reading = reading

    def commit(self, line: LineKey, change: Change) -> Saved | None:
        """Save the change atomically; None when somebody was first."""
        keys = NumberedKeys(
            line, "facts", "routing", "asked:route", "asked:write", "told"
        )
        now = self._context.clock.now()
        body = self._context.documents.change(keys, change, now)
        args = [body, now.timestamp(), self._context.trusted]
        done = self._run_change(
            line, change, (self._context.commit, keys.names, args), now
        )
        return None if done is None else Saved(route=bool(done[0]), write=bool(done[1]))

    def _run_change(
        self, line: LineKey, change: Change, script: Asked, now: datetime
    ) -> Any:
        if _is_menu_answer(change):
            return self._reading.change_last(script)
        slot = (
            () if change.pace is None else (self._context.dial_slot(now, change.pace),)
        )
        return self._reading.change(script, line, map(name_of, change.save), slot)

    def try_write(self) -> None:
        """Write something that means nothing; Unavailable when that is refused."""
        self._context.reach.try_write()


def _is_menu_answer(change: Change) -> bool:
    """Whether a change is a caller's answer in the menu: the commonest of all.

    What is spoken next depends on nothing but what is saved.
    """
    match change.save:
        case (Contact(stage=Stage.MENU, rev=rev),):
            return rev > 0 and change.pace is None
        case _:
            return False
