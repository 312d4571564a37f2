"""What was dropped on a window: a project's folder or a package. It is always copied: who hears that a folder was moved
may delete it.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMimeData, Qt
from PySide6.QtGui import QDropEvent

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


def take_place(event: QDropEvent) -> Path | None:
    """The place that a drag or a drop brings, and the event is accepted; None if it brings none."""
    place = dropped_place(event.mimeData())
    if place is not None:
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
    return place
