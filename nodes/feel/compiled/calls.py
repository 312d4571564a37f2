"""Compiles calls and function definitions.

Law: a function keeps the scope and a copy of the local values around it (they may change in the next round of a loop,
and another expression may be the caller), and pays for its body, in steps and in depth, each time it is called.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from nodes.feel.compiled.compiler import Code, Compiler, Often, construct, cost_of, height_of
from nodes.feel.compiled.names import constant
from nodes.feel.kinds import coerce
from nodes.feel.library import LIBRARY, Builtin, call_in_order, call_overload
from nodes.feel.limits import limit_error
from nodes.feel.running import Running
from nodes.feel.tree import Call, FunctionDefinition, Name, Type
from nodes.feel.values import Function


@construct(Call)
def _call(compiler: Compiler, node: Call) -> Code:
    if isinstance(node.function, Name) and not compiler.is_shadowed(node.function.name):
        builtin = LIBRARY.get(node.function.name)
        if builtin is not None:
            return _library_call(compiler, node, builtin)
    function = compiler.compile(node.function)
    arguments = tuple(compiler.compile(argument) for argument in node.arguments)
    names = node.names

    def call(running: Running) -> Any:
        called = function(running)
        values = [argument(running) for argument in arguments]
        if called.__class__ is not Function:
            return None
        if names is None:
            return called.call(running, values, None)
        return called.call(running, [], dict(zip(names, values, strict=True)))

    return call


def _library_call(compiler: Compiler, node: Call, builtin: Builtin) -> Code:
    """A call of the library: which way it is called is known by now."""
    arguments = tuple(compiler.compile(argument) for argument in node.arguments)
    if node.names is not None:
        found = builtin.by_name(node.names)
        if found is None:
            return constant(None)
        way, order = found

        def call_named(running: Running) -> Any:
            return call_in_order(running, way, [argument(running) for argument in arguments], order)

        return call_named
    by_position = builtin.by_position(len(arguments))
    if by_position is None:
        return constant(None)
    way = by_position

    def call(running: Running) -> Any:
        return call_overload(running, way, [argument(running) for argument in arguments])

    return call


class Written(NamedTuple):
    """What all functions that one definition makes have in common."""

    body: Often
    names: tuple[str, ...]
    types: tuple[Type | None, ...]
    slots: tuple[int, ...]
    cost: int
    depth: int


class Closure:
    """How a function that was written in an expression is called."""

    __slots__ = ("_kept", "_scope", "_written")

    def __init__(self, written: Written, scope: Mapping[str, Any], kept: list[Any]) -> None:
        """`kept` are the local values around the definition, by slot."""
        self._written = written
        self._scope = scope
        self._kept = kept

    def knows(self, slot: int, value: Any) -> None:
        """A local value that came to be after the function: the function itself, under its name."""
        self._kept[slot] = value

    def __call__(self, running: Running, positional: list[Any], named: dict[str, Any] | None) -> Any:
        written = self._written
        if named is not None:
            if set(named) != set(written.names):
                return None
            positional = [named[name] for name in written.names]
        elif len(positional) != len(written.names):
            return None
        slots = list(self._kept)
        for slot, of, value in zip(written.slots, written.types, positional, strict=True):
            fits, value = coerce(value, of, running)
            if not fits:
                return None
            slots[slot] = value
        running.charge(written.cost)
        running.depth -= written.depth
        if running.depth < 0:
            raise limit_error("depth", running.budget.depth)
        around, running.slots = running.slots, slots
        scope, running.scope = running.scope, self._scope
        try:
            return written.body.code()(running)
        finally:
            running.slots, running.scope = around, scope
            running.depth += written.depth


@construct(FunctionDefinition)
def _function_definition(compiler: Compiler, node: FunctionDefinition) -> Code:
    if node.external:
        return constant(None)  # foreign code is refused by design; the static check says so
    names = tuple(parameter.name for parameter in node.parameters)
    types = tuple(parameter.type for parameter in node.parameters)
    slots = tuple(compiler.bind(name) for name in names)
    body = compiler.compile_often(node.body)
    if names:
        compiler.release(len(names))
    written = Written(body, names, types, slots, cost_of(node.body), height_of(node.body) + 3)

    def define(running: Running) -> Function:
        return Function("function", names, Closure(written, running.scope, list(running.slots)), types, definition=node)

    return define
