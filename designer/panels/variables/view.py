"""``Variables``: the table, a line to narrow it, and the sample whose values it shows."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, Qt, QTimer
from PySide6.QtGui import QAction, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QStackedLayout,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from designer.document.names import title_of
from designer.forms.context import flow_scopes
from designer.forms.readers import Readers, touches
from designer.forms.sample_strip import offer_samples
from designer.forms.scope_names import ScopeName
from designer.forms.trying import sample_choice, values_of
from designer.panels.variables.rows import NAME, READ_BY, SAMPLE, SET_BY, TYPE, Variable, VariableRows, value_of
from designer.pieces import EmptyState, LinkButton, PlainText
from designer.pieces.copied_rows import CopiedRows
from designer.services import Services
from designer.theme.type_scale import SMALL
from nodes.contract import Moment
from runtime.model.drawing import Drawing
from runtime.model.flow import Flow

PAUSE_MS = 120
AT_ONCE = 100
"""steps whose expressions are read in one turn of the event loop, 6 ms: who reads a value is known a moment later"""
SHARES = (36, 16, 22, 13, 13)
"""of the width, in hundredths"""
NEEDS = {READ_BY: 560, SET_BY: 440, TYPE: 320}
"""column -> px of the panel below which it stands in the tooltip alone"""


class Variables(QWidget):
    """Follows selection, document and sample."""

    def __init__(self, services: Services, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._services = services
        self.setProperty("role", "panel")
        self.model = VariableRows(services.theme)
        self._readers = Readers(services.facts)
        self._stale = False
        """something has changed while nobody looked"""
        self.table = QTableView()
        self.table.setModel(self.model)
        self.table.setShowGrid(False)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setDragEnabled(True)
        self.table.setTabKeyNavigation(False)
        self.table.setWordWrap(False)
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(26)
        header = self.table.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setHighlightSections(False)
        header.setAccessibleName("Columns")
        header.setStretchLastSection(True)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self.table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.table.setProperty("role", "rows")
        self.table.setAccessibleName("Variables at this step")
        self.filter = QLineEdit()
        self.filter.setProperty("role", "search")
        self.filter.setPlaceholderText("Filter")
        self.filter.setClearButtonEnabled(True)
        self.filter.setAccessibleName("Filter variables")
        self.at = PlainText("", SMALL, "muted")
        self.sample = LinkButton("No sample yet")
        self.sample.setToolTip("Choose the sample whose values are shown")
        top = QHBoxLayout()
        top.setContentsMargins(12, 4, 8, 2)
        top.setSpacing(8)
        top.addWidget(self.filter, 1)
        top.addWidget(self.sample)
        full = QWidget()
        column_of = QVBoxLayout(full)
        column_of.setContentsMargins(0, 0, 0, 0)
        column_of.setSpacing(0)
        column_of.addLayout(top)
        column_of.addWidget(self.table, 1)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(EmptyState("No step is selected", "Select a step to see every value that it can use."))
        self._stack.addWidget(full)
        self._pause = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._pause.timeout.connect(self._follow)
        self._reading = QTimer(self, singleShot=True, interval=0)
        self._reading.timeout.connect(self._read_on)
        self._names = QTimer(self, singleShot=True, interval=0)
        self._names.timeout.connect(self._look_up)
        self._showing = QTimer(self, singleShot=True, interval=0)
        self._showing.timeout.connect(self.refresh)
        services.selection.changed.connect(self._follow)
        services.document.changed.connect(lambda _change: self._pause.start())
        sample_choice(services).changed.connect(self._pause.start)
        services.theme.changed.connect(self._repaint)
        self.filter.textChanged.connect(lambda _text: self.refresh())
        self.sample.clicked.connect(self._choose)
        self.table.doubleClicked.connect(self._go)
        copy = QAction("Copy name", self.table)
        copy.triggered.connect(CopiedRows(self.table, self._copied).copy)
        go = QAction("Go to where it is set", self.table)
        go.triggered.connect(lambda: self._go(self.table.currentIndex()))
        self.table.addActions([copy, go])
        self.table.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        window = services.window
        if isinstance(window, QWidget) and window.isVisible():
            self._stale = True  # it is about to be shown, or made ahead
        else:
            self.refresh()

    def _follow(self) -> None:
        """What nobody sees is made when it is seen: Replay selects steps all the time and has other panels."""
        self._stale = not self.isVisible()
        flow = self._services.flow
        if self._stale:
            return
        if flow is not None and len(flow.nodes) > AT_ONCE and self._services.selection.node is not None:
            self._names.start()  # in turns of its own: others follow the selection in this one
        else:
            self.refresh()

    def _look_up(self) -> None:
        """What the step can use in a large flow is known from here on."""
        flow, node = self._services.flow, self._services.selection.node
        if flow is not None and node is not None and flow.node(node) is not None:
            self._usable(flow, node)
        self._showing.start()

    def _usable(self, flow: Flow, node: str) -> Sequence[ScopeName]:
        scopes, project = flow_scopes(self._services), self._services.document.project
        return scopes.at(project, flow, node, _moment(scopes.drawing(project, flow, node), node)).names

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802  Qt's name
        super().showEvent(event)
        if self._stale:
            self._stack.setCurrentIndex(0 if self._services.selection.node is None else 1)
            QTimer.singleShot(0, self, self._follow)  # in a turn of its own: a large flow has much that a step can use

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  Qt's name
        super().resizeEvent(event)
        left_out = {column for column, least in NEEDS.items() if self.width() < least}
        for column in NEEDS:
            self.table.setColumnHidden(column, column in left_out)
        room = self.width() - 14
        whole = sum(share for column, share in enumerate(SHARES) if column not in left_out)
        for column, share in enumerate(SHARES):
            self.table.horizontalHeader().resizeSection(column, room * share // whole)

    def refresh(self) -> None:
        """Show what the selected step can use now."""
        services, flow, node = self._services, self._services.flow, self._services.selection.node
        if flow is None or node is None or flow.node(node) is None:
            self._stack.setCurrentIndex(0)
            self.model.show_rows(())
            return
        self._stack.setCurrentIndex(1)
        names = self._usable(flow, node)
        values, source = values_of(services, flow)
        wanted = self.filter.text().strip().lower()
        if not self._readers.read_on(flow, node, AT_ONCE if len(flow.nodes) <= AT_ONCE else 0):
            self._reading.start()
        reads = self._readers.known(flow)
        titles = {one.id: title_of(one) for one in flow.nodes}
        by_root: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        for one, paths in reads.items():
            for path in paths:
                by_root.setdefault(path[0], []).append((path, titles[one]))
        rows = [
            Variable(
                name,
                value_of(name.path, values),
                tuple(dict.fromkeys(said for path, said in by_root.get(name.path[0], ()) if touches(name.path, path))),
            )
            for name in names
            if not wanted or wanted in f"{name.text} {name.title} {name.set_by}".lower()
        ]
        own = reads.get(node, frozenset())  # what this step reads itself comes first
        rows.sort(key=lambda row: not any(touches(row.name.path, path) for path in own))
        self.model.show_rows(rows)
        self.sample.setText(f"Sample: {source}" if source else "No sample yet")

    def _read_on(self) -> None:
        flow, node = self._services.flow, self._services.selection.node
        if flow is None or node is None:
            return
        if self._readers.read_on(flow, node, AT_ONCE):
            self.refresh()
        else:
            self._reading.start()

    def _repaint(self) -> None:
        self.table.viewport().update()

    def _choose(self) -> None:
        flow = self._services.flow
        if flow is None:
            return
        offer_samples(self._services, flow.id, self.sample)

    def _copied(self) -> str:
        index = self.table.currentIndex()
        column = SAMPLE if index.column() == SAMPLE else NAME
        return str(self.model.index(index.row(), column).data()) if index.isValid() else ""

    def _go(self, index: QModelIndex) -> None:
        """To the step that sets it."""
        if index.isValid():
            node = self.model.rows[index.row()].name.node
            if node is not None:
                self._services.selection.select((node,))


def _moment(drawing: Drawing, node: str) -> Moment:
    """Fields of a loop see its item, those of a request its reply; the panel shows all that any field sees."""
    moments = {use.moment for use in drawing.nodes[node].uses}
    return Moment.ITEM if Moment.ITEM in moments else Moment.REPLY if Moment.REPLY in moments else Moment.START
