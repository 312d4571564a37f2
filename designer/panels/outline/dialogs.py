"""Adding and connecting without a canvas: two small dialogs of choices. Why a connection is refused stands in them."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtWidgets import QComboBox, QDialog, QFormLayout, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from designer.document.commands.connect import connect
from designer.document.connecting import refusal
from designer.document.names import title_of
from designer.panels.outline.order import reading_order
from designer.pieces import PlainText, asked
from designer.pieces.tab_order import follow_sight
from designer.services import Services
from designer.theme.type_scale import HEADING, SMALL
from nodes.contract import End
from runtime.model.flow import Flow, Node

Key = tuple[str, str, str]


class _Choices(QDialog):
    def __init__(self, title: str, action: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setMinimumWidth(380)
        self.form = QFormLayout()
        self.said = PlainText("", SMALL, "bad", wrap=True)
        self.go = QPushButton(action, self)
        self.go.setProperty("kind", "primary")
        self.go.setDefault(True)
        self.go.clicked.connect(self.accept)
        cancel = QPushButton("Cancel", self)
        cancel.clicked.connect(self.reject)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(cancel)
        row.addWidget(self.go)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        column.addWidget(PlainText(title, HEADING))
        column.addLayout(self.form)
        column.addWidget(self.said)
        column.addLayout(row)

    def _begin_at(self, first: QWidget) -> None:
        """Typing begins there, and Tab goes on as the rows stand."""
        follow_sight(self)
        first.setFocus()


class Connect(_Choices):
    """By which outcome, and to which step."""

    def __init__(self, services: Services, source: str, parent: QWidget, port: str | None = None) -> None:
        flow = services.flow
        assert flow is not None
        node = flow.node(source)
        assert node is not None
        super().__init__(f"Connect “{title_of(node)}”", "Connect", parent)
        self._services, self._source = services, source
        self.port = QComboBox(self)
        for known in services.facts.ways(node):
            self.port.addItem(known.title, known.name)
        if port is not None:
            self.port.setCurrentIndex(max(0, self.port.findData(port)))
        self.target = QComboBox(self)
        for other in reading_order(flow):
            self.target.addItem(title_of(other), other.id)
        self.form.addRow("Outcome", self.port)
        self.form.addRow("Leads to", self.target)
        self._begin_at(self.port)
        self.port.currentIndexChanged.connect(lambda _index: self._judge())
        self.target.currentIndexChanged.connect(lambda _index: self._judge())
        self._judge()

    def _judge(self) -> None:
        flow = self._services.flow
        if flow is None or self.port.currentData() is None:
            self.said.setText("This step has no outcome that could be connected.")
            self.go.setEnabled(False)
            return
        refused = refusal(flow, self._services.facts, self._source, self.port.currentData(), self.target.currentData())
        self.said.setText("" if refused is None else refused.message)
        self.go.setEnabled(refused is None)

    @classmethod
    def ask(cls, services: Services, source: str, parent: QWidget, port: str | None = None) -> None:
        """Asks and connects."""
        dialog = cls(services, source, parent, port)
        if asked(dialog) and services.flow is not None:
            services.document.do(
                connect(services.flow.id, source, dialog.port.currentData(), dialog.target.currentData())
            )


class AddStep(_Choices):
    """Which kind of step, its title, and behind which outcome or into which connection."""

    def __init__(self, services: Services, after: str | None, parent: QWidget, at: Key | None = None) -> None:
        super().__init__("Add a step", "Add", parent)
        self._services = services
        self.kind = QComboBox(self)
        for found in services.registry.types:
            if services.registry.latest(found.id) is found:
                self.kind.addItem(f"{found.title} ({found.category})", found)
        self.name = QLineEdit(self)
        self.behind = QComboBox(self)
        self.behind.addItem("not connected", None)
        flow = services.flow
        giver = flow.node(after) if flow is not None and after is not None else None
        if giver is not None and not isinstance(services.facts.of(giver).behaviour, End):
            assert flow is not None
            for where, words in _ways_on(services, flow, giver):
                self.behind.addItem(words, where)
            places = [self.behind.itemData(n) for n in range(self.behind.count())]
            free = next((n for n, place in enumerate(places) if place is not None and len(place) == 2), 1)
            wanted = next((n for n, place in enumerate(places) if at is not None and place in (at, at[:2])), free)
            self.behind.setCurrentIndex(min(wanted, self.behind.count() - 1))
        self.form.addRow("Kind", self.kind)
        self.form.addRow("Title", self.name)
        self.form.addRow("Behind", self.behind)
        self._begin_at(self.kind)
        self.kind.currentIndexChanged.connect(lambda _index: self._suggest())
        self._suggest()

    def _suggest(self) -> None:
        self.name.setText(self.kind.currentData().title)

    @classmethod
    def ask(cls, services: Services, after: str | None, parent: QWidget, at: Key | None = None) -> str | None:
        """Asks and adds; the id of the new step. ``at``: the way out that the cursor is on."""
        dialog = cls(services, after, parent, at)
        flow = services.flow
        if not asked(dialog) or flow is None:
            return None
        where, found = dialog.behind.currentData(), dialog.kind.currentData()
        starts = str(found.category) == "trigger"  # nothing leads into what starts a flow
        into = where if where is not None and len(where) == 3 and not starts else None
        after_it = where if where is not None and len(where) == 2 and not starts else None
        added: str | None = services.window.canvas.deeds.add_told(
            found, dialog.name.text().strip(), after=after_it, into=into
        )
        return added


def _ways_on(services: Services, flow: Flow, giver: Node) -> Iterator[tuple[Key | tuple[str, str], str]]:
    """Where a step can stand behind another: at a way out that leads nowhere, or in a connection."""
    titles = {node.id: title_of(node) for node in flow.nodes}
    for port in services.facts.ways(giver):
        words = f"{title_of(giver)}: {port.title}"
        edges = [edge for edge in flow.edges if edge.key[:2] == (giver.id, port.name)]
        for edge in edges:
            yield edge.key, f"{words}, before {titles.get(edge.target, edge.target)}"
        if not edges:
            yield (giver.id, port.name), words
