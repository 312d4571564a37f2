"""The common case of an expression as one Python code object: numbers, texts and conditions that are what one expects.

Who calls it: `compiler` for what runs often (whole expressions, the insides of loops, filters and functions), which
imports this file at the first of them.
Law: there is one truth, the closures. A direct function answers only what they would answer without charging anything
to the budget; whatever it does not expect (null, another kind of value, any exception) it leaves to them, and they
begin anew, for an expression has no effects. It is built from the tree as an abstract syntax tree of Python; texts and
names of the user get into it as constants only, and never as code.
"""

from __future__ import annotations

import ast
import datetime as dt
from collections.abc import Callable, Iterable
from decimal import Decimal
from types import CodeType, FunctionType
from typing import TYPE_CHECKING, Any, Final

from nodes.feel.arithmetic import NUMBERS
from nodes.feel.compiled.compiler import INPUT_NAME
from nodes.feel.compiled.expected import ORDERED, SHORT, before, finite, not_after, plain, same, settled, surprise
from nodes.feel.library import LIBRARY
from nodes.feel.running import Running
from nodes.feel.temporal_text import parse_at
from nodes.feel.tree import (
    Arithmetic,
    AtLiteral,
    Between,
    Call,
    Comparison,
    Conjunction,
    Disjunction,
    If,
    In,
    Input,
    ListLiteral,
    Literal,
    Name,
    Negation,
    Node,
    Path,
    RangeLiteral,
    UnaryComparison,
    children,
)

if TYPE_CHECKING:
    from nodes.feel.compiled.compiler import Compiler

_MAX_NODES: Final = 300
_MAX_HEIGHT: Final = 40
_CALCULATE: Final = {"+": NUMBERS.add, "-": NUMBERS.subtract, "*": NUMBERS.multiply, "/": NUMBERS.divide}


_WHOLE: Final = """
def evaluate(scope, *, budget=None, now=None, zone="UTC"):
    try:
        names = scope if scope.__class__ is dict else surprise()
    except Exception:
        return general(scope, budget=budget, now=now, zone=zone)
"""
_PART: Final = """
def evaluate(running):
    try:
        names = running.scope if running.scope.__class__ is dict else surprise()
        slots = running.slots
    except Exception:
        return general(running)
"""
"""What stands around the expression."""


class _Unfit(Exception):
    """The tree holds what only the closures can do."""


def direct_part(compiler: Compiler, node: Node, general: Callable[[Running], Any]) -> Callable[[Running], Any] | None:
    """A function of a `Running` for a part that runs often, None where the closures alone can do it."""
    return _made(_Writer(compiler), node, general, whole=False)


def direct_whole(compiler: Compiler, node: Node, general: Callable[..., Any]) -> Callable[..., Any] | None:
    """A function of a scope (and by name of budget, now and zone, as `general`) for a whole expression."""
    return _made(_Writer(compiler), node, general, whole=True)


def _made(writer: _Writer, node: Node, general: Callable[..., Any], *, whole: bool) -> Callable[..., Any] | None:
    if not _is_small(node):
        return None
    try:
        return writer.function(node, general, whole=whole)
    except _Unfit:
        return None


def _is_small(node: Node) -> bool:
    count, stack = 0, [(node, 0)]
    while stack:
        at, height = stack.pop()
        count += 1
        if count > _MAX_NODES or height > _MAX_HEIGHT:
            return False
        stack.extend((child, height + 1) for child in children(at))
    return count > 1


