"""``Dressing``: the whole application in the colours of a theme, what Qt paints itself too.

Made once by ``Desktop``; ``dress`` is called at the start and when the theme changes. Law: the window is held up for
less than a blink, and no picture of it is half of one theme, half of the other. What is seen is dressed in the next
turns of the event loop, and nothing is painted until it is; then follow pages and panels behind others, closed menus
and what is scrolled away. What comes into sight meanwhile comes first.

Left alone, Qt takes off and puts on the style of every widget that there is, twice, and tells each of it: a third of a
second where all panels and pages were seen. So none of them counts as dressed (``WA_WState_Polished``) and each as one
that minds its own style (``WA_SetStyle``) while the sheet is changed; then each is dressed by hand, once. The themes
differ in nothing but colours, so that nobody has to be told to measure itself anew.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from designer.theme.alive import alive
from designer.theme.palette import Palette
from designer.theme.passing_folder import PassingFolder
from designer.theme.style_sheet import coloured_icons, style_sheet

AT_ONCE = 80
"""widgets that are dressed in one turn: 5 ms"""
_DRESSED = Qt.WidgetAttribute.WA_WState_Polished
_MINDS_ITSELF = Qt.WidgetAttribute.WA_SetStyle


class Dressing(QObject):
    """One per process. ``folder`` keeps the icons that the style sheet names by file."""

    def __init__(self, application: QApplication, folder: Path) -> None:
        super().__init__(application)
        self._application, self._folder = application, folder
        self._spare: PassingFolder | None = None
        """instead of ``folder``; gone with the process"""
        self._waiting: list[QWidget] = []
        self._wanted: Palette | None = None
        """what is to be put on in the next turn"""
        self._held: list[QWidget] = []
        """windows that are not painted until what is seen of them is dressed"""
        self._turn = QTimer(self, interval=0)
        self._turn.timeout.connect(self._go_on)

    @property
    def waiting(self) -> int:
        """How many widgets still have the colours of before."""
        return len(self._waiting)

    def dress(self, palette: Palette) -> None:
        """Everything that there is, in turns that begin with the next one: in this one those are told who draw with the
        palette themselves, and both together would be felt. Where nothing is seen yet it begins at once.
        """
        self._wanted = palette
        self._hold()
        if self._held:
            self._turn.start()
        else:
            self._begin()

    def _begin(self) -> None:
        palette, self._wanted = self._wanted, None
        if palette is None:
            return
        application = self._application
        icons = self._icons(palette)
        worn = [widget for widget in application.allWidgets() if widget.testAttribute(_DRESSED)]
        worn += (widget for widget in self._waiting if alive(widget))
        minded = [widget for widget in worn if not widget.testAttribute(_MINDS_ITSELF)]
        for widget in worn:
            widget.setAttribute(_DRESSED, False)
        for widget in minded:
            widget.setAttribute(_MINDS_ITSELF, True)
        application.setStyleSheet("")
        application.setPalette(qt_palette(palette))
        application.setStyleSheet(style_sheet(palette, icons))
        for widget in minded:
            widget.setAttribute(_MINDS_ITSELF, False)
        self._waiting = worn
        if worn:
            self._hold()
            self._turn.start()

    def finish(self) -> None:
        """All of it is dressed when it returns: for whoever wants a picture now."""
        while self._turn.isActive():
            self._go_on()

    def close(self) -> None:
        """The process is about to end."""
        if self._spare is not None:
            self._spare.close()
            self._spare = None

    def _icons(self, palette: Palette) -> Path:
        try:
            return coloured_icons(palette, self._folder)
        except OSError:  # a home that can't be written, or is full
            if self._spare is None:
                self._spare = PassingFolder()
            return coloured_icons(palette, self._spare.place)

    def _go_on(self) -> None:
        if self._wanted is not None:
            self._begin()
            return
        self._waiting = [widget for widget in self._waiting if alive(widget)]
        seen = self._seen()
        self._dress((seen or self._waiting)[:AT_ONCE])
        if len(seen) <= AT_ONCE:
            self._let_go()
        if not self._waiting:
            self._turn.stop()

    def _hold(self) -> None:
        shown = [window for window in self._application.topLevelWidgets() if window.isVisible()]
        self._held += [window for window in shown if window.updatesEnabled()]
        for window in self._held:
            window.setUpdatesEnabled(False)

    def _let_go(self) -> None:
        held, self._held = self._held, []
        for window in held:
            if alive(window):
                window.setUpdatesEnabled(True)

    def _seen(self) -> list[QWidget]:
        return [widget for widget in self._waiting if widget.isVisible() and not widget.visibleRegion().isEmpty()]

    def _dress(self, widgets: Iterable[QWidget]) -> None:
        dressed: set[QWidget] = set()
        for widget in widgets:
            style = widget.style()
            style.unpolish(widget)
            style.polish(widget)
            widget.setAttribute(_DRESSED, True)
            dressed.add(widget)
        self._waiting = [widget for widget in self._waiting if widget not in dressed]


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
