"""One file written so that a crash at any moment leaves the old one or the new one, never a mixture.

Called by everything that keeps files of people: ``saving``, ``package``, the designer. Law: temporary file in the same
folder, fsync, rename, fsync of the folder (Windows: none for folders, and the rename is repeated while somebody holds
the file).
"""

from __future__ import annotations

import contextlib
import errno
import glob
import os
import secrets
import stat
import time
from pathlib import Path

_REPEATS = os.name == "nt"
_PAUSES = (0.02, 0.05, 0.1, 0.2, 0.4, 0.8)
"""Seconds between the tries to replace a file that another program holds (Windows: virus scanners, editors)."""


def write_atomically(place: Path, content: bytes) -> None:
    """Puts ``content`` where ``place`` is, all or nothing, durable when it returns. Raises ``OSError``."""
    if not place.name:  # an empty path is the folder that one stands in
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(place))
    _refuse_devices(place)
    for _ in range(3):
        temporary = temporary_beside(place)
        try:
            write_new(temporary, content, place)
            replace(temporary, place)
        except FileNotFoundError:
            if not place.parent.is_dir():
                raise
            continue  # somebody else saved this file just now and swept our temporary one away
        except BaseException:
            with contextlib.suppress(OSError):
                temporary.unlink()
            raise
        sync_folder(place.parent)
        sweep(place)
        return
    raise OSError("it is being saved by somebody else all the time")


def _refuse_devices(place: Path) -> None:
    """A rename would put a file into the place of a device or a pipe; /dev/null is then none any more."""
    try:
        kind = place.lstat().st_mode
    except OSError:
        return  # nothing is there, or writing says what is wrong
    if not (stat.S_ISREG(kind) or stat.S_ISLNK(kind) or stat.S_ISDIR(kind)):
        raise OSError(errno.EINVAL, "it is no ordinary file", str(place))


def temporary_beside(place: Path) -> Path:
    """A new name in the same folder, ``.NAME.8 hex digits.tmp``."""
    return place.with_name(f".{place.name}.{secrets.token_hex(4)}.tmp")


def write_new(temporary: Path, content: bytes, place: Path) -> None:
    """Writes the temporary file of ``place``, durable as a file. Raises ``OSError``."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    with open(os.open(temporary, flags, 0o666), "wb") as file:  # noqa: PTH123 - Path.open can't ask for O_EXCL and a mode
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    with contextlib.suppress(OSError):
        temporary.chmod(stat.S_IMODE(place.stat().st_mode))  # a file keeps the rights that its owner gave it


def replace(source: Path, target: Path) -> None:
    """Puts one file in the place of another. Raises ``OSError``."""
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


def sweep(place: Path) -> None:
    """Removes what killed savers of this file left behind."""
    for left in place.parent.glob(f".{glob.escape(place.name)}.????????.tmp"):
        with contextlib.suppress(OSError):
            left.unlink()
