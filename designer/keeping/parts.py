"""A project as the files it consists of: which of them differ between two values, and a project made from files again.

Pure. Called by the crash journal, by saving and by the keeper. Parts that were not touched are the same objects,
so this costs little however large the project is.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from runtime.model import on_disk
from runtime.model.canonical import write_json
from runtime.model.files import connections_file, parse_files, parts_of
from runtime.model.project import Project


def contents(project: Project) -> dict[str, bytes]:
    """Every file of the project as it is written."""
    return {path: as_bytes(content) for _, path, content in parts_of(project)}


def changed_files(before: Project | None, after: Project) -> dict[str, bytes | None]:
    """The files that differ, as they are written now; None for those that are gone."""
    old = {} if before is None else _parts(before)
    new = _parts(after)
    changed: dict[str, bytes | None] = {
        path: as_bytes(connections_file(after) if path == on_disk.CONNECTIONS.path() else part)
        for path, part in new.items()
        if path not in old or not _same(old[path], part)
    }
    changed.update((path, None) for path in old if path not in new)
    return changed


def same_files(before: Project | None, after: Project) -> bool:
    """Whether both are written alike."""
    if before is None:
        return False
    old, new = _parts(before), _parts(after)
    return old.keys() == new.keys() and all(_same(old[path], part) for path, part in new.items())


def with_files(project: Project, files: Mapping[str, bytes | None]) -> Project | None:
    """The project with these files in the place of its own (None: without); None if they can't be read."""
    whole: dict[str, bytes] = contents(project)
    for path, content in files.items():
        if content is None:
            whole.pop(path, None)
        else:
            whole[path] = content
    opened = parse_files(whole)
    return None if opened.findings else opened.project


def as_bytes(content: Any) -> bytes:
    """A part as it stands in its file."""
    return content if isinstance(content, bytes) else write_json(content)


def revision(content: bytes) -> str:
    """The revision of a file with this content."""
    return hashlib.sha256(content).hexdigest()


def _parts(project: Project) -> dict[str, Any]:
    parts = {path: content for shape, path, content in parts_of(project) if shape is not on_disk.CONNECTIONS}
    if project.connections or project.connections_rest is not None:
        parts[on_disk.CONNECTIONS.path()] = (project.connections, project.connections_rest)
    return parts


def _same(old: Any, new: Any) -> bool:
    return old is new or (old == new and as_comparable(old) == as_comparable(new))


def as_comparable(part: Any) -> Any:
    """Parts may be equal and yet be written differently (1.0 and 1.00): such are compared as they are written."""
    return part if isinstance(part, bytes | tuple) else write_json(part)
