"""Commands that gestures of the canvas need: each does, undoes and redoes to identical bytes."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from designer.document.clip import clip_of
from designer.document.command import Command, CommandRefused
from designer.document.commands.align import Thing, align, distribute, tidy_up
from designer.document.commands.insert import insert
from designer.document.commands.notes import add_drawn, group_steps, place_drawn, set_drawn, ungroup
from designer.document.commands.paste import paste
from designer.document.commands.replace_kind import losses, replace_kind
from designer.document.document import Document
from designer.document.edits import layout_of
from designer.document.facts import Facts
from designer.document.names import fresh
from designer.document.rereading import ManyNames, of_name, rewritten
from nodes.contract import NodeType
from nodes.registry import built_ins
from runtime.model.files import load_project
from runtime.model.layout import CanvasNote, SeatLane
from runtime.model.package import pack
from runtime.model.project import Project

FLOW = "billing_dispute"
EXAMPLE = Path(__file__).parents[3] / "projects" / FLOW
FACTS = Facts(built_ins())
BOXES = {
    "route": (10.0, 20.0, 176.0, 92.0),
    "refund": (300.0, 90.0, 176.0, 64.0),
    "work_out": (40.0, 300.0, 144.0, 40.0),
}
THINGS = {node: Thing(box, {node: box[:2]}) for node, box in BOXES.items()}


def _type(name: str) -> NodeType:
    found = built_ins().latest(name)
    assert isinstance(found, NodeType)
    return found


def _paste(project: Project) -> Command:
    flow, layout = project.flows[FLOW], layout_of(project, FLOW)
    clip = clip_of(flow, layout, ["get_customer", "audit_note", "route"], [layout.groups[0].id, layout.notes[0].id], {})
    return paste(FLOW, clip, (40, 40), flow=flow, layout=layout)


def _group(project: Project) -> str:
    return layout_of(project, FLOW).groups[0].id


def _note(project: Project) -> str:
    return layout_of(project, FLOW).notes[0].id


LANE = SeatLane(id="lane_9", owner="finance", x=Decimal(1), y=Decimal(2), width=Decimal(300), height=Decimal(200))

COMMANDS: dict[str, Callable[[Project], Command]] = {
    "paste": _paste,
    "insert": lambda p: insert(FLOW, "hand_over_note", ("route", "at_once", "anything_paid"), "done"),
    "replace kind": lambda p: replace_kind(FLOW, "route", _type("approval"), FACTS),
    "note": lambda p: add_drawn(FLOW, CanvasNote(id="note_9", text="Hm", x=Decimal(3), y=Decimal(4))),
    "lane": lambda p: add_drawn(FLOW, LANE),
    "group": lambda p: group_steps(FLOW, "group_9", ["route", "refund"], title="Two"),
    "ungroup": lambda p: ungroup(FLOW, [_group(p)]),
    "note text": lambda p: set_drawn(FLOW, _note(p), text="Something else"),
    "place": lambda p: place_drawn(FLOW, {_note(p): (5, 6, 200, 90)}),
    "align": lambda p: align(FLOW, THINGS, "middle"),
    "distribute": lambda p: distribute(FLOW, THINGS, "down"),
    "tidy up": lambda p: tidy_up(FLOW, {"route": (1, 2), "refund": (3, 4)}),
}


@pytest.fixture(scope="module")
def example() -> Project:
    return load_project(EXAMPLE)


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_does_undoes_and_redoes_to_identical_bytes(name: str, example: Project) -> None:
    document = Document(example)
    before = pack(document.project)
    assert document.do(COMMANDS[name](example)) is True
    after = pack(document.project)
    assert after != before
    document.undo()
    assert pack(document.project) == before
    document.redo()
    assert pack(document.project) == after
    assert document.history.count() == 1


def test_what_is_pasted_has_fresh_ids_and_reads_the_copies(example: Project) -> None:
    document = Document(example)
    document.do(_paste(example))
    flow = document.project.flows[FLOW]
    ids = [node.id for node in flow.nodes]
    assert len(set(ids)) == len(ids)
    copy = flow.node("get_customer_2")
    assert copy is not None
    note = flow.node("audit_note_2")
    assert note is not None
    assert "{get_customer_2.name}" in note.config["text"]
    assert "get_customer.name" not in note.config["text"]
    original = flow.node("audit_note")
    assert original is not None
    assert "{get_customer.name}" in original.config["text"]
    groups = layout_of(document.project, FLOW).groups
    assert len({group.id for group in groups}) == len(groups)


def test_a_replaced_step_keeps_what_leads_to_it_and_the_ways_that_fit(example: Project) -> None:
    document = Document(example)
    document.do(replace_kind(FLOW, "approve_refund", _type("decision/condition"), FACTS))
    flow = document.project.flows[FLOW]
    assert any(edge.target == "approve_refund" for edge in flow.edges)
    (way,) = [edge for edge in flow.edges if edge.source == "approve_refund"]
    assert (way.port, way.target) == ("default", "anything_paid")
    before = example.flows[FLOW]
    said = losses(before, flow, "approve_refund", _type("approval"))
    assert said[0] == "Who decides"
    assert "the line to “Say: rejected”" in said
    kept = flow.node(way.target)
    assert kept is not None
    assert not any(f"“{kept.title}”" in one for one in said), "a line that is kept is not lost"


def test_a_step_belongs_to_one_group(example: Project) -> None:
    document = Document(example)
    old = layout_of(example, FLOW).groups[0]
    document.do(group_steps(FLOW, "group_9", [old.nodes[0]], title="Alone"))
    groups = {group.id: group.nodes for group in layout_of(document.project, FLOW).groups}
    assert groups["group_9"] == (old.nodes[0],)
    assert old.nodes[0] not in groups[old.id]
    with pytest.raises(CommandRefused, match="Select the steps"):
        group_steps(FLOW, "group_10", [])


def test_steps_are_aligned_and_distributed(example: Project) -> None:
    def places(command: Command) -> dict[str, tuple[int, int]]:
        laid = layout_of(command.apply(example), FLOW).nodes
        return {node: (int(laid[node].x), int(laid[node].y)) for node in BOXES}

    assert {x for x, _ in places(align(FLOW, THINGS, "left")).values()} == {10}
    assert {x + round(BOXES[n][2]) for n, (x, _) in places(align(FLOW, THINGS, "right")).items()} == {476}
    assert {y for _, y in places(align(FLOW, THINGS, "top")).values()} == {20}
    down = places(distribute(FLOW, THINGS, "down"))
    assert down["route"] == (10, 20)
    assert down["work_out"] == (40, 300)
    assert down["refund"][1] - (20 + 92) == 300 - (down["refund"][1] + 64)


def test_many_at_once_get_the_ids_that_each_would_get_alone_in_as_many_steps() -> None:
    asked = 0

    class Taken(set[str]):
        def __contains__(self, name: object) -> bool:
            nonlocal asked
            asked += 1
            return super().__contains__(name)

    words = [f"check_{number % 3}" if number % 2 else "if" for number in range(300)]
    alone, together = {"check_1_4"}, Taken({"check_1_4"})
    tried: dict[str, int] = {}
    for text in words:
        name = fresh(text, alone)
        assert fresh(text, together, tried) == name
        alone.add(name)
        together.add(name)
    assert asked < 3 * len(words)


@pytest.mark.parametrize(
    "value",
    [
        {"feel": "check.amount + check_2.amount - x.check + recheck"},
        "of {check.a} and {b(check_2)}, not {check_3.a}, \"check\" {'check'}",
        [{"feel": "check"}, "{check}", "check"],
        {"feel": "Check one.a + check"},
    ],
)
def test_many_names_are_rewritten_as_each_alone_would_be(value: object) -> None:
    names = {"check": "check_2", "check_2": "check_4", "Check one": "check_5", "Check": "check_6"}
    assert rewritten(value, ManyNames(names), of_name) == rewritten(value, names, of_name)
