"""``FormPanel``: the form of the one selected step; for several, what they have in common; for none, a way on.

Law: it follows selection and document. A form that was made is kept and turned to the next step of its shape, and those
of the flow's other steps are made while nobody waits: a click on a step shows its form without making one.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from designer.document.document import Change
from designer.forms.form_shape import Shape, shape_of
from designer.forms.schema_form import SchemaForm
from designer.panels.form.beside_steps import NOTHING, about_selection
from designer.panels.form.lane_form import LaneForm, lane_of
from designer.panels.form.several import SeveralSteps
from designer.pieces import EmptyState
from designer.pieces.when_seen import WhenSeen
from designer.services import Services
from runtime.model.flow import Node

KEPT = 20
"""forms that are kept; the one that was not used for longest goes"""
AHEAD = 14
"""forms that are made before they are asked for"""
QUIET_MS, EVERY_MS = 600, 30
SLICE = 0.004
"""seconds of work on forms that nobody waits for, at a time"""


class FormPanel(QScrollArea):
    """Scrolls up and down only."""

    def __init__(self, services: Services, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._services = services
        self._drafts: dict[tuple[str, str, str], tuple[str, Any]] = {}
        self._key: tuple[Any, ...] | None = None
        self.form: SchemaForm | None = None
        self.several: SeveralSteps | None = None
        """what several selected steps have in common, while it is shown"""
        self._for_several: SeveralSteps | None = None
        self.lane: LaneForm | None = None
        """a lane's, while it is shown; made anew for each"""
        self._kept: dict[Shape, SchemaForm] = {}
        """forms by what they are made for, the one used last at the end"""
        self._holder = QWidget()
        self._holder.setProperty("role", "panel")
        self._column = QVBoxLayout(self._holder)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._empty = self._nothing()
        self._column.addWidget(self._empty)
        self._shown: QWidget = self._empty
        self.setWidget(self._holder)
        self._ahead: Iterator[None] = iter(())
        self._quiet = QTimer(self, singleShot=True, interval=QUIET_MS)
        self._quiet.timeout.connect(self._begin_ahead)
        self._slices = QTimer(self, interval=EVERY_MS)
        self._slices.timeout.connect(self._go_ahead)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setProperty("role", "panel")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._followed = WhenSeen(self, self.follow)
        services.selection.changed.connect(self._followed.wish)
        services.selection.flow_changed.connect(self._followed.wish)
        services.selection.flow_changed.connect(lambda _flow: self._quiet.start())
        services.selection.field_wanted.connect(self._show_field)
        services.document.changed.connect(lambda change: self._changed(change))  # noqa: PLW0108 - typed
        self.follow()
        self._quiet.start()

    def follow(self) -> None:
        """Show what is selected now."""
        flow, selection = self._services.flow, self._services.selection
        nodes = [node for one in selection.nodes if flow is not None and (node := flow.node(one)) is not None]
        if not nodes:
            title, hint = about_selection(self._services)
            self._empty.title.setText(title)
            self._empty.hint.setText(hint)
        lane = self._selected_lane() if not nodes else None
        key = self._key_of(nodes) if lane is None else (selection.flow, "lane", lane)
        if key == self._key:
            for shown in (self.form, self.several, self.lane):
                if shown is not None:
                    shown.refresh()
            return
        self._key, self.several, self.lane = key, None, None
        if flow is not None and lane is not None:
            self.lane = LaneForm(self._services, flow.id, lane)
            self._turn(self.lane)
        elif flow is None or not nodes:
            self._turn(self._empty)
        elif len(nodes) == 1:
            self._turn(self._form_of(flow.id, nodes[0]))
        else:
            if self._for_several is None:
                self._for_several = SeveralSteps(self._services)
            self.several = self._for_several
            self.several.turn_to(flow.id, tuple(node.id for node in nodes))
            self._turn(self.several)
        self.form = self._shown if isinstance(self._shown, SchemaForm) else None
        self.verticalScrollBar().setValue(0)

    def _selected_lane(self) -> str | None:
        """The one lane that is selected, if nothing else is."""
        selection = self._services.selection
        if selection.flow is None or len(selection.drawn) != 1 or selection.edges:
            return None
        (drawn,) = selection.drawn
        return drawn if lane_of(self._services, selection.flow, drawn) is not None else None

    def _turn(self, shown: QWidget) -> None:
        """Shows another widget. None is ever taken out of its parent, which would cost its style twice."""
        before, self._shown = self._shown, shown
        if before is not shown:
            before.hide()
            if isinstance(before, SchemaForm):
                before.rest()
            elif isinstance(before, LaneForm):
                before.deleteLater()  # later: what is typed in it may have brought the change
        if self._column.indexOf(shown) < 0:
            self._column.addWidget(shown)
        shown.show()

    def _form_of(self, flow: str, node: Node) -> SchemaForm:
        """A form of this step: a kept one that fits, or a new one."""
        shape = shape_of(self._services, node)
        form = self._kept.pop(shape, None)
        if form is None:
            form = SchemaForm(self._services, flow, node.id, self._drafts, parent=self._holder)
        else:
            form.turn_to(flow, node.id)
        self._kept[shape] = form
        while len(self._kept) > KEPT:
            self._kept.pop(next(iter(self._kept))).deleteLater()
        return form

    # --- forms that nobody waits for ---

    def _begin_ahead(self) -> None:
        self._ahead = self._make_ahead()
        self._slices.start()

    def _go_ahead(self) -> None:
        until = time.perf_counter() + SLICE
        while time.perf_counter() < until:
            try:
                next(self._ahead)
            except StopIteration:
                self._slices.stop()
                return

    def _make_ahead(self) -> Iterator[None]:
        """Makes the forms that the flow's steps need most, a field at a time."""
        flow = self._services.flow
        if flow is None:
            return
        needed: Counter[Shape] = Counter()
        first: dict[Shape, str] = {}
        for node in flow.nodes:
            if self._services.facts.known(node) is not None:  # asking costs milliseconds, which is the canvas's to do
                shape = shape_of(self._services, node)
                needed[shape] += 1
                first.setdefault(shape, node.id)
            yield
        for shape, _ in needed.most_common(AHEAD):
            if shape in self._kept or (now := self._services.flow) is None or now.node(first[shape]) is None:
                continue
            form = SchemaForm(self._services, flow.id, first[shape], self._drafts, whole=False, parent=self._holder)
            form.hide()
            self._kept = {shape: form, **self._kept}
            yield from form.make_ahead()

    def focus_first(self) -> None:
        """The cursor into the first field (Enter on a step)."""
        if self.form is not None:
            self.form.show_field("")

    def rename(self) -> None:
        """The cursor into the name (F2)."""
        if self.form is not None and self.form.show_field("title"):
            line = self.form.context.boxes["title"].control.focus_target()
            line.selectAll()  # type: ignore[attr-defined]

    def _key_of(self, nodes: list[Node]) -> tuple[Any, ...]:
        """What a form is made for: typing in it does not change this."""
        of_flow = self._services.selection.flow
        if len(nodes) != 1:
            return (of_flow, tuple(node.id for node in nodes))
        node = nodes[0]
        behaviour = type(self._services.facts.of(node).behaviour).__name__
        kept = self._key[4] if self._key is not None and self._key[:3] == (of_flow, node.id, node.type) else behaviour
        unsure = "NoneType" in (behaviour, kept)  # half typed: the step's kind of work is not known yet, or was not
        return (of_flow, node.id, node.type, node.version, kept if unsure else behaviour)

    def _changed(self, change: Change) -> None:
        if change.flow is None or change.flow == self._services.selection.flow or change.undone:
            self._followed.wish()

    def _show_field(self, flow: str, node: str, field: str) -> None:
        self.follow()
        if self.form is not None and (flow, node) == (self.form.context.flow_id, self.form.context.node_id):
            self.form.show_field(field)
            box = self.form.box_at(field)
            if box is not None:
                self.ensureWidgetVisible(box, 0, 60)

    def _nothing(self) -> EmptyState:
        window = self._services.window

        def settings() -> None:
            if window is not None:
                window.open_editor("flow_settings", self._services.selection.flow or "")

        return EmptyState(*NOTHING, "Flow settings", settings)
