"""The designer's process: QApplication, theme, registry, and the windows. ``python -m designer [PROJECT]`` ends up
here.

``Desktop`` opens projects (on a worker thread) and makes for each a window with its own ``Services``. Law: only plug-in
folders that the user's settings trust are loaded, and opening a project loads none.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, QRunnable, Qt, QThreadPool, Signal
from PySide6.QtGui import QColor, QIcon, QPalette
from PySide6.QtWidgets import QApplication

from designer.document.checking import Checking
from designer.document.document import Document
from designer.document.facts import Facts
from designer.document.selection import Selection
from designer.keeping.home import baton_home
from designer.keeping.opening import Opened, open_place
from designer.keeping.preferences import Preferences
from designer.keeping.trust import SettingsUnreadable, trusted_node_folders
from designer.services import Services
from designer.session.session import Session
from designer.theme.palette import Palette
from designer.theme.style_sheet import coloured_icons, style_sheet
from designer.theme.theme import Theme
from designer.theme.type_scale import BODY, load_fonts, widget_font
from designer.window.canvas_place import make_canvas
from designer.window.main_window import MainWindow
from nodes.registry import Registry, load

NAME = "Baton"


class Desktop(QObject):
    """What all windows share. ``services.extras["desktop"]``."""

    window_opened = Signal(object)
    _opened = Signal(object, object)

    def __init__(self, application: QApplication, *, registry: Registry | None = None) -> None:
        super().__init__(application)
        self.application = application
        self.preferences = Preferences()
        self.fault: str | None = None
        """why the user's settings could not be read"""
        self.registry = registry if registry is not None else self._load_registry()
        self.theme = Theme(self.preferences.get("theme", "system"), self)
        self.theme.stronger_outlines = self.preferences.get("stronger_outlines", False)
        self.theme.reduce_motion = self.preferences.get("reduce_motion", False)
        self.windows: list[MainWindow] = []
        self._icons = tempfile.TemporaryDirectory(prefix="baton-icons-")
        self._pool = QThreadPool(self)
        self._opened.connect(lambda opened, then: then(opened))
        self.theme.changed.connect(self.restyle)
        self.restyle()

    def restyle(self) -> None:
        """Everything in the colours of the theme."""
        palette = self.theme.palette
        folder = coloured_icons(palette, Path(self._icons.name))
        self.application.setPalette(qt_palette(palette))
        self.application.setStyleSheet(style_sheet(palette, folder))

    def open(self, place: Path, then: Callable[[MainWindow | None, Opened], None] | None = None) -> None:
        """Opens a folder or package: read on a worker thread, shown when it is read."""

        def show(opened: Opened) -> None:
            window = self.show_project(opened) if opened.project is not None else None
            if then is not None:
                then(window, opened)

        self._pool.start(_Open(place, self._opened, show))

    def show_project(self, opened: Opened) -> MainWindow:
        """A window for what was opened."""
        assert opened.project is not None
        document = Document(opened.project, opened.folder)
        selection = Selection()
        services = Services(
            registry=self.registry,
            document=document,
            selection=selection,
            facts=Facts(self.registry),
            checking=Checking(document, self.registry),
            theme=self.theme,
            extras={"desktop": self, "preferences": self.preferences},
        )
        services.extras["session"] = Session(document, self.registry, baton_home())
        selection.show_flow(next(iter(sorted(opened.project.flows)), None))
        window = MainWindow(services, make_canvas(services))
        window.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        window.closing.connect(lambda: self._closed(window))
        self.windows.append(window)
        if opened.folder is not None:
            self.preferences.opened(opened.folder)
        window.show()
        self.window_opened.emit(window)
        return window

    def close(self) -> None:
        """The process is about to end."""
        self._pool.waitForDone()
        self._icons.cleanup()

    def _closed(self, window: MainWindow) -> None:
        services = window.services
        services.checking.close()
        services.extras["session"].close()
        # They outlive the window by a moment; nobody must hear of them any more.
        for silent in (services.document, services.document.history, services.selection, services.checking):
            silent.blockSignals(True)
        self.windows.remove(window)

    def _load_registry(self) -> Registry:
        try:
            folders = trusted_node_folders()
        except SettingsUnreadable as fault:
            self.fault = str(fault)
            folders = ()
        return load(plugin_folders=folders)


class _Open(QRunnable):
    def __init__(self, place: Path, done: Signal, then: Callable[[Opened], None]) -> None:
        super().__init__()
        self._place, self._done, self._then = place, done, then

    def run(self) -> None:
        self._done.emit(open_place(self._place), self._then)


def qt_palette(palette: Palette) -> QPalette:
    """What Qt paints itself (dialogs of the system, selections) in our colours."""
    made = QPalette()
    roles = {
        QPalette.ColorRole.Window: palette.surface.window,
        QPalette.ColorRole.WindowText: palette.text.primary,
        QPalette.ColorRole.Base: palette.surface.panel,
        QPalette.ColorRole.AlternateBase: palette.surface.sunken,
        QPalette.ColorRole.Text: palette.text.primary,
        QPalette.ColorRole.PlaceholderText: palette.text.muted,
        QPalette.ColorRole.Button: palette.surface.raised,
        QPalette.ColorRole.ButtonText: palette.text.primary,
        QPalette.ColorRole.ToolTipBase: palette.surface.raised,
        QPalette.ColorRole.ToolTipText: palette.text.primary,
        QPalette.ColorRole.Highlight: palette.surface.selected,
        QPalette.ColorRole.HighlightedText: palette.text.primary,
        QPalette.ColorRole.Link: palette.text.link,
        QPalette.ColorRole.Accent: palette.accent.base,
    }
    for role, colour in roles.items():
        made.setColor(role, QColor(colour))
    for role in (QPalette.ColorRole.Text, QPalette.ColorRole.WindowText, QPalette.ColorRole.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, role, QColor(palette.text.disabled))
    return made


def make_application(arguments: Sequence[str] = ()) -> QApplication:
    """The QApplication with Baton's fonts; the one that is there, if one is."""
    running = QApplication.instance()
    application = running if isinstance(running, QApplication) else QApplication(["baton", *arguments])
    application.setApplicationName(NAME)
    application.setApplicationDisplayName(NAME)
    application.setStyle("Fusion")
    load_fonts()
    application.setFont(widget_font(BODY))
    application.setWindowIcon(QIcon(str(Path(__file__).parent / "theme" / "icons" / "baton.svg")))
    return application


def main(arguments: Sequence[str] | None = None) -> int:
    """Opens the project that is named, or the welcome page; returns when the last window is closed."""
    parser = argparse.ArgumentParser(prog="designer", description="Draw, check and run outcome flows.")
    parser.add_argument("project", nargs="?", type=Path, metavar="PROJECT", help="a project's folder, or a .baton file")
    wanted = parser.parse_args(arguments)
    application = make_application()
    desktop = Desktop(application)
    if wanted.project is not None:
        desktop.open(wanted.project)
    code = application.exec()
    desktop.close()
    return code
