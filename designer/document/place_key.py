"""``place_key(folder)``: a name for a project's folder, under which this machine keeps what belongs to it elsewhere."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path


def place_key(folder: Path) -> str:
    """24 hexadecimal digits; the same for the same folder, however it is written."""
    return hashlib.sha256(os.path.normcase(folder.absolute()).encode()).hexdigest()[:24]
