"""``AnswerCard``: a task that waits is answered right here: who answers, the form, one button a choice."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from designer.panels.inspector.answer_form import AnswerForm
from designer.pieces import PersonField, PlainText, ValueRows
from designer.pieces.emptying import emptied
from designer.services import Services
from designer.session.leaves import leaves_of_all
from designer.session.session import Session
from designer.session.waiting import OpenTask
from designer.session.words import spoken
from designer.theme.type_scale import BODY, BODY_STRONG, SMALL
from nodes.contract import Choice


class AnswerCard(QFrame):
    """Shown while the step that is looked at waits for people."""

    def __init__(self, services: Services, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._services, self._session = services, session
        self._task: OpenTask | None = None
        self.setProperty("role", "card")
        self.setProperty("tone", "wait")
        self._title = PlainText("", BODY_STRONG, wrap=True)
        self._about = PlainText("", SMALL, "muted", wrap=True)
        self._why_title = PlainText("Why you are asked", BODY_STRONG, "warn")
        self._why = PlainText("", BODY, wrap=True)
        self._instructions = PlainText("", BODY, "secondary", wrap=True)
        self._facts = ValueRows(spoken=True)
        self.who = PersonField("Answer as", "Name of the person")
        self._form = QWidget()
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(8)
        as_row = QHBoxLayout()
        as_row.addWidget(PlainText("Answer as", SMALL, "secondary"))
        as_row.addWidget(self.who, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 12)
        column.setSpacing(8)
        column.addWidget(self._title)
        column.addWidget(self._about)
        column.addWidget(self._why_title)
        column.addSpacing(2 - column.spacing())
        column.addWidget(self._why)
        column.addLayout(as_row)
        column.addWidget(self._form)
        column.addLayout(self._buttons)
        # Behind the buttons: what is known may be long, and an answer is never out of sight.
        column.addSpacing(4)
        column.addWidget(self._instructions)
        column.addWidget(self._facts)
        self.hide()
        session.people_changed.connect(self._offer)

    def show_step(self, step: str) -> None:
        """The task of this step if it is open, else nothing."""
        task = next((found for found in self._session.tasks if found.step == step), None)
        self.setVisible(task is not None)
        if task is None or task == self._task:
            self._task = task
            return
        self._task = task
        self._title.setText(task.title)
        titles = {choice.port: choice.title for choice in task.choices}
        given = ", ".join(f"{who} chose {titles.get(choice, choice)}" for who, choice in task.given)
        barred = f" Not {task.requester}, who asked for it." if task.not_requester and task.requester else ""
        self._about.setText(f"Waits for {task.role_title}.{barred}" + (f" So far: {given}." if given else ""))
        for label, words in ((self._why, task.why), (self._instructions, task.instructions)):
            label.setText(words)
            label.setVisible(bool(words))
        self._why_title.setVisible(bool(task.why))
        facts = leaves_of_all(task.shown, spoken)
        self._facts.show_values(facts.rows, nothing=facts.empty)
        self._facts.setVisible(bool(task.shown))
        self._offer()
        self._build_form(task)
        self._build_buttons(task)

    def _offer(self) -> None:
        if self._task is not None:
            self.who.offer(self._session.people.offered(self._task.role))
            self.who.set_text(self._session.people.for_task(self._task))

    def _build_buttons(self, task: OpenTask) -> None:
        emptied(self._buttons)
        for choice in task.choices:
            button = QPushButton(choice.title.replace("&", "&&"))
            button.setProperty("kind", {"positive": "positive", "negative": "negative"}.get(choice.style, "plain"))
            button.clicked.connect(lambda _=False, chosen=choice: self._answer(chosen))
            self._buttons.addWidget(button)
        self._buttons.addStretch(1)

    def _build_form(self, task: OpenTask) -> None:
        fresh = AnswerForm(task)
        layout = self.layout()
        assert layout is not None
        layout.replaceWidget(self._form, fresh)
        self._form.deleteLater()
        self._form = fresh

    def _answer(self, choice: Choice) -> None:
        if self._task is not None and isinstance(self._form, AnswerForm) and self._form.holds(choice):
            self._session.answer(self._task, choice.port, self.who.text() or "somebody", self._form.value())
