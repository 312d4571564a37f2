"""``Document``: the open project, its undo history and where it is kept.

The only place that holds the current project. Commands go in (``do``), ``changed`` comes out; what changed is found by
comparing the two values (``flow_changes``), for frozen parts that were not touched are the same objects.
"""

from __future__ import annotations

import itertools
import time
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from designer.document.command import Command, Visit
from runtime.model.project import Project

MERGE_WITHIN = 2.0
"""seconds between two commands of one merge key that still become one step"""
LONGEST_TITLE = 40
"""characters of a step's title in the history"""
_NUMBERS = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Change:
    """What ``changed`` carries: the project before and after, and which flow the command was about."""

    before: Project
    after: Project
    flow: str | None
    title: str
    select: tuple[str, ...] | None = None
    undone: bool = False


@dataclass(frozen=True, slots=True)
class _Visited:
    """A visit that may go on: what stood there before it, and what it has made of that."""

    merge: Visit
    ground: Project
    after: Project


@dataclass(frozen=True, slots=True)
class _Done:
    """A step of the history: which one, and what it is called."""

    number: int
    names: tuple[str, ...]


class Document(QObject):
    """An open project. ``do`` is the only way to change it; undo and redo bring back the exact earlier values."""

    changed = Signal(Change)
    """a ``Change``, after ``project`` has its new value"""
    saved_changed = Signal(bool)
    """whether what is shown is what stands on the disk"""
    folder_changed = Signal(object)

    def __init__(self, project: Project, folder: Path | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._project = project
        self._folder = folder
        self._visit: _Visited | None = None
        self._at_save: tuple[_Done, ...] = ()
        self._stored = project
        self.history = QUndoStack(self)
        self.history.setUndoLimit(1000)
        self.history.cleanChanged.connect(self.saved_changed)

    @property
    def project(self) -> Project:
        """The project as it is now: frozen, so it may be kept."""
        return self._project

    @property
    def folder(self) -> Path | None:
        """Where it is saved; None for one that was never saved."""
        return self._folder

    def keep_in(self, folder: Path) -> None:
        """From now on the project belongs to this folder."""
        self._folder = folder
        self.folder_changed.emit(folder)

    @property
    def saved(self) -> bool:
        """Whether nothing has changed since it was opened or saved."""
        return self.history.isClean()

    def mark_saved(self) -> None:
        """What is shown now stands on the disk."""
        self._at_save, self._stored = self._done(), self._project
        self.history.setClean()

    def rest_on(self, stored: Project | None) -> None:
        """This stands on the disk now and not what is shown, whatever was saved before; None: nothing that is known."""
        if stored is not None:
            self._stored = stored
        self.history.resetClean()

    def is_new(self, flow_id: str, node_id: str) -> bool:
        """Whether a step was made since the project was opened or saved: nobody outside can know its name."""
        flow = self._stored.flows.get(flow_id)
        return flow is None or flow.node(node_id) is None

    def since_saved(self) -> tuple[str, ...]:
        """The steps between what was opened or saved and what is shown, as the history names them."""
        done, then = self._done(), self._at_save
        if done and self.history.count() == self.history.undoLimit():  # it forgets its oldest steps
            then = tuple(step for step in then if step.number >= done[0].number)
        pairs = enumerate(zip(done, then, strict=False))
        alike = next((place for place, (one, other) in pairs if one != other), min(len(done), len(then)))
        undone = [
            f"Undo {name[:1].lower()}{name[1:]}" for step in reversed(then[alike:]) for name in reversed(step.names)
        ]
        return (*undone, *(name for step in done[alike:] for name in step.names))

    def _done(self) -> tuple[_Done, ...]:
        steps = (self.history.command(number) for number in range(self.history.index()))
        return tuple(
            _Done(step.number, step.command.parts or (step.text(),)) for step in steps if isinstance(step, _Step)
        )

    def do(self, command: Command) -> bool:
        """Perform it as one step of the history; False if it changed nothing. Raises CommandRefused."""
        before, ground = self._project, self._ground(command)
        after = command.apply(ground)
        if after is before:
            return False
        self._visit = _Visited(command.merge, ground, after) if isinstance(command.merge, Visit) else None
        self.history.push(_Step(self, command, before, after))
        return True

    def _ground(self, command: Command) -> Project:
        """What a command is done to: the project as it is, or as it was before the visit that it belongs to, also if
        it was saved meanwhile.
        """
        if self._visit is None or command.merge != self._visit.merge or self._project is not self._visit.after:
            return self._project
        return self._visit.ground

    def undo(self) -> None:
        """Back to the value before the last step."""
        self.history.undo()

    def redo(self) -> None:
        """Forward to the value after the step that was undone."""
        self.history.redo()

    def replace(self, project: Project, title: str = "Reload") -> None:
        """Take over a project that changed on the disk, as a step that can be undone."""
        self.do(Command(title, lambda _: project))

    def show(self, change: Change) -> None:
        """Called by the steps of the history alone."""
        self._project = change.after
        self.changed.emit(change)


class _Step(QUndoCommand):
    """One step of the history: two values of the project."""

    def __init__(self, document: Document, command: Command, before: Project, after: Project) -> None:
        super().__init__(_named(command, after))
        self._document = document
        self.command = command
        self._before = before
        self.after = after
        self.number = next(_NUMBERS)
        self.at = time.monotonic()

    def redo(self) -> None:
        command = self.command
        self._document.show(Change(self._before, self.after, command.flow, command.title, command.select))

    def undo(self) -> None:
        self._document.show(Change(self.after, self._before, self.command.flow, self.command.title, undone=True))

    def id(self) -> int:
        return -1 if self.command.merge is None else hash(self.command.merge) & 0x7FFF_FFFF

    def mergeWith(self, other: QUndoCommand) -> bool:  # noqa: N802  Qt's name
        if not isinstance(other, _Step) or other.command.merge != self.command.merge:
            return False
        if other.at - self.at > MERGE_WITHIN and not isinstance(self.command.merge, Visit):
            return False
        self.after, self.at = other.after, other.at
        self.setText(other.text())  # the title of its step may be what is typed
        self.setObsolete(self.after is self._before)  # a name that was typed back: Qt takes the step away
        return True


def _named(command: Command, after: Project) -> str:
    """Its title, with that of the step that it changes: a history of ten changed paths says of which steps."""
    flow = after.flows.get(command.flow or "")
    node = next((node for node in flow.nodes if node.id == command.step), None) if flow is not None else None
    if node is None or not node.title:
        return command.title
    title = node.title if len(node.title) <= LONGEST_TITLE else node.title[: LONGEST_TITLE - 1] + "…"
    return f"{command.title} of “{title}”"
