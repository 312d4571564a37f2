"""The card of a decision: the rules that fired, who owns them, and the smallest change that would have changed it.

Who calls it: `baton decide --explain`, `decision/table` for the trace. Law: a flip is tried out before it is told: the
model is asked again with the changed inputs wherever the columns look at inputs directly.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from weakref import WeakKeyDictionary

from nodes.dmn.analysis.cells import OPEN
from nodes.dmn.analysis.grid import bits
from nodes.dmn.analysis.results import Results
from nodes.dmn.analysis.sheet import Sheet
from nodes.dmn.boxed import DecisionTable
from nodes.dmn.card.findings import Because, Change, DecisionCard, FiredRule, Flip
from nodes.dmn.card.flips import UNSURE, Found, Now, changes, flip_of
from nodes.dmn.errors import DmnError
from nodes.dmn.logic.hits import LISTS
from nodes.feel import FeelError, compile_expression, to_text, unary_tests

if TYPE_CHECKING:
    from nodes.dmn.elements import Decision
    from nodes.dmn.model import DecisionModel
    from nodes.dmn.result import DecisionResult, Evaluated, Fired

Read = Callable[[Any], "str | None"]
"""What a value means: answers that read alike are one answer. None: no answer."""
_MOST_RULES: Final = 20
_MOST_TRIED: Final = 40
_LONGEST: Final = 80


def shown(value: Any) -> str | None:
    """A value as text; None for null."""
    if value is None:
        return None
    text = to_text(value)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def decision_card(
    model: DecisionModel, result: DecisionResult, read: Read = shown, moved: str = "been"
) -> DecisionCard:
    """Why `model` decided so, and what would have changed it. `read` says what a value means: a result, or a way."""
    rules: list[FiredRule] = []
    for step in reversed(result.trace):
        rules.extend(_fired_rule(fired, model, step) for fired in islice(step.fired, _MOST_RULES - len(rules)))
    outcome = read(result.value)
    told = "nothing" if outcome is None else outcome
    return DecisionCard(result.name, told, tuple(rules), _flip(result, model, read), moved)


def _fired_rule(fired: Fired, model: DecisionModel, step: Evaluated) -> FiredRule:
    source = fired.asked.source
    owner = ""
    notes: list[str] = []
    for title, note in zip((*source.annotations, *([""] * len(fired.annotations))), fired.annotations, strict=False):
        if "owner" in title.lower():
            owner = note
        elif note:
            notes.append(note)
    because = tuple(
        Because(cell.column, cell.text, cell.value) for cell in fired.cells() if cell.text.strip() not in {"", "-"}
    )
    said = [shown(value) or "null" for value in fired.outputs]
    names = [clause.name for clause in source.outputs]
    result = said[0] if len(said) == 1 else ", ".join(f"{a}: {b}" for a, b in zip(names, said, strict=False))
    owner = owner or _owner_of(model, step.id)
    return FiredRule(fired.table, fired.rule_number, fired.rule_id, "; ".join(notes), owner, because, result)


def _owner_of(model: DecisionModel, decision: str) -> str:
    """Who answers for a decision, by the names in its file."""
    found = model.definitions.decisions.get(decision)
    if found is None:
        return next((name for inner in model.imported.values() if (name := _owner_of(inner, decision))), "")
    return ", ".join(filter(None, (model.definitions.people.get(owner.id, "") for owner in found.owners)))


# -- what would have changed it --


class _Asked(NamedTuple):
    """A table that was asked, with the values of its columns."""

    sheet: Sheet
    looked_at: Sequence[Any]
    holds: Callable[[int, int], bool]
    """(rule, column of the table) -> whether its cell held"""


_SHEETS: WeakKeyDictionary[Any, Sheet] = WeakKeyDictionary()
"""Sheets of compiled tables, which never change: reading 1,000 rules takes longer than a card may."""


def _flip(result: DecisionResult, model: DecisionModel, read: Read) -> Flip | None:
    """The last decision's own table first; if it has none, the tables that it depends on, latest first."""
    current = read(result.value)
    for at, step in enumerate(reversed(result.trace)):
        asked = _asked_in(step, model)
        if asked is None:
            continue
        table = _TableFlip(asked, result, model, read)
        flip = table.found(current, own=at == 0)
        if flip is not None or at == 0:
            return flip
    return None


def _asked_in(step: Evaluated, model: DecisionModel) -> _Asked | None:
    """The one table of a decision that was evaluated."""
    decision = _decision_of(model, step.id)
    if decision is None or not isinstance(decision[1].logic, DecisionTable):
        return None
    owner, table = decision[0], decision[1].logic
    if step.fired:
        fired = step.fired[0]
        sheet = _SHEETS.get(fired.asked)
        if sheet is None:
            sheet = _SHEETS[fired.asked] = Sheet(table, owner)
        return _Asked(sheet, fired.looked_at, lambda rule, at: fired.cells_of(rule)[at].held is True)
    sheet = Sheet(table, owner)
    try:
        looked_at = [
            compile_expression(clause.expression, sheet.names, properties=sheet.properties).evaluate(step.inputs)
            for clause in table.inputs
        ]
    except FeelError:
        return None

    def holds(rule: int, at: int) -> bool:
        try:
            tests = unary_tests(table.rules[rule].inputs[at] or "-", sheet.names, properties=sheet.properties)
            return tests.evaluate(looked_at[at], step.inputs) is True
        except FeelError:
            return False

    return _Asked(sheet, looked_at, holds)


