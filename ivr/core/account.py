"""An account: who may sign in at the desk, as whom, and what they may do there."""

from dataclasses import dataclass
from enum import StrEnum

from ivr.core.call import LineKey, OperatorId


class Role(StrEnum):
    """What somebody at the desk may do; each role may do what those before it may."""

    OPERATOR = "operator"
    SUPERVISOR = "supervisor"
    OPS = "ops"


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Somebody who may sign in: an operator of a line, with a role.

    ``language`` is the one that the desk speaks to them: uk, ru or en.
    """

    operator: OperatorId
    line: LineKey
    name: str
    role: Role = Role.OPERATOR
    language: str = "en"
