"""Where a version is published to: the runtime on this computer, or one at an address, with a key that is not kept."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtWidgets import QDialog, QFormLayout, QHBoxLayout, QLineEdit, QPushButton, QRadioButton, QVBoxLayout

from designer.pieces import PlainText
from designer.services import Services
from designer.theme.type_scale import BODY, HEADING


@dataclass(frozen=True, slots=True)
class Target:
    """``url`` is None for the runtime on this computer."""

    words: str
    url: str | None = None
    token: str = ""


class PublishTarget(QDialog):
    """``target`` is what was chosen."""

    def __init__(self, services: Services, again: Target | None = None) -> None:
        super().__init__(services.window)
        self.setObjectName("publish")
        self._services = services
        file = services.document.project.file
        self.setWindowTitle("Publish")
        self.setMinimumWidth(460)
        self.here = QRadioButton("The runtime on this computer", self)
        self.here.setChecked(True)
        self.there = QRadioButton("A runtime at an address", self)
        self.url = QLineEdit(self)
        self.url.setPlaceholderText("https://baton.example.com")
        self.url.setText(str(services.extras["preferences"].get("runtime_url", "")))
        self.key = QLineEdit(self)
        self.key.setEchoMode(QLineEdit.EchoMode.Password)
        self.there.toggled.connect(self._enable)
        form = QFormLayout()
        form.addRow("Address", self.url)
        form.addRow("Access key", self.key)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(10)
        column.addWidget(PlainText(f"Publish version {file.version}", HEADING))
        text = "It stands beside the versions that are there; running cases stay on theirs."
        column.addWidget(PlainText(text, BODY, "secondary", wrap=True))
        column.addWidget(self.here)
        column.addWidget(self.there)
        column.addLayout(form)
        row = QHBoxLayout()
        row.addStretch(1)
        cancel = QPushButton("Cancel", self)
        cancel.clicked.connect(self.reject)
        self.go = QPushButton("Publish", self)
        self.go.setProperty("kind", "primary")
        self.go.setDefault(True)
        self.go.clicked.connect(self.accept)
        row.addWidget(cancel)
        row.addWidget(self.go)
        column.addSpacing(8)
        column.addLayout(row)
        self.url.textChanged.connect(lambda _text: self._enable())
        if again is not None and again.url is not None:  # what was refused is mended, not typed anew
            self.there.setChecked(True)
            self.url.setText(again.url)
            self.key.setText(again.token)
        self._enable()

    @property
    def target(self) -> Target:
        """What was chosen. The key is used for this once and kept nowhere."""
        if self.here.isChecked():
            return Target("this computer's runtime")
        return Target(self.url.text().strip(), self.url.text().strip(), self.key.text())

    @classmethod
    def ask(cls, services: Services, again: Target | None = None) -> Target | None:
        """Asks, beginning with what was tried before (``again``); None if it was closed."""
        dialog = cls(services, again)
        if dialog.exec() != cls.DialogCode.Accepted:
            return None
        if dialog.target.url:
            services.extras["preferences"].set("runtime_url", dialog.target.url)
        return dialog.target

    def _enable(self) -> None:
        there = self.there.isChecked()
        self.url.setEnabled(there)
        self.key.setEnabled(there)
        self.go.setEnabled(not there or bool(self.url.text().strip()))
