"""One telephone under several names, or on several lines: it rings once at a time.

Two enrolments with one number are allowed. A person may serve two lines, and those
who share a telephone take turns at it; but whoever talks or is rung there is not rung
a second time, whatever the second name is. Telephones are compared by the keyed name
of the number.
"""

from collections.abc import Iterable, Iterator

from ivr.core.model.operator import Operator, Reach

AT_THE_NUMBER = frozenset({Reach.PHONE, Reach.STANDING})
"""Who is reached in a browser may have a number to be written to: it rings nowhere."""


def are_one(one: Operator, other: Operator) -> bool:
    """Whether these two cannot be in a call each at the same time.

    On standing lines they can: the operators of an office call in by a switchboard
    that shows one number, and each has a leg of their own.
    """
    number = one.telephone.name
    if number is None or number != other.telephone.name or one.id == other.id:
        return False
    reaches = {one.profile.reach, other.profile.reach}
    return reaches <= AT_THE_NUMBER and reaches != {Reach.STANDING}


def is_held_by(operator: Operator, other: Operator) -> bool:
    """Whether the operator cannot be rung for what another enrolment is doing.

    On a standing line the telephone is in use for the whole shift, and while one
    calls in.
    """
    return are_one(operator, other) and _is_in_use(other)


def find_held(operators: Iterable[Operator]) -> Iterator[Operator]:
    """Those of a line's operators who are held by another one of the same line."""
    everybody = [each for each in operators if each.telephone.name is not None]
    used: dict[str | None, list[Operator]] = {}
    for each in everybody:
        if _is_in_use(each):
            used.setdefault(each.telephone.name, []).append(each)
    for each in everybody:
        if any(is_held_by(each, other) for other in used.get(each.telephone.name, ())):
            yield each


def _is_in_use(other: Operator) -> bool:
    calling = other.telephone.calling
    return not (other.claim is None and other.leg is None and calling is None)
