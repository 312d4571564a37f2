"""Compiles what reads a value: literals, names, paths, `?`."""

from __future__ import annotations

from typing import Any

from nodes.feel.compiled.compiler import INPUT_NAME, Code, Compiler, construct
from nodes.feel.library import LIBRARY, as_function
from nodes.feel.properties import property_of
from nodes.feel.running import Running
from nodes.feel.temporal_text import parse_at
from nodes.feel.tree import AtLiteral, Input, Literal, Name, Node, Path
from nodes.feel.values import SETTLED, settle


def constant(value: Any) -> Code:
    """A closure that answers the same value always."""
    return lambda running: value


@construct(Literal)
def _literal(compiler: Compiler, node: Literal) -> Code:
    return constant(node.value)


@construct(AtLiteral)
def _at_literal(compiler: Compiler, node: AtLiteral) -> Code:
    return constant(parse_at(node.text))


@construct(Input)
def _input(compiler: Compiler, node: Input) -> Code:
    slot = compiler.place_of(INPUT_NAME).slot
    return constant(None) if slot is None else read_slot(slot)


def read_slot(slot: int) -> Code:
    """A closure that reads a local value."""
    return lambda running: running.slots[slot]


@construct(Name)
def _name(compiler: Compiler, node: Name) -> Code:
    place = compiler.place_of(node.name)
    if place.slot is not None:
        read = read_slot(place.slot)
    elif compiler.traced:
        read = _traced_path((node.name,))
    else:
        read = _scope_name(node.name)
    for slot in reversed(place.filtered):
        read = _filtered_name(node.name, slot, read)
    return read


def _scope_name(name: str) -> Code:
    builtin = LIBRARY.get(name)
    if builtin is not None:
        library_function = as_function(builtin)

        def read_or_library(running: Running) -> Any:
            scope = running.scope
            return settle(scope[name]) if name in scope else library_function

        return read_or_library

    def read(running: Running) -> Any:
        value = running.scope.get(name)
        return value if value.__class__ in SETTLED else settle(value)

    return read


def _filtered_name(name: str, slot: int, otherwise: Code) -> Code:
    """An entry of the context that is being filtered, if it has such an entry."""

    def read(running: Running) -> Any:
        item = running.slots[slot]
        if item.__class__ is dict and name in item:
            return settle(item[name])
        return otherwise(running)

    return read


def scope_path(compiler: Compiler, node: Node) -> tuple[str, ...] | None:
    """The names of `a.b.c` where `a` is surely a name of the scope."""
    steps: list[str] = []
    while isinstance(node, Path):
        steps.append(node.name)
        node = node.target
    if not isinstance(node, Name):
        return None
    place = compiler.place_of(node.name)
    if place.slot is not None or place.filtered:
        return None
    return (node.name, *reversed(steps))


@construct(Path)
def _path(compiler: Compiler, node: Path) -> Code:
    path = scope_path(compiler, node)
    if path is not None:
        return _traced_path(path) if compiler.traced else _scope_path(path)
    target, name = compiler.compile(node.target), node.name

    def read(running: Running) -> Any:
        value = target(running)
        if value.__class__ is dict:
            value = value.get(name)
            return value if value.__class__ in SETTLED else settle(value)
        return property_of(value, name, running)

    return read


def _scope_path(path: tuple[str, ...]) -> Code:
    root, *rest = path
    first = _scope_name(root)
    if len(rest) == 1:
        name = rest[0]

        def read_one(running: Running) -> Any:
            value = first(running)
            if value.__class__ is dict:
                value = value.get(name)
                return value if value.__class__ in SETTLED else settle(value)
            return property_of(value, name, running)

        return read_one

    def read(running: Running) -> Any:
        value = first(running)
        for name in rest:
            value = value.get(name) if value.__class__ is dict else property_of(value, name, running)
        return value if value.__class__ in SETTLED else settle(value)

    return read


def _traced_path(path: tuple[str, ...]) -> Code:
    read_plain = _scope_path(path) if len(path) > 1 else _scope_name(path[0])
    text = ".".join(path)
    root = path[0]

    def read(running: Running) -> Any:
        value = read_plain(running)
        reads = running.reads
        if reads is not None and (root in running.scope or root not in LIBRARY):
            reads[text] = value
        return value

    return read
