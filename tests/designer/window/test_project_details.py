"""What people call a project, and its version number."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from designer.window.main_window import MainWindow
from designer.window.project_details import ProjectDetails


def test_name_and_version_are_changed_as_one_step(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = window.services.document.project

    def fill(dialog: ProjectDetails) -> int:
        dialog.name.setText(" ")
        assert not dialog.keep.isEnabled()
        assert dialog.complaint.what.text() == "Give the project a name."
        dialog.name.setText("Disputes")
        dialog.version.setText("two words")
        assert not dialog.keep.isEnabled()
        dialog.version.setText("2.0.0")
        dialog.about.setPlainText("About bills.")
        dialog.keep.click()
        return dialog.result()

    monkeypatch.setattr(ProjectDetails, "exec", fill)
    window.run("file.describe")
    file = window.services.document.project.file
    assert (file.id, file.name, file.version, file.description) == (before.id, "Disputes", "2.0.0", "About bills.")
    window.run("edit.undo")
    assert window.services.document.project is before
