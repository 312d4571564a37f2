"""The front door: texts to compiled expressions and cells, and their evaluation.

Law: only `FeelError` leaves. A compiled expression is immutable and may be used by many threads at once; whoever uses
the same text often keeps the compiled form.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal, DecimalException
from typing import Any, NoReturn

from nodes.feel.compiled import INPUT_NAME, WORTH, Code, Compiler
from nodes.feel.errors import FeelError, FeelInternalError, FeelLimitError, FeelValueError
from nodes.feel.library import LIBRARY
from nodes.feel.limits import DEFAULT_BUDGET, MAX_NESTING, Budget, limit_error
from nodes.feel.parser import parse_expression, parse_unary_tests
from nodes.feel.reading import free_paths
from nodes.feel.running import Running
from nodes.feel.tree import Name, Node, Path, UnaryTests
from nodes.feel.values import MAX_VALUE_DEPTH, SETTLED, Function, settle

BUILTIN_NAMES: frozenset[str] = frozenset(LIBRARY)
"""The names of the functions of the standard."""


class _Compiled:
    """What expressions and cells share: text, tree, the names that they read, and safe running."""

    __slots__ = ("_code", "_names", "_slots", "_traced", "ast", "free_names", "free_paths", "text")

    ast: Node

    def __init__(self, text: str, node: Node, names: Collection[str] | None) -> None:
        self.text = text
        self.ast = node
        self._names = None if names is None else frozenset(names)
        self.free_paths = free_paths(node, self._names)
        self.free_names = frozenset(path[0] for path in self.free_paths)
        self._code, self._slots = self._compile(traced=False)
        self._traced: tuple[Code, int] | None = None

    def _compile(self, *, traced: bool) -> tuple[Code, int]:
        compiler = Compiler(self._names, traced=traced)
        self._bind(compiler)
        return compiler.compile(self.ast), compiler.slot_count

    def _bind(self, compiler: Compiler) -> None:
        """What a subclass puts in front of the other slots."""

    def _traced_code(self) -> tuple[Code, int]:
        if self._traced is None:
            self._traced = self._compile(traced=True)
        return self._traced

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.text!r}>"


class CompiledExpression(_Compiled):
    """An expression, ready to be evaluated often."""

    __slots__ = ("__dict__", "_uses")

    def __init__(self, text: str, node: Node, names: Collection[str] | None) -> None:
        super().__init__(text, node, names)
        self._uses = 0

    def evaluate(
        self,
        scope: Mapping[str, Any],
        *,
        budget: Budget | None = None,
        now: dt.datetime | None = None,
        zone: str = "UTC",
    ) -> Any:
        """The value in that scope. `now` is an aware datetime; without it `now()` and `today()` are a FeelError.

        Types of values stand in `nodes.feel.values`; what lies inside a list or context that is only passed on
        (`input`, `input.claim`) is as the scope has it. Null stands for all that the standard says is null.
        FeelLimitError if the budget does not suffice, FeelValueError if the scope holds what FEEL has no type for.
        """
        self._uses += 1
        if self._uses == WORTH:
            direct = Compiler(self._names).direct(self.ast, self._evaluate)
            if direct is not None:
                self.__dict__["evaluate"] = direct
        return self._evaluate(scope, budget=budget, now=now, zone=zone)

    def _evaluate(self, scope: Mapping[str, Any], *, budget: Budget | None, now: dt.datetime | None, zone: str) -> Any:
        running = Running(scope, [None] * self._slots, budget or DEFAULT_BUDGET, now, zone)
        try:
            result = self._code(running)
        except FeelError:
            raise
        except Exception as error:  # noqa: BLE001 - the law of this package: nothing but a FeelError leaves
            _translate(error)
        of = result.__class__
        if of is Decimal:
            return _finite(result)
        if (of is list or of is dict) and not isinstance(self.ast, (Name, Path)):
            return _finished(result, running)
        return result

    def evaluate_traced(
        self,
        scope: Mapping[str, Any],
        *,
        budget: Budget | None = None,
        now: dt.datetime | None = None,
        zone: str = "UTC",
    ) -> tuple[Any, dict[str, Any]]:
        """The value, and what was read for it: paths as text ("input.claim.amount") with their values."""
        code, slots = self._traced_code()
        reads: dict[str, Any] = {}
        running = Running(scope, [None] * slots, budget or DEFAULT_BUDGET, now, zone, reads)
        try:
            result = code(running)
        except FeelError:
            raise
        except Exception as error:  # noqa: BLE001 - as above
            _translate(error)
        of = result.__class__
        if of is bool or of is str or result is None:  # the answers of conditions
            return result, reads
        return _finished(result, running), reads


class CompiledUnaryTests(_Compiled):
    """The cell of a table, or any other list of tests, ready to be asked often."""

    __slots__ = ()

    ast: UnaryTests

    def _bind(self, compiler: Compiler) -> None:
        compiler.bind(INPUT_NAME)

    def evaluate(
        self,
        value: Any,
        scope: Mapping[str, Any] | None = None,
        *,
        budget: Budget | None = None,
        now: dt.datetime | None = None,
        zone: str = "UTC",
    ) -> bool | None:
        """Whether the value passes: True, False, or None where the tests say nothing about it."""
        slots = [None] * self._slots
        running = Running({} if scope is None else scope, slots, budget or DEFAULT_BUDGET, now, zone)
        try:
            slots[0] = settle(value)
            answer: bool | None = self._code(running)
        except FeelError:
            raise
        except Exception as error:  # noqa: BLE001 - as above
            _translate(error)
        return answer


def _translate(error: Exception) -> NoReturn:
    if isinstance(error, RecursionError):
        raise limit_error("depth", DEFAULT_BUDGET.depth) from None
    if isinstance(error, MemoryError):
        raise FeelLimitError(
            "memory", "The expression needs more memory than there is; make its lists shorter."
        ) from None
    if isinstance(error, DecimalException):
        raise FeelValueError("A number that is not finite came in; FEEL knows finite numbers only.") from None
    raise FeelInternalError(
        f"Evaluating this expression failed in FEEL itself ({type(error).__name__}: {error}); please report it."
    ) from error


def _finite(number: Decimal) -> Decimal:
    if not number.is_finite():
        raise FeelValueError(f"The number {number} is not finite; FEEL knows finite numbers only.")
    return number


def _finished(result: Any, running: Running) -> Any:
    """The result with all of it settled, within the limits of a value."""
    left = running.budget.list_items

    def finish(value: Any, depth: int) -> Any:
        nonlocal left
        left -= 1
        if left < 0:
            raise limit_error("list_items", running.budget.list_items)
        if depth > MAX_VALUE_DEPTH:
            raise limit_error("depth", MAX_VALUE_DEPTH)
        if value.__class__ not in SETTLED:
            value = settle(value)
        if value.__class__ is Decimal:
            return _finite(value)
        if value.__class__ is list:
            return [finish(item, depth + 1) for item in value]
        if value.__class__ is dict:
            return {key: finish(item, depth + 1) for key, item in value.items()}
        return value

    return finish(result, 0)


def compile_expression(
    text: str, names: Collection[str] | None = None, *, properties: Iterable[str] = ()
) -> CompiledExpression:
    """Compile an expression.

    `names` are the root names of the scope, so that those with blanks or operators in them are found (None: unknown;
    words side by side are one name then). `properties` are such names behind dots. FeelSyntaxError, FeelLimitError.
    """
    try:
        return CompiledExpression(text, parse_expression(text, names, BUILTIN_NAMES, properties), names)
    except RecursionError:  # only where the caller itself is nested very deep: the limits of a tree come first
        raise limit_error("nesting", MAX_NESTING) from None


def unary_tests(
    text: str, names: Collection[str] | None = None, *, properties: Iterable[str] = ()
) -> CompiledUnaryTests:
    """Compile a cell: `-`, `< 5, [7..9]`, `not("a", "b")`, `starts with(?, "a")`."""
    try:
        return CompiledUnaryTests(text, parse_unary_tests(text, names, BUILTIN_NAMES, properties), names)
    except RecursionError:
        raise limit_error("nesting", MAX_NESTING) from None


def is_function(value: object) -> bool:
    """Whether a value is a FEEL function; such a value can't be kept or sent."""
    return isinstance(value, Function)
