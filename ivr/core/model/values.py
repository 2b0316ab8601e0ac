"""Changes of frozen values: a change is a copy with some fields replaced."""

import dataclasses
from typing import TYPE_CHECKING, Any, TypeVar

from msgspec import Struct, structs

V = TypeVar("V")

if TYPE_CHECKING:
    # Under this name mypy checks the types of the changes, for structs too.
    from dataclasses import replace as replace  # noqa: PLC0414, TID251 - checked by its name
else:

    def replace(value: V, /, **changes: Any) -> V:
        """The value with these fields changed, for structs and dataclasses alike."""
        if isinstance(value, Struct):
            return structs.replace(value, **changes)
        return dataclasses.replace(value, **changes)  # noqa: TID251
