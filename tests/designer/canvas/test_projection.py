"""The contract with NodeGraphQt 0.6.44: private names are there; after any commands the canvas is the document."""

from __future__ import annotations

import importlib.metadata
import sys
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtWidgets import QApplication, QLabel

from designer.canvas.canvas import Canvas
from designer.canvas.places import places_of
from designer.canvas.projection.graph import INPUT
from designer.canvas.projection.nodegraphqt import PRIVATE, TEMPORARY, VERSION, LooseVersion, NodeGraph, NodeModel
from designer.document.command import Command, CommandRefused
from designer.document.commands.add_node import add_node, new_node
from designer.document.commands.connect import connect, disconnect, reconnect
from designer.document.commands.delete import delete
from designer.document.commands.insert import insert
from designer.document.commands.move import move
from designer.document.commands.notes import group_steps, ungroup
from designer.document.commands.set_field import set_field
from designer.document.names import fresh
from runtime.model.flow import Flow
from runtime.model.project import Project
from tests.designer.canvas.conftest import SMALL, small_project


def test_the_exact_version_is_installed() -> None:
    assert importlib.metadata.version("NodeGraphQt") == VERSION


@pytest.mark.parametrize("owner", PRIVATE, ids=lambda owner: owner.__name__)
def test_each_private_name_is_there(owner: type, application: QApplication) -> None:
    graph = NodeGraph()
    made: dict[str, Any] = {"NodeGraph": graph, "NodeViewer": graph.viewer()}
    stock = made.get(owner.__name__)
    if stock is None:
        source = sys.modules[owner.__module__]
        text = open(source.__file__ or "", encoding="utf-8").read()  # noqa: PTH123, SIM115
        parents = [open(sys.modules[b.__module__].__file__ or "", encoding="utf-8").read()  # noqa: PTH123, SIM115
                   for b in owner.__mro__[1:] if b.__module__.startswith("NodeGraphQt")]  # fmt: skip
        missing = [name for name in PRIVATE[owner] if not any(f"self.{name}" in t for t in (text, *parents))]
    else:
        missing = [name for name in PRIVATE[owner] if not hasattr(stock, name)]
    assert missing == []


def test_what_a_fresh_node_model_holds_is_known() -> None:
    assert {name for name in vars(NodeModel()) if name.startswith("_TEMP")} == set(TEMPORARY)


def test_the_stand_in_for_distutils_answers_what_is_asked() -> None:
    assert LooseVersion("6.11.3") >= LooseVersion("5.10")
    assert not LooseVersion("5.9") >= LooseVersion("5.10")


def test_none_keeps_its_references() -> None:
    """Some releases of PySide6 drop one reference of None with each call, and end the process in the end."""
    label = QLabel()
    before = sys.getrefcount(None)
    for _ in range(2_000):
        label.setText("x")
    assert sys.getrefcount(None) > before - 1_000


def assert_same(canvas: Canvas) -> None:
    """Nodes, ports, edges and places of the document stand on the canvas, in NodeGraphQt's model too."""
    stage = canvas.stage
    flow = stage.flow
    assert flow is not None
    ids = {node.id for node in flow.nodes}
    graph: dict[str, Any] = stage.graph.model.nodes
    keys = {edge.key for edge in flow.edges if edge.source in ids and edge.target in ids}
    assert set(graph) == set(stage.projector.items) == ids
    assert set(stage.projector.pipes) == keys
    places = places_of(flow, stage.layout)
    for node_id, item in stage.projector.items.items():
        assert graph[node_id].view is item
        assert (item.x(), item.y()) == places[node_id]
        assert [port.name() for port in graph[node_id].output_ports()] == [spot.name for spot in item.card.ports]
        assert item.state.connected == {key[1] for key in keys if key[0] == node_id}
    linked = {
        (node_id, port.name(), target)
        for node_id, node in graph.items()
        for port in node.output_ports()
        for target, names in port.model.connected_ports.items()
        for name in names
        if name == INPUT
    }
    assert linked == keys
    entered = {
        (source, name, node_id)
        for node_id, node in graph.items()
        for port in node.input_ports()
        for source, names in port.model.connected_ports.items()
        for name in names
    }
    assert entered == keys
    assert {pipe.key for pipe in stage.viewer.all_pipes()} == keys


