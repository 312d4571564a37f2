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
    tested = [file for file in project.decisions if file in project.decision_tests]
    for file, sheet, tests in judge_all(project, tested):
        for one in tests:
            met.add((file, one.test.name))
            if one.state != "passes":
                message = f'The test "{one.test.title}" of the table "{sheet.decision}" fails. {_advised(one)}'
                yield _problem(file, one.test.name, message)
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


def _advised(one: Judged) -> str:
    advice = "Correct the test." if one.state == "unclear" else "Correct the table, or take this result as right."
    return f"{one.words} {advice}"


def _problem(file: str, name: str, message: str) -> Problem:
    return RULE.problem(Where(file=DECISION_TEST.path(file, name)), message)
