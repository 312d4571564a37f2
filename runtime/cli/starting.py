"""Before ``baton run`` starts something, and when a start is refused: what was typed wrong, all of it, and what fits.

Called by ``verbs/run.py``. Answers that are planned for a task or a choice that the flow does not have would only be
missed when the run waits for them.
"""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable

from nodes.contract import HumanTask
from nodes.registry import Registry
from runtime.cli.following import PlannedAnswer
from runtime.engine.compiling import compile_plan
from runtime.model.project import Project
from runtime.wire import Problem


def refuse_unfit_answers(planned: Iterable[PlannedAnswer], project: Project, flow: str, registry: Registry) -> None:
    """Raises ``Problem`` TYPED for an answer to a node that is no task of the flow, or by a port it does not have."""
    nodes = compile_plan(project.flows[flow], registry).nodes.items()
    tasks = {name: node.behaviour for name, node in nodes if isinstance(node.behaviour, HumanTask)}
    for answer in planned:
        if answer.node not in tasks:
            raise _unfit(f"The flow {flow} has no task {answer.node!r}.", answer.node, tasks)
        ports = [choice.port for choice in tasks[answer.node].choices]
        if answer.port not in ports:
            raise _unfit(f"The task {answer.node!r} has no choice {answer.port!r}.", answer.port, ports)


def _unfit(words: str, typed: str, known: Collection[str]) -> Problem:
    near = difflib.get_close_matches(typed, known, n=1)
    meant = f" Did you mean {near[0]!r}?" if near else ""
    todo = f"Known: {', '.join(known) or 'none'}."
    return Problem(422, "TYPED", f"--answer: {words}{meant}", where="--answer", todo=todo)


def input_told(refused: Problem, project: Project, flow: str, given: str | None) -> Problem:
    """A refused input with each of its mistakes, and what to do; any other refusal as it is."""
    if refused.code != "INPUT":
        return refused
    title = refused.title
    if isinstance(refused.detail, list) and len(refused.detail) > 1:
        lines = (f"  {': '.join(filter(None, (each['path'], each['message'])))}" for each in refused.detail)
        title = "The input does not fit:\n" + "\n".join(lines) + "\n"
    todo = "Correct --input." if given is not None else "Give it by --input, as JSON or @FILE."
    samples = sorted(project.samples.get(flow, ()))
    if samples:
        todo += f" The project has samples of it: {', '.join(f'samples/{flow}/{name}.json' for name in samples[:3])}"
        todo += " and more." if len(samples) > 3 else "."
    return Problem(refused.status, refused.code, title, where="--input", todo=todo, detail=refused.detail)
