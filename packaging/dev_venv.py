"""Makes `.venv`, the checkout's own environment, and knows whether it is still good.

Called by every verb through `ready()`. The law: **`.venv` counts only with its stamp, and the stamp is written last.**
An environment without one (half made, foreign, moved from another place) is made anew; one whose requirements have
changed loses its stamp before pip runs. The system's own pip is never called: pip runs as a module of `.venv`.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, Callable, Iterator, Sequence

import dev_child
import dev_interpreter
from dev_exit import MACHINE_LACKS, Exit
from dev_interpreter import Python
from dev_paths import BUILD, CONSTRAINTS, PYPROJECT, ROOT, VENV
from dev_progress import step

STAMP = VENV / "baton-stamp.json"
_FORMAT = 1  # raise it when this file installs differently than before, so that older environments are made anew
_PIP_LOG = BUILD / "pip.log"
_PIP_FAILED = (
    "pip could not install what Baton needs (its last words stand above, all of them in build/pip.log). Check the "
    "network and pip's configuration (`python3 -m pip config list`), then type the same command again."
)


def ready(extras: Sequence[str], find_python: Callable[[], Python]) -> str:
    """The path of `.venv`'s Python, once it has at least these extras of pyproject.toml.

    Raises Exit (3) where the machine lacks a Python or pip cannot install.
    """
    stamp = _read_stamp()
    if _good(stamp, extras):
        return str(python_in(VENV))
    with _alone():
        stamp = _read_stamp()  # whoever held the lock may have just made it
        if _good(stamp, extras):
            return str(python_in(VENV))
        if stamp is not None and stamp.get("place") == _place() and _answers(stamp):
            wanted = {*stamp.get("extras", []), *extras}
            STAMP.unlink()
        else:
            wanted = set(extras)
            _make(find_python())
        _install(sorted(wanted))
        _write_stamp(sorted(wanted))
    return str(python_in(VENV))


def python_in(venv: Path) -> Path:
    return venv / "Scripts" / "python.exe" if os.name == "nt" else venv / "bin" / "python"


def requirements_hash() -> str:
    """Changes with every file that says what is to be installed."""
    digest = hashlib.sha256(str(_FORMAT).encode())
    for path in (PYPROJECT, CONSTRAINTS):
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _place() -> str:
    return str(VENV)


def _read_stamp() -> dict[str, Any] | None:
    try:
        stamp = json.loads(STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return stamp if isinstance(stamp, dict) else None


def _write_stamp(extras: list[str]) -> None:
    python = dev_interpreter.ask([str(python_in(VENV))])
    if python is None:
        raise Exit(MACHINE_LACKS, f"{python_in(VENV)} does not run although it was just made; delete .venv, try again.")
    stamp = {
        "extras": extras,
        "place": _place(),
        "python": list(python.version),
        "requirements": requirements_hash(),
    }
    unfinished = STAMP.with_suffix(".new")
    unfinished.write_text(json.dumps(stamp, indent=2) + "\n", encoding="utf-8")
    os.replace(unfinished, STAMP)


def _good(stamp: dict[str, Any] | None, extras: Sequence[str]) -> bool:
    return (
        stamp is not None
        and stamp.get("place") == _place()
        and stamp.get("requirements") == requirements_hash()
        and set(extras) <= set(stamp.get("extras", []))
        and _answers(stamp)
    )


def _answers(stamp: dict[str, Any]) -> bool:
    """Whether the Python of `.venv` still runs and is the one of the stamp (its system may have been upgraded)."""
    path = python_in(VENV)
    if not path.exists():
        return False
    python = dev_interpreter.ask([str(path)])
    return python is not None and list(python.version) == stamp.get("python")


def _make(python: Python) -> None:
    version = ".".join(str(part) for part in python.version)
    print(f"Preparing .venv with Python {version} ({python.path})", flush=True)
    if VENV.is_symlink() or VENV.is_file():
        VENV.unlink()
    elif VENV.exists():
        with step("removing the .venv that is not usable"):
            shutil.rmtree(VENV)
    try:
        with step("making .venv"):
            made = _quiet([python.path, "-m", "venv", str(VENV)])
            if made.returncode != 0 and "ensurepip" not in made.stdout:
                said = useful_lines(made.stdout)[-1:] or ["no reason was given"]
                raise Exit(MACHINE_LACKS, f"{python.path} could not make .venv: {said[0]}")
            if made.returncode != 0 or _quiet([str(python_in(VENV)), "-m", "pip", "--version"]).returncode != 0:
                raise Exit(MACHINE_LACKS, dev_interpreter.without_venv(python))
    except Exit:
        shutil.rmtree(VENV, ignore_errors=True)  # venv leaves a bin/python without pip behind
        raise


def _install(extras: list[str]) -> None:
    command = [str(python_in(VENV)), "-m", "pip", "install", "--no-user", "--no-input", "--progress-bar", "off"]
    command += ["--disable-pip-version-check", "-c", str(CONSTRAINTS), "-e", f".[{','.join(extras)}]"]
    said = ""
    try:
        with step(f"installing {', '.join(extras)} and what they need"):
            done = _quiet(command)
            said = done.stdout
            _PIP_LOG.write_text(said, encoding="utf-8")
            if done.returncode != 0:
                raise Exit(MACHINE_LACKS, _PIP_FAILED)
    except Exit:
        for line in useful_lines(said):
            print(f"    {line}", flush=True)
        raise


def useful_lines(text: str, most: int = 8) -> list[str]:
    """The last lines of pip's output that tell why it failed: errors and warnings where there are any, else the end."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    telling = [line for line in lines if re.match(r"(ERROR|error|WARNING|fatal|\w+Error)\b", line)]
    telling = [line for line in telling if "subprocess-exited-with-error" not in line]  # says only that there is more
    return (telling or lines)[-most:]


def _quiet(command: list[str]) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(
            command,
            cwd=ROOT,
            env=dev_child.environment(os.environ),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            check=False,
        )
    except OSError as error:
        return subprocess.CompletedProcess(command, 1, stdout=str(error))


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    """One dev.py at a time makes `.venv`; a second one waits. The lock goes with its process, however that ends."""
    BUILD.mkdir(exist_ok=True)
    with open(BUILD / "venv.lock", "a+b") as file:
        if not _lock(file.fileno(), wait=False):
            with step("waiting for another dev.py that is preparing .venv"):
                _lock(file.fileno(), wait=True)
        yield


if sys.platform == "win32":
    import msvcrt
    import time

    def _lock(handle: int, wait: bool) -> bool:
        while True:
            try:
                os.lseek(handle, 0, os.SEEK_SET)
                msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
                return True
            except OSError:
                if not wait:
                    return False
                time.sleep(0.5)

else:
    import fcntl

    def _lock(handle: int, wait: bool) -> bool:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
