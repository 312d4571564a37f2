"""``TryLine``: one harmless call to a system in one environment: that it is under way, how to stop it, what came back.

Law: it asks the runtime that is kept aside, only when a person asks for it, and says what was found where; an answer
goes as soon as what was tried is no longer what stands there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from designer.editors.connections.wording import missing_here, unknown_secret
from designer.pieces import Glyph, LinkButton, PlainText
from designer.pieces.announce import announce
from designer.services import Services
from designer.theme.alive import alive
from designer.theme.type_scale import SMALL
from runtime.model.content_hash import content_hash
from runtime.model.package import pack
from runtime.wire import ConnectionTestRequest, ConnectionTestView

if TYPE_CHECKING:
    from designer.session.aside import Question
    from runtime.wire import Problem

NO_RUNTIME = "Open the project in the designer to test from here, or type `baton check --connections`."
PATIENT = 3
"""seconds after which it is worth saying how long it has been"""
WORTH_SAYING = 0.05
"""seconds; what took less says nothing of the system"""


class TryLine(QWidget):
    """Hidden while it has nothing to say. ``under_way`` says whether a call is."""

    changed = Signal()
    """a call began or ended"""

    def __init__(self, services: Services, environment: str, connection: str, to_secrets: Callable[[], object]) -> None:
        super().__init__()
        self._services, self._environment, self._connection = services, environment, connection
        self._question: Question | None = None
        self._tried: tuple[Any, ...] = ()
        self._where = ""
        self._waited = 0
        self._good = Glyph(services.theme, "check", lambda palette: palette.state.done, 14)
        self._bad = Glyph(services.theme, "triangle-alert", lambda palette: palette.state.failed, 14)
        self.words = PlainText("", SMALL, "muted", wrap=True)
        self.stop_button = LinkButton("Stop")
        self.stop_button.clicked.connect(self.stop)
        self.secrets = LinkButton("Type the secret …")
        self.secrets.clicked.connect(to_secrets)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(6)
        for glyph in (self._good, self._bad):
            line.addWidget(glyph, 0, Qt.AlignmentFlag.AlignTop)
        line.addWidget(self.words, 1)
        line.addWidget(self.secrets, 0, Qt.AlignmentFlag.AlignTop)
        line.addWidget(self.stop_button, 0, Qt.AlignmentFlag.AlignTop)
        self._clock = QTimer(self, interval=1_000)
        self._clock.timeout.connect(self._count)
        self._show("", "muted")

    @property
    def under_way(self) -> bool:
        """Whether an answer is awaited."""
        return self._question is not None

    def try_it(self, need: Mapping[str, Any], binding: Mapping[str, Any]) -> None:
        """Ask. ``need`` is what the project says of the connection, ``binding`` what this machine says."""
        self.stop()
        self._tried = (dict(need), dict(binding))
        kind = self._services.registry.connection_kinds.get(str(need.get("kind", "")))
        missing = missing_here(need, binding, kind, self._environment)
        session = self._services.extras.get("session")
        if missing or session is None:
            self._say(missing or NO_RUNTIME, "bad" if missing else "muted", secret="secret" in missing)
            return
        self._where = host_of(str(binding.get("url", "")))
        self._waited = 0
        self._show(f"Testing {self._where} …", "muted", stop=True)
        self._clock.start()
        project, name = self._services.document.project, self._connection

        def ask(door: Any) -> Any:
            release = content_hash(project)  # beside the window, as packing is
            door.put_release(release, pack(project))
            return door.test_connection(ConnectionTestRequest(connection=name, release=release))

        self._question = session.runtime.aside.ask(self._environment, ask, self._came, self._failed)
        self.changed.emit()

    def stop(self) -> None:
        """Wait no longer; nothing is said of the system."""
        question = self._question
        if question is not None:
            question.stop()
            self._ended()
            self._say("Stopped. Nothing was found out.", "muted")

    def follow(self, need: Mapping[str, Any], binding: Mapping[str, Any]) -> None:
        """This stands there now: what was said of something else is no longer true."""
        if self._tried and self._tried != (dict(need), dict(binding)):
            if self._question is not None:
                self._question.stop()
                self._ended()
            self._tried = ()
            self._show("", "muted")

    # --- inside ---

    def _came(self, view: ConnectionTestView) -> None:
        if not alive(self):
            return
        self._ended()
        if not view.ok:
            self._refused(view.message)
            return
        took = f" It took {view.seconds:.1f} seconds." if view.seconds >= WORTH_SAYING else ""
        self._say(f"{self._where}: {view.message}{took}", "good")

    def _failed(self, problem: Problem) -> None:
        if alive(self):
            self._ended()
            self._say(f"Not tested. {problem.title} {problem.todo or ''}".strip(), "bad")

    def _refused(self, words: str) -> None:
        unknown = unknown_secret(words)
        self._say(unknown or f"{self._where}: {words}", "bad", secret=bool(unknown))

    def _ended(self) -> None:
        self._question = None
        self._clock.stop()
        self.changed.emit()

    def _count(self) -> None:
        self._waited += 1
        if self._waited >= PATIENT:
            self._show(f"Testing {self._where} … for {self._waited} seconds by now", "muted", stop=True)

    def _say(self, words: str, role: str, *, secret: bool = False) -> None:
        self._show(words, role, secret=secret)
        announce(self, f"{self._environment}: {words}")

    def _show(self, words: str, role: str, *, secret: bool = False, stop: bool = False) -> None:
        """``secret``: one is missing, and a link leads to where it is typed."""
        self.words.setText(words)
        self.words.restyle(role)
        self._good.setVisible(role == "good")
        self._bad.setVisible(role == "bad")
        self.secrets.setVisible(secret)
        self.stop_button.setVisible(stop)
        self.setVisible(bool(words))


def host_of(url: str) -> str:
    """Which system that is, as people recognise it: the host, with its port where one is named."""
    try:
        return urlsplit(url).netloc.rpartition("@")[2] or url
    except ValueError:
        return url
