"""``IncidentCard``: a step that stands still: what happened, and one button for each way to go on."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QComboBox, QFrame, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from designer.pieces import PlainText
from designer.pieces.emptying import emptied
from designer.services import Services
from designer.session.session import Session
from designer.session.typed import typed_value
from designer.session.waiting import OpenIncident
from designer.theme.type_scale import BODY, BODY_STRONG, SMALL

WORDS = {
    "retry": "Try again",
    "by_hand": "Give the result by hand",
    "other_port": "Go on by another way",
    "cancel": "Cancel the run",
    "discard": "Discard what waits here",
    "happened": "It happened",
    "not_done": "It did not happen: try again",
}


class IncidentCard(QFrame):
    """Shown while the step that is looked at needs a decision."""

    def __init__(self, services: Services, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._services, self._session = services, session
        self._incident: OpenIncident | None = None
        self.setProperty("role", "card")
        self.setProperty("tone", "incident")
        self._title = PlainText("", BODY_STRONG, wrap=True)
        self._message = PlainText("", BODY, wrap=True)
        self._complaint = PlainText("", SMALL, "bad", wrap=True)
        self.result = QPlainTextEdit()
        self.result.setPlaceholderText('{"id": "CN-5530"}')
        self.result.setFixedHeight(60)
        self.result.setTabChangesFocus(True)
        self.result.setAccessibleName("Result by hand, as JSON")
        self.ports = QComboBox()
        self.ports.setAccessibleName("Way to go on")
        self._buttons = QVBoxLayout()
        self._buttons.setSpacing(6)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 12)
        column.setSpacing(8)
        column.addWidget(self._title)
        column.addWidget(self._message)
        self._result_title = PlainText("Result, if you give it by hand (JSON)", SMALL, "secondary")
        self._result_title.setBuddy(self.result)
        self._ports_title = PlainText("Way, if it goes on by another", SMALL, "secondary")
        self._ports_title.setBuddy(self.ports)
        column.addWidget(self._result_title)
        column.addSpacing(2 - column.spacing())
        column.addWidget(self.result)
        column.addWidget(self._ports_title)
        column.addSpacing(2 - column.spacing())
        column.addWidget(self.ports)
        column.addWidget(self._complaint)
        column.addLayout(self._buttons)
        self.hide()

    def show_step(self, step: str) -> None:
        """The incident of this step if it is open, else nothing."""
        incident = next((found for found in self._session.incidents if found.step == step), None)
        self.setVisible(incident is not None)
        if incident is None or incident == self._incident:
            self._incident = incident
            return
        self._incident = incident
        self._title.setText(f"“{incident.step_title}” stands still")
        self._message.setText(incident.message)
        self._complaint.hide()
        by_hand = bool({"by_hand", "happened"} & set(incident.ways))
        self._result_title.setVisible(by_hand)
        self.result.setVisible(by_hand)
        story = self._session.story
        self.ports.clear()
        if story is not None:
            for port in sorted({edge.port for edge in story.flow.edges_from(incident.node)}):
                self.ports.addItem(story.drawing.node(incident.node).ports.get(port, port), port)
        other_ways = "other_port" in incident.ways and self.ports.count() > 0
        self._ports_title.setVisible(other_ways)
        self.ports.setVisible(other_ways)
        emptied(self._buttons)
        for way in incident.ways:
            if way == "other_port" and not self.ports.count():
                continue
            button = QPushButton(WORDS[way])
            button.clicked.connect(lambda _=False, how=way: self._decide(how))
            self._buttons.addWidget(button)

    def _decide(self, how: str) -> None:
        if self._incident is None:
            return
        more: dict[str, Any] = {}
        if how in ("by_hand", "happened"):
            try:
                more["output"] = typed_value(self.result.toPlainText())
            except ValueError as error:
                self._complaint.setText(f"The result is not JSON: {error}")
                self._complaint.show()
                return
        if how == "other_port":
            more["port"] = self.ports.currentData()
        if how == "not_done":
            more["not_done"] = True
        self._session.resolve(self._incident, {"happened": "by_hand", "not_done": "retry"}.get(how, how), **more)
