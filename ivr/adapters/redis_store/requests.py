"""The names that a request reads first, for each subject."""

from ivr.adapters.redis_store.documents import OF_NUMBER

OF_LEG, OF_CLAIM = ("call:{}",), ("claim:{}",)
OF_CALLER = tuple(f"{kind}:{{}}" for kind in OF_NUMBER)
OF_ROSTER = ("operators",)
OF_WAIT = (*OF_ROSTER, "figures", "routing", "queues", "due")
"""The names that a request about a leg, a claim, a caller's number, those on duty or
the wait reads first."""


def roots_of(
    *,
    leg: str = "",
    claim: str = "",
    caller: str = "",
    roster: bool = False,
    waits: bool = False,
) -> list[str]:
    """The names that a request begins to read with; what they lead to comes along."""
    of_roster, of_wait = "all" if roster else "", "all" if waits else ""
    about = (
        (leg, OF_LEG),
        (claim, OF_CLAIM),
        (caller, OF_CALLER),
        (of_roster, OF_ROSTER),
        (of_wait, OF_WAIT),
    )
    asked = [(key, names) for key, names in about if key]
    return [name.format(key) for key, names in asked for name in names]
