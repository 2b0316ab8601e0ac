"""The shape of the code in figures: ``python -m tests.shape`` prints them.

They say where a newcomer stumbles: names of one word, folders of many modules, values
and ports that are wide, decisions that are spread over closures.
"""

import ast
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from statistics import mean

ROOT = Path(__file__).parent.parent
PACKAGES = ("ivr", "workers", "exchange")
SERVICE = [path for name in PACKAGES for path in ROOT.glob(f"{name}/**/*.py")]
TESTS = [*ROOT.glob("tests/**/*.py")]
ALL = [*SERVICE, *TESTS, *ROOT.glob("bench/**/*.py")]

WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")

RETIRED = frozenset(
    {
        *("apart", "going", "told", "tells", "tell", "news", "settle", "opened"),
        *("again", "strangers", "stranger", "whereabouts", "deed", "deeds"),
        *("overtaken", "dismissed", "heard", "face", "wish", "promise", "kept"),
        *("begun", "stand", "stays", "fetched", "departures", "parting", "part"),
        *("bring", "marks", "turns", "era", "stretch", "look", "seen", "served"),
        *("strayed", "notes", "notebook", "visit", "door", "joining", "copies"),
        *("scoreboard", "passage", "learnt", "agenda", "board", "plain", "outlook"),
        *("tally", "house", "hand"),
    }
)
"""Private words of which the glossary gives the field's standard term."""


@cache
def tree_of(path: Path) -> ast.Module:
    """The module as it parses."""
    return ast.parse(path.read_text(encoding="utf-8"))


def nodes_of(paths: Iterable[Path]) -> Iterator[ast.AST]:
    """Everything in these modules."""
    for path in paths:
        yield from _all_in(path)


@cache
def _all_in(path: Path) -> tuple[ast.AST, ...]:
    return tuple(ast.walk(tree_of(path)))


def functions_of(paths: Iterable[Path]) -> list[ast.FunctionDef]:
    """All functions and methods, but for those that Python names."""
    found = (each for each in nodes_of(paths) if isinstance(each, ast.FunctionDef))
    return [each for each in found if not each.name.startswith("__")]


def classes_of(paths: Iterable[Path]) -> list[ast.ClassDef]:
    """All classes."""
    return [each for each in nodes_of(paths) if isinstance(each, ast.ClassDef)]


def words_of(name: str) -> list[str]:
    """``may_return`` and ``MayReturn`` are two words, in small letters."""
    return [each.lower() for each in WORD.findall(name)]


# --- names ------------------------------------------------------------------------


def one_word_names() -> float:
    """Of 100 functions of the service, those with a name of one word."""
    counts = [len(words_of(each.name)) for each in functions_of(SERVICE)]
    return 100 * sum(count <= 1 for count in counts) / len(counts)


def words_a_function() -> float:
    """Words in the name of a function of the service, on average."""
    return mean(len(words_of(each.name)) for each in functions_of(SERVICE))


def words_a_test() -> float:
    """Words in the name of a test, on average, without "test" itself."""
    tests = [each for each in functions_of(TESTS) if each.name.startswith("test_")]
    return mean(len(words_of(each.name)) - 1 for each in tests)


def retired_words() -> Counter[str]:
    """How many modules, classes and functions of the service have a retired word."""
    modules = {path.stem for path in SERVICE}
    functions = [each.name for each in functions_of(SERVICE)]
    classes = [each.name for each in classes_of(SERVICE)]
    places = [*modules, *functions, *classes]
    return Counter(word for name in places for word in {*words_of(name)} & RETIRED)


# --- structure --------------------------------------------------------------------


def modules_in_a_folder() -> int:
    """Modules in the fullest folder of the repository."""
    folders = Counter(path.parent for path in ALL)
    return max(folders.values())


def widest_value() -> int:
    """Fields of the value of the core that has the most.

    Facts are left out: each is a line of the log, whose fields others rely on.
    """
    found = classes_of(ROOT.glob("ivr/core/**/*.py"))
    return max(_fields(each) for each in found if not _is_fact(each))


def _is_fact(value: ast.ClassDef) -> bool:
    return "Fact" in map(ast.unparse, value.bases)


def _fields(value: ast.ClassDef) -> int:
    return sum(isinstance(each, ast.AnnAssign) for each in value.body)


def widest_port() -> int:
    """Methods of the port that has the most of its own."""
    return max(map(_methods, classes_of(ROOT.glob("ivr/ports/**/*.py"))))


def widest_port_inherited() -> int:
    """Methods of the port that has the most, with those that it inherits."""
    return _widest_inherited("ivr/ports/**/*.py")


