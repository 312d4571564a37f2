"""``Preferences``: what this user chose for the designer: theme, recent projects, closed hints, how windows stood.

One small file in the designer's home, written whole or not at all. Law: a file that can't be read costs the
choices, never the start.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from designer.keeping.home import designer_home
from runtime.model.canonical import JsonProblem, read_json
from runtime.model.durable import write_atomically

FILE_NAME = "preferences.json"
MOST_RECENT = 12


class Preferences:
    """Read once at the start; every change is written at once, by ``write``: the disk may take its time."""

    def __init__(
        self, home: Path | None = None, write: Callable[[Callable[[], None]], object] = lambda work: work()
    ) -> None:
        self._do = write
        self._file = (designer_home() if home is None else home) / FILE_NAME
        self._said: dict[str, Any] = _read(self._file)

    def get(self, name: str, otherwise: Any = None) -> Any:
        """What was chosen, or ``otherwise``; also where what stands in the file is of another kind."""
        found = self._said.get(name, otherwise)
        if otherwise is not None and not isinstance(found, type(otherwise)):
            return otherwise
        return found

    def set(self, name: str, value: Any) -> None:
        """Choose; plain JSON."""
        if self._said.get(name) != value:
            self._said[name] = value
            self._write()

    @property
    def recent(self) -> tuple[Path, ...]:
        """Projects that were open, the latest first."""
        return tuple(Path(place) for place in self.get("recent", []) if isinstance(place, str))

    def opened(self, place: Path, title: str = "") -> None:
        """Puts a project first among the recent ones."""
        named = str(place.absolute())
        others = [str(known) for known in self.recent if str(known) != named]
        listed = [named, *others][:MOST_RECENT]
        titles = {known: said for known, said in self.get("titles", {}).items() if known in listed}
        self.set("titles", {**titles, named: title} if title else titles)
        self.set("recent", listed)

    def called(self, place: Path) -> str:
        """What the project in a folder was called when it was open last; else the folder's name."""
        said = self.get("titles", {}).get(str(place))
        return said if isinstance(said, str) and said.strip() else place.name

    def forget(self, place: Path) -> None:
        """Takes a project from the recent ones."""
        self.set("recent", [str(known) for known in self.recent if known != place])

    def _write(self) -> None:
        text = json.dumps(self._said, indent=2, ensure_ascii=False, sort_keys=True) + "\n"
        self._do(lambda: _put(self._file, text))


def _put(file: Path, text: str) -> None:
    with contextlib.suppress(OSError):  # a home that can't be written costs the choice, and nothing else
        file.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(file, text.encode())


def _read(file: Path) -> dict[str, Any]:
    try:
        raw = read_json(file.read_bytes())
    except (OSError, JsonProblem):
        return {}
    return dict(raw) if isinstance(raw, Mapping) else {}
