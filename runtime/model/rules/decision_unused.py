"""A decision file that no step asks only looks as if it decided something."""

from __future__ import annotations

from collections.abc import Iterable

from runtime.model.drawing import Checked
from runtime.model.on_disk import DECISION
from runtime.model.problems import Problem, Rule, Severity, Where

RULE = Rule("DECISION_UNUSED", Severity.WARNING, "Every decision file is asked")


def check(context: Checked) -> Iterable[Problem]:
    """Decision files that no flow names, and none of the files that flows name imports."""
    if not context.all_flows_read or len(context.drawings) < len(context.project.flows):
        return  # a flow that can't be read, or is too large to be looked at, may ask any of them
    unclear = [str(node.node.config) for drawing in context.drawings for node in drawing if node.behaviour is None]
    used = {use.file for _, _, use in context.decision_uses}
    namespaces: set[str] = set()
    waiting = [model for file in used if (model := context.decision_model(file)) is not None]
    while waiting:
        model = waiting.pop()
        for inner in model.imported.values():
            if inner.definitions.namespace not in namespaces:
                namespaces.add(inner.definitions.namespace)
                waiting.append(inner)
    for file in context.decisions:
        model = context.decision_model(file)
        imported = model is not None and model.definitions.namespace in namespaces
        if file not in used and not imported and not any(repr(file) in config for config in unclear):
            message = f"No step asks a decision of {file}.dmn. Remove the file, or ask it."
            yield RULE.problem(Where(file=DECISION.path(file)), message)
