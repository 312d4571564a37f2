"""Where the designer keeps what belongs to this user and machine: ``designer/`` in Baton's home.

Baton's home is the same folder that the runtime uses (a test holds the two together): ``BATON_HOME``, or the folder
that the platform has for it. Nothing of it is ever part of a project.
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


def designer_home() -> Path:
    """The designer's own folder in it; it need not exist."""
    return baton_home() / "designer"
