"""A hostile project is opened: nothing of it is imported, spawned, fetched or written, and its texts stay texts."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QLabel, QTextEdit, QWidget
from pytestqt.qtbot import QtBot

from designer.keeping.opening import open_place
from designer.window.desktop import Desktop
from runtime.model.package import pack
from tests.designer import hostile_project

ROOT = Path(__file__).parents[2]


def test_nothing_is_imported_spawned_fetched_or_written(tmp_path: Path) -> None:
    folder = hostile_project.write(tmp_path / "hostile")
    before = {path: path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file() and not path.is_symlink()}
    environment = {**os.environ, "BATON_HOME": str(tmp_path / "home"), "QT_QPA_PLATFORM": "offscreen"}
    environment["PYTHONPATH"] = str(ROOT)
    ran = subprocess.run(
        [sys.executable, str(Path(__file__).parent / "open_hostile.py"), str(folder)],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=environment,
        timeout=100,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout.splitlines()[-1]) == {"happened": [], "loaded": []}
    after = {path: path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file() and not path.is_symlink()}
    assert after == before


def test_what_cannot_be_read_is_listed_and_the_rest_opens(desktop: Desktop, tmp_path: Path) -> None:
    opened = open_place(hostile_project.write(tmp_path / "hostile"))
    assert {finding.file for finding in opened.findings} >= {"flows/cut.flow.json", "flows/link.flow.json"}
    window = desktop.show_project(opened)
    flow = window.services.flow
    assert flow is not None
    assert flow.node("shell").type == "os/system"
    assert b"os/system" in pack(window.services.document.project)


def test_no_text_of_a_project_is_ever_rich_text(desktop: Desktop, tmp_path: Path, qtbot: QtBot) -> None:
    window = desktop.show_project(open_place(hostile_project.write(tmp_path / "hostile")))
    window.services.checking.check_now()
    for panel in ("problems", "project", "outline", "history"):
        window.show_panel(panel)
    window.step_list.toggle("adapter")
    window.services.selection.select(("shell",))
    window.find_anything().line.setText("x")
    qtbot.wait(50)
    labels = [label for label in window.findChildren(QLabel) if label.text()]
    assert any("<b>" in label.text() for label in labels)
    rich = [label.text() for label in labels if label.textFormat() is not Qt.TextFormat.PlainText]
    assert rich == []
    for editor in window.findChildren(QTextEdit):
        assert not editor.acceptRichText()
    tips = [widget.toolTip() for widget in window.findChildren(QWidget)]
    for view in window.findChildren(QAbstractItemView):
        tips += _tips_of(view)
    assert [tip for tip in tips if "<img" in tip or "<script" in tip] == []


def _tips_of(view: QAbstractItemView) -> list[str]:
    model = view.model()
    if model is None:
        return []
    waiting, tips = [view.rootIndex()], []
    while waiting:
        parent = waiting.pop()
        for row in range(model.rowCount(parent)):
            for column in (column for column in range(4) if model.hasIndex(row, column, parent)):
                index = model.index(row, column, parent)
                tips.append(str(index.data(Qt.ItemDataRole.ToolTipRole) or ""))
                if column == 0:
                    waiting.append(index)
    return tips
