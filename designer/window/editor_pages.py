"""Editors as pages in place of the canvas: found by walking ``designer.editors``."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from designer.services import Services


def build_editor(_services: Services, _name: str, _key: str) -> QWidget | None:
    """An editor's page; None if there is no editor of this name."""
    return None


def editor_title(name: str, key: str) -> str:
    """What its tab says."""
    return f"{name}: {key}" if key else name
