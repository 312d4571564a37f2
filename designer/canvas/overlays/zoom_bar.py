"""The zoom bar at the lower right: out, factor, in, fit, minimap."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QToolButton, QWidget

from designer.canvas.overlays.float_bar import FloatBar
from designer.theme.theme import Theme
from designer.theme.type_scale import BODY, widget_font


class ZoomBar(FloatBar):
    """Shows the zoom and changes it."""

    out = Signal()
    into = Signal()
    fit = Signal()
    whole = Signal()
    """100 % is wanted"""
    minimap = Signal()

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, parent)
        self.add_button("minus", "Zoom out", self.out.emit)
        self.factor = QToolButton(self)
        self.factor.setFont(widget_font(BODY))
        self.factor.setToolTip("Zoom to 100 %  Ctrl 0")
        self.factor.setFixedSize(52, 28)
        self.factor.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.factor.clicked.connect(self.whole)
        self.row.addWidget(self.factor)
        self.add_button("plus", "Zoom in", self.into.emit)
        self.add_line()
        self.add_button("maximize", "Fit flow  Shift 1", self.fit.emit)
        self.map_button = self.add_button("map", "Minimap  M", self.minimap.emit)
        self.map_button.setCheckable(True)
        self.restyle()

    def show_zoom(self, zoom: float) -> None:
        """The factor in words."""
        self.factor.setText(f"{round(zoom * 100)}%")
        self.factor.setAccessibleName(f"Zoom {round(zoom * 100)} percent; press for 100 percent")

    def restyle(self) -> None:
        """The colours have changed."""
        super().restyle()
        palette = self._theme.palette
        if hasattr(self, "factor"):
            self.factor.setStyleSheet(
                f"QToolButton {{ border: none; border-radius: 6px; color: {palette.text.primary}; background: none; }}"
                f"QToolButton:hover {{ background: {palette.surface.hover}; }}"
                f"QToolButton:focus {{ border: 2px solid {palette.accent.focus}; }}"
            )
