"""Compiles boxes of all kinds but tables: contexts, invocations, functions, relations, lists, loops.

Law: a box that adds names makes a scope of its own; the scope around it is never changed. A function keeps the scope
in which it was made, and pays for its body each time it is called. A condition that is neither boolean nor null makes
its box null, as the standard's test suite has it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from nodes.dmn.boxed import (
    Boxed,
    Conditional,
    Context,
    Filter,
    FunctionDefinition,
    Invocation,
    Iteration,
    List,
    Literal,
    Relation,
    Variable,
)
from nodes.dmn.logic.compiler import Compiled, LogicCompiler, box, external_problem, fitting
from nodes.dmn.running import note, with_scope
from nodes.dmn.types import ANY, MISFIT, ModelType, fit, misfit
from nodes.dmn.xml_tree import Element
from nodes.feel import Function
from nodes.feel.compiled import Code
from nodes.feel.compiled.collections import item_at, items_of
from nodes.feel.limits import limit_error
from nodes.feel.running import Running
from nodes.feel.values import settle

_INSIDE: Final = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\](){}]|\.\.')


@box(Literal)
def _literal(compiler: LogicCompiler, node: Literal, names: frozenset[str], place: str) -> Compiled:
    return compiler.literal(node, names, place)


@box(Context)
def _context(compiler: LogicCompiler, node: Context, names: frozenset[str], place: str) -> Compiled:
    entries: list[tuple[str, Code]] = []
    result: Code | None = None
    height = cost = 1
    for variable, inner in node.entries:
        if variable is None or not variable.name:
            compiled = compiler.boxed(inner, names, place)
            result = compiled.code
        else:
            recursive = isinstance(inner, FunctionDefinition) or (
                isinstance(inner, Literal) and inner.text.startswith("function")
            )
            known = names | {variable.name}
            where = f"{place}, `{variable.name}`"
            compiled = compiler.boxed(inner, known if recursive else names, where)
            compiled = compiler.typed(compiled, variable.type_ref, f"`{variable.name}`", where, node.line)
            entries.append((variable.name, compiled.code))
            names = known
        height, cost = max(height, compiled.height + 1), cost + compiled.cost

    def make(running: Running) -> Any:
        around = running.scope
        scope = dict(around)
        running.scope = scope
        made: dict[str, Any] = {}
        try:
            for name, code in entries:
                scope[name] = made[name] = code(running)
            return made if result is None else result(running)
        finally:
            running.scope = around

    return Compiled(make, height + 1, cost)


@box(Invocation)
def _invocation(compiler: LogicCompiler, node: Invocation, names: frozenset[str], place: str) -> Compiled:
    called = compiler.boxed(node.called, names, place)
    height, cost = called.height, called.cost
    arguments: list[tuple[str, Code]] = []
    for variable, inner in node.bindings:
        compiled = compiler.boxed(inner, names, f"{place}, parameter `{variable.name}`")
        arguments.append((variable.name, compiled.code))
        height, cost = max(height, compiled.height), cost + compiled.cost
    function = called.code

    def call(running: Running) -> Any:
        target = function(running)
        values = {name: code(running) for name, code in arguments}
        return target.call(running, [], values) if isinstance(target, Function) else None

    return Compiled(call, height + 3, cost + 1)


class Written:
    """How a function of a model is called: of a knowledge model, a function definition, or made on the way."""

    __slots__ = ("body", "height", "line", "place", "scope", "types", "variables")

    def __init__(
        self,
        variables: tuple[Variable, ...],
        types: tuple[ModelType, ...],
        body: Compiled,
        scope: Mapping[str, Any],
        place: str,
        line: int,
    ) -> None:
        self.variables = tuple(variable.name for variable in variables)
        self.types = types
        self.body = body
        self.scope = scope
        self.place = place
        self.line = line
        self.height = body.height + 4

    def __call__(self, running: Running, positional: list[Any], named: dict[str, Any] | None) -> Any:
        arguments = bound(running, self.variables, self.types, positional, named, self.place, self.line)
        if arguments is None:
            return None
        running.charge(self.body.cost)
        running.depth -= self.height
        if running.depth < 0:
            raise limit_error("depth", running.budget.depth)
        try:
            return with_scope(running, {**self.scope, **arguments}, self.body.code)
        finally:
            running.depth += self.height


def bound(
    running: Running,
    names: tuple[str, ...],
    types: tuple[ModelType, ...],
    positional: list[Any],
    named: dict[str, Any] | None,
    place: str,
    line: int,
) -> dict[str, Any] | None:
    """The arguments by name, made to fit; None where they don't fit the parameters."""
    if named is not None:
        if len(named) != len(names) or any(name not in named for name in names):
            return None
        positional = [named[name] for name in names]
    elif len(positional) != len(names):
        return None
    arguments: dict[str, Any] = {}
    for name, of, value in zip(names, types, positional, strict=True):
        made = value if of is ANY else fit(value, of, running)
        if made is MISFIT:
            note(running, misfit(value, of, f"The parameter `{name}`", place, line, running))
            return None
        arguments[name] = made
    return arguments


