"""Three-way merge by node: both sides' work is in the result, and only what both changed is asked about."""

from __future__ import annotations

from pathlib import Path

import pytest

from designer.document.command import Command
from designer.document.commands.add_node import add_node, new_node
from designer.document.commands.connect import connect, disconnect
from designer.document.commands.delete import delete
from designer.document.commands.move import move
from designer.document.commands.set_field import set_field
from designer.keeping.merging import merge, words_of
from runtime.model.files import load_project
from runtime.model.package import pack
from runtime.model.project import Project

FLOW = "billing_dispute"
EXAMPLE = Path(__file__).parents[3] / "projects" / FLOW
SECOND_LOOK = new_node("second_look", "logging/note", 1, "Second look", {"text": "Seen again."})


@pytest.fixture(scope="module")
def base() -> Project:
    return load_project(EXAMPLE)


def after(project: Project, *commands: Command) -> Project:
    for command in commands:
        project = command.apply(project)
    return project


def test_nothing_changed_is_nothing_changed(base: Project) -> None:
    merged = merge(base, base, base)
    assert pack(merged.project) == pack(base)
    assert merged.conflicts == ()


def test_what_only_one_side_did_is_taken_whole(base: Project) -> None:
    other = after(base, set_field(FLOW, "route", "title", "Elsewhere"), move(FLOW, {"route": (5, 5)}))
    assert pack(merge(base, other, base).project) == pack(other)
    assert pack(merge(base, base, other).project) == pack(other)


def test_both_sides_are_in_the_result(base: Project) -> None:
    mine = after(base, set_field(FLOW, "route", "title", "Mine"), add_node(FLOW, SECOND_LOOK, (1, 2)))
    theirs = after(
        base,
        set_field(FLOW, "route", "owner", "finance"),
        set_field(FLOW, "refund", "title", "Theirs"),
        connect(FLOW, "refund", "error", "audit_note"),
    )
    merged = merge(base, mine, theirs)
    flow = merged.project.flows[FLOW]
    assert merged.conflicts == ()
    assert (flow.node("route").title, flow.node("route").owner) == ("Mine", "finance")
    assert flow.node("refund").title == "Theirs"
    assert flow.node("second_look") is not None
    assert ("refund", "error", "audit_note") in {edge.key for edge in flow.edges}


def test_one_field_changed_by_both_is_a_conflict_that_is_chosen(base: Project) -> None:
    mine = after(base, set_field(FLOW, "route", "title", "Mine"))
    theirs = after(base, set_field(FLOW, "route", "title", "Theirs"))
    merged = merge(base, mine, theirs)
    (conflict,) = merged.conflicts
    assert (conflict.base, conflict.mine, conflict.theirs) == ("Who decides?", "Mine", "Theirs")
    assert merged.project.flows[FLOW].node("route").title == "Mine"
    assert words_of(mine, conflict.path) == "Resolve a billing dispute / Mine / Name"

    chosen = merge(base, mine, theirs, {conflict.path: "theirs"})
    assert chosen.project.flows[FLOW].node("route").title == "Theirs"


def test_a_step_that_one_changed_and_the_other_deleted_is_a_conflict(base: Project) -> None:
    mine = after(base, delete(FLOW, ["work_out"]))
    theirs = after(base, set_field(FLOW, "work_out", "title", "Sum up"))
    merged = merge(base, mine, theirs)
    (conflict,) = merged.conflicts
    assert conflict.path == ("flows", FLOW, "nodes", "work_out")
    assert merged.project.flows[FLOW].node("work_out") is None
    back = merge(base, mine, theirs, {conflict.path: "theirs"}).project
    assert back.flows[FLOW].node("work_out").title == "Sum up"


def test_an_edge_taken_away_by_one_stays_away(base: Project) -> None:
    key = base.flows[FLOW].edges[0].key
    merged = merge(base, after(base, disconnect(FLOW, [key])), after(base, set_field(FLOW, "route", "title", "T")))
    assert key not in {edge.key for edge in merged.project.flows[FLOW].edges}
    assert merged.project.flows[FLOW].node("route").title == "T"


def test_a_flow_without_steps_merges(base: Project) -> None:
    flow = base.flows[FLOW].model_copy(update={"nodes": (), "edges": ()})
    empty = base.model_copy(update={"flows": {FLOW: flow}})
    titled = empty.model_copy(update={"flows": {FLOW: flow.model_copy(update={"title": "T"})}})
    assert merge(empty, empty, titled).project.flows[FLOW].title == "T"
