"""What tests of the designer share: Qt without a screen, the services of a window without the window, and whole windows
of a desktop with its own home.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication, QMainWindow

from designer.app import make_application
from designer.document.checking import Checking
from designer.document.document import Document
from designer.document.facts import Facts
from designer.document.selection import Selection
from designer.forms.trying import sample_choice
from designer.keeping.opening import open_place
from designer.services import Services
from designer.session.session import Session
from designer.theme.theme import Theme
from designer.theme.type_scale import load_fonts
from designer.window.desktop import Desktop
from designer.window.main_window import MainWindow
from nodes.registry import built_ins
from runtime.model.files import load_project

FLOW = "billing_dispute"
EXAMPLE = Path(__file__).parents[2] / "projects" / FLOW
LEAST_PATIENCE = 60_000
"""milliseconds that each condition is given at least"""


class PatientBot(QtBot):
    """A condition that comes true costs no more for it, and a machine with much else to do makes no test red. What
    must not come is waited for as long as the test says.
    """

    def waitUntil(self, callback: Callable[[], Any], *, timeout: int = 0) -> None:  # noqa: N802  pytest-qt's name
        super().waitUntil(callback, timeout=max(timeout, LEAST_PATIENCE))

    def waitSignal(  # noqa: N802  pytest-qt's name
        self, signal: Any, *, timeout: int = 5_000, raising: bool = True, **more: Any
    ) -> Any:
        patience = max(timeout, LEAST_PATIENCE) if raising else timeout
        return super().waitSignal(signal, timeout=patience, raising=raising, **more)


@pytest.fixture
def qtbot(qapp: QApplication, request: pytest.FixtureRequest) -> QtBot:
    return PatientBot(request)


@pytest.fixture(scope="session", autouse=True)
def application(qapp: QApplication) -> Iterator[QApplication]:
    """The one QApplication of the process, with Baton's fonts.

    What a test copied is Python's; without a screen Qt lets go of it after Python has gone, and the process, which had
    passed all its tests, dies in the very end (a segmentation fault in `_PyErr_Fetch`).
    """
    load_fonts()
    yield qapp
    qapp.clipboard().clear()


@pytest.fixture(autouse=True)
def nothing_stays(application: QApplication) -> Iterator[None]:
    """Panels that a test made for itself go with it: each one that stays makes every later style sheet slower.

    Windows are closed by the desktop that opened them; what has a parent goes with it.
    """
    yield
    for widget in application.topLevelWidgets():
        if widget.parent() is None and not isinstance(widget, QMainWindow):
            widget.hide()
            widget.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    """The example project, its flow shown, light colours, a session that has nothing started."""
    registry = built_ins()
    document = Document(load_project(EXAMPLE), EXAMPLE)
    session = Session(document, registry, tmp_path)
    made = Services(
        registry=registry,
        document=document,
        selection=Selection(),
        facts=Facts(registry),
        checking=Checking(document, registry),
        theme=Theme("light"),
        extras={"session": session},
    )
    made.selection.show_flow(FLOW)
    yield made
    session.close()
    made.checking.close()
    # As the desktop does: a pool that still works while Python throws it away waits for a thread that waits for Python.
    sample_choice(made).rehearsed.close()


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