@box(FunctionDefinition)
def function_definition(
    compiler: LogicCompiler, node: FunctionDefinition, names: frozenset[str], place: str
) -> Compiled:
    """A closure that makes the function."""
    if node.kind.upper() != "FEEL":
        return compiler.broken(external_problem(node.kind, place, node.line))
    variables = node.parameters
    types = tuple(compiler.types.of(variable.type_ref, place, node.line) for variable in variables)
    body = compiler.boxed(node.body, names | {variable.name for variable in variables}, place)
    result = compiler.result_type(node.type_ref)
    if result is not ANY:
        body = Compiled(fitting(body.code, result, f"The result of {place}", place, node.line), *body[1:])
    signature = tuple(None if of is ANY else of.feel() for of in types)
    answers = None if result is ANY else result.feel()
    parameters = tuple(variable.name for variable in variables)

    def define(running: Running) -> Function:
        written = Written(variables, types, body, running.scope, place, node.line)
        return Function(place, parameters, written, signature, answers)

    return Compiled(define, 2, 1)


@box(Relation)
def _relation(compiler: LogicCompiler, node: Relation, names: frozenset[str], place: str) -> Compiled:
    titles = tuple(column.name for column in node.columns)
    rows: list[tuple[Code, ...]] = []
    height = cost = 1
    for number, row in enumerate(node.rows, 1):
        codes: list[Code] = []
        for column, inner in zip(node.columns, row, strict=False):
            where = f"{place}, row {number}, column `{column.name}`"
            compiled = compiler.boxed(inner, names, where)
            compiled = compiler.typed(compiled, column.type_ref, f"The cell in {where}", where, node.line)
            codes.append(compiled.code)
            height, cost = max(height, compiled.height), cost + compiled.cost
        rows.append(tuple(codes))

    def make(running: Running) -> list[Any]:
        empty = dict.fromkeys(titles)
        return [{**empty, **{t: code(running) for t, code in zip(titles, row, strict=False)}} for row in rows]

    return Compiled(make, height + 3, cost)


@box(List)
def _list(compiler: LogicCompiler, node: List, names: frozenset[str], place: str) -> Compiled:
    items = [compiler.boxed(inner, names, f"{place}, item {number}") for number, inner in enumerate(node.items, 1)]
    codes = [item.code for item in items]
    height = max((item.height for item in items), default=1)
    return Compiled(lambda running: [code(running) for code in codes], height + 2, sum(i.cost for i in items) + 1)


@box(Conditional)
def _conditional(compiler: LogicCompiler, node: Conditional, names: frozenset[str], place: str) -> Compiled:
    condition = compiler.boxed(node.condition, names, f"{place}, if")
    then = compiler.boxed(node.then, names, f"{place}, then")
    otherwise = compiler.boxed(node.otherwise, names, f"{place}, else")
    parts = (condition, then, otherwise)

    def choose(running: Running) -> Any:
        return then.code(running) if condition.code(running) is True else otherwise.code(running)

    return Compiled(choose, max(part.height for part in parts) + 1, sum(part.cost for part in parts))


