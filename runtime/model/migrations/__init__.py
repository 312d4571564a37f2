"""Older project files brought to today's format, in memory, when they are read. See README.md here.

Called by ``files`` for each JSON file that carries a ``format_version``. Law: ONE loop walks the steps and writes the
version; a step only changes what its number stands for, so no step can forget to call the next.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

FORMAT_VERSION = 1
"""The format that this Baton reads and writes."""

Step: TypeAlias = Callable[[str, dict[str, Any]], dict[str, Any]]
"""``upgrade(kind, raw) -> raw``: pure, one format up. ``kind``: project, flow or connections."""


class FormatProblem(ValueError):
    """The file's format is newer than this Baton, or is none."""


def upgraded(
    kind: str, raw: Mapping[str, Any], *, steps: Mapping[int, Step] | None = None, newest: int = FORMAT_VERSION
) -> dict[str, Any]:
    """``raw`` in the newest format; the same object's content if it is already. Raises ``FormatProblem``.

    ``steps``: number -> the step that leads TO that format (None: those in this folder).
    """
    version = raw.get("format_version", 1)
    if isinstance(version, bool) or not isinstance(version, int) or version < 1:
        raise FormatProblem(f"format_version should be a whole number from 1, not {version!r}.")
    if version > newest:
        raise FormatProblem(
            f"it is in format {version}, and this Baton reads up to format {newest}. "
            "Open it with a newer Baton; nothing was changed."
        )
    known = found_steps() if steps is None else steps
    current = dict(raw)
    for number in range(version + 1, newest + 1):
        current = {**known[number](kind, current), "format_version": number}
    return current


def found_steps() -> dict[int, Step]:
    """The steps of this folder: ``step_2.py`` exports ``upgrade``, which leads from format 1 to format 2."""
    found: dict[int, Step] = {}
    for module in pkgutil.iter_modules(__path__):
        number = re.fullmatch(r"step_(\d+)", module.name)
        if number:
            found[int(number[1])] = importlib.import_module(f"{__name__}.{module.name}").upgrade
    return found
