"""The secrets file: ``secrets.json`` in Baton's home, readable by its owner alone. ``baton secret set`` writes it.

Law: it is refused, with the command that mends it, as soon as others could read it; it is written whole or not at all.
On Windows a user's profile folder is closed to others by its access list and POSIX modes mean nothing there, so
ownership and mode are checked on POSIX only.
"""

from __future__ import annotations

import json
import os
import stat
import tempfile
from pathlib import Path
from typing import Any

from runtime.secrets.reference import NAME
from runtime.secrets.secret import Secret, SecretProblem

FILE_NAME = "secrets.json"
MAX_VALUE = 65_536
"""Longest secret, in characters: room for a chain of certificates."""
_MAX_FILE = 16_000_000
_POSIX = os.name == "posix"


def set_secret(home: Path, name: str, value: str, *, host: str | None = None) -> None:
    """Store ``value`` as ``file:NAME``; an entry of that name is replaced.

    ``host`` (``billing.example`` or ``billing.example:8443``) binds the secret to it: no other host ever gets it.
    Raises ``SecretProblem``; then the file is as it was.
    """
    if not NAME.match(name):
        raise SecretProblem("A secret's name has letters, digits, '_', '.' and '-', and at most 64 of them.")
    if not value or "\0" in value or len(value) > MAX_VALUE:
        raise SecretProblem(
            f"The secret {name} must not be empty, hold a NUL, or be longer than {MAX_VALUE} characters."
        )
    _make_home(home)
    entries = _read(home / FILE_NAME)
    entries[name] = {"value": value} if host is None else {"value": value, "host": host.lower()}
    _write(home / FILE_NAME, entries)


def forget_secret(home: Path, name: str) -> bool:
    """Remove ``file:NAME``; False if there was none."""
    entries = _read(home / FILE_NAME)
    if entries.pop(name, None) is None:
        return False
    _write(home / FILE_NAME, entries)
    return True


def secret_names(home: Path) -> list[str]:
    """The names that are stored, sorted; never a value."""
    return sorted(_read(home / FILE_NAME))


def read_entry(home: Path, name: str) -> Secret:
    """The secret stored as ``name``. Raises ``SecretProblem``."""
    entry = _read(home / FILE_NAME).get(name)
    if not isinstance(entry, dict) or not isinstance(entry.get("value"), str) or not entry["value"]:
        raise SecretProblem(f"There is no secret file:{name}. Store it with 'baton secret set {name}'.")
    return Secret(entry["value"], f"file:{name}", entry.get("host"))


def _read(path: Path) -> dict[str, Any]:
    try:
        # O_NOFOLLOW: a link planted in its place must not lead to another file. The checks are on the open file, so
        # that it can't be exchanged between check and reading. O_NONBLOCK: nobody waits for a pipe.
        flags = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0)
        descriptor = os.open(path, os.O_RDONLY | flags)
    except FileNotFoundError:
        return {}
    except OSError as problem:
        raise SecretProblem(f"{path} can't be opened: {problem.strerror}.") from problem
    with os.fdopen(descriptor, "rb") as file:
        _refuse_if_open_to_others(path, os.fstat(descriptor))
        raw = file.read(_MAX_FILE + 1)
    if len(raw) > _MAX_FILE:
        raise SecretProblem(f"{path} is larger than {_MAX_FILE} bytes.")
    try:
        entries = json.loads(raw)["secrets"]
    except (ValueError, KeyError, TypeError, RecursionError):
        entries = None
    if not isinstance(entries, dict):
        # The cause is left out on purpose: a JSON error quotes the text around it.
        raise SecretProblem(f"{path} is not a secrets file. Move it away and store the secrets again.") from None
    return entries


def _refuse_if_open_to_others(path: Path, facts: os.stat_result) -> None:
    if not stat.S_ISREG(facts.st_mode):
        raise SecretProblem(f"{path} is not an ordinary file.")
    if not _POSIX:
        return
    if facts.st_uid != os.geteuid():
        raise SecretProblem(f"{path} belongs to another user. Take it over with: chown $(id -un) '{path}'")
    if stat.S_IMODE(facts.st_mode) & 0o077:
        raise SecretProblem(
            f"Others can read {path}. Close it with: chmod 600 '{path}'. If others may have seen the "
            "secrets, replace them."
        )


def _write(path: Path, entries: dict[str, Any]) -> None:
    text = json.dumps({"format_version": 1, "secrets": entries}, indent=2, sort_keys=True, ensure_ascii=False)
    try:
        descriptor, written = tempfile.mkstemp(prefix=".secrets-", dir=path.parent)  # made with mode 600
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(text.encode() + b"\n")
                file.flush()
                os.fsync(file.fileno())
            Path(written).replace(path)
        except BaseException:
            Path(written).unlink(missing_ok=True)
            raise
        if _POSIX:
            folder = os.open(path.parent, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)
    except OSError as problem:
        raise SecretProblem(f"{path} can't be written: {problem.strerror}.") from problem


def _make_home(home: Path) -> None:
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as problem:
        raise SecretProblem(f"The folder {home} can't be made: {problem.strerror}.") from problem
