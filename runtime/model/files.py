"""A project's folder read into a ``Project``, and every reason why that may fail, all at once.

Called by CLI, host, server and designer. Law: opening is inert. Files are parsed, nothing is run, imported, fetched or
written; what can't be read is named with what to do, and stays as it is. Saving is in ``saving``.
"""

from __future__ import annotations

import contextlib
import os
import stat
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from runtime.model import on_disk, turns
from runtime.model.canonical import MAX_FILE_BYTES, JsonProblem, read_json
from runtime.model.flow import Flow, Part
from runtime.model.migrations import FormatProblem, upgraded
from runtime.model.on_disk import SHAPES, Shape
from runtime.model.plain_words import mistakes_of
from runtime.model.problems import FileFinding, ProjectProblem
from runtime.model.project import ConnectionNeed, ConnectionsFile, Project, ProjectFile
from runtime.model.together import RECORD, Decided, as_decided, decided_in
from runtime.model.turns import reading_in

MAX_FILES = 5_000
"""Most files that one project may hold."""
MAX_TOTAL_BYTES = 100_000_000
"""Most bytes that the files of one project may hold together."""

AnyPart = TypeVar("AnyPart", bound=Part)


@dataclass(frozen=True, slots=True)
class OpenedProject:
    """What could be read, and what could not: ``project`` is None only if ``project.json`` itself is unreadable."""

    project: Project | None
    findings: tuple[FileFinding, ...] = ()


def load_project(folder: Path | str) -> Project:
    """The project in ``folder``. Raises ``ProjectProblem`` with every unreadable file."""
    opened = open_project(folder)
    if opened.findings or opened.project is None:
        raise ProjectProblem(opened.findings)
    return opened.project


def open_project(folder: Path | str) -> OpenedProject:
    """As much of the project in ``folder`` as can be read; unreadable files are named and left out. Never raises."""
    folder = Path(folder)
    findings: list[FileFinding] = []
    files = read_folder(folder, findings)
    if findings and not files:
        return OpenedProject(None, tuple(findings))
    opened = parse_files(files)
    hinted = (_with_backup(finding, folder) for finding in (*findings, *opened.findings))
    return OpenedProject(opened.project, tuple(sorted(hinted, key=lambda finding: finding.file)))


# -- the folder -------------------------------------------------------------------------------------------------------


def read_folder(folder: Path, findings: list[FileFinding]) -> dict[str, bytes]:
    """The bytes of the project's files by path; what can't be read goes to ``findings``. Links are never followed.

    All of them are of one save: nobody saves meanwhile where the system knows locks, and what somebody changed in the
    middle of the reading is read again, until the folder has held still.
    """
    with reading_in(folder):
        for _ in range(turns.STEADY_TRIES):
            before, found = _standing(folder), list[FileFinding]()
            files = _read_folder(folder, found)
            if _standing(folder) == before:
                findings += found
                return files
            time.sleep(turns.BETWEEN)
    message = "somebody is saving this project all the time. Try again in a moment."
    findings.append(FileFinding("FILE_BUSY", str(folder), message))
    return {}


def _standing(folder: Path) -> dict[str, tuple[int, ...]]:
    """Which files stand there, each by what no save leaves as it was: a file is replaced, never written into."""
    found: dict[str, tuple[int, ...]] = {}
    try:
        listed = (RECORD, *_listed(folder, []))
    except ValueError:  # no path at all: the reading itself says so
        return found
    for path in listed:
        with contextlib.suppress(OSError):  # it is not there, or it went meanwhile
            at = (folder / path).lstat()
            found[path] = (at.st_ino, at.st_mtime_ns, at.st_ctime_ns, at.st_size)
    return found


