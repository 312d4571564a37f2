"""Which shared libraries of the system a verb needs, and what happens where one is missing.

Called by the verbs that show windows. A new need is one row in `NEEDS`. As root on Debian or Ubuntu the packages are
installed; everywhere else the one command to type is printed and dev.py ends with 3.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import shutil
import subprocess
import sys
from typing import NamedTuple

from dev_exit import MACHINE_LACKS, Exit
from dev_progress import step


class Library(NamedTuple):
    """A file the dynamic loader must find, and the Debian package that brings it."""

    file: str
    package: str


NEEDS = {
    # Qt 6, found package by package on a bare system: the first six draw into memory too, the rest open a window.
    "design": (
        Library("libglib-2.0.so.0", "libglib2.0-0"),
        Library("libGL.so.1", "libgl1"),
        Library("libEGL.so.1", "libegl1"),
        Library("libfontconfig.so.1", "libfontconfig1"),
        Library("libxkbcommon.so.0", "libxkbcommon0"),
        Library("libdbus-1.so.3", "libdbus-1-3"),
        Library("libxcb-cursor.so.0", "libxcb-cursor0"),
        Library("libxkbcommon-x11.so.0", "libxkbcommon-x11-0"),
        Library("libxcb-icccm.so.4", "libxcb-icccm4"),
        Library("libxcb-keysyms.so.1", "libxcb-keysyms1"),
        Library("libxcb-shape.so.0", "libxcb-shape0"),
    ),
}


WISHES = {
    # The windows of the end-to-end tests need a screen, the pages a browser that draws them; without them those tests
    # are skipped and say so.
    "test": (Library("Xvfb", "xvfb"), Library("chromium", "chromium")),
}


def wish(verb: str) -> None:
    """Installs what `verb` would like to have, where that can be done without asking anybody; else nothing happens.

    Each by itself: one that a system does not know (Ubuntu has no package of Chromium) costs the others nothing.
    """
    for program in WISHES.get(verb, ()):
        if shutil.which(program.file) is None and may_install():
            with contextlib.suppress(Exit):
                install([program])


def ready(verb: str) -> None:
    """Returns once the libraries of `verb` are there; raises Exit (3) with the command to type otherwise."""
    absent = missing(verb)
    if absent and may_install():
        install(absent)
        absent = missing(verb)
    if absent:
        raise Exit(MACHINE_LACKS, f"{verb} needs libraries of your system that are missing. Type: {command(absent)}")


def missing(verb: str) -> list[Library]:
    if not sys.platform.startswith("linux"):
        return []  # Qt brings its own on Windows and macOS
    return [library for library in NEEDS.get(verb, ()) if not _loads(library.file)]


def may_install() -> bool:
    """Root on a system with apt: Debian, Ubuntu and what is made from them."""
    return hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get") is not None


def install(libraries: list[Library]) -> None:
    """Installs with apt; refreshes its lists only when the first try fails. Raises Exit (3) when both do."""
    with step(f"installing system libraries: {' '.join(library.package for library in libraries)}"):
        if _apt(_install_arguments(libraries)) != 0 and (
            _apt(["update"]) != 0 or _apt(_install_arguments(libraries)) != 0
        ):
            raise Exit(MACHINE_LACKS, f"apt could not install the libraries. Try: {command(libraries)}")


def command(libraries: list[Library]) -> str:
    """The one line that a person types to get these libraries."""
    if shutil.which("apt-get"):
        return "sudo apt-get " + " ".join(_install_arguments(libraries))
    if shutil.which("dnf"):  # finds a package by the file that it brings
        return "sudo dnf install " + " ".join(f"'{library.file}()(64bit)'" for library in libraries)
    return "your system's command for the packages with " + ", ".join(library.file for library in libraries)


def _install_arguments(libraries: list[Library]) -> list[str]:
    return ["install", "-y", "--no-install-recommends", *(library.package for library in libraries)]


def _apt(arguments: list[str]) -> int:
    return subprocess.run(
        [shutil.which("apt-get") or "apt-get", "-qq", *arguments],
        env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        check=False,
    ).returncode


def _loads(file: str) -> bool:
    try:
        ctypes.CDLL(file)
    except OSError:
        return False
    return True
