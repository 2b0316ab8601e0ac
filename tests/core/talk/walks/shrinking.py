"""The shortest story of a fault: steps are left out as long as something is wrong."""

from collections.abc import Callable, Sequence
from random import Random  # noqa: TID251 - the type; chance itself is handed in

from tests.core.talk.walks.carrier import Step
from tests.core.talk.walks.chance import Draw
from tests.core.talk.walks.walk import Seen, Walk, populate_for

Replay = Callable[[Sequence[Step]], list[str]]


def replay(seed: int, steps: Sequence[Step]) -> list[str]:
    """What is wrong once these steps have been taken on the line of a seed."""
    walk = Walk(populate_for(seed), Draw(Random(seed)), Seen())  # noqa: S311
    walk.take_all(steps)
    return walk.faults


def shrink(steps: Sequence[Step], find_faults: Replay) -> list[Step]:
    """Leave out all steps without which the fault is found as well."""
    left, size = list(steps), len(steps) // 2
    while size:
        at = 0
        while at < len(left):
            fewer = left[:at] + left[at + size :]
            if find_faults(fewer):
                left = fewer
            else:
                at += size
        size //= 2
    return left


def tell(seed: int, steps: Sequence[Step], faults: Sequence[str]) -> str:
    """The story of a fault, by which it is found again."""
    lines = (f"  {number}. {step}" for number, step in enumerate(steps, start=1))
    return "\n".join([f"walk {seed}: {'; '.join(faults)}", *lines])