def _read_folder(folder: Path, findings: list[FileFinding]) -> dict[str, bytes]:
    decided = _decided(folder)
    missing = _why_no_project(folder)
    if missing is not None and not any(one.path == on_disk.PROJECT.pattern for one in decided):
        findings.append(FileFinding("PROJECT_MISSING", "", missing))
        return {}
    files: dict[str, bytes] = {}
    total = 0
    for path in _listed(folder, findings):
        if len(files) >= MAX_FILES or total > MAX_TOTAL_BYTES:
            message = f"the project is too large: at most {MAX_FILES:,} files and {MAX_TOTAL_BYTES:,} bytes are read."
            findings.append(FileFinding("PROJECT_TOO_LARGE", path, message))
            break
        content = read_file(folder, path, findings)
        if content is not None:
            files[path] = content
            total += len(content)
    if decided:  # a save that was cut short: it counts, and the next one finishes it
        return as_decided(files, decided, lambda path: read_file(folder, path, []))
    return files


def _decided(folder: Path) -> tuple[Decided, ...]:
    try:
        if not stat.S_ISDIR((folder / on_disk.OWN_FOLDER).lstat().st_mode):
            return ()
    except (OSError, ValueError):
        return ()
    return decided_in(lambda path: read_file(folder, path, []))


def _why_no_project(folder: Path) -> str | None:
    try:
        if stat.S_ISDIR(folder.stat().st_mode):
            # lstat, so that a link that leads nowhere is named as the link that it is
            (folder / on_disk.PROJECT.pattern).lstat()
            return None
    except FileNotFoundError:
        if folder.is_dir():
            return f"The folder {folder} holds no project.json, so it is no project; give the folder that does."
        return f"The project folder {folder} does not exist."
    except (OSError, ValueError) as error:
        return f"The project folder {folder} can't be read: {_reason(error)}."
    return f"The project folder {folder} is a file, not a folder; unpack it first."


def _listed(folder: Path, findings: list[FileFinding]) -> Iterator[str]:
    """Paths in the folder that have the shape of a project's file, whatever lies there."""
    for shape in SHAPES:
        if shape.depth == 0:
            if os.path.lexists(folder / shape.pattern):
                yield shape.pattern
            continue
        for entry in _entries(folder, shape.folder, findings):
            paths = [f"{shape.folder}/{entry}"]
            if shape.depth == 2:
                paths = [f"{paths[0]}/{name}" for name in _entries(folder, paths[0], findings)]
            for path in paths:
                if shape.names_in(path) is not None and not path.rpartition("/")[2].startswith("."):
                    yield path


def _entries(folder: Path, inside: str, findings: list[FileFinding]) -> list[str]:
    """Names in a folder of the project, sorted; none if it is not there or is a file."""
    place = folder / inside
    try:
        mode = place.lstat().st_mode
        if stat.S_ISLNK(mode):
            _add_once(findings, FileFinding("FILE_LINK", inside, "it is a link; put the real folder there."))
            return []
        return sorted(os.listdir(place)) if stat.S_ISDIR(mode) else []  # noqa: PTH208 - names, not paths
    except FileNotFoundError:
        return []
    except OSError as error:
        _add_once(findings, FileFinding("FILE_READ", inside, f"it can't be read: {_reason(error)}."))
        return []


def read_file(folder: Path, path: str, findings: list[FileFinding]) -> bytes | None:
    """The bytes of one file of the project, None with a finding if it is a link, too large, or can't be read."""
    place = folder / path
    try:
        mode = place.lstat().st_mode
        if stat.S_ISLNK(mode):
            findings.append(FileFinding("FILE_LINK", path, "it is a link; put the real file there."))
            return None
        if not stat.S_ISREG(mode):
            findings.append(FileFinding("FILE_READ", path, "it is not a file."))
            return None
        # Between the two looks somebody may put a link or a pipe there; neither is followed or waited for.
        flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
        with open(os.open(place, flags), "rb") as file:  # noqa: PTH123 - Path.open takes no flags
            content = file.read(MAX_FILE_BYTES + 1)
            size = max(len(content), os.fstat(file.fileno()).st_size)
    except OSError as error:
        findings.append(FileFinding("FILE_READ", path, f"it can't be read: {_reason(error)}."))
        return None
    if size > MAX_FILE_BYTES:
        message = f"it holds {size:,} bytes; at most {MAX_FILE_BYTES:,} are read."
        findings.append(FileFinding("FILE_TOO_LARGE", path, message))
        return None
    return content


