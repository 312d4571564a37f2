"""The crash journal: every change of an open project, durable within a second, so that no crash loses it.

One file a project in the designer's home: a first line that names the project and what stood on the disk, then one
line for each moment at which something had changed, with the changed files whole and what the user did since it was
saved. A line is valid only with its own check sum, so a line that was cut off by the crash is left out and all before
it count. Saving empties it, and so does undoing all.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from runtime.model import on_disk
from runtime.model.durable import write_atomically

FORMAT = 1
FOLDER = "journals"
SUFFIX = ".changes"
KEPT = ".kept"
"""of a journal that a crash left, until the user has said what becomes of it"""
MAX_BYTES = 64_000_000
"""a journal that has grown beyond is begun anew with all changes in one line"""
LAST = 5
"""steps whose titles are kept; of the others it is kept how many they are"""


@dataclass(frozen=True, slots=True)
class Found:
    """What a crash left behind."""

    file: Path
    folder: Path | None
    """where the project is saved; None if it never was"""
    name: str
    count: int
    """how many steps of the history lay between what was saved and this"""
    files: Mapping[str, bytes | None]
    """the files that differ from what was saved, as they were at last; None: taken away"""
    base: Mapping[str, bytes | None] = field(default_factory=dict)
    """the same files as they were saved; for a project that was never saved there are none"""
    last: tuple[str, ...] = ()
    """titles of the last of those steps"""
    project: str = ""
    """the project's id"""

    @property
    def steps(self) -> tuple[str, ...]:
        """Each of the steps by name; what is not known of the earlier ones is that they were."""
        return (*("An earlier change",) * (self.count - len(self.last)), *self.last)

    @property
    def whole(self) -> bool:
        """Whether it holds the whole project: what was never saved, or stood nowhere else any more."""
        return self.files.get(on_disk.PROJECT.path()) is not None and not any(self.base.values())


class JournalWriter:
    """Appends to one journal. Used by one thread at a time; nothing is on the disk before the first change."""

    def __init__(self, home: Path, name: str, *, folder: Path | None, title: str, project: str) -> None:
        self.file = home / FOLDER / f"{name}{SUFFIX}"
        self._head = {
            "format": FORMAT,
            "folder": None if folder is None else str(folder),
            "name": title,
            "project": project,
        }
        self._known: set[str] = set()
        self._size = 0

    def append(self, steps: Sequence[str], files: Mapping[str, bytes | None], base: Mapping[str, bytes | None]) -> None:
        """These steps led to these files; durable when it returns. Raises OSError: nothing was written then."""
        said = {path: _said(content) for path, content in files.items()}
        line: dict[str, Any] = {"steps": len(steps), "last": list(steps[-LAST:]), "files": said}
        first = {path: _said(base.get(path)) for path in files if path not in self._known}
        if first:
            line["base"] = first
        try:
            if self._size == 0 or not self.file.exists():
                written = _line(self._head) + _line(line)
                self.file.parent.mkdir(parents=True, exist_ok=True)
                write_atomically(self.file, written)  # what stood there counts until all of this does
                self._size = len(written)
            else:
                written = _line(line)
                with self.file.open("ab") as opened:
                    opened.write(written)
                    opened.flush()
                    os.fsync(opened.fileno())
                self._size += len(written)
        except OSError:
            self._cut_off()
            raise
        self._known.update(files)

    def _cut_off(self) -> None:
        """A line that was written in part would make worthless what is written behind it."""
        if self._size:
            with contextlib.suppress(OSError):
                os.truncate(self.file, self._size)

    def begin_anew(self) -> None:
        """The next line takes the place of all that stand there, and says all by itself."""
        self._known.clear()
        self._size = 0

    @property
    def empty(self) -> bool:
        """Whether it holds no change."""
        return self._size == 0

    @property
    def full(self) -> bool:
        """Whether it should be begun anew."""
        return self._size > MAX_BYTES

    def clear(self) -> None:
        """All is saved, or was given up on purpose."""
        remove(self.file)
        self._known.clear()
        self._size = 0


def read_journal(file: Path) -> Found | None:
    """What a journal holds; None if nothing in it can be used."""
    lines = list(_lines(file))
    if len(lines) < 2 or lines[0].get("format") != FORMAT:
        return None
    head, last = lines[0], lines[-1]
    files: dict[str, bytes | None] = {}
    base: dict[str, bytes | None] = {}
    for line in lines[1:]:
        for path, said in line.get("base", {}).items():
            base.setdefault(path, _content(said))
        files.update((path, _content(said)) for path, said in line["files"].items())
    files = {path: content for path, content in files.items() if content != base.get(path)}
    if not files:
        return None  # all of it was taken back
    return Found(
        file,
        Path(head["folder"]) if head.get("folder") else None,
        str(head.get("name", "")),
        int(last.get("steps", 0)),
        files,
        {path: base.get(path) for path in files},
        tuple(map(str, last.get("last", ()))),
        str(head.get("project", "")),
    )


def set_aside(home: Path, name: str) -> None:
    """Puts a journal that a crash left out of the way of the next one; what was set aside before stays."""
    hand_over(home, home / FOLDER / f"{name}{SUFFIX}", name)


def hand_over(home: Path, file: Path, name: str) -> None:
    """Makes a journal one that a crash left under this name, the newest of them."""
    number = 1
    while (aside := home / FOLDER / f"{name}.{number}{KEPT}").exists():
        number += 1
    with contextlib.suppress(FileNotFoundError, NotADirectoryError):
        file.rename(aside)


def remove(file: Path) -> None:
    """It is not needed any more. Where it can't go, a later look finds that all of it stands in the project."""
    with contextlib.suppress(OSError):
        file.unlink()


def kept(home: Path, name: str) -> list[Found]:
    """What crashes left for this project, the oldest first. Files that hold nothing are removed."""
    found: list[Found] = []
    for file in sorted((home / FOLDER).glob(f"{name}.*{KEPT}"), key=lambda path: int(path.suffixes[-2][1:])):
        read = read_journal(file)
        if read is None:
            remove(file)
        else:
            found.append(read)
    return found


def all_names(home: Path) -> list[str]:
    """The names of all journals, open ones and kept ones."""
    return sorted({file.name.partition(".")[0] for file in (home / FOLDER).glob("*") if file.suffix in (SUFFIX, KEPT)})


def _line(said: Mapping[str, Any]) -> bytes:
    text = json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()
    return hashlib.sha256(text).hexdigest()[:16].encode() + b" " + text + b"\n"


def _lines(file: Path) -> Iterator[dict[str, Any]]:
    try:
        content = file.read_bytes()
    except OSError:
        return
    for line in content.split(b"\n"):
        total, _, text = line.partition(b" ")
        if not text or hashlib.sha256(text).hexdigest()[:16].encode() != total:
            return  # what stands behind a damaged line can't be relied on
        try:
            read = json.loads(text)
        except (ValueError, RecursionError):
            return
        yield read


def _said(content: bytes | None) -> Any:
    if content is None:
        return None
    try:
        return {"text": content.decode("utf-8")}
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(content).decode("ascii")}


def _content(said: Any) -> bytes | None:
    if said is None:
        return None
    return base64.b64decode(said["base64"]) if "base64" in said else str(said["text"]).encode()
