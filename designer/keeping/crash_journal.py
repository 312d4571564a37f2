"""The crash journal: every change of an open project, durable within a second, so that no crash loses it.

One file a project in the designer's home: a first line that names the project and what stood on the disk, then one
line for each moment at which something had changed, with the changed files whole and what the user did since it was
saved. A line is valid only with its own check sum: one that was cut off by the crash is left out, and one that was
damaged since costs what it says alone, for every line holds its files whole. Saving empties it, and so does undoing
all. Law: what can't be read stays on the disk.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from runtime.model import on_disk
from runtime.model.durable import write_atomically

FORMAT = 1
FOLDER = "journals"
SUFFIX = ".changes"
KEPT = ".kept"
"""of a journal that a crash left, until the user has said what becomes of it"""
DAMAGED = ".damaged"
"""of one that could not be read, or not all of it, once the rest stands elsewhere; nothing removes it but a person"""
MAX_BYTES = 64_000_000
"""a journal that has grown beyond is begun anew with all changes in one line"""
LAST = 5
"""steps whose titles are kept; of the others it is kept how many they are"""
Fault = Literal["", "damaged", "later", "unreachable"]
"""why not all of a journal could be read: lines of it are damaged, a later version wrote it, or the disk refuses it"""


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
    """the same files as they were saved, None where there was none; of a damaged journal some may not be known"""
    last: tuple[str, ...] = ()
    """titles of the last of those steps"""
    project: str = ""
    """the project's id"""
    fault: Fault = ""
    """what can't be read of it; then ``files`` may be all that is left of it, or nothing"""

    @property
    def stays_in(self) -> Path:
        """Where its file stands once what can be read of it stands elsewhere; only for one that has a fault."""
        return self.file.with_suffix(DAMAGED) if self.fault == "damaged" else self.file

    @property
    def steps(self) -> tuple[str, ...]:
        """Each of the steps by name; what is not known of the earlier ones is that they were."""
        return (*("An earlier change",) * (self.count - len(self.last)), *self.last)

    @property
    def whole(self) -> bool:
        """Whether it holds the whole project: what was never saved, or stood nowhere else any more."""
        is_new = all(path in self.base and self.base[path] is None for path in self.files)
        return self.files.get(on_disk.PROJECT.path()) is not None and is_new


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
    """What a journal holds, and whether that is all of it; None if it holds no change."""
    try:
        content = file.read_bytes()
    except FileNotFoundError:
        return None
    except OSError:
        return _unread(file, "unreachable")
    lines, damaged = _lines(content)
    head = lines.pop(0) if lines and "format" in lines[0] else {}
    if head.get("format", FORMAT) != FORMAT:
        return _unread(file, "later", head)
    files: dict[str, bytes | None] = {}
    base: dict[str, bytes | None] = {}
    for line in lines:
        for path, said in line.get("base", {}).items():
            base.setdefault(path, _content(said))
        files.update((path, _content(said)) for path, said in line["files"].items())
    files = {path: content for path, content in files.items() if path not in base or content != base[path]}
    if not files:
        return _unread(file, "damaged", head) if damaged else None  # all of it was taken back
    return Found(
        file,
        Path(head["folder"]) if head.get("folder") else None,
        str(head.get("name", "")),
        int(lines[-1].get("steps", 0)),
        files,
        {path: base[path] for path in files if path in base},
        tuple(map(str, lines[-1].get("last", ()))),
        str(head.get("project", "")),
        "damaged" if damaged else "",
    )


def set_aside(home: Path, name: str) -> None:
    """Puts a journal that a crash left out of the way of the next one; what was set aside before stays. Raises OSError:
    it stands where it stood, and must not be written over.
    """
    hand_over(home, home / FOLDER / f"{name}{SUFFIX}", name)


def hand_over(home: Path, file: Path, name: str) -> None:
    """Makes a journal one that a crash left under this name, the newest of them. Raises OSError."""
    number = 1
    while (aside := home / FOLDER / f"{name}.{number}{KEPT}").exists() or aside.with_suffix(DAMAGED).exists():
        number += 1
    with contextlib.suppress(FileNotFoundError, NotADirectoryError):
        file.rename(aside)


def remove(file: Path) -> None:
    """It is not needed any more. Where it can't go, a later look finds that all of it stands in the project."""
    with contextlib.suppress(OSError):
        file.unlink()


def settle(found: Found) -> None:
    """What can be read of it stands elsewhere. What can't be read stays."""
    if found.fault == "damaged":
        with contextlib.suppress(OSError):  # where it can't be renamed it is told again at the next start
            found.file.rename(found.stays_in)
    elif not found.fault:
        remove(found.file)


def kept(home: Path, name: str, *, unmoved: bool = False) -> list[Found]:
    """What crashes left for this project, the oldest first; ``unmoved``: also what could not be set aside. Files that
    hold nothing are removed.
    """
    found: list[Found] = []
    aside = sorted((home / FOLDER).glob(f"{name}.*{KEPT}"), key=lambda path: int(path.suffixes[-2][1:]))
    for file in [*aside, home / FOLDER / f"{name}{SUFFIX}"] if unmoved else aside:
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


def _lines(content: bytes) -> tuple[list[dict[str, Any]], bool]:
    """The lines that can be read, and whether one can't that was whole once.

    A crash leaves one line without its end at most, and that behind two others, which are written at once.
    """
    *whole, cut_off = content.split(b"\n")
    read = [_read(line) for line in whole]
    last = _read(cut_off)
    lines = [line for line in (*read, last) if line is not None]
    return lines, None in read or (len(lines) < 2 and content != b"")


def _read(line: bytes) -> dict[str, Any] | None:
    total, _, text = line.partition(b" ")
    if not text or hashlib.sha256(text).hexdigest()[:16].encode() != total:
        return None
    try:
        read = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return read if isinstance(read, dict) else None


def _unread(file: Path, fault: Fault, head: Mapping[str, Any] | None = None) -> Found:
    """A journal of which nothing can be used here."""
    known = head or {}
    folder = Path(known["folder"]) if known.get("folder") else None
    return Found(file, folder, str(known.get("name", "")), 0, {}, fault=fault)


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
