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
from designer.keeping.differences import differences
from designer.keeping.parts import changed_files, with_files
from runtime.model.files import load_project
from runtime.model.package import pack
from runtime.model.project import Project

FLOW = "billing_dispute"
EXAMPLE = Path(__file__).parents[3] / "projects" / FLOW
STEP = "Step “Who decides?”"

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
    found = list(differences(base, after))
    assert {(one.how, one.what, one.field, one.layout) for one in found} == expected
    turned = {"added": "removed", "removed": "added", "changed": "changed"}
    back = list(differences(after, base))
    assert [turned[one.how] for one in back] == [one.how for one in found]
    assert list(differences(after, after)) == []


@pytest.mark.parametrize("name", CASES)
def test_the_files_that_differ_make_the_one_from_the_other(name: str, base: Project) -> None:
    after = CASES[name][0](base).apply(base)
    files = changed_files(base, after)
    assert 1 <= len(files) <= 2
    made = with_files(base, files)
    assert made is not None
    assert pack(made) == pack(after)
    assert changed_files(after, after) == {}


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
