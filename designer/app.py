"""The designer's process: QApplication, fonts, ``Desktop``. ``python -m designer [PROJECT]`` ends up here."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

from designer.garbage import Garbage
from designer.pieces.enter_key import EnterPresses
from designer.theme.focus_ring import FocusRing
from designer.theme.type_scale import BODY, load_fonts, widget_font
from designer.window.desktop import Desktop

NAME = "Baton"
SWITCH_S = 0.0002
"""after which a thread that works lets another one go on (Python's default is 5 ms, which a frame that is painted would
wait again and again while a flow is tidied up)"""


def make_application(arguments: Sequence[str] = ()) -> QApplication:
    """The QApplication with Baton's fonts; the one that is there, if one is."""
    running = QApplication.instance()
    application = running if isinstance(running, QApplication) else QApplication(["baton", *arguments])
    if application.findChild(FocusRing) is None:
        FocusRing(application)
        EnterPresses(application)
    application.setApplicationName(NAME)
    application.setApplicationDisplayName(NAME)
    application.setStyle("Fusion")
    load_fonts()
    application.setFont(widget_font(BODY))
    application.setWindowIcon(QIcon(str(Path(__file__).parent / "theme" / "icons" / "baton-app.svg")))
    return application


def main(arguments: Sequence[str] | None = None) -> int:
    """Opens the project that is named, or the welcome page; returns when the last window is closed."""
    parser = argparse.ArgumentParser(prog="designer", description="Draw, check and run outcome flows.")
    parser.add_argument("project", nargs="?", type=Path, metavar="PROJECT", help="a project's folder, or a .baton file")
    wanted = parser.parse_args(arguments)
    application = make_application()
    desktop = Desktop(application)
    if wanted.project is not None:
        desktop.open_from(wanted.project)
    else:
        desktop.show_welcome()
    Garbage(application)
    sys.setswitchinterval(SWITCH_S)
    code = application.exec()
    desktop.close()
    return code
