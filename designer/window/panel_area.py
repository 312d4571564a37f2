"""``PanelArea``: a dock at one side of the window that holds the panels of that side behind tabs.

Panels are built when they are first shown. A panel's view may have a signal ``count_changed(int)``: the number
stands on its tab. Law: a panel knows nothing of where it stands.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Protocol, runtime_checkable

from PySide6.QtCore import QSize, Qt, Signal, SignalInstance
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDockWidget, QFrame, QHBoxLayout, QStackedWidget, QTabBar, QVBoxLayout, QWidget

from designer.panels import Mode, Panel
from designer.pieces import IconButton, PlainText
from designer.pieces.announce import announce
from designer.services import Services
from designer.theme.type_scale import CAPTION

HEADER = 34
BOTTOM_HEIGHT = 176


@runtime_checkable
class Counted(Protocol):
    """A panel with a number on its tab."""

    count: int
    count_changed: SignalInstance[tuple[int]]


class PanelArea(QDockWidget):
    """One side. ``show_mode`` decides which of its panels are there at all."""

    closed = Signal()

    def __init__(self, name: str, panels: Iterable[Panel], services: Services, parent: QWidget) -> None:
        super().__init__(name, parent)
        self.setObjectName(f"area_{name}")
        self.setFeatures(QDockWidget.DockWidgetFeature.NoDockWidgetFeatures)
        self.setTitleBarWidget(QWidget(self))
        self.panels = tuple(panels)
        self._services = services
        self._views: dict[str, QWidget] = {}
        self._counts: dict[str, int] = {}
        self._shown: list[Panel] = []
        self._always_headed = name in ("bottom", "bottom_right", "left")
        self._tabs = QTabBar(self)
        self._tabs.setDrawBase(False)
        self._tabs.setExpanding(False)
        self._tabs.setUsesScrollButtons(True)
        self._tabs.setElideMode(Qt.TextElideMode.ElideNone)
        self._tabs.currentChanged.connect(self._turn)
        self._close = IconButton(services.theme, "x", "Close", self)
        self._close.clicked.connect(self.closed.emit)
        self.header = QFrame(self)
        self.header.setProperty("role", "header")
        self.header.setFixedHeight(HEADER)
        row = QHBoxLayout(self.header)
        row.setContentsMargins(6, 0, 6, 0)
        row.setSpacing(0)
        row.addWidget(self._tabs)
        row.addStretch(1)
        row.addWidget(self._close)
        self._stack = QStackedWidget(self)
        body = _Body(self._hint, self)
        body.setProperty("role", "panel")
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.header)
        column.addWidget(self._stack, 1)
        self.setWidget(body)

    def show_mode(self, mode: Mode) -> None:
        """Only the panels of this mode have tabs."""
        self._shown = [panel for panel in self.panels if mode in panel.modes]
        current = self.current
        self._tabs.blockSignals(True)
        while self._tabs.count():
            self._tabs.removeTab(0)
        for panel in self._shown:
            self._tabs.addTab(panel.title)
            self._show_count(self._tabs.count() - 1, panel)
        self._tabs.blockSignals(False)
        self.header.setVisible((self._always_headed and mode == "design") or len(self._shown) > 1)
        names = [panel.id for panel in self._shown]
        self._tabs.setCurrentIndex(names.index(current) if current in names else 0)
        if self.isVisible():
            self._turn(self._tabs.currentIndex())

    @property
    def height_wanted(self) -> int:
        """px that its panels of this mode need at the bottom."""
        return max((panel.height for panel in self._shown), default=BOTTOM_HEIGHT)

    @property
    def width_wanted(self) -> int:
        """px that its panels of this mode need at a side."""
        return max((panel.width for panel in self._shown), default=304)

    @property
    def has_panels(self) -> bool:
        """Whether this mode has any panel at this side."""
        return bool(self._shown)

    @property
    def current(self) -> str | None:
        """Id of the panel in front."""
        widget = self._stack.currentWidget()
        return next((name for name, view in self._views.items() if view is widget), None)

    def holds(self, name: str) -> bool:
        """Whether a panel of this mode is at this side."""
        return any(panel.id == name for panel in self._shown)

    def front(self, name: str) -> QWidget:
        """Brings a panel to the front; gives its view."""
        number = next(n for n, panel in enumerate(self._shown) if panel.id == name)
        self._tabs.setCurrentIndex(number)
        self._turn(number)
        return self._views[name]

    def built(self, name: str) -> bool:
        """Whether a panel's view is there."""
        return name in self._views

    def view(self, name: str) -> QWidget:
        """A panel's view, built now if it was not yet."""
        if name not in self._views:
            panel = next(panel for panel in self.panels if panel.id == name)
            view = panel.build(self._services)
            self._views[name] = view
            self._stack.addWidget(view)
            if isinstance(view, Counted):
                view.count_changed.connect(lambda count, panel=panel: self._count(panel, count))
                self._count(panel, view.count)
        return self._views[name]

    def open_now(self) -> None:
        """The area is about to be seen: its panel in front is built, and all that put a number on their tab."""
        if self._shown:
            self._turn(max(0, self._tabs.currentIndex()))

    @contextmanager
    def held(self) -> Iterator[None]:
        """While areas come, go and get their sizes its panel keeps its own; then it is laid out once, not at each."""
        layout = self._stack.layout()
        if layout is None or not layout.isEnabled():
            yield
            return
        layout.setEnabled(False)
        try:
            yield
        finally:
            layout.setEnabled(True)
            layout.invalidate()
            layout.activate()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        """Esc, where nothing in the panel wants it, goes back to what the panel is about."""
        if event.key() == Qt.Key.Key_Escape and self._services.window is not None:
            self._services.window.regions.begin()
        else:
            super().keyPressEvent(event)

    def _turn(self, number: int) -> None:
        if 0 <= number < len(self._shown):
            self._stack.setCurrentWidget(self.view(self._shown[number].id))

    def _count(self, panel: Panel, count: int) -> None:
        if self._counts.get(panel.id, count) != count:
            announce(self, f"{panel.title}: {count or 'none'}")
        self._counts[panel.id] = count
        for number, shown in enumerate(self._shown):
            if shown is panel:
                self._show_count(number, panel)

    def counted(self, name: str) -> str:
        """The number on a panel's tab; empty if there is none."""
        number = next(n for n, panel in enumerate(self._shown) if panel.id == name)
        label = self._tabs.tabButton(number, QTabBar.ButtonPosition.RightSide)
        return label.text() if isinstance(label, PlainText) else ""

    def _show_count(self, number: int, panel: Panel) -> None:
        count = self._counts.get(panel.id, 0)
        label = PlainText(str(count), CAPTION, panel.count_role) if count else None
        before = self._tabs.tabButton(number, QTabBar.ButtonPosition.RightSide)
        self._tabs.setTabButton(number, QTabBar.ButtonPosition.RightSide, label)
        if before is not None:
            before.deleteLater()
        self._tabs.setAccessibleTabName(number, f"{panel.title}, {count}" if count else panel.title)

    def _hint(self) -> QSize:
        if self.objectName().startswith("area_bottom"):
            return QSize(400, BOTTOM_HEIGHT)
        return QSize(self.width_wanted, 400)


class _Body(QWidget):
    def __init__(self, hint: Callable[[], QSize], parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._hint = hint

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        return self._hint()

    def minimumSizeHint(self) -> QSize:  # noqa: N802  Qt's name
        return QSize(min(200, self._hint().width()), 90)
