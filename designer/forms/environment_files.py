"""``EnvironmentFiles``: what this machine says of an environment goes along when the project renames it, and back with
undo.

Law: nothing that a person typed is ever taken away. A file of the old name stays, for other projects may mean it; the
copy of the new name goes with undo only while it is what was copied.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from designer.document.document import Change
from designer.forms.machine import MachineProblem, copy_environment, drop_copy
from designer.keeping.home import baton_home
from designer.services import Services


class EnvironmentFiles(QObject):
    """One for the window, from the first look at its environments on."""

    changing = Signal()
    """files are about to come or go: what is typed and not kept yet is to be kept now"""
    changed = Signal()
    """a file came or went"""
    failed = Signal(str)

    def __init__(self, services: Services) -> None:
        super().__init__(services.document)
        self._copied: dict[str, bytes] = {}
        """environment -> what its file held when it was copied for this name"""
        services.document.changed.connect(self._follow)

    def _follow(self, change: Change) -> None:
        renamed = _renamed(change.before.file.environments, change.after.file.environments)
        if renamed is None:
            return
        old, new = renamed
        self.changing.emit()
        try:
            copy = copy_environment(baton_home(), old, new)
            if copy is not None:
                self._copied[new] = copy
            kept = self._copied.pop(old, None)
            dropped = kept is not None and drop_copy(baton_home(), old, new, kept)
        except MachineProblem as problem:
            self.failed.emit(str(problem))
            return
        if copy is not None or dropped:
            self.changed.emit()


def environment_files(services: Services) -> EnvironmentFiles:
    """The window's one."""
    found = services.extras.get("environment_files")
    if not isinstance(found, EnvironmentFiles):
        found = services.extras["environment_files"] = EnvironmentFiles(services)
    return found


def _renamed(before: tuple[str, ...], after: tuple[str, ...]) -> tuple[str, str] | None:
    """(old name, new name), if that is all that is different; undoing it is a renaming, too."""
    other = [pair for pair in zip(before, after, strict=False) if pair[0] != pair[1]]
    if len(before) != len(after) or len(other) != 1 or other[0][1] in before or other[0][0] in after:
        return None
    return other[0]
