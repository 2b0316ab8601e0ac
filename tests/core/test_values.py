from dataclasses import dataclass

import pytest
from msgspec import Struct

from ivr.core.model.values import replace


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    name: str
    tries: int = 0


class Lean(Struct, frozen=True, kw_only=True):
    name: str
    tries: int = 0


Kind = type[Kept] | type[Lean]
EACH = pytest.mark.parametrize("kind", [Kept, Lean])


@EACH
def test_change_is_copy(kind: Kind) -> None:
    before = kind(name="olena")

    after = replace(before, tries=2)

    assert (after.name, after.tries) == ("olena", 2)
    assert (before.name, before.tries) == ("olena", 0)
    assert type(after) is kind


@EACH
def test_unknown_field_refused(kind: Kind) -> None:
    with pytest.raises(TypeError, match="attempts"):
        replace(kind(name="olena"), attempts=1)  # type: ignore[call-arg]
