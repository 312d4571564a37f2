"""What stands in the middle of an empty flow: "What starts this flow?", with a button for each kind of trigger."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeyEvent, QMouseEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from designer.canvas.gestures.drops import type_in
from designer.document.commands.add_node import add_node, new_node
from designer.document.names import fresh
from designer.pieces import PlainText, plain_tooltip
from designer.services import Services
from designer.theme.icons import icon
from designer.theme.type_scale import BODY, HEADING
from nodes.contract import Category, NodeType
from runtime.model.on_disk import FLOW

MOST = 3
PLACE = (80.0, 160.0)
BEGIN = ("What starts this flow?", "A flow begins with one trigger. You can add others later.")
NONE = ("This project has no flow yet", "A flow leads one matter to a named outcome.")
CUT_OFF = (
    "The flow of this project can't be read",
    "Nothing of it is lost: its file stands as it was left. It is shown here as soon as the file is mended.",
)


class FlowStart(QWidget):
    """Shown while the flow has no step, or the project no flow."""

    def __init__(self, services: Services, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._services = services
        self.setProperty("role", "canvas")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAcceptDrops(True)
        self._follows = False
        """whether it knows which mode is on: the window is made after its parts"""
        self.title = PlainText("", HEADING)
        self.hint = PlainText("", BODY, "muted")
        for label in (self.title, self.hint):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._row = QHBoxLayout()
        self._row.setSpacing(10)
        self._row.addStretch(1)
        self.buttons: list[QPushButton] = []
        triggers = [found for found in services.registry.types if found.category is Category.TRIGGER]
        for found in triggers[:MOST]:
            button = QPushButton(found.title.replace("&", "&&"), self)
            button.setMinimumHeight(36)
            button.setToolTip(plain_tooltip(found.help))
            button.clicked.connect(lambda _checked=False, found=found: self._begin(found))
            self.buttons.append(button)
            self._row.addWidget(button)
        self.flow = QPushButton("New flow", self)
        self.flow.setProperty("kind", "primary")
        self.flow.clicked.connect(lambda: self._services.window.run("flow.add"))
        self._row.addWidget(self.flow)
        self._row.addStretch(1)
        column = QVBoxLayout(self)
        column.setSpacing(10)
        column.addStretch(2)
        column.addWidget(self.title)
        column.addWidget(self.hint)
        column.addSpacing(6)
        column.addLayout(self._row)
        column.addStretch(3)
        services.selection.flow_changed.connect(lambda _flow: self._show())
        services.document.changed.connect(lambda _change: self._show())
        services.theme.changed.connect(self._show)
        self._show()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802  Qt's name
        super().showEvent(event)
        window = self._services.window
        if window is not None and not self._follows:
            self._follows = True
            window.mode_changed.connect(lambda _mode: self._show())
            self._show()

    @property
    def _can_begin(self) -> bool:
        return self._services.flow is not None and self._services.window.mode != "replay"

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """A asks what to add, as on the canvas."""
        if event.key() == Qt.Key.Key_A and not event.modifiers() and self._can_begin:
            self._services.window.run("flow.add_step")
        else:
            super().keyPressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """So does a double click."""
        if event.button() is Qt.MouseButton.LeftButton and self._can_begin:
            self._services.window.run("flow.add_step")

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802
        """A kind of step from the palette may be dropped here: it is the first one."""
        if self._can_begin and type_in(event.mimeData()) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802
        canvas = self._services.window.canvas
        centre = canvas.camera.centre
        event.acceptProposedAction()
        canvas.deeds.dropped(event.mimeData(), (centre.x(), centre.y()))

    def _show(self) -> None:
        has_flow = self._services.flow is not None
        window = self._services.window
        drawn_here = window is None or window.mode != "replay"
        if drawn_here:
            title, hint = BEGIN if has_flow else CUT_OFF if self._cut_off() else NONE
            self.title.setText(title)
            self.hint.setText(hint)
        else:
            self.title.setText("No steps yet")
            self.hint.setText("Replay shows runs of a flow. Draw it first, in Design.")
        colour = self._services.theme.palette.category.trigger
        for button in self.buttons:
            button.setVisible(has_flow and drawn_here)
            button.setIcon(icon("zap", colour))
        self.flow.setVisible(not has_flow and drawn_here and not self._cut_off())

    def _cut_off(self) -> bool:
        """Whether there is a flow in the folder that can't be read."""
        keeper = self._services.extras.get("keeper")
        return keeper is not None and any(FLOW.names_in(finding.file) is not None for finding in keeper.unread)

    def _begin(self, found: NodeType) -> None:
        flow = self._services.flow
        if flow is None:
            return
        node = new_node(fresh(found.title, [node.id for node in flow.nodes]), found.id, found.version, found.title)
        self._services.document.do(add_node(flow.id, node, PLACE))
        self._services.selection.select((node.id,))
        self._services.window.show_panel("form")
        # No trigger has to be told anything, and what comes next is the next step: Tab, on the canvas.
        self._services.window.canvas.setFocus(Qt.FocusReason.OtherFocusReason)
