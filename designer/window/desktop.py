"""``Desktop``: what all windows of the process share. It opens projects (on a worker thread) and makes for each one a
window with its own ``Services``.

Made once by ``designer.app``. Law: only plug-in folders that the user's settings trust are loaded, and opening a
project loads none.
"""

from __future__ import annotations

import importlib.metadata
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QApplication, QWidget

from designer.canvas.canvas import Canvas
from designer.document.checking import Checking
from designer.document.document import Document
from designer.document.facts import Facts
from designer.document.lookup import first_flow
from designer.document.selection import Selection
from designer.forms.trying import sample_choice
from designer.keeping.after_crash import left_anywhere, unsaved_project
from designer.keeping.beside import Asked, Beside
from designer.keeping.crash_journal import Found
from designer.keeping.examples import Example, as_copy
from designer.keeping.home import designer_home
from designer.keeping.keeper import Keeper
from designer.keeping.opening import Opened, open_place, projects_near
from designer.keeping.preferences import Preferences
from designer.keeping.trust import SettingsUnreadable, trusted_node_folders
from designer.keeping.work import Worker
from designer.patience import Patience
from designer.pieces import asked
from designer.services import Services
from designer.session.session import Session
from designer.theme.alive import alive
from designer.theme.dressing import Dressing
from designer.theme.passing_folder import sweep_passing
from designer.theme.theme import Theme
from designer.window import choosing
from designer.window.crash_talk import offer
from designer.window.findings_list import FindingsList
from designer.window.keeping_talk import UNTITLED, KeepingTalk
from designer.window.keys_overlay import KeysOverlay
from designer.window.main_window import MainWindow
from designer.window.notice import Notice
from designer.window.opening_talk import OpeningTalk
from designer.window.recent_projects import RecentProjects
from designer.window.warming import warm
from designer.window.welcome import Welcome
from nodes.pacing import paced
from nodes.registry import Registry, load
from runtime.model.flow import Flow
from runtime.model.project import Project, ProjectFile

Opening = Callable[["MainWindow | None", Opened], object]
"""told the window, or None where nothing could be opened"""
SLICE_S = 0.008
"""seconds of work on a window that is being made, in each turn of the loop"""


