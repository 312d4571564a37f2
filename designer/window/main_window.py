"""``MainWindow``: one project's window. It puts the parts together and shows modes, panels and editors.

Made by ``Desktop``; everything in it goes through ``Services``. Law: it holds no truth of its own; what is shown
follows document, selection and mode.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import (
    QApplication,
    QMainWindow,
    QMenu,
    QMenuBar,
    QToolBar,
    QVBoxLayout,
    QWidget,
)

from designer.canvas.canvas import Canvas
from designer.document.lookup import Hit, uses_of_step
from designer.document.names import harmless, title_of
from designer.panels import Mode, found_panels
from designer.pieces import asked
from designer.pieces.announce import announce
from designer.pieces.emptying import widgets_in
from designer.pieces.tab_order import follow_sight_around
from designer.services import Services
from designer.window.action_book import MENUS, ActionBook
from designer.window.ahead import Ahead
from designer.window.alt_key import AltKey
from designer.window.asking import Choice, ask
from designer.window.dropping import take_place
from designer.window.editor_pages import build_editor, editor_title
from designer.window.find import Find
from designer.window.first_look import first_look
from designer.window.keeping_talk import KeepingTalk
from designer.window.keys_overlay import KeysOverlay
from designer.window.losing import do_with_losses
from designer.window.modes import Modes
from designer.window.notice import Notice
from designer.window.panel_area import PanelArea
from designer.window.past_runs import PastRuns, sure_to_clear
from designer.window.rail import Rail
from designer.window.regions import Regions
from designer.window.run_view import RunView
from designer.window.status_line import StatusBar, StatusLine
from designer.window.step_list import StepList
from designer.window.top_bar import TopBar
from designer.window.work_area import WorkArea

SIZE = (1400, 900)
AHEAD_MS = 800
"""after the window is made: what a first click needs is made then"""


class MainWindow(QMainWindow):
    """What others call: ``canvas``, ``show_mode``, ``open_editor``, ``show_panel``, ``run``, ``say``, ``ask``,
    ``notice``.
    """

    mode_changed = Signal(str)
    closing = Signal()
    """it is about to close, and nothing speaks against it any more"""

    def __init__(self, services: Services, canvas: Canvas) -> None:
        super().__init__()
        self.services = services
        services.window = self
        self.canvas = canvas
        self.keeping: KeepingTalk | None = None
        """set by ``Desktop``; without it nothing is saved and nothing asked"""
        self._mode: Mode = "design"
        self.resize(*SIZE)
        self.setMinimumSize(900, 560)
        self.setDockNestingEnabled(True)
        self.setAcceptDrops(True)
        self._alt = AltKey(self.toggle_menu_bar, self)
        self.book = ActionBook(services, self)
        self.top_bar = TopBar(services, self.book)
        self.menu_bar = QMenuBar()
        self.menu_bar.hide()
        head = QWidget(self)
        column = QVBoxLayout(head)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.menu_bar)
        column.addWidget(self.top_bar)
        self.setMenuWidget(head)
        self._fill_menus()
        self.rail = Rail(services)
        self._rail_bar = QToolBar("Steps", self)
        self._rail_bar.setObjectName("rail")
        self._rail_bar.setMovable(False)
        self._rail_bar.setFloatable(False)
        self._rail_bar.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self._close_up_rail()
        services.theme.changed.connect(self._close_up_rail)  # another style sheet gives the bar its own margins again
        self._rail_bar.addWidget(self.rail)
        self.addToolBar(Qt.ToolBarArea.LeftToolBarArea, self._rail_bar)
        self.work = WorkArea(
            services,
            canvas,
            lambda name, key: build_editor(services, name, key),
            lambda name, key: editor_title(services, name, key),
            self,
        )
        self.setCentralWidget(self.work)
        self.step_list = StepList(services, self.work)
        self.areas = self._make_areas()
        self.ahead = Ahead(self.areas.values(), self)
        self.regions = Regions(self)
        self.status = StatusLine(services)
        self._settling = QTimer(self, singleShot=True, interval=0)  # its own: it goes with the window, due or not
        self._settling.timeout.connect(self._settle)
        self.setStatusBar(StatusBar(self.status))
        self.modes = Modes(self)
        session = services.extras.get("session")
        self.run_view = RunView(self, session) if session is not None else None
        self._connect()
        self.book.attach_to_canvas(canvas)
        self.show_mode("design")
        QTimer.singleShot(AHEAD_MS, self, lambda: self.panel("form"))  # the first click on a step does not wait for it

    # --- what others call ---

    @property
    def mode(self) -> Mode:
        """Which mode is shown."""
        return self._mode

    def show_mode(self, mode: Mode) -> None:
        """Design, Test or Replay: other panels, the same flow."""
        self.modes.leave()
        self._mode = mode
        self.top_bar.show_mode(mode)
        self._rail_bar.setVisible(mode == "design")
        self.step_list.close_list()
        self.modes.enter()
        self.mode_changed.emit(mode)
        if self.run_view is not None:
            self.run_view.refresh()
        self.book.refresh_soon()

    def open_editor(self, name: str, key: str = "") -> QWidget | None:
        """Shows an editor's page in place of the canvas: ``open_editor("connections")``, ``("form",
        "refund_form")``.
        """
        return self.work.open_editor(name, key)

    def show_flow(self, flow: str) -> None:
        """Shows a flow's tab."""
        self.work.show_flow(flow)

    def show_panel(self, name: str) -> QWidget | None:
        """Opens the panel's side and brings it to the front; None if this mode has no such panel."""
        for area in self.areas.values():
            if area.holds(name):
                self.modes.open_area(area)
                return area.front(name)
        return None

    def panel(self, name: str) -> QWidget | None:
        """The view of a panel of this mode, built now if need be, wherever it stands and whether or not it is seen."""
        return next((area.view(name) for area in self.areas.values() if area.holds(name)), None)

    def toggle_area(self, name: str) -> None:
        """Opens or closes a side: ``bottom``, ``right``, ``left``."""
        self.modes.toggle(name)

    def run(self, action: str) -> None:
        """Does an action by its id, as its menu entry does."""
        self.book.run(action)

    def say(self, text: str) -> None:
        """One sentence in the status line."""
        self.status.say(text)

    def ask(self, title: str, text: str, *choices: Choice) -> str | None:
        """A question with buttons; the id of the chosen one, None if it was closed."""
        return ask(self, title, text, choices)

    def confirm(self, title: str, text: str, yes: str) -> bool:
        """Whether the person wants it, by a button that says so; Enter and Esc are the way that changes nothing."""
        return ask(self, title, text, (Choice("no", "Cancel", main=True), Choice("yes", yes))) == "yes"

    def do_with_losses(self, title: str, lost: Sequence[str], do: Callable[[], bool]) -> bool:
        """Performs ``do`` once the person has agreed to what is lost by it; offers Undo afterwards."""
        return do_with_losses(self.services, title, lost, do)

    def notice(self, notice: Notice) -> Notice:
        """Shows a quiet bar above the canvas; it stays until it is answered."""
        for shown in list(widgets_in(self.work.notices)):
            if isinstance(shown, Notice) and shown.name == notice.name:
                shown.leave()
        self.work.notices.addWidget(notice)
        notice.keyboard_left.connect(self.regions.come_back)
        announce(notice, notice.text.text())
        return notice

    def find_anything(self, *, in_flow: bool = False) -> Find:
        """Anything by name; or in the flow that is shown."""
        self.book.refresh()
        found = Find(self.services, self.book, in_flow=in_flow)
        found.show()
        return found

    def show_hits(self, title: str, hits: Sequence[Hit]) -> Find:
        """A list of places to go to."""
        found = Find(self.services, self.book, only=hits, title=title)
        found.show()
        return found

    def where_used(self) -> None:
        """Who reads the selected step's result, and what leads to it."""
        flow, node = self.services.flow, self.services.selection.node
        if flow is not None and node is not None:
            step = flow.node(node)
            self.show_hits(
                f"Where “{title_of(step) if step else node}” is used", uses_of_step(flow, node, self.services.facts)
            )

    def past_runs(self) -> None:
        """Runs of this project that were made earlier, to look at one again."""
        if asked(PastRuns(self.services.extras["session"], self)):
            self.show_mode("replay")

    def clear_runs(self) -> None:
        """Asks, and removes all of them."""
        if sure_to_clear(self):
            self.services.extras["session"].clear_runs()

    def show_keys(self) -> KeysOverlay:
        """All keys."""
        overlay = KeysOverlay(self, self.services.theme)
        overlay.show()
        return overlay

    def show_about(self) -> None:
        """What this is."""
        desktop = self.services.extras["desktop"]
        text = (
            f"Version {desktop.version}\n\n"
            "Draw outcome flows, run them durably against real systems, and see the trace of everything that happened. "
            "Works offline, without an account.\n\n"
            "Icons by Lucide (ISC), type by Inter and JetBrains Mono (OFL 1.1)."
        )
        self.ask("Baton", text, Choice("ok", "Close", main=True))

    def walk_problems(self, step: int) -> None:
        """The next problem, or the one before, at its place."""
        self.show_mode("design")
        panel: Any = self.show_panel("problems")
        if panel is not None:
            panel.walk(step)

    def toggle_menu_bar(self) -> None:
        """Alt shows the menus and hides them."""
        self.menu_bar.setVisible(not self.menu_bar.isVisible())

    # --- Qt ---

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802  Qt's name
        if self.keeping is not None and not self.keeping.may_close():
            event.ignore()
            return
        self.modes.leave()
        self.closing.emit()
        super().closeEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802  Qt's name
        take_place(event)

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802  Qt's name
        place = take_place(event)
        if place is not None:  # not inside the drop: whoever drags would wait for what we have to say
            QTimer.singleShot(0, self, lambda: self.services.extras["desktop"].open_from(place, self))

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802  Qt's name
        super().showEvent(event)
        self.regions.begin()
        self._settling.start()

    def focusNextPrevChild(self, onward: bool) -> bool:  # noqa: N802  Qt's name
        """Tab goes through a form or a page as it is seen, whenever its rows were made."""
        follow_sight_around(QApplication.focusWidget())
        return super().focusNextPrevChild(onward)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        if event.key() == Qt.Key.Key_Alt and not event.isAutoRepeat():
            self._alt.pressed()
        super().keyPressEvent(event)

    # --- inside ---

    def _settle(self) -> None:
        self.modes.settle()
        if not self._fitted:  # only now the canvas knows how large it is
            self._fitted = True
            first_look(self.canvas, self.services)

    _fitted = False

    def _close_up_rail(self) -> None:
        layout = self._rail_bar.layout()
        if layout is not None:
            layout.setContentsMargins(0, 0, 0, 0)

    def _fill_menus(self) -> None:
        whole = QMenu(self)
        for name, title in MENUS.items():
            whole.addMenu(self.book.fill(QMenu(title, whole), name))
            self.menu_bar.addMenu(self.book.fill(QMenu(title, self.menu_bar), name))
        self.top_bar.logo.setMenu(whole)
        self.top_bar.flow_menu.aboutToShow.connect(self._fill_flow_menu)

    def _fill_flow_menu(self) -> None:
        menu = self.top_bar.flow_menu
        menu.clear()
        self.book.draw_icons("flow")
        shown = self.services.selection.flow
        for flow in self.services.document.project.flows.values():
            entry = menu.addAction(title_of(flow).replace("&", "&&"))
            entry.setCheckable(True)
            entry.setChecked(flow.id == shown)
            entry.triggered.connect(lambda _checked=False, key=flow.id: self.show_flow(key))
        menu.addSeparator()
        for name in ("flow.settings", "flow.add", "flow.connections", "flow.samples"):
            menu.addAction(self.book.action(name))

    def _make_areas(self) -> dict[str, PanelArea]:
        sides = {
            "left": Qt.DockWidgetArea.LeftDockWidgetArea,
            "right": Qt.DockWidgetArea.RightDockWidgetArea,
            "bottom": Qt.DockWidgetArea.BottomDockWidgetArea,
        }
        self.setCorner(Qt.Corner.BottomRightCorner, Qt.DockWidgetArea.RightDockWidgetArea)
        self.setCorner(Qt.Corner.BottomLeftCorner, Qt.DockWidgetArea.LeftDockWidgetArea)
        found = found_panels()
        areas: dict[str, PanelArea] = {}
        for name, side in sides.items():
            beside = [panel for panel in found if panel.area == name and panel.beside]
            areas[name] = PanelArea(name, [p for p in found if p.area == name and not p.beside], self.services, self)
            self.addDockWidget(side, areas[name])
            if beside:
                areas[f"{name}_right"] = PanelArea(f"{name}_right", beside, self.services, self)
                self.addDockWidget(side, areas[f"{name}_right"])
                self.splitDockWidget(areas[name], areas[f"{name}_right"], Qt.Orientation.Horizontal)
        for area in areas.values():
            area.hide()
            area.closed.connect(lambda area=area: self.modes.close_area(area))
        return areas

    def _connect(self) -> None:
        services = self.services
        self.top_bar.mode_wanted.connect(lambda mode: self.show_mode(mode))  # noqa: PLW0108  Qt knows no Literal
        self.rail.wanted.connect(self.step_list.toggle)
        self.rail.note_wanted.connect(lambda: self.run("flow.note"))
        self.step_list.shown.connect(self.rail.show_open)
        self.work.turned.connect(self._title)
        self.work.turned.connect(self.book.refresh_soon)
        self.work.turned.connect(lambda: self.status.show_page(self.work.stack.currentWidget()))
        services.document.changed.connect(lambda _change: self._title())
        services.document.folder_changed.connect(lambda _folder: self._title())
        services.document.changed.connect(self._follow_undo)
        self._title()

    def _follow_undo(self, change: object) -> None:
        flow, undone = getattr(change, "flow", None), getattr(change, "undone", False)
        if undone and flow is not None and flow in self.services.document.project.flows:
            self.services.selection.show_flow(flow)

    def _title(self) -> None:
        flow = self.services.flow
        project = self.services.document.project.file
        of_project = harmless(project.name.strip() or project.id)
        title = title_of(flow) if flow is not None else of_project
        page = self.work.page
        if page is not None and page.editor is not None:
            title = editor_title(self.services, page.editor, page.key)
        self.top_bar.show_flow(title)
        self.setWindowTitle(f"{title[:80]} · {of_project[:80]} · Baton")