def _with_backup(finding: FileFinding, folder: Path) -> FileFinding:
    """The finding of a damaged file, with the place of its backup if there is one."""
    damaged = {"FILE_EMPTY", "FILE_ENCODING", "JSON_TRUNCATED", "JSON_SYNTAX"}
    backup = f"{on_disk.BACKUP_FOLDER}/{finding.file}"
    if finding.code not in damaged or not (folder / backup).is_file():
        return finding
    message = f"{finding.message} The version before the last save is in {backup}."
    return FileFinding(finding.code, finding.file, message, finding.line, finding.column)


def _reason(error: OSError | ValueError) -> str:
    said = error.strerror if isinstance(error, OSError) else None
    return (said or str(error) or type(error).__name__).lower()


def _add_once(findings: list[FileFinding], finding: FileFinding) -> None:
    if finding not in findings:
        findings.append(finding)


# -- the content ------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Contents:
    """Grows while the files are parsed."""

    findings: list[FileFinding]
    file: ProjectFile | None = None
    connections: ConnectionsFile | None = None
    flows: dict[str, Flow] = field(default_factory=dict)
    layouts: dict[str, Any] = field(default_factory=dict)
    decisions: dict[str, bytes] = field(default_factory=dict)
    forms: dict[str, Any] = field(default_factory=dict)
    samples: dict[str, dict[str, Any]] = field(default_factory=dict)
    scenarios: dict[str, dict[str, Any]] = field(default_factory=dict)
    decision_tests: dict[str, dict[str, Any]] = field(default_factory=dict)
    texts: dict[str, dict[str, str]] = field(default_factory=dict)


def parse_files(files: Mapping[str, bytes]) -> OpenedProject:
    """The project that these files (path -> bytes) make up, a finding for each that does not parse. Never raises."""
    contents = _Contents([])
    for path in sorted(files):
        found = on_disk.shape_of(path)
        if found is None:
            continue
        shape, names = found
        fault = on_disk.name_fault(shape, names)
        if fault is not None:
            contents.findings.append(FileFinding("FILE_NAME", path, f"its name {fault}."))
            continue
        try:
            _take(contents, shape, names, path, files[path])
        except JsonProblem as problem:
            message = f"{problem.message[:1].upper()}{problem.message[1:]}"
            contents.findings.append(FileFinding(problem.code, path, message, problem.line, problem.column))
        except FormatProblem as problem:
            contents.findings.append(FileFinding("FILE_FORMAT", path, str(problem)))
    if contents.file is None:
        if on_disk.PROJECT.pattern not in files:
            contents.findings.append(FileFinding("PROJECT_MISSING", on_disk.PROJECT.pattern, "it is missing."))
        return OpenedProject(None, tuple(contents.findings))
    connections = contents.connections
    project = Project(
        file=contents.file,
        flows=contents.flows,
        connections={} if connections is None else connections.connections,
        connections_rest=None if connections is None else _rest_of(connections),
        decisions=contents.decisions,
        forms=contents.forms,
        samples=contents.samples,
        scenarios=contents.scenarios,
        decision_tests=contents.decision_tests,
        texts=contents.texts,
        layouts=contents.layouts,
    )
    return OpenedProject(project, tuple(contents.findings))


