"""A column of a decision table looks at what the decision is given."""

from __future__ import annotations

from collections.abc import Iterable

from nodes.feel import FeelError, compile_expression
from nodes.feel.suggest import closest
from runtime.model.drawing import Checked, shortened
from runtime.model.problems import Problem, Rule, Severity

RULE = Rule("TABLE_COLUMN", Severity.WARNING, "Columns of decision tables look at what there is")


def check(context: Checked) -> Iterable[Problem]:
    """Names that nothing in the file has: their value is null, so that hardly a rule ever matches."""
    for analysed in context.tables:
        model = context.decision_model(analysed.file)
        if model is None:
            continue
        known = model.all_names | set(analysed.placed.scope) | set(model.imported)
        told = []
        for column in analysed.placed.table.inputs:
            try:
                read = compile_expression(column.expression, known).free_names
            except FeelError:
                continue  # DECISION_MISTAKE
            for name in sorted(read - known):
                near = closest(name, known)
                advice = f"Did you mean {near}?" if near else "Give it to the decision, or look at something else."
                words = (
                    f'The column "{shortened(column.title)}" looks at {shortened(name)}, which nothing has. {advice}'
                )
                told.append((words, (), 0))
        yield from analysed.problems(RULE, told)
