"""``Publishing``: one version on its way to a runtime: told while it takes long, can be stopped, and how it ended.

The thread is a daemon's: a runtime that does not answer keeps no window open.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QApplication

from designer.services import Services
from designer.theme.alive import alive
from designer.window.asking import Choice
from designer.window.notice import Notice
from designer.window.publish_target import Target
from designer.window.published import Published
from runtime.model.content_hash import content_hash
from runtime.model.package import pack
from runtime.model.project import Project

MOST = 3
"""kinds of steps that are named; the others are counted"""
SOON_MS = 400
"""what takes less is only told of once it is there"""
KEY_TODO = "Ask whoever runs it for the access key; it was printed when the runtime started. Then try again."

ASK_THEM = "If it is right, ask whoever runs it what stands between."


class Publishing(QObject):
    """Lives until it is told how it ended. ``again`` is called if the person wants to try it once more."""

    _ended = Signal(object)

    def __init__(self, services: Services, project: Project, target: Target, again: Callable[[], object]) -> None:
        super().__init__(services.window)
        self._services, self._project, self._target, self._again = services, project, target, again
        self._notice: Notice | None = None
        self._stopped = False
        self._release = ""
        self._words = f"Publishing version {project.file.version} to {target.words} …"
        services.window.say("Publishing …")
        self._ended.connect(self._told)
        soon = QTimer(self, singleShot=True, interval=SOON_MS)
        soon.timeout.connect(self._show)
        soon.start()
        if target.url is None:
            services.extras["session"].runtime.ask(self._send, self._told, self._told, practice=False)
        else:
            threading.Thread(target=self._send_there, args=(target.url,), daemon=True).start()

    def _send(self, door: Any) -> Any:
        if self._target.url is not None:
            self._refuse_unknown(door.node_types().node_types)
        self._release = content_hash(self._project)
        return door.put_release(self._release, pack(self._project))

    def _refuse_unknown(self, known: Iterable[Any]) -> None:
        """A runtime takes a version with kinds of steps that it does not have, and its cases would stop there."""
        from runtime.wire import Problem  # as below

        usable = {(one.id, one.version) for one in known if not one.broken}
        steps = [node for flow in self._project.flows.values() for node in flow.nodes]
        lacking = sorted({(node.type, node.version) for node in steps if (node.type, node.version) not in usable})
        if lacking:
            named = ", ".join(f"{kind} (version {version})" for kind, version in lacking[:MOST])
            more = f" and {len(lacking) - MOST} more" if len(lacking) > MOST else ""
            title = f"The runtime does not have all kinds of steps that this uses: {named}{more}."
            raise Problem(422, "TYPES_LACKING", title, todo="Ask whoever runs it to install them, or to update Baton.")

    def _send_there(self, url: str) -> None:
        from runtime.client.http import HttpDoor  # loading it would cost a tenth of the window's start

        outcome: Any
        try:
            with HttpDoor(url, self._target.token) as door:
                outcome = self._send(door)
        except Exception as fault:  # noqa: BLE001 - it is said to people on the window's thread
            outcome = fault
        try:
            self._ended.emit(outcome)
        except RuntimeError:
            return  # the window was closed meanwhile

    def _show(self) -> None:
        if not self._stopped:
            self._notice = Notice(self._services.theme, "publishing", self._words, [("Cancel", self._stop)])
            self._services.window.notice(self._notice)

    def _stop(self) -> None:
        self._leave()
        self._services.window.say(
            "Publishing was stopped. The version may have arrived all the same; publishing it again does no harm."
        )

    def _leave(self) -> None:
        self._stopped = True
        if self._notice is not None and alive(self._notice):
            self._notice.leave()
        self._notice = None

    def _told(self, outcome: Any) -> None:
        if self._stopped or not alive(self._services.window):
            return
        self._leave()
        if isinstance(outcome, Exception):
            self._services.window.say("")
            if self._ask_again(outcome):
                self._again()
        else:
            self._arrived(repeated=bool(getattr(outcome, "repeated", False)))
        self.deleteLater()

    def _arrived(self, *, repeated: bool) -> None:
        services, file, target = self._services, self._project.file, self._target
        Published(services.extras["preferences"]).note(target.url or "", file.id, file.version, self._release)
        words = f"Version {file.version} is published to {target.words}."
        if repeated:
            words = f"Version {file.version} stands at {target.words} already, just as it is here."
        services.window.say(words)
        more = " Cases that are started with its release number run on it; those under way stay on theirs."
        ways: list[tuple[str, Callable[[], object]]] = [("Copy its release number", self._copied(self._release))]
        if services.extras["keeper"].dirty:
            more += " It is not saved in its folder yet."
            ways.append(("Save", lambda: services.window.run("file.save")))
        services.window.notice(Notice(services.theme, "publishing", words + more, ways, closable=True))

    def _copied(self, release: str) -> Callable[[], object]:
        say = self._services.window.say

        def copy() -> None:
            QApplication.clipboard().setText(release)
            say(f"Copied: {release}")

        return copy

    def _ask_again(self, fault: Exception) -> bool:
        title, todo = _words_of(fault)
        again = Choice("again", "Try again …", main=True)
        return bool(self._services.window.ask(f"Not published: {title}", todo, Choice("ok", "Close"), again) == "again")


def _words_of(fault: Exception) -> tuple[str, str]:
    """What is wrong and what to do, for whoever publishes: the wire's own words are for whoever runs the server."""
    from runtime.wire import Problem  # as above

    if not isinstance(fault, Problem):
        return f"{fault}", "Try it again."
    if fault.status == 401 or fault.code == "TOKEN":
        return "The runtime does not take this access key.", KEY_TODO
    if fault.status == 413:
        return "The package is too large for the runtime, or for what stands before it.", ASK_THEM
    if fault.code == "NOT_BATON":
        return "What answers there is no Baton runtime.", f"{fault.title} Check the address. {ASK_THEM}"
    if fault.code in ("SERVER_SLOW", "SERVER_BROKE_OFF", "SERVER_FAULT"):
        return fault.title, "It may have arrived all the same. Publishing it again does no harm."
    return fault.title, fault.todo or "Try it again."
