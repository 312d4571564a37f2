"""Past cases as the table of today sees them: what its columns look at, what it says, what it said then. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from designer.document.clock import now
from designer.session.past_cases import PastCase
from nodes.contract import Value, same_value
from nodes.dmn import DmnError
from nodes.dmn.editing import Sheet
from nodes.feel import FeelError, compile_expression, to_text
from nodes.feel.texts import key_text, quote


@dataclass(frozen=True, slots=True)
class Placed:
    """``given``: value by input column. ``then_known``: the case asked this very table, so ``case.result`` is of it."""

    case: PastCase
    given: Mapping[int, Value]
    value: Value
    rules: tuple[int, ...]
    then_known: bool

    @property
    def gap(self) -> bool:
        """Whether nothing comes of it."""
        return not self.rules and self.value is None

    @property
    def otherwise(self) -> bool:
        """Whether it was decided in another way then."""
        return self.then_known and not same_value(self.case.result, self.value)


def place(model: Any, sheet: Sheet, decision: Iterable[str], cases: Iterable[PastCase]) -> tuple[Placed, ...]:
    """Those of the cases that come to this table. ``decision``: its id and its name."""
    if model is None:
        return ()
    names = frozenset(decision)
    found = (_place(model, sheet, names, case) for case in cases)
    return tuple(placed for placed in found if placed is not None)


def _place(model: Any, sheet: Sheet, names: frozenset[str], case: PastCase) -> Placed | None:
    try:
        result = model.evaluate(case.decision, model.read_inputs(case.values), now=case.at or now())
        step = next((step for step in result.trace if {step.id, step.decision} & names), None)
    except DmnError:
        return None  # the decision that was asked is not there any more, or takes other values
    if step is None:
        return None
    fired = [one for one in step.fired if one.table == step.decision]
    columns = sheet.of_kind("input")
    if fired and len(fired[0].looked_at) == len(columns):
        given = dict(zip(columns, fired[0].looked_at, strict=True))
    else:
        given = {column: _looked_at(sheet.columns[column].expression, step.inputs) for column in columns}
    then_known = any(
        case.decision in (decision.name, decision.id) and names & {decision.name, decision.id}
        for decision in model.decisions.values()
    )
    return Placed(case, given, step.output, tuple(one.rule_index for one in fired), then_known)


def _looked_at(expression: str, scope: Mapping[str, Any]) -> Any:
    try:
        return compile_expression(expression, frozenset(scope)).evaluate(scope)
    except FeelError:
        return None


def plain(value: Any) -> str:
    """A value for a list: a text without its quotes, nothing for none."""
    return value if isinstance(value, str) else "null" if value is None else typed(value)


def typed(value: Any) -> str:
    """A value as a person would type it into the case above the table."""
    if value is None:
        return "null"
    if isinstance(value, str):
        return quote(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | Decimal):
        return to_text(value)
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(typed, value))}]"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key_text(str(key))}: {typed(inner)}" for key, inner in value.items()) + "}"
    return f"@{quote(to_text(value))}"
