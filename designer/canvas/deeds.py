"""``Deeds``: what the canvas does to the document: intents of gestures and keys become commands here, or are refused."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QMimeData, QPointF

from designer.canvas.gestures.drops import type_in
from designer.canvas.gestures.hits import hit_at
from designer.canvas.lanes import seated
from designer.canvas.projection.pipe import Key
from designer.canvas.stage import Stage
from designer.document.command import Command, compound
from designer.document.commands.add_node import add_node, new_node
from designer.document.commands.connect import connect, disconnect, reconnect
from designer.document.commands.delete import delete
from designer.document.commands.insert import insert
from designer.document.commands.move import move
from designer.document.commands.set_field import set_field
from designer.document.connecting import refusal
from designer.document.facts import Facts
from designer.document.names import fresh
from nodes.contract import NodeType, PortKind
from runtime.model.flow import Flow, Node

EXCEPTIONS = frozenset({PortKind.ERROR, PortKind.TIMEOUT})
Place = tuple[float, float]


class Deeds:
    """One per canvas."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        intents = stage.graph.intents
        intents.moved = self.moved
        intents.connected = self.connected
        intents.reconnected = self.reconnected
        intents.disconnected = lambda keys: self._do(disconnect(stage.flow_id, keys))
        intents.inserted = self.inserted
        intents.renamed = self.renamed
        intents.dropped = self.dropped
        intents.opened = lambda node_id: stage.wishes.open_step(node_id)

    # Intents.

    def moved(self, places: Mapping[str, Place]) -> None:
        """Cards were let go elsewhere: in a lane they also get its owner and seat."""
        stage = self._stage
        commands: list[Command] = [move(stage.flow_id, stage.with_unplaced(places))]
        commands += seated(stage, places)
        self._do(commands[0] if len(commands) == 1 else compound(_moved_title(places), *commands))

    def connected(self, source: str, port: str, target: str) -> None:
        """An edge was drawn."""
        if not self._refused(source, port, target):
            self._do(connect(self._stage.flow_id, source, port, target))

    def reconnected(self, old: Key, new: Key) -> None:
        """An end was plugged in elsewhere."""
        if old != new and not self._refused(*new):
            self._do(reconnect(self._stage.flow_id, old, new))

    def inserted(self, node_id: str, key: Key, places: Mapping[str, Place]) -> None:
        """A step that stood alone was dropped on an edge."""
        flow = self._stage.flow
        node = flow.node(node_id) if flow is not None else None
        if node is None:
            return
        leave = leaving_port(self._stage.services.facts, node)
        commands = [insert(self._stage.flow_id, node_id, key, leave)]
        if places:
            commands.insert(0, move(self._stage.flow_id, self._stage.with_unplaced(places)))
        self._do(compound(f"Insert “{node.title or node.id}”", *commands))

    def renamed(self, node_id: str, title: str) -> None:
        """Another title was typed."""
        flow = self._stage.flow
        node = flow.node(node_id) if flow is not None else None
        if node is not None and title.strip() and title.strip() != node.title:
            self._do(
                set_field(
                    self._stage.flow_id, node_id, "title", title.strip(), title=f"Rename “{node.title or node.id}”"
                )
            )

    def dropped(self, mime: QMimeData, place: Place) -> None:
        """A kind of step came from the palette."""
        wanted = type_in(mime)
        if wanted is None:
            return
        at = QPointF(*place)
        pipe = hit_at(self._stage.viewer, at).pipe
        self.add(*wanted, (at.x() - 88, at.y() - 32), into=pipe.key if pipe is not None else None, exact=True)

    # Adding.

    def add(
        self, type_id: str, version: int | None, place: Place, *, after: tuple[str, str] | None = None,
        into: Key | None = None, exact: bool = False,
    ) -> str | None:  # fmt: skip
        """A new step of a kind, wired, selected; its id, or None if it was refused."""
        stage, registry = self._stage, self._stage.services.registry
        found = registry.latest(type_id) if version is None else registry.get(type_id, version)
        flow = stage.flow
        if flow is None or not stage.editable:
            return None
        if not isinstance(found, NodeType):
            reason = f": {found.reason}" if found is not None else "."
            stage.wishes.refuse(f"There is no kind of step called “{type_id}” here{reason}", QPointF(*place), None)
            return None
        node = new_node(fresh(found.title, _ids(flow)), found.id, found.version, found.title)
        leave = leaving_port(stage.services.facts, node)
        if into is not None and (str(found.category) == "trigger"):
            stage.wishes.refuse(f"“{found.title}” starts a flow, so nothing can lead into it.", QPointF(*place), None)
            return None
        if after is not None and str(found.category) == "trigger":
            after = None
        at = snapped(place)
        if not exact:
            at = free_place(stage, at)
        command = add_node(stage.flow_id, node, at, after=after, into=into, leave_by=leave)
        loose = stage.with_unplaced({node.id: at})
        commands = [command]
        if len(loose) > 1:
            commands.append(move(stage.flow_id, loose))
        commands += seated(stage, {node.id: at}, new=node)
        done = self._do(commands[0] if len(commands) == 1 else compound(command.title, *commands))
        return node.id if done else None

    # Deleting.

    def delete_selected(self) -> bool:
        """Everything that is selected; lines heal."""
        selection = self._stage.services.selection
        if not (selection.nodes or selection.edges or selection.drawn):
            return False
        return self._do(delete(self._stage.flow_id, selection.nodes, selection.edges, drawn=selection.drawn))

    def _refused(self, source: str, port: str, target: str) -> bool:
        flow = self._stage.flow
        if flow is None:
            return True
        reason = refusal(flow, self._stage.services.facts, source, port, target)
        if reason is not None:
            item = self._stage.projector.items.get(target)
            at = item.pos() if item is not None else self._stage.camera.centre
            self._stage.wishes.refuse(reason.message, at, target)
        return reason is not None

    def _do(self, command: Command) -> bool:
        return self._stage.do(command)


def leaving_port(facts: Facts, node: Node) -> str | None:
    """The way out by which a step that takes an edge over goes on: its first that is no exception."""
    ports = facts.of(node).ports or ()
    return next((port.name for port in ports if port.kind not in EXCEPTIONS), None)


def snapped(place: Place) -> Place:
    """On the grid."""
    return round(place[0] / 20) * 20.0, round(place[1] / 20) * 20.0


def free_place(stage: Stage, place: Place, width: float = 176.0, height: float = 92.0) -> Place:
    """The nearest place downwards where a card hides nothing."""
    x, y = place
    rects = [
        (item.x() - 20, item.y() - 20, item.x() + item.card.width + 20, item.y() + item.card.height + 20)
        for item in stage.projector.items.values()
        if item.isVisible()
    ]
    for _ in range(200):
        blocking = [r for r in rects if x < r[2] and x + width > r[0] and y < r[3] and y + height > r[1]]
        if not blocking:
            return x, y
        y = round(max(r[3] for r in blocking) / 20 + 0.499) * 20.0
    return x, y


def _ids(flow: Flow) -> frozenset[str]:
    return frozenset(node.id for node in flow.nodes)


def _moved_title(places: Mapping[str, Place]) -> str:
    return "Move step" if len(places) == 1 else f"Move {len(places)} steps"
