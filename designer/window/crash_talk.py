"""What people are told of what a crash left, in the window of its project (``CrashTalk``) and on the first page
(``offer``), and of a crash journal that can't be written.

Law: what was kept is shown before it is taken, and is gone from the disk only where a person gave it up.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from designer.document.counted import counted
from designer.keeping import after_crash, crash_journal
from designer.keeping.crash_journal import Found
from designer.keeping.home import designer_home
from designer.keeping.keeper import Keeper
from designer.keeping.merging import Merged
from designer.keeping.opening import Opened, open_place
from designer.keeping.standing import standing
from designer.pieces import asked
from designer.services import Services
from designer.theme.alive import alive
from designer.theme.theme import Theme
from designer.window import choosing
from designer.window.asking import Choice, ask
from designer.window.comparison import compare
from designer.window.merge_choices import OF_KEPT, MergeChoices
from designer.window.notice import Notice
from nodes.contract import NodeType
from runtime.model.flow import Node

if TYPE_CHECKING:
    from designer.window.desktop import Desktop
    from designer.window.welcome import Welcome

NAMED = 3
"""of the steps that were kept; how many they are is said of all"""
LONGEST = 60
Way = tuple[str, Callable[[], Any]]


def words_of(found: Found, *, to: str = "") -> str:
    """What was kept, in a sentence or two, and what of it can't be read; ``to`` says of which project."""
    named = f" to “{to}”" if to else ""
    if not found.files:
        return _unread(found, named)
    if found.fault:
        beyond = f"Some of them can't be read any more; that stays in {found.stays_in}."
        return f"We kept changes{named} that were not saved when Baton last ended. {beyond}"
    if not found.count:
        return f"We kept changes{named} that were not saved when Baton last ended."
    one = found.count == 1
    text = f"We kept {counted(found.count, 'change')}{named} that {'was' if one else 'were'} not saved when "
    last = [name if len(name) <= LONGEST else f"{name[: LONGEST - 1]}…" for name in found.last[-NAMED:]]
    lead = "the last: " if found.count > len(last) > 1 else "the last one: " if found.count > len(last) else ""
    return f"{text}Baton last ended: {lead}{', '.join(last)}."


def _unread(found: Found, named: str) -> str:
    if found.fault == "later":
        return f"A later version of Baton kept changes{named}. They wait for that version, in {found.file}."
    when = "now" if found.fault == "unreachable" else "any more"
    return f"We kept changes{named} when Baton last ended, but they can't be read {when}. They stay in {found.file}."


def _notice_of_unread(theme: Theme, found: Found, text: str) -> Notice:
    return Notice(theme, f"unread {found.file.name}", text, [], warning=True, closable=True)


class CrashTalk(QObject):
    """One for the window."""

    def __init__(self, services: Services, keeper: Keeper) -> None:
        super().__init__(services.window)
        self._services, self._keeper = services, keeper
        self._unkept: Notice | None = None
        keeper.found.connect(self._found)
        keeper.journal.failed.connect(self._not_kept)
        keeper.journal.well.connect(self._kept_again)

    def _found(self, found: Found) -> None:
        theme = self._services.theme
        if not found.files:
            self._services.window.notice(_notice_of_unread(theme, found, words_of(found)))
            return
        ways: list[Way] = [
            ("Compare", lambda: self._keeper.restored(found, lambda together: self._compare(found, together))),
            ("Bring back", lambda: self._keeper.restored(found, lambda together: self._bring_back(found, together))),
            ("Discard", lambda: self._discard(found)),
        ]
        self._services.window.notice(Notice(theme, "kept", words_of(found), ways, warning=bool(found.fault)))

    def _compare(self, found: Found, together: Merged | None) -> None:
        if together is None:
            self._unreadable(found)
            return
        now = self._services.document.project
        title = "What bringing the kept changes back does"
        sides = ("Now", "Brought back")
        compare(self._services, title, now, together.project, lambda: self._found(found), sides)

    def _bring_back(self, found: Found, together: Merged | None) -> None:
        if together is None:
            self._unreadable(found)
        elif together.conflicts:
            self._choose(found, together)
        else:
            self._keep(found, together)

    def _choose(self, found: Found, together: Merged) -> None:
        services, now = self._services, self._services.document.project

        def kind(node: Node) -> NodeType | None:
            return services.facts.of(node).type

        dialog = MergeChoices(services.window, together.project, together.conflicts, now, kind, OF_KEPT)
        if not asked(dialog):
            self._found(found)
            return
        self._keeper.restored(found, lambda chosen: self._keep(found, chosen or together), dialog.choices)

    def _keep(self, found: Found, together: Merged) -> None:
        self._keeper.keep(found, together.project)
        self._services.window.say("Your changes are back. Save when they are right; Ctrl Z takes them away again.")
        if found.fault:
            text = f"What can't be read of the kept changes stays in {found.stays_in}."
            self._services.window.notice(_notice_of_unread(self._services.theme, found, text))

    def _unreadable(self, found: Found) -> None:
        self._services.window.say(f"The kept changes can't be read; they stay in {found.file}.")

    def _discard(self, found: Found) -> None:
        if surely_given_up(self._services.window, found):
            self._keeper.discard(found)
        else:
            self._found(found)

    def _not_kept(self, why: str) -> None:
        text = f"What you change can't be kept against a crash now ({why}). It stands in this window alone: save it."
        self._unkept = Notice(self._services.theme, "unkept", text, [], warning=True)
        self._services.window.notice(self._unkept)

    def _kept_again(self) -> None:
        if self._unkept is not None and alive(self._unkept):
            self._unkept.leave()
        self._unkept = None


