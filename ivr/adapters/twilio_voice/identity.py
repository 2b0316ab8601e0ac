"""The name under which an operator's browser is rung: letters, digits, underscores."""

from ivr.core.call import OperatorId

PREFIX = "desk_"


def identity_of(key: OperatorId) -> str:
    """The identity of an operator's browser; two operators never share one."""
    return PREFIX + "".join(
        each if each.isascii() and each.isalnum() else f"_{ord(each):x}_"
        for each in key
    )
