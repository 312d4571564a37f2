"""A release in one file: ``<project>-<version>.baton``, a zip of the project's canonical files with their SHA-256 sums.

Called by CLI (pack, unpack), server (a packed draft comes in) and host (a run from a folder packs it first).
Law: same content, same bytes, on every machine (members stored, not compressed: no two zlibs compress alike; sorted,
one date, no rights). A package comes from strangers: everything is checked in memory, limits count what is really read
and not what headers say, and nothing touches the disk before all of it has passed.
"""

from __future__ import annotations

import hashlib
import io
import os
import secrets
import shutil
import stat
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path

from pydantic import Field, ValidationError

from runtime.model import on_disk
from runtime.model.at_once import open_at_once
from runtime.model.canonical import MAX_FILE_BYTES, JsonProblem, read_json, write_json
from runtime.model.content_hash import content_hash
from runtime.model.durable import sync_folder, write_atomically
from runtime.model.files import MAX_FILES, load_project, parse_files, parts_of
from runtime.model.flow import Part, Whole
from runtime.model.migrations import FORMAT_VERSION
from runtime.model.names import path_fault
from runtime.model.problems import FileFinding, ProjectProblem
from runtime.model.project import Project

MANIFEST = "manifest.json"
MAX_PACKAGE_BYTES = 100_000_000
"""Largest package that is read, and most bytes that its members may hold together."""
MAX_RATIO = 200
"""A member that grows by more than this on reading is a bomb, not a file that people wrote."""
_SPARE = 1_000_000
"""Bytes beyond that ratio that are forgiven, so that a short file of blanks is no bomb."""
_DATE = (1980, 1, 1, 0, 0, 0)
_DAMAGED = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, NotImplementedError, RuntimeError)
"""All that ``zipfile`` raises on bytes that are no sound zip."""
_DIRECTORY_BYTES_EACH = 600
"""More than one entry of a zip's directory takes with a path of allowed length."""


class PackageProblem(ProjectProblem):
    """A package is refused. ``code`` is one of PKG_NOT_A_PACKAGE, PKG_BROKEN, PKG_PATH, PKG_LINK, PKG_DUPLICATE,
    PKG_MEMBER, PKG_ENCRYPTED, PKG_TOO_LARGE, PKG_BOMB, PKG_MANIFEST, PKG_SUM, PKG_FORMAT, PKG_CONTENT, PKG_TARGET."""


class Packed(Part):
    """One file of a package."""

    sha256: str = Field(pattern="^[0-9a-f]{64}$")
    """of its bytes, in hex"""
    bytes: Whole = Field(ge=0)


class Manifest(Part):
    """``manifest.json``, the first member of a package."""

    format_version: Whole
    project: str
    """the project's id"""
    version: str
    """the project's version"""
    content_hash: str
    """what runs of this release are pinned to"""
    files: Mapping[str, Packed]
    """every other member, by path"""


def pack(project: Project | Path | str) -> bytes:
    """The package of a project or of the project in a folder. Raises ``ProjectProblem`` if it can't be read."""
    if not isinstance(project, Project):
        project = load_project(project)
    files = {p: c if isinstance(c, bytes) else write_json(c) for _, p, c in parts_of(project)}
    unfit = [FileFinding("PKG_PATH", path, f"Its path {fault}.") for path in files if (fault := _path_refusal(path))]
    for path, content in files.items():
        if len(content) > MAX_FILE_BYTES:
            message = f"It holds {len(content):,} bytes; at most {MAX_FILE_BYTES:,} can be read again."
            unfit.append(FileFinding("PKG_TOO_LARGE", path, message))
    if unfit:
        raise PackageProblem(unfit)
    manifest = Manifest(
        format_version=FORMAT_VERSION,
        project=project.file.id,
        version=project.file.version,
        content_hash=content_hash(project),
        files={path: Packed(sha256=_sum(files[path]), bytes=len(files[path])) for path in sorted(files)},
    )
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for path, content in [(MANIFEST, write_json(manifest)), *sorted(files.items())]:
            member = zipfile.ZipInfo(path, _DATE)
            member.create_system = 3
            member.external_attr = (stat.S_IFREG | 0o644) << 16
            archive.writestr(member, content)
    return packed.getvalue()


def pack_to_file(project: Project | Path | str, file: Path | str) -> str:
    """Writes the package, all or nothing, and gives its SHA-256 in hex. Raises ``ProjectProblem``."""
    packed = pack(project)
    try:
        write_atomically(Path(file), packed)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        finding = FileFinding("PKG_TARGET", str(file), f"The package can't be written: {reason}.")
        raise PackageProblem([finding]) from error
    return _sum(packed)


