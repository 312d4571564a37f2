"""Stands in for Qt.py, through which NodeGraphQt asks for Qt: the real modules of PySide6, without the detour.

Qt.py looks up every class of every module of Qt that it knows (SQL, QML, help ...), which is a fifth of the window's
start and many megabytes, to hide differences between bindings of which only one is ever here. Law: names are those of
Qt 5 where Qt 6 has moved them, and nothing else differs; a test compares each name that NodeGraphQt uses with Qt.py's.
"""

from __future__ import annotations

import sys
import types
from collections.abc import Mapping

from PySide6 import QtCore, QtGui, QtSvg, QtWidgets

MOVED: dict[str, dict[str, object]] = {
    "QtCore": {"QRegExp": QtCore.QRegularExpression},
    "QtGui": {"QRegExpValidator": QtGui.QRegularExpressionValidator},
    "QtSvg": {},
    "QtWidgets": {
        "QAction": QtGui.QAction,
        "QUndoCommand": QtGui.QUndoCommand,
        "QUndoStack": QtGui.QUndoStack,
    },
}
"""what NodeGraphQt looks for elsewhere, or by another name, than Qt 6 has it"""


class _Room(types.ModuleType):
    """One module of Qt; what was not moved is asked of PySide6 when it is first needed."""

    def __init__(self, name: str, real: types.ModuleType, moved: Mapping[str, object]) -> None:
        super().__init__(f"Qt.{name}")
        self.__dict__.update(moved)
        self.__dict__["_real"] = real

    def __getattr__(self, name: str) -> object:
        return getattr(self.__dict__["_real"], name)


def put_in_place() -> None:
    """``import Qt`` gets this from now on, unless somebody has loaded Qt.py already. It stays: NodeGraphQt asks again
    where it draws with OpenGL.
    """
    if "Qt" in sys.modules:
        return
    whole = types.ModuleType("Qt")
    for real in (QtCore, QtGui, QtSvg, QtWidgets):
        name = real.__name__.rpartition(".")[2]
        setattr(whole, name, _Room(name, real, MOVED[name]))
    whole.QtCompat = types.ModuleType("Qt.QtCompat")  # type: ignore[attr-defined]  # its property sheets are not used
    whole.IsPySide2 = whole.IsPyQt5 = False  # type: ignore[attr-defined]
    sys.modules["Qt"] = whole
