"""Where Baton keeps what belongs to a machine and its user: ``BATON_HOME``, or the folder that the platform has for it
(``~/.config/baton`` on Linux, ``~/Library/Application Support/Baton`` on macOS, ``%APPDATA%\\Baton`` on Windows).

It holds ``environments/<name>.json``, ``people.json`` and ``secrets.json``.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import click

VARIABLE = "BATON_HOME"


def baton_home(environ: Mapping[str, str] | None = None) -> Path:
    """The home folder; it need not exist."""
    named = (os.environ if environ is None else environ).get(VARIABLE, "")
    if named:
        return Path(named).expanduser().absolute()
    place = Path(click.get_app_dir("Baton"))
    # The XDG base directory specification: a folder that is named empty or relative counts as not named.
    return place if place.is_absolute() else Path("~/.config/baton").expanduser()
