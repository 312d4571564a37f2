"""Several files of a project saved as one: after a crash at any moment all of them are old, or all of them are new.

Written by ``saving``, seen by ``files``. How: all new files stand beside the old ones under names of their own, on the
disk; then one small record says what becomes of what, and with it the save is decided; then files are renamed one by
one, and the record goes. Who reads the folder in between sees it as the record says it will be (``as_decided``),
without writing anything; the next save finishes first what one before it left (``finish``). Law: what somebody else
changed meanwhile stays theirs, and a record can name nothing but a project's own files.
"""

from __future__ import annotations

import contextlib
import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from runtime.model import on_disk
from runtime.model.canonical import JsonProblem, read_json, write_json
from runtime.model.durable import replace, sweep, sync_folder, temporary_beside, write_atomically, write_new

RECORD = f"{on_disk.OWN_FOLDER}/saving.json"
FORMAT = 1
_TEMPORARY = re.compile(r"\.(.+)\.[0-9a-f]{8}\.tmp")
_SUM = re.compile(r"([0-9a-f]{64})?")

Progress = Callable[[int, int], object]
"""(files written, files in all)"""
Read = Callable[[str], "bytes | None"]
"""path below the project's folder -> the file's bytes; None if it is not there or can't be read"""


@dataclass(frozen=True, slots=True)
class Decided:
    """What becomes of one file. Sums are SHA-256 in hex, empty for "no such file"."""

    path: str
    before: str
    after: str
    temporary: str
    """name of the new file in the same folder; empty for one that is taken away"""


def write_together(
    folder: Path,
    contents: Mapping[str, bytes],
    before: Mapping[str, bytes | None],
    put_away: Callable[[str], Path],
    progress: Progress = lambda _done, _count: None,
) -> None:
    """Writes ``contents`` and takes away the other paths of ``before``, which says what stands there now; a file that
    is taken away goes to ``put_away(path)``.

    ``progress`` is told before each file; what it raises stops the save. Raises ``OSError``: nothing has changed then,
    or, if the record stands already, all of it counts as saved and is finished by the next save.
    """
    record = folder / RECORD
    record.parent.mkdir(exist_ok=True)
    temporaries: dict[str, Path] = {}
    try:
        for number, (path, content) in enumerate(contents.items()):
            progress(number, len(contents))
            temporaries[path] = temporary_beside(folder / path)
            write_new(temporaries[path], content, folder / path)
        for parent in {temporary.parent for temporary in temporaries.values()}:
            sync_folder(parent)
        decided = [
            Decided(path, sum_of(was), sum_of(contents.get(path)), temporaries[path].name if path in contents else "")
            for path, was in before.items()
        ]
        write_atomically(record, _told(decided))
    except BaseException:
        for temporary in temporaries.values():
            with contextlib.suppress(OSError):
                temporary.unlink()
        raise
    for one in decided:
        _carry_out(folder, one, contents.get(one.path), put_away)
    _close(folder, decided)


def finish(folder: Path, put_away: Callable[[str], Path]) -> None:
    """Carries out what a save before this one decided and could not finish. Raises ``OSError``."""
    decided = decided_in(_plain_read(folder))
    if not decided:
        return
    for one in decided:
        if sum_of(_plain_read(folder)(one.path)) == one.before:
            _carry_out(folder, one, None, put_away)
        elif one.temporary:
            (folder / one.path).with_name(one.temporary).unlink(missing_ok=True)
    _close(folder, decided)


def decided_in(read: Read) -> tuple[Decided, ...]:
    """What the record of an unfinished save says; nothing if there is none, or it says what no save would."""
    content = read(RECORD)
    if content is None:
        return ()
    try:
        raw = read_json(content)
        if not isinstance(raw, dict) or raw.get("format_version") != FORMAT or not isinstance(raw.get("files"), list):
            return ()
        decided = tuple(Decided(**one) for one in raw["files"])
    except (JsonProblem, TypeError):
        return ()
    return decided if all(_proper(one) for one in decided) else ()


def as_decided(files: Mapping[str, bytes], decided: tuple[Decided, ...], read: Read) -> dict[str, bytes]:
    """The files of a folder as the save that was decided leaves them."""
    seen = dict(files)
    for one in decided:
        if sum_of(files.get(one.path)) != one.before:
            continue  # it is the new one already, or somebody else's
        if not one.temporary:
            seen.pop(one.path, None)
            continue
        content = read(f"{one.path.rpartition('/')[0]}/{one.temporary}".lstrip("/"))
        if content is not None and sum_of(content) == one.after:
            seen[one.path] = content
    return seen


def sum_of(content: bytes | None) -> str:
    """SHA-256 in hex; empty for no file."""
    return "" if content is None else hashlib.sha256(content).hexdigest()


def _proper(one: Decided) -> bool:
    if not all(isinstance(part, str) for part in (one.path, one.before, one.after, one.temporary)):
        return False
    found = on_disk.shape_of(one.path)
    if found is None or on_disk.name_fault(*found) is not None:
        return False
    if not (_SUM.fullmatch(one.before) and _SUM.fullmatch(one.after)) or bool(one.after) != bool(one.temporary):
        return False
    named = _TEMPORARY.fullmatch(one.temporary)
    return not one.temporary or (named is not None and named[1] == one.path.rpartition("/")[2])


def _told(decided: list[Decided]) -> bytes:
    files = [
        {"path": one.path, "before": one.before, "after": one.after, "temporary": one.temporary} for one in decided
    ]
    return write_json({"format_version": FORMAT, "files": files})


def _carry_out(folder: Path, one: Decided, content: bytes | None, put_away: Callable[[str], Path]) -> None:
    place = folder / one.path
    try:
        if one.temporary:
            replace(place.with_name(one.temporary), place)
        else:
            replace(place, put_away(one.path))
    except FileNotFoundError:  # another save has finished it for us, or swept our new file away
        if content is not None and sum_of(_plain_read(folder)(one.path)) != one.after:
            write_atomically(place, content)


def _close(folder: Path, decided: tuple[Decided, ...] | list[Decided]) -> None:
    for parent in {(folder / one.path).parent for one in decided}:
        if parent.is_dir():
            sync_folder(parent)
    (folder / RECORD).unlink(missing_ok=True)
    sync_folder((folder / RECORD).parent)
    with contextlib.suppress(OSError):  # where it holds a backup, it stays
        (folder / RECORD).parent.rmdir()
    for one in decided:
        sweep(folder / one.path)


def _plain_read(folder: Path) -> Read:
    def read(path: str) -> bytes | None:
        place = folder / path
        if any((folder / part).is_symlink() for part in on_disk.parts_below(path)):
            return None
        try:
            return place.read_bytes() if place.is_file() else None
        except OSError:
            return None

    return read
