"""The status line: how large the flow is, which version, which sample; what was just done; what is selected."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from PySide6.QtCore import QTimer, SignalInstance
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QStatusBar, QWidget

from designer.document.counted import counted
from designer.document.edits import layout_of
from designer.forms.trying import sample_choice
from designer.pieces import PlainText, plain_tooltip
from designer.pieces.announce import announce
from designer.services import Services
from designer.theme.type_scale import CAPTION

HEIGHT = 24
SAID_MS = 8_000


@runtime_checkable
class WithStatus(Protocol):
    """A page that says in the status line how large it is, and which keys are worth knowing."""

    status_changed: SignalInstance[()]

    def status(self) -> str:
        """How large it is."""

    def keys(self) -> str:
        """The keys."""


class StatusBar(QStatusBar):
    """A window's status bar that is one line and nothing else: Qt's own layout would move it in by some pixels."""

    def __init__(self, line: QWidget) -> None:
        super().__init__()
        self.setSizeGripEnabled(False)
        self.setFixedHeight(HEIGHT)
        self._line = line
        line.setParent(self)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  Qt's name
        super().resizeEvent(event)
        self._line.setGeometry(self.rect())


class StatusLine(QFrame):
    """``say`` shows a sentence for some seconds; the rest follows document and selection."""

    def __init__(self, services: Services, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._services = services
        self.setProperty("role", "status")
        self.setFixedHeight(HEIGHT)
        self.steps = PlainText("", CAPTION, "muted")
        self.version = PlainText("", CAPTION, "muted")
        self.sample = PlainText("", CAPTION, "muted")
        self.said = PlainText("", CAPTION, "secondary")
        self.selected = PlainText("", CAPTION, "muted")
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 12, 0)
        row.setSpacing(16)
        for label in (self.steps, self.version, self.sample):
            row.addWidget(label)
        row.addWidget(self.said, 1)
        row.addWidget(self.selected)
        self._page: QWidget | None = None
        self._quiet = QTimer(self, singleShot=True, interval=SAID_MS)
        self._quiet.timeout.connect(lambda: self.said.setText(""))
        self._replay: tuple[int, int] | None = None
        self._ran, self._acts = "", False
        self._samples = sample_choice(services)
        self._samples.changed.connect(self.refresh)
        services.document.changed.connect(lambda _change: self.refresh())
        services.document.saved_changed.connect(lambda _saved: self.refresh())
        services.selection.changed.connect(self.refresh)
        services.selection.flow_changed.connect(lambda _flow: self.refresh())
        self.refresh()

    def show_page(self, page: QWidget | None) -> None:
        """This stands in the middle of the window: a page that has a ``status`` of its own says it here."""
        if page is self._page:
            return
        if isinstance(self._page, WithStatus):
            self._page.status_changed.disconnect(self.refresh)
        if isinstance(page, WithStatus):
            page.status_changed.connect(self.refresh)
        self._page = page
        self.refresh()

    def say(self, text: str) -> None:
        """One sentence, for a while; the whole of a long one stands in the tooltip."""
        flat = " ".join(text.split())
        self.said.setText(flat if len(flat) <= 160 else flat[:159] + "…")
        self.said.setToolTip(plain_tooltip(flat) if len(flat) > 160 else "")
        self._quiet.start()
        announce(self, flat)

    def show_replay(self, reached: tuple[int, int] | None, ran: str = "", *, acts: bool = False) -> None:
        """Replay is on, with (steps reached, steps in all) and where the run ran; None = it is not. ``acts``: the run
        goes on for real, and what is answered or decided here with it.
        """
        if (reached, ran, acts) != (self._replay, self._ran, self._acts):
            self._replay, self._ran, self._acts = reached, ran, acts
            self.refresh()

    def refresh(self) -> None:
        """See everything anew."""
        if self._replay is not None:
            reached, steps = self._replay
            self.steps.setText("The flow is read-only" if self._acts else "Replay is read-only")
            self.version.setText("What you answer or decide counts" if self._acts else "Nothing is sent or changed")
            self.sample.setText(self._ran)
            self.selected.setText(f"{reached} of {counted(steps, 'step')} reached" if steps else "")
            return
        if isinstance(self._page, WithStatus):
            self.steps.setText(self._page.status())
            self.sample.setText("")
            self.selected.setText(self._page.keys())
            self._say_version()
            return
        flow = self._services.flow
        self.steps.setText("" if flow is None else counted(len(flow.nodes), "step"))
        sample = None if flow is None else self._samples.of(flow.id)
        self.sample.setText("" if sample is None else f"Sample data: {sample.replace('_', ' ')}")
        self._say_version()
        selection = self._services.selection
        layout = layout_of(self._services.document.project, selection.flow or "")
        drawn = (("note", layout.notes), ("group", layout.groups), ("lane", layout.lanes))
        counts = [("step", len(selection.nodes)), ("connection", len(selection.edges))]
        counts += [(word, sum(thing.id in selection.drawn for thing in things)) for word, things in drawn]
        parts = [counted(count, word) for word, count in counts if count]
        self.selected.setText(f"{', '.join(parts)} selected" if parts else "")

    def _say_version(self) -> None:
        version = self._services.document.project.file.version
        self.version.setText(f"Version {version}" if self._services.document.saved else f"Version {version}, draft")
