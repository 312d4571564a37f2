"""A task that bars the requester needs to know who that is (SEMANTICS A3, A4)."""

from __future__ import annotations

from collections.abc import Iterable

from nodes.contract import HumanTask, Start
from runtime.model.drawing import Checked
from runtime.model.plain_words import one_of
from runtime.model.problems import Fix, Problem, Rule, Severity

RULE = Rule("REQUESTER_UNMAPPED", Severity.WARNING, "Where the requester is barred, the start says who that is")


def check(context: Checked) -> Iterable[Problem]:
    """Tasks with ``not_requester`` that a start without a requester leads to: then it is whoever starts the run."""
    for drawing in context.drawings:
        silent = [node for node, start in drawing.behaving(Start) if start.requester is None]
        for node, task in drawing.behaving(HumanTask):
            starts = [start.label for start in silent if drawing.graph.reaches(start.id, node.id)]
            if task.not_requester and starts:
                message = (
                    f"{node.label} bars the requester, but {one_of(starts, 'and')} does not say who that is. If a "
                    "system starts the run for a person, that person is not barred. Name the requester in the start."
                )
                yield RULE.problem(drawing.where(node, "config.not_requester"), message, Fix("Name the requester"))
