"""What this machine's environments say of connections: read from Baton's home to be shown, never written from here.

Law: references to secrets are shown, secrets are never read.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MOST_BYTES = 5_000_000


@dataclass(frozen=True, slots=True)
class Bound:
    """How one environment has one connection."""

    environment: str
    url: str
    secret: str
    """the reference, such as ``file:CRM_KEY``; empty if none is named"""


def environments_of(home: Path) -> dict[str, Mapping[str, Any]]:
    """Name -> what its file says; one that can't be read says nothing (the runtime says why)."""
    found: dict[str, Mapping[str, Any]] = {}
    folder = home / "environments"
    for file in sorted(folder.glob("*.json")) if folder.is_dir() else ():
        try:
            if file.stat().st_size > MOST_BYTES:
                continue
            raw = json.loads(file.read_bytes())
        except (OSError, ValueError, RecursionError):
            raw = {}
        found[file.stem] = raw if isinstance(raw, Mapping) else {}
    return found


def bound_in(home: Path, name: str) -> list[Bound]:
    """Every environment that has this connection."""
    made = []
    for environment, said in environments_of(home).items():
        connections = said.get("connections")
        binding = connections.get(name) if isinstance(connections, Mapping) else None
        if isinstance(binding, Mapping):
            secret = next((str(v) for v in binding.values() if _is_reference(v)), "")
            made.append(Bound(environment, str(binding.get("url", "")), secret))
    return made


def references_of(home: Path) -> dict[str, list[str]]:
    """Reference -> where it is used, as ``connection (environment)``."""
    found: dict[str, list[str]] = {}
    for environment, said in environments_of(home).items():
        connections = said.get("connections")
        for name, binding in connections.items() if isinstance(connections, Mapping) else ():
            for value in binding.values() if isinstance(binding, Mapping) else ():
                if _is_reference(value):
                    found.setdefault(str(value), []).append(f"{name} ({environment})")
    return found


def _is_reference(value: Any) -> bool:
    return isinstance(value, str) and value.startswith(("env:", "file:"))
