"""Adding and connecting without a canvas: two small dialogs of choices. Why a connection is refused stands in them."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtWidgets import QComboBox, QDialog, QFormLayout, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from designer.document.commands.add_node import new_node
from designer.document.commands.connect import connect
from designer.document.connecting import refusal, unfit_for_edge
from designer.document.likely_ports import starting_config
from designer.document.names import title_of
from designer.panels.outline.order import reading_order
from designer.pieces import PlainText, asked
from designer.pieces.tab_order import follow_sight
from designer.services import Services
from designer.theme.type_scale import HEADING, SMALL
from nodes.contract import End, Start
from runtime.model.flow import Flow, Node

Key = tuple[str, str, str]
Place = Key | tuple[str, str]
"""a connection, or a way out"""


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
        flow = services.flow
        giver = flow.node(after) if flow is not None and after is not None else None
        self._ways: list[tuple[Place, str]] = []
        if giver is not None and not isinstance(services.facts.of(giver).behaviour, End):
            assert flow is not None
            self._ways = [*_ways_on(services, flow, giver)]
        self._wanted: Place | None = _first_of(self._ways, at)
        """where it is to stand, for a kind that may stand there"""
        self.behind.activated.connect(self._choose)
        self.form.addRow("Kind", self.kind)
        self.form.addRow("Title", self.name)
        self.form.addRow("Behind", self.behind)
        self._begin_at(self.kind)
        self.kind.currentIndexChanged.connect(lambda _index: self._suggest())
        self._suggest()

    def _suggest(self) -> None:
        found = self.kind.currentData()
        if not self.name.isModified():  # what was typed stays
            self.name.setText(found.title)
        self._offer(new_node("new", found.id, found.version, found.title, starting_config(found)))

    def _offer(self, node: Node) -> None:
        """Where a step of this kind may stand: what starts a flow nowhere behind another, what ends it in no line."""
        services = self._services
        fits = unfit_for_edge(services.facts, node) is None
        starts = isinstance(services.facts.of(node).behaviour, Start)
        self.behind.clear()
        self.behind.addItem("not connected", None)
        for place, words in self._ways:
            if not starts and (fits or len(place) == 2):
                self.behind.addItem(words, place)
        places = [self.behind.itemData(n) for n in range(self.behind.count())]
        self.behind.setCurrentIndex(places.index(self._wanted) if self._wanted in places else min(1, len(places) - 1))

    def _choose(self, _index: int) -> None:
        self._wanted = self.behind.currentData()

    @classmethod
    def ask(cls, services: Services, after: str | None, parent: QWidget, at: Key | None = None) -> str | None:
        """Asks and adds; the id of the new step. ``at``: the way out that the cursor is on."""
        dialog = cls(services, after, parent, at)
        flow = services.flow
        if not asked(dialog) or flow is None:
            return None
        where, found = dialog.behind.currentData(), dialog.kind.currentData()
        into = where if where is not None and len(where) == 3 else None
        after_it = where if where is not None and len(where) == 2 else None
        added: str | None = services.window.canvas.deeds.add_told(
            found, dialog.name.text().strip(), after=after_it, into=into
        )
        return added


def _ways_on(services: Services, flow: Flow, giver: Node) -> Iterator[tuple[Place, str]]:
    """Where a step can stand behind another: at a way out that leads nowhere, or in a connection."""
    titles = {node.id: title_of(node) for node in flow.nodes}
    for port in services.facts.ways(giver):
        words = f"{title_of(giver)}: {port.title}"
        edges = [edge for edge in flow.edges if edge.key[:2] == (giver.id, port.name)]
        for edge in edges:
            yield edge.key, f"{words}, before {titles.get(edge.target, edge.target)}"
        if not edges:
            yield (giver.id, port.name), words


def _first_of(ways: list[tuple[Place, str]], at: Key | None) -> Place | None:
    """What is chosen at first: where the cursor is, else a way out that leads nowhere yet, else the first."""
    places = [place for place, _words in ways]
    free = next((place for place in places if len(place) == 2), places[0] if places else None)
    return next((place for place in places if at is not None and place in (at, at[:2])), free)
