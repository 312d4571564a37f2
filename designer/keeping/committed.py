"""The project as the last commit of git has it, to see what has changed since.

Called on a worker thread. Law: git is only asked once a person wants to know, and only for what stands in its store: it
fetches nothing, and nothing that the folder's own settings name is started.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from runtime.model.files import parse_files
from runtime.model.on_disk import shape_of
from runtime.model.project import Project

PATIENCE_S = 60
_ALONE = {"GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0", "GIT_NO_LAZY_FETCH": "1", "LC_ALL": "C"}
_WHY = {
    "not a git repository": "Its folder is not kept in git.",
    "not a valid object name": "Nothing was committed in its folder yet.",
    "dubious ownership": "Git does not trust its folder, because it belongs to somebody else on this computer.",
}


class NotCommitted(Exception):
    """There is no such version. Its text says why, in a sentence."""


def committed(folder: Path) -> Project:
    """What HEAD holds of this folder. Raises NotCommitted."""
    blobs = dict(_blobs(_git(folder, b"", "ls-tree", "-r", "-z", "HEAD")))
    if not blobs:
        raise NotCommitted("Nothing of this project was committed yet.")
    asked = "".join(f"{blob}\n" for blob in blobs.values()).encode()
    contents = _contents(_git(folder, asked, "cat-file", "--batch"))
    opened = parse_files(dict(zip(blobs, contents, strict=True)))
    if opened.project is None:
        raise NotCommitted("What was committed last can't be read as a project.")
    return opened.project


def _blobs(listed: bytes) -> Iterator[tuple[str, str]]:
    """Files of a project, by path; links are never followed."""
    for entry in filter(None, listed.decode("utf-8", "surrogateescape").split("\0")):
        about, _, path = entry.partition("\t")
        mode, _kind, blob = about.split()
        if mode.startswith("100") and shape_of(path) is not None:
            yield path, blob


def _contents(told: bytes) -> Iterator[bytes]:
    at = 0
    while at < len(told):
        end = told.index(b"\n", at)
        head = told[at:end].split()
        if len(head) != 3:
            raise NotCommitted("Git does not have all that was committed last on this computer.")
        size = int(head[2])
        yield told[end + 1 : end + 1 + size]
        at = end + 1 + size + 1


def _git(folder: Path, given: bytes, *words: str) -> bytes:
    git = shutil.which("git")
    if git is None:
        raise NotCommitted("Git is not installed on this computer.")
    try:
        done = subprocess.run(  # noqa: S603 - nothing of what a project says is among the words
            [git, "-C", str(folder), "-c", "core.fsmonitor=false", *words],
            input=given,
            capture_output=True,
            check=True,
            timeout=PATIENCE_S,
            env={**os.environ, **_ALONE},
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
    except subprocess.TimeoutExpired as late:
        raise NotCommitted(f"Git did not answer within {PATIENCE_S} seconds. Try it again.") from late
    except subprocess.CalledProcessError as refused:
        said = refused.stderr.decode("utf-8", "replace").strip()
        words_of = (sentence for part, sentence in _WHY.items() if part in said.lower())
        raise NotCommitted(next(words_of, f"Git says: {said.removeprefix('fatal: ')}")) from refused
    except OSError as fault:
        raise NotCommitted(f"Git can't be started: {fault.strerror or fault}.") from fault
    return done.stdout
