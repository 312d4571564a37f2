"""The user's own settings: ``settings.json`` in Baton's home. It alone says which plug-in folders are trusted.

``{"trusted_node_folders": ["/absolute/folder", ...], "store": "/absolute/store.db"}``; both keys are optional. No
project can add to it: opening or running one never loads code that only the project names.
"""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from runtime.connections import baton_home
from runtime.model.at_once import open_at_once
from runtime.wire import JsonProblem, Problem, read_json

FILE_NAME = "settings.json"
STORE_VARIABLE = "BATON_STORE"


class Settings(BaseModel):
    """What the file may say."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    trusted_node_folders: tuple[str, ...] = Field(default=(), strict=False)
    store: str | None = None


def settings_file() -> Path:
    """Where the settings lie; the file need not exist."""
    return baton_home() / FILE_NAME


def read_settings() -> Settings:
    """The settings; those of a file that can't be read are refused, not ignored, since trust hangs on them."""
    file = settings_file()
    try:
        with open_at_once(file) as opened:
            content = opened.read()
    except FileNotFoundError:
        return Settings()
    except OSError as fault:
        raise _unreadable(file, fault.strerror or str(fault)) from None
    try:
        return Settings.model_validate(read_json(content))
    except JsonProblem as problem:
        raise _unreadable(file, str(problem)) from None
    except ValidationError as problem:
        first = problem.errors()[0]
        raise _unreadable(file, f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from None


def trust_folder(folder: Path) -> None:
    """Adds a plug-in folder to those that are loaded. The file is written whole or not at all."""
    settings = read_settings()
    named = str(folder.resolve())
    if named in settings.trusted_node_folders:
        return
    changed = settings.model_copy(update={"trusted_node_folders": (*settings.trusted_node_folders, named)})
    _write(settings_file(), changed)


def default_store() -> str:
    """The store that is meant when none is named: ``BATON_STORE``, the settings', or ``store.db`` in Baton's home."""
    return os.environ.get(STORE_VARIABLE) or read_settings().store or str(baton_home() / "store.db")


def _write(file: Path, settings: Settings) -> None:
    text = json.dumps(settings.model_dump(exclude_defaults=True), indent=2, ensure_ascii=False) + "\n"
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=file.parent, delete=False) as written:
            written.write(text)
            written.flush()
            os.fsync(written.fileno())
        Path(written.name).replace(file)
    except OSError as fault:
        raise Problem(
            422, "SETTINGS", f"{file} can't be written: {fault.strerror or fault}.", todo="Check who owns its folder."
        ) from None


def _unreadable(file: Path, reason: str) -> Problem:
    return Problem(422, "SETTINGS", f"{file} can't be read: {reason}", todo="Correct the file, or move it away.")
