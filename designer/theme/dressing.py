"""``dress(application, palette, folder)``: the whole application in the colours of a theme, what Qt paints itself too.

Called by ``Desktop`` at the start and when the theme changes. Law: it holds the window up for less than a blink.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

from designer.theme.palette import Palette
from designer.theme.style_sheet import coloured_icons, style_sheet


def dress(application: QApplication, palette: Palette, folder: Path) -> None:
    """``folder`` keeps the icons that the style sheet names by file."""
    icons = coloured_icons(palette, folder)
    # With a sheet in place Qt would polish every widget once for each ancestor that it has: a quarter of a second where
    # all panels have been seen. Without one in between, it is a twentieth.
    application.setStyleSheet("")
    application.setPalette(qt_palette(palette))
    application.setStyleSheet(style_sheet(palette, icons))


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
