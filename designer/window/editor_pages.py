"""Editors as pages in place of the canvas: found by walking ``designer.editors``."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from designer.editors import found_editors
from designer.services import Services


def build_editor(services: Services, name: str, key: str) -> QWidget | None:
    """An editor's page; None if there is no editor of this name."""
    editor = found_editors().get(name)
    return None if editor is None else editor.build(services, key)


def editor_title(services: Services, name: str, key: str) -> str:
    """What its tab says: what is edited, or the editor's own name where that is one thing for the project."""
    editor = found_editors()[name]
    return editor.name_of(services, key) or editor.title
