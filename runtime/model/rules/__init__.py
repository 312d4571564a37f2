"""The rules of ``baton check``: one rule a file, found by walking this folder. See README.md for how to add one.

Called by CLI, server (before a release) and designer. Law: all problems at once, in a stable order, and never an
exception, whatever the drawing; a rule that fails itself becomes a problem that says so.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from nodes.pacing import checkpoint
from runtime.model.drawing import Checked, DecisionFacts, TypeSource
from runtime.model.files import open_project
from runtime.model.problems import Problem, Rule, Severity, Where
from runtime.model.project import Project


@dataclass(frozen=True, slots=True)
class FoundRule:
    """One file of this folder: its ``RULE`` and its ``check(context)``."""

    rule: Rule
    check: Callable[[Checked], Iterable[Problem]]


@cache
def found_rules() -> tuple[FoundRule, ...]:
    """All rules, by code. Raises ``TypeError`` for a file that is none, or for a code that two files use."""
    rules: dict[str, FoundRule] = {}
    for module in sorted(pkgutil.iter_modules(__path__), key=lambda module: module.name):
        loaded = importlib.import_module(f"{__name__}.{module.name}")
        rule, check = getattr(loaded, "RULE", None), getattr(loaded, "check", None)
        if not isinstance(rule, Rule) or not callable(check):
            raise TypeError(f"{module.name}.py should export RULE, a Rule, and check(context)")
        if rule.code in rules:
            raise TypeError(f"the code {rule.code} is used by two rules, one of them {module.name}.py")
        rules[rule.code] = FoundRule(rule, check)
    return tuple(rules[code] for code in sorted(rules))


def check_project(
    project: Project,
    registry: TypeSource,
    *,
    rules: Iterable[FoundRule] | None = None,
    unread: frozenset[str] = frozenset(),
    decisions: DecisionFacts | None = None,
) -> list[Problem]:
    """Everything that is wrong with a project, in the order of its flows and nodes. Never raises.

    ``unread``: paths of files that could not be read; nothing is said to be missing or unused that may stand in them.
    ``decisions``: what an earlier check knew of the very same decision files, which then are not read again.
    """
    context = Checked(project, registry, unread, decisions)
    problems: dict[Problem, None] = {}
    for found in found_rules() if rules is None else rules:
        checkpoint()
        try:
            problems.update((problem, None) for problem in found.check(context))
        except Exception as error:  # noqa: BLE001 - one broken rule must not hide what all others found
            message = (
                f"The check {found.rule.code} failed itself ({type(error).__name__}: {error}), so it says nothing "
                "about this project. All other checks were made; please report this."
            )
            problems[Problem("CHECK_FAILED", Severity.WARNING, Where(), message)] = None
    places = {
        (flow.id, node.id): n for flow in project.flows.values() for n, node in reversed([*enumerate(flow.nodes)])
    }
    return sorted(problems, key=lambda problem: _order(problem, places))


def check_folder(folder: Path | str, registry: TypeSource) -> list[Problem]:
    """As ``check_project`` for a folder: unreadable files are problems too, and what could be read is checked."""
    opened = open_project(folder)
    problems = [finding.as_problem() for finding in opened.findings]
    if opened.project is None:
        return problems
    unread = frozenset(finding.file for finding in opened.findings)
    return problems + check_project(opened.project, registry, unread=unread)


def _order(problem: Problem, places: dict[tuple[str, str], int]) -> tuple[str | int, ...]:
    where = problem.where
    place = places.get((where.flow or "", where.node or ""), -1)
    text = (where.field or "", str(where.edge), problem.code, problem.message)
    return (where.file or "", where.flow or "", place, *text)
