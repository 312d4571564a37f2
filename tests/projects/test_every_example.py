"""Every example project is sound, and each of its samples can be tried with what it brings along."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from designer.document.scenarios import effects_of
from designer.session.rehearsal import Answers, Rehearsal
from nodes.registry import built_ins
from runtime.model.files import load_project
from runtime.model.project import Project
from runtime.model.rules import check_folder
from runtime.model.table_tests import judge_all

PROJECTS = Path(__file__).parents[2] / "projects"
FOLDERS = sorted(file.parent for file in PROJECTS.glob("*/project.json"))
SAMPLES = [
    (folder.name, flow, sample)
    for folder in FOLDERS
    for flow, samples in load_project(folder).samples.items()
    for sample in samples
]


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_an_example_has_no_problem(folder: Path) -> None:
    assert check_folder(folder, built_ins()) == []
    assert (folder / "README.md").is_file()


def test_the_tables_of_the_billing_example_are_tested_rule_by_rule() -> None:
    project = load_project(PROJECTS / "billing_dispute")
    ((_, sheet, tests),) = judge_all(project, project.decisions)
    assert [each.words for each in tests if each.state != "passes"] == []
    assert {rule for each in tests for rule in each.rules} == set(range(len(sheet.rows)))


@pytest.mark.parametrize(("name", "flow", "sample"), SAMPLES)
def test_a_sample_goes_on_without_any_system_until_people_or_time_are_asked(name: str, flow: str, sample: str) -> None:
    project = load_project(PROJECTS / name)
    rehearsal = _begun(project, flow, sample)
    why = rehearsal.advance()
    state = rehearsal.state
    assert why in ("ended", "waits")
    assert not state.incidents
    assert why == "ended" or any(step.state == "waiting" for step in state.live.values())


def test_the_risk_decides_how_many_sign() -> None:
    project = load_project(PROJECTS / "merchant_check")
    asked = {}
    for sample in project.samples["merchant_check"]:
        rehearsal = _begun(project, "merchant_check", sample)
        rehearsal.advance()
        asked[sample] = [step.node for step in rehearsal.state.live.values()] or rehearsal.state.outcome
    assert asked == {"small_shop": ["sign_one"], "travel_agency": ["sign_two"], "bad_background": "declined"}


def test_a_complaint_is_closed_when_no_reply_comes() -> None:
    rehearsal = _begun(load_project(PROJECTS / "complaint_follow_up"), "complaint_follow_up", "missing_fact")
    passed = []
    while rehearsal.advance() == "waits":
        passed += [step.node for step in rehearsal.state.live.values()]
        assert rehearsal.skip_time()
    assert list(dict.fromkeys(passed)) == ["await_reply", "await_again"]
    assert rehearsal.state.outcome == "no_reply"


def _begun(project: Project, flow: str, sample: str) -> Rehearsal:
    answers = Answers(seen=effects_of(project, flow, sample))
    begun = Rehearsal(project, flow, built_ins(), answers, start_at=dt.datetime(2026, 5, 4, 9, tzinfo=dt.UTC))
    begun.start(project.samples[flow][sample], by="tester")
    return begun
