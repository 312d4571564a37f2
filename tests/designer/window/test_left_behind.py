"""A window that was closed leaves nothing of itself: what is left is named."""

from __future__ import annotations

import gc
from collections import Counter
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent, QObject
from pytestqt.qtbot import QtBot

from designer.document.commands.set_field import set_field
from designer.keeping.opening import open_place
from designer.window.desktop import Desktop
from runtime.model.project import Project

FLOW = "billing_dispute"


def _there() -> Counter[str]:
    """Parts of windows that Python still has, by kind."""
    gc.collect()
    kinds = (type(one) for one in gc.get_objects())
    ours = (kind for kind in kinds if issubclass(kind, QObject | Project) and kind.__module__ is not None)
    return Counter(f"{kind.__module__}.{kind.__name__}" for kind in ours if not kind.__module__.startswith("PySide6"))


def _use_and_close(desktop: Desktop, folder: Path, qtbot: QtBot) -> None:
    window = desktop.show_project(open_place(folder))
    window.services.document.do(set_field(FLOW, "route", "title", "Another"))
    window.show_panel("problems")
    window.open_editor("flow_settings", FLOW)
    window.services.document.undo()
    window.services.document.mark_saved()
    window.close()
    qtbot.waitUntil(lambda: not desktop._sessions, timeout=20_000)
    QCoreApplication.processEvents()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def test_a_closed_window_leaves_nothing_behind(desktop: Desktop, project_folder: Path, qtbot: QtBot) -> None:
    _use_and_close(desktop, project_folder, qtbot)  # what is made once for all windows is there then
    before = _there()

    def left() -> str:
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        more = _there() - before
        return ", ".join(f"{count} {kind}" for kind, count in sorted(more.items()))

    _use_and_close(desktop, project_folder, qtbot)
    for _ in range(20):  # what comes from a thread comes by a turn of the window
        if not left():
            break
        qtbot.wait(50)
    assert not left()
