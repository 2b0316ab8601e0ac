"""Documents are flat; the values that they are read into keep values of their own.

One table says where in its value a field of a document stands. Versions of before and
after this one know the fields of a document by their names, and so do the scripts:
documents stay as they are, whatever the values become.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from typing import Any, Generic, NamedTuple, TypeVar

from msgspec import NODEFAULT, Struct, defstruct, structs
from msgspec.json import Decoder
from msgspec.structs import FieldInfo

from ivr.core.model.claim import Claim
from ivr.core.model.contact.contact import Contact
from ivr.core.model.operator import Operator

Paths = Mapping[type[Struct], Mapping[str, str]]

PATHS: Paths = {
    Contact: {
        "number": "caller.dialled",
        "caller": "caller.pseudonym",
        "reachable": "caller.is_reachable",
        "channel": "caller.channel",
        "language": "need.language",
        "topic": "need.topic",
        "urgency": "need.urgency",
        "node": "menu.node",
        "trail": "menu.trail",
        "step": "menu.step",
        "tries": "menu.tries",
        "part": "menu.part",
        "parts_heard": "menu.parts_heard",
        "draft": "menu.draft",
        "notices": "menu.notices",
        "before_language": "menu.language_before",
        "location": "location.kind",
        "area": "location.area",
        "page": "exit_menu.page",
        "overlong": "exit_menu.max_wait_reached",
        "message": "exit_menu.recording",
        "queued": "arrival.at",
        "counts_from": "arrival.counts_from",
        "spent": "arrival.spent",
        "given_back": "arrival.given_back",
        "handed_on": "arrival.handed_on",
        "waits_since": "wait.since",
        "told_until": "wait.told_until",
        "before": "wait.before",
        "beside": "wait.beside",
        "belongs_to": "affinity.operator",
        "team": "affinity.team",
        "handed": "affinity.handed_at",
        "handed_by": "affinity.handed_by",
        "claim": "talk.claim",
        "talks_since": "talk.since",
        "answered": "talk.answered",
        "ended": "ending.at",
        "ended_from": "ending.stage",
        "outcome": "ending.outcome",
        "wish": "callback.preferences",
        "promise": "callback.request",
        "came_from": "callback.came_from",
    },
    Claim: {
        "why": "offer.why",
        "attempts": "offer.attempts",
        "ring": "offer.ring",
        "rung": "offer.rung",
        "agreed": "offer.agreed",
        "taken": "offer.taken",
        "caller_leg": "person.leg",
        "dialled": "person.dialled",
        "caller_in": "participants.caller_in",
        "operator_in": "participants.operator_in",
        "held": "participants.held",
        "held_since": "participants.held_since",
        "muted": "participants.muted",
        "dropped": "participants.dropped",
        "apart": "interruption",
        "joins": "companions.host",
        "guest": "companions.guest",
        "refused": "companions.refused",
        "left": "companions.left",
        "entered": "companions.entered",
        "goes_on": "companions.goes_on",
    },
    Operator: {
        "name": "profile.name",
        "languages": "profile.languages",
        "reach": "profile.reach",
        "team": "profile.team",
        "phone": "telephone.name",
        "calling": "telephone.calling",
        "mistyped": "telephone.mistyped",
        "locked": "telephone.locked",
        "missed": "unanswered.missed",
        "reloads": "unanswered.reloads",
        "last": "wrap_up.last",
        "owes": "wrap_up.owes",
        "extended": "wrap_up.extended",
    },
}
"""Where a field of a document stands in the value, if not at the top by its own name.

