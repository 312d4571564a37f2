"""``Secrets``: which secrets this machine has and what uses them; values are typed here and never shown again."""

from __future__ import annotations

import re

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
)

from designer.editors.secrets.keeper import SecretKeeper
from designer.forms.machine import references_of
from designer.forms.marks import CutText
from designer.keeping.home import baton_home
from designer.pieces import LinkButton, PlainText, asked
from designer.pieces.emptying import emptied
from designer.pieces.page import Card, Page
from designer.services import Services
from designer.theme.type_scale import BODY, SMALL, Size

NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}")
"""what the runtime takes as a secret's name"""


class Secrets(Page):
    """The machine's secrets, by name."""

    def __init__(self, services: Services, _key: str = "") -> None:
        super().__init__(
            "Secrets on this machine",
            "Passwords, keys and tokens stay on this machine, in a file that only you can read. A project never holds "
            "one; a connection's environments name them, such as file:CRM_KEY.",
        )
        self.theme = services.theme
        self.keeper = SecretKeeper(self)
        self.names: list[str] | None = None
        self.add = QPushButton("Type a secret …")
        self.head.addWidget(self.add, 0, Qt.AlignmentFlag.AlignBottom)
        card = Card("Kept here", "Values are never shown again. Typing one anew replaces it.")
        self.rows = QVBoxLayout()
        self.rows.setSpacing(0)
        card.body.addLayout(self.rows)
        self.said = PlainText("", SMALL, "muted", wrap=True)
        card.body.addWidget(self.said)
        self.column.addWidget(card)
        self.end()
        self.add.clicked.connect(lambda: self.ask(""))
        self.keeper.listed.connect(self._show)
        self.keeper.told.connect(self._tell)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802  Qt's name
        super().showEvent(event)
        self.said.setText("Looking …")
        self.keeper.list_names()

    def ask(self, name: str) -> None:
        """The dialog in which a value is typed."""
        dialog = SecretDialog(name, self)
        if asked(dialog):
            self.keeper.keep(dialog.name.text().strip(), dialog.take_value(), dialog.host.text().strip())

    def close_editor(self) -> None:
        """Its tab is closed: what still runs is ended."""
        self.keeper.close()

    def _show(self, names: list[str]) -> None:
        self.names = names
        self.show_again()

    def show_again(self) -> None:
        """The rows, as they were asked for last."""
        names = self.names or []
        if self.said.text() == "Looking …":
            self.said.setText("" if names else "Nothing is kept yet. Type the first with the button above.")
        emptied(self.rows)
        used = references_of(baton_home())
        missing = sorted(
            one.removeprefix("file:")
            for one in used
            if one.startswith("file:") and one.removeprefix("file:") not in names
        )
        for name in names:
            self.rows.addWidget(_Row(self, name, used.get(f"file:{name}", []), kept=True))
        for name in missing:
            self.rows.addWidget(_Row(self, name, used[f"file:{name}"], kept=False))

    def _tell(self, good: bool, words: str) -> None:
        self.said.restyle("good" if good else "bad")
        self.said.setText(words)


class _Row(QFrame):
    """One secret: its name, what uses it, and what can be done."""

    def __init__(self, page: Secrets, name: str, used: list[str], *, kept: bool) -> None:
        super().__init__()
        self._page, self._name = page, name
        self.setProperty("role", "row")
        self.setFixedHeight(36)
        words = f"Used by {', '.join(used)}" if used else "Not used by any environment"
        words = words if kept else f"Missing. {words}"
        line = QHBoxLayout(self)
        line.setContentsMargins(2, 0, 2, 0)
        line.setSpacing(12)
        line.addWidget(CutText(page.theme, name, Size(BODY.px, BODY.pt, BODY.line, 500)), 2)
        self.words = CutText(page.theme, words, SMALL, "muted" if kept else "timed_out")
        line.addWidget(self.words, 3)
        self.again = LinkButton("Type anew …" if kept else "Type it …")
        self.again.setAccessibleName(f"{self.again.text()} {name}")
        self.again.clicked.connect(lambda: page.ask(name))
        self.forget, self.stay = LinkButton("Forget"), LinkButton("Keep it")
        self.forget.setAccessibleName(f"Forget {name}")
        self.forget.clicked.connect(self._forget)
        self.stay.clicked.connect(page.show_again)
        for button in (self.stay, self.again, self.forget):
            line.addWidget(button)
        self.stay.hide()
        self.forget.setVisible(kept)

    def _forget(self) -> None:
        """First that it can't be undone is said; the second press does it."""
        if self.stay.isVisibleTo(self):
            self._page.keeper.forget(self._name)
            return
        self.words.say("Its value can't be brought back.", "timed_out")
        self.again.hide()
        self.stay.show()
        self.forget.setText("Forget it for good")
        self.stay.setFocus(Qt.FocusReason.OtherFocusReason)


class SecretDialog(QDialog):
    """Name, value, host. The value is taken out once, and the field is emptied."""

    def __init__(self, name: str, parent: Secrets) -> None:
        super().__init__(parent)
        self.setWindowTitle("Type a secret")
        self.setMinimumWidth(420)
        self.name = QLineEdit(name)
        self.name.setPlaceholderText("such as CRM_KEY")
        self.name.setReadOnly(bool(name))
        self.value = QLineEdit()
        self.value.setEchoMode(QLineEdit.EchoMode.Password)
        self.host = QLineEdit()
        self.host.setPlaceholderText("such as crm.example.com")
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        self.buttons.button(QDialogButtonBox.StandardButton.Ok).setText("Keep it")
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 20, 20, 16)
        column.setSpacing(4)
        for words, field, hint in (
            ("Name", self.name, ""),
            ("Value", self.value, ""),
            ("Only for this host", self.host, "Left empty, it goes wherever an environment sends it."),
        ):
            label = PlainText(words, Size(SMALL.px, SMALL.pt, SMALL.line, 500), "secondary")
            label.setBuddy(field)
            field.setAccessibleName(words)
            column.addWidget(label)
            column.addWidget(field)
            if hint:
                column.addWidget(PlainText(hint, SMALL, "muted", wrap=True))
            column.addSpacing(8)
        column.addWidget(self.buttons)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self.wrong = PlainText("", SMALL, "bad", wrap=True)
        column.insertWidget(2, self.wrong)
        self.wrong.hide()
        self.name.textChanged.connect(self._judge)
        self.value.textChanged.connect(self._judge)
        (self.value if name else self.name).setFocus(Qt.FocusReason.OtherFocusReason)
        self._judge()

    def take_value(self) -> str:
        """What was typed; the field is empty afterwards."""
        value = self.value.text()
        self.value.clear()
        return value

    def _judge(self) -> None:
        name = self.name.text().strip()
        fits = not name or NAME.fullmatch(name) is not None
        self.wrong.setText("" if fits else "Letters, digits, _, . and - only, 64 at most, such as CRM_KEY.")
        self.wrong.setVisible(not fits)
        ready = bool(name) and fits and bool(self.value.text())
        self.buttons.button(QDialogButtonBox.StandardButton.Ok).setEnabled(ready)
