"""Opens a project's folder or package, inertly: parsed in memory, with every finding, and what stood on the disk.

Called by ``Desktop`` on a worker thread. Law: nothing is imported, spawned, fetched or written, whatever the files
hold.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from designer.document.place_key import real_place
from runtime.model import on_disk
from runtime.model.files import parse_files, read_folder
from runtime.model.package import MANIFEST, PackageProblem, read_members
from runtime.model.problems import FileFinding
from runtime.model.project import Project

PACKAGE_SUFFIX = ".baton"
MOST_NEAR = 500
"""things in a folder among which a project is looked for"""


@dataclass(frozen=True, slots=True)
class Opened:
    """``project`` is None only where nothing could be read. ``folder`` is None for a package: saving asks for one."""

    place: Path
    project: Project | None
    folder: Path | None = None
    findings: tuple[FileFinding, ...] = ()
    revisions: Mapping[str, str] = field(default_factory=dict)
    """path -> SHA-256 of the file as it was read; what saving may write over"""
    real: Path | None = None
    """where the folder really stands, whatever links lead there"""


def open_place(place: Path) -> Opened:
    """What stands at a folder, at a ``project.json`` or in a ``.baton`` package. Never raises."""
    place = place.absolute()
    if place.name == on_disk.PROJECT.pattern and not place.is_dir():
        place = place.parent
    if place.suffix == PACKAGE_SUFFIX and not place.is_dir():
        return _open_package(place)
    findings: list[FileFinding] = []
    files = read_folder(place, findings)
    if findings and not files:
        return Opened(place, None, place, tuple(findings), real=real_place(place))
    opened = parse_files(files)
    found = tuple(sorted((*findings, *opened.findings), key=lambda finding: finding.file))
    return Opened(place, opened.project, place, found, revisions_of(files), real_place(place))


def projects_near(place: Path) -> tuple[Path, ...]:
    """Projects just above a folder that is none, or else those in it."""
    above = place if place.is_dir() else place.parent
    for folder in (above, above.parent):
        if folder != place and (folder / on_disk.PROJECT.pattern).is_file():
            return (folder,)
    try:
        inside = sorted(place.iterdir())[:MOST_NEAR]
    except OSError:
        return ()
    return tuple(one for one in inside if not one.is_symlink() and (one / on_disk.PROJECT.pattern).is_file())


def revisions_of(files: Mapping[str, bytes]) -> dict[str, str]:
    """The revision of each file."""
    return {path: hashlib.sha256(content).hexdigest() for path, content in files.items()}


def _open_package(place: Path) -> Opened:
    try:
        members = read_members(place)
    except PackageProblem as problem:
        return Opened(place, None, None, problem.findings)
    opened = parse_files({path: content for path, content in members.items() if path != MANIFEST})
    return Opened(place, opened.project, None, opened.findings)
