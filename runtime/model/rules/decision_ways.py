"""Each result of a decision has a way out of the step that asks it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from nodes.feel import to_text
from runtime.model.drawing import Checked, shortened
from runtime.model.flow import Node
from runtime.model.names import suggested_id
from runtime.model.plain_words import one_of
from runtime.model.problems import Fix, Problem, Rule, Severity

RESERVED = frozenset({"default", "timeout", "error", "otherwise"})
RULE = Rule("DECISION_WAYS", Severity.ERROR, "Each result of a decision has a way out")


def check(context: Checked) -> Iterable[Problem]:
    """Results without a way out, and outputs that are to choose and are none."""
    if not context.decision_uses:
        return
    from nodes.dmn.analysis import outputs_of, results_of  # only projects with decisions need it

    for drawing, node, use in context.decision_uses:
        model = context.decision_model(use.file)
        if model is None or use.decision not in model.decisions or use.routes is None:
            continue
        outputs = outputs_of(model, use.decision)
        decision = shortened(use.decision)
        if outputs is not None and use.output not in outputs:
            said = f'"{shortened(use.output)}" is none of them' if use.output else "none is chosen"
            message = f'{node.label}: "{decision}" has the outputs {one_of(outputs, "and")}, and {said}. Choose one.'
            yield RULE.problem(drawing.where(node, "config.output"), message)
            continue
        results = results_of(model, use.decision, use.output)
        if results is None or use.otherwise is not None:
            continue
        missing = [text for text in map(to_text, results) if text not in use.routes]
        if missing:
            message = (
                f'{node.label}: "{decision}" can say {one_of(missing, "or")}, and no way out is for that. Add one, or '
                "a way for all other results."
            )
            yield RULE.problem(drawing.where(node, "config.ways"), message, _fix(drawing.flow.id, node.node, missing))


def _fix(flow: str, node: Node, missing: Sequence[str]) -> Fix | None:
    """A way for each of these results, behind the others."""
    ways = node.config.get("ways")
    if not isinstance(ways, list | tuple) or not all(isinstance(way, Mapping) for way in ways):
        return None
    made, taken = [dict(way) for way in ways], {str(way.get("port")) for way in ways} | RESERVED
    for text in missing:
        port = stem = suggested_id(text)[:60]
        number = 2
        while port in taken:
            port, number = f"{stem}_{number}", number + 1
        taken.add(port)
        way = {"port": port, "title": text[:200]}
        made.append(way if port == text else {**way, "results": [text]})
    edit = {"do": "set", "flow": flow, "node": node.id, "field": "config.ways", "value": made}
    return Fix("Add it" if len(missing) == 1 else "Add them", edit)
