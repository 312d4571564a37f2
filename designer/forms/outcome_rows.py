"""``OutcomeRows``: the ways out of a step and where they lead; a click selects that step."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from designer.document.counted import counted
from designer.document.names import title_of
from designer.forms.marks import GLYPHS, CutText, OutcomeMark
from designer.services import Services
from designer.theme.icons import pixmap
from designer.theme.type_scale import BODY, Size
from nodes.contract import Port, PortKind
from runtime.model.flow import Flow, Node

WIDEST = 132
NAME = Size(BODY.px, BODY.pt, BODY.line, 500)


class OutcomeRow(QFrame):
    """One way out."""

    def __init__(self, services: Services, flow: Flow, port: Port, targets: tuple[str, ...]) -> None:
        super().__init__()
        self._services, self._targets = services, targets
        self.port = port
        self.setProperty("role", "row")
        self.setFixedHeight(30)
        nodes = [flow.node(target) for target in targets]
        titles = [title_of(node) for node in nodes if node is not None]
        where = (
            titles[0]
            if len(titles) == 1
            else f"{counted(len(titles), 'step')} at once"
            if titles
            else "Leads nowhere yet"
        )
        mark = OutcomeMark(services.theme, port.kind)
        self.name = CutText(
            services.theme, port.title, NAME, GLYPHS[port.kind][1] if port.kind is not PortKind.NORMAL else "primary"
        )
        arrow = QLabel()
        arrow.setFixedSize(QSize(14, 14))
        arrow.setPixmap(pixmap("arrow-right", services.theme.palette.text.muted, 14, 2.0))
        self.where = CutText(services.theme, where, BODY, "secondary" if titles else "muted")
        line = QHBoxLayout(self)
        line.setContentsMargins(2, 0, 2, 0)
        line.setSpacing(8)
        line.addWidget(mark)
        line.addWidget(self.name)
        line.addWidget(arrow)
        line.addWidget(self.where, 1)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        if titles:
            self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(f"{port.title}: {where}")

    def go(self) -> None:
        """Select where it leads."""
        if self._targets:
            self._services.selection.select(self._targets[:1])

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802  Qt's name
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.go()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.go()
        else:
            super().keyPressEvent(event)


class OutcomeRows(QWidget):
    """All ways out, in their order."""

    def __init__(self, services: Services) -> None:
        super().__init__()
        self._services = services
        self._shown: object = None
        self.rows: list[OutcomeRow] = []
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(0)

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.rows)

    def focus(self, port: str) -> bool:
        """The focus to this way out; False if there is none of that name."""
        row = next((row for row in self.rows if row.port.name == port), None)
        if row is None:
            return False
        row.setFocus(Qt.FocusReason.ShortcutFocusReason)
        return True

    def show_step(self, flow: Flow, node: Node) -> None:
        """Show the ways out of this step."""
        ports = self._services.facts.ways(node)
        ways = [(port, tuple(edge.target for edge in flow.edges_from(node.id, port.name))) for port in ports]
        titles = tuple(
            found.title for _, targets in ways for target in targets if (found := flow.node(target)) is not None
        )
        wanted = (ways, titles, self._services.theme.palette.name)
        if wanted == self._shown:
            return
        self._shown = wanted
        for row in self.rows:
            self.column.removeWidget(row)
            row.hide()
            row.deleteLater()
        self.rows = [OutcomeRow(self._services, flow, port, targets) for port, targets in ways]
        widest = max((row.name.sizeHint().width() for row in self.rows), default=0)
        for row in self.rows:
            row.name.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
            row.name.setFixedWidth(min(WIDEST, widest + 4))
            self.column.addWidget(row)
