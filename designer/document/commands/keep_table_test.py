"""Keeps a case of a decision table as a test, gives it another result or another title, or takes tests away."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from designer.document.command import Command
from designer.document.counted import counted
from runtime.model.project import Project


def keep_table_test(file: str, name: str, test: Mapping[str, Any]) -> Command:
    """``test`` as it stands in its file (``runtime.model.table_tests.as_file``); one of that name is replaced."""

    def apply(project: Project) -> Project:
        return _with(project, file, {**project.decision_tests.get(file, {}), name: dict(test)})

    return Command(f"Keep test “{test.get('title') or name}”", apply)


def retitle_table_test(file: str, name: str, title: str) -> Command:
    """Another title for a test; its file keeps its name, as nobody sees that. Letters typed in one go are one step."""

    def apply(project: Project) -> Project:
        held = project.decision_tests.get(file, {})
        test = held.get(name)
        if not isinstance(test, Mapping) or test.get("title") == title:
            return project
        return _with(project, file, {**held, name: {**test, "title": title}})

    return Command("Rename test", apply, merge=("retitle_table_test", file, name))


def remove_table_tests(file: str, names: Collection[str]) -> Command:
    """These tests fewer."""

    def apply(project: Project) -> Project:
        held = project.decision_tests.get(file, {})
        left = {name: test for name, test in held.items() if name not in names}
        return project if len(left) == len(held) else _with(project, file, left)

    return Command("Delete test" if len(names) == 1 else f"Delete {counted(len(names), 'test')}", apply)


def carry_column(project: Project, file: str, decisions: Collection[str], old: str, new: str) -> Project:
    """The tests of a table whose column looks at ``new`` instead of ``old`` keep the value of the column.

    ``decisions``: what tests may call the table; an empty text is among them if it is the first one of its file.
    """
    held = project.decision_tests.get(file, {})
    carried = {name: _renamed(test, decisions, old, new) for name, test in held.items()}
    return project if all(carried[name] is test for name, test in held.items()) else _with(project, file, carried)


def carry_expected(project: Project, file: str, decisions: Collection[str], old: str, new: str) -> Project:
    """The tests of a table whose result is called otherwise expect the same under its new name."""
    held = project.decision_tests.get(file, {})
    carried = {name: _expecting(test, decisions, old, new) for name, test in held.items()}
    return project if all(carried[name] is test for name, test in held.items()) else _with(project, file, carried)


def _expecting(test: Any, decisions: Collection[str], old: str, new: str) -> Any:
    if not isinstance(test, Mapping) or (test.get("decision") or "") not in decisions:
        return test
    wanted = test.get("expect")
    several = wanted if isinstance(wanted, list) else [wanted]
    if not any(isinstance(one, Mapping) and old in one and new not in one for one in several):
        return test
    made = [
        {new if key == old else key: value for key, value in one.items()} if isinstance(one, Mapping) else one
        for one in several
    ]
    return {**test, "expect": made if isinstance(wanted, list) else made[0]}


def _renamed(test: Any, decisions: Collection[str], old: str, new: str) -> Any:
    given = test.get("given") if isinstance(test, Mapping) else None
    if not isinstance(given, Mapping) or old not in given or new in given:
        return test
    if (test.get("decision") or "") not in decisions:
        return test
    return {**test, "given": {new if key == old else key: value for key, value in given.items()}}


def _with(project: Project, file: str, tests: Mapping[str, Any]) -> Project:
    rest = {name: held for name, held in project.decision_tests.items() if name != file}
    return project.model_copy(update={"decision_tests": {**rest, file: tests} if tests else rest})
