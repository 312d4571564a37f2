"""``OutlineTree``: the outline's rows as people select them. Law: what is selected stands in few stretches of rows.

Qt compares each stretch with all others, and asks the model in Python for the row above each: to select a thousand
steps and their outcomes, which stand between them, took a second. So whoever selects over several steps selects steps;
an outcome is selected by itself, or with others of its step.
"""

from __future__ import annotations

from collections.abc import Callable, Collection

from PySide6.QtCore import QEvent, QItemSelection, QItemSelectionModel, QPoint, QRect, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QTreeView, QWidget

from designer.panels.outline.rows import OutlineRows, Way


class OutlineTree(QTreeView):
    """``does`` says what a key does here, if it does something of the outline's own."""

    def __init__(self, rows: OutlineRows, does: Callable[[Qt.Key], Callable[[], None] | None], parent: QWidget) -> None:
        super().__init__(parent)
        self._rows, self._own = rows, does
        self.setModel(rows)

    @property
    def is_editing(self) -> bool:
        """Whether a title is being typed."""
        return bool(self.state() == QAbstractItemView.State.EditingState)

    def chosen(self) -> tuple[list[str], list[tuple[str, str, str]]]:
        """The selected steps, and the selected outcomes as ``Way.key``."""
        steps: list[str] = []
        ways: list[Way] = []
        for stretch in self.selectionModel().selection().toList():
            step = stretch.parent()
            if step.isValid():
                ways += self._rows.ways_at(step.row())[stretch.top() : stretch.bottom() + 1]
            else:
                steps += self._rows.steps_at(stretch.top(), stretch.bottom())
        return steps, [way.key for way in ways]

    def choose(self, steps: Collection[str]) -> None:
        """Exactly these are selected; the cursor goes to one that is alone."""
        wanted = QItemSelection()
        rows = self._rows.rows_of(steps)
        for first, last in stretches(rows):
            wanted.select(self._rows.index(first, 0), self._rows.index(last, 0))
        self.selectionModel().select(wanted, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        if len(steps) == 1 and rows:
            self.setCurrentIndex(self._rows.index(rows[0], 0))

    def selectAll(self) -> None:  # noqa: N802  Qt's name
        """All steps."""
        self._select_steps(0, self._rows.rowCount() - 1, QItemSelectionModel.SelectionFlag.ClearAndSelect)

    def setSelection(self, rect: QRect, command: QItemSelectionModel.SelectionFlag) -> None:  # noqa: N802
        """What lies in it: of one step's rows these; of several, the steps."""
        top = self._step_at(min(rect.top(), rect.bottom()))
        bottom = self._step_at(max(rect.top(), rect.bottom()))
        if top is None or bottom is None or top == bottom:
            super().setSelection(rect, command)
        else:
            self._select_steps(top, bottom, command)

    def _step_at(self, y: int) -> int | None:
        """The row of the step that stands there, or of that whose outcome does."""
        at = self.indexAt(QPoint(0, y))
        if not at.isValid():
            return None
        return at.parent().row() if at.parent().isValid() else at.row()

    def _select_steps(self, first: int, last: int, command: QItemSelectionModel.SelectionFlag) -> None:
        stretch = QItemSelection(self._rows.index(first, 0), self._rows.index(last, 0))
        self.selectionModel().select(stretch, command)

    def event(self, event: QEvent) -> bool:
        """The keys of this list mean its row, not what the menu does with the canvas."""
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and self._does(event) is not None
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        does = self._does(event)
        if does is None:
            super().keyPressEvent(event)
        else:
            does()

    def _does(self, event: QKeyEvent) -> Callable[[], None] | None:
        if self.is_editing or event.modifiers() != Qt.KeyboardModifier.NoModifier:
            return None
        return self._own(Qt.Key(event.key()))


def stretches(rows: list[int]) -> list[tuple[int, int]]:
    """Numbers in order as (first, last) of those that follow each other."""
    found: list[tuple[int, int]] = []
    for row in rows:
        if found and found[-1][1] == row - 1:
            found[-1] = (found[-1][0], row)
        else:
            found.append((row, row))
    return found
