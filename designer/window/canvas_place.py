"""Where the canvas stands in the window: made here, so that the window is the one that knows of it."""

from __future__ import annotations

import importlib.util

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from designer.services import Services
from designer.window.flow_picture import FlowPicture


def make_canvas(services: Services) -> QWidget:
    """The canvas of the flow that is shown."""
    if importlib.util.find_spec("designer.canvas.canvas") is not None:
        from designer.canvas.canvas import Canvas

        return Canvas(services)
    return StillPicture(services)


class StillPicture(QWidget):
    """A picture of the flow that can't be edited."""

    def __init__(self, services: Services) -> None:
        super().__init__()
        self._services = services
        self._column = QVBoxLayout(self)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        services.selection.flow_changed.connect(lambda _flow: self._draw())
        services.document.changed.connect(lambda _change: self._draw())
        self._draw()

    def _draw(self) -> None:
        while (item := self._column.takeAt(0)) is not None:
            item.widget().deleteLater()
        flow = self._services.flow
        if flow is not None:
            picture = FlowPicture(self._services.document.project, flow, self._services.facts, self._services.theme)
            self._column.addWidget(picture, 1)
