"""The lines of outcomes and roles on the page of a flow's settings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QCheckBox, QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from designer.document.commands.set_flow_field import set_flow_field
from designer.document.commands.set_part import set_role
from designer.forms.control import LineEdit
from designer.forms.marks import CutText
from designer.pieces import IconButton, PlainText, plain_tooltip
from designer.theme.type_scale import SMALL
from runtime.model.flow import Flow, Outcome
from runtime.model.project import Role

if TYPE_CHECKING:
    from designer.editors.flow_settings.page import FlowSettings

MOST = 100_000


class Rows(QWidget):
    """Lines that are kept and filled anew."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[Any] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(6)

    def show_rows(self, items: tuple[Any, ...], make: Any) -> None:
        """One line for each."""
        while len(self.lines) > len(items):
            line = self.lines.pop()
            self._column.removeWidget(line)
            line.hide()
            line.deleteLater()
        while len(self.lines) < len(items):
            line = make()
            self.lines.append(line)
            self._column.addWidget(line)
        for line, item in zip(self.lines, items, strict=True):
            line.fill(item)

    def focus(self, number: int) -> bool:
        """The cursor into the line of this number, from 1; False if there is none."""
        if not 1 <= number <= len(self.lines):
            return False
        self.lines[number - 1].title.setFocus()
        return True

    def focus_last(self) -> None:
        """The cursor into the newest."""
        if self.lines:
            self.lines[-1].title.setFocus()
            self.lines[-1].title.selectAll()


def _name_label(page: FlowSettings) -> CutText:
    """The name by which files know a line, in a column of its own."""
    label = CutText(page.context.services.theme, "", SMALL, "muted", code=True)
    label.setFixedWidth(180)
    label.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
    return label


class OutcomeLine(QFrame):
    """One outcome: title, whether it is resolved, the name by which ends know it."""

    def __init__(self, page: FlowSettings) -> None:
        super().__init__()
        self._page = page
        self._outcome = ""
        self.title = LineEdit()
        self.title.setAccessibleName("Title of the outcome")
        self.resolved = QCheckBox("Resolved")
        self.name = _name_label(page)
        self.remove = IconButton(page.context.services.theme, "trash-2", "Remove this outcome")
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(12)
        line.addWidget(self.title, 1)
        line.addWidget(self.resolved)
        line.addWidget(self.name)
        line.addWidget(self.remove)
        self.title.textEdited.connect(lambda text: page.retitle_outcome(self._outcome, text))
        self.resolved.clicked.connect(lambda: self._set("resolved", self.resolved.isChecked()))
        self.remove.clicked.connect(lambda: page.remove_outcome(self._outcome))

    def fill(self, outcome: Outcome) -> None:
        """Show this outcome."""
        self._outcome = outcome.id
        if self.title.text() != outcome.title:
            self.title.setText(outcome.title)
        self.title.setPlaceholderText(outcome.id)
        self.resolved.setChecked(outcome.resolved)
        named = outcome.title or outcome.id
        self.resolved.setAccessibleName(f"“{named}” is resolved")
        self.remove.setAccessibleName(f"Remove outcome “{named}”")
        self.name.say(outcome.id)
        self.name.setToolTip(plain_tooltip(f"{outcome.id}: by this name End steps and reports know it"))

    def _set(self, name: str, value: Any) -> None:
        flow: Flow | None = self._page.context.flow
        if flow is not None:
            number = [one.id for one in flow.outcomes].index(self._outcome)
            self._page.do(set_flow_field(flow.id, ("outcomes", number, name), value, title="Change outcome"))


class RoleLine(QFrame):
    """One role: title, how many people it has at least, its id."""

    def __init__(self, page: FlowSettings) -> None:
        super().__init__()
        self._page = page
        self._role = ""
        self._number = ""
        self.title = LineEdit()
        self.title.setAccessibleName("Title of the role")
        self.least = LineEdit()
        self.least.setFixedWidth(48)
        self.least.setAccessibleName("People at least")
        self.name = _name_label(page)
        self.remove = IconButton(page.context.services.theme, "trash-2", "Remove this role")
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(12)
        line.addWidget(self.title, 1)
        line.addWidget(PlainText("People at least", SMALL, "secondary"))
        line.addWidget(self.least)
        line.addWidget(self.name)
        line.addWidget(self.remove)
        self.title.textEdited.connect(lambda text: page.retitle_role(self._role, text))
        self.least.textEdited.connect(lambda _text: self._set())
        self.least.left.connect(self._leave)
        self.remove.clicked.connect(lambda: page.remove_role(self._role))

    def fill(self, role: Role) -> None:
        """Show this role."""
        self._role = role.id
        if self.title.text() != role.title:
            self.title.setText(role.title)
        self.title.setPlaceholderText(role.id)
        self._number = str(role.members_at_least)
        if not self.least.hasFocus():
            self.least.setText(self._number)
        named = role.title or role.id
        self.least.setAccessibleName(f"People in “{named}”, at least")
        self.remove.setAccessibleName(f"Remove role “{named}”")
        self.name.say(role.id)
        self.name.setToolTip(plain_tooltip(f"{role.id}: by this name steps and directories know it"))

    def _set(self) -> None:
        least = self.least.text().strip()
        if least.isdecimal() and 0 < int(least) < MOST:
            self._page.do(set_role(self._role, self.title.text(), int(least)))

    def _leave(self) -> None:
        """What is no number of people goes, and that is said."""
        if self.least.text().strip() != self._number:
            self._page.say(f"“{self.least.text()}” is no number of people from 1 to {MOST - 1:,}; it stays as it was.")
            self.least.setText(self._number)
