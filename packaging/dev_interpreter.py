"""Finds a Python 3.11 to 3.14 on this machine, or says in a sentence that there is none and how to get one.

Called only when `.venv` has to be made. A candidate counts when it runs and answers: the stand-ins that version
switchers and the Windows store put on the path often do neither. One without `venv` and `ensurepip` (Debian splits them
off) is remembered, and named only when no complete one turns up.
"""

from __future__ import annotations

import glob
import json
import os
import shutil
import subprocess
import sys
from typing import Iterator, NamedTuple

import dev_child
from dev_exit import MACHINE_LACKS, Exit

OLDEST = (3, 11)
NEWEST = (3, 14)
_MINORS = range(NEWEST[1], OLDEST[1] - 1, -1)  # the newest first

# Asked of a candidate. Inside a virtual environment the interpreter below it is the one to use: an environment may be
# deleted, ours above all.
_QUESTION = """
import importlib.util, json, sys
print(json.dumps({
    "version": list(sys.version_info[:3]),
    "path": getattr(sys, "_base_executable", None) or sys.executable,
    "complete": all(importlib.util.find_spec(name) is not None for name in ("venv", "ensurepip")),
}))
"""


class Python(NamedTuple):
    """An interpreter that answered: its path, its version, and whether it can make a virtual environment with pip."""

    path: str
    version: tuple[int, int, int]
    complete: bool

    @property
    def fits(self) -> bool:
        return OLDEST <= self.version[:2] <= NEWEST


def find() -> Python:
    """The first complete interpreter that fits; raises Exit (3) with what to install where there is none."""
    incomplete: Python | None = None
    for command in _candidates():
        python = ask(command)
        if python is None or not python.fits:
            continue
        if python.complete:
            return python
        incomplete = incomplete or python
    if incomplete is not None:
        raise Exit(MACHINE_LACKS, without_venv(incomplete))
    raise Exit(
        MACHINE_LACKS,
        f"Baton needs Python {_text(OLDEST)} to {_text(NEWEST)}; this is {_text(sys.version_info[:2])} and no other "
        f"was found. Install one ({_how_to_install()}), or name one you have: BATON_PYTHON=PATH.",
    )


def ask(command: list[str]) -> Python | None:
    """What this interpreter says about itself; None when it does not run or answers something else."""
    try:
        answer = subprocess.run(
            [*command, "-c", _QUESTION],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=dev_child.environment(os.environ),
            timeout=20,
            check=True,
        )
        told = json.loads(answer.stdout)
        return Python(str(told["path"]), tuple(told["version"]), bool(told["complete"]))
    except (OSError, subprocess.SubprocessError, ValueError, KeyError, TypeError):
        return None


def without_venv(python: Python) -> str:
    """The sentence for an interpreter that cannot make an environment with pip in it."""
    version = _text(python.version[:2])
    if shutil.which("apt-get"):
        return f"{python.path} comes without venv and pip. Type: sudo apt-get install python{version}-venv"
    return (
        f"{python.path} comes without the modules venv and ensurepip. Install your system's package for them (often "
        f"python3-venv or python{version}-venv), or another Python ({_how_to_install()})."
    )


def _candidates() -> Iterator[list[str]]:
    named = os.environ.get("BATON_PYTHON")
    if named:
        python = ask([named])
        if python is None or not python.fits:
            said = f"is Python {_text(python.version)}" if python else "does not run"
            raise Exit(MACHINE_LACKS, f"BATON_PYTHON={named} {said}; name a Python {_text(OLDEST)} to {_text(NEWEST)}.")
        yield [named]
        return
    yield [sys.executable]
    seen = {os.path.realpath(sys.executable)}
    for minor in _MINORS:
        if os.name == "nt":
            yield ["py", f"-3.{minor}"]
        for path in _paths(minor):
            real = os.path.realpath(path)
            if real not in seen:
                seen.add(real)
                yield [path]


def _paths(minor: int) -> Iterator[str]:
    """Files that may be Python 3.`minor`: on the search path, then where installers put them."""
    ending = ".exe" if os.name == "nt" else ""
    for folder in os.environ.get("PATH", os.defpath).split(os.pathsep):
        path = os.path.join(folder, f"python3.{minor}{ending}")
        if folder and os.access(path, os.X_OK):
            yield path
    home = os.path.expanduser("~")
    for pattern in (
        f"/usr/bin/python3.{minor}",
        f"/usr/local/bin/python3.{minor}",
        f"/opt/homebrew/bin/python3.{minor}",
        f"/Library/Frameworks/Python.framework/Versions/3.{minor}/bin/python3.{minor}",
        os.path.join(os.environ.get("PYENV_ROOT") or os.path.join(home, ".pyenv"), f"versions/3.{minor}.*/bin/python"),
        os.path.join(home, f".local/share/uv/python/cpython-3.{minor}*/bin/python3.{minor}"),
        os.path.join(os.environ.get("LOCALAPPDATA") or home, f"Programs/Python/Python3{minor}*/python.exe"),
    ):
        yield from sorted(path for path in glob.glob(pattern) if os.access(path, os.X_OK))


def _how_to_install() -> str:
    if os.name == "nt":
        return "from python.org, or: winget install Python.Python.3.13"
    if sys.platform == "darwin":
        return "from python.org, or: brew install python@3.13"
    if shutil.which("apt-get"):
        return "for example: sudo apt-get install python3.11 python3.11-venv"
    return "with your system's packages, or from python.org"


def _text(version: tuple[int, ...]) -> str:
    return ".".join(str(part) for part in version)
