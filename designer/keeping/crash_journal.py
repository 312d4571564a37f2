"""The crash journal: every change of an open project, durable within a second, so that no crash loses it.

One file a project in the designer's home: a first line that names the project and what stood on the disk, then one
line for each moment at which something had changed, with the changed files whole. A line is valid only with its own
check sum, so a line that was cut off by the crash is left out and all before it count. Saving empties it.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from runtime.model.durable import sync_folder

FORMAT = 1
FOLDER = "journals"
SUFFIX = ".changes"
KEPT = ".kept"
"""of a journal that a crash left, until the user has said what becomes of it"""
MAX_BYTES = 64_000_000
"""a journal that has grown beyond is begun anew with all changes in one line"""


@dataclass(frozen=True, slots=True)
class Found:
    """What a crash left behind."""

    file: Path
    folder: Path | None
    """where the project is saved; None if it never was"""
    name: str
    count: int
    """how many changes"""
    files: Mapping[str, bytes | None]
    """the changed files as they were at last; None: taken away"""
    base: Mapping[str, bytes | None] = field(default_factory=dict)
    """the same files before the first change; for a project that was never saved there are none"""
    revisions: Mapping[str, str] = field(default_factory=dict)
    """what stood on the disk when the project was opened"""


class JournalWriter:
    """Appends to one journal. Used by one thread at a time; nothing is on the disk before the first change."""

    def __init__(self, home: Path, name: str, *, folder: Path | None, title: str, revisions: Mapping[str, str]) -> None:
        self.file = home / FOLDER / f"{name}{SUFFIX}"
        self._head = {
            "format": FORMAT,
            "folder": None if folder is None else str(folder),
            "name": title,
            "revisions": dict(revisions),
        }
        self._known: set[str] = set()
        self._size = 0

    def append(self, count: int, files: Mapping[str, bytes | None], base: Mapping[str, bytes | None]) -> None:
        """``count`` changes led to these files; durable when it returns. Raises OSError."""
        line: dict[str, Any] = {"count": count, "files": {path: _said(content) for path, content in files.items()}}
        first = {path: _said(base.get(path)) for path in files if path not in self._known}
        if first:
            line["base"] = first
        if not self.file.exists() or self._size == 0:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            lines, mode = [self._head, line], "wb"
        else:
            lines, mode = [line], "ab"
        written = b"".join(_line(one) for one in lines)
        with self.file.open(mode) as opened:
            opened.write(written)
            opened.flush()
            os.fsync(opened.fileno())
        if mode == "wb":
            sync_folder(self.file.parent)
            self._size = 0
        self._size += len(written)
        self._known.update(files)

    @property
    def full(self) -> bool:
        """Whether it should be begun anew."""
        return self._size > MAX_BYTES

    def clear(self) -> None:
        """All is saved, or was given up on purpose."""
        with contextlib.suppress(FileNotFoundError):
            self.file.unlink()
        self._known.clear()
        self._size = 0


def read_journal(file: Path) -> Found | None:
    """What a journal holds; None if nothing in it can be used."""
    lines = list(_lines(file))
    if len(lines) < 2 or lines[0].get("format") != FORMAT:
        return None
    head = lines[0]
    files: dict[str, bytes | None] = {}
    base: dict[str, bytes | None] = {}
    count = 0
    for line in lines[1:]:
        count += int(line.get("count", 1))
        for path, said in line.get("base", {}).items():
            base.setdefault(path, _content(said))
        files.update((path, _content(said)) for path, said in line["files"].items())
    folder = Path(head["folder"]) if head.get("folder") else None
    return Found(file, folder, str(head.get("name", "")), count, files, base, head.get("revisions", {}))


def set_aside(home: Path, name: str) -> None:
    """Puts a journal that a crash left out of the way of the next one; what was set aside before stays."""
    file = home / FOLDER / f"{name}{SUFFIX}"
    number = 1
    while (aside := file.with_name(f"{name}.{number}{KEPT}")).exists():
        number += 1
    with contextlib.suppress(FileNotFoundError):
        file.rename(aside)


def kept(home: Path, name: str) -> list[Found]:
    """What crashes left for this project, the oldest first. Files that hold nothing are removed."""
    found: list[Found] = []
    for file in sorted((home / FOLDER).glob(f"{name}.*{KEPT}"), key=lambda path: int(path.suffixes[-2][1:])):
        read = read_journal(file)
        if read is None:
            file.unlink(missing_ok=True)
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