What has fields in this table is built of them even if a document has none of them.
"""

S = TypeVar("S", bound=Struct)


class FlatForm(Generic[S]):
    """How the documents of a kind of value are read and written.

    The two functions between a value and its flat form are generated once, for they
    run for every document.
    """

    def __init__(
        self, kind: type[S], paths: Mapping[type[Struct], Mapping[str, str]]
    ) -> None:
        names = {path: name for name, path in paths.get(kind, {}).items()}
        leaves = sorted(_leaves(kind, names), key=_has_default)
        self.names = tuple(each.name for each in leaves)
        """The fields of a document."""
        _refuse_unknown(kind, names.keys() - {each.path for each in leaves})
        fields = [each.definition for each in leaves]
        flat = defstruct("Flat", fields, omit_defaults=True)
        values = ", ".join(f"value.{each.path}" for each in leaves)
        self._flatten = _generated("value", f"Flat({values})", [flat])
        self._nest = _generated("flat", _nesting(kind, names), _kinds(kind, names))
        self._decode = Decoder(flat).decode

    def decode(self, doc: bytes) -> S:
        """The value that was kept as ``doc``; a ``DecodeError`` for another shape."""
        found: S = self._nest(self._decode(doc))
        return found

    def flatten(self, value: S) -> Struct:
        """The flat struct that is written for a value."""
        found: Struct = self._flatten(value)
        return found


class _Leaf(NamedTuple):
    """A field of a document, and where it stands in the value."""

    name: str
    path: str
    type: Any
    default: Any

    @property
    def definition(self) -> tuple[Any, ...]:
        """The field as ``msgspec.defstruct`` takes it."""
        given = (self.default,) if _has_default(self) else ()
        return self.name, self.type, *given


def _has_default(leaf: _Leaf) -> bool:
    return leaf.default is not NODEFAULT


def _refuse_unknown(kind: type[Struct], paths: AbstractSet[str]) -> None:
    if paths:
        missing = ", ".join(sorted(paths))
        raise TypeError(f"{kind.__name__} has no field {missing}: correct PATHS")


def _is_inside(path: str, names: Mapping[str, str]) -> bool:
    """Whether a field is a value whose own fields the documents keep instead."""
    return any(each.startswith(f"{path}.") for each in names)


def _leaves(
    kind: type[Struct], names: Mapping[str, str], above: str = ""
) -> Iterator[_Leaf]:
    for field in structs.fields(kind):
        path = f"{above}{field.name}"
        if _is_inside(path, names):
            yield from _leaves(field.type, names, f"{path}.")
        elif above and path not in names:
            raise TypeError(f"{path} has no name in documents: add it to PATHS")
        else:
            yield _Leaf(names.get(path, path), path, field.type, field.default)


def _kinds(
    kind: type[Struct], names: Mapping[str, str], above: str = ""
) -> Iterator[type[Struct]]:
    """The types of a value, and of the values in it that documents do not know."""
    yield kind
    for field in structs.fields(kind):
        path = f"{above}{field.name}"
        if _is_inside(path, names):
            yield from _kinds(field.type, names, f"{path}.")


def _nesting(kind: type[Struct], names: Mapping[str, str], above: str = "") -> str:
    """The expression that builds a value of the fields of ``flat``."""

    def built(field: FieldInfo) -> str:
        path = f"{above}{field.name}"
        if _is_inside(path, names):
            return _nesting(field.type, names, f"{path}.")
        return f"flat.{names.get(path, path)}"

    given = [f"{_keyword(kind, each)}{built(each)}" for each in structs.fields(kind)]
    return f"{kind.__name__}({', '.join(given)})"


def _keyword(kind: type[Struct], field: FieldInfo) -> str:
    """The name before an argument; none where its place will do, which is faster."""
    return "" if kind.__match_args__ == kind.__struct_fields__ else f"{field.name}="


def _generated(
    parameter: str, expression: str, kinds: Iterable[type[Struct]]
) -> Callable[[Any], Any]:
    """A function of one parameter; the expression is made of names of fields alone."""
    names = {each.__name__: each for each in kinds}
    made: Callable[[Any], Any] = eval(f"lambda {parameter}: {expression}", names)  # noqa: S307
    return made
