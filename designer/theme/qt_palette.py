"""``qt_palette(palette)``: a theme's colours for what Qt paints by itself, dialogs of the system and selections."""

from __future__ import annotations

from PySide6.QtGui import QColor, QPalette

from designer.theme.palette import Palette


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
