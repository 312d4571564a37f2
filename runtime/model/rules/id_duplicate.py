"""Outcomes and roles are told apart by their ids."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from runtime.model.drawing import Checked, shortened
from runtime.model.problems import Problem, Rule, Severity, Where

RULE = Rule("ID_DUPLICATE", Severity.ERROR, "No outcome and no role is declared twice")


def check(context: Checked) -> Iterable[Problem]:
    """Ids that stand twice in a list of outcomes or in the project's roles."""
    for where, what, ids in _declared(context):
        for name, count in Counter(ids).items():
            if count > 1:
                message = f'The {what} "{shortened(name)}" is declared {count} times. Keep one of them.'
                yield RULE.problem(where, message)


def _declared(context: Checked) -> Iterator[tuple[Where, str, list[str]]]:
    yield Where(file="project.json", field="roles"), "role", [role.id for role in context.project.file.roles]
    for flow in context.project.flows.values():
        yield Where(flow=flow.id, field="outcomes"), "outcome", [outcome.id for outcome in flow.outcomes]
