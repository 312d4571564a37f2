"""Steps that are pasted into another project bring what they need of theirs: roles, connections, decision files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from designer.document.clip import Clip, clip_of, read, written
from designer.document.commands.paste import paste
from designer.document.document import Document
from designer.document.edits import layout_of
from designer.document.facts import Facts
from designer.document.needs import needs_of
from nodes.registry import built_ins
from runtime.model.files import load_project
from runtime.model.flow import Node
from runtime.model.layout import LayoutFile
from runtime.model.project import ConnectionNeed, Project, Role
from runtime.model.rules import check_project

PROJECTS = Path(__file__).parents[3] / "projects"
FROM, INTO = "billing_dispute", "complaint_follow_up"
STEPS = ("check_fraud", "route", "approve_refund")


@pytest.fixture(scope="module")
def facts() -> Facts:
    return Facts(built_ins())


def clipped(facts: Facts) -> str:
    project = load_project(PROJECTS / FROM)
    flow, layout = project.flows[FROM], layout_of(project, FROM)
    return written(clip_of(flow, layout, STEPS, (), {}, lambda nodes: needs_of(nodes, project, facts)))


def pasted(project: Project, text: str, facts: Facts) -> Document:
    clip = read(text)
    assert clip is not None
    document = Document(project)
    flow, layout = project.flows[INTO], layout_of(project, INTO)
    assert document.do(paste(INTO, clip, (0, 0), flow=flow, layout=layout))
    return document


def test_what_the_other_project_lacks_comes_along_and_goes_again_with_undo(facts: Facts) -> None:
    before = load_project(PROJECTS / INTO)
    document = pasted(before, clipped(facts), facts)
    after = document.project
    assert {role.id for role in after.file.roles} - {role.id for role in before.file.roles} == {
        "operations", "finance", "finance_leads",
    }  # fmt: skip
    assert after.decisions["dispute_route"] == load_project(PROJECTS / FROM).decisions["dispute_route"]
    assert set(after.connections) - set(before.connections) == {"fraud"}
    left = {problem.code for problem in check_project(after, facts.registry)}
    assert not left & {"ROLE_UNKNOWN", "DECISION_UNKNOWN", "CONNECTION_UNKNOWN"}
    document.undo()
    assert document.project is before


def test_what_is_there_under_a_name_stays_as_it_is(facts: Facts) -> None:
    before = load_project(PROJECTS / INTO)
    mine = Role(id="finance", title="Our money people")
    theirs = ConnectionNeed(kind="http", title="Our fraud desk")
    before = before.model_copy(
        update={
            "file": before.file.model_copy(update={"roles": (*before.file.roles, mine)}),
            "connections": {**before.connections, "fraud": theirs},
            "decisions": {"dispute_route": b"ours"},
        }
    )
    after = pasted(before, clipped(facts), facts).project
    assert after.role("finance") is mine
    assert after.connections["fraud"] is theirs
    assert after.decisions == {"dispute_route": b"ours"}


def test_within_one_project_nothing_is_added(facts: Facts) -> None:
    project = load_project(PROJECTS / FROM)
    clip = read(clipped(facts))
    assert clip is not None
    assert clip.needs.missing_in(project).words() == ""
    assert clip.needs.added_to(project) is project


def test_what_came_is_told_in_words(facts: Facts) -> None:
    clip = read(clipped(facts))
    assert clip is not None
    assert clip.needs.missing_in(load_project(PROJECTS / INTO)).words() == (
        "the role Finance, the role Heads of finance, the role Billing operations, the connection Fraud check and the "
        "decision file Dispute route"
    )


@pytest.mark.parametrize(
    "needs",
    [
        [1],
        {"roles": {}},
        {"roles": [1]},
        {"roles": [{"id": "../up"}]},
        {"roles": [{"id": "a"}] * 201},
        {"connections": []},
        {"connections": {"a": {"kind": "http", "password": "hunter22"}}, "roles": [{"id": 7}]},
        {"connections": {"A b": {"kind": "http"}}},
        {"decisions": {"../../etc/passwd": "x"}},
        {"decisions": {"a": 1}},
        {"decisions": {"a": "x" * 2_000_001}},
        "all of it",
    ],
)
def test_needs_that_no_project_would_have_make_no_clip(needs: Any, facts: Facts) -> None:
    plain = json.loads(clipped(facts))
    assert read(json.dumps(plain)) is not None
    assert read(json.dumps({**plain, "needs": None})) is not None, "an older one says nothing of them"
    assert read(json.dumps({**plain, "needs": needs})) is None


def test_pasted_steps_read_each_other_and_keep_their_keys() -> None:
    """A key that is called as the step was written anew, too, so that another name was sent."""
    project = load_project(PROJECTS / INTO)
    flow = project.flows[INTO]
    first = flow.nodes[0]
    reads = {"assignments": {"x": {"feel": f"{{{first.id}: {first.id}.a, b: [{{{first.id}: 1}}]}}"}}}
    reader = Node(id="reader", type="control/set", version=1, title="Reads", config=reads)
    clip = Clip((first, reader), (), LayoutFile())
    document = Document(project)
    assert document.do(paste(INTO, clip, (0, 0), flow=flow, layout=layout_of(project, INTO)))
    fresh = document.project.flows[INTO].nodes[-2].id
    assert fresh != first.id
    text = document.project.flows[INTO].nodes[-1].config["assignments"]["x"]["feel"]
    assert text == f"{{{first.id}: {fresh}.a, b: [{{{first.id}: 1}}]}}"
