"""``new_table``: a decision table is made for a step: what it decides, the values that it looks at, each a column, and
the step that asks it, as one step of the history.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from designer.document.command import Command, compound
from designer.document.commands.edit_decision import add_decision
from designer.document.commands.set_field import set_field
from designer.document.names import as_read, fresh
from designer.forms.context import FormContext
from designer.forms.scope_names import ScopeName
from designer.pieces import PlainText, asked
from designer.theme.type_scale import SMALL, Size
from nodes.contract import Moment
from nodes.dmn.editing import Column, fresh_model
from runtime.model.flow import Flow

TYPES = {"number": "number", "text": "string", "yes or no": "boolean"}
"""words of the forms -> types of columns"""
LABEL = Size(SMALL.px, SMALL.pt, SMALL.line, 500)


class NewTable(QDialog):
    """``title`` and ``chosen`` once it is accepted."""

    def __init__(self, title: str, names: Sequence[ScopeName], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("New decision table")
        self.resize(460, 480)
        self._names = names
        self.name = QLineEdit(title)
        self.name.setAccessibleName("Name of the decision")
        self.name.selectAll()
        self.values = QListWidget()
        self.values.setProperty("role", "boxed")
        self.values.setAccessibleName("What it looks at")
        for name in names:
            item = QListWidgetItem(f"{name.title}  ·  {name.text}" if name.title else name.text)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Unchecked)
            self.values.addItem(item)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        self.make = buttons.button(QDialogButtonBox.StandardButton.Ok)
        self.make.setText("Make it")
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        self.name.textChanged.connect(lambda text: self.make.setEnabled(bool(text.strip())))
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 20, 20, 16)
        column.setSpacing(4)
        for words, field in (("What it decides", self.name), ("What it looks at", self.values)):
            label = PlainText(words, LABEL, "secondary")
            label.setBuddy(field)
            column.addWidget(label)
            column.addWidget(field)
            column.addSpacing(8)
        hint = "Each value becomes a column. More columns can be added later, and the rules are typed on its page."
        column.addWidget(PlainText(hint, SMALL, "muted", wrap=True))
        column.addSpacing(8)
        column.addWidget(buttons)

    @property
    def title(self) -> str:
        """What it decides."""
        return self.name.text().strip()

    @property
    def chosen(self) -> tuple[ScopeName, ...]:
        """The values that it looks at, in their order."""
        ticked = (n for n in range(self.values.count()) if self.values.item(n).checkState() == Qt.CheckState.Checked)
        return tuple(self._names[number] for number in ticked)


def new_table(context: FormContext, parent: QWidget | None = None) -> None:
    """Ask, make it, and show its page."""
    flow, node = context.flow, context.node
    if flow is None or node is None:
        return
    dialog = NewTable(node.title or as_read(node.id), context.scope(Moment.START).names, parent)
    if not asked(dialog) or not dialog.title:
        return
    file = fresh(dialog.title, context.services.document.project.decisions)
    context.services.document.do(made_for(flow, node.id, file, dialog.title, dialog.chosen))
    if context.services.window is not None:
        context.services.window.open_editor("decision_table", file)


def made_for(flow: Flow, node: str, file: str, title: str, names: Sequence[ScopeName]) -> Command:
    """The table in its file, and the step that gives it these values."""
    called = _called(names)
    columns = [Column("input", *_headed(name, text)) for name, text in zip(names, called, strict=True)]
    columns += [Column("output", "Result", "", "string"), Column("annotation", "Note")]
    given: dict[str, Any] = {text: {"feel": name.text} for name, text in zip(names, called, strict=True)}
    fields = {"file": file, "decision": title, "inputs": given}
    made = add_decision(file, fresh_model(title, columns, hit_policy="FIRST"))
    asking = (set_field(flow.id, node, ("config", name), value) for name, value in fields.items())
    return compound(f"New decision table “{title}”", made, *asking)


def _headed(name: ScopeName, text: str) -> tuple[str, str, str]:
    """(title, what it looks at, type)."""
    return text, text, TYPES.get(name.type, "")


def _called(names: Sequence[ScopeName]) -> list[str]:
    """What columns are called: the label of a value, else its last name; longer where two are alike."""
    ways: tuple[Callable[[ScopeName], str], ...] = (
        lambda name: _plain(name.title) or as_read(name.path[-1]),
        lambda name: as_read("_".join(name.path[-2:])),
        lambda name: as_read("_".join(name.path)),
    )
    tried = [[way(name) for name in names] for way in ways]
    apart = (made for made in tried if len(set(made)) == len(made))
    return next(apart, [f"{text} {number}" for number, text in enumerate(tried[-1], 1)])


def _plain(title: str) -> str:
    """A label as the name of an input, which has words alone."""
    return " ".join("".join(sign if sign.isalnum() or sign == "_" else " " for sign in title).split())
