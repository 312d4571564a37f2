"""Compiles decision tables.

Law: a rule matches when every one of its cells is true of the value of its column. Columns answer for all rules at
once where they can (`column`); the cells that are left are asked in the order of the rules, and not at all once the
answer is known (FIRST). The same compiled cells explain a result afterwards.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, Literal

from nodes.dmn.boxed import DecisionTable, InputClause, OutputClause, Rule
from nodes.dmn.errors import Problem
from nodes.dmn.logic.column import Column
from nodes.dmn.logic.compiler import Compiled, CompiledCell, LogicCompiler, box, fitting
from nodes.dmn.logic.hits import AGGREGATORS, HIT_POLICIES, LISTS, Rank, all_equal, by_priority
from nodes.dmn.result import Cell, Fired
from nodes.dmn.running import DecisionRunning, note
from nodes.dmn.types import ANY, MISFIT, ModelType, allowed_tests, fit, shown
from nodes.feel.compiled import Code
from nodes.feel.compiled.names import constant
from nodes.feel.limits import DEFAULT_BUDGET
from nodes.feel.running import Running
from nodes.feel.tree import UnaryTests

_MOST_NAMED: Final = 10
"""Rules that a problem names one by one."""


class Output:
    """What one rule says: values where all its cells are literals, else closures."""

    __slots__ = ("codes", "fixed")

    def __init__(self, codes: tuple[Code, ...], fixed: tuple[Any, ...] | None) -> None:
        self.codes = codes
        self.fixed = fixed

    def values(self, running: Running) -> tuple[Any, ...]:
        """One value for each output column."""
        return self.fixed if self.fixed is not None else tuple([code(running) for code in self.codes])


class CompiledTable:
    """A table, ready to be asked often. `source` is what was written, `place` where it stands."""

    def __init__(self, compiler: LogicCompiler, source: DecisionTable, names: frozenset[str], place: str) -> None:
        self.source = source
        self.place = place
        self._line = source.line
        self._titles = tuple(clause.name or f"output {at}" for at, clause in enumerate(source.outputs, 1))
        self._policy = source.hit_policy
        self._first = source.hit_policy == "FIRST"
        self._lookups = [_lookup(compiler, source, at, names, place) for at in range(len(source.inputs))]
        numbers = [at for at, rule in enumerate(source.rules) if _fits_columns(compiler, source, rule, at, place)]
        rules = [source.rules[at] for at in numbers]
        self.numbers = numbers if len(rules) < len(source.rules) else None
        """Which rule of the source each compiled one is, where some could not be used."""
        self.cells: list[list[CompiledCell]] = [
            [
                compiler.cell(rule.inputs[at], names, _cell_place(place, number, clause.title), rule.line)
                for number, rule in enumerate(rules, 1)
            ]
            for at, clause in enumerate(source.inputs)
        ]
        self.columns = [Column([cell.tree if cell.plain else None for cell in cells]) for cells in self.cells]
        self._asked = list(zip(self._lookups, self.columns, range(len(self.columns)), strict=True))
        self._outputs = [
            self._output(compiler, rule.outputs, names, _cell_place(place, number, "the result"), rule.line)
            for number, rule in enumerate(rules, 1)
        ]
        self._default = self._defaults(compiler, names)
        self._ranks = (
            [_rank(compiler, clause, names, place, source.line) for clause in source.outputs]
            if source.hit_policy in {"PRIORITY", "OUTPUT ORDER"}
            else []
        )
        self._all = (1 << len(rules)) - 1
        self.cost = 2 + len(source.inputs) + (len(rules) >> 5)
        self.is_fixed = all(output.fixed is not None for output in self._outputs) and (
            self._default is None or self._default.fixed is not None
        )
        """Whether the rules that match alone decide what it says."""
        self.asks = [self._ask(compiler, clause, names) for clause in source.inputs]
        """Of each column the name that it looks at ("" where it is more than a name), its type, and what is allowed:
        a column of one cell, None for all, False where that must be asked."""

    # -- compiling --

    def _output(
        self, compiler: LogicCompiler, texts: Sequence[str], names: frozenset[str], place: str, line: int
    ) -> Output:
        codes: list[Code] = []
        fixed: list[Any] = []
        for text, clause in zip(texts, self.source.outputs, strict=True):
            known = compiler.literal_value(text)
            of = compiler.types.of(clause.type_ref, place, line)
            if known is not MISFIT and of is not ANY:
                known = fit(known, of, _probe())
            if known is not MISFIT:
                fixed.append(known)
                codes.append(constant(known))
                continue
            code = compiler.feel(text, names, place, line).code
            codes.append(code if of is ANY else fitting(code, of, "The output", place, line))
        return Output(tuple(codes), tuple(fixed) if len(fixed) == len(codes) else None)

    def _ask(
        self, compiler: LogicCompiler, clause: InputClause, names: frozenset[str]
    ) -> tuple[str, ModelType, Column | Literal[False] | None]:
        name = clause.expression if clause.expression in names else ""
        allowed: Column | Literal[False] | None = None
        if clause.allowed is not None:
            cell = compiler.cell(clause.allowed, names, self.place, self._line)
            allowed = Column([cell.tree]) if cell.tree is not None and cell.plain else False
        return name, compiler.types.of(clause.type_ref), allowed

    def _defaults(self, compiler: LogicCompiler, names: frozenset[str]) -> Output | None:
        texts = [clause.default for clause in self.source.outputs]
        if all(text is None for text in texts):
            return None
        return self._output(
            compiler, [text or "" for text in texts], names, f"{self.place}, default output", self._line
        )

    # -- asking --

    def __call__(self, running: Running) -> Any:
        """The result of the table in the scope of the evaluation."""
        running.charge(self.cost)
        candidates = self._all
        looked_at: list[Any] = []
        unsure: list[tuple[int, int]] = []
        for lookup, column, at in self._asked:
            value = lookup(running)
            if value is MISFIT:
                return None
            looked_at.append(value)
            line = column.lines.get(value.__class__)
            if line is None:
                may, ask = column.rules(value)
            else:
                may, ask = line.ask(value), line.unsure
            candidates &= may
            if ask:
                unsure.append((at, ask))
        if unsure or candidates & (candidates - 1):
            hits = list(self._hits(running, candidates, unsure, looked_at))
        else:
            hits = [candidates.bit_length() - 1] if candidates else []
        if not hits:
            return self._no_hit(running)
        outputs = [self._outputs[rule].values(running) for rule in hits]
        return self._decide(running, hits, outputs, looked_at)

    def _hits(
        self, running: Running, candidates: int, unsure: list[tuple[int, int]], looked_at: list[Any]
    ) -> Iterator[int]:
        while candidates:
            bit = candidates & -candidates
            candidates ^= bit
            rule = bit.bit_length() - 1
            for at, ask in unsure:
                if ask & bit and self.cells[at][rule].passes(running, looked_at[at]) is not True:
                    break
            else:
                yield rule
                if self._first:
                    return

    def _no_hit(self, running: Running) -> Any:
        if self._default is not None:
            return self._wrapped([self._default.values(running)])
        if self.source.aggregation is None and self._policy == "COLLECT":
            return []
        if self.source.aggregation == "COUNT" and self._policy == "COLLECT":
            return AGGREGATORS["COUNT"](running, [])
        note(running, Problem("no_rule", "No rule matched; null is taken.", self.place, self._line, serious=False))
        return None

    def _decide(self, running: Running, hits: list[int], outputs: list[tuple[Any, ...]], looked_at: list[Any]) -> Any:
        policy = self._policy
        if policy == "UNIQUE" and len(hits) > 1:
            return self._refused(running, hits, "but the hit policy UNIQUE allows one")
        if policy == "ANY" and not all_equal(running, outputs):
            return self._refused(running, hits, "and say different things, which the hit policy ANY does not allow")
        if policy in {"PRIORITY", "OUTPUT ORDER"}:
            order = by_priority(running, outputs, self._ranks)
            if policy == "PRIORITY":
                del order[1:]
            hits, outputs = [hits[at] for at in order], [outputs[at] for at in order]
        elif policy == "ANY":
            del outputs[1:]
        assert isinstance(running, DecisionRunning), "tables are asked in an evaluation of a model"
        for rule, output in zip(hits, outputs * len(hits) if policy == "ANY" else outputs, strict=False):
            number = rule if self.numbers is None else self.numbers[rule]
            running.hit(Fired(self, number, output, looked_at, running.scope, running.now, running.zone))
        aggregate = AGGREGATORS.get(self.source.aggregation or "") if policy == "COLLECT" else None
        if aggregate is None:
            return self._wrapped(outputs)
        columns = [aggregate(running, list(column)) for column in zip(*outputs, strict=True)]
        return columns[0] if len(columns) == 1 else dict(zip(self._titles, columns, strict=True))

    def _wrapped(self, outputs: list[tuple[Any, ...]]) -> Any:
        """Outputs as the result: the value of one column, a context of several; a list of them if the policy says."""
        if len(self._titles) == 1:
            values = [output[0] for output in outputs]
        else:
            values = [dict(zip(self._titles, output, strict=True)) for output in outputs]
        return values if self._policy in LISTS and self.source.aggregation is None else values[0]

    def _refused(self, running: Running, hits: list[int], why: str) -> None:
        numbers = hits if self.numbers is None else [self.numbers[hit] for hit in hits]
        named = ", ".join(str(number + 1) for number in numbers[:_MOST_NAMED]) + (
            ", ..." if len(hits) > _MOST_NAMED else ""
        )
        message = f"The rules {named} match, {why}; null is taken."
        note(running, Problem("several_rules", message, self.place, self._line))

    # -- explaining --

    def explain(
        self,
        rule_index: int,
        looked_at: Sequence[Any],
        scope: Mapping[str, Any],
        now: dt.datetime | None,
        zone: str,
    ) -> list[Cell]:
        """Whether each condition of a rule of the source holds for these values."""
        running = DecisionRunning(DEFAULT_BUDGET, now, zone)
        running.scope = scope
        rule = rule_index if self.numbers is None else self.numbers.index(rule_index)
        texts = self.source.rules[rule_index].inputs
        return [
            Cell(clause.title, text or "-", value, cells[rule].passes(running, value))
            for clause, text, value, cells in zip(self.source.inputs, texts, looked_at, self.cells, strict=True)
        ]


@box(DecisionTable)
def _table(compiler: LogicCompiler, node: DecisionTable, names: frozenset[str], place: str) -> Compiled:
    problem = _wrong_table(node, place)
    if problem is not None:
        return compiler.broken(problem)
    table = CompiledTable(compiler, node, names, place)
    return Compiled(table, 60, 2 + len(node.inputs), table)


def _wrong_table(node: DecisionTable, place: str) -> Problem | None:
    if node.hit_policy not in HIT_POLICIES:
        message = f"The hit policy `{node.hit_policy}` is not one of {', '.join(sorted(HIT_POLICIES))}."
        return Problem("table", message, place, node.line)
    if node.aggregation is not None and node.aggregation not in AGGREGATORS:
        message = f"The aggregation `{node.aggregation}` is not one of {', '.join(AGGREGATORS)}."
        return Problem("table", message, place, node.line)
    if not node.outputs:
        return Problem("table", "The table has no output column; add one.", place, node.line)
    return None


def _fits_columns(compiler: LogicCompiler, source: DecisionTable, rule: Rule, at: int, place: str) -> bool:
    """Whether a rule has a cell for each column; it is left out and told of if not."""
    if len(rule.inputs) == len(source.inputs) and len(rule.outputs) == len(source.outputs):
        return True
    message = (
        f"The rule has {len(rule.inputs)} conditions and {len(rule.outputs)} results, the table {len(source.inputs)} "
        f"and {len(source.outputs)} columns for them. The rule is not used."
    )
    compiler.report(Problem("table", message, f"{place}, rule {at + 1}", rule.line))
    return False


def _cell_place(place: str, number: int, column: str) -> str:
    return f"{place}, rule {number}, {column if column == 'the result' else f'column `{column}`'}"


def _lookup(compiler: LogicCompiler, source: DecisionTable, at: int, names: frozenset[str], place: str) -> Code:
    """A closure for the value of a column; MISFIT, with a problem, for one that the column does not allow."""
    clause = source.inputs[at]
    where = f"{place}, column `{clause.title}`"
    line = source.line if clause.element is None else clause.element.line
    compiled = compiler.feel(clause.expression, names, where, line)
    code = compiler.typed(compiled, clause.type_ref, f"The value of `{clause.title}`", where, line).code
    tests = None if clause.allowed is None else compiler.cell(clause.allowed, names, f"{where}, allowed values", line)
    if tests is None or tests.tree is None:
        return code
    allowed = clause.allowed

    def look(running: Running) -> Any:
        value = code(running)
        if value is None or tests.passes(running, value) is True:
            return value
        message = f"The value {shown(value)} is none of those that the column allows: {allowed}. Null is taken."
        note(running, Problem("not_allowed", message, where, line))
        return MISFIT

    return look


def _rank(compiler: LogicCompiler, clause: OutputClause, names: frozenset[str], place: str, line: int) -> Rank:
    """The place of a value among the allowed ones of an output column, which are in the order of priority."""
    tree: UnaryTests | None = None
    if clause.allowed is not None:
        tree = compiler.cell(clause.allowed, names, f"{place}, output values", line).tree
    else:
        tests = allowed_tests(compiler.types.of(clause.type_ref, place, line))
        tree = None if tests is None else tests.ast
    if tree is None:
        return lambda running, value: 0
    ways = [compiler.passes(UnaryTests((test,)), names) for test in tree.tests]

    def rank(running: Running, value: Any) -> int:
        for at, passes in enumerate(ways):
            if passes(running, value) is True:
                return at
        return len(ways)

    return rank


def _probe() -> DecisionRunning:
    return DecisionRunning(DEFAULT_BUDGET, None, "UTC")
