"""What this machine's environments say of connections: ``environments/<name>.json`` in Baton's home, read and written.

Law: references to secrets are shown and written, secrets never; what stands in a file and is not ours stays as it is; a
file that can't be read is never written over.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from runtime.model.durable import write_atomically

FOLDER, FORMAT_VERSION = "environments", 1
MOST_BYTES = 5_000_000


class MachineProblem(Exception):
    """A file of an environment can't be read or written; the text is a sentence for a person."""


def environments_of(home: Path) -> dict[str, Mapping[str, Any]]:
    """Name -> what its file says; one that can't be read says nothing (the runtime says why)."""
    found: dict[str, Mapping[str, Any]] = {}
    folder = home / FOLDER
    for file in sorted(folder.glob("*.json")) if folder.is_dir() else ():
        try:
            if file.stat().st_size > MOST_BYTES:
                continue
            raw = json.loads(file.read_bytes())
        except (OSError, ValueError, RecursionError):
            raw = {}
        found[file.stem] = raw if isinstance(raw, Mapping) else {}
    return found


def bindings_of(home: Path, connection: str) -> dict[str, Mapping[str, Any]]:
    """Environment -> how it has this connection, for each that has it."""
    found = {}
    for environment, said in environments_of(home).items():
        connections = said.get("connections")
        binding = connections.get(connection) if isinstance(connections, Mapping) else None
        if isinstance(binding, Mapping):
            found[environment] = binding
    return found


def place_of(home: Path, environment: str) -> Path:
    """The file of an environment; it need not exist."""
    return home / FOLDER / f"{environment}.json"


def bind(home: Path, environment: str, connection: str, changes: Mapping[str, str]) -> bytes | None:
    """Writes these keys of a binding; an empty value takes its key away, an empty ``url`` the whole binding.

    Returns what the file held before, None if there was none: ``put_back`` undoes it. Raises ``MachineProblem``.
    """
    place = place_of(home, environment)
    before, said = _read(place)
    connections = {**said.get("connections", {})} if isinstance(said.get("connections", {}), Mapping) else {}
    binding = {**connections[connection]} if isinstance(connections.get(connection), Mapping) else {}
    for key, value in changes.items():
        if value:
            binding[key] = value
        else:
            binding.pop(key, None)
    if binding.get("url"):
        connections[connection] = binding
    else:
        connections.pop(connection, None)
    _write(place, json.dumps({"format_version": FORMAT_VERSION, **said, "connections": connections}, indent=2) + "\n")
    return before


def copy_environment(home: Path, old: str, new: str) -> bytes | None:
    """What this machine says of one environment, for one of another name that it says nothing of yet: what was copied,
    None if nothing was. Raises ``MachineProblem``.
    """
    before, _ = _read(place_of(home, old))
    if before is None or place_of(home, new).exists():
        return None
    _write(place_of(home, new), before.decode("utf-8"))
    return before


def drop_copy(home: Path, copy: str, original: str, copied: bytes) -> bool:
    """Takes the file of ``copy`` away again, if it still is what was copied and the original says as much; whether it
    did. Raises ``MachineProblem``.
    """
    place = place_of(home, copy)
    try:
        if place.read_bytes() != copied or not place_of(home, original).is_file():
            return False
        place.unlink()
    except FileNotFoundError:
        return False
    except OSError as problem:
        raise MachineProblem(f"{place} can't be taken away: {problem.strerror}.") from problem
    return True


def put_back(home: Path, environment: str, before: bytes | None) -> None:
    """The file as ``bind`` found it. Raises ``MachineProblem``."""
    place = place_of(home, environment)
    if before is not None:
        _write(place, before.decode("utf-8"))
        return
    try:
        place.unlink(missing_ok=True)
    except OSError as problem:
        raise MachineProblem(f"{place} can't be taken away: {problem.strerror}.") from problem


def set_aside(home: Path, environment: str) -> Path:
    """The environment is gone from this machine; its file stays under another name, which is returned. Raises
    ``MachineProblem``.
    """
    place = place_of(home, environment)
    kept = place.with_suffix(".json.bak")
    try:
        Path(place).replace(kept)
    except OSError as problem:
        raise MachineProblem(f"{place} can't be set aside: {problem.strerror}.") from problem
    return kept


def _read(place: Path) -> tuple[bytes | None, dict[str, Any]]:
    """(bytes, content); (None, nothing) if there is no such file.

    Raises ``MachineProblem``: what can't be read would be lost by writing.
    """
    try:
        content = place.read_bytes()
        said = json.loads(content)
    except FileNotFoundError:
        return None, {}
    except OSError as problem:
        raise MachineProblem(f"{place} can't be read: {problem.strerror}. Nothing was changed.") from problem
    except (ValueError, RecursionError):
        raise MachineProblem(f"{place} is not JSON, so nothing was written. Mend it first.") from None
    if not isinstance(said, dict):
        raise MachineProblem(f"{place} should hold an object, so nothing was written. Mend it first.")
    return content, said


def _write(place: Path, text: str) -> None:
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(place, text.encode())
    except OSError as problem:
        raise MachineProblem(f"{place} can't be written: {problem.strerror or problem}.") from problem


def references_of(home: Path) -> dict[str, list[str]]:
    """Reference -> where it is used, as ``connection (environment)``."""
    found: dict[str, list[str]] = {}
    for environment, said in environments_of(home).items():
        connections = said.get("connections")
        for name, binding in connections.items() if isinstance(connections, Mapping) else ():
            for value in binding.values() if isinstance(binding, Mapping) else ():
                if is_reference(value):
                    found.setdefault(str(value), []).append(f"{name} ({environment})")
    return found


def is_reference(value: Any) -> bool:
    """Whether this names a secret, as ``env:NAME`` or ``file:NAME``."""
    return isinstance(value, str) and value.startswith(("env:", "file:"))
