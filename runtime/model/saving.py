"""Project files written so that a crash at any moment leaves the old project or the new one, never a mixture.

Called by designer and CLI. Law: one file is written as ``durable`` does it, several as ``together`` does it; two savers
of one folder take turns (``turns``), so what is compared still stands there when it is written over. The last
readable version of a file that is saved over stays in ``.baton/backup``. What is refused is refused before the first
byte is written, and files that are no part of a project are never touched.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from runtime.model import on_disk
from runtime.model.canonical import MAX_FILE_BYTES, JsonProblem, read_json, write_json
from runtime.model.durable import replace, sync_folder, write_atomically
from runtime.model.files import parts_of
from runtime.model.flow import Flow
from runtime.model.migrations import FORMAT_VERSION
from runtime.model.problems import FileFinding, ProjectProblem
from runtime.model.project import Project
from runtime.model.together import RECORD, Progress, finish, write_together
from runtime.model.turns import Busy, saving_in


def save_project(
    project: Project,
    folder: Path | str,
    *,
    revisions: Mapping[str, str] | None = None,
    gone: Iterable[str] = (),
    progress: Progress = lambda _done, _count: None,
) -> tuple[str, ...]:
    """Writes every file of the project that differs from what is on disk; gives the paths written. All of them are
    written or none, also where the machine is switched off meanwhile.

    With ``revisions`` (path -> ``file_revision``, empty for a file that is not there) only over just these versions.
    Nothing else is removed than ``gone``, which goes to the backup as with ``remove_files``. ``progress`` is told
    (files written, files in all) while that can still be stopped, by raising. Raises ``ProjectProblem``.
    """
    contents = {path: content for _, path, content in parts_of(project)}
    leaving = [path for path in gone if path not in contents]
    return _save(Path(folder), contents, revisions or {}, leaving, progress)


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
    with _alone_in(folder):
        _finish(folder)
        for path in paths:
            _refuse({path: {}}, folder)
            if not os.path.lexists(folder / path):
                continue
            try:
                backup = _backup_place(folder, path)
                replace(folder / path, backup)
                sync_folder((folder / path).parent)
            except OSError as error:
                raise ProjectProblem([_not_written(path, error)]) from error


def file_revision(folder: Path | str, path: str) -> str:
    """What stands in a file now, as a SHA-256 in hex; empty if there is no such file."""
    try:
        return hashlib.sha256((Path(folder) / path).read_bytes()).hexdigest()
    except (FileNotFoundError, NotADirectoryError):
        return ""


# -- what may be written ----------------------------------------------------------------------------------------------


def _save(
    folder: Path,
    contents: Mapping[str, Any],
    revisions: Mapping[str, str],
    gone: Iterable[str] = (),
    progress: Progress = lambda _done, _count: None,
) -> tuple[str, ...]:
    if not folder.is_dir():  # refused before anything is made
        _refuse(contents, folder, revisions)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ProjectProblem([_not_written(str(folder), error)]) from error
    with _alone_in(folder):
        return _save_alone(folder, contents, revisions, gone, progress)


@contextlib.contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    try:
        with saving_in(folder):
            yield
    except Busy as error:
        message = "Somebody else is saving this project all the time. Try again in a moment."
        raise ProjectProblem([FileFinding("FILE_BUSY", str(folder), message)]) from error


def _save_alone(
    folder: Path,
    contents: Mapping[str, Any],
    revisions: Mapping[str, str],
    gone: Iterable[str],
    progress: Progress,
) -> tuple[str, ...]:
    path = ""
    try:
        _finish(folder)
        leaving = [path for path in gone if os.path.lexists(folder / path)]
        written = _refuse({**contents, **dict.fromkeys(leaving, b"")}, folder, revisions)
        if not os.path.lexists(folder / on_disk.GIT_ATTRIBUTES):
            write_atomically(folder / on_disk.GIT_ATTRIBUTES, on_disk.GIT_ATTRIBUTES_TEXT.encode())
        before: dict[str, bytes | None] = {path: (folder / path).read_bytes() for path in leaving}
        for path in contents:
            place = folder / path
            stands = place.read_bytes() if place.exists() else None
            if stands == written[path]:
                continue
            place.parent.mkdir(parents=True, exist_ok=True)
            if stands is not None and _readable(path, stands):
                write_atomically(_backup_place(folder, path), stands)
            before[path] = stands
        changed = {path: written[path] for path in before if path not in leaving}
        if len(before) == 1 and changed:  # one file is all or nothing by itself
            for path, content in changed.items():
                write_atomically(folder / path, content)
        elif before:
            write_together(folder, changed, before, lambda lost: _backup_place(folder, lost), progress)
    except OSError as error:
        raise ProjectProblem([_not_written(path or str(folder), error)]) from error
    return tuple(changed)


def _finish(folder: Path) -> None:
    if (folder / RECORD).is_file():
        finish(folder, lambda lost: _backup_place(folder, lost))


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
        ways = (on_disk.OWN_FOLDER, *on_disk.parts_below(path))
        link = next((part for part in ways if (folder / part).is_symlink()), None)
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
    _own_folder(folder)
    place = folder / on_disk.BACKUP_FOLDER / path
    place.parent.mkdir(parents=True, exist_ok=True)
    return place


def _own_folder(folder: Path) -> None:
    own = folder / on_disk.OWN_FOLDER
    own.mkdir(parents=True, exist_ok=True)
    if not (own / ".gitignore").exists():
        write_atomically(own / ".gitignore", b"*\n")


def _not_written(path: str, error: OSError) -> FileFinding:
    reason = (error.strerror or str(error) or type(error).__name__).lower()
    return FileFinding("FILE_WRITE", path, f"It can't be written: {reason}. What stood there before still stands.")
