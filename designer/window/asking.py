"""``ask``: a question with buttons that say what they do. Texts are plain; Esc is the way that changes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLayout, QPushButton, QVBoxLayout, QWidget

from designer.pieces import PlainText, asked
from designer.theme.type_scale import BODY, HEADING


@dataclass(frozen=True, slots=True)
class Choice:
    """One button; the ``main`` one is filled and taken by Enter."""

    id: str
    title: str
    main: bool = False


class Question(QDialog):
    """``chosen`` is the id of the button, None as long as none was pressed."""

    def __init__(self, parent: QWidget | None, title: str, text: str, choices: Sequence[Choice]) -> None:
        super().__init__(parent)
        self.setObjectName("question")
        self.setWindowTitle(title)
        self.setMinimumWidth(420)
        self.chosen: str | None = None
        column = QVBoxLayout(self)
        column.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)  # ``showEvent`` knows better
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        column.addWidget(PlainText(title, HEADING, wrap=True))
        words = PlainText(text, BODY, "secondary", wrap=True, selectable=True)
        words.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        column.addWidget(words)
        column.addStretch(1)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addStretch(1)
        self.buttons: dict[str, QPushButton] = {}
        for choice in choices:
            button = QPushButton(choice.title.replace("&", "&&"), self)
            if choice.main:
                button.setProperty("kind", "primary")
            button.setAutoDefault(choice.main)
            button.setDefault(choice.main)
            button.clicked.connect(lambda _checked=False, name=choice.id: self._choose(name))
            self.buttons[choice.id] = button
            row.addWidget(button)
        column.addLayout(row)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802  Qt's name
        """As high as its words are at its width: Qt asks them before, as if it were half as wide."""
        super().showEvent(event)
        layout = self.layout()
        assert layout is not None
        high = layout.heightForWidth(self.width())
        self.setMinimumHeight(high)
        self.resize(self.width(), high)

    def _choose(self, name: str) -> None:
        self.chosen = name
        self.accept()


def ask(parent: QWidget | None, title: str, text: str, choices: Sequence[Choice]) -> str | None:
    """The id of the chosen button, None if the question was closed."""
    question = Question(parent, title, text, choices)
    asked(question)
    return question.chosen
