"""``FreshNames``: ids that were made since the project was last saved, so that nobody outside can know them yet."""

from __future__ import annotations

from PySide6.QtCore import QObject

from designer.document.document import Document
from designer.services import Services


class FreshNames(QObject):
    """One for the window. Saving makes every name known."""

    def __init__(self, document: Document) -> None:
        super().__init__(document)
        self._names: set[tuple[str, ...]] = set()
        document.saved_changed.connect(self._saved)

    def add(self, *name: str) -> None:
        """This was made just now: what it is, where, its id."""
        self._names.add(name)

    def __contains__(self, name: tuple[str, ...]) -> bool:
        return name in self._names

    def _saved(self, saved: bool) -> None:
        if saved:
            self._names.clear()


def fresh_names(services: Services) -> FreshNames:
    """The window's one."""
    found = services.extras.get("fresh_names")
    if not isinstance(found, FreshNames):
        found = services.extras["fresh_names"] = FreshNames(services.document)
    return found
