"""``Folds``: which groups are folded on this machine. A view of a flow and no change of it: nothing is to be saved or
undone, and a colleague who opens the project sees it as they left it. What a file says is how a group begins.

Kept in the preferences by the project's folder; without one, for as long as the window is open.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Any, Protocol

from runtime.model.layout import LayoutFile

PREFERENCE = "folds"
MOST = 50
"""projects that are remembered"""


class Kept(Protocol):
    """Where choices of this machine stand."""

    def get(self, name: str, otherwise: Any = None) -> Any: ...
    def set(self, name: str, value: Any) -> None: ...


class Folds:
    """One per canvas."""

    def __init__(self, kept: Kept | None) -> None:
        self._kept = kept
        self._folder: Path | None = None
        self._said: dict[str, dict[str, bool]] = {}
        """flow -> group -> whether it is folded"""
        self._shown: tuple[LayoutFile, LayoutFile] | None = None

    def belong_to(self, folder: Path | None) -> None:
        """The project's folder; what was folded before it had one comes along."""
        if folder is None or folder == self._folder:
            return
        self._folder = folder
        known = self._all().get(str(folder.absolute()))
        if isinstance(known, dict):
            for flow, groups in known.items():
                if isinstance(groups, dict):
                    sound = {str(group): said for group, said in groups.items() if isinstance(said, bool)}
                    self._said[flow] = {**sound, **self._said.get(flow, {})}
        self._shown = None

    def over(self, flow: str, layout: LayoutFile) -> LayoutFile:
        """The layout as it is shown; the same object as long as nothing differs."""
        if self._shown is not None and self._shown[0] is layout:
            return self._shown[1]
        said = self._said.get(flow, {})
        wanted = {group.id: said.get(group.id, group.folded) for group in layout.groups}
        groups = tuple(
            group if group.folded == wanted[group.id] else group.model_copy(update={"folded": wanted[group.id]})
            for group in layout.groups
        )
        shown = layout if groups == layout.groups else layout.model_copy(update={"groups": groups})
        self._shown = (layout, shown)
        return shown

    def set(self, flow: str, groups: Collection[str], *, folded: bool) -> None:
        """These groups are folded or open from now on."""
        self._said.setdefault(flow, {}).update(dict.fromkeys(groups, folded))
        self._shown = None
        if self._kept is not None and self._folder is not None:
            place = str(self._folder.absolute())
            others = [(name, said) for name, said in self._all().items() if name != place]
            self._kept.set(PREFERENCE, dict([*others[1 - MOST :], (place, self._said)]))

    def _all(self) -> dict[str, Any]:
        return dict(self._kept.get(PREFERENCE, {})) if self._kept is not None else {}
