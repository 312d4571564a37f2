"""Files that can't be read, as a plain list: which, where, why and what to do. It can be copied."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QHBoxLayout, QListWidget, QPushButton, QVBoxLayout, QWidget

from designer.pieces import PlainText
from designer.theme.type_scale import BODY, HEADING
from runtime.model.problems import FileFinding

MOST = 500


class FindingsList(QDialog):
    """``findings`` in their order."""

    def __init__(
        self,
        parent: QWidget | None,
        title: str,
        text: str,
        findings: Sequence[FileFinding],
        way_out: tuple[str, Callable[[], object]] | None = None,
    ) -> None:
        """``way_out``: the title of a button and what it does once the list is closed."""
        super().__init__(parent)
        self.setObjectName("findings")
        self.setWindowTitle(title)
        self.resize(640, 380)
        self.lines = [str(finding) for finding in findings]
        self.list = QListWidget(self)
        self.list.setProperty("role", "boxed")
        self.list.setWordWrap(True)
        self.list.addItems(self.lines[:MOST])
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        column.addWidget(PlainText(title, HEADING, wrap=True))
        column.addWidget(PlainText(text, BODY, "secondary", wrap=True))
        column.addWidget(self.list, 1)
        row = QHBoxLayout()
        copy = QPushButton("Copy", self)
        copy.clicked.connect(self._copy)
        close = QPushButton("Close", self)
        close.setProperty("kind", "primary")
        close.setDefault(True)
        close.clicked.connect(self.accept)
        row.addWidget(copy)
        row.addStretch(1)
        if way_out is not None:
            words, run = way_out
            go = QPushButton(words, self)
            go.clicked.connect(self.accept)
            go.clicked.connect(lambda: QTimer.singleShot(0, run))
            row.addWidget(go)
        row.addWidget(close)
        column.addLayout(row)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText("\n".join(self.lines))
