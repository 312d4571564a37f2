"""``Deeds``: what the canvas does to the document: intents of gestures and keys become commands, or are refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QMimeData, QPointF

from designer.canvas.card import Card, make_card
from designer.canvas.gestures.drops import beside, type_in, unfit
from designer.canvas.gestures.hits import hit_at
from designer.canvas.gestures.move import moving
from designer.canvas.inserting import ROOM_FOR_NAMES, gap_behind, inserted
from designer.canvas.joining import joining, landed
from designer.canvas.lanes import seated
from designer.canvas.painting.ports import plus_at
from designer.canvas.projection.pipe import Key
from designer.canvas.stage import Stage
from designer.canvas.things import chosen_things, straight_places
from designer.document.command import Command, compound
from designer.document.commands.add_node import add_node, new_node
from designer.document.commands.align import Direction, Edge, align, distribute, straighten
from designer.document.commands.connect import connect, disconnect, reconnect
from designer.document.commands.delete import delete, deletion_title
from designer.document.commands.insert import insert
from designer.document.commands.move import move
from designer.document.commands.notes import join_group, place_drawn
from designer.document.commands.replace_kind import losses, replace_kind
from designer.document.commands.retitle_step import retitle_step
from designer.document.connecting import leaving_port, refusal, unfit_for_edge
from designer.document.counted import counted
from designer.document.likely_ports import starting_config
from designer.document.names import fresh, title_of
from nodes.contract import NodeType
from runtime.model.flow import Flow

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
        intents.opened = lambda node_id: stage.wishes.open_step(node_id)  # noqa: PLW0108  it is set later

    # Intents.

    def moved(self, places: Mapping[str, Place]) -> None:
        """Cards were let go elsewhere: in a lane they also get its owner and seat."""
        stage = self._stage
        commands: list[Command] = [move(stage.flow_id, stage.with_unplaced(places), count=len(places))]
        commands += seated(stage, places)
        items = stage.projector.items
        group = landed(stage, {node: _middle(items[node].card, at) for node, at in places.items() if node in items})
        title = _moved_title(places)
        if group is not None:
            commands.append(join_group(stage.flow_id, group, places))
            title = f"{title} into “{stage.drawing.items[group].text}”"
        self._do(commands[0] if len(commands) == 1 else compound(title, *commands))

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
        stage = self._stage
        if unfit_for_edge(stage.services.facts, node) is not None:
            self.moved(places)
            return
        leave = leaving_port(stage.services.facts, node)
        item = stage.projector.items[node_id]
        there = inserted(stage, item.card, leave, key, places.get(node_id, (item.x(), item.y())))
        if there is not None:
            places = {**places, **there.moved, node_id: there.at}
        commands = [insert(stage.flow_id, node_id, key, leave)]
        if places:
            commands.insert(0, move(stage.flow_id, stage.with_unplaced(places)))
        if there is not None and there.drawn:
            commands.append(place_drawn(stage.flow_id, there.drawn))
        commands += joining(stage, node_id, _middle(item.card, places.get(node_id, (item.x(), item.y()))), key)
        self._do(compound(f"Insert “{title_of(node)}”", *commands))

    def renamed(self, node_id: str, title: str) -> None:
        """Another title was typed."""
        flow = self._stage.flow
        node = flow.node(node_id) if flow is not None else None
        if flow is not None and node is not None and title.strip() and title.strip() != node.title:
            services = self._stage.services
            new, kind = services.document.is_new(flow.id, node_id), services.facts.kind(node)
            self._do(retitle_step(flow, node_id, title.strip(), follow=new, kind=kind, before=node.title))

    def dropped(self, mime: QMimeData, place: Place) -> None:
        """A kind of step came from the palette. What can't be in the edge it is dropped on is put beside it."""
        wanted = type_in(mime)
        if wanted is None:
            return
        at = QPointF(*place)
        pipe = hit_at(self._stage.viewer, at).pipe
        into, place = None, (at.x() - 88, at.y() - 32)
        if pipe is not None and unfit(self._stage, wanted) is None:
            into = pipe.key
        elif pipe is not None:
            place = beside(at)
        exact = pipe is None  # on an edge there may be no room for it between the two that the edge connects
        self.add(wanted.type_id, wanted.version, place, into=into, exact=exact, config=wanted.config)

    # Adding.

    def add(
        self, type_id: str, version: int | None, place: Place, *, after: tuple[str, str] | None = None,
        into: Key | None = None, exact: bool = False, config: Mapping[str, Any] | None = None,
        line: float | None = None, title: str = "",
    ) -> str | None:  # fmt: skip
        """A new step of a kind, wired, selected; its id, or None if it was refused. ``line``: the height at which an
        edge is to come straight into it, which counts for more than the grid."""
        stage, registry = self._stage, self._stage.services.registry
        found = registry.latest(type_id) if version is None else registry.get(type_id, version)
        flow = stage.flow
        if flow is None or not stage.editable:
            return None
        if not isinstance(found, NodeType):
            reason = f": {found.reason}" if found is not None else "."
            stage.wishes.refuse(f"There is no kind of step called “{type_id}” here{reason}", QPointF(*place), None)
            return None
        title = title or found.title
        node = new_node(fresh(title, _ids(flow)), found.id, found.version, title, starting_config(found, config))
        leave = leaving_port(stage.services.facts, node)
        unable = unfit_for_edge(stage.services.facts, node) if into is not None else None
        if unable is not None:
            stage.wishes.refuse(unable.message, QPointF(*place), None)
            return None
        if after is not None and str(found.category) == "trigger":
            after = None
        at = snapped(place)
        card = make_card(node, stage.services.facts, stage.services.document.project)
        if line is not None:
            at = at[0], line - (card.height / 2 if card.enter_y is None else card.enter_y)
        there = inserted(stage, card, leave, into, place) if into is not None else None
        if there is not None:
            at = there.at
        elif not exact:
            at = free_place(stage, at)
        command = add_node(stage.flow_id, node, at, after=after, into=into, leave_by=leave)
        loose = stage.with_unplaced({**(there.moved if there is not None else {}), node.id: at})
        commands = [command]
        if len(loose) > 1:
            commands.append(move(stage.flow_id, loose))
        if there is not None and there.drawn:
            commands.append(place_drawn(stage.flow_id, there.drawn))
        commands += seated(stage, {node.id: at}, new=node)
        commands += joining(stage, node.id, _middle(card, at), into)
        done = self._do(commands[0] if len(commands) == 1 else compound(command.title, *commands))
        return node.id if done else None

    def add_asked(
        self, found: NodeType, at: QPointF, *, after: tuple[str, str] | None, into: Key | None,
        config: Mapping[str, Any] | None = None, title: str = "",
    ) -> str | None:  # fmt: skip
        """What was asked for by name: behind the port, into the edge, or at this place."""
        place, line = (at.x() - 88, at.y() - 32), None
        if after is not None:
            place, line = self._behind(after, at)
        return self.add(found.id, found.version, place, after=after, into=into, line=line, config=config, title=title)

    def add_told(self, found: NodeType, title: str, *, after: tuple[str, str] | None, into: Key | None) -> str | None:
        """The same where nobody points at a place: the outline asks."""
        projector, at = self._stage.projector, self._stage.camera.centre
        item = projector.items.get(after[0]) if after is not None else None
        spot = item.card.port(after[1]) if item is not None and after is not None else None
        if into is not None and into in projector.pipes:
            at = projector.pipes[into].drawn_path.pointAtPercent(0.5)
        elif item is not None and spot is not None:
            at = item.pos() + plus_at(spot)
        return self.add_asked(found, at, after=after, into=into, title=title)

    def _behind(self, after: tuple[str, str], at: QPointF) -> tuple[Place, float | None]:
        """Where a step behind a way out goes, and the height of that way out where the edge can go straight."""
        item = self._stage.projector.items.get(after[0])
        spot = item.card.port(after[1]) if item is not None else None
        if item is None or spot is None:
            return (at.x(), at.y() - 32), None
        card = item.card
        reach = max(item.card.width + 60, plus_at(spot).x() + 20)
        near = at.x() < item.x() + reach and abs(at.y() - item.y()) < card.height + 60
        if not near:
            return (at.x(), at.y() - 32), None
        if spot.side == "bottom":
            return (item.x(), item.y() + card.height + 68), None
        gap = max(gap_behind(spot, card.kind), ROOM_FOR_NAMES if spot.named else 60.0)
        return (item.x() + card.width + gap, item.y() + spot.y - 32), item.y() + spot.y

    def change_kind(self, node_id: str, new: NodeType) -> bool:
        """Another kind for a step; what would be lost is asked before."""
        stage, flow = self._stage, self._stage.flow
        node = flow.node(node_id) if flow is not None else None
        if flow is None or node is None:
            return False
        facts = stage.services.facts
        ports = tuple(port.name for port in facts.ways(node))
        command = replace_kind(stage.flow_id, node_id, new, facts, old_ports=ports)
        after = command.apply(stage.services.document.project).flows[stage.flow_id]
        lost = losses(flow, after, node_id, facts.of(node).type)
        if not lost or stage.services.window is None:
            return self._do(command)
        return bool(stage.services.window.do_with_losses(command.title, lost, lambda: self._do(command)))

    # Placing.

    def nudge(self, dx: float, dy: float) -> bool:
        """What is selected, by so much."""
        stage = self._stage
        nodes, drawn = moving(stage)
        items = stage.projector.items
        places = {node: (items[node].x() + dx, items[node].y() + dy) for node in nodes if node in items}
        boxes = {}
        for drawn_id in drawn:
            thing = stage.drawing.items[drawn_id]
            if thing.sort != "group":
                rect = thing.rect
                boxes[drawn_id] = (rect.x() + dx, rect.y() + dy, rect.width(), rect.height())
        merge = ("nudge", stage.flow_id, *nodes, *drawn)
        if places and not boxes:
            return self._do(move(stage.flow_id, stage.with_unplaced(places), merge=merge, count=len(places)))
        if boxes and not places:
            return self._do(place_drawn(stage.flow_id, boxes, merge=merge))
        if places and boxes:
            both = compound("Move", move(stage.flow_id, stage.with_unplaced(places)), place_drawn(stage.flow_id, boxes))
            return self._do(replace(both, merge=merge))
        return False

    def align(self, edge: Edge) -> bool:
        """What is selected at one line."""
        things = chosen_things(self._stage)
        return len(things) > 1 and self._do(align(self._stage.flow_id, things, edge))

    def distribute(self, direction: Direction) -> bool:
        """What is selected with even gaps."""
        things = chosen_things(self._stage)
        return len(things) > 2 and self._do(distribute(self._stage.flow_id, things, direction))

    def straighten(self) -> bool:
        """The selected steps if there are several, else all, so that lines between neighbours run straight."""
        stage, places = self._stage, straight_places(self._stage)
        if not places and stage.editable and stage.services.window is not None:
            stage.services.window.say("No line can be made straight by nudging a step.")
        return bool(places) and self._do(straighten(stage.flow_id, stage.with_unplaced(places)))

    # Deleting.

    def delete_selected(self) -> bool:
        """Everything that is selected; lines heal. A folded group is one card: what is in it goes with it."""
        stage, selection = self._stage, self._stage.services.selection
        folded = [group for group in stage.drawing.outermost_folded if group in selection.drawn]
        inside = (node for group in folded for node in stage.drawing.members[group])
        what = (tuple(dict.fromkeys((*selection.nodes, *inside))), selection.edges, selection.drawn)
        if stage.flow is None or not any(what):
            return False
        title = deletion_title(stage.flow, stage.layout, *what)
        return self._do(delete(stage.flow_id, what[0], what[1], drawn=what[2], title=title))

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


def snapped(place: Place) -> Place:
    """On the grid."""
    return round(place[0] / 20) * 20.0, round(place[1] / 20) * 20.0


def _middle(card: Card, at: Place) -> QPointF:
    return QPointF(at[0] + card.width / 2, at[1] + card.height / 2)


def free_place(stage: Stage, place: Place, width: float = 176.0, height: float = 92.0) -> Place:
    """The nearest place downwards where a card hides nothing."""
    x, y = place
    rects = [
        (
            item.x() - 20,
            item.y() - 20,
            item.x() + item.card.width + 20,
            item.y() + item.card.height + max(20.0, item.card.drop),
        )
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
    return "Move step" if len(places) == 1 else f"Move {counted(len(places), 'step')}"
