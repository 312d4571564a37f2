"""Types of the parts of an expression as far as they can be known, and what is wrong with them.

Who calls it: `check`. The types are `check.TypeInfo`: a name, a mapping, a list of one, or None for unknown.
Law: unknown stays unknown. A finding is made only where the types on both sides are known.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Any, Final, NamedTuple

from nodes.feel import suggest
from nodes.feel.arithmetic import add, divide, multiply, power, subtract
from nodes.feel.durations import DaysTimeDuration, YearsMonthsDuration
from nodes.feel.kinds import NAMED_KINDS
from nodes.feel.library import LIBRARY, Builtin, Overload, Parameter
from nodes.feel.library.signature import KIND_TESTS
from nodes.feel.printer import print_expression
from nodes.feel.properties import PROPERTIES
from nodes.feel.slips import instead_of
from nodes.feel.temporal_text import parse_at
from nodes.feel.tree import (
    Arithmetic,
    AtLiteral,
    Between,
    Call,
    Comparison,
    Conjunction,
    ContextLiteral,
    Disjunction,
    Filter,
    For,
    FunctionDefinition,
    If,
    In,
    InstanceOf,
    ListLiteral,
    Literal,
    Name,
    Negation,
    Node,
    Path,
    Quantified,
    RangeLiteral,
    Span,
    UnaryComparison,
    UnaryTests,
    children,
)
from nodes.feel.type_info import RESULTS, known_of
from nodes.feel.values import CONTEXT, LIST, TYPE_NAMES, type_name

Known = Any
"""A TypeInfo. `Any` here, for mypy can't follow a recursive type through `match`."""

SAMPLES: Final[dict[str, Any]] = {
    "number": Decimal(1),
    "string": "",
    "boolean": True,
    "date": parse_at("2026-01-01"),
    "time": parse_at("12:00:00"),
    "date and time": parse_at("2026-01-01T12:00:00Z"),
    "days and time duration": DaysTimeDuration(1),
    "years and months duration": YearsMonthsDuration(1),
}
"""One value of each type: whether an operation is defined is asked of the operation itself."""

_OPERATIONS: Final = {"+": add, "-": subtract, "*": multiply, "/": divide, "**": power}
_MOMENTS: Final = frozenset({"date", "time", "date and time"})


class Finding(NamedTuple):
    """A problem, at a place of the tree."""

    code: str
    message: str
    span: Span
    suggestion: str | None = None
    at: Span | None = None
    """what the suggestion takes the place of, if it is not the whole of `span`"""


def type_text(of: Known) -> str:
    """A type in words."""
    if isinstance(of, str):
        return of
    return "context" if isinstance(of, Mapping) else "list"