def surely_given_up(asker: QWidget, found: Found) -> bool:
    """Asks before what was kept is gone for good."""
    one = found.count == 1
    title = "Give up the kept change?" if one else f"Give up the {found.count or ''} kept changes?".replace("  ", " ")
    leave, go = Choice("no", "Leave them here" if not one else "Leave it here", main=True), Choice("yes", "Give up")
    return ask(asker, title, f"{'It stands' if one else 'They stand'} nowhere else.", (go, leave)) == "yes"


def offer(desktop: Desktop, welcome: Welcome, found: Found) -> None:
    """A bar on the first page about what a crash left."""

    def discard() -> None:
        if surely_given_up(welcome, found):
            crash_journal.remove(found.file)
        else:
            offer(desktop, welcome, found)

    def open_kept() -> None:
        if not desktop.open_kept(found):
            text = f"They stay in {found.file}. Nothing was changed."
            ask(welcome, "The kept changes can't be read", text, (Choice("ok", "OK"),))
            offer(desktop, welcome, found)

    if not found.files:
        welcome.notice(_notice_of_unread(desktop.theme, found, words_of(found, to=found.name)))
        return
    folder, ways = found.folder, list[Way]()
    here = folder is not None and bool(standing([folder]))
    if folder is not None and here:
        ways.append(("Open", lambda: desktop.open_from(folder, welcome)))
    elif folder is not None:
        ways.append(("Find its folder …", lambda: _find(desktop, welcome, found)))
    if found.whole and not here:
        ways.append(("Open", open_kept))
    gone = "" if here or folder is None else f" Its folder is not there any more: {folder}"
    if folder is None and not found.whole:
        gone = " Open their project, and they are offered there."
    text = f"{words_of(found, to=found.name)}{gone}"
    warning = bool(found.fault)
    notice = Notice(desktop.theme, f"kept {found.file.name}", text, [*ways, ("Discard", discard)], warning=warning)
    welcome.notice(notice)


def _find(desktop: Desktop, welcome: Welcome, found: Found) -> None:
    """The project was moved: what was kept is offered where it stands now."""
    folder = choosing.choose_folder(welcome, f"Where is the folder of “{found.name}” now?")

    def judge(opened: Opened) -> None:
        if opened.project is None or (found.project and opened.project.id != found.project):
            title = f"That is not the project “{found.name}”"
            ask(
                welcome,
                title,
                f"{opened.place} holds another one, or none. Nothing was changed.",
                (Choice("ok", "OK"),),
            )
            offer(desktop, welcome, found)
            return
        try:
            after_crash.move(found, designer_home(), opened.place)
        except OSError as fault:
            title = "The kept changes can't be moved to that project now"
            text = f"They stay in {found.file}: {fault.strerror or fault}."
            ask(welcome, title, text, (Choice("ok", "OK"),))
            offer(desktop, welcome, found)
            return
        desktop.open_from(opened.place, welcome)

    if folder is None:
        offer(desktop, welcome, found)
    else:
        desktop.worker.do(lambda: open_place(folder), judge)
