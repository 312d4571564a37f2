"""What was dropped on a window: a project's folder or a package."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMimeData

from designer.keeping.opening import PACKAGE_SUFFIX
from runtime.model.on_disk import PROJECT


def dropped_place(mime: QMimeData) -> Path | None:
    """The one local folder, ``project.json`` or ``.baton`` file in it; None for anything else."""
    urls = mime.urls() if mime.hasUrls() else []
    if len(urls) != 1 or not urls[0].isLocalFile():
        return None
    place = Path(urls[0].toLocalFile())
    fits = place.is_dir() or place.suffix == PACKAGE_SUFFIX or place.name == PROJECT.pattern
    return place if fits else None