class Inference:
    """Walks a tree once; `findings` is what it met."""

    def __init__(self, names: Mapping[str, Known] | None, *, cell: bool = False) -> None:
        self.names = names
        self.findings: list[Finding] = []
        self._cell = cell
        self._locals: list[tuple[str, Known]] = []
        self._open_filters = 0

    def report(
        self, code: str, message: str, node: Node, suggestion: str | None = None, at: Span | None = None
    ) -> None:
        """Keep a finding."""
        self.findings.append(Finding(code, message, node.span, suggestion, at))

    def _within(self, bindings: Collection[tuple[str, Known]], node: Node) -> Known:
        self._locals.extend(bindings)
        found = self.type_of(node)
        if bindings:
            del self._locals[-len(bindings) :]
        return found

    # -- the walk --

    def result_of(self, node: FunctionDefinition) -> Known:
        """The type of what a function gives."""
        return self._within([(parameter.name, known_of(parameter.type)) for parameter in node.parameters], node.body)

    def type_of(self, node: Node) -> Known:
        """The type of a node, None if unknown."""
        match node:
            case Literal(value=value):
                return None if value is None else type_name(value)
            case AtLiteral(text=text):
                return type_name(parse_at(text))
            case Name():
                return self._name(node)
            case Path(target=target, name=name):
                return self._path(node, self.type_of(target), name)
            case Call():
                return self._call(node)
            case Arithmetic(operator=operator, left=left, right=right):
                return self._arithmetic(node, operator, self.type_of(left), self.type_of(right))
            case Negation(operand=operand):
                of = self.type_of(operand)
                if isinstance(of, str) and of not in {"number", "days and time duration", "years and months duration"}:
                    self.report("types", f"A {of} has no negative.", node)
                return of
            case Comparison(left=left, right=right):
                self._comparison(node, left, right)
                return "boolean"
            case Conjunction(parts=parts) | Disjunction(parts=parts):
                said = suggest.repeated(parts)
                for part in parts:
                    self._condition(part, "`and` and `or` join conditions", said, node.span)
                return "boolean"
            case Between() | In() | InstanceOf() | UnaryTests():
                for child in children(node):
                    self.type_of(child)
                return "boolean"
            case _:
                return self._construct(node)

    def _construct(self, node: Node) -> Known:
        match node:
            case If(branches=branches, otherwise=otherwise):
                found = []
                for condition, then in branches:
                    self._condition(condition, "`if` needs a condition")
                    found.append(self.type_of(then))
                found.append(self.type_of(otherwise))
                return found[0] if all(of == found[0] for of in found) else None
            case ListLiteral(items=items):
                types = [self.type_of(item) for item in items]
                return [types[0] if types and all(of == types[0] for of in types) else None]
            case ContextLiteral(entries=entries):
                made: dict[str, Known] = {}
                for entry in entries:
                    own = [(entry.key, None)] if isinstance(entry.value, FunctionDefinition) else []
                    made[entry.key] = self._within([*made.items(), *own], entry.value)
                return made
            case Filter(target=target, condition=condition):
                return self._filter(self.type_of(target), condition)
            case For(iterators=iterators, body=body):
                return [self._loop(iterators, body, [("partial", [None])])]
            case Quantified(iterators=iterators, condition=condition):
                self._loop(iterators, condition, [])
                return "boolean"
            case FunctionDefinition(external=external):
                if external:
                    self.report(
                        "external", "A function of a foreign language is refused here.", node, "Write it in FEEL."
                    )
                else:
                    self.result_of(node)
                return "function"
            case RangeLiteral() | UnaryComparison():
                for child in children(node):
                    self.type_of(child)
                return "range"
            case _:
                return None

    def _loop(self, iterators: Any, body: Node, more: list[tuple[str, Known]]) -> Known:
        count = 0
        for iterator in iterators:
            of = self.type_of(iterator.source)
            if iterator.until is not None:
                self.type_of(iterator.until)
                of = [of]
            self._locals.append((iterator.name, of[0] if isinstance(of, (list, tuple)) and of else None))
            count += 1
        found = self._within(more, body)
        del self._locals[-count:]
        return found

    def _filter(self, target: Known, condition: Node) -> Known:
        item = target[0] if isinstance(target, (list, tuple)) and target else target
        if isinstance(condition, Literal) and condition.value == 0 and condition.value.__class__ is Decimal:
            self.report(
                "position", "Positions count from 1; there is none at 0.", condition, "Write `[1]` for the first."
            )
        bindings = [("item", item)]
        if isinstance(item, Mapping):
            bindings += list(item.items())
        opened = not isinstance(item, (Mapping, str))
        self._open_filters += opened
        of = self._within(bindings, condition)
        self._open_filters -= opened
        return item if of == "number" else [item]

    # -- names --

    def _name(self, node: Name) -> Known:
        for name, of in reversed(self._locals):
            if name == node.name:
                return of
        if self.names is None:
            return None
        if node.name in self.names:
            return self.names[node.name]
        if node.name in LIBRARY:
            return "function"
        if not self._open_filters:
            wanted = suggest.name_meant(node.name, {**dict(self._locals), **self.names})
            self.report("unknown_name", f"There is no value called `{node.name}`.", node, wanted)
        return None

    def _path(self, node: Path, target: Known, name: str) -> Known:
        if suggest.asks_for_nothing(name):
            self._unknown_property(node, name, ())
            return None
        if isinstance(target, (list, tuple)):
            return [self._path(node, target[0], name)] if target else None
        if isinstance(target, Mapping):
            if name in target:
                return target[name]
            self._unknown_property(node, name, target)
        elif isinstance(target, str):
            kind = NAMED_KINDS.get(target)
            properties = PROPERTIES.get(kind, {}) if kind is not None else None
            if kind is not None and properties is not None and kind not in {CONTEXT, LIST} and name not in properties:
                self._unknown_property(node, name, properties)
        return None

    def _unknown_property(self, node: Node, name: str, known: Collection[str]) -> None:
        suggestion = suggest.asks_for_nothing(name) or suggest.did_you_mean(name, known) or instead_of(name)
        last = Span(node.span.end - len(name), node.span.end)
        before = node.target if isinstance(node, Path) else node
        if isinstance(before, Name) and before.name in dict(self._locals) and before.name in (self.names or ()):
            suggestion = f"`{before.name}` is what the expression itself calls so here. Call that otherwise."
        where = f"`{print_expression(before)}`" if isinstance(before, Name | Path) else "what stands before the dot"
        self.report(
            "unknown_property", f"There is no `{name}` in {where}.", node, suggestion or suggest.there_are(known), last
        )

    # -- operators --

    def _condition(self, node: Node, why: str, suggestion: str | None = None, at: Span | None = None) -> None:
        of = self.type_of(node)
        if of is not None and of != "boolean":
            self.report("not_boolean", f"{why}, but this is a {type_text(of)}.", node, suggestion, at)

    def _arithmetic(self, node: Node, operator: str, left: Known, right: Known) -> Known:
        if left is None or right is None:
            return None
        a, b = SAMPLES.get(type_text(left)), SAMPLES.get(type_text(right))
        result = None if a is None or b is None else _OPERATIONS[operator](a, b)
        if result is not None:
            return type_name(result)
        if isinstance(left, str) and left == right and left in _MOMENTS and operator == "-":
            return None
        suggestion = None
        if operator == "+" and "string" in (type_text(left), type_text(right)):
            suggestion = "Make it a text with `string(...)` first."
        elif operator in {"+", "-"} and type_text(left) in _MOMENTS and right == "number":
            suggestion = 'Add a length of time, as `@"P1D"` for one day or `@"PT1H"` for one hour.'
        self.report(
            "types", f"`{operator}` is not defined for a {type_text(left)} and a {type_text(right)}.", node, suggestion
        )
        return None

    def _comparison(self, node: Node, left: Node, right: Node) -> None:
        before = len(self.findings)
        first, second = self.type_of(left), self.type_of(right)
        for finding in self.findings[before:]:
            other, side = (second, left) if finding.span == left.span else (first, right)
            unclear = finding.code == "unknown_name" and finding.suggestion == suggest.QUOTE
            if unclear and other == "string" and isinstance(side, Name):
                number = self.findings.index(finding)
                self.findings[number] = finding._replace(suggestion=f'Did you mean the text `"{side.name}"`?')
        if first is None or second is None:
            self._date_in_numbers(left, right)
            return
        if type_text(first) == type_text(second):
            return
        if isinstance(first, (list, tuple)) or isinstance(second, (list, tuple)):
            return  # a list of one stands for its item in many places: not surely wrong
        suggestion, at = suggest.meant(left, right, type_text(first)), left.span
        if suggestion is None:
            suggestion, at = suggest.meant(right, left, type_text(second)), right.span
        self.report(
            "types",
            f"A {type_text(first)} is compared with a {type_text(second)}: the answer is always null.",
            node,
            suggestion or "Convert one of them first.",
            at,
        )

    def _date_in_numbers(self, *sides: Node) -> None:
        """`x > 2026-05-01` where nobody knows what x is."""
        for side in sides:
            if (date := suggest.date_of(side)) is not None and "1900" <= date < "2200":
                why = "This takes numbers away from each other, and gives no date."
                self.report("types", why, side, f'Did you mean `@"{date}"`?')

    # -- calls --

    def _call(self, node: Call) -> Known:
        types = [self.type_of(argument) for argument in node.arguments]
        if not isinstance(node.function, Name):
            self.type_of(node.function)
            return None
        name = node.function.name
        if any(local == name for local, _ in self._locals) or (self.names is not None and name in self.names):
            return None
        builtin = LIBRARY.get(name)
        if builtin is None:
            if not self._open_filters and self.names is not None:
                known = [*LIBRARY, *self.names]
                suggestion = instead_of(name) or suggest.did_you_mean(name, known)
                self.report("unknown_function", f"There is no function `{name}`.", node.function, suggestion)
            return None
        self._arguments(node, builtin, types)
        return RESULTS.get(name)

    def _arguments(self, node: Call, builtin: Builtin, types: list[Known]) -> None:
        ways = self._ways(node, builtin)
        if not ways:
            given = f"{len(types)} argument{'s' * (len(types) != 1)}" if node.names is None else "these names"
            self.report(
                "arguments",
                f"`{builtin.name}` can't be called with {given}.",
                node,
                f"Write {suggest.calls_text(builtin)}.",
            )
            return
        misfit = self._misfit(node, ways[0], types)
        if misfit is not None:
            self.report("arguments", misfit[1], misfit[0])
        unread = suggest.unreadable(node, builtin.name)
        if unread is not None:
            self.report("arguments", f"`{builtin.name}` can't read this; the answer is always null.", node, unread)
        if builtin.name in {"matches", "replace", "split"} and len(node.arguments) > 1:
            pattern = node.arguments[1]
            if isinstance(pattern, Literal) and isinstance(pattern.value, str):
                from nodes.feel.patterns import PatternError, pattern_of  # here: most expressions have no pattern

                flags = node.arguments[-1] if len(node.arguments) > (3 if builtin.name == "replace" else 2) else None
                known = flags.value if isinstance(flags, Literal) and isinstance(flags.value, str) else ""
                found = pattern_of(pattern.value, known)
                if isinstance(found, PatternError):
                    self.report("pattern", "This regular expression does not work.", pattern, str(found))

    @staticmethod
    def _ways(node: Call, builtin: Builtin) -> list[Overload]:
        if node.names is None:
            return [way for way in builtin.overloads if way.takes(len(node.arguments))]
        return [way for way in builtin.overloads if way.order_of(node.names) is not None]

    @staticmethod
    def _misfit(node: Call, way: Overload, types: list[Known]) -> tuple[Node, str] | None:
        """The first argument whose known type its parameter never takes."""
        by_name: dict[str, Parameter] = {parameter.name: parameter for parameter in way.parameters}
        for index, (argument, of) in enumerate(zip(node.arguments, types, strict=True)):
            parameter = way.parameters[min(index, len(way.parameters) - 1)]
            if node.names is not None:
                parameter = by_name[node.names[index]]
            tests = KIND_TESTS[parameter.kind]
            if tests is None or not isinstance(of, str) or parameter.kind == "list":
                continue
            kind = NAMED_KINDS.get(of)
            if kind is not None and kind not in tests:
                wanted = " or ".join(TYPE_NAMES[test] for test in sorted(tests))
                return argument, f"`{parameter.name}` takes a {wanted}, but this is a {of}."
        return None
