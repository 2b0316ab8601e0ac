"""Values with some of their fields changed: they are frozen, so a change is a copy."""

import dataclasses
from typing import TYPE_CHECKING, Any, TypeVar

from msgspec import Struct, structs

V = TypeVar("V")

if TYPE_CHECKING:
    # By this name the types of the changes are checked, for structs too.
    from dataclasses import replace as replace  # noqa: PLC0414, TID251 - checked by its name
else:

    def replace(value: V, /, **changes: Any) -> V:
        """The value with these fields changed, be it a struct or a dataclass."""
        if isinstance(value, Struct):
            return structs.replace(value, **changes)
        return dataclasses.replace(value, **changes)  # noqa: TID251
