"""The changes that ``make mutants`` tries: mutmut's own, without those that say little.

It has no setting for that, so its list is changed, and then its command is run. What is
tried: comparisons, ``and``, ``or`` and ``not``, signs, numbers, flags, words, branches
of ``match`` and of conditional expressions, and each named argument left out.

Left out are positional arguments that are missing, or None, and values that become
None: strict typing refuses nearly all of them before any test runs. A word is changed
once, and not in its letters' case: facts and reasons have no other.
"""

import sys
from collections.abc import Iterator, Sequence
from importlib import import_module
from itertools import islice
from typing import Any

import pytest

KEPT = (
    "operator_number",
    "operator_name",
    "operator_remove_unary_ops",
    "operator_keywords",
    "operator_swap_op",
    "operator_match",
    "operator_if_exp",
)


def change_word(node: Any) -> Iterator[Any]:
    """The word with something before and after it."""
    yield from islice(
        import_module("mutmut.mutation.mutators").operator_string(node), 1
    )


def leave_out_named(node: Any) -> Iterator[Any]:
    """The call without one of its named arguments, each in turn."""
    for place, argument in enumerate(node.args):
        if argument.keyword is not None:
            yield node.with_changes(args=[*node.args[:place], *node.args[place + 1 :]])


def choose_changes() -> None:
    """Have mutmut make these changes alone."""
    made, syntax = import_module("mutmut.mutation.mutators"), import_module("libcst")
    kept = [each for each in made.mutation_operators if each[1].__name__ in KEPT]
    if len(kept) != len(KEPT):
        raise LookupError(f"mutmut names its changes in another way now: {kept}")
    ours = [(syntax.BaseString, change_word), (syntax.Call, leave_out_named)]
    made.mutation_operators[:] = [*kept, *ours]


def try_mutant(name: str, options: Sequence[str]) -> int:
    """Run pytest on the code with a change, in the folder where all changes are."""
    import_module("mutmut.mutation.trampoline").set_mutant_under_test(name)
    sys.path.insert(0, ".")
    return int(pytest.main(list(options)))


if __name__ == "__main__":
    match sys.argv[1:]:
        case "walk", name, *options:
            sys.exit(try_mutant(name, options))
    choose_changes()
    import_module("mutmut.__main__").cli()