def any_command(draw: Any, project: Project) -> Command | None:
    """One that may be refused."""
    flow: Flow = project.flows[SMALL]
    ids = [node.id for node in flow.nodes]
    keys = [edge.key for edge in flow.edges]
    what = draw(st.sampled_from(
        ["add", "insert", "connect", "disconnect", "reconnect", "delete", "move", "title", "choices", "group", "apart"]
    ))  # fmt: skip
    pick = st.sampled_from
    if what == "add":
        kind = draw(pick(["logging/note", "control/end", "adapters/http_request", "triggers/manual", "gone/kind"]))
        into = draw(pick(keys)) if keys and draw(st.booleans()) else None
        node = new_node(fresh("step", ids), kind, 1, "Step")
        return add_node(SMALL, node, (draw(st.integers(-500, 500)), 40), into=into, leave_by="done")
    if what == "group":
        return group_steps(SMALL, f"g{len(ids)}", draw(st.lists(pick(ids), min_size=1))) if ids else None
    if what == "apart":
        return ungroup(SMALL, ["g4", "g5"])
    if not ids:
        return None
    if what == "connect":
        port = draw(pick(["done", "approve", "reject", "error", "whatever"]))
        return connect(SMALL, draw(pick(ids)), port, draw(pick(ids)))
    if what == "delete":
        return delete(
            SMALL, draw(st.lists(pick(ids), max_size=2)), draw(st.lists(pick(keys), max_size=2)) if keys else []
        )
    if what == "move":
        return move(SMALL, {draw(pick(ids)): (draw(st.integers(-900, 900)), draw(st.integers(-900, 900)))})
    if what == "title":
        return set_field(SMALL, draw(pick(ids)), "title", draw(st.text(max_size=20)))
    if what == "choices":
        choices = [{"port": p, "title": p} for p in draw(st.lists(pick(["approve", "a", "b"]), unique=True))]
        return set_field(SMALL, "ask", "config.choices", choices) if "ask" in ids else None
    if not keys:
        return None
    key = draw(pick(keys))
    if what == "disconnect":
        return disconnect(SMALL, [key])
    if what == "insert":
        return insert(SMALL, draw(pick(ids)), key, "done")
    return reconnect(SMALL, key, (key[0], key[1], draw(pick(ids))))


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_after_any_commands_the_canvas_is_the_document(
    data: st.DataObject, make_canvas: Callable[[Project], Canvas]
) -> None:
    canvas = shared(make_canvas, _CANVASES)
    document = canvas.stage.services.document
    document.replace(small_project())
    document.history.clear()  # else an undo would bring back what an earlier example left
    for _ in range(data.draw(st.integers(1, 12))):
        step = data.draw(st.sampled_from(["do", "do", "do", "undo", "redo"]))
        try:
            if step == "do":
                command = any_command(data.draw, document.project)
                if command is not None:
                    document.do(command)
            elif step == "undo":
                document.undo()
            else:
                document.redo()
        except CommandRefused:
            pass
        if SMALL in document.project.flows:
            assert_same(canvas)


_CANVASES: list[Canvas] = []


def shared(make: Callable[[Project], Canvas], made: list[Canvas]) -> Canvas:
    """One canvas for all examples: what an earlier one left behind would be found, too."""
    if not made:
        made.append(make(small_project()))
    return made[0]


def test_public_nodegraphqt_still_works_on_the_lean_items(canvas: Canvas) -> None:
    """Its own calls find what they expect: the items keep NodeGraphQt's promises."""
    graph = canvas.stage.graph
    ask = graph.get_node_by_id("ask")
    note = graph.get_node_by_id("note")
    assert [port.node().id for port in ask.inputs()[INPUT].connected_ports()] == ["start"]
    ask.outputs()["reject"].connect_to(note.inputs()[INPUT], push_undo=False, emit_signal=False)
    assert note.view.inputs[0].connected_ports == [next(p for p in ask.view.outputs if p.name == "reject")]
    assert graph.undo_stack().count() == 0


def test_a_broken_flow_is_drawn_as_far_as_it_goes(make_canvas: Callable[[Project], Canvas]) -> None:
    project = small_project()
    flow = project.flows[SMALL]
    raw = flow.model_dump(by_alias=True)
    raw["nodes"] = [*raw["nodes"], {**raw["nodes"][0], "title": "Twice"}, {"id": "odd", "type": "no/such", "title": ""}]
    raw["edges"] = [
        *raw["edges"],
        {"from": "gone", "port": "x", "to": "ask"},
        raw["edges"][0],
        {"from": "odd", "port": "p", "to": "odd"},
    ]
    broken = project.model_copy(update={
        "flows": {SMALL: Flow.model_validate(raw)},
        "layouts": {SMALL: {"format_version": 1, "nodes": {"ask": {"x": Decimal("1e400"), "y": "no"}}}},
    })  # fmt: skip
    canvas = make_canvas(broken)
    assert set(canvas.stage.projector.items) == {"start", "ask", "note", "end", "odd"}
    assert canvas.stage.projector.items["odd"].card.kind == "unknown"
    assert canvas.stage.projector.items["odd"].card.title == "odd"
    assert ("odd", "p", "odd") in canvas.stage.projector.pipes
    assert not canvas.grab().isNull()


def test_what_cards_say_is_kept_while_another_flow_is_shown_and_made_anew_once_the_project_is_another(
    make_canvas: Callable[[Project], Canvas],
) -> None:
    small = small_project()
    other = small.flows[SMALL].model_copy(update={"id": "other"})
    canvas = make_canvas(small.model_copy(update={"flows": {**small.flows, "other": other}}))
    services = canvas.stage.services

    def cards() -> dict[str, Any]:
        return {node: item.card for node, item in canvas.stage.projector.items.items()}

    services.selection.show_flow(SMALL)
    before = cards()
    services.selection.show_flow("other")
    services.selection.show_flow(SMALL)
    assert all(card is before[node] for node, card in cards().items())
    node = next(iter(before))
    services.selection.show_flow("other")
    services.document.do(set_field(SMALL, node, "title", "Called otherwise"))
    services.selection.show_flow(SMALL)
    assert cards()[node].title == "Called otherwise"
