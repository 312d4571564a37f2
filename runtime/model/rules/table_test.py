"""A saved test of a decision table gives what it gave when it was saved."""

from __future__ import annotations

from collections.abc import Iterable

from runtime.model.drawing import Checked
from runtime.model.on_disk import DECISION_TEST
from runtime.model.plain_words import closest
from runtime.model.problems import Problem, Rule, Severity, Where
from runtime.model.table_tests import Judged, judge_all

RULE = Rule("TABLE_TEST", Severity.WARNING, "Every saved test of a decision table gives what it should")


def check(context: Checked) -> Iterable[Problem]:
    """Tests that give something else, that can't be decided, or whose table is not there."""
    project = context.project
    met: set[tuple[str, str]] = set()
    for file, sheet, tests in judge_all(project):
        for tested in tests:
            met.add((file, tested.test.name))
            if tested.state != "passes":
                yield _problem(file, tested.test.name, f'The test "{tested.test.title}" of the table "{sheet.decision}"'
                               f" fails. {_advised(tested)}")  # fmt: skip
    for file, tests_of_file in project.decision_tests.items():
        if file in project.decisions:
            lost = [name for name in tests_of_file if (file, name) not in met]
            readable = context.decision_model(file) is not None
            for name in lost if readable else ():
                yield _problem(file, name, f"This test is for a table that {file}.dmn does not have. Remove it.")
        elif context.decisions_read:
            near = closest(file, project.decisions)
            advice = f"Did you mean {near}?" if near else "Rename their folder, or remove it."
            message = f'These tests are for the decision file "{file}", which does not exist. {advice}'
            yield RULE.problem(Where(file=f"{DECISION_TEST.folder}/{file}"), message)


def _advised(tested: Judged) -> str:
    advice = "Correct the test." if tested.state == "unclear" else "Correct the table, or take this result as right."
    return f"{tested.words} {advice}"


def _problem(file: str, name: str, message: str) -> Problem:
    return RULE.problem(Where(file=DECISION_TEST.path(file, name)), message)
