"""A desktop with its own home, and windows on copies of the example."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent

from designer.app import Desktop, make_application
from designer.keeping.opening import open_place
from designer.window.main_window import MainWindow

EXAMPLE = Path(__file__).parents[3] / "projects" / "billing_dispute"


@pytest.fixture
def desktop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desktop]:
    monkeypatch.setenv("BATON_HOME", str(tmp_path / "home"))
    made = Desktop(make_application())
    made.theme.choose("light")
    yield made
    for window in [*made.windows]:
        window.services.document.mark_saved()
        window.close()
    made.close()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def project_folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(EXAMPLE, tmp_path / "billing_dispute"))


@pytest.fixture
def window(desktop: Desktop, project_folder: Path) -> MainWindow:
    return desktop.show_project(open_place(project_folder))