def widest_adapter() -> int:
    """Methods of the adapter's class that has the most, with what it inherits."""
    return _widest_inherited("ivr/adapters/**/*.py")


def _widest_inherited(pattern: str) -> int:
    classes = {each.name: each for each in classes_of(ROOT.glob(pattern))}

    def with_bases(kind: ast.ClassDef) -> int:
        bases = (classes.get(ast.unparse(each)) for each in kind.bases)
        return _methods(kind) + sum(with_bases(each) for each in bases if each)

    return max(map(with_bases, classes.values()))


def _methods(kind: ast.ClassDef) -> int:
    """How many methods a class has for others; its properties are no verbs."""
    found = [each for each in kind.body if isinstance(each, ast.FunctionDef)]
    shared = [each for each in found if not each.name.startswith("_")]
    return sum(not any(map(_is_property, each.decorator_list)) for each in shared)


def _is_property(decorator: ast.expr) -> bool:
    return ast.unparse(decorator) == "property"


def asks_of_everything() -> int:
    """Modules that ask the whole store or carrier in place of the port they mean."""
    return sum(any(map(_asks_everything, nodes_of([path]))) for path in SERVICE)


def _asks_everything(node: ast.AST) -> bool:
    if not isinstance(node, ast.Attribute) or node.attr not in {"store", "carrier"}:
        return False
    return ast.unparse(node.value).rpartition(".")[2] in {"ports", "ports()"}


def class_names_twice() -> Mapping[str, list[str]]:
    """Names that public classes of several modules of the service have in common."""
    found: dict[str, list[str]] = {}
    for path in ROOT.glob("ivr/**/*.py"):
        public = (each.name for each in classes_of([path]) if each.name[0] != "_")
        for name in public:
            found.setdefault(name, []).append(str(path.relative_to(ROOT)))
    return {name: paths for name, paths in found.items() if len(paths) > 1}


def decisions_in_closures() -> int:
    """Functions in functions by the name of ``attempt``: each loads, decides, saves."""
    return sum(each.name == "attempt" for each in functions_of(SERVICE))


def looks_into_instructions() -> int:
    """Places of the actions that read a decision off the instructions for a leg."""
    actions = ROOT.glob("ivr/actions/**/*.py")
    kinds = {
        each.name for each in classes_of([ROOT / "ivr/core/dialogue/instructions.py"])
    }
    return sum(
        bool(kinds & {e.id for e in ast.walk(each) if isinstance(e, ast.Name)})
        for each in nodes_of(actions)
        if isinstance(each, ast.Call) and ast.unparse(each.func) == "isinstance"
    )


def tests_that_import_tests() -> int:
    """Imports from one file of tests into another, of it or of what is in it."""
    return sum(
        any(name.rpartition(".")[2].startswith("test_") for name in _imported(each))
        for each in nodes_of(TESTS)
    )


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [each.name for each in node.names]
    if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("tests"):
        return [node.module or "", *(each.name for each in node.names)]
    return []


def verbs_without_a_word() -> list[str]:
    """Functions that scenarios share, of which nothing says what they mean."""
    found = (tree_of(path).body for path in ROOT.glob("tests/dsl/**/*.py"))
    verbs = [e for body in found for e in body if isinstance(e, ast.FunctionDef)]
    shared = [each for each in verbs if not each.name.startswith("_")]
    return [each.name for each in shared if ast.get_docstring(each) is None]


def readme_lines() -> int:
    """Lines of what a newcomer reads first."""
    return len((ROOT / "README.md").read_text(encoding="utf-8").splitlines())


MEASURES: Mapping[str, Callable[[], float]] = {
    "functions with a name of one word, %": one_word_names,
    "words in the name of a function": words_a_function,
    "words in the name of a test": words_a_test,
    "names with a retired word": lambda: retired_words().total(),
    "modules in one folder": modules_in_a_folder,
    "fields of the widest value": widest_value,
    "methods of the widest port": widest_port,
    "methods of the widest port, inherited too": widest_port_inherited,
    "methods of the widest adapter": widest_adapter,
    "class names of two meanings": lambda: len(class_names_twice()),
    "modules that ask a whole store or carrier": asks_of_everything,
    "decisions in closures": decisions_in_closures,
    "looks into instructions": looks_into_instructions,
    "imports from test to test": tests_that_import_tests,
    "lines of README": readme_lines,
}


def main() -> None:
    """Print all figures, and which retired words are left."""
    for what, measure in MEASURES.items():
        print(f"{what:42} {measure():8.2f}")  # noqa: T201 - that is its purpose
    for word, count in retired_words().most_common():
        print(f"  {word:38} {count:5}")  # noqa: T201


if __name__ == "__main__":
    main()
