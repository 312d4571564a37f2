"""Pages in place of the canvas, found by walking: each folder's ``editor.py`` exports ``EDITOR``. None imports another.

To add one: a folder with ``editor.py``. Nothing else is touched; ``window.open_editor(id, key)`` shows it.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from PySide6.QtWidgets import QWidget

from designer.services import Services
from nodes.pacing import checkpoint


def _title(_services: Services, key: str) -> str:
    return key


@dataclass(frozen=True, slots=True)
class Editor:
    """A page as data. ``build(services, key)`` is called when it is opened; ``key`` says of what."""

    id: str
    title: str
    icon: str
    build: Callable[[Services, str], QWidget]
    name_of: Callable[[Services, str], str] = _title
    """what its tab says for a key"""


@cache
def found_editors() -> dict[str, Editor]:
    """All editors by id. Raises TypeError for a folder that exports none."""
    found: dict[str, Editor] = {}
    for folder in pkgutil.iter_modules(__path__):
        checkpoint()
        editor = getattr(importlib.import_module(f"{__name__}.{folder.name}.editor"), "EDITOR", None)
        if not isinstance(editor, Editor):
            raise TypeError(f"editors/{folder.name}/editor.py should export EDITOR, an Editor")
        found[editor.id] = editor
    return found
