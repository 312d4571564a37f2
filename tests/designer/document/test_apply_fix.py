"""Every repair that a rule suggests can be done, undone and redone, and takes its finding away."""

from __future__ import annotations

from typing import Any

import pytest

from designer.document.command import CommandRefused
from designer.document.commands.apply_fix import apply_fix, replaced_path
from designer.document.document import Document
from nodes.registry import Registry
from runtime.model.problems import Fix
from runtime.model.rules import check_project
from tests.runtime.model.rules import cases_of_decisions, cases_of_drawings, cases_of_expressions, cases_of_governance
from tests.runtime.model.rules.drawings import Case, all_types, project

CASES: list[Case] = [*cases_of_drawings.BAD, *cases_of_expressions.BAD, *cases_of_governance.BAD]


@pytest.fixture(scope="module")
def types() -> Registry:
    return all_types()


@pytest.mark.parametrize("drawn", [case[1] for case in CASES], ids=[case[0][:60] for case in CASES])
def test_every_suggested_repair_of_the_case_law_works(drawn: dict[str, Any], types: Registry) -> None:
    before = project(drawn)
    for problem in check_project(before, types):
        if problem.fix is None or problem.fix.edit is None:
            continue
        document = Document(before)
        assert document.do(apply_fix(problem.fix)) is True, problem
        left = [(found.code, found.where, found.message) for found in check_project(document.project, types)]
        assert (problem.code, problem.where, problem.message) not in left
        document.undo()
        assert document.project is before
        document.redo()
        assert document.project is not before


@pytest.mark.parametrize("case", cases_of_decisions.BAD, ids=lambda case: case[0])
def test_every_suggested_repair_of_decisions_and_tables_works(case: tuple[Any, ...], types: Registry) -> None:
    _, drawn, held, _, _ = case
    before = project(drawn, files={f"decisions/{name}.dmn": content for name, content in held.items()})
    for problem in check_project(before, types):
        if problem.fix is None or problem.fix.edit is None:
            continue
        document = Document(before)
        assert document.do(apply_fix(problem.fix)) is True, problem
        left = [(found.code, found.where.field, found.message) for found in check_project(document.project, types)]
        assert (problem.code, problem.where.field, problem.message) not in left
        document.undo()
        assert document.project is before


def test_a_repair_of_a_table_that_is_gone_is_refused(types: Registry) -> None:
    drawn = project(
        cases_of_decisions.asking(),
        files={"decisions/route.dmn": cases_of_decisions.dmn([["< 50", "-", '"auto"'], ["> 50", "-", '"team"']])},
    )
    [found] = [problem for problem in check_project(drawn, types) if problem.code == "TABLE_GAP"]
    assert found.fix is not None
    document = Document(project(cases_of_decisions.asking()))
    with pytest.raises(CommandRefused, match="not in this project any more"):
        document.do(apply_fix(found.fix))


def test_a_repair_that_only_people_can_do_says_so() -> None:
    with pytest.raises(CommandRefused, match="by hand"):
        apply_fix(Fix("Think about it"))
    with pytest.raises(CommandRefused, match="by hand"):
        apply_fix(Fix("Something new", {"do": "dance"}))


def test_only_the_whole_path_is_written_anew() -> None:
    text = "input.amount + input.amounts + my.input.amount + input . amount"
    assert replaced_path(text, "input.amount", "input.total") == (
        "input.total + input.amounts + my.input.amount + input.total"
    )
