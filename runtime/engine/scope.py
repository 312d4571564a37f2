"""Names and expressions (SEMANTICS, section N): what a step's expressions see, and what they give at field's edge.

``input``, ``case``, ``run``, ``vars`` and, under a node's id, the output of that node's latest step among the token's
ancestors (N1), so that timing never chooses a value.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from nodes.contract import Expr, Place, Text, Value, fits, render_hole
from nodes.feel import (
    CompiledExpression,
    DaysTimeDuration,
    FeelError,
    Hole,
    YearsMonthsDuration,
    compile_expression,
    from_python,
    parse_template,
    type_name,
)
from runtime.engine.calendar import months_after

if TYPE_CHECKING:
    from runtime.engine.plan import AnyDuration, Plan, PlanNode
    from runtime.engine.state import State, Step

RESERVED = frozenset({"input", "case", "run", "vars", "item", "index", "reply", "undone"})
"""Names that no node may bear (N2)."""


_EXPECTED = {
    "boolean": "true or false (a boolean)",
    "number": "a number",
    "integer": "a whole number",
    "text": "a text (a string)",
    "list": "a list",
    "context": "a context",
    "instant": "an instant (a date and time with its zone)",
    "duration": "a duration",
}
_MADE_OF_TEXT = {
    "number": " number(...) around it makes one of a text.",
    "integer": " number(...) around it makes one of a text.",
    "instant": " date and time(...) around it makes one of a text.",
    "duration": " duration(...) around it makes one of a text.",
}

_ANY_PROBLEM = (FeelError, ArithmeticError, ValueError, RecursionError)
"""What evaluating can raise; the last three only by a mistake in FEEL, which may stop one step and never the run"""


class ExpressionProblem(Exception):
    """A field can't be evaluated on this data: Incident ``expression`` (N3). ``field``: its path in the config."""

    def __init__(self, field: str, message: str, source: str | None = None) -> None:
        super().__init__(message)
        self.field = field
        self.message = message
        self.source = source

    def as_error(self) -> dict[str, Value]:
        """The ``error`` of the incident."""
        found: dict[str, Value] = {"code": "expression", "message": self.message, "field": self.field}
        if self.source is not None:
            found["expression"] = self.source
        return found


class Scope:
    """The names that one evaluation sees; looked up one by one, so that nothing unread is built."""

    __slots__ = ("extra", "now", "plan", "seen", "state")

    def __init__(
        self, plan: Plan, state: State, seen: Mapping[str, int], extra: Mapping[str, Value] | None = None
    ) -> None:
        self.plan = plan
        self.state = state
        self.seen = seen
        self.extra = extra
        self.now = state.run_time

    def names(self, wanted: frozenset[str]) -> dict[str, Value]:
        """The wanted names that exist; a node that isn't an ancestor is null (N1)."""
        found: dict[str, Value] = {}
        state = self.state
        for name in wanted:
            if self.extra is not None and name in self.extra:
                found[name] = self.extra[name]
            elif name == "input":
                found[name] = state.input
            elif name == "vars":
                found[name] = state.vars
            elif name == "case":
                found[name] = state.case
            elif name == "run":
                found[name] = self.run()
            elif name in self.plan.nodes:
                found[name] = output_of(state, name, self.seen)
        return found

    def run(self) -> dict[str, Value]:
        """What ``run`` holds."""
        state = self.state
        return {
            "id": state.run,
            "flow": state.flow,
            "requester": state.requester,
            "environment": state.environment,
            "started_at": state.started_at,
        }


def output_of(state: State, node: str, seen: Mapping[str, int]) -> Value:
    """The output of the latest step of ``node`` among the ancestors, else null (N1); after an error {error} (N2)."""
    k = seen.get(node)
    if k is None:
        return None
    step = state.steps.get(f"{node}#{k}")
    return None if step is None else step.output


