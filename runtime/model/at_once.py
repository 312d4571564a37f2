"""A file opened at once, whatever it is: opening a named pipe that nobody writes to would wait for ever."""

from __future__ import annotations

import os
from pathlib import Path
from typing import BinaryIO


def open_at_once(place: Path) -> BinaryIO:
    """For reading. A pipe that nobody writes to is empty; one that somebody has open is read to its end. Raises
    ``OSError``."""
    file = open(place, "rb", opener=_open)  # noqa: SIM115  whoever asked closes it; Path.open takes no opener
    if hasattr(os, "mkfifo"):
        os.set_blocking(file.fileno(), True)
    return file


def _open(name: str, flags: int) -> int:
    return os.open(name, flags | getattr(os, "O_NONBLOCK", 0))