class Desktop(QObject):
    """What all windows share. ``services.extras["desktop"]``."""

    window_opened = Signal(object)

    def __init__(self, application: QApplication, *, registry: Registry | None = None) -> None:
        super().__init__(application)
        self.application = application
        self.version = baton_version()
        self.worker = Worker(self)
        self.beside = Beside(self)
        """for folders that may not answer"""
        self.preferences = Preferences(write=self.worker.do)
        self.fault: str | None = None
        """why the user's settings could not be read"""
        self.registry = registry if registry is not None else self._load_registry()
        self.facts = Facts(self.registry)
        self.theme = Theme(self.preferences.get("theme", "system"), self)
        self.theme.stronger_outlines = self.preferences.get("stronger_outlines", None)
        self.theme.reduce_motion = self.preferences.get("reduce_motion", False)
        self.windows: list[MainWindow] = []
        self.welcome: Welcome | None = None
        self._coming: dict[Path, list[Opening]] = {}
        """projects whose windows are being made, and who else asked for them meanwhile"""
        self._sessions: set[Session] = set()
        """of windows that were closed, whose runtime has not ended yet"""
        self._warming: Worker | None = None
        self._warm_now = False
        """everything is loaded that panels and pages need"""
        self._patience = Patience()
        self.dressing = Dressing(application, designer_home() / "icons")
        self.worker.do(sweep_passing)
        self.theme.changed.connect(self.restyle)
        self.restyle()

    def restyle(self) -> None:
        """Everything in the colours of the theme."""
        self.dressing.dress(self.theme.palette)

    # --- opening ---

    def open(self, place: Path, then: Opening = lambda _window, _opened: None) -> Asked:
        """Opens a folder or package: read beside all windows, then shown, a part in each turn of the loop. A project
        that is open already, whatever way leads to it, comes to the front.
        """

        def show(opened: Opened) -> None:
            already = self._window_of(opened.real)
            if already is not None:
                come_to_front(already)
                then(already, opened)
            elif opened.project is None:
                then(None, opened)
            elif opened.real is not None and opened.real in self._coming:
                self._coming[opened.real].append(then)
            else:
                if opened.real is not None:
                    self._coming[opened.real] = []
                go_on(opened, self._making(opened))

        def go_on(opened: Opened, making: Iterator[MainWindow | None]) -> None:
            window = next(making)
            if window is None:
                QTimer.singleShot(0, self, lambda: go_on(opened, making))
                return
            then(window, opened)
            for other in [] if opened.real is None else self._coming.pop(opened.real):
                other(window, opened)

        return self.beside.ask(lambda: open_place(place), show)

    def open_from(self, place: Path, asker: QWidget | None = None) -> None:
        """Opens what somebody chose in a window."""
        talk = OpeningTalk(self, place, asker)

        def done(window: MainWindow | None, opened: Opened) -> None:
            talk.over()
            if window is None:
                self.preferences.forget(place)
                self.beside.ask(lambda: projects_near(place), lambda near: self._not_opened(place, opened, near, asker))

        talk.watch(self.open(place, done))

    def _window_of(self, real: Path | None) -> MainWindow | None:
        found = (window for window in self.windows if window.services.extras["keeper"].real == real)
        return None if real is None else next(found, None)

    def _not_opened(self, place: Path, opened: Opened, near: tuple[Path, ...], asker: QWidget | None) -> None:
        """Says why; a project just above or below is what was meant more often than not."""
        go = None
        if len(near) == 1:
            go = (f"Open “{near[0].name}”", lambda: self.open_from(near[0], asker))
        asker = asker if asker is not None and alive(asker) else None
        asked(FindingsList(asker, "This can't be opened", str(place), opened.findings, go))
        if not self.windows and self.welcome is None:
            self.show_welcome()

    def show_project(self, opened: Opened) -> MainWindow:
        """A window for what was opened, at once."""
        return next(window for window in self._making(opened) if window is not None)

    def _making(self, opened: Opened) -> Iterator[MainWindow | None]:
        """Makes a window part by part, none of which takes long for a thousand steps; gives it once it is shown."""
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
        services.extras["session"] = Session(document, self.registry, designer_home())
        keeper = Keeper(document, opened)
        services.extras["keeper"] = keeper
        canvas = Canvas(services)
        yield None
        window = MainWindow(services, canvas)
        yield None
        window.keeping = KeepingTalk(services, keeper)
        window.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        window.closing.connect(lambda: self._closed(window))
        self.windows.append(window)
        if opened.folder is not None:
            self.preferences.opened(opened.folder, opened.project.file.name)
        shown = opened.project.flows.get(first_flow(opened.project) or "")
        if shown is not None:
            yield from _now_and_then(canvas.stage.preparing(shown))
        selection.show_flow(first_flow(opened.project))
        yield None
        window.show()
        window.keeping.tell_unread()
        keeper.look_for_kept()
        if self._warming is None:
            self._warming = warming = Worker(self)
            QTimer.singleShot(0, lambda: warming.do(self._warm, lambda _done: self._warmed()))  # once it is painted
        elif self._warm_now:
            window.ahead.begin()
        if self.welcome is not None:
            self.welcome.close()
        self.window_opened.emit(window)
        yield window

    def new(self, _asker: QWidget | None = None) -> MainWindow:
        """A project that stands nowhere yet, with one empty flow."""
        flow = Flow(format_version=1, id="new_flow", title="New flow")
        file = ProjectFile(format_version=1, id=UNTITLED, name="New project", version="0.1.0")
        return self.show_project(Opened(Path(), Project(file=file, flows={flow.id: flow})))

    def try_example(self, example: Example) -> MainWindow:
        """An example as a copy that may be broken."""
        window = self.show_project(as_copy(example))
        text = "This is an example. Change or break anything: it is a copy that is kept only if you save it."
        ways = [("Make it yours", lambda: window.run("file.save"))]
        window.notice(Notice(self.theme, "example", text, ways, closable=True))
        if example.sample is not None:
            sample_choice(window.services).choose(example.flow.id, example.sample)
        window.top_bar.invite_run()
        return window

    def open_kept(self, found: Found) -> bool:
        """A project that stands nowhere else, as a crash left it; whether it can be read."""
        project = unsaved_project(found)
        if project is not None:
            self.show_project(Opened(Path(), project)).services.extras["keeper"].adopt(found)
        return project is not None

    # --- what the File menu asks for ---

    def ask_folder(self, asker: QWidget | None = None) -> None:
        """Which project to open."""
        folder = choosing.choose_folder(asker, "Open a project's folder")
        if folder is not None:
            self.open_from(folder, asker)

    def ask_package(self, asker: QWidget | None = None) -> None:
        """Which package to open."""
        file = choosing.choose_file(asker, "Open a package")
        if file is not None:
            self.open_from(file, asker)

    def ask_recent(self, asker: QWidget | None = None) -> None:
        """Which of the recent projects to open."""
        place = RecentProjects.ask(asker, self.preferences, self.theme)
        if place is not None:
            self.open_from(place, asker)

    def show_welcome(self, _asker: QWidget | None = None) -> Welcome:
        """The first window."""
        if self.welcome is None:
            self.welcome = Welcome(self)
            self.welcome.destroyed.connect(self._welcome_left)
            if self.fault is not None:
                self.welcome.notice(Notice(self.theme, "settings", self.fault, [], warning=True, closable=True))
            self._offer_kept()
        self.welcome.show()
        self.welcome.raise_()
        return self.welcome

    def show_keys(self, asker: QWidget) -> None:
        """All keys."""
        KeysOverlay(asker, self.theme).show()

    def quit(self, _asker: QWidget | None = None) -> None:
        """Closes every window; one that may not close stays."""
        for window in [*self.windows]:
            if not window.close():
                return
        if self.welcome is not None:
            self.welcome.close()

    def close(self) -> None:
        """The process is about to end."""
        self.beside.leave()
        self.worker.finish()
        for session in [*self._sessions]:
            session.close()
        self._patience.end()
        if self._warming is not None:
            self._warming.finish()
        self.dressing.close()

    # --- inside ---

    def _warmed(self) -> None:
        self._warm_now = True
        for window in self.windows:
            window.ahead.begin()

    def _warm(self) -> None:
        with paced(self._patience.rest):
            warm()

    def _offer_kept(self) -> None:
        def tell(found: list[Found]) -> None:
            for one in found:
                if self.welcome is not None:
                    offer(self, self.welcome, one)

        self.beside.ask(lambda: left_anywhere(designer_home()), tell)

    def _welcome_left(self) -> None:
        self.welcome = None

    def _closed(self, window: MainWindow) -> None:
        services = window.services
        window.work.finish()
        services.checking.close()
        sample_choice(services).rehearsed.close()
        session = services.extras["session"]
        self._sessions.add(session)
        session.runtime.finished.connect(lambda: self._session_ended(session))
        # They outlive the window by a moment; nobody must hear of them any more. Then they go by hand: what is
        # connected to them holds them, and Python's look for garbage does not see that.
        held = (services.document, services.selection, services.checking, services.extras["keeper"])
        for silent in (*held, services.document.history):
            silent.blockSignals(True)
        window.destroyed.connect(lambda: [one.deleteLater() for one in (*held, sample_choice(services))])
        session.finish()
        self.windows.remove(window)

    def _session_ended(self, session: Session) -> None:
        self._sessions.discard(session)
        session.deleteLater()

    def _load_registry(self) -> Registry:
        try:
            folders = trusted_node_folders()
        except SettingsUnreadable as fault:
            self.fault = str(fault)
            folders = ()
        return load(plugin_folders=folders)


def come_to_front(window: MainWindow) -> None:
    """It is what somebody looks at now."""
    window.raise_()
    window.activateWindow()


def _now_and_then(work: Iterator[None]) -> Iterator[None]:
    """The work in pieces, between which a frame has room."""
    until = time.perf_counter() + SLICE_S
    for _ in work:
        if time.perf_counter() > until:
            yield None
            until = time.perf_counter() + SLICE_S


def baton_version() -> str:
    """The installed version; of a checkout that is not installed none is known."""
    try:
        return importlib.metadata.version("baton-flow")
    except importlib.metadata.PackageNotFoundError:
        return "unknown"
