"""``Modes``: which sides are open in Design, Test and Replay, and how large they are; remembered for each mode.

Laws: a panel that a person closed stays closed until a person opens it; only the first problem opens the bottom by
itself. Replay has no pages but flows.
"""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QObject, Qt, QTimer

from designer.window.panel_area import PanelArea

if TYPE_CHECKING:
    from designer.window.main_window import MainWindow

AT_FIRST: dict[str, frozenset[str]] = {
    "design": frozenset({"right"}),
    "test": frozenset({"right", "bottom", "bottom_right"}),
    "replay": frozenset({"right", "bottom", "bottom_right"}),
}

UNFINISHED = frozenset({"START_MISSING", "END_MISSING", "PORT_UNCONNECTED", "NODE_UNREACHABLE"})
"""what is said of any flow that is being drawn: no reason to open the list while somebody draws"""


class Modes(QObject):
    """One for the window. ``preferences`` in the services' extras, if there are any, keep it between starts."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._preferences = window.services.extras.get("preferences")
        said = self._preferences.get("areas", {}) if self._preferences is not None else {}
        self._open: dict[str, set[str]] = {
            mode: set(said[mode]) if isinstance(said.get(mode), list) else set(first)
            for mode, first in AT_FIRST.items()
        }
        self._sizes: dict[str, dict[str, int]] = dict(self._preferences.get("sizes", {})) if self._preferences else {}
        if self._preferences is not None:
            window.restoreGeometry(QByteArray.fromBase64(self._preferences.get("window", "").encode("ascii", "ignore")))
        self._problem_seen = False
        self._settled = False
        window.services.selection.changed.connect(self._fit)
        window.services.checking.changed.connect(self._first_problem)
        window.work.turned.connect(self._fit)
        window.work.turned.connect(self._leave_replay)

    def is_open(self, name: str) -> bool:
        """Whether a side is meant to be open in this mode."""
        return name in self._open[self._window.mode]

    def open_area(self, area: PanelArea) -> None:
        """Open a side and leave it open."""
        name = self._name(area)
        self._open[self._window.mode].add(name)
        if name == "bottom":
            self._open[self._window.mode].add("bottom_right")
        self._fit()

    def close_area(self, area: PanelArea) -> None:
        """Close a side and leave it closed."""
        name = self._name(area)
        self._open[self._window.mode].discard(name)
        if name == "bottom":
            self._open[self._window.mode].discard("bottom_right")
        self._fit()

    def toggle(self, name: str) -> None:
        """Open it, or close it."""
        area = self._window.areas[name]
        if self.is_open(name):
            self.close_area(area)
        else:
            self.open_area(area)

    def leave(self) -> None:
        """Remember how this mode stands."""
        if self._settled:
            self._sizes[self._window.mode] = {
                name: area.height() if name.startswith("bottom") else area.width()
                for name, area in self._window.areas.items()
                if area.isVisible()
            } | {
                n: s for n, s in self._sizes.get(self._window.mode, {}).items() if not self._window.areas[n].isVisible()
            }
        if self._preferences is not None:
            if self._settled:
                self._preferences.set("window", bytes(self._window.saveGeometry().toBase64().data()).decode("ascii"))
            self._preferences.set("areas", {mode: sorted(names) for mode, names in self._open.items()})
            self._preferences.set("sizes", self._sizes)

    def enter(self) -> None:
        """Stand as this mode was left. A chosen step that was seen is still seen beside the panels of this mode."""
        window, node = self._window, self._window.services.selection.node
        if window.mode == "replay" and self._on_page and window.services.selection.flow is not None:
            window.show_flow(window.services.selection.flow)
        if node is not None and window.isVisible() and window.canvas.sees(node):
            QTimer.singleShot(0, window, self._reveal_chosen)
        with self._held():
            for area in self._window.areas.values():
                area.show_mode(self._window.mode)
            self._fit()
            self.settle()
            if (whole := self._window.layout()) is not None:
                whole.activate()

    @property
    def _on_page(self) -> bool:
        page = self._window.work.page
        return page is not None and page.editor is not None

    def _leave_replay(self) -> None:
        """Replay shows what ran, and nothing can be changed in it: a page is of the project as it is now."""
        if self._window.mode == "replay" and self._on_page:
            self._window.show_mode("design")

    def _reveal_chosen(self) -> None:
        """What is chosen by now: Replay chooses the step that it opens at."""
        node = self._window.services.selection.node
        if node is not None:
            self._window.canvas.reveal(node)

    def settle(self) -> None:
        """Give the sides their sizes, once the window has its own."""
        if not self._window.isVisible():
            return
        self._settled = True
        sizes = self._sizes.get(self._window.mode, {})
        for name, area in self._window.areas.items():
            if not area.isVisible():
                continue
            if name.startswith("bottom"):
                self._window.resizeDocks([area], [sizes.get(name, area.height_wanted)], Qt.Orientation.Vertical)
            else:
                wide = sizes.get(name, area.width_wanted)
                self._window.resizeDocks([area], [wide], Qt.Orientation.Horizontal)
        if "bottom_right" in self._window.areas and self._window.areas["bottom_right"].isVisible():
            left, right = self._window.areas["bottom"], self._window.areas["bottom_right"]
            self._window.resizeDocks([left, right], [600, 400], Qt.Orientation.Horizontal)

    def _fit(self) -> None:
        appeared = False
        with self._held():
            for name, area in self._window.areas.items():
                wanted = self.is_open(name) and area.has_panels and self._has_something(name)
                if wanted and not area.isVisible():
                    area.open_now()
                    appeared = True
                area.setVisible(wanted)
            if appeared:
                self.settle()

    def _held(self) -> ExitStack:
        """All panels keep their sizes until all areas have theirs."""
        holding = ExitStack()
        for area in self._window.areas.values():
            holding.enter_context(area.held())
        return holding

    def _has_something(self, name: str) -> bool:
        if name != "right" or self._window.mode != "design":
            return True
        page = self._window.work.page
        selection = self._window.services.selection
        return page is not None and page.editor is None and bool(selection.nodes or selection.edges or selection.drawn)

    def _first_problem(self) -> None:
        services = self._window.services
        if self._problem_seen or self._window.mode != "design":
            return
        fresh = services.selection.fresh
        if all(found.code in UNFINISHED or found.where.node in fresh for found in services.checking.problems):
            return
        self._problem_seen = True
        if "bottom" in self._window.areas:
            self.open_area(self._window.areas["bottom"])

    def _name(self, area: PanelArea) -> str:
        return next(name for name, known in self._window.areas.items() if known is area)
