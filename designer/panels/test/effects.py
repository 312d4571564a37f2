"""``EffectRows``: one row for each step with an effect: what it answers in a rehearsal, to be typed over or to fail."""

from __future__ import annotations

from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QCheckBox, QDialog, QDialogButtonBox, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from designer.document.names import title_of
from designer.pieces import LinkButton, PlainText, asked
from designer.pieces.emptying import emptied
from designer.services import Services
from designer.session.examples import example_of
from designer.session.session import Session
from designer.session.typed import typed_value, value_text
from designer.theme.type_scale import BODY, CODE_SIZE, SMALL, widget_font
from nodes.contract import Effect, Value
from runtime.model.flow import Node


class EffectRows(QWidget):
    """Follows the flow that is shown."""

    def __init__(self, services: Services, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._services, self._session = services, session
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        self._shown: tuple[object, ...] = ()
        self._away = False
        """it was seen, and is not any more: in Design nobody looks, and to ask a thousand steps takes its time"""

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802  Qt's name
        super().hideEvent(event)
        self._away = not event.spontaneous()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802  Qt's name
        super().showEvent(event)
        if self._away:
            self._away = False
            self.refresh()

    def refresh(self) -> None:
        """The steps of the flow as they are now; while nobody looks, once somebody does."""
        if self._away:
            return
        flow = self._services.flow
        nodes = [n for n in flow.nodes if isinstance(self._services.facts.of(n).behaviour, Effect)] if flow else []
        answers = self._session.answers
        state: tuple[object, ...] = tuple((n.id, n.title, answers.source(n.id)) for n in nodes)
        if state == self._shown:
            return
        self._shown = state
        emptied(self._column)
        if not nodes:
            self._column.addWidget(PlainText("No step of this flow reaches outside.", BODY, "muted", wrap=True))
        for node in nodes:
            self._column.addWidget(self._row(node))

    def _row(self, node: Node) -> QWidget:
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(PlainText(title_of(node), BODY))
        words.addWidget(PlainText(self._session.answers.source(node.id).capitalize(), SMALL, "muted"))
        fails = QCheckBox("Fails")
        fails.setAccessibleName(f"{title_of(node)} fails")
        fails.setChecked(node.id in self._session.answers.fails)
        fails.toggled.connect(lambda on, name=node.id: self._fail(name, on))
        change = LinkButton("Change")
        change.setAccessibleName(f"Change what {title_of(node)} answers")
        change.clicked.connect(lambda _=False, of=node: self._change(of))
        line.addLayout(words, 1)
        line.addWidget(fails)
        line.addWidget(change)
        return row

    def _fail(self, node: str, on: bool) -> None:
        (self._session.answers.fails.add if on else self._session.answers.fails.discard)(node)
        self.refresh()

    def answer_of(self, node: Node) -> Value:
        """What the step would answer now."""
        answers = self._session.answers
        for known in (answers.typed, answers.seen):
            if node.id in known:
                return known[node.id]
        does = self._services.facts.of(node).behaviour
        return example_of((does.output_schema if isinstance(does, Effect) else None) or {})

    def _change(self, node: Node) -> None:
        dialog = SampleDialog(title_of(node), self.answer_of(node), self)
        if asked(dialog):
            self._session.answers.typed[node.id] = dialog.value
            self._session.answers.fails.discard(node.id)
            self._shown = ()
            self.refresh()


class SampleDialog(QDialog):
    """What a step answers, as JSON."""

    def __init__(self, title: str, value: Value, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(f"What “{title}” answers")
        self.resize(460, 380)
        self.value = value
        self.text = QPlainTextEdit(value_text(value))
        self.text.setFont(widget_font(CODE_SIZE, code=True))
        self.text.setAccessibleName("Answer, as JSON")
        self._complaint = PlainText("", SMALL, "bad", wrap=True)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        buttons.accepted.connect(self._accept)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.addWidget(PlainText("This is used instead of a real answer. Nothing is sent.", BODY, "muted", wrap=True))
        column.addWidget(self.text, 1)
        column.addWidget(self._complaint)
        column.addWidget(buttons)

    def _accept(self) -> None:
        try:
            self.value = typed_value(self.text.toPlainText())
        except ValueError as error:
            self._complaint.setText(f"This is not JSON: {error}")
            return
        self.accept()