class _Writer:
    """Writes one function. Each expression comes with what its value surely is: number, text, date, truth or any."""

    def __init__(self, compiler: Compiler) -> None:
        self.compiler = compiler
        self.known: dict[str, Any] = {"surprise": surprise, "Decimal": Decimal, "str": str, "dict": dict}
        self.temporaries = 0
        self.reads: set[str] = set()

    # -- the frame --

    def function(self, node: Node, general: Callable[..., Any], *, whole: bool) -> Callable[..., Any]:
        """The function around the expression."""
        value, of = self.expression(node)
        if whole and of in {"number", "any"}:
            value = self.call(finite if isinstance(node, (Name, Path)) else plain, [value])
        elif of == "any":
            value = self.call(settled, [value])
        self.known["general"] = general
        module = ast.parse(_WHOLE if whole else _PART)
        definition = module.body[0]
        assert isinstance(definition, ast.FunctionDef)
        attempt = definition.body[0]
        assert isinstance(attempt, ast.Try)
        attempt.body = [
            *(
                step
                for step in attempt.body
                if isinstance(step, ast.Assign) and ast.unparse(step.targets[0]) in self.reads
            ),
            ast.Return(value),
        ]
        frame: CodeType = compile(ast.fix_missing_locations(module), "<FEEL>", "exec")
        known = {**self.known, "Exception": Exception, "__builtins__": {}}
        made = FunctionType(next(part for part in frame.co_consts if isinstance(part, CodeType)), known)
        if whole:
            made.__kwdefaults__ = {"budget": None, "now": None, "zone": "UTC"}
        return made

    # -- pieces of Python --

    def name(self, name: str) -> ast.expr:
        return ast.Name(name, ast.Load())

    def attribute(self, of: ast.expr, name: str) -> ast.expr:
        return ast.Attribute(of, name, ast.Load())

    def constant(self, value: Any, name: str | None = None) -> ast.expr:
        """A value that the function knows; the plain ones stand in the code itself."""
        if value is None or value.__class__ in {str, bool, int}:
            return ast.Constant(value)
        name = name or f"k{len(self.known)}"
        self.known[name] = value
        return self.name(name)

    def call(self, function: Callable[..., Any], arguments: list[ast.expr]) -> ast.expr:
        return ast.Call(self.constant(function), arguments, [])

    def temporary(self) -> str:
        self.temporaries += 1
        return f"t{self.temporaries}"

    def kept(self, name: str, value: ast.expr) -> ast.expr:
        return ast.NamedExpr(ast.Name(name, ast.Store()), value)

    def compare(self, left: ast.expr, operator: ast.cmpop, right: ast.expr) -> ast.expr:
        return ast.Compare(left, [operator], [right])

    def of_class(self, value: ast.expr, name: str) -> ast.expr:
        return self.compare(self.attribute(value, "__class__"), ast.Is(), self.name(name))

    def expected(self, test: ast.expr, value: ast.expr) -> ast.expr:
        """The value where the test holds, else a surprise."""
        return ast.IfExp(test, value, ast.Call(self.name("surprise"), [], []))

    def sure(self, node: Node, wanted: str) -> ast.expr:
        """The value of a node that is surely a number, text, date or truth."""
        return self.made_sure(*self.expression(node), wanted)

    def made_sure(self, value: ast.expr, of: str, wanted: str) -> ast.expr:
        if of == wanted:
            return value
        if of != "any":
            raise _Unfit
        at = self.temporary()
        if wanted == "truth":
            is_true = self.compare(self.kept(at, value), ast.Is(), ast.Constant(True))
            is_false = self.compare(self.name(at), ast.Is(), ast.Constant(False))
            return self.expected(ast.BoolOp(ast.Or(), [is_true, is_false]), self.name(at))
        return self.expected(self.of_class(self.kept(at, value), self.class_of(wanted)), self.name(at))

    def class_of(self, wanted: str) -> str:
        if wanted == "date":
            self.known["date"] = dt.date
        return {"number": "Decimal", "text": "str", "date": "date"}[wanted]

    # -- nodes --

    def expression(self, node: Node) -> tuple[ast.expr, str]:
        """The value of a node, and what it surely is."""
        match node:
            case Literal(value=value):
                of = {Decimal: "number", str: "text", bool: "truth"}.get(value.__class__, "any")
                return self.constant(value), of
            case AtLiteral(text=text):
                moment = parse_at(text)
                if moment.__class__ is not dt.date:
                    raise _Unfit
                return self.constant(moment), "date"
            case Name(name=name):
                return self.variable(name), "any"
            case Input():
                return self.variable(INPUT_NAME), "any"
            case Path(target=target, name=name):
                inner, of = self.expression(target)
                if of != "any":
                    raise _Unfit
                at = self.temporary()
                read = ast.Call(self.attribute(self.name(at), "get"), [ast.Constant(name)], [])
                return self.expected(self.of_class(self.kept(at, inner), "dict"), read), "any"
            case Arithmetic(operator=operator, left=left, right=right) if operator in _CALCULATE:
                return self.call(
                    _CALCULATE[operator], [self.sure(left, "number"), self.sure(right, "number")]
                ), "number"
            case Negation(operand=operand):
                return self.call(NUMBERS.minus, [self.sure(operand, "number")]), "number"
            case Comparison(operator=operator, left=left, right=right):
                return self.comparison(operator, left, right), "truth"
            case Conjunction(parts=parts):
                return ast.BoolOp(ast.And(), [self.sure(part, "truth") for part in parts]), "truth"
            case Disjunction(parts=parts):
                return ast.BoolOp(ast.Or(), [self.sure(part, "truth") for part in parts]), "truth"
            case Between(value=value, low=low, high=high):
                return self.between(value, low, high), "truth"
            case In(value=value, tests=tests):
                return self.among(value, tests), "truth"
            case If(branches=branches, otherwise=otherwise):
                return self.choice(branches, otherwise)
            case Call(function=Name(name="not"), arguments=(operand,), names=None) if not self.compiler.is_shadowed(
                "not"
            ):
                return ast.UnaryOp(ast.Not(), self.sure(operand, "truth")), "truth"
        raise _Unfit

    def variable(self, name: str) -> ast.expr:
        """A name where the compiler says that it lives."""
        place = self.compiler.place_of(name)
        if place.slot is not None:
            read = self.slot(place.slot)
        elif name == INPUT_NAME:
            return ast.Constant(None)
        elif name in LIBRARY:
            raise _Unfit
        else:
            self.reads.add("names")  # a missing one is a surprise as any other: only a dict is looked into
            read = ast.Subscript(self.name("names"), ast.Constant(name), ast.Load())
        for slot in reversed(place.filtered):
            item = self.temporary()
            is_context = self.of_class(self.kept(item, self.slot(slot)), "dict")
            there = ast.BoolOp(ast.And(), [is_context, self.compare(ast.Constant(name), ast.In(), self.name(item))])
            read = ast.IfExp(there, ast.Subscript(self.name(item), ast.Constant(name), ast.Load()), read)
        return read

    def slot(self, slot: int) -> ast.expr:
        self.reads.add("slots")
        return ast.Subscript(self.name("slots"), ast.Constant(slot), ast.Load())

    def comparison(self, operator: str, left: Node, right: Node) -> ast.expr:
        (a, first), (b, second) = self.expression(left), self.expression(right)
        known = first if first != "any" else second
        signs = {"=": ast.Eq, "!=": ast.NotEq, "<": ast.Lt, "<=": ast.LtE, ">": ast.Gt, ">=": ast.GtE}
        if known == "any":
            if operator in {"=", "!="}:
                equal = self.call(same, [a, b])
                return equal if operator == "=" else ast.UnaryOp(ast.Not(), equal)
            order = before if operator in {"<", ">"} else not_after
            return self.call(order, [a, b] if operator in {"<", "<="} else [b, a])
        if operator in {"=", "!="} and (
            known == "date"
            or (known == "truth" and not isinstance(right, Literal))
            or (known == "text" and _is_long(left))
        ):
            raise _Unfit  # the closures charge for these
        if known == "truth" and operator not in {"=", "!="}:
            raise _Unfit
        return self.compare(self.made_sure(a, first, known), signs[operator](), self.made_sure(b, second, known))

    def between(self, value: Node, low: Node, high: Node) -> ast.expr:
        parts = [self.expression(part) for part in (value, low, high)]
        wanted = next((of for _, of in parts if of != "any"), "number")
        if wanted == "truth":
            raise _Unfit
        at, below, above = (self.made_sure(part, of, wanted) for part, of in parts)
        kept = self.temporary()
        reaches = self.compare(self.kept(kept, at), ast.GtE(), below)
        return ast.BinOp(reaches, ast.BitAnd(), self.compare(self.name(kept), ast.LtE(), above))

    def among(self, value: Node, tests: tuple[Node, ...]) -> ast.expr:
        """`value in (...)` where the tests are literals of one kind, or ranges and comparisons of such."""
        inner, of = self.expression(value)
        if of != "any":
            raise _Unfit
        if len(tests) == 1 and isinstance(tests[0], ListLiteral):
            tests = tests[0].items
            if not all(isinstance(test, Literal) for test in tests):
                raise _Unfit
        at = self.temporary()
        values = [test.value for test in tests if isinstance(test, Literal)]
        if values and len(values) == len(tests):
            wanted = _one_kind(values)
            test: ast.expr = self.compare(self.name(at), ast.In(), self.constant(frozenset(values)))
        else:
            bounds: list[Any] = []
            passes = [self.passes(test, at, bounds) for test in tests]
            wanted = _one_kind(bounds)
            test = passes[0] if len(passes) == 1 else ast.BoolOp(ast.Or(), passes)
        return self.expected(self.of_class(self.kept(at, inner), self.class_of(wanted)), test)

    def passes(self, test: Node, at: str, bounds: list[Any]) -> ast.expr:
        """Whether the value kept in `at` passes one test; its bounds are added to `bounds`."""
        match test:
            case UnaryComparison(operator=operator, operand=Literal(value=bound)) if operator in _BOUNDS:
                bounds.append(bound)
                return self.compare(self.name(at), getattr(ast, _BOUNDS[operator])(), self.constant(bound))
            case RangeLiteral(low=low, high=high, low_included=low_included, high_included=high_included):
                ends = [_fixed(low), _fixed(high)]
                bounds.extend(ends)
                lower, upper = (self.constant(end) for end in ends)
                signs: list[ast.cmpop] = [
                    ast.LtE() if included else ast.Lt() for included in (low_included, high_included)
                ]
                return ast.Compare(lower, signs, [self.name(at), upper])
        raise _Unfit

    def choice(self, branches: Iterable[tuple[Node, Node]], otherwise: Node) -> tuple[ast.expr, str]:
        made, of = self.expression(otherwise)
        for condition, then in reversed(tuple(branches)):
            chosen, kind = self.expression(then)
            of = of if of == kind else "any"
            made = ast.IfExp(self.sure(condition, "truth"), chosen, made)
        return made, of


_BOUNDS: Final = {"<": "Lt", "<=": "LtE", ">": "Gt", ">=": "GtE"}


def _fixed(node: Node) -> Any:
    if isinstance(node, Literal):
        return node.value
    if isinstance(node, AtLiteral):
        return parse_at(node.text)
    raise _Unfit


def _one_kind(values: list[Any]) -> str:
    """The kind that all these are of."""
    of = values[0].__class__ if values else None
    if of not in ORDERED or any(value.__class__ is not of for value in values):
        raise _Unfit
    return ORDERED[of]


def _is_long(node: Node) -> bool:
    return isinstance(node, Literal) and isinstance(node.value, str) and len(node.value) > SHORT
