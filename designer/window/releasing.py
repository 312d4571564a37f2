"""Packing and publishing: both check first. Errors stop them and open the list; warnings only ask.

Law: what is packed is what is shown, checked as it is shown.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject

from designer.document.commands.describe_project import set_version
from designer.document.counted import counted
from designer.keeping.work import Worker
from designer.pieces import asked
from designer.services import Services
from designer.theme.alive import alive
from designer.window import choosing
from designer.window.asking import Choice
from designer.window.findings_list import FindingsList
from designer.window.packing import Packing
from designer.window.publish_target import PublishTarget, Target
from designer.window.published import Published
from designer.window.publishing import Publishing
from runtime.model.content_hash import content_hash
from runtime.model.problems import Problem
from runtime.model.project import Project
from runtime.model.rules import check_project


class Releasing(QObject):
    """Used by ``KeepingTalk``."""

    def __init__(self, services: Services, worker: Worker) -> None:
        super().__init__(services.window)
        self._services, self._worker = services, worker

    def pack(self) -> None:
        """To a ``.baton`` file that is asked for."""

        def ready(project: Project) -> None:
            name = f"{project.file.id}-{project.file.version}.baton"
            start = (self._services.document.folder or Path.home()).parent / name
            target = choosing.choose_target(self._services.window, "Pack to a .baton file", choosing.PACKAGES, start)
            if target is None:
                return
            target = target if target.suffix == ".baton" else target.with_name(target.name + ".baton")
            Packing(self._services, project, target)

        self.check("pack", ready)

    def publish(self) -> None:
        """To a runtime that is asked for."""

        self.check("publish", self._hash_and_ask)

    def _hash_and_ask(self, project: Project) -> None:
        self._worker.do(lambda: content_hash(project), lambda release: self._ask_and_send(project, release))

    def _ask_and_send(self, project: Project, release: str, again: Target | None = None) -> None:
        file, published = project.file, Published(self._services.extras["preferences"])

        def clashes(there: str, version: str) -> bool:
            same = release if version == file.version else ""  # under another number it is another content
            return published.clashes(there, file.id, version, same)

        target = PublishTarget.ask(self._services, again, clashes)
        if target is None:
            return
        if target.version:
            self._services.document.do(set_version(target.version))
            project = set_version(target.version).apply(project)
        Publishing(self._services, project, target, lambda: self._ask_and_send(project, release, target))

    def check(self, verb: str, ready: Callable[[Project], None]) -> None:
        """Checks beside the window what is shown now, then goes on, asks or refuses."""
        unread = self._services.extras["keeper"].unread
        if unread:
            text = f"Without these files it would not be whole. Mend them before you {verb} it."
            asked(FindingsList(self._services.window, "Files that can't be read", text, unread))
            return
        project, registry = self._services.document.project, self._services.registry
        self._services.window.say("Checking …")
        self._worker.do(
            lambda: tuple(check_project(project, registry)), lambda found: self._judge(project, found, verb, ready)
        )

    def _judge(self, project: Project, found: tuple[Problem, ...], verb: str, ready: Callable[[Project], None]) -> None:
        window = self._services.window
        if not alive(window):
            return  # it was closed while it was checked
        errors = [one for one in found if one.severity == "error"]
        window.say("")
        if project is self._services.document.project:
            self._services.checking.tell(project, found)
        if errors:
            window.show_mode("design")
            window.show_panel("problems")
            window.say(f"{counted(len(errors), 'problem')} must be solved before you can {verb} this.")
            return
        if found:
            window.show_panel("problems")
            number = counted(len(found), "warning")
            text = "\n".join(one.message for one in found[:5]) + ("\n…" if len(found) > 5 else "")
            go_on = Choice("go", f"{verb.capitalize()} anyway", main=True)
            if window.ask(f"{number}. {verb.capitalize()} anyway?", text, Choice("no", "Look at them"), go_on) != "go":
                return
        ready(project)
