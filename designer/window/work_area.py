"""The middle of the window: notices, tabs of what is open, and the canvas, or an editor in its place.

A tab is a flow or an editor's page. Law: tabs are a view of ``selection.flow`` and of what was opened; a flow that
is gone from the project loses its tab.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QStackedWidget, QTabBar, QVBoxLayout, QWidget

from designer.canvas.canvas import Canvas
from designer.document.names import title_of
from designer.pieces import plain_tooltip
from designer.pieces.tab_order import first_seen
from designer.services import Services
from designer.window.flow_start import FlowStart

LONGEST_TAB = 40
"""characters of a tab's name; the whole stands in its tooltip"""


@dataclass(frozen=True, slots=True)
class Page:
    """What a tab shows: ``editor`` is None for a flow, whose id is then ``key``."""

    key: str
    editor: str | None = None


class WorkArea(QWidget):
    """``canvas`` stands for every flow; editors are made by ``build`` when they are first opened."""

    turned = Signal()
    """another page is shown"""

    def __init__(
        self,
        services: Services,
        canvas: Canvas,
        build: Callable[[str, str], QWidget | None],
        title: Callable[[str, str], str],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._services, self._build, self._title = services, build, title
        self.canvas = canvas
        self._editors: dict[Page, QWidget] = {}
        self._pages: list[Page] = []
        self._current: Page | None = None
        self._tabs = QTabBar(self)
        self._tabs.setDrawBase(False)
        self._tabs.setExpanding(False)
        self._tabs.setTabsClosable(True)
        self._tabs.setMovable(False)
        self._tabs.currentChanged.connect(self._clicked)
        self._tabs.tabCloseRequested.connect(self._close)
        self._strip = QFrame(self)
        self._strip.setProperty("role", "tabs")
        strip = QHBoxLayout(self._strip)
        strip.setContentsMargins(6, 0, 6, 0)
        strip.addWidget(self._tabs, 1)
        self.notices = QVBoxLayout()
        self.notices.setSpacing(0)
        self.beside = QHBoxLayout()
        self.beside.setSpacing(0)
        self.stack = QStackedWidget(self)
        self.start = FlowStart(services, self)
        self.stack.addWidget(canvas)
        self.stack.addWidget(self.start)
        self.beside.addWidget(self.stack, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self.notices)
        column.addWidget(self._strip)
        column.addLayout(self.beside, 1)
        services.selection.flow_changed.connect(self._show_flow)
        services.selection.changed.connect(self._show_selected)
        services.selection.field_wanted.connect(lambda flow, _node, _field: self.show_flow(flow))
        services.document.changed.connect(lambda _change: self._follow())
        canvas.quick_add_wanted.connect(self._show_canvas_itself)
        canvas.quick_add_closed.connect(self._show_start_again)
        self._strip.hide()
        self._show_flow(services.selection.flow)

    @property
    def page(self) -> Page | None:
        """What is shown."""
        return self._current

    @property
    def editor(self) -> QWidget | None:
        """The editor's page that stands in place of the flow; None where the flow is seen."""
        return self._editors.get(self._current) if self._current is not None else None

    @property
    def pages(self) -> tuple[Page, ...]:
        """What is open, in the order of the tabs."""
        return tuple(self._pages)

    def open_editor(self, name: str, key: str = "") -> QWidget | None:
        """Shows an editor's page; None if there is no such editor or nothing to edit under this key."""
        page = Page(key, name)
        if page not in self._editors:
            made = self._build(name, key)
            if made is None:
                return None
            self._editors[page] = made
            self.stack.addWidget(made)
        self._turn(page)
        return self._editors[page]

    def close_page(self) -> None:
        """Closes the page that is shown; the last flow stays."""
        if self._current is not None:
            self._close(self._pages.index(self._current))

    def finish(self) -> None:
        """The window closes: no page works on for nobody."""
        for widget in self._editors.values():
            _end(widget)

    def turn(self, step: int) -> None:
        """The next tab, or the one before."""
        if self._pages and self._current is not None:
            self._turn(self._pages[(self._pages.index(self._current) + step) % len(self._pages)])

    def show_flow(self, flow: str) -> None:
        """Shows a flow's tab, also where an editor stands in front of the same flow."""
        if flow in self._services.document.project.flows:
            self._turn(Page(flow))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        """Esc, where nothing on a page wants it, goes back to the flow."""
        flow, page, focus = self._services.selection.flow, self.editor, QApplication.focusWidget()
        typed = focus is not None and page is not None and (page is focus or page.isAncestorOf(focus))
        if event.key() == Qt.Key.Key_Escape and typed and flow is not None:
            self.show_flow(flow)
            first_seen(self.stack.currentWidget()).setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            super().keyPressEvent(event)

    def _show_selected(self) -> None:
        """Whoever selects a step wants to see it."""
        flow = self._services.selection.flow
        if self._current is not None and self._current.editor is not None and self._services.selection.nodes:
            self.show_flow(flow or "")

    def _show_flow(self, flow: Any) -> None:
        if flow is None:
            self._current = None
            self._show_canvas()
            self.turned.emit()
            return
        self._turn(Page(flow))

    def _turn(self, page: Page) -> None:
        if page not in self._pages:
            self._pages.append(page)
        self._current = page
        if page.editor is None:
            self._services.selection.show_flow(page.key)
            self._show_canvas()
        else:
            focus, editor = QApplication.focusWidget(), self._editors[page]
            here = focus is None or self.stack.isAncestorOf(focus)
            fresh = editor.focusWidget() is None
            self.stack.setCurrentWidget(editor)
            focus = QApplication.focusWidget()
            if here and (fresh or focus is None or not editor.isAncestorOf(focus)):
                first_seen(editor).setFocus(Qt.FocusReason.OtherFocusReason)
        self._draw_tabs()
        self.turned.emit()

    def draw(self) -> None:
        """The canvas shows another value of the flow: a run's own is drawn although none is left of today's."""
        if self.editor is None:
            self._show_canvas()

    def _show_canvas(self) -> None:
        flow, fixed = self._services.flow, self.canvas.stage.fixed is not None
        nothing = not fixed and (flow is None or not flow.nodes)
        self.stack.setCurrentWidget(self.start if nothing else self.canvas)

    def _show_canvas_itself(self) -> None:
        """A step is asked for: also where the flow has none yet, the list of them opens on the canvas."""
        if self._current is not None and self._current.editor is None:
            self.stack.setCurrentWidget(self.canvas)

    def _show_start_again(self) -> None:
        if self._current is not None and self._current.editor is None:
            self._show_canvas()
            if self.start.isVisible():
                first_seen(self.start).setFocus(Qt.FocusReason.OtherFocusReason)

    def _follow(self) -> None:
        flows = self._services.document.project.flows
        self._pages = [page for page in self._pages if page.editor is not None or page.key in flows]
        if self._services.selection.flow not in flows:
            self._services.selection.show_flow(next(iter(sorted(flows)), None))
        elif self._current is not None and self._current.editor is None:
            self._show_canvas()
        self._draw_tabs()

    def _draw_tabs(self) -> None:
        self._tabs.blockSignals(True)
        while self._tabs.count() > len(self._pages):
            self._tabs.removeTab(self._tabs.count() - 1)
        while self._tabs.count() < len(self._pages):
            self._tabs.addTab("")
        for number, page in enumerate(self._pages):
            name = self._named(page)
            words = name if len(name) <= LONGEST_TAB else name[: LONGEST_TAB - 1] + "…"
            self._tabs.setTabText(number, words.replace("&", "&&"))
            self._tabs.setTabToolTip(number, plain_tooltip(name))
            for side in (QTabBar.ButtonPosition.LeftSide, QTabBar.ButtonPosition.RightSide):
                close = self._tabs.tabButton(number, side)
                if close is not None:
                    close.setAccessibleName(f"Close {name}")
        if self._current in self._pages:
            self._tabs.setCurrentIndex(self._pages.index(self._current))
        self._tabs.blockSignals(False)
        self._strip.setVisible(len(self._pages) > 1)

    def _named(self, page: Page) -> str:
        if page.editor is not None:
            return self._title(page.editor, page.key)
        flow = self._services.document.project.flows.get(page.key)
        return title_of(flow) if flow is not None else page.key

    def _clicked(self, number: int) -> None:
        if 0 <= number < len(self._pages) and self._pages[number] != self._current:
            self._turn(self._pages[number])

    def _close(self, number: int) -> None:
        if len(self._pages) < 2:
            return
        page = self._pages.pop(number)
        if page in self._editors:
            widget = self._editors.pop(page)
            _end(widget)
            self.stack.removeWidget(widget)
            widget.deleteLater()
        if page == self._current:
            self._current = None
            self._turn(self._pages[max(0, number - 1)])
        else:
            self._draw_tabs()


def _end(page: QWidget) -> None:
    """What a page does beside the window comes to its end."""
    close = getattr(page, "close_editor", None)
    if close is not None:
        close()
