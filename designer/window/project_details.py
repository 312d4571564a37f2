"""``ProjectDetails``: what people call the project, its version number, and what it is about."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QFormLayout, QHBoxLayout, QLineEdit, QPlainTextEdit, QPushButton, QVBoxLayout

from designer.document.commands.describe_project import describe_project, why_no_version
from designer.forms.complaint import Complaint
from designer.pieces import PlainText
from designer.services import Services
from designer.theme.type_scale import BODY, HEADING


class ProjectDetails(QDialog):
    """Accepting it changes the document, as one step of the history."""

    def __init__(self, services: Services) -> None:
        super().__init__(services.window)
        self.setObjectName("details")
        self._services = services
        file = services.document.project.file
        self.setWindowTitle("Name and version")
        self.setMinimumWidth(480)
        self.name = QLineEdit(file.name or file.id, self)
        self.name.setAccessibleName("Name")
        self.version = QLineEdit(file.version, self)
        self.version.setAccessibleName("Version")
        self.about = QPlainTextEdit(file.description, self)
        self.about.setAccessibleName("What it is about")
        self.about.setTabChangesFocus(True)
        self.about.setFixedHeight(72)
        self.complaint = Complaint(services.theme)
        form = QFormLayout()
        form.setVerticalSpacing(10)
        form.addRow("Name", self.name)
        form.addRow("Version", self.version)
        form.addRow("What it is about", self.about)
        self.keep = QPushButton("Keep", self)
        self.keep.setProperty("kind", "primary")
        self.keep.setDefault(True)
        self.keep.clicked.connect(self._keep)
        cancel = QPushButton("Cancel", self)
        cancel.clicked.connect(self.reject)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(cancel)
        row.addWidget(self.keep)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        column.addWidget(PlainText("Name and version", HEADING))
        text = f"What people see. Runs and packages go on knowing the project as “{file.id}”."
        column.addWidget(PlainText(text, BODY, "secondary", wrap=True))
        column.addLayout(form)
        column.addWidget(self.complaint)
        column.addLayout(row)
        for field in (self.name, self.version):
            field.textChanged.connect(lambda _text: self._judge())

    def _judge(self) -> None:
        wrong = "" if self.name.text().strip() else "Give the project a name."
        wrong = wrong or why_no_version(self.version.text().strip())
        self.complaint.say(wrong)
        self.keep.setEnabled(not wrong)

    def _keep(self) -> None:
        said = self.name.text(), self.version.text().strip(), self.about.toPlainText()
        self._services.document.do(describe_project(*said))
        self.accept()
