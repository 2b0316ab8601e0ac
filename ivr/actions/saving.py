"""Save a change, and send the jobs that it needs."""

from ivr.actions.callees import with_callee
from ivr.actions.telephones import wake_others
from ivr.core.model.errors import Unavailable
from ivr.core.model.identifiers import LineKey
from ivr.ports import Change, Ports

ATTEMPTS = 8
"""How often we decide again after a conflict; each loser has seen another one win."""


def save_and_enqueue(ports: Ports, line: LineKey, change: Change) -> bool:
    """Save the change and send the jobs that it needs; False on conflict."""
    return commit_and_enqueue(ports, line, change) is not None


def commit_and_enqueue(ports: Ports, line: LineKey, change: Change) -> Change | None:
    """Save the change and send its jobs; return it as saved, None on conflict.

    A call that it promises takes the place of an earlier promise to that number.
    """
    change = with_callee(ports, change)
    saved = ports.changes.commit(line, change)
    if saved is None:
        return None
    try:
        if saved.route:
            ports.jobs.route(line)
        if saved.write:
            ports.jobs.write_facts(line)
        for other in wake_others(ports, line, change):
            ports.jobs.route(other)
    except Unavailable as error:
        # The change is saved and its requests stand in the store: the ticker
        # and every wait poll serve what no job came for.
        ports.log.warning("job not sent", line=line, error=str(error))
    return change
