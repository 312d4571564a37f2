"""``FlowGraph``: NodeGraphQt's controller, with every slot that would change its model turned into an intent.

Law: no slot calls its original. What people did is told through ``Intents``; the document answers with a change.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QUndoCommand, QUndoStack

from designer.canvas.projection.nodegraphqt import IN, OUT, TEMPORARY, BaseNode, NodeGraph, NodeModel, Port
from designer.canvas.projection.pipe import Key, LeanPipe
from designer.canvas.projection.step_item import StepItem
from designer.canvas.projection.viewer import LeanViewer

INPUT = "in"
"""name of the one way into a step"""


class PassStack(QUndoStack):
    """Performs and forgets: the history is the document's. NodeGraphQt's macros can't be left open."""

    def push(self, command: QUndoCommand) -> None:
        """Does it."""
        command.redo()

    def beginMacro(self, _text: str) -> None:  # noqa: N802  Qt's name
        """Nothing to begin."""

    def endMacro(self) -> None:  # noqa: N802
        """Nothing to end."""


class StepNode(BaseNode):
    """A node of NodeGraphQt's model that stands for a step. Made a thousand at a time, so its model is a copy of one
    that NodeGraphQt made.
    """

    __identifier__ = "baton"
    NODE_NAME = "step"

    def __init__(self, node_id: str = "step") -> None:
        # BaseNode.__init__ is not called: it asks some twenty enums for each node.
        self._graph = None
        self._inputs: list[Port] = []
        self._outputs: list[Port] = []
        model = self._model = NodeModel.__new__(NodeModel)
        model.__dict__.update(_pattern())
        model.inputs, model.outputs, model.pos = {}, {}, [0.0, 0.0]
        model.id = model.name = self.NODE_NAME = node_id
        self._view = StepItem(node_id)

    def add_way(self, port_type: str, name: str) -> None:
        """A port with this name."""
        listed, models = (self._inputs, self._model.inputs) if port_type == IN else (self._outputs, self._model.outputs)
        view = self._view.add_input(name) if port_type == IN else self._view.add_output(name)
        port = Port(self, view)
        model = port.model
        model.type_, model.name, model.display_name, model.multi_connection = port_type, name, False, True
        listed.append(port)
        models[name] = model

    def update(self) -> None:
        """The card is drawn from the document, not from the model."""


@cache
def _pattern() -> dict[str, Any]:
    """What a node model of NodeGraphQt's making holds once it is in a graph."""
    held = dict(vars(NodeModel()))
    for name in TEMPORARY:
        held.pop(name)
    held["type_"] = StepNode.type_
    held["_custom_prop"] = {}
    return held


def _nothing(*_: Any) -> None:
    return None


@dataclass(slots=True)
class Intents:
    """What people want, by ids. Set by the canvas; each makes a command of it, or refuses."""

    moved: Callable[[Mapping[str, tuple[float, float]]], None] = _nothing
    """node -> where it was let go"""
    connected: Callable[[str, str, str], None] = _nothing
    reconnected: Callable[[Key, Key], None] = _nothing
    disconnected: Callable[[list[Key]], None] = _nothing
    inserted: Callable[[str, Key, Mapping[str, tuple[float, float]]], None] = _nothing
    """a step was dropped on an edge"""
    opened: Callable[[str], None] = _nothing
    renamed: Callable[[str, str], None] = _nothing
    dropped: Callable[[QMimeData, tuple[float, float]], None] = _nothing


