"""What is published under which number and to where: the runtime on this computer, or one at an address, with a key
that is not kept.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtWidgets import QDialog, QFormLayout, QHBoxLayout, QLineEdit, QPushButton, QRadioButton, QVBoxLayout

from designer.document.commands.describe_project import next_version, why_no_version
from designer.forms.complaint import Complaint
from designer.pieces import LinkButton, PlainText, asked
from designer.services import Services
from designer.theme.type_scale import BODY, HEADING


@dataclass(frozen=True, slots=True)
class Target:
    """``url`` is None for the runtime on this computer."""

    words: str
    url: str | None = None
    token: str = ""
    version: str = ""
    """the number that it is to have; empty: the one it has"""


class PublishTarget(QDialog):
    """``target`` is what was chosen. ``clashes`` says of an address and a number whether something else stands there
    under it.
    """

    def __init__(
        self,
        services: Services,
        again: Target | None = None,
        clashes: Callable[[str, str], bool] = lambda _there, _version: False,
    ) -> None:
        super().__init__(services.window)
        self.setObjectName("publish")
        self._services, self._clashes = services, clashes
        file = services.document.project.file
        self.setWindowTitle("Publish")
        self.setMinimumWidth(480)
        self.version = QLineEdit(file.version, self)
        self.version.setAccessibleName("Version")
        self.complaint = Complaint(services.theme)
        self.next = LinkButton("")
        self.next.clicked.connect(lambda: self.version.setText(next_version(self.version.text().strip())))
        self.here = QRadioButton("The runtime on this computer", self)
        self.here.setChecked(True)
        self.there = QRadioButton("A runtime at an address", self)
        self.url = QLineEdit(self)
        self.url.setPlaceholderText("https://baton.example.com")
        self.url.setText(str(services.extras["preferences"].get("runtime_url", "")))
        self.url.setAccessibleName("Address")
        self.key = QLineEdit(self)
        self.key.setEchoMode(QLineEdit.EchoMode.Password)
        self.key.setPlaceholderText("From whoever runs it")
        self.key.setAccessibleName("Access key")
        self.go = QPushButton("Publish", self)
        self._arrange(file.name or file.id)
        if again is not None and again.url is not None:  # what was refused is mended, not typed anew
            self.there.setChecked(True)
            self.url.setText(again.url)
            self.key.setText(again.token)
        for field in (self.version, self.url, self.key):
            field.textChanged.connect(lambda _text: self._judge())
        self.there.toggled.connect(lambda _on: self._judge())
        self._judge()

    def _arrange(self, name: str) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(10)
        column.addWidget(PlainText(f"Publish “{name}”", HEADING, wrap=True))
        text = "It stands beside the versions that are there; running cases stay on theirs."
        column.addWidget(PlainText(text, BODY, "secondary", wrap=True))
        numbered = QFormLayout()
        line = QHBoxLayout()
        line.addWidget(self.version, 1)
        line.addWidget(self.next)
        numbered.addRow("Version", line)
        column.addLayout(numbered)
        column.addWidget(self.complaint)
        column.addWidget(self.here)
        column.addWidget(self.there)
        form = QFormLayout()
        form.addRow("Address", self.url)
        form.addRow("Access key", self.key)
        column.addLayout(form)
        row = QHBoxLayout()
        row.addStretch(1)
        cancel = QPushButton("Cancel", self)
        cancel.clicked.connect(self.reject)
        self.go.setProperty("kind", "primary")
        self.go.setDefault(True)
        self.go.clicked.connect(self.accept)
        row.addWidget(cancel)
        row.addWidget(self.go)
        column.addSpacing(8)
        column.addLayout(row)

    @property
    def target(self) -> Target:
        """What was chosen. The key is used for this once and kept nowhere."""
        version = self.version.text().strip()
        if self.here.isChecked():
            return Target("this computer's runtime", version=version)
        url = self.url.text().strip().rstrip("/")
        if url and "://" not in url:
            url = f"https://{url}"  # as everybody types an address
        return Target(url, url, self.key.text().strip(), version)

    @classmethod
    def ask(
        cls,
        services: Services,
        again: Target | None = None,
        clashes: Callable[[str, str], bool] = lambda _there, _version: False,
    ) -> Target | None:
        """Asks, beginning with what was tried before (``again``); None if it was closed."""
        dialog = cls(services, again, clashes)
        if not asked(dialog):
            return None
        if dialog.target.url:
            services.extras["preferences"].set("runtime_url", dialog.target.url)
        return dialog.target

    def _judge(self) -> None:
        there, target = self.there.isChecked(), self.target
        self.url.setEnabled(there)
        self.key.setEnabled(there)
        wrong = why_no_version(target.version)
        clash = not wrong and self._clashes(target.url or "", target.version)
        what = "Another content was published there under this number. Give this one its own."
        self.complaint.say(wrong or (what if clash else ""))
        self.next.setText(f"Use {next_version(target.version)}")
        self.next.setVisible(clash)
        self.go.setEnabled(not wrong and (not there or bool(target.url and target.token)))
        self.go.setToolTip("" if self.go.isEnabled() or wrong else "Type the address and the access key first.")
