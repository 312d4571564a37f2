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
    """A node of NodeGraphQt's model that stands for a step. Made a thousand at a time, and few are ever asked for their
    model and ports: these are made when they are, of the item's ports and the edges plugged in there.
    """

    __identifier__ = "baton"
    NODE_NAME = "step"

    def __init__(self, node_id: str = "step", ways: tuple[str, ...] = ()) -> None:
        # BaseNode.__init__ is not called: it asks some twenty enums for each node.
        self._graph: Any = None
        self.NODE_NAME = node_id
        view = self._view = StepItem(node_id)
        view.add_input(INPUT)
        for way in ways:
            view.add_output(way)

    @property
    def made(self) -> bool:
        """Whether its model is there, so that it has to be told of edges."""
        return "_model" in self.__dict__

    def __getattr__(self, name: str) -> Any:
        """What is not there yet."""
        if name not in _LATER:
            raise AttributeError(f"{type(self).__name__} has no {name}")
        self._make()
        return self.__dict__[name]

    def _make(self) -> None:
        model = self._model = NodeModel.__new__(NodeModel)
        model.__dict__.update(_pattern())
        model.pos = [0.0, 0.0]
        model.id = model.name = self.NODE_NAME
        if self._graph is not None:
            model._graph_model = self._graph.model  # noqa: SLF001
        self._inputs, model.inputs = self._ports(IN, self._view.inputs)
        self._outputs, model.outputs = self._ports(OUT, self._view.outputs)

    def _ports(self, port_type: str, views: list[Any]) -> tuple[list[Port], dict[str, Any]]:
        ports = [Port(self, view) for view in views]
        for port, view in zip(ports, views, strict=True):
            model = port.model
            model.type_, model.name, model.display_name, model.multi_connection = port_type, view.name, False, True
            for source, way, target in sorted(pipe.key for pipe in view.connected_pipes):
                other, name = (target, INPUT) if port_type == OUT else (source, way)
                model.connected_ports[other].append(name)
        return ports, {port.model.name: port.model for port in ports}

    def let_go(self) -> None:
        """It is used no more: what it is made of is free at once, without a look for garbage."""
        if self.made:
            self._inputs, self._outputs = [], []
            self._model.inputs, self._model.outputs = {}, {}
        self._view.let_go()

    def update(self) -> None:
        """The card is drawn from the document, not from the model."""


_LATER = frozenset({"_model", "_inputs", "_outputs"})


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
    disconnected: Callable[[list[Key]], object] = _nothing
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
        node = StepNode(node_id, ports)
        node._graph = self  # noqa: SLF001
        self._model.nodes[node_id] = node
        return node

    def link(self, key: Key, pipe: LeanPipe) -> bool:
        """An edge between ports that are there; False where one is not. The caller adds it to the scene."""
        nodes = self._model.nodes
        source, target = nodes.get(key[0]), nodes.get(key[2])
        out = source.view.ways.get(key[1]) if source is not None else None
        if out is None or target is None:
            return False
        pipe.plug(key, out, target.view.inputs[0])
        if source.made:
            source.model.outputs[key[1]].connected_ports[key[2]].append(INPUT)
        if target.made:
            target.model.inputs[INPUT].connected_ports[key[0]].append(key[1])
        return True

    def unlink(self, pipe: LeanPipe) -> None:
        """Takes an edge away."""
        (source, port, target), nodes = pipe.key, self._model.nodes
        for node, kind, way, other, name in (
            (nodes.get(source), "outputs", port, target, INPUT),
            (nodes.get(target), "inputs", INPUT, source, port),
        ):
            if node is not None and node.made:
                connected = getattr(node.model, kind)[way].connected_ports
                connected[other].remove(name)
                if not connected[other]:
                    connected.pop(other)
        pipe.delete()

    def drop(self, node_id: str) -> None:
        """Takes a node away whose edges are gone."""
        node = self._model.nodes.pop(node_id, None)
        if node is not None:
            self._viewer.scene().removeItem(node.view)
            node.let_go()

    def clear(self) -> list[StepNode]:
        """Nothing stands on the canvas any more; the caller lets go of what stood there."""
        gone = list(self._model.nodes.values())
        self._model.nodes.clear()
        return gone

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
