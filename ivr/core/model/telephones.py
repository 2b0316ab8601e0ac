"""One telephone under several names, or on several lines: it rings once at a time.

Two enrolments with one number are allowed. A person may serve two lines, and several
people may take turns at one telephone; but while somebody talks or is rung there, it is
not rung a second time, under any name. Telephones are compared by the keyed name of the
number.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ivr.core.model.operator import Operator, Reach

AT_THE_NUMBER = frozenset({Reach.PHONE, Reach.STANDING})
"""An operator in a browser may have a number for text messages: it does not ring."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TelephoneUse:
    """Who uses a telephone, over several lines.

    ``is_on_call``: a caller of a line talks or waits on it, or is called back there.
    The ``operators`` are those whose number it is, whatever they do.
    """

    is_on_call: bool = False
    operators: tuple[Operator, ...] = ()


def are_one(one: Operator, other: Operator) -> bool:
    """Whether these two operators cannot be in two calls at the same time.

    On standing lines they can: the operators of an office call in through a switchboard
    that shows one number, and each has a leg of their own.
    """
    number = one.telephone.name
    if number is None or number != other.telephone.name or one.id == other.id:
        return False
    reaches = {one.profile.reach, other.profile.reach}
    return reaches <= AT_THE_NUMBER and reaches != {Reach.STANDING}


def is_held_by(operator: Operator, other: Operator) -> bool:
    """Whether the operator cannot be rung because of what another enrolment does.

    On a standing line the telephone is in use for the whole shift, and while the
    operator calls in.
    """
    return are_one(operator, other) and _is_in_use(other)


def find_held(operators: Iterable[Operator]) -> Iterator[Operator]:
    """The operators of a line who are held by another operator of the same line."""
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
