"""A caller whose line broke off rings again, and has the old place.

Nothing is asked twice: language, topic, class and place are those of the call that
broke off. Whoever was talking belongs to the same operator.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from ivr.core.call import Call, Stage
from ivr.core.facts import CallerReturned, of_call
from ivr.core.flow import Step, queue_up
from ivr.core.menu import Line

BROKE_OFF_IN = frozenset({Stage.WAITING, Stage.CLAIMED, Stage.CONNECTED, Stage.AFTER})


def may_return(before: Call, grace: timedelta, now: datetime) -> bool:
    """Whether the place of a call is still kept for its caller.

    For ``grace`` after the line broke off; as long as a call back is promised and
    nobody is on the way to it, its caller may as well ring.
    """
    if before.queued is None or before.message:
        return False
    if before.is_live:
        return _is_promised(before)
    missed = before.promise is not None and not before.promise.kept
    dropped = before.ended_from in BROKE_OFF_IN and not missed
    return dropped and before.ended is not None and now - before.ended < grace


def _is_promised(before: Call) -> bool:
    held = before.stage in {Stage.WAITING, Stage.PROMISED} and before.leg is None
    return held and before.wish is not None and not before.wish.in_writing


def returned(line: Line, call: Call, before: Call, now: datetime) -> Step:
    """The new call in the old call's place."""
    call = replace(
        call,
        language=before.language,
        topic=before.topic,
        urgency=before.urgency,
        location=before.location,
        area=before.area,
        queued=before.queued,
        belongs_to=before.belongs_to,
        came_from=before.wish if before.is_live else before.came_from,
        notices=("wait.back",),
    )
    fact = of_call(CallerReturned, call, now, before=before.id)
    return queue_up(line, call, now, fact)


def left_behind(before: Call, now: datetime) -> Call:
    """The old call, whose place is taken over: nobody returns to it twice."""
    return replace(
        before,
        stage=Stage.ENDED,
        ended=before.ended or now,
        ended_from=None,
        claim=None,
    )
