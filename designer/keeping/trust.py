"""Which plug-in folders the user trusts: read from ``settings.json`` in Baton's home, by the rules of the runtime.

Law: a project never adds to it, and a settings file that can't be read is said, never taken for "trusts nothing".
"""

from __future__ import annotations

from pathlib import Path

from designer.keeping.home import baton_home
from runtime.model.canonical import JsonProblem, read_json

FILE_NAME = "settings.json"
KEYS = {"trusted_node_folders", "store"}


class SettingsUnreadable(Exception):
    """The message says which file, why, and what to do."""


def trusted_node_folders(home: Path | None = None) -> tuple[Path, ...]:
    """The folders, in their order. Raises SettingsUnreadable."""
    file = (baton_home() if home is None else home) / FILE_NAME
    try:
        content = file.read_bytes()
    except FileNotFoundError:
        return ()
    except OSError as fault:
        raise _unreadable(file, fault.strerror or str(fault)) from None
    try:
        raw = read_json(content)
    except JsonProblem as problem:
        raise _unreadable(file, str(problem)) from None
    if not isinstance(raw, dict):
        raise _unreadable(file, "it should hold an object {...}")
    unknown = sorted(raw.keys() - KEYS)
    if unknown:
        raise _unreadable(file, f"it says {unknown[0]!r}, which Baton does not know")
    named = raw.get("trusted_node_folders", [])
    if not isinstance(named, list) or not all(isinstance(folder, str) for folder in named):
        raise _unreadable(file, "trusted_node_folders should be a list of folders")
    return tuple(Path(folder) for folder in named)


def _unreadable(file: Path, reason: str) -> SettingsUnreadable:
    return SettingsUnreadable(
        f"{file} can't be read: {reason}. No plug-in is loaded. Correct the file, or move it away."
    )
