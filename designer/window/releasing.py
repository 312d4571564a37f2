"""Packing and publishing: both check first. Errors stop them and open the list; warnings only ask.

Law: what is packed is what is shown, checked as it is shown.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject

from designer.keeping.work import Worker
from designer.services import Services
from designer.window import choosing
from designer.window.asking import Choice
from designer.window.findings_list import FindingsList
from designer.window.publish_target import PublishTarget, Target
from runtime.model.content_hash import content_hash
from runtime.model.package import pack, pack_to_file
from runtime.model.problems import Problem, ProjectProblem
from runtime.model.project import Project
from runtime.model.rules import check_project


class Releasing(QObject):
    """Used by ``KeepingTalk``."""

    def __init__(self, services: Services, worker: Worker) -> None:
        super().__init__(services.window)
        self._services, self._worker = services, worker
        self._sender = Worker(self)
        """of its own: a runtime far away that does not answer must not hold up saving"""

    def pack(self) -> None:
        """To a ``.baton`` file that is asked for."""

        def ready(project: Project) -> None:
            name = f"{project.file.id}-{project.file.version}.baton"
            start = (self._services.document.folder or Path.home()).parent / name
            target = choosing.choose_target(self._services.window, "Pack to a .baton file", choosing.PACKAGES, start)
            if target is None:
                return
            target = target if target.suffix == ".baton" else target.with_name(target.name + ".baton")
            said = f"Packed: {target}."
            self._worker.do(
                lambda: pack_to_file(project, target), lambda _sum: self._services.window.say(said), self._not_packed
            )

        self.check("pack", ready)

    def publish(self) -> None:
        """To a runtime that is asked for."""

        self.check("publish", self._ask_and_send)

    def _ask_and_send(self, project: Project, again: Target | None = None) -> None:
        target = PublishTarget.ask(self._services, again)
        if target is not None:
            self._send(project, target)

    def check(self, verb: str, ready: Callable[[Project], None]) -> None:
        """Checks beside the window what is shown now, then goes on, asks or refuses."""
        project, registry = self._services.document.project, self._services.registry
        self._services.window.say("Checking …")
        self._worker.do(
            lambda: tuple(check_project(project, registry)), lambda found: self._judge(project, found, verb, ready)
        )

    def _judge(self, project: Project, found: tuple[Problem, ...], verb: str, ready: Callable[[Project], None]) -> None:
        window = self._services.window
        errors = [one for one in found if one.severity == "error"]
        window.say("")
        if project is self._services.document.project:
            self._services.checking.tell(project, found)
        if errors:
            window.show_mode("design")
            window.show_panel("problems")
            number = f"{len(errors)} problem{'' if len(errors) == 1 else 's'}"
            window.say(f"{number} must be solved before you can {verb} this.")
            return
        if found:
            window.show_panel("problems")
            number = f"{len(found)} warning{'' if len(found) == 1 else 's'}"
            text = "\n".join(one.message for one in found[:5]) + ("\n…" if len(found) > 5 else "")
            go_on = Choice("go", f"{verb.capitalize()} anyway", main=True)
            if window.ask(f"{number}. {verb.capitalize()} anyway?", text, Choice("no", "Look at them"), go_on) != "go":
                return
        ready(project)

    def _send(self, project: Project, target: Target) -> None:
        window = self._services.window
        window.say("Publishing …")

        def done(_outcome: object) -> None:
            window.say(f"Version {project.file.version} is published to {target.words}.")

        def refused(fault: Exception) -> None:
            window.say("")
            if self._tell_refused(fault, target) == "again":
                self._ask_and_send(project, target)

        if target.url is None:
            session = self._services.extras["session"]
            session.runtime.ask(
                lambda door: door.put_release(content_hash(project), pack(project)), done, refused, practice=False
            )
            return
        url, token = target.url, target.token

        def send() -> object:
            from runtime.client.http import HttpDoor  # loading it would cost a tenth of the window's start

            with HttpDoor(url, token) as door:
                return door.put_release(content_hash(project), pack(project))

        self._sender.do(send, done, refused)

    def _tell_refused(self, fault: Exception, target: Target) -> str | None:
        from runtime.wire import Problem as Refusal  # as above

        title = fault.title if isinstance(fault, Refusal) else str(fault)
        todo = (fault.todo or "") if isinstance(fault, Refusal) else "Check the address and try again."
        if target.url is not None and getattr(fault, "code", "") == "SERVER_UNREACHABLE":
            todo = "Check the address, and whether a runtime runs there."
        again = Choice("again", "Try again …", main=True)
        answer: str | None = self._services.window.ask(f"Not published: {title}", todo, Choice("ok", "Close"), again)
        return answer

    def _not_packed(self, fault: Exception) -> None:
        if not isinstance(fault, ProjectProblem):
            raise fault
        FindingsList(self._services.window, "The package can't be written", "", fault.findings).exec()
