"""Telephones in use: whether an operator is known to be on a call, on any line.

Nothing is stored for this: each line knows its own operators, and the calls from and to
a number. Two lines cannot be saved together. So an offer is saved first, and then looks
for others: of two offers made at the same moment at least one sees the other, and gives
way.
"""

from collections.abc import Iterable, Iterator, Mapping

from ivr.core.model.claim import ClaimState
from ivr.core.model.contact.contact import Contact
from ivr.core.model.identifiers import LineKey, OperatorId
from ivr.core.model.operator import Operator, Reach
from ivr.core.model.telephones import TelephoneUse, is_held_by
from ivr.ports import Change, Contacts, Entity, Ports


def find_engaged(ports: Ports, operators: Iterable[Operator]) -> frozenset[OperatorId]:
    """The operators among these who must not be rung."""
    asked = list(operators)
    uses = _find_uses(ports, [each.telephone.name for each in asked])
    return frozenset(each.id for each in asked if _is_used(_use_by(each, uses), each))


def is_engaged(ports: Ports, operator: Operator) -> bool:
    """Whether the operator is known to be on a call, or to be rung, elsewhere.

    They may be another enrolment with the same number, a caller of ours, or a person
    who is called back.
    """
    return bool(find_engaged(ports, [operator]))


def is_outrun(ports: Ports, operator: Operator) -> bool:
    """Whether an operator who is about to be rung was rung elsewhere meanwhile.

    An offer that rings nobody yet gives way to this one: it will look, too.
    """
    use = _use_by(operator, _find_uses(ports, [operator.telephone.name]))
    return _is_on_call(use, operator) or any(
        not _is_only_made(ports.contacts, other) for other in _holders(use, operator)
    )


def _find_uses(ports: Ports, names: Iterable[str | None]) -> Mapping[str, TelephoneUse]:
    """Who uses the telephones of these names, on whichever line."""
    lines = tuple(ports.content.lines())
    phones = tuple(dict.fromkeys(each for each in names if each is not None))
    return ports.operators.find_telephone_uses(lines, phones)


def _use_by(operator: Operator, uses: Mapping[str, TelephoneUse]) -> TelephoneUse:
    name = operator.telephone.name
    return TelephoneUse() if name is None else uses[name]


def _is_used(use: TelephoneUse, operator: Operator) -> bool:
    return _is_on_call(use, operator) or any(_holders(use, operator))


def _is_only_made(contacts: Contacts, other: Operator) -> bool:
    claim = contacts.claim(other.line, other.claim) if other.claim else None
    return claim is not None and claim.state is ClaimState.MADE and not other.leg


def _is_on_call(use: TelephoneUse, operator: Operator) -> bool:
    # An operator on a standing line may call from a switchboard that shows one number
    # for all who call from there; a browser rings beside any telephone.
    return use.is_on_call and operator.profile.reach is Reach.PHONE


def _holders(use: TelephoneUse, operator: Operator) -> Iterator[Operator]:
    return (other for other in use.operators if is_held_by(operator, other))


# --- and whether it is free again ---------------------------------------------------


def wake_others(ports: Ports, line: LineKey, change: Change) -> Iterator[LineKey]:
    """Ask for routing on every line with a telephone that a change has set free.

    Returns the lines for which a job should be sent.
    """
    freed = {each for entity in change.save for each in _numbers_freed(entity, change)}
    for use in _find_uses(ports, freed).values():
        for other in dict.fromkeys(each.line for each in use.operators):
            if (other != line or not change.wake) and ports.routing.wake(other):
                yield other


def _numbers_freed(entity: Entity, change: Change) -> Iterator[str]:
    if isinstance(entity, Contact):
        yield from _numbers_left(entity)
        return
    is_free = isinstance(entity, Operator) and entity.claim is None and change.wake
    if isinstance(entity, Operator) and is_free and entity.telephone.name is not None:
        yield entity.telephone.name


def _numbers_left(call: Contact) -> Iterator[str]:
    request = call.callback.request
    on_own = call.is_live and call.is_on_first_leg
    if call.caller.pseudonym is not None and not on_own:
        yield call.caller.pseudonym
    if request is not None and request.phone and request.leg is None:
        yield request.phone