def read_package(package: bytes | Path | str) -> Project:
    """The project in a package. Raises ``PackageProblem``; nothing is written anywhere."""
    return _project_of(read_members(package))


def package_manifest(package: bytes | Path | str) -> Manifest:
    """What the package says of itself, once its sums have been checked. Raises ``PackageProblem``."""
    return _manifest_of(read_members(package))


def unpack(package: bytes | Path | str, folder: Path | str) -> Project:
    """Writes the project's files into a new or empty folder, all or nothing. Raises ``PackageProblem``."""
    members = read_members(package)
    project = _project_of(members)
    folder = Path(folder)
    if folder.is_symlink() or (folder.exists() and (not folder.is_dir() or any(folder.iterdir()))):
        raise _refusal("PKG_TARGET", str(folder), "The folder exists and is not empty; name a new one.")
    parent = folder.absolute().parent
    beside = parent / f".{folder.name}.{secrets.token_hex(4)}.unpacking"
    try:
        parent.mkdir(parents=True, exist_ok=True)
        beside.mkdir()
        members = {path: content for path, content in members.items() if path != MANIFEST}
        for path, content in {on_disk.GIT_ATTRIBUTES: on_disk.GIT_ATTRIBUTES_TEXT.encode(), **members}.items():
            place = beside / path
            place.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(place, content)
        if folder.exists():
            folder.rmdir()  # it is empty; if it no longer is, this fails and nothing has happened
        beside.rename(folder)
        sync_folder(parent)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise _refusal("PKG_TARGET", str(folder), f"The folder can't be written: {reason}.") from error
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return project


# -- reading what strangers packed ------------------------------------------------------------------------------------


def read_members(package: bytes | Path | str) -> dict[str, bytes]:
    """Path -> bytes of every member, the manifest first; names, limits, sums are checked. Raises ``PackageProblem``."""
    content = package if isinstance(package, bytes) else _bytes_of(Path(package))
    if len(content) > MAX_PACKAGE_BYTES:
        raise _refusal("PKG_TOO_LARGE", "", f"The package is larger than {MAX_PACKAGE_BYTES:,} bytes.")
    if not content:
        raise _refusal("PKG_NOT_A_PACKAGE", "", "The package is empty (0 bytes); get it once more.")
    if not content.startswith(b"PK\x03\x04"):
        raise _refusal(
            "PKG_NOT_A_PACKAGE", "", "This is not a Baton package, or its beginning is damaged; get it once more."
        )
    _refuse_long_directory(content)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            infos = archive.infolist()
            _refuse_members(infos)
            members = _read_all(archive, infos, min(MAX_PACKAGE_BYTES, len(content) * MAX_RATIO + _SPARE))
    except _DAMAGED as error:
        message = f"The package is damaged or cut off ({error}); get it once more."
        raise _refusal("PKG_BROKEN", "", message) from error
    _check_sums(members)
    return {MANIFEST: members[MANIFEST], **{path: members[path] for path in sorted(members)}}


def _bytes_of(file: Path) -> bytes:
    try:
        with open_at_once(file) as opened:
            if not stat.S_ISREG(os.fstat(opened.fileno()).st_mode):
                raise _refusal("PKG_NOT_A_PACKAGE", str(file), "This is not a file.")
            return opened.read(MAX_PACKAGE_BYTES + 1)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise _refusal("PKG_NOT_A_PACKAGE", str(file), f"The package can't be read: {reason}.") from error


def _refuse_long_directory(content: bytes) -> None:
    """Before ``zipfile`` reads it: a directory of 100,000 members would cost seconds before its length is known."""
    end = content.rfind(b"PK\x05\x06", max(0, len(content) - 65_557))
    if end < 0 or len(content) < end + 22:
        raise _refusal(
            "PKG_BROKEN", "", "The package is damaged or cut off (its directory is missing); get it once more."
        )
    count, size = struct.unpack_from("<HL", content, end + 10)
    if count > MAX_FILES + 1 or size > (MAX_FILES + 1) * _DIRECTORY_BYTES_EACH:
        raise _refusal("PKG_TOO_LARGE", "", f"The package holds more than {MAX_FILES:,} files.")


