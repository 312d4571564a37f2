"""``SchemaRow``: one field of a schema: name, label, kind, whether it has to be there; choices if it is one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QCheckBox, QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout

from designer.document.command import Visit, fresh_visit
from designer.forms.choices import choices_text, read_choices
from designer.forms.combo import Combo
from designer.forms.control import LineEdit
from designer.forms.row_buttons import RowButton
from designer.forms.schema_shape import kind_of
from designer.pieces import PlainText
from designer.theme.type_scale import SMALL

if TYPE_CHECKING:
    from designer.forms.schema_fields import SchemaControl

KINDS = (
    ("string", "Text"),
    ("lines", "Long text"),
    ("number", "Number"),
    ("integer", "Whole number"),
    ("boolean", "Yes or no"),
    ("date", "Date"),
    ("date-time", "Date and time"),
    ("enum", "Choice"),
    ("array", "List"),
    ("object", "Group"),
    ("", "Anything"),
)
GAP = 6
"""pixels between the parts of a row"""


class SchemaRow(QFrame):
    """One field: name, kind, required; choices if it is one."""

    def __init__(self, owner: SchemaControl, kinds: tuple[tuple[str, str], ...], *, wide: bool) -> None:
        super().__init__()
        self._owner, self._kinds = owner, kinds
        self.name = LineEdit()
        self.name.setAccessibleName("Name of the field")
        self.kind = Combo()
        self.kind.setAccessibleName("Kind of the field")
        for key, words in kinds:
            self.kind.addItem(words, key)
        self.title = LineEdit()
        self.title.setPlaceholderText("Label for people")
        self.title.setAccessibleName("Label for people")
        self.required = QCheckBox("Required" if wide else "")
        self.required.setToolTip("Has to be there")
        self.required.setAccessibleName("Required")
        self.options = LineEdit()
        self.options.setPlaceholderText("Choices, with commas between")
        self.options.setAccessibleName("Choices")
        self.options.setToolTip("With commas between. A choice that has a comma itself goes in quotes.")
        self._wrong = PlainText("", SMALL, "bad", wrap=True)
        self._wrong.hide()
        line = QHBoxLayout()
        line.setSpacing(GAP)
        line.addWidget(self.name, 5)
        if wide:
            line.addWidget(self.title, 6)
            for part in (self.name, self.title, self.kind):  # as wide as their heads, whatever stands in them
                part.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        line.addWidget(self.kind, 4)
        line.addWidget(self.required)
        self._button = RowButton(owner.context, self, lambda step: owner.shift(self, step), lambda: owner.remove(self))
        line.addWidget(self._button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(line)
        column.addWidget(self.options)
        column.addWidget(self._wrong)
        self._before: str | None = None
        """the name before typing began; None while nothing is typed"""
        self._visit = 0
        self.name.textEdited.connect(self._typed)
        self.name.left.connect(self._leave)
        self.title.textEdited.connect(lambda text: owner.retitle(self, text))
        self.kind.activated.connect(lambda _index: owner.turn(self, self.kind.currentData()))
        self.required.clicked.connect(lambda: owner.need(self, self.required.isChecked()))
        self.options.textEdited.connect(lambda text: owner.choices(self, text))

    def fill(self, name: str, inner: Mapping[str, Any], required: bool) -> None:
        """Show this field."""
        if self.name.text().strip() != name:
            self.name.setText(name)
        kind = kind_of(inner)
        at = self.kind.findData(kind)
        if at < 0:
            self.kind.addItem(dict(KINDS).get(kind, kind.capitalize()), kind)
            at = self.kind.count() - 1
        self.kind.setCurrentIndex(at)
        title = str(inner.get("title", ""))
        if self.title.text() != title:
            self.title.setText(title)
        self.required.setChecked(required)
        options = inner.get("enum") if kind == "enum" else None
        self.options.setVisible(options is not None)
        shown = read_choices(self.options.text())
        if isinstance(options, list | tuple) and shown != [str(one) for one in options]:
            self.options.setText(choices_text(options))
        self.complain("")

    def _typed(self, text: str) -> None:
        if self._before is None:
            self._before = self._owner.name_of(self)
            self._visit = fresh_visit()
        self._rename(text.strip(), self._before)

    def _leave(self) -> None:
        """A name that can't be is not left standing, nor what it was on the way there."""
        before, self._before = self._before, None
        if before is None:
            return
        if not self._wrong.isHidden():
            self.name.setText(before)
            self._rename(before, before)

    def _rename(self, name: str, before: str) -> None:
        self._owner.rename(self, name, Visit(self._visit, before, name))

    def forget(self) -> None:
        """It shows a field of something else next: nothing is being typed."""
        self._before = None

    def end_width(self) -> int:
        """What stands behind the columns takes, in pixels."""
        return self.required.sizeHint().width() + GAP + self._button.sizeHint().width()

    def complain(self, words: str) -> None:
        """What is wrong with the name."""
        self._wrong.setText(words)
        self._wrong.setVisible(bool(words))
