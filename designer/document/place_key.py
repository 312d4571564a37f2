"""``place_key(folder)``: a name for a project's folder, under which this machine keeps what belongs to it elsewhere."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path


def real_place(place: Path) -> Path:
    """Where it really stands, whatever links lead there; two ways to one folder give the same."""
    return Path(os.path.normcase(os.path.realpath(place)))


def place_key(folder: Path) -> str:
    """24 hexadecimal digits; the same for the same folder, however it is written and whatever links lead there."""
    return hashlib.sha256(str(real_place(folder)).encode("utf-8", "surrogateescape")).hexdigest()[:24]
