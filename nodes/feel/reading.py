"""Which names of its scope an expression reads: the free paths of a syntax tree.

Who calls it: `expression` (for `free_names`, which the engine's checks and dependency graphs stand on) and `check`.
Law: too much rather than too little. Inside a filter a name may mean an entry of the item; it counts as read from the
scope unless the names of the scope are known and it is none of them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection

from nodes.feel.library import LIBRARY
from nodes.feel.tree import (
    Call,
    ContextLiteral,
    Filter,
    For,
    FunctionDefinition,
    Name,
    Node,
    Path,
    Quantified,
    children,
)


def free_paths(node: Node, names: Collection[str] | None) -> frozenset[tuple[str, ...]]:
    """The paths that begin with a name of the scope, each as long as the text has it."""
    found: set[tuple[str, ...]] = set()

    def seen(name: Name, path: tuple[str, ...], in_filter: bool) -> None:
        if name.name in LIBRARY and (names is None or name.name not in names) and len(path) == 1:
            return
        if in_filter and names is not None and name.name not in names:
            return
        found.add(path)

    walk_names(node, seen)
    return frozenset(found)


def walk_names(node: Node, seen: Callable[[Name, tuple[str, ...], bool], None]) -> None:
    """Call `seen(name, path, in_filter)` for each name that nothing in the expression itself gives a value."""
    _walk(node, frozenset(), in_filter=False, seen=seen)


def _walk(
    node: Node, bound: frozenset[str], *, in_filter: bool, seen: Callable[[Name, tuple[str, ...], bool], None]
) -> None:
    def go(child: Node, more: frozenset[str] = frozenset(), *, filtered: bool = False) -> None:
        _walk(child, bound | more if more else bound, in_filter=in_filter or filtered, seen=seen)

    match node:
        case Name(name=name):
            if name not in bound:
                seen(node, (name,), in_filter)
        case Path():
            steps: list[str] = []
            target: Node = node
            while isinstance(target, Path):
                steps.append(target.name)
                target = target.target
            if not isinstance(target, Name):
                go(target)
            elif target.name not in bound:
                seen(target, (target.name, *reversed(steps)), in_filter)
        case Filter(target=target, condition=condition):
            go(target)
            go(condition, frozenset({"item"}), filtered=True)
        case Call(function=Name(name=name) as function, arguments=arguments):
            if name not in LIBRARY:
                go(function)
            for argument in arguments:
                go(argument)
        case For(iterators=iterators) | Quantified(iterators=iterators):
            local: frozenset[str] = frozenset()
            for iterator in iterators:
                for child in children(iterator):
                    go(child, local)
                local |= {iterator.name}
            if isinstance(node, For):
                go(node.body, local | {"partial"})
            else:
                go(node.condition, local)
        case ContextLiteral(entries=entries):
            known: frozenset[str] = frozenset()
            for entry in entries:
                own = isinstance(entry.value, FunctionDefinition)  # a function may call itself
                go(entry.value, known | {entry.key} if own else known)
                known |= {entry.key}
        case FunctionDefinition(parameters=parameters, body=body, external=external):
            if not external:
                go(body, frozenset(parameter.name for parameter in parameters))
        case _:
            for child in children(node):
                go(child)
