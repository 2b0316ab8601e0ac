"""The shape of a menu: every node can be reached, and each leads to an end."""

from collections.abc import Collection, Iterator, Mapping

from ivr.core.line.menu import (
    Goodbye,
    LanguageMenu,
    Line,
    LocationStep,
    Menu,
    Node,
    Parts,
    Queue,
)
from ivr.core.text.nearest import did_you_mean

MOST_LEVELS = 3
"""The most questions before an operator: frightened or hurried people give up
sooner."""

ASKING = (LanguageMenu, Menu, LocationStep)
ENDS = (Queue, Goodbye)

Graph = Mapping[str, tuple[str, ...]]


def shape_faults(line: Line) -> list[str]:
    """The faults of the graph, each naming the node and the remedy."""
    if line.start not in line.nodes:
        hint = did_you_mean(line.start, line.nodes)
        return [f'start: there is no node "{line.start}"; {hint}'] if line.start else []
    graph = {key: _followers_of(line, node) for key, node in line.nodes.items()}
    return [
        *_dead_ends(line),
        *_unreachable_nodes(graph, line.start),
        *_find_traps(line, graph),
        *_too_deep(line, graph),
    ]


def _followers_of(line: Line, node: Node) -> tuple[str, ...]:
    return tuple(key for key in dict.fromkeys(node.exits) if key in line.nodes)


def _dead_ends(line: Line) -> Iterator[str]:
    for key, node in line.nodes.items():
        if isinstance(node, Menu) and not node.choices:
            yield f"node.{key}: dead end: it has no choices; add [node.{key}.choices.1]"
        if isinstance(node, Parts) and not node.parts:
            yield f"node.{key}.parts: dead end: there is nothing to hear; add a prompt"
        yield from (
            f'{place}: dead end: there is no node "{to}"; '
            f"{did_you_mean(to, line.nodes)}"
            for place, to in _links_of(key, node)
            if to and to not in line.nodes
        )


def _links_of(key: str, node: Node) -> Iterator[tuple[str, str]]:
    if isinstance(node, Menu):
        for choice in node.choices:
            yield f"node.{key}.choices.{choice.key}.to", choice.to
        return
    yield from ((f"node.{key}.to", to) for to in node.exits)


def _unreachable_nodes(graph: Graph, start: str) -> Iterator[str]:
    reached = _reach_from(graph, {start})
    for key in graph:
        if key not in reached:
            yield (
                f"node.{key}: unreachable: no choice leads here from "
                f'"{start}"; lead to it or remove it'
            )


def _find_traps(line: Line, graph: Graph) -> Iterator[str]:
    """The nodes from which no end can be reached.

    A node with a broken link counts as an end: the link is a fault of its own, and
    whatever it hides shows once it is mended.
    """
    ends = {
        key
        for key, node in line.nodes.items()
        if isinstance(node, ENDS) or len(set(node.exits)) > len(graph[key])
    }
    ends |= {key for key, node in line.nodes.items() if not node.exits}
    freed = _reach_from(_reverse_graph(graph), ends)
    for key in graph:
        if key not in freed:
            yield (
                f"node.{key}: trap: neither a queue nor a goodbye can be reached "
                "from here; lead one of its ways out"
            )


def _too_deep(line: Line, graph: Graph) -> list[str]:
    found: dict[str, str] = {}
    for path in _paths_from(line, graph, (line.start,)):
        asking = [key for key in path if isinstance(line.nodes[key], ASKING)]
        if len(asking) > MOST_LEVELS:
            way = " > ".join(asking)
            fault = f"node.{path[-1]}: {len(asking)} questions deep ({way}); at most"
            found.setdefault(path[-1], f"{fault} {MOST_LEVELS}: take one out")
    return list(found.values())


def _paths_from(
    line: Line, graph: Graph, path: tuple[str, ...]
) -> Iterator[tuple[str, ...]]:
    """The paths without a loop, none longer than the first question too many."""
    yield path
    deep = sum(isinstance(line.nodes[key], ASKING) for key in path)
    if deep > MOST_LEVELS:
        return
    for key in graph[path[-1]]:
        if key not in path:
            yield from _paths_from(line, graph, (*path, key))


def _reach_from(graph: Graph, seeds: Collection[str]) -> set[str]:
    reached = set(seeds)
    found = list(seeds)
    while found:
        fresh = set(graph[found.pop()]) - reached
        reached |= fresh
        found.extend(fresh)
    return reached


def _reverse_graph(graph: Graph) -> Graph:
    return {
        key: tuple(other for other, exits in graph.items() if key in exits)
        for key in graph
    }
