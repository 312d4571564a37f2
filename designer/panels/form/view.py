"""``FormPanel``: the form of the one selected step; for several, what they have in common; for none, a way on.

Law: it follows selection and document; a form is made anew only for another step or another kind of step.
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from designer.document.document import Change
from designer.forms.schema_form import SchemaForm
from designer.panels.form.several import SeveralSteps
from designer.pieces import EmptyState
from designer.services import Services
from runtime.model.flow import Node


class FormPanel(QScrollArea):
    """Scrolls up and down only."""

    def __init__(self, services: Services, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._services = services
        self._drafts: dict[tuple[str, str, str], tuple[str, Any]] = {}
        self._key: tuple[Any, ...] | None = None
        self.form: SchemaForm | None = None
        self.several: SeveralSteps | None = None
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setProperty("role", "panel")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        services.selection.changed.connect(self.follow)
        services.selection.flow_changed.connect(lambda _flow: self.follow())
        services.selection.field_wanted.connect(self._show_field)
        services.document.changed.connect(lambda change: self._changed(change))  # noqa: PLW0108 - typed
        self.follow()

    def follow(self) -> None:
        """Show what is selected now."""
        flow, selection = self._services.flow, self._services.selection
        nodes = [node for one in selection.nodes if flow is not None and (node := flow.node(one)) is not None]
        key = self._key_of(nodes)
        if key == self._key:
            if self.form is not None:
                self.form.refresh()
            if self.several is not None:
                self.several.refresh()
            return
        self._key, self.form, self.several = key, None, None
        self._put_away()
        if flow is None or not nodes:
            self.setWidget(self._nothing())
        elif len(nodes) == 1:
            self.form = SchemaForm(self._services, flow.id, nodes[0].id, self._drafts)
            self.setWidget(self.form)
        else:
            self.several = SeveralSteps(self._services, flow.id, tuple(node.id for node in nodes))
            self.setWidget(self.several)
        self.verticalScrollBar().setValue(0)

    def _put_away(self) -> None:
        """What was shown goes once its own events are over: the change may have come from a key typed in it."""
        old = self.takeWidget()
        if old is not None:
            old.hide()
            old.deleteLater()

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
            self.follow()

    def _show_field(self, flow: str, node: str, field: str) -> None:
        self.follow()
        if self.form is not None and (flow, node) == (self.form.context.flow_id, self.form.context.node_id):
            self.form.show_field(field)
            box = self.form.box_at(field)
            if box is not None:
                self.ensureWidgetVisible(box, 0, 60)

    def _nothing(self) -> QWidget:
        window = self._services.window

        def settings() -> None:
            if window is not None:
                window.open_editor("flow_settings", self._services.selection.flow or "")

        return EmptyState(
            "Nothing is selected",
            "Click a step to see what it does and to change it.",
            "Flow settings",
            settings,
        )