class Formula:
    """One Expr, compiled."""

    __slots__ = ("compiled", "expr", "literal", "path", "problem")

    def __init__(self, expr: Expr[Any], path: str) -> None:
        self.expr = expr
        self.path = path
        self.compiled: CompiledExpression | None = None
        self.problem: str | None = None
        self.literal: Value = None
        if expr.source is None:
            self.literal = from_python(expr.literal)
        else:
            try:
                self.compiled = compile_expression(expr.source)
            except FeelError as problem:
                self.problem = str(problem)

    def value(self, scope: Scope) -> Value:
        """Its value in this scope, of the kind that the field expects. Raises ``ExpressionProblem``."""
        return self._checked(self._run(scope))

    def value_and_reads(self, scope: Scope) -> tuple[Value, Mapping[str, Value]]:
        """Its value and the values that it read, for the journal (N4)."""
        if self.compiled is None:
            return self.value(scope), {}
        names = scope.names(self.compiled.free_names)
        try:
            value, reads = self.compiled.evaluate_traced(names, now=scope.now, zone=scope.plan.zone)
        except _ANY_PROBLEM as problem:
            raise ExpressionProblem(self.path, str(problem), self.expr.source) from problem
        return self._checked(value), reads

    def _run(self, scope: Scope) -> Value:
        compiled = self.compiled
        if compiled is None:
            if self.problem is not None:
                raise ExpressionProblem(self.path, self.problem, self.expr.source)
            return self.literal
        try:
            return compiled.evaluate(scope.names(compiled.free_names), now=scope.now, zone=scope.plan.zone)
        except _ANY_PROBLEM as problem:
            raise ExpressionProblem(self.path, str(problem), self.expr.source) from problem

    def _checked(self, value: Value) -> Value:
        expr = self.expr
        if not fits(expr.expects, expr.nullable, value):
            got = "nothing (null)" if value is None else f"a {type_name(value)}"
            words = f"{self.path} should give {_EXPECTED[expr.expects]}, but it gives {got}."
            if isinstance(value, str):
                words += _MADE_OF_TEXT.get(expr.expects, "")
            raise ExpressionProblem(self.path, words, expr.source)
        return value


class Words:
    """One Text, compiled."""

    __slots__ = ("path", "place", "problem", "segments", "source")

    def __init__(self, text: Text, path: str, place: Place | None) -> None:
        self.path = path
        self.place = place or Place.PLAIN
        self.source = text.source
        self.problem: str | None = None
        self.segments: tuple[str | Hole, ...] = ()
        try:
            self.segments = parse_template(text.source).segments
        except FeelError as problem:
            self.problem = str(problem)

    def value(self, scope: Scope) -> str:
        """The words with their holes filled. Raises ``ExpressionProblem``."""
        if self.problem is not None:
            raise ExpressionProblem(self.path, self.problem, self.source)
        parts: list[str] = []
        for segment in self.segments:
            if isinstance(segment, str):
                parts.append(segment)
                continue
            hole = segment.expression
            try:
                value = hole.evaluate(scope.names(hole.free_names), now=scope.now, zone=scope.plan.zone)
                parts.append(render_hole(self.place, value))
            except _ANY_PROBLEM as problem:
                raise ExpressionProblem(self.path, str(problem), hole.text) from problem
        return "".join(parts)


def evaluate_tree(node: PlanNode, tree: Any, scope: Scope) -> Value:
    """A tree of plain values, Exprs and Texts, evaluated on one state (N5). Raises ``ExpressionProblem``."""
    kind = type(tree)
    if kind is Expr:
        return node.formula(tree).value(scope)
    if kind is Text:
        return node.text(tree).value(scope)
    if kind is str or tree is None or kind is bool:
        return tree
    if isinstance(tree, Mapping):
        return {key: evaluate_tree(node, item, scope) for key, item in tree.items()}
    if kind is list or kind is tuple:
        return [evaluate_tree(node, item, scope) for item in tree]
    return from_python(tree)


def after(plan: Plan, start: dt.datetime, duration: AnyDuration) -> dt.datetime:
    """The instant ``duration`` after ``start``, in UTC; months and years in the flow's zone (W1).

    A local time that exists twice means the first, one that doesn't exist the first valid instant. What lies beyond
    the calendar is its last or first day: a wait of a million years is odd, but no reason to stop a run.
    """
    try:
        if isinstance(duration, DaysTimeDuration):
            return start + duration.to_timedelta()
        return months_after(start, duration.months, plan.zone)
    except (OverflowError, ValueError):
        length = duration.nanoseconds if isinstance(duration, DaysTimeDuration) else duration.months
        return LAST_INSTANT if length > 0 else FIRST_INSTANT


def after_in_zone(plan: Plan, start: dt.datetime, duration: AnyDuration | None) -> dt.datetime | None:
    """``after`` where it takes the rules of a zone, so that it has to stand in the journal (Z1); else None."""
    return after(plan, start, duration) if isinstance(duration, YearsMonthsDuration) else None


def later(due: dt.datetime, span: dt.timedelta) -> dt.datetime:
    """An instant moved by a span, at most to the end of the calendar."""
    try:
        return due + span
    except OverflowError:
        return LAST_INSTANT if span > dt.timedelta(0) else FIRST_INSTANT


LAST_INSTANT = dt.datetime(9999, 12, 31, tzinfo=dt.UTC)
FIRST_INSTANT = dt.datetime(1, 1, 1, tzinfo=dt.UTC)


def entering(state: State, step: Step) -> Mapping[str, int]:
    """The ancestry of the token that a step was started by: its own node's id still means the previous pass (N1)."""
    return state.steps[step.sources[0].step].seen if step.sources else {}


def live_scope(plan: Plan, state: State, step: Step, extra: Mapping[str, Value] | None = None) -> Scope:
    """The scope of a step that has started: what it saw when it did."""
    return Scope(plan, state, entering(state, step), extra)
