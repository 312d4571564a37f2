"""A flow that is called gets all that it asks for, and nothing that it refuses (SEMANTICS B1, F1)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from nodes.contract import Child, Children
from runtime.model.drawing import Checked, shortened
from runtime.model.plain_words import one_of
from runtime.model.problems import Problem, Rule, Severity

RULE = Rule("CHILD_INPUT", Severity.ERROR, "A flow that is called gets the input that it asks for")
OF_AN_ITEM = ("item", "index")


def check(context: Checked) -> Iterable[Problem]:
    """Required fields of the called flow's input that are not filled in, and fields that it does not take."""
    for drawing in context.drawings:
        for node in drawing:
            behaviour = node.behaviour
            if not isinstance(behaviour, Child | Children) or behaviour.flow not in context.project.flows:
                continue
            schema = context.project.flows[behaviour.flow].input_schema
            given = [*behaviour.inputs, *(OF_AN_ITEM if isinstance(behaviour, Children) else ())]
            required, fields = schema.get("required"), schema.get("properties")
            asked = [name for name in required if isinstance(name, str)] if isinstance(required, list) else []
            missing = [name for name in asked if name not in given]
            called = shortened(behaviour.flow)
            where = drawing.where(node, "config.inputs")
            if missing:
                yield RULE.problem(where, f'{node.label}: "{called}" needs {one_of(missing, "and")}. Fill it in.')
            if schema.get("additionalProperties") is False and isinstance(fields, Mapping):
                foreign = [name for name in given if name not in fields]
                if foreign:
                    message = f'{node.label}: "{called}" does not take {one_of(foreign, "or")}. '
                    advice = (
                        "Let it take more, or leave that out." if set(foreign) <= set(OF_AN_ITEM) else "Leave it out."
                    )
                    yield RULE.problem(where, message + advice)
