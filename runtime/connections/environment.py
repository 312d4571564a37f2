"""An environment in memory: bindings, limits and people, put together from files and ``--connection NAME=URL``.

Called by CLI and server at the start; the host gets the result. Law: an environment lies outside the project, is never
packed and never hashed; nothing that only a project file names is ever reached.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import ValidationError

from runtime.connections.binding import Binding
from runtime.connections.directory import Directory
from runtime.connections.environment_file import EnvironmentFile, PeopleFile, RunLimits, read_file
from runtime.connections.home import baton_home
from runtime.connections.problems import EnvironmentProblem, sentences
from runtime.engine.limits import id_broken

LOCAL = "local"
"""The environment that is there without a file."""
FOLDER = "environments"
PEOPLE = "people.json"


@dataclass(frozen=True)
class Environment:
    """``name`` stands in each run's first event. ``path``: the file that it came from, None if there was none."""

    name: str
    home: Path
    path: Path | None = None
    bindings: Mapping[str, Binding] = field(default_factory=dict)
    given: frozenset[str] = frozenset()
    """connections whose URL came with ``--connection``, for messages"""
    limits: RunLimits = field(default_factory=RunLimits)
    directory: Directory = field(default_factory=lambda: Directory(None))
    notices: tuple[str, ...] = ()
    """what a person should be told once, such as that nobody's role is checked"""

    @classmethod
    def load(cls, name: str = LOCAL, overrides: Sequence[str] = (), home: Path | None = None) -> Environment:
        """The environment of this name, or of the file if ``name`` is a path to one.

        ``overrides``: ``NAME=URL`` each. Raises ``EnvironmentProblem``.
        """
        home = baton_home() if home is None else home
        path = Path(name).expanduser() if _is_path(name) else home / FOLDER / f"{name}.json"
        called = path.stem if _is_path(name) else name
        broken = "it is empty" if not called else id_broken(called)
        if broken is not None:
            raise EnvironmentProblem(f"{called[:40]!r} can't be the name of an environment: {broken}.")
        found = read_file(path, EnvironmentFile)
        if found is None and (_is_path(name) or name != LOCAL):
            raise EnvironmentProblem(_missing(name, path, home))
        file = found or EnvironmentFile()
        directory = Directory(file.people or read_file(path.parent / PEOPLE, PeopleFile) or _home_people(home))
        bindings = _override(dict(file.connections), overrides)
        return cls(
            name=called,
            home=home,
            path=path.absolute() if found else None,
            bindings=bindings,
            given=frozenset(text.partition("=")[0].strip() for text in overrides),
            limits=file.limits,
            directory=directory,
            notices=() if directory.is_kept else (_OPEN_TO_ALL.format(home / PEOPLE),),
        )

    @property
    def budgets(self) -> dict[str, int]:
        """Limits of runs, as ``Start.budgets`` takes them; only those that are set."""
        return dict(self.limits.model_dump(exclude={"attempts_at_once"}, exclude_none=True))

    @property
    def where(self) -> str:
        """The file to edit, for who sits at this machine."""
        return str(self.path or self.home / FOLDER / f"{self.name}.json")

    @property
    def place(self) -> str:
        """The same in words that may leave the machine: they stand in journals and in what a server answers."""
        if self.path is None or self.path.parent == self.home / FOLDER:
            return f"{FOLDER}/{self.name}.json in Baton's home"
        return f"its file {self.path.name}"


_OPEN_TO_ALL = "No roles are checked, because there is no {}: everybody may answer every task. Fine to try things out."


def _is_path(name: str) -> bool:
    return "/" in name or "\\" in name or name.endswith(".json")


def _missing(name: str, path: Path, home: Path) -> str:
    if _is_path(name):
        return f"There is no environment file {path}."
    known = sorted({LOCAL, *(file.stem for file in (home / FOLDER).glob("*.json"))})
    return f"There is no environment {name!r}. Known here: {', '.join(known)}. A new one is a file {path}."


def _home_people(home: Path) -> PeopleFile | None:
    return read_file(home / PEOPLE, PeopleFile)


def _override(bindings: dict[str, Binding], overrides: Sequence[str]) -> dict[str, Binding]:
    """Puts the given URLs in place of those of the file; whatever else a binding says stays as it is."""
    for text in overrides:
        name, equals, url = text.partition("=")
        if not equals or not name.strip() or not url.strip():
            raise EnvironmentProblem(
                f"--connection {name.strip() or 'NAME'} should be given as NAME=URL, such as crm=http://127.0.0.1:8081."
            )
        name = name.strip()
        old = bindings[name].model_dump() if name in bindings else {}
        try:
            bindings[name] = Binding.model_validate({**old, "url": url.strip()})
        except ValidationError as error:
            raise EnvironmentProblem(f"--connection {name} can't be used:", sentences(error)) from None
    return bindings