def _take(contents: _Contents, shape: Shape, names: tuple[str, ...], path: str, content: bytes) -> None:
    if shape is on_disk.DECISION:
        if not content.strip():
            raise JsonProblem("FILE_EMPTY", "it is empty.")
        contents.decisions[names[0]] = content
        return
    raw = read_json(content)
    if shape is on_disk.SAMPLE:
        contents.samples.setdefault(names[0], {})[names[1]] = raw
        return
    if not isinstance(raw, dict):
        contents.findings.append(FileFinding("FILE_CONTENT", path, "It should hold an object {...}."))
    elif shape is on_disk.PROJECT:
        contents.file = _validated(contents, ProjectFile, upgraded(shape.kind, raw), path)
    elif shape is on_disk.CONNECTIONS:
        contents.connections = _validated(contents, ConnectionsFile, upgraded(shape.kind, raw), path)
    elif shape is on_disk.FLOW:
        flow = _validated(contents, Flow, upgraded(shape.kind, raw), path)
        if flow is not None and flow.id != names[0]:
            message = f"It says that its id is {flow.id!r}, and its name says {names[0]!r}; make them the same."
            contents.findings.append(FileFinding("FILE_ID", path, message))
        elif flow is not None:
            contents.flows[flow.id] = flow
    elif shape is on_disk.LAYOUT:
        contents.layouts[names[0]] = raw
    elif shape is on_disk.FORM:
        contents.forms[names[0]] = raw
    elif shape is on_disk.SCENARIO:
        contents.scenarios.setdefault(names[0], {})[names[1]] = raw
    elif shape is on_disk.DECISION_TEST:
        contents.decision_tests.setdefault(names[0], {})[names[1]] = raw
    elif not all(isinstance(text, str) for text in raw.values()):
        wrong = next(key for key, text in raw.items() if not isinstance(text, str))
        contents.findings.append(FileFinding("FILE_CONTENT", path, f"{wrong} should be text."))
    else:
        contents.texts[names[0]] = raw


def _validated(contents: _Contents, model: type[AnyPart], raw: dict[str, Any], path: str) -> AnyPart | None:
    try:
        return model.model_validate(raw)
    except ValidationError as error:
        for mistake in mistakes_of(error, raw):
            contents.findings.append(FileFinding("FILE_CONTENT", path, f"{mistake.path or 'It'} {mistake.message}"))
        return None


def _rest_of(connections: ConnectionsFile) -> dict[str, Any]:
    rest: dict[str, Any] = {}
    if "format_version" in connections.model_fields_set:
        rest["format_version"] = connections.format_version
    return {**rest, **(connections.model_extra or {})}


def parts_of(project: Project) -> Iterator[tuple[Shape, str, Any]]:
    """Everything that the project's files hold, as (shape, path, content), in the order of ``SHAPES``, then by name.

    Content is a ``Part``, plain JSON, or bytes as they stand in the file.
    """
    yield on_disk.PROJECT, on_disk.PROJECT.path(), project.file
    if project.connections or project.connections_rest is not None:
        yield on_disk.CONNECTIONS, on_disk.CONNECTIONS.path(), connections_file(project)
    single: Iterable[tuple[Shape, Mapping[str, Any]]] = (
        (on_disk.FLOW, project.flows),
        (on_disk.LAYOUT, project.layouts),
        (on_disk.DECISION, project.decisions),
        (on_disk.FORM, project.forms),
    )
    for shape, contents in single:
        for name in sorted(contents):
            yield shape, shape.path(name), contents[name]
    within: Iterable[tuple[Shape, Mapping[str, Mapping[str, Any]]]] = (
        (on_disk.SAMPLE, project.samples),
        (on_disk.SCENARIO, project.scenarios),
        (on_disk.DECISION_TEST, project.decision_tests),
    )
    for shape, by_owner in within:
        for owner in sorted(by_owner):
            for name in sorted(by_owner[owner]):
                yield shape, shape.path(owner, name), by_owner[owner][name]
    for language in sorted(project.texts):
        yield on_disk.TEXTS, on_disk.TEXTS.path(language), project.texts[language]


def connections_file(project: Project) -> ConnectionsFile:
    """``connections.json`` as it is written."""
    rest = dict(project.connections_rest) if project.connections_rest is not None else {"format_version": 1}
    connections: Mapping[str, ConnectionNeed] = project.connections
    return ConnectionsFile.model_validate({**rest, "connections": connections})
