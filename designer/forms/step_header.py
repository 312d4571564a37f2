"""``StepHeader``: which step the form shows: its tile, its name, its kind; and what is wrong with it as a whole."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QGuiApplication, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QVBoxLayout, QWidget

from designer.document.command import CommandRefused
from designer.document.commands.delete import delete
from designer.document.commands.rename_node import rename_node
from designer.document.names import title_of
from designer.forms.complaint import Complaint
from designer.forms.field_box import said_at_field
from designer.forms.marks import CutText
from designer.forms.name_dialog import ask_name
from designer.forms.repair import repair, repair_words
from designer.pieces import IconButton
from designer.pieces.text import plain_tooltip
from designer.services import Services
from designer.theme.icons import renderer
from designer.theme.theme import Theme
from designer.theme.type_scale import PANEL_TITLE, SMALL
from runtime.model.flow import Flow, Node
from runtime.model.names import node_id_fault
from runtime.model.problems import Problem, Severity

TILE, GLYPH, RADIUS = 32, 18, 8
KINDS = {
    "trigger": "Start", "adapter": "Adapter", "decision": "Decision", "approval": "Approval", "control": "Control",
    "logging": "Log", "end": "End", "unknown": "Unknown kind",
}  # fmt: skip


class Tile(QWidget):
    """An icon on the ground of its kind."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme, self._icon, self._kind = theme, "circle", "control"
        self.setFixedSize(QSize(TILE, TILE))
        theme.changed.connect(self.update)

    def show_kind(self, icon: str, kind: str) -> None:
        """Another icon."""
        self._icon, self._kind = icon, kind if kind in KINDS and kind != "unknown" else "control"
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        palette = self._theme.palette
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(getattr(palette.category_tint, self._kind)))
        painter.drawRoundedRect(QRectF(self.rect()), RADIUS, RADIUS)
        inset = (TILE - GLYPH) / 2
        renderer(self._icon, getattr(palette.category, self._kind)).render(painter, QRectF(inset, inset, GLYPH, GLYPH))


class StepHeader(QFrame):
    """On top of the form."""

    def __init__(self, services: Services) -> None:
        super().__init__()
        self._services = services
        self._flow: Flow | None = None
        self._node: Node | None = None
        self._problem: Problem | None = None
        self.setProperty("role", "header")
        self.tile = Tile(services.theme)
        self.title = CutText(services.theme, "", PANEL_TITLE)
        self.kind = CutText(services.theme, "", SMALL, "muted")
        self.more = IconButton(services.theme, "ellipsis", "More about this step")
        self.more.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.complaint = Complaint(services.theme)
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addWidget(self.tile)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self.title)
        words.addWidget(self.kind)
        row.addLayout(words, 1)
        row.addWidget(self.more)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 12, 10, 12)
        column.setSpacing(8)
        column.addLayout(row)
        column.addWidget(self.complaint)
        self.more.clicked.connect(self._menu)

    def show_step(self, flow: Flow, node: Node) -> None:
        """Show this step."""
        self._flow, self._node = flow, node
        facts = self._services.facts.of(node)
        kind = self._services.facts.category(node)
        self.tile.show_kind(facts.type.icon if facts.type is not None else "circle-help", kind)
        name = title_of(node)
        self.title.say(name)
        type_title = facts.type.title if facts.type is not None else node.type
        words = KINDS.get(kind, kind)
        self.kind.say(words if words.lower() == type_title.lower() else f"{words} · {type_title}")
        self.kind.setToolTip(plain_tooltip(facts.type.help if facts.type is not None else ""))

    def show_problem(self, problem: Problem | None) -> None:
        """What is wrong with the step and belongs to none of its fields."""
        self._problem = problem
        if problem is None or self._node is None:
            self.complaint.say("")
            return
        message = said_at_field(problem.message, self._node.title or self._node.id, "")
        self.complaint.say(
            message,
            warning=problem.severity is Severity.WARNING,
            repair=repair_words(problem),
            run=self._repair,
        )

    def _repair(self) -> None:
        if self._problem is not None and self._problem.fix is not None:
            try:
                repair(self._services, self._problem)
            except CommandRefused as refused:
                self.complaint.say(str(refused))

    def _menu(self) -> None:
        menu, node = QMenu(self), self._node
        if node is None:
            return
        menu.addAction(f"Copy name for expressions: {node.id}").triggered.connect(
            lambda: QGuiApplication.clipboard().setText(node.id)
        )
        menu.addAction("Change name for expressions …").triggered.connect(self._ask_name)
        menu.addSeparator()
        menu.addAction("Delete step").triggered.connect(self._delete)
        menu.popup(self.more.mapToGlobal(self.more.rect().bottomLeft()))

    def _ask_name(self) -> None:
        assert self._node is not None
        taken = [node.id for node in self._flow.nodes] if self._flow is not None else []
        hint = "Lines and expressions that read it go along."
        new = ask_name(self, "Change name for expressions", hint, self._node.id, taken, node_id_fault)
        if new is not None:
            self.rename(new)

    def rename(self, new: str) -> None:
        """Another name for expressions."""
        if self._flow is None or self._node is None or new == self._node.id:
            return
        try:
            self._services.document.do(rename_node(self._flow.id, self._node.id, new))
        except CommandRefused as refused:
            self.complaint.say(str(refused))
            return
        self._services.selection.select((new,))

    def _delete(self) -> None:
        if self._flow is not None and self._node is not None:
            self._services.document.do(delete(self._flow.id, [self._node.id]))
            self._services.selection.select(())
