"""The links between claims, calls and operators, along which a talk is loaded."""

from ivr.core.model.callee import Callee
from ivr.core.model.claim import Claim
from ivr.core.model.contact.contact import Contact
from ivr.core.model.operator import Operator
from ivr.core.talk.talk import Entity


def names_linked(entity: Entity) -> tuple[str, ...]:
    """The names of the entities that any decision about this entity needs.

    They lead from claims and calls alone: whatever else binds an operator is another
    talk.
    """
    match entity:
        case Claim():
            beside = (entity.companions.guest, entity.companions.host)
            claims = (each for each in beside if each)
            linked = (f"claim:{each}" for each in claims)
            return f"call:{entity.call}", f"operator:{entity.operator}", *linked
        case Contact():
            renews = entity.callback.request.renews if entity.callback.request else None
            own = (("claim", entity.talk.claim), ("call", renews))
            return tuple(f"{kind}:{key}" for kind, key in own if key)
        case Operator() | Callee():
            return ()
