"""Every command does, undoes and redoes to identical bytes; what it changed is what it says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from designer.document.command import Command, Visit, compound
from designer.document.commands.add_node import add_node, new_node
from designer.document.commands.change_flows import duplicate_flow
from designer.document.commands.connect import connect, disconnect, reconnect
from designer.document.commands.delete import delete
from designer.document.commands.describe_project import describe_project, set_version
from designer.document.commands.keep_run import keep_run
from designer.document.commands.keep_scenario import keep_scenario
from designer.document.commands.move import move
from designer.document.commands.set_field import UNSET, set_field
from designer.document.document import Document
from designer.document.flow_changes import flow_changes
from nodes.contract import NodeType
from nodes.registry import built_ins
from runtime.model.files import load_project
from runtime.model.package import pack
from runtime.model.project import Project

FLOW = "billing_dispute"
EXAMPLE = Path(__file__).parents[3] / "projects" / FLOW
FRESH = new_node("second_look", "logging/note", 1, "Second look", {"text": "Seen again."})

COMMANDS: dict[str, Callable[[Project], Command]] = {
    "add": lambda p: add_node(FLOW, FRESH, (10, 20)),
    "insert": lambda p: add_node(FLOW, FRESH, (10, 20), into=_edge(p), leave_by="done"),
    "after": lambda p: add_node(FLOW, FRESH, (10, 20), after=_edge(p)[:2]),
    "connect": lambda p: connect(FLOW, _edge(p)[0], _edge(p)[1], "work_out"),
    "disconnect": lambda p: disconnect(FLOW, [_edge(p)]),
    "reconnect": lambda p: reconnect(FLOW, _edge(p), (*_edge(p)[:2], "work_out")),
    "delete": lambda p: delete(FLOW, ["get_customer", "work_out"]),
    "move": lambda p: move(FLOW, {"get_customer": (1, 2), "route": (3, 4)}),
    "title": lambda p: set_field(FLOW, "get_customer", "title", "The customer"),
    "config": lambda p: set_field(FLOW, "get_customer", "config.path", "/people/{input.customer}"),
    "version": lambda p: set_version("2.0"),
    "describe": lambda p: describe_project("Disputes", "2.0", "About bills."),
    "duplicate flow": lambda p: duplicate_flow(FLOW, "other", "Other"),
    "scenario": lambda p: keep_scenario(FLOW, "automatic", {"get_customer": {"name": "Ida"}}),
    "run": lambda p: keep_run(FLOW, "twice", {"dispute": "D-1"}, {"get_customer": {"name": "Ida"}}),
    "unset": lambda p: set_field(FLOW, "get_customer", "config.expected", UNSET),
}


@pytest.fixture(scope="module")
def example() -> Project:
    return load_project(EXAMPLE)


def _edge(project: Project) -> tuple[str, str, str]:
    return project.flows[FLOW].edges[0].key


def _bytes(project: Project) -> bytes:
    return pack(project)


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_does_undoes_and_redoes_to_identical_bytes(name: str, example: Project) -> None:
    document = Document(example)
    before = _bytes(document.project)

    assert document.do(COMMANDS[name](example)) is True
    after = _bytes(document.project)
    assert after != before

    document.undo()
    assert _bytes(document.project) == before
    document.redo()
    assert _bytes(document.project) == after


def test_a_deleted_step_heals_the_line_it_stood_in(example: Project) -> None:
    document = Document(example)
    flow = document.project.flows[FLOW]
    into = [edge for edge in flow.edges if edge.target == "work_out"]
    (onward,) = [edge for edge in flow.edges if edge.source == "work_out"]

    document.do(delete(FLOW, ["work_out"]))

    healed = {edge.key for edge in document.project.flows[FLOW].edges}
    assert {(edge.source, edge.port, onward.target) for edge in into} <= healed


def test_typing_in_one_field_is_one_step_of_the_history(example: Project) -> None:
    document = Document(example)
    for text in ("T", "Th", "The"):
        document.do(set_field(FLOW, "route", "title", text))
    assert document.history.count() == 1
    assert document.history.undoText() == "Change title of “The”"

    document.undo()
    assert document.project is example


def test_the_history_says_of_which_step(example: Project) -> None:
    document = Document(example)
    change = set_field(FLOW, "route", "config.note", "x")
    document.do(compound(change.title, change))
    assert document.history.undoText() == "Change note of “Who decides?”"

    document.do(set_field(FLOW, "route", "title", "A title " * 10))
    document.do(set_field(FLOW, "route", "config.note", "y"))
    said = document.history.undoText()
    assert said.startswith("Change note of “A title A title ")
    assert said.endswith("…”")
    assert len(said) == len("Change note of “”") + 40

    document.do(set_field(FLOW, "route", "title", UNSET))
    assert document.history.undoText() == "Change title"


def test_a_name_that_is_typed_on_after_undo_brings_back_nothing_that_was_undone(example: Project) -> None:
    document = Document(example)
    document.do(set_field(FLOW, "route", "title", "Which way?"))
    visit = Visit(1, "refund", "pay")
    document.do(replace(set_field(FLOW, "refund", "title", "Pay"), merge=visit))
    document.undo()
    document.undo()
    assert document.project is example
    document.do(replace(set_field(FLOW, "refund", "title", "Pay it"), merge=visit))
    assert document.project.flows[FLOW].node("route") is example.flows[FLOW].node("route")


def test_what_changed_is_found_by_comparing(example: Project) -> None:
    document = Document(example)
    document.do(set_field(FLOW, "route", "title", "Elsewhere"))
    document.do(move(FLOW, {"work_out": (5, 5)}))
    now = document.project

    found = flow_changes(example.flows[FLOW], now.flows[FLOW], example.layouts[FLOW], now.layouts[FLOW])

    assert found.changed == ("route",)
    assert found.moved == ("work_out",)
    assert not found.added
    assert not found.edges_added
    assert not found.settings


def test_the_history_calls_a_field_as_its_form_does(example: Project) -> None:
    document = Document(example)
    node = example.flows[FLOW].node("approve_refund")
    assert node is not None
    kind = built_ins().get(node.type, node.version)
    assert isinstance(kind, NodeType)
    document.do(set_field(FLOW, node.id, "config.title", "May we?", kind=kind))
    assert document.history.undoText() == "Change question of “Finance approves”"
