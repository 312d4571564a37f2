"""Three-way merge by node: both sides' work is in the result, and only what both changed is asked about."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from designer.document.command import Command
from designer.document.commands.add_node import add_node, new_node
from designer.document.commands.change_flows import delete_flow
from designer.document.commands.change_parts import delete_part, delete_sample
from designer.document.commands.connect import connect, disconnect
from designer.document.commands.delete import delete
from designer.document.commands.move import move
from designer.document.commands.notes import set_drawn
from designer.document.commands.rename_node import rename_node
from designer.document.commands.set_field import set_field
from designer.document.commands.set_part import set_sample
from designer.document.edits import layout_of
from designer.keeping.conflict_words import side_words, words_of
from designer.keeping.merging import merge
from designer.keeping.text_merging import merged_text
from runtime.model.files import load_project
from runtime.model.package import pack
from runtime.model.project import Project, Role

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


def test_where_things_stand_is_never_asked_about(base: Project) -> None:
    """Both had moved one step each, and were asked for the numbers of both."""
    mine, theirs = after(base, move(FLOW, {"route": (1, 1)})), after(base, move(FLOW, {"refund": (2, 2)}))
    merged = merge(base, mine, theirs)
    assert merged.conflicts == ()
    places = merged.project.layouts[FLOW]["nodes"]
    assert [(places[node]["x"], places[node]["y"]) for node in ("route", "refund")] == [(1, 1), (2, 2)]
    again = merge(base, mine, after(base, move(FLOW, {"route": (3, 3)})))
    assert again.conflicts == ()
    assert again.project.layouts[FLOW]["nodes"]["route"]["x"] == 1
    gone = merge(base, mine, after(base, delete(FLOW, ["route"]))).project
    assert "route" not in gone.layouts[FLOW]["nodes"]


def test_a_step_that_one_deleted_and_the_other_built_upon_is_asked_about(base: Project) -> None:
    mine = after(base, delete(FLOW, ["work_out"]))
    theirs = after(base, add_node(FLOW, SECOND_LOOK, (1, 2)), connect(FLOW, "work_out", "error", "second_look"))
    merged = merge(base, mine, theirs)
    (conflict,) = merged.conflicts
    assert conflict.path == ("flows", FLOW, "nodes", "work_out")
    assert [side_words(conflict, value) for value in (conflict.mine, conflict.theirs)] == ["taken away", "kept"]
    nodes = {node.id for node in merged.project.flows[FLOW].nodes}
    assert all({edge.source, edge.target} <= nodes for edge in merged.project.flows[FLOW].edges)

    back = merge(base, mine, theirs, {conflict.path: "theirs"}).project
    assert {edge.key for edge in back.flows[FLOW].edges} == {edge.key for edge in theirs.flows[FLOW].edges}
    assert "work_out" in back.layouts[FLOW]["nodes"]


def test_two_new_steps_of_one_id_both_stay(base: Project) -> None:
    """Ids are made from kinds and titles, so that two people who add a note give it the same one."""
    mine = after(base, add_node(FLOW, new_node("note", "logging/note", 1, "Mine", {"text": "m"}), (1, 2)))
    theirs = after(
        base,
        add_node(FLOW, new_node("note", "logging/note", 1, "Theirs", {"text": "t"}), (5, 2)),
        connect(FLOW, "refund", "error", "note"),
    )
    merged = merge(base, mine, theirs)
    assert merged.conflicts == ()
    flow = merged.project.flows[FLOW]
    assert (flow.node("note").title, flow.node("note_2").title) == ("Mine", "Theirs")
    assert ("refund", "error", "note_2") in {edge.key for edge in flow.edges}
    assert merged.project.layouts[FLOW]["nodes"]["note_2"]["x"] == 5


def table(project: Project, old: bytes, new: bytes) -> Project:
    ((name, content),) = project.decisions.items()
    assert old in content
    return project.model_copy(update={"decisions": {name: content.replace(old, new, 1)}})


def test_other_cells_of_one_table_are_put_together(base: Project) -> None:
    mine = table(base, b"<text>&lt;= 50.00</text>", b"<text>&lt;= 60.00</text>")
    theirs = table(base, b'"high"', b'"very high"')
    merged = merge(base, mine, theirs)
    assert merged.conflicts == ()
    (content,) = merged.project.decisions.values()
    assert b"&lt;= 60.00" in content
    assert b'"very high"' in content


def test_one_cell_that_both_changed_is_asked_about_in_words(base: Project) -> None:
    mine = table(base, b"<text>&lt;= 50.00</text>", b"<text>&lt;= 60.00</text>")
    theirs = table(base, b"<text>&lt;= 50.00</text>", b"<text>&lt;= 70.00</text>")
    (conflict,) = merge(base, mine, theirs).conflicts
    assert words_of(mine, conflict.path) == "Decision “Dispute route”"
    assert side_words(conflict, conflict.mine) == "Rule 2 of “Dispute route”, Amount owed: <= 50.00 → <= 60.00"
    assert side_words(conflict, conflict.theirs) == "Rule 2 of “Dispute route”, Amount owed: <= 50.00 → <= 70.00"


def test_places_are_named_as_people_call_them(base: Project) -> None:
    said = {
        ("connections", "billing", "settings", "header"): "Connection “Billing” / Settings, header",
        ("samples", FLOW, "letter", "reason"): "Resolve a billing dispute / Sample “Letter” / Reason",
        ("texts", "fr", "Approve"): "Translation “fr” / Approve",
        ("file", "version"): "Project / Version",
        ("layouts", FLOW, "notes", "one_refund", "text"): "Resolve a billing dispute / Drawing / Text",
        ("flows", FLOW, "outcomes", "refunded", "title"): "Resolve a billing dispute / Outcomes, refunded, title",
    }
    assert {path: words_of(base, path) for path in said} == said


@pytest.mark.parametrize(
    ("mine", "theirs", "made"),
    [
        ("abXd", "abcd", "abXd"),
        ("Xbcd", "abcY", "XbcY"),
        ("aXcd", "aYcd", None),
        ("aXcd", "abYd", None),
        ("aXcd", "aXcd", "aXcd"),
        ("acd", "abcdY", "acdY"),
        ("Zabcd", "abcdY", "ZabcdY"),
    ],
)
def test_lines_of_both(mine: str, theirs: str, made: str | None) -> None:
    def text(letters: str) -> bytes:
        return "".join(f"{letter}\n" for letter in letters).encode()

    assert merged_text(text("abcd"), text(mine), text(theirs)) == (None if made is None else text(made))


def test_what_both_wrote_in_a_note_or_over_a_group_is_asked_about(base: Project) -> None:
    layout = layout_of(base, FLOW)
    note, group = layout.notes[0].id, layout.groups[0].id
    mine = after(base, set_drawn(FLOW, note, text="Mine"), set_drawn(FLOW, group, title="My group"))
    theirs = after(base, set_drawn(FLOW, note, text="Theirs"), set_drawn(FLOW, group, title="Their group"))
    asked = {conflict.path: (conflict.mine, conflict.theirs) for conflict in merge(base, mine, theirs).conflicts}
    assert asked == {
        ("layouts", FLOW, "notes", note, "text"): ("Mine", "Theirs"),
        ("layouts", FLOW, "groups", group, "title"): ("My group", "Their group"),
    }
    merged = layout_of(merge(base, mine, theirs, dict.fromkeys(asked, "theirs")).project, FLOW)
    assert (merged.notes[0].text, merged.groups[0].title) == ("Theirs", "Their group")


def test_digits_that_one_side_added_are_a_change(base: Project) -> None:
    mine = after(base, set_field(FLOW, "get_customer", "retry.first_delay", Decimal("1.5")))
    theirs = after(mine, set_field(FLOW, "get_customer", "retry.first_delay", Decimal("1.50")))
    assert pack(merge(mine, mine, theirs).project) == pack(theirs)
    assert pack(mine) != pack(theirs)


def test_of_entries_with_one_id_none_is_lost(base: Project) -> None:
    roles = (*base.file.roles, *(Role(id="twice", title=title) for title in ("One", "Other")))
    twice = base.model_copy(update={"file": base.file.model_copy(update={"roles": roles})})
    theirs = after(twice, set_field(FLOW, "route", "title", "Theirs"))
    merged = merge(twice, after(twice, set_field(FLOW, "refund", "title", "Mine")), theirs).project
    assert [role.title for role in merged.file.roles] == [role.title for role in roles]


def test_a_step_that_stays_is_drawn_where_it_stood(base: Project) -> None:
    """Nothing else of the drawing had been changed here, so that theirs was taken whole: without its place."""
    mine, theirs = after(base, set_field(FLOW, "refund", "title", "Mine")), after(base, delete(FLOW, ["refund"]))
    stood = base.layouts[FLOW]["nodes"]["refund"]
    for one, other, side in ((mine, theirs, "mine"), (theirs, mine, "theirs")):
        (conflict,) = merge(base, one, other).conflicts
        kept = merge(base, one, other, {conflict.path: side}).project  # type: ignore[dict-item]
        assert kept.layouts[FLOW]["nodes"]["refund"] == stood


def test_a_flow_that_stays_keeps_what_is_its_own(base: Project) -> None:
    """It stayed without its drawing, its samples and what they run with."""
    mine, theirs = after(base, set_field(FLOW, "refund", "title", "Mine")), after(base, delete_flow(FLOW))
    (conflict,) = merge(base, mine, theirs).conflicts
    assert pack(merge(base, mine, theirs).project) == pack(mine)
    assert pack(merge(base, mine, theirs, {conflict.path: "theirs"}).project) == pack(theirs)


def test_a_sample_and_a_table_that_stay_keep_what_goes_with_them(base: Project) -> None:
    sample = {**base.samples[FLOW]["automatic"], "reason": "Mine"}
    mine = table(after(base, set_sample(FLOW, "automatic", sample)), b'"high"', b'"very high"')
    theirs = after(base, delete_sample(FLOW, "automatic"), delete_part("decision", "dispute_route"))
    assert pack(merge(base, mine, theirs).project) == pack(mine)
    choices = {conflict.path: "theirs" for conflict in merge(base, mine, theirs).conflicts}
    assert pack(merge(base, mine, theirs, choices).project) == pack(theirs)  # type: ignore[arg-type]


def test_a_line_alone_builds_upon_a_step(base: Project) -> None:
    """The step was gone without a question where the other side had changed nothing but a line to it."""
    mine = after(base, connect(FLOW, "get_customer", "error", "refund"))
    theirs = after(base, delete(FLOW, ["refund"]))
    (conflict,) = merge(base, mine, theirs).conflicts
    assert conflict.path == ("flows", FLOW, "nodes", "refund")
    assert ("get_customer", "error", "refund") in {
        edge.key for edge in merge(base, mine, theirs).project.flows[FLOW].edges
    }


def test_what_both_put_into_one_line_does_not_make_the_rest_run_twice(base: Project) -> None:
    """Both lines were kept, without a word: the refund behind them would have been paid twice."""
    line, path = ("anything_paid", "paid", "refund"), ("flows", FLOW, "lines", "anything_paid", "paid")
    mine, theirs = (
        after(
            base,
            add_node(FLOW, new_node(f"by_{who}", "logging/note", 1, f"By {who}"), (0, 0), into=line, leave_by="done"),
        )
        for who in ("me", "them")
    )
    merged = merge(base, mine, theirs)
    (conflict,) = merged.conflicts
    assert conflict.path == path
    assert words_of(merged.project, path) == "Resolve a billing dispute / Paid already? / where “Paid” leads"
    assert (conflict.mine, conflict.theirs) == ("to “By me”", "to “By them”")
    for side, step in (("mine", "by_me"), ("theirs", "by_them")):
        flow = merge(base, mine, theirs, {path: side}).project.flows[FLOW]  # type: ignore[dict-item]
        assert [edge.target for edge in flow.edges if edge.key[:2] == line[:2]] == [step]
        assert flow.node("by_me") is not None
        assert flow.node("by_them") is not None


def test_a_step_that_one_called_otherwise_is_one_step(base: Project) -> None:
    """It was one taken away and one added: with a change of the other side it stood there twice."""
    changed, renamed = set_field(FLOW, "refund", "owner", "finance"), rename_node(FLOW, "refund", "payback")
    for mine, theirs in ((after(base, changed), after(base, renamed)), (after(base, renamed), after(base, changed))):
        merged = merge(base, mine, theirs)
        assert merged.conflicts == ()
        assert pack(merged.project) == pack(after(base, changed, renamed))
    both = merge(
        base,
        after(base, renamed),
        after(base, rename_node(FLOW, "refund", "money_back"), set_field(FLOW, "money_back", "owner", "finance")),
    )
    assert both.conflicts == ()
    assert pack(both.project) == pack(after(base, changed, renamed))
