"""``MergeChoices``: what both sides changed, each with two buttons: mine or theirs. All else is merged already."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import (
    QButtonGroup,
    QDialog,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QRadioButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from designer.document.counted import counted
from designer.keeping.conflict_words import side_words, words_of
from designer.keeping.merging import Conflict, Path, Side
from designer.pieces import PlainText, plain_tooltip
from designer.theme.type_scale import BODY, BODY_STRONG, HEADING
from designer.window.comparison import shown
from nodes.contract import NodeType
from runtime.model.flow import Node
from runtime.model.project import Project

LONGEST = 70
AT_ONCE = 10
"""rows that are made in one turn of the event loop"""


class Names(NamedTuple):
    """What the dialog and the two sides are called."""

    title: str
    mine: str
    theirs: str


OF_TWO = Names("Both of you changed this", "Mine", "Theirs")
OF_KEPT = Names("This was changed twice", "Kept", "In the folder")


class MergeChoices(QDialog):
    """``choices`` is what ``merging.merge`` takes."""

    def __init__(
        self,
        parent: QWidget | None,
        project: Project,
        conflicts: Sequence[Conflict],
        theirs: Project | None = None,
        kind: Callable[[Node], NodeType | None] = lambda _node: None,
        names: Names = OF_TWO,
    ) -> None:
        """``kind`` tells the type of a step, so that its fields are called as in its form; ``names`` are those of the
        dialog and of both sides.
        """
        super().__init__(parent)
        self.setObjectName("merge")
        self._names = names
        self.setWindowTitle(names.title)
        self.resize(680, 460)
        self.choices: dict[Path, Side] = {conflict.path: "mine" for conflict in conflicts}
        self._theirs, self._kind = theirs, kind
        self.buttons: dict[tuple[Path, Side], QRadioButton] = {}
        body = QWidget()
        rows = QVBoxLayout(body)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(10)
        rows.addStretch(1)
        self._rows, self._project, self._coming = rows, project, list(conflicts)
        self._add_rows()
        scroll = QScrollArea(self)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(body)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        column.addWidget(PlainText(names.title, HEADING))
        number = len(conflicts)
        text = f"{counted(number, 'place')} to decide. Everything else of both is kept."
        column.addWidget(PlainText(text, BODY, "secondary", wrap=True))
        column.addWidget(scroll, 1)
        row = QHBoxLayout()
        row.addStretch(1)
        cancel = QPushButton("Cancel", self)
        cancel.clicked.connect(self.reject)
        merge = QPushButton("Merge", self)
        merge.setProperty("kind", "primary")
        merge.setDefault(True)
        merge.clicked.connect(self.accept)
        row.addWidget(cancel)
        row.addWidget(merge)
        column.addLayout(row)

    def _add_rows(self) -> None:
        """Those that are seen without scrolling now, the rest in the next turns: there may be hundreds."""
        now, self._coming = self._coming[:AT_ONCE], self._coming[AT_ONCE:]
        for conflict in now:
            self._rows.insertWidget(self._rows.count() - 1, self._row(self._project, conflict))
        if self._coming:
            QTimer.singleShot(0, self, self._add_rows)

    def _row(self, project: Project, conflict: Conflict) -> QWidget:
        card = QFrame(self)
        card.setProperty("role", "card")
        column = QVBoxLayout(card)
        column.setContentsMargins(14, 12, 14, 12)
        column.addWidget(PlainText(words_of(project, conflict.path, self._theirs, self._kind), BODY_STRONG, wrap=True))
        group = QButtonGroup(card)
        sides: tuple[tuple[Side, str, object], ...] = (
            ("mine", self._names.mine, conflict.mine),
            ("theirs", self._names.theirs, conflict.theirs),
        )
        for side, title, value in sides:
            said = side_words(conflict, value) or shown(value) or "empty"
            flat = said if len(said) <= LONGEST else said[: LONGEST - 1] + "…"
            button = QRadioButton(f"{title}: {flat}".replace("&", "&&"), card)
            button.setToolTip(plain_tooltip(said) if flat is not said else "")
            button.setChecked(side == "mine")
            button.toggled.connect(
                lambda on, path=conflict.path, side=side: self.choices.update({path: side}) if on else None
            )
            group.addButton(button)
            self.buttons[conflict.path, side] = button
            column.addWidget(button)
        return card
