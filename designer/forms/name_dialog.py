"""``ask_name``: another name for a thing by which files and expressions know it.

People type words as they like; what the name becomes is shown below as they type, or why it can't be one.
"""

from __future__ import annotations

from collections.abc import Callable, Collection

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLineEdit, QVBoxLayout, QWidget

from designer.pieces import PlainText, asked
from designer.theme.type_scale import SMALL, Size
from runtime.model.names import id_fault, suggested_id

Fault = Callable[[str], str | None]


class NameDialog(QDialog):
    """``name`` is the name that was chosen, once it is accepted."""

    def __init__(
        self, parent: QWidget | None, title: str, hint: str, old: str, taken: Collection[str], fault: Fault = id_fault
    ) -> None:
        """``hint`` says what follows from it; ``taken`` are the names of others; ``fault`` says why one can't be."""
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setMinimumWidth(400)
        self._old, self._taken, self._fault = old, frozenset(taken) - {old}, fault
        self.field = QLineEdit(old)
        self.field.setAccessibleName("Name")
        self.field.selectAll()
        self.told = PlainText("", SMALL, "muted", wrap=True)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        self.keep = buttons.button(QDialogButtonBox.StandardButton.Ok)
        self.keep.setText(title.split(" ", 1)[0])
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        label = PlainText("Name", Size(SMALL.px, SMALL.pt, SMALL.line, 500), "secondary")
        label.setBuddy(self.field)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 20, 20, 16)
        column.setSpacing(4)
        column.addWidget(label)
        column.addWidget(self.field)
        column.addWidget(self.told)
        column.addSpacing(12)
        column.addWidget(buttons)
        self._hint = hint
        self.field.textChanged.connect(lambda _text: self._judge())
        self._judge()

    @property
    def name(self) -> str:
        """What the typed words become."""
        typed = self.field.text().strip()
        return typed if not typed or self._fault(typed) is None else suggested_id(typed)

    def _judge(self) -> None:
        name = self.name
        wrong = ""
        if name in self._taken:
            wrong = f"“{name}” is there already. Choose another name."
        elif name and (fault := self._fault(name)) is not None:
            wrong = f"“{name}” {fault}."
        becomes = f"Kept as {name}. " if name != self.field.text().strip() else ""
        self.told.restyle("bad" if wrong else "muted")
        self.told.setText(wrong or f"{becomes}{self._hint}")
        self.keep.setEnabled(bool(name) and not wrong)


def ask_name(
    parent: QWidget | None, title: str, hint: str, old: str, taken: Collection[str], fault: Fault = id_fault
) -> str | None:
    """The name that was chosen; None if none was, or the old one. ``old`` may be a proposal that is not taken yet."""
    dialog = NameDialog(parent, title, hint, old, taken, fault)
    if not asked(dialog):
        return None
    return dialog.name
