"""How dev.py starts another program: with a cleaned environment, in the checkout, and ending when dev.py is told to.

`environment()` is what makes a result the same on every machine: of Python's and pip's own variables only those pass
that say where packages come from or how output looks. What would redirect an import, an installation or the meaning of
`assert` is dropped, and so is the wish for no compiled files (git ignores their folders): without them each of the
hundreds of processes that the tests start compiles all of Baton anew.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from typing import Iterator, Mapping, Sequence

from dev_exit import MACHINE_LACKS, STOPPED, Exit
from dev_paths import ROOT

_PYTHON_PASSES = frozenset(("PYTHONUNBUFFERED", "PYTHONPYCACHEPREFIX", "PYTHONFAULTHANDLER", "PYTHON_COLORS"))
_PIP_PASSES = frozenset(
    (
        "PIP_CACHE_DIR",
        "PIP_CERT",
        "PIP_CLIENT_CERT",
        "PIP_CONFIG_FILE",
        "PIP_DEFAULT_TIMEOUT",
        "PIP_EXTRA_INDEX_URL",
        "PIP_FIND_LINKS",
        "PIP_INDEX_URL",
        "PIP_KEYRING_PROVIDER",
        "PIP_NO_CACHE_DIR",
        "PIP_NO_INDEX",
        "PIP_PREFER_BINARY",
        "PIP_PROXY",
        "PIP_RETRIES",
        "PIP_TRUSTED_HOST",
        "PIP_USE_DEPRECATED",
        "PIP_USE_FEATURE",
    )
)
_GRACE_SECONDS = 20.0  # a child that was told to stop drains: the runtime finishes what it has begun


class _Terminated(BaseException):
    """SIGTERM reached dev.py; passes every `except Exception` on its way out."""


def environment(machine: Mapping[str, str]) -> dict[str, str]:
    """The variables a child sees, made from those of the machine."""
    child = {}
    for name, value in machine.items():
        upper = name.upper()  # Windows does not tell PythonPath from PYTHONPATH
        if upper.startswith("PYTHON") and upper not in _PYTHON_PASSES:
            continue
        if upper.startswith("PIP_") and upper not in _PIP_PASSES:
            continue
        if upper in ("VIRTUAL_ENV", "__PYVENV_LAUNCHER__"):  # another environment is active in the caller's shell
            continue
        child[name] = value
    child["PYTHONNOUSERSITE"] = "1"  # packages in the home of the user are not ours
    child["PYTHONUTF8"] = "1"  # a piped Windows console would otherwise fail on the first arrow
    return child


def run(command: Sequence[str], extra: Mapping[str, str] | None = None) -> int:
    """Run in the foreground, on the caller's own streams; returns the child's exit code."""
    with _started(command, extra, stdout=None) as child:
        return _exit_code(child.wait())


def tee(command: Sequence[str], extra: Mapping[str, str] | None = None) -> tuple[int, str]:
    """Run in the foreground and keep what the child printed; stderr comes along in order."""
    with _started(command, extra, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        kept = []
        while True:
            piece = os.read(child.stdout.fileno(), 65536)  # at once, so that a row of dots is seen growing
            if not piece:
                break
            kept.append(piece)
            sys.stdout.buffer.write(piece)
            sys.stdout.flush()
        return _exit_code(child.wait()), b"".join(kept).decode("utf-8", "replace")


@contextlib.contextmanager
def stopped_by_signal() -> Iterator[None]:
    """Within it SIGTERM stops the running child first and then ends dev.py with 143."""

    def terminated(*_: object) -> None:
        raise _Terminated

    before = signal.signal(signal.SIGTERM, terminated)
    try:
        yield
    except _Terminated:
        raise Exit(128 + signal.SIGTERM, "stopped by SIGTERM.") from None
    finally:
        signal.signal(signal.SIGTERM, before)


@contextlib.contextmanager
def _started(
    command: Sequence[str], extra: Mapping[str, str] | None, stdout: int | None
) -> Iterator[subprocess.Popen[bytes]]:
    sys.stdout.flush()
    sys.stderr.flush()
    try:
        child = subprocess.Popen(
            list(command),
            cwd=ROOT,
            env={**environment(os.environ), **(extra or {})},
            stdout=stdout,
            stderr=subprocess.STDOUT if stdout is not None else None,
        )
    except OSError as error:
        raise Exit(MACHINE_LACKS, f"cannot start {command[0]}: {error}; delete .venv and try again.") from error
    try:
        yield child
    except BaseException as stop:  # whatever ends dev.py must not leave its child running
        _end(child, told=isinstance(stop, KeyboardInterrupt))
        raise
    finally:
        if child.stdout is not None:
            child.stdout.close()


def _end(child: subprocess.Popen[bytes], told: bool, last_seconds: float = 5.0) -> None:
    """Lets a child that was `told` (by its terminal, at Ctrl-C) end by itself, then asks it to, then kills it."""
    for ask, seconds in ((None if told else child.terminate, _GRACE_SECONDS), (child.terminate, last_seconds)):
        if ask is not None:
            ask()
        with contextlib.suppress(subprocess.TimeoutExpired, KeyboardInterrupt):  # a second Ctrl-C goes one step on
            child.wait(seconds)
            return
    child.kill()
    child.wait()


def _exit_code(code: int) -> int:
    """A shell's number for the end of a child: a signal is 128 + its number."""
    if code in (-signal.SIGINT, 128 + signal.SIGINT, 0xC000013A):  # the last is Windows' own number for Ctrl-C
        return STOPPED
    return code if code >= 0 else 128 - code