@box(Filter)
def _filter(compiler: LogicCompiler, node: Filter, names: frozenset[str], place: str) -> Compiled:
    source = compiler.boxed(node.source, names, f"{place}, in")
    match = compiler.boxed(node.match, names | compiler.local_properties | {"item"}, f"{place}, match")

    def select(running: Running) -> Any:
        value = source.code(running)
        items = value if value.__class__ is list else ([] if value is None else [value])
        running.charge(len(items) * match.cost)
        around = running.scope
        kept: list[Any] = []
        for position, item in enumerate(items):
            item = settle(item)
            scope = {**around, "item": item}
            if item.__class__ is dict:  # with an entry `item`, that one is meant by the name
                scope.update(item)
            found = with_scope(running, scope, match.code)
            if found is True:
                kept.append(item)
            elif position == 0 and found.__class__ is Decimal:
                return item_at(items, found)
            elif found is not None and found is not False:
                return None
        return kept

    return Compiled(select, max(source.height, match.height + 2) + 1, source.cost + match.cost)


def _mentions(element: Element, name: str) -> bool:
    stack = [element]
    while stack:
        for child in stack.pop().children:
            if isinstance(child, Element):
                stack.append(child)
            elif name in child:
                return True
    return False


def _whole_range(source: Boxed | None) -> Boxed | None:
    """What a loop goes through; `1..n` without brackets is taken as by FEEL's own `for`."""
    if isinstance(source, Literal) and ".." in source.text and _has_open_dots(source.text):
        text = f"for item in {source.text} return item"
        return Literal(text, source.language, type_ref=source.type_ref, id=source.id, element=source.element)
    return source


def _has_open_dots(text: str) -> bool:
    """Whether `..` stands in no bracket and no text."""
    depth = 0
    for found in _INSIDE.finditer(text):
        if found[0] == ".." and depth == 0:
            return True
        depth += (found[0] in "([{") - (found[0] in ")]}")
    return False


@box(Iteration)
def _iteration(compiler: LogicCompiler, node: Iteration, names: frozenset[str], place: str) -> Compiled:
    source = compiler.boxed(_whole_range(node.source), names, f"{place}, in")
    source = compiler.typed(source, node.source_type, f"The list of {place}", place, node.line)
    collecting = node.kind == "for"
    inner = names | {node.variable, "partial"} if collecting else names | {node.variable}
    body = compiler.boxed(node.body, inner, f"{place}, {'return' if collecting else 'satisfies'}")
    variable, code, cost = node.variable, body.code, body.cost
    decisive = node.kind == "some"
    looks_back = node.element is None or _mentions(node.element, "partial")

    def collect(running: Running) -> list[Any] | None:
        items = items_of(running, source.code(running))
        if items is None:
            return None
        running.charge(len(items) * cost)
        made: list[Any] = []
        scope = dict(running.scope)
        for item in items:
            inside = {**scope, variable: settle(item)}
            if looks_back:
                running.charge(len(made))
                inside["partial"] = list(made)
            made.append(with_scope(running, inside, code))
        return made

    def ask(running: Running) -> bool | None:
        items = items_of(running, source.code(running))
        if items is None:
            return None
        running.charge(len(items) * cost)
        answer: bool | None = not decisive
        scope = dict(running.scope)
        for item in items:
            found: Any = with_scope(running, {**scope, variable: settle(item)}, code)
            if found is not None and found.__class__ is not bool:
                return None
            if found is decisive:
                return decisive
            if found is None:
                answer = None
        return answer

    run: Code = collect if collecting else ask
    return Compiled(run, max(source.height, body.height + 2) + 1, source.cost + body.cost)