class FlowGraph(NodeGraph):
    """One per canvas."""

    def __init__(self, viewer: LeanViewer, stack: PassStack, parent: Any = None) -> None:
        self.intents = Intents()
        super().__init__(parent, viewer=viewer, undo_stack=stack)
        self.register_node(StepNode)

    # Building, by ids of the document.

    def put(self, node_id: str, ports: tuple[str, ...]) -> StepNode:
        """A node with this id and these ways out; the caller dresses its item and adds it to the scene."""
        node = StepNode(node_id)
        node._graph = self  # noqa: SLF001
        node.model._graph_model = self._model  # noqa: SLF001
        node.add_way(IN, INPUT)
        for port in ports:
            node.add_way(OUT, port)
        self._model.nodes[node_id] = node
        return node

    def link(self, key: Key, pipe: LeanPipe) -> bool:
        """An edge between ports that are there; False where one is not. The caller adds it to the scene."""
        source, target = self._model.nodes.get(key[0]), self._model.nodes.get(key[2])
        if source is None or target is None:
            return False
        out, into = source.model.outputs.get(key[1]), target.model.inputs.get(INPUT)
        if out is None or into is None:
            return False
        out.connected_ports[key[2]].append(INPUT)
        into.connected_ports[key[0]].append(key[1])
        pipe.plug(key, source.view.ways[key[1]], target.view.inputs[0])
        return True

    def unlink(self, pipe: LeanPipe) -> None:
        """Takes an edge away."""
        source, port, target = pipe.key
        for node_id, kind, other, name in ((source, OUT, target, INPUT), (target, IN, source, port)):
            node = self._model.nodes.get(node_id)
            if node is None:
                continue
            listed = node.output_ports() if kind == OUT else node.input_ports()
            for each in listed:
                if kind == IN or each.name() == port:
                    names = each.model.connected_ports.get(other, [])
                    if name in names:
                        names.remove(name)
                    if not names:
                        each.model.connected_ports.pop(other, None)
        pipe.delete()

    def drop(self, node_id: str) -> None:
        """Takes a node away whose edges are gone."""
        node = self._model.nodes.pop(node_id, None)
        if node is not None:
            self._viewer.scene().removeItem(node.view)

    def clear(self) -> None:
        """Nothing stands on the canvas any more."""
        self._model.nodes.clear()

    # What NodeGraphQt would do by itself.

    def get_unique_name(self, name: str) -> str:
        """Ids are unique already, and titles need not be."""
        return name

    def selected_nodes(self) -> list[Any]:
        """By the state of the cards."""
        return [node for node in self._model.nodes.values() if node.view.state.selected]

    def _on_connection_changed(self, disconnected: list[Any], connected: list[Any]) -> None:
        gone, new = [_key(pair) for pair in disconnected], [_key(pair) for pair in connected]
        if gone and new:
            self.intents.reconnected(gone[0], new[0])
        elif gone:
            self.intents.disconnected(gone)
        for key in new if not gone else []:
            self.intents.connected(*key)

    def _on_connection_sliced(self, ports: list[Any]) -> None:
        self.intents.disconnected([_key(pair) for pair in ports])

    def _on_nodes_moved(self, node_data: Mapping[StepItem, Any]) -> None:
        self.intents.moved({item.id: (item.x(), item.y()) for item in node_data})

    def _on_insert_node(self, pipe: LeanPipe, node_id: str, prev_node_pos: Mapping[StepItem, Any]) -> None:
        self.intents.inserted(node_id, pipe.key, {item.id: (item.x(), item.y()) for item in prev_node_pos})

    def _on_node_name_changed(self, node_id: str, name: str) -> None:
        self.intents.renamed(node_id, name)

    def _on_node_double_clicked(self, node_id: str) -> None:
        self.intents.opened(node_id)

    def _on_node_data_dropped(self, mimedata: QMimeData, pos: Any) -> None:
        self.intents.dropped(mimedata, (pos.x(), pos.y()))

    def _on_search_triggered(self, node_type: str, pos: Any) -> None:
        """NodeGraphQt's own search is never shown."""

    def _on_node_backdrop_updated(self, node_id: str, update_property: str, value: Any) -> None:
        """Frames are the document's groups, not NodeGraphQt's."""

    def _on_node_selected(self, node_id: str) -> None:
        """Selection is view state of the window, set by gestures."""

    def _on_node_selection_changed(self, sel_ids: list[str], desel_ids: list[str]) -> None:
        """Selection is view state of the window, set by gestures."""


def _key(pair: Any) -> Key:
    """Of two ports the edge between them."""
    one, other = pair
    out, into = (one, other) if one.port_type == OUT else (other, one)
    return out.node.id, out.name, into.node.id