def _decision_of(model: DecisionModel, id_: str) -> tuple[DecisionModel, Decision] | None:
    found = model.definitions.decisions.get(id_)
    if found is not None:
        return model, found
    return next((inner for each in model.imported.values() if (inner := _decision_of(each, id_))), None)


class _TableFlip:
    """The smallest change of one table's columns."""

    def __init__(self, asked: _Asked, result: DecisionResult, model: DecisionModel, read: Read) -> None:
        self._asked = asked
        self._sheet = asked.sheet
        self._table = asked.sheet.table
        self._grid = asked.sheet.grid
        self._result = result
        self._model = model
        self._read = read
        self._results = Results(asked.sheet)
        self._inputs = _inputs_of(result, model)

    def found(self, current: str | None, *, own: bool) -> Flip | None:
        """The first change that leads to another answer. `own`: it is the table of the asked decision itself."""
        now = [self._now(at) for at in range(len(self._grid.columns))]
        for candidate in islice(changes(self._grid, now, self._answer), _MOST_TRIED):
            flip = flip_of(self._grid, now, self._answer, candidate, lambda key: None)
            said = self._tried(flip.changes)
            if said is UNSURE:
                if not own:
                    continue
                said = self._label(candidate)
            if said is not None and said != current:
                return Flip(flip.changes, said)
        return None

    def _now(self, at: int) -> Now:
        column = self._grid.columns[at]
        value = self._asked.looked_at[column.places[0]]
        piece = column.piece_of(value)
        if piece is not None and column.domain >> piece & 1:
            rules = self._grid.sure.masks[at][piece]
            asked = [rule for rule in bits(self._grid.all_rules) if column.unknown[rule]]
        else:
            rules, asked = 0, list(bits(self._grid.all_rules))
        for rule in asked:
            if all(self._asked.holds(rule, place) for place in column.places):
                rules |= 1 << rule
        return Now(value, True, rules, rules)

    # -- answers --

    def _answer(self, sure: int, may: int) -> Any:
        """A key of what the table says when these rules match."""
        policy = self._table.hit_policy
        if policy == "FIRST":
            first = may & -may
            if not first:
                return self._of_rules([])
            return self._of_rules([first.bit_length() - 1]) if first & sure else UNSURE
        if sure != may:
            return UNSURE
        hits = list(bits(sure))
        if policy == "UNIQUE":
            return self._of_rules(hits) if len(hits) <= 1 else UNSURE
        if policy == "ANY":
            return self._of_rules(hits[:1]) if all(self._results.same(hits[0], hit) for hit in hits[1:]) else UNSURE
        if policy in {"PRIORITY", "OUTPUT ORDER"}:
            ranks = {hit: self._results.rank(hit) for hit in hits}
            if None in ranks.values():
                return UNSURE
            hits.sort(key=lambda hit: ranks[hit] or ())
            return self._of_rules(hits[:1] if policy == "PRIORITY" else hits)
        return self._of_rules(hits)

    def _of_rules(self, hits: list[int]) -> Any:
        """What the answer reads as, or the rules themselves where only an evaluation can tell."""
        value = self._value(hits)
        if value is OPEN:
            return ("rules", *(self._table.rules[hit].outputs for hit in hits))
        label = self._read(value)
        return ("nothing",) if label is None else ("says", label)

    def _value(self, hits: list[int]) -> Any:
        """The result of the table for these rules; OPEN where it must be worked out."""
        table = self._table
        if table.aggregation is not None:
            return OPEN
        if not hits:
            defaults = [clause.default for clause in table.outputs]
            if table.hit_policy == "COLLECT":
                return []
            if all(text is None for text in defaults):
                return None
            rows = [[self._sheet.constant(text or "") for text in defaults]]
        else:
            rows = [[self._sheet.constant(text) for text in table.rules[hit].outputs] for hit in hits]
        if any(value is OPEN for row in rows for value in row):
            return OPEN
        names = [clause.name or f"output {at}" for at, clause in enumerate(table.outputs, 1)]
        values = [row[0] if len(row) == 1 else dict(zip(names, row, strict=True)) for row in rows]
        return values if table.hit_policy in LISTS and hits else values[0]

    def _label(self, candidate: Found) -> str | None:
        answer = candidate.answer
        return str(answer[1]) if answer[0] == "says" else None

    # -- trying it out --

    def _tried(self, changed: Sequence[Change]) -> Any:
        """What the model says with these changes; UNSURE where they are no inputs of it."""
        inputs = dict(self._inputs)
        for change in changed:
            if change.path is None or change.path[0] not in inputs:
                return UNSURE
            inputs[change.path[0]] = _replaced(inputs[change.path[0]], change.path[1:], change.example)
        now, zone = next((fired.moment for fired in self._result.fired), (None, "UTC"))
        try:
            again = self._model.evaluate(self._result.name, inputs, now=now, zone=zone)
        except DmnError:
            return None
        return None if any(problem.serious for problem in again.problems) else self._read(again.value)


def _inputs_of(result: DecisionResult, model: DecisionModel) -> dict[str, Any]:
    """What was given to the model, as far as its decisions read it."""
    names = {element.variable.name for element in model.definitions.inputs.values()}
    return {name: value for step in result.trace for name, value in step.inputs.items() if name in names}


def _replaced(value: Any, path: Sequence[str], by: Any) -> Any:
    if not path:
        return by
    inside = dict(value) if isinstance(value, Mapping) else {}
    inside[path[0]] = _replaced(inside.get(path[0]), path[1:], by)
    return inside
