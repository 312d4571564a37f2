"""``KeepingTalk``: what the window says and asks about keeping: save state, where to save, collisions.

One for the window (``window.keeping``). The work itself is the ``Keeper``'s.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject

from designer.canvas.picture import PictureRefused
from designer.document.command import Command
from designer.document.counted import counted
from designer.document.lookup import first_flow
from designer.keeping.committed import NotCommitted, committed
from designer.keeping.keeper import Keeper
from designer.keeping.merging import Merged
from designer.keeping.opening import Opened
from designer.pieces import asked
from designer.pieces.emptying import widgets_in
from designer.services import Services
from designer.window import choosing
from designer.window.asking import Choice
from designer.window.comparison import compare
from designer.window.copy_talk import CopyTalk
from designer.window.crash_talk import CrashTalk
from designer.window.findings_list import FindingsList
from designer.window.merge_choices import MergeChoices
from designer.window.notice import Notice
from designer.window.project_details import ProjectDetails
from designer.window.releasing import Releasing
from runtime.model.canonical import JsonProblem
from runtime.model.names import suggested_id
from runtime.model.package import PackageProblem, read_package
from runtime.model.problems import ProjectProblem
from runtime.model.project import Project

UNTITLED = "new_project"
"""id of a project that has no name yet; it takes that of the folder in which it is first saved"""

COLLISION = "collision"
"""name of the bar that says so"""
UNREAD = "findings"
UNREADABLE = "Files that can't be read"


class KeepingTalk(QObject):
    """Actions call its methods; the keeper's signals come here."""

    def __init__(self, services: Services, keeper: Keeper) -> None:
        super().__init__(services.window)
        self._services, self._keeper = services, keeper
        self._releasing = Releasing(services, keeper.worker)
        self._unreadable: Notice | None = None
        self._told: Opened | None = None
        """the other version that the bar about a collision speaks of"""
        keeper.state_changed.connect(services.window.top_bar.show_saved)
        keeper.saved.connect(self._saved)
        keeper.failed.connect(self._failed)
        keeper.overtaken.connect(self._overtaken)
        keeper.collided.connect(self._collided)
        keeper.unreadable.connect(self._not_readable)
        keeper.readable.connect(self._readable)
        keeper.reloaded.connect(self._reloaded)
        keeper.unread_changed.connect(self.tell_unread)
        CrashTalk(services, keeper)
        keeper.tell()

    # --- saving ---

    def save(self, then: Callable[[bool], object] = lambda _well: None) -> None:
        """To the project's folder; asks for one if there is none yet."""
        if self._services.document.folder is None:
            self.save_as(then)
        else:
            self._keeper.save(then=then)

    def save_as(self, then: Callable[[bool], object] = lambda _well: None) -> None:
        """To another folder, and go on there."""
        folder = self._ask_empty_folder("Save the project in an empty folder")
        if folder is None:
            then(False)
            return
        self._name_after(folder)
        self._keeper.save_in(folder, then=then)

    def save_copy(self) -> None:
        """To another folder, and stay here."""
        folder = self._ask_empty_folder("Save a copy in an empty folder")
        if folder is not None:
            CopyTalk(self._services, self._keeper.save_copy(folder), self._not_copied)

    def _not_copied(self, problem: ProjectProblem) -> None:
        asked(FindingsList(self._services.window, "The copy can't be written", "Nothing was copied.", problem.findings))

    def may_close(self) -> bool:
        """Whether the window may close now; asks about what is not saved."""
        if not self._keeper.dirty:
            self._keeper.close()
            return True
        name = self._services.document.project.file.name or self._services.document.project.id
        answer = self._services.window.ask(
            f"Save your changes to “{name}”?",
            "If you don't save, what you changed since the last save is given up.",
            Choice("discard", "Don't save"),
            Choice("cancel", "Cancel"),
            Choice("save", "Save", main=True),
        )
        if answer == "discard":
            self._keeper.close(give_up=True)
            return True
        if answer == "save":
            self.save(lambda well: self._services.window.close() if well else None)
        return False

    # --- versions ---

    def describe(self) -> None:
        """What people call the project, and its version number."""
        asked(ProjectDetails(self._services))

    def pack(self) -> None:
        """To a ``.baton`` file."""
        self._releasing.pack()

    def publish(self) -> None:
        """To a runtime."""
        self._releasing.publish()

    def export_picture(self) -> None:
        """The flow's picture as PNG, SVG or PDF."""
        flow = self._services.flow
        if flow is None:
            return
        kinds = "Pictures (*.png);;Drawings (*.svg);;Documents (*.pdf)"
        target = choosing.choose_target(self._services.window, "Export picture", kinds, Path(f"{flow.id}.png"))
        if target is not None:
            say = self._services.window.say
            say("Drawing the picture …")
            try:
                self._services.window.canvas.picture(
                    target, lambda refused: say(f"The picture stands in {target}." if refused is None else str(refused))
                )
            except PictureRefused as refused:
                say(str(refused))

    def compare_saved(self) -> None:
        """What differs from what stands on the disk."""
        stored = self._keeper.stored
        if stored is None:
            self._services.window.say("This project was never saved, so there is nothing to compare with.")
            return
        self._compare("Compared with the saved version", stored)

    def compare_package(self) -> None:
        """What differs from a packed version."""
        file = choosing.choose_file(self._services.window, "Compare with a package")
        if file is None:
            return

        def unreadable(problem: Exception) -> None:
            if not isinstance(problem, PackageProblem | JsonProblem):
                raise problem
            findings = getattr(problem, "findings", ())
            asked(FindingsList(self._services.window, "The package can't be read", file.name, findings))

        self._services.window.say(f"Reading {file.name} …")
        title = f"Compared with {file.name}"
        self._keeper.aside.do(lambda: read_package(file), lambda other: self._compare(title, other), unreadable)

    def compare_committed(self) -> None:
        """What differs from what was committed last."""
        folder, window = self._services.document.folder, self._services.window
        if folder is None:
            window.say("This project was never saved, so nothing of it was committed.")
            return

        def missing(why: Exception) -> None:
            if not isinstance(why, NotCommitted):
                raise why
            window.say("")
            window.ask("There is no commit to compare with", str(why), Choice("ok", "OK", main=True))

        window.say("Asking git …")
        title = "Compared with the last commit"
        self._keeper.aside.do(lambda: committed(folder), lambda other: self._compare(title, other), missing)

    def _compare(self, title: str, before: Project) -> None:
        compare(self._services, title, before, self._services.document.project)

    # --- what the keeper says ---

    def _saved(self, folder: Path) -> None:
        self._services.window.say(f"Saved in {folder}.")
        preferences = self._services.extras.get("preferences")
        if preferences is not None:
            preferences.opened(folder, self._services.document.project.file.name)

    def _failed(self, problem: ProjectProblem) -> None:
        text = "Nothing was written over. Your changes are kept here and in the crash journal."
        if self._keeper.journal.failing:
            text = (
                "Nothing was written over. The crash journal can't be written either, so your changes stand in this "
                "window alone: leave it open until they are saved."
            )
        elsewhere = ("Save in another folder …", self.save_as)
        asked(FindingsList(self._services.window, "The project can't be saved", text, problem.findings, elsewhere))

    def _overtaken(self) -> None:
        self._services.window.say("Nothing was saved: somebody else changed the files. Choose above how to go on.")

    def _not_readable(self, opened: Opened, broken: Any) -> None:
        self._readable()
        names = sorted({finding.file for finding in broken})
        named = f"{names[0]}, and it" if len(names) == 1 else f"{len(names)} files, and they"
        text = f"Somebody else changed {named} can't be read now. Your version stays here."
        if not any(names):
            text = "The project's folder can't be read any more: moved, or taken away. Your version stays here."

        def show() -> None:
            asked(FindingsList(self._services.window, UNREADABLE, str(opened.place), broken))
            self._not_readable(opened, broken)

        ways: list[tuple[str, Callable[[], Any]]] = [
            ("Show", show),
            ("Keep mine", lambda: self._keep_over_broken(opened)),
        ]
        self._unreadable = Notice(self._services.theme, "unreadable", text, ways, warning=True)
        self._services.window.notice(self._unreadable)

    def tell_unread(self) -> None:
        """Which files of the project's folder can't be read, as long as there are any."""
        self._leave(UNREAD)
        number = len(self._keeper.unread)
        if not number:
            return
        stay = "It stays as it is, and is" if number == 1 else "They stay as they are, and are"
        text = f"{counted(number, 'file')} of this project can't be read. {stay} not written over."
        notice = Notice(self._services.theme, UNREAD, text, [("Show", self._show_unread)], warning=True, closable=True)
        self._services.window.notice(notice)

    def _show_unread(self) -> None:
        where = str(self._services.document.folder or "")
        asked(FindingsList(self._services.window, UNREADABLE, where, self._keeper.unread))
        self.tell_unread()

    def _keep_over_broken(self, opened: Opened) -> None:
        self._unreadable = None
        self._keeper.keep_mine(opened)
        self._services.window.say("Yours is kept. Save to write over the files that can't be read.")

    def _readable(self) -> None:
        self._leave(COLLISION)
        if self._unreadable is not None:
            self._unreadable.leave()
            self._unreadable = None

    def _reloaded(self) -> None:
        selection, project = self._services.selection, self._services.document.project
        if selection.flow not in project.flows:
            selection.show_flow(first_flow(project))
        self._services.window.say("The files were changed by somebody else; their version is shown. Ctrl Z goes back.")

    def _collided(self, opened: Opened) -> None:
        ways: list[tuple[str, Callable[[], Any]]] = [
            ("Compare", lambda: self._compare_theirs(opened)),
            ("Merge", lambda: self.merge(opened)),
            ("Take theirs", lambda: self._keeper.take_theirs(opened)),
            ("Keep mine", lambda: self._keeper.keep_mine(opened)),
        ]
        text = "Somebody else changed this project's files while you did. Merge keeps both."
        notice = Notice(self._services.theme, COLLISION, text, ways, warning=True)
        self._told = opened
        self._services.window.notice(notice)

    def _leave(self, name: str) -> None:
        notices = self._services.window.work.notices
        for shown in [*widgets_in(notices)]:
            if isinstance(shown, Notice) and shown.name == name:
                shown.leave()

    def _compare_theirs(self, opened: Opened) -> None:
        assert opened.project is not None
        title = "Your version, compared with the one on the disk"
        compare(self._services, title, opened.project, self._services.document.project, lambda: self._collided(opened))

    def merge(self, opened: Opened) -> None:
        """Both put together; what both changed is asked about."""
        self._keeper.merged(opened, lambda merged: self._ask_about(opened, merged))

    def _ask_about(self, opened: Opened, merged: Merged | None) -> None:
        if merged is None:
            self._services.window.say("There is no version that both started from; take one of the two.")
            self._collided(opened)
            return
        if not merged.conflicts:
            self._take_merged(opened, merged)
            return
        mine = self._services.document.project
        dialog = MergeChoices(
            self._services.window,
            mine,
            merged.conflicts,
            opened.project,
            lambda node: self._services.facts.of(node).type,
        )
        if not asked(dialog):
            self._collided(opened)
            return
        self._keeper.merged(opened, lambda chosen: self._take_merged(opened, chosen or merged), dialog.choices)

    def _take_merged(self, opened: Opened, merged: Merged) -> None:
        if self._told is not None and self._told.revisions == opened.revisions:
            self._leave(COLLISION)  # it was told once more while the places were decided
        self._keeper.take_merged(opened, merged)
        self._services.window.say("Both versions are merged. Save when it is right; Ctrl Z goes back.")

    # --- inside ---

    def _ask_empty_folder(self, title: str) -> Path | None:
        folder = choosing.choose_folder(self._services.window, title)
        if folder is None:
            return None
        if folder.exists() and any(folder.iterdir()):
            file = self._services.document.project.file
            inside = folder / suggested_id(file.name or file.id)
            if inside.exists() and any(inside.iterdir()):
                self._services.window.say(f"{inside} is not empty. Choose or make an empty folder.")
                return None
            return inside
        return folder

    def _name_after(self, folder: Path) -> None:
        document = self._services.document
        if document.project.id != UNTITLED:
            return
        name = folder.name.replace("_", " ").replace("-", " ").strip().capitalize()
        named = suggested_id(folder.name)

        def apply(project: Project) -> Project:
            return project.model_copy(update={"file": project.file.model_copy(update={"id": named, "name": name})})

        document.do(Command(f"Name the project “{name}”", apply))
