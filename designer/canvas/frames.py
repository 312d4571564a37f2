"""``Frames``: notes, groups and lanes as people make and change them. Made by the canvas."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from decimal import Decimal

from PySide6.QtCore import QPointF, QRectF

from designer.canvas.arranging import LANE_AROUND, LANE_HEAD
from designer.canvas.deeds import free_place
from designer.canvas.floating import Floating
from designer.canvas.lanes import reseated
from designer.canvas.painting.drawn import NOTE
from designer.canvas.stage import Stage
from designer.canvas.unfolding import making_room
from designer.document.command import Command, CommandRefused, Visit, compound, fresh_visit
from designer.document.commands.notes import add_drawn, group_steps, leave_group, set_drawn, ungroup
from designer.document.counted import counted
from designer.document.names import fresh, listed
from runtime.model.layout import CanvasGroup, CanvasNote, SeatLane

LANE = (260.0, 320.0)


class Frames:
    """All of it through commands."""

    def __init__(self, stage: Stage, floating: Floating) -> None:
        self._stage, self._floating = stage, floating

    def add_note(self, at: QPointF | None = None) -> None:
        """About there or in the middle of the view, where no step hides it, ready to be typed in."""
        x, y = free_place(self._stage, self._corner(at, *NOTE), *NOTE)
        note = CanvasNote(id=self._fresh("note"), x=_whole(x), y=_whole(y))
        flow_id = self._stage.flow_id

        def written(text: str) -> Command:
            return add_drawn(flow_id, note.model_copy(update={"text": text}) if text else note)

        self._make(note.id, written)

    def add_lane(self, at: QPointF | None = None) -> None:
        """Around what is selected, with the owner that the steps share; else there, or in the middle of the view."""
        stage = self._stage
        nodes = stage.services.selection.nodes
        flow = stage.flow
        owners = {node.owner for node in map(flow.node, nodes) if node is not None} if flow is not None else set()
        rect = self._around(nodes)
        if rect.isEmpty():
            rect = QRectF(*self._corner(at, *LANE), *LANE)
        lane = SeatLane(
            id=self._fresh("lane"), x=_whole(rect.x()), y=_whole(rect.y()),
            width=_whole(rect.width()), height=_whole(rect.height()),
            owner=next(iter(owners)) if len(owners) == 1 else None,
        )  # fmt: skip
        if stage.do(add_drawn(stage.flow_id, lane)):
            stage.services.selection.select((), (), (lane.id,))

    def _corner(self, at: QPointF | None, width: float, height: float) -> tuple[float, float]:
        """Of something that is put there, else into the middle of the view."""
        centre = self._stage.camera.centre
        return (centre.x() - width / 2, centre.y() - height / 2) if at is None else (at.x() - 20, at.y() - 20)

    def _around(self, nodes: Sequence[str]) -> QRectF:
        """Room for a lane around steps, its name above the name of the topmost group that they are in."""
        rect = self._stage.bounds(tuple(nodes))
        if rect.isEmpty():
            return rect
        drawing = self._stage.drawing
        frames = [drawing.items[group].rect for group, inside in drawing.members.items() if set(nodes) & set(inside)]
        top = min([rect.top(), *(frame.top() for frame in frames if frame.top() <= rect.bottom())])
        return rect.adjusted(-LANE_AROUND, top - rect.top() - LANE_HEAD, LANE_AROUND, LANE_AROUND)

    def group(self) -> None:
        """A frame around the selected steps and groups, ready to be named."""
        stage, selection = self._stage, self._stage.services.selection
        nodes = selection.nodes
        known = stage.drawing.grouping
        groups = [one for one in selection.drawn if one in known.steps]
        group_id = self._fresh("group")
        flow_id = stage.flow_id

        def named(title: str) -> Command:
            return group_steps(flow_id, group_id, nodes, groups, title=title or "Group")

        names = {group.id: group.title or group.id for group in stage.layout.groups}
        try:
            done = self._make(group_id, named)
        except CommandRefused as refused:
            self._floating.refuse(str(refused), stage.camera.centre, None)
            return
        now = stage.drawing.grouping.steps
        left = [f"“{names[one]}”" for one, steps in known.steps.items() if set(steps) - set(now.get(one, ()))]
        if done and left and stage.services.window is not None:
            stage.services.window.say(f"A step is in one group only: these have left {listed(left)}.")

    def _make(self, drawn_id: str, made: Callable[[str], Command]) -> bool:
        """Makes one, ready to be typed in; what is typed at once is a part of the same step of the history."""
        stage = self._stage
        visit = Visit(fresh_visit())
        if not stage.do(replace(made(""), merge=visit)):
            return False
        fresh_one = stage.services.document.project
        stage.services.selection.select((), (), (drawn_id,))

        def typed(text: str) -> bool:
            if stage.services.document.project is fresh_one:
                return stage.do(replace(made(text), merge=visit))
            part = "text" if stage.drawing.items[drawn_id].sort == "note" else "title"
            return stage.do(set_drawn(stage.flow_id, drawn_id, **{part: text}))

        self.edit(drawn_id, keep=typed)
        return True

    def ungroup(self) -> None:
        """The selected frames, and the nearest around each selected step."""
        stage, selection = self._stage, self._stage.services.selection
        known, groups = stage.drawing.grouping, self.chosen
        if groups:
            inside = [node for group in groups for node in known.steps[group]]
            inner = [group for group in known.steps if group not in groups and known.outer.get(group) in groups]
            if stage.do(ungroup(stage.flow_id, groups)):
                selection.select([node for node in inside if node not in stage.projector.hidden], (), inner)

    @property
    def chosen(self) -> list[str]:
        """The selected groups, and the nearest around each selected step."""
        selection, known = self._stage.services.selection, self._stage.grouping
        nearest = {around[0] for node in selection.nodes if (around := known.around_step(node))}
        return [group for group in known.steps if group in selection.drawn or group in nearest]

    def holds_some(self, nodes: Collection[str]) -> bool:
        """Whether one of these steps lies in a group."""
        known = self._stage.grouping
        return bool(known.steps) and any(known.around_step(node) for node in nodes)

    def leave(self) -> None:
        """The selected steps are in the group around theirs, or in none."""
        self._stage.do(leave_group(self._stage.flow_id, self._stage.services.selection.nodes))

    def toggle(self) -> None:
        """What is chosen is opened if all of it is folded, else folded."""
        items, chosen = self._stage.drawing.items, self.chosen
        self._fold(chosen, folded=not all(items[group].folded for group in chosen))

    def set_lane(self, lane_id: str, field: str, value: str | None) -> None:
        """Title, owner or seat of a lane; the approvals in it get what it says, in the same step of the history."""
        stage = self._stage
        lane = next((one for one in stage.layout.lanes if one.id == lane_id), None)
        if lane is None:
            return
        changed = lane.model_copy(update={field: value})
        given = reseated(stage, changed) if field != "title" else []
        setting = set_drawn(stage.flow_id, lane_id, **{field: value})
        stage.do(compound(setting.title, setting, *given) if given else setting)

    def colour(self, notes: Collection[str], tone: str | None) -> None:
        """What these notes are written on: the colour of a kind of step, None is yellow."""
        commands = [set_drawn(self._stage.flow_id, note, colour=tone) for note in notes]
        self._stage.do(
            commands[0] if len(commands) == 1 else compound(f"Colour {counted(len(commands), 'note')}", *commands)
        )

    def fold_all(self, *, folded: bool) -> None:
        """All groups."""
        self._fold(tuple(self._stage.drawing.members), folded=folded)

    def _fold(self, groups: Collection[str], *, folded: bool) -> None:
        """A view of the flow; only where something stands in the way of groups that open does it move, as a step of its
        own that can be undone.
        """
        stage = self._stage
        aside = [] if folded or not stage.editable else making_room(stage, groups)
        stage.folds.set(stage.flow_id, groups, folded=folded)
        stage.wishes.refolded()
        if aside:
            stage.do(aside[0] if len(aside) == 1 else compound("Make room", *aside))
        selection, hidden = stage.services.selection, stage.projector.hidden
        if not hidden.keys().isdisjoint(selection.nodes):  # nobody sees them any more: the card stands for them
            cards = dict.fromkeys((*selection.drawn, *(hidden[node] for node in selection.nodes if node in hidden)))
            selection.select((node for node in selection.nodes if node not in hidden), selection.edges, cards)

    def edit(self, drawn_id: str, *, fold: bool = False, keep: Callable[[str], object] | None = None) -> None:
        """Types over a note's text or a frame's title; or folds a group. ``keep`` takes what was typed."""
        stage = self._stage
        item = stage.drawing.items.get(drawn_id)
        if item is not None and fold and item.sort == "group":
            self._fold((drawn_id,), folded=not item.folded)
            return
        if item is None or not stage.editable:
            return
        self._floating.pad.leave()
        zoom = stage.viewer.zoom
        if item.sort == "note":
            over = self._floating.on_view(item.rect)
            over.setSize(over.size().expandedTo(over.size().__class__(160, 80)))
            self._floating.typing.note(
                item.text, over, zoom, keep or (lambda typed: stage.do(set_drawn(stage.flow_id, drawn_id, text=typed)))
            )
            return
        frames: tuple[CanvasGroup | SeatLane, ...] = (*stage.layout.groups, *stage.layout.lanes)
        keep_title = keep or (lambda typed: stage.do(set_drawn(stage.flow_id, drawn_id, title=typed)))
        title = next((frame.title for frame in frames if frame.id == drawn_id), item.text)
        over = self._floating.on_view(
            QRectF(item.rect.x() + 8, item.rect.y() + 2, min(item.rect.width() - 16, 240), 28)
        )
        over.setSize(over.size().expandedTo(over.size().__class__(140, 26)))
        self._floating.typing.title(title, over, zoom, lambda typed: keep_title(typed.strip()))

    def _fresh(self, stem: str) -> str:
        layout = self._stage.layout
        drawn: tuple[CanvasNote | CanvasGroup | SeatLane, ...] = (*layout.notes, *layout.groups, *layout.lanes)
        taken = {thing.id for thing in drawn}
        return fresh(f"{stem}_1", taken)


def _whole(number: float) -> Decimal:
    return Decimal(round(number / 10) * 10)
