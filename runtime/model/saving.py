"""Project files written so that a crash at any moment leaves the old file or the new one, never a mixture.

Called by designer, CLI and ``package``. Law: temporary file in the same folder, fsync, rename, fsync of the folder
(Windows: none for folders, and the rename is repeated while somebody holds the file). The last readable version of a
file that is saved over stays in ``.baton/backup``. What is refused is refused before the first byte is written, and
files that are no part of a project are never touched.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import secrets
import stat
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from runtime.model import on_disk
from runtime.model.canonical import MAX_FILE_BYTES, JsonProblem, read_json, write_json
from runtime.model.files import parts_of
from runtime.model.flow import Flow
from runtime.model.migrations import FORMAT_VERSION
from runtime.model.problems import FileFinding, ProjectProblem
from runtime.model.project import Project

_REPEATS = os.name == "nt"
_PAUSES = (0.02, 0.05, 0.1, 0.2, 0.4, 0.8)
"""Seconds between the tries to replace a file that another program holds (Windows: virus scanners, editors)."""


def save_project(
    project: Project, folder: Path | str, *, revisions: Mapping[str, str] | None = None
) -> tuple[str, ...]:
    """Writes every file of the project that differs from what is on disk; gives the paths written.

    With ``revisions`` (path -> ``file_revision``, empty for a file that is not there) only over just these versions.
    Nothing is removed: what is no longer in ``project`` is taken away with ``remove_flow`` or ``remove_files``. Raises
    ``ProjectProblem``; where a full disk is the reason, each file is the whole old or the whole new one.
    """
    contents = {path: content for _, path, content in parts_of(project)}
    return _save(Path(folder), contents, revisions or {})


def save_flow(flow: Flow, folder: Path | str, *, revision: str | None = None) -> tuple[str, ...]:
    """Writes one flow, as ``save_project``. With ``revision`` (see ``file_revision``) only over just this version."""
    path = on_disk.FLOW.path(flow.id)
    return _save(Path(folder), {path: flow}, {} if revision is None else {path: revision})


def save_layout(flow_id: str, layout: Mapping[str, Any], folder: Path | str) -> tuple[str, ...]:
    """Writes the layout of one flow, as ``save_project``."""
    return _save(Path(folder), {on_disk.LAYOUT.path(flow_id): layout}, {})


def remove_flow(flow_id: str, folder: Path | str) -> None:
    """Moves a flow and its layout to the backup. Raises ``ProjectProblem``; no such file is no problem."""
    remove_files([shape.path(flow_id) for shape in (on_disk.FLOW, on_disk.LAYOUT)], folder)


def remove_files(paths: Iterable[str], folder: Path | str) -> None:
    """Moves files of a project to the backup. Raises ``ProjectProblem``; no such file is no problem."""
    folder = Path(folder)
    for path in paths:
        _refuse({path: {}}, folder)
        if not os.path.lexists(folder / path):
            continue
        try:
            backup = _backup_place(folder, path)
            _replace(folder / path, backup)
            sync_folder((folder / path).parent)
        except OSError as error:
            raise ProjectProblem([_not_written(path, error)]) from error


def file_revision(folder: Path | str, path: str) -> str:
    """What stands in a file now, as a SHA-256 in hex; empty if there is no such file."""
    try:
        return hashlib.sha256((Path(folder) / path).read_bytes()).hexdigest()
    except FileNotFoundError:
        return ""


def write_atomically(place: Path, content: bytes) -> None:
    """Puts ``content`` where ``place`` is, all or nothing, durable when it returns. Raises ``OSError``."""
    if not place.name:  # an empty path is the folder that one stands in
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(place))
    for _ in range(3):
        temporary = place.with_name(f".{place.name}.{secrets.token_hex(4)}.tmp")
        try:
            _write_new(temporary, content, place)
            _replace(temporary, place)
        except FileNotFoundError:
            if not place.parent.is_dir():
                raise
            continue  # somebody else saved this file just now and swept our temporary one away
        except BaseException:
            with contextlib.suppress(OSError):
                temporary.unlink()
            raise
        sync_folder(place.parent)
        _sweep(place)
        return
    raise OSError("it is being saved by somebody else all the time")


# -- what may be written ----------------------------------------------------------------------------------------------


def _save(folder: Path, contents: Mapping[str, Any], revisions: Mapping[str, str]) -> tuple[str, ...]:
    written = _refuse(contents, folder, revisions)
    changed: list[str] = []
    path = ""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not os.path.lexists(folder / on_disk.GIT_ATTRIBUTES):
            write_atomically(folder / on_disk.GIT_ATTRIBUTES, on_disk.GIT_ATTRIBUTES_TEXT.encode())
        for path, content in written.items():
            place = folder / path
            before = place.read_bytes() if place.exists() else None
            if before == content:
                continue
            place.parent.mkdir(parents=True, exist_ok=True)
            if before is not None and _readable(path, before):
                write_atomically(_backup_place(folder, path), before)
            write_atomically(place, content)
            changed.append(path)
    except OSError as error:
        raise ProjectProblem([_not_written(path or str(folder), error)]) from error
    return tuple(changed)


def _refuse(contents: Mapping[str, Any], folder: Path, revisions: Mapping[str, str] | None = None) -> dict[str, bytes]:
    """The bytes to write by path. Raises ``ProjectProblem`` with everything that speaks against writing them."""
    findings: list[FileFinding] = []
    written: dict[str, bytes] = {}
    for path, content in contents.items():
        found = on_disk.shape_of(path)
        fault = on_disk.name_fault(*found) if found else "holds a slash; choose a plain name"
        if fault is not None:
            findings.append(FileFinding("FILE_NAME", path, f"Its name {fault}."))
            continue
        link = next((part for part in _parts_below(path) if (folder / part).is_symlink()), None)
        if link is not None:
            findings.append(FileFinding("FILE_LINK", link, "It is a link; nothing is written through links."))
            continue
        try:
            written[path] = content if isinstance(content, bytes) else write_json(content)
        except ValueError as error:
            findings.append(FileFinding("FILE_CONTENT", path, f"It can't be written: {error}."))
            continue
        if len(written[path]) > MAX_FILE_BYTES:
            message = f"It would hold {len(written[path]):,} bytes; at most {MAX_FILE_BYTES:,} can be read again."
            findings.append(FileFinding("FILE_TOO_LARGE", path, message))
        if revisions and path in revisions and file_revision(folder, path) != revisions[path]:
            message = "It was changed on disk since it was opened. Open it again, or save under another name."
            findings.append(FileFinding("FILE_CHANGED", path, message))
        if _is_newer(folder / path):
            message = "The file on disk is in a newer format than this Baton knows; it is not overwritten."
            findings.append(FileFinding("FILE_FORMAT", path, message))
    if findings:
        raise ProjectProblem(findings)
    return written


def _parts_below(path: str) -> Iterable[str]:
    parts = path.split("/")
    return ("/".join(parts[: n + 1]) for n in range(len(parts)))


def _readable(path: str, content: bytes) -> bool:
    """Only a version that can be read is worth being the one backup: a damaged one must not push a good one out."""
    if not path.endswith(".json"):
        return bool(content)
    try:
        read_json(content)
    except JsonProblem:
        return False
    return True


def _is_newer(place: Path) -> bool:
    try:
        raw = read_json(place.read_bytes())
    except (OSError, JsonProblem):
        return False
    version = raw.get("format_version") if isinstance(raw, dict) else None
    return isinstance(version, int) and version > FORMAT_VERSION


def _backup_place(folder: Path, path: str) -> Path:
    place = folder / on_disk.BACKUP_FOLDER / path
    place.parent.mkdir(parents=True, exist_ok=True)
    ignore = folder / on_disk.BACKUP_FOLDER.partition("/")[0] / ".gitignore"
    if not ignore.exists():
        write_atomically(ignore, b"*\n")
    return place


def _not_written(path: str, error: OSError) -> FileFinding:
    reason = (error.strerror or str(error) or type(error).__name__).lower()
    return FileFinding("FILE_WRITE", path, f"It can't be written: {reason}. What stood there before still stands.")


# -- how it is written ------------------------------------------------------------------------------------------------


def _write_new(temporary: Path, content: bytes, place: Path) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    with open(os.open(temporary, flags, 0o666), "wb") as file:  # noqa: PTH123 - Path.open can't ask for O_EXCL and a mode
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    with contextlib.suppress(OSError):
        temporary.chmod(stat.S_IMODE(place.stat().st_mode))  # a file keeps the rights that its owner gave it


def _replace(source: Path, target: Path) -> None:
    for pause in _PAUSES if _REPEATS else ():
        try:
            source.replace(target)
        except PermissionError:
            time.sleep(pause)
        else:
            return
    source.replace(target)


def sync_folder(folder: Path) -> None:
    """Makes names in a folder as durable as the files behind them, where the system can."""
    if os.name == "nt":
        return
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _sweep(place: Path) -> None:
    """Removes what killed savers of this file left behind."""
    for left in place.parent.glob(f".{place.name}.????????.tmp"):
        with contextlib.suppress(OSError):
            left.unlink()
