"""A disk so small that it can be filled: a tmpfs in a namespace of its own, made without any right of root.

Called by `test_process_faults.py`. Linux only, and only where the system lets its users make namespaces; `why_not`
says so elsewhere.
"""

from __future__ import annotations

import errno
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Final, Self

_MOUNTED: Final = 'mount -t tmpfs -o size="$1" none "$2" && echo mounted && exec cat'
BLOCK: Final = b"\0" * 4096


@cache
def why_not() -> str:
    """Empty if there can be such a disk here."""
    if sys.platform != "linux":
        return "namespaces are of Linux"
    if not shutil.which("unshare") or not shutil.which("nsenter"):
        return "unshare and nsenter are not installed"
    tried = subprocess.run(
        ["unshare", "-Urm", "mount", "-t", "tmpfs", "none", "/mnt"], capture_output=True, text=True, check=False
    )
    return f"this system lets its users make no mounts of their own: {tried.stderr.strip()}" if tried.returncode else ""


class SmallDisk:
    """`inside` is its path for commands that `enter` begins; `outside` is the same folder for the caller."""

    def __init__(self, at: Path, size: str) -> None:
        at.mkdir()
        self.inside = at
        self._holder = subprocess.Popen(
            ["unshare", "-Urm", "sh", "-c", _MOUNTED, "sh", size, str(at)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        assert self._holder.stdout is not None
        assert self._holder.stdout.readline() == b"mounted\n", "the small disk could not be made"
        self.outside = Path(f"/proc/{self._holder.pid}/root{at}")

    def enter(self, *words: str) -> list[str]:
        """The command as one that sees the disk."""
        return ["nsenter", "-t", str(self._holder.pid), "-U", "-m", "--preserve-credentials", *words]

    def enter_as_nobody(self) -> list[str]:
        """Words before a command that sees the disk and refuses to run as root, as a server of databases does."""
        return self.enter("unshare", "-U", "--map-user=1000")

    def fill(self) -> None:
        """Until there is no room for another block."""
        with (self.outside / "filler").open("ab", buffering=0) as filler:
            try:
                while filler.write(BLOCK) == len(BLOCK):
                    pass
            except OSError as problem:
                if problem.errno != errno.ENOSPC:
                    raise

    def free(self) -> None:
        """Takes away what filled it."""
        (self.outside / "filler").unlink()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for stream in (self._holder.stdin, self._holder.stdout):
            assert stream is not None
            stream.close()
        self._holder.wait(10)
