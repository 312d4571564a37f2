"""The semantic difference: each thing once, field by field, layout apart."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from designer.document.command import Command
from designer.document.commands.add_node import add_node, new_node
from designer.document.commands.change_flows import add_flow, delete_flow, rename_flow
from designer.document.commands.change_parts import delete_sample, rename_part
from designer.document.commands.connect import connect, disconnect
from designer.document.commands.keep_table_test import remove_table_tests
from designer.document.commands.move import move
from designer.document.commands.set_field import UNSET, set_field
from designer.document.facts import Facts
from designer.keeping.differences import differences
from designer.keeping.parts import changed_files, with_files
from designer.keeping.table_differences import table_differences
from nodes.registry import built_ins
from runtime.model.files import load_project
from runtime.model.package import pack
from runtime.model.project import Project, Role

FLOW = "billing_dispute"
FACTS = Facts(built_ins())
EXAMPLE = Path(__file__).parents[3] / "projects" / FLOW
STEP = "Step “Who decides?”"


def table(old: bytes, new: bytes) -> Command:
    """The one table, with another text in the place of one."""

    def apply(project: Project) -> Project:
        (name,) = project.decisions
        assert old in project.decisions[name]
        return project.model_copy(update={"decisions": {name: project.decisions[name].replace(old, new, 1)}})

    return Command("Change the table", apply)


def role(name: str) -> Command:
    def apply(project: Project) -> Project:
        roles = (*project.file.roles, Role(id=name, title="Clerks"))
        return project.model_copy(update={"file": project.file.model_copy(update={"roles": roles})})

    return Command("Add a role", apply)


CASES: dict[str, tuple[Callable[[Project], Command], set[tuple[str, str, str, bool]]]] = {
    "field": (
        lambda _: set_field(FLOW, "get_customer", "config.path", "/people"),
        {("changed", "Step “Customer”", "config.path", False)},
    ),
    "field said": (lambda _: set_field(FLOW, "route", "timeout", "P1D"), {("added", STEP, "timeout", False)}),
    "field not said any more": (
        lambda _: set_field(FLOW, "route", "owner", UNSET),
        {("removed", STEP, "owner", False)},
    ),
    "step": (
        lambda _: add_node(FLOW, new_node("x", "logging/note", 1, "X"), (1, 2)),
        {("added", "Step “X”", "", False)},
    ),
    "edge": (
        lambda _: connect(FLOW, "refund", "error", "audit_note"),
        {("added", "Line from “Refund the money” by “Error” to “Audit note”", "", False)},
    ),
    "edge gone": (
        lambda p: disconnect(FLOW, [p.flows[FLOW].edges[0].key]),
        {("removed", "Line from “Dispute received” by “Started” to “Customer”", "", False)},
    ),
    "place": (lambda _: move(FLOW, {"route": (1, 1)}), {("changed", "Place of “Who decides?”", "", True)}),
    "flow": (lambda _: add_flow("other", "Other"), {("added", "Flow “Other”", "", False)}),
    "title": (lambda _: rename_flow(FLOW, "T"), {("changed", "Flow “T”", "title", False)}),
    "sample": (
        lambda _: delete_sample(FLOW, "letter"),
        {("removed", "Sample “Letter”", "", False), ("removed", "Scenario “Letter”", "", False)},
    ),
    "table cell": (
        lambda _: table(b"<text>&lt;= 50.00</text>", b"<text>&lt;= 60.00</text>"),
        {("changed", "Rule 2 of “Dispute route”", "cell", False)},
    ),
    "how a table is drawn": (
        lambda _: table(b"<definitions ", b"<!-- by hand --><definitions "),
        {("changed", "Decision “Dispute route”", "content", False)},
    ),
    "one more role": (
        lambda _: role("clerks"),
        {("added", "Project", "roles.clerks", False)},
    ),
    "test": (
        lambda _: remove_table_tests("dispute_route", ["platinum"]),
        {("removed", "Test “Platinum: put right at once up to 250” of “Dispute route”", "", False)},
    ),
}


@pytest.fixture(scope="module")
def base() -> Project:
    return load_project(EXAMPLE)


@pytest.mark.parametrize("name", CASES)
def test_what_a_change_did_is_what_differs(name: str, base: Project) -> None:
    make, expected = CASES[name]
    after = make(base).apply(base)
    found = differences(base, after, FACTS)
    assert {(one.how, one.what, one.field, one.layout) for one in found} == expected
    turned = {"added": "removed", "removed": "added", "changed": "changed"}
    back = differences(after, base, FACTS)
    assert [turned[one.how] for one in back] == [one.how for one in found]
    assert differences(after, after, FACTS) == ()


@pytest.mark.parametrize("name", CASES)
def test_the_files_that_differ_make_the_one_from_the_other(name: str, base: Project) -> None:
    after = CASES[name][0](base).apply(base)
    files = changed_files(base, after)
    assert 1 <= len(files) <= 2
    made = with_files(base, files)
    assert made is not None
    assert pack(made) == pack(after)
    assert changed_files(after, after) == {}


def test_a_line_is_told_by_its_way_as_it_is_drawn(base: Project) -> None:
    """The way when no condition is true was told by its name in files: “Default”."""
    after = disconnect(FLOW, [("how_many", "default", "approve_refund")]).apply(base)
    (found,) = differences(base, after, FACTS)
    assert found.what == "Line from “One or two?” by “One person” to “Finance approves”"


def test_a_changed_cell_is_told_by_its_column_before_and_after(base: Project) -> None:
    (found,) = differences(base, table(b"<text>&lt;= 50.00</text>", b"<text>&lt;= 60.00</text>").apply(base), FACTS)
    assert (found.label, found.before, found.after) == ("Amount owed", "<= 50.00", "<= 60.00")


def test_rules_in_between_move_no_other_one(base: Project) -> None:
    (content,) = base.decisions.values()
    first = content.index(b"<rule ")
    end = content.index(b"</rule>") + len(b"</rule>")
    found = table_differences(content, content[:first] + content[end:])
    assert found is not None
    (one,) = found
    assert (one.how, one.what, one.label) == ("removed", "Rule 1 of “Dispute route”", "")
    assert one.before
    turned = table_differences(content[:first] + content[end:], content)
    assert turned is not None
    assert [(other.how, other.after) for other in turned] == [("added", one.before)]
    assert table_differences(content, b"no DMN") is None


def test_a_renamed_connection_is_renamed_where_it_is_named(base: Project) -> None:
    after = rename_part("connection", "billing", "invoices").apply(base)
    named = [node.config["connection"] for node in after.flows[FLOW].nodes if "connection" in node.config]
    assert "billing" not in named
    assert named.count("invoices") == [
        node.config["connection"] for node in base.flows[FLOW].nodes if "connection" in node.config
    ].count("billing")


def test_a_deleted_flow_takes_what_belongs_to_it_along(base: Project) -> None:
    after = delete_flow(FLOW).apply(base)
    assert not any((after.flows, after.layouts, after.samples, after.scenarios))