def _refuse_members(infos: list[zipfile.ZipInfo]) -> None:
    """All that names and headers give away, every finding at once."""
    findings: list[FileFinding] = []
    if len(infos) > MAX_FILES + 1:
        raise _refusal("PKG_TOO_LARGE", "", f"The package holds more than {MAX_FILES:,} files.")
    seen: set[str] = set()
    for info in infos:
        name = info.orig_filename  # ``filename`` has lost what follows a NUL
        shown = name.encode("unicode_escape").decode()[:120]
        fault = path_fault(name)
        folded = unicodedata.normalize("NFKC", name).casefold()
        kind = stat.S_IFMT(info.external_attr >> 16)
        if fault is not None:
            findings.append(FileFinding("PKG_PATH", shown, f"Its path {fault}; the package is refused."))
        elif kind not in {0, stat.S_IFREG}:
            findings.append(FileFinding("PKG_LINK", shown, "It is a link or a device, not a file."))
        elif folded in seen:
            findings.append(FileFinding("PKG_DUPLICATE", shown, "It is in the package twice (for some systems)."))
        elif info.flag_bits & 0x1:
            findings.append(FileFinding("PKG_ENCRYPTED", shown, "It is encrypted; pack it without a password."))
        elif info.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
            findings.append(FileFinding("PKG_BROKEN", shown, "It is compressed in a way that packages never use."))
        elif name != MANIFEST and _path_refusal(name) is not None:
            findings.append(FileFinding("PKG_MEMBER", shown, f"Its path {_path_refusal(name)}."))
        seen.add(folded)
    if findings:
        raise PackageProblem(findings)


def _path_refusal(path: str) -> str | None:
    """Why a package can't hold this path; None if it can."""
    fault = path_fault(path)
    if fault is not None:
        return fault
    found = on_disk.shape_of(path)
    return "is not that of a project's file" if found is None else on_disk.name_fault(*found)


def _read_all(archive: zipfile.ZipFile, infos: list[zipfile.ZipInfo], most: int) -> dict[str, bytes]:
    """The members, ``most`` bytes together: one stretch of compressed bytes may stand for many members."""
    members: dict[str, bytes] = {}
    total = 0
    for info in infos:
        allowed = min(MAX_FILE_BYTES, most - total)
        grown = info.compress_size * MAX_RATIO + _SPARE
        if grown < allowed:
            allowed = grown
            code, why = "PKG_BOMB", f"It grows to more than {MAX_RATIO} times its size; nobody writes such files."
        else:
            code, why = "PKG_TOO_LARGE", f"It holds more than {MAX_FILE_BYTES:,} bytes, or all files hold too many."
        with archive.open(info) as member:
            content = member.read(allowed + 1)
        if len(content) > allowed:
            raise _refusal(code, info.filename, why)
        total += len(content)
        members[info.filename] = content
    return members


def _check_sums(members: dict[str, bytes]) -> None:
    listed = _manifest_of(members).files
    findings = [
        FileFinding("PKG_SUM", path, "The manifest lists it, but the package does not hold it.")
        for path in sorted(listed.keys() - members.keys())
    ]
    for path in sorted(members.keys() - {MANIFEST}):
        said = listed.get(path)
        if said is None or (said.sha256, said.bytes) != (_sum(members[path]), len(members[path])):
            message = "It is not what the manifest says; it was damaged or changed after packing."
            findings.append(FileFinding("PKG_SUM", path, message))
    if findings:
        raise PackageProblem(findings)


def _manifest_of(members: dict[str, bytes]) -> Manifest:
    if MANIFEST not in members:
        raise _refusal("PKG_MANIFEST", MANIFEST, "It is missing, so this is not a Baton package.")
    try:
        raw = read_json(members[MANIFEST])
        version = raw["format_version"]
        if isinstance(version, int) and version > FORMAT_VERSION:
            message = f"It is in format {version}, and this Baton reads up to {FORMAT_VERSION}; use a newer Baton."
            raise _refusal("PKG_FORMAT", MANIFEST, message)
        return Manifest.model_validate(raw)
    except (JsonProblem, ValidationError, KeyError, TypeError) as error:
        raise _refusal("PKG_MANIFEST", MANIFEST, "It can't be read; get the package once more.") from error


def _project_of(members: dict[str, bytes]) -> Project:
    opened = parse_files(members)
    if opened.project is None or opened.findings:
        raise PackageProblem([FileFinding("PKG_CONTENT", f.file, f.message, f.line, f.column) for f in opened.findings])
    manifest = _manifest_of(members)
    # A package of an older format keeps the hash that it had then: runs are pinned to it.
    if manifest.format_version == FORMAT_VERSION and manifest.content_hash != content_hash(opened.project):
        raise _refusal("PKG_SUM", MANIFEST, "Its content hash is not that of the files; the package was changed.")
    return opened.project


def _refusal(code: str, file: str, message: str) -> PackageProblem:
    return PackageProblem([FileFinding(code, file, message)])


def _sum(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
