"""Panels around the canvas, found by walking: each folder's ``panel.py`` exports ``PANEL``. None imports another.

To add one: a folder with ``panel.py`` (the ``Panel``) and ``view.py`` (the widget). Nothing else is touched.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Literal

from PySide6.QtWidgets import QWidget

from designer.services import Services
from nodes.pacing import checkpoint

Area = Literal["left", "right", "bottom"]
Mode = Literal["design", "test", "replay"]


@dataclass(frozen=True, slots=True)
class Panel:
    """A panel as data. ``build`` is called once per window, when the panel is first shown."""

    id: str
    title: str
    icon: str
    area: Area
    order: int
    build: Callable[[Services], QWidget]
    modes: frozenset[Mode] = frozenset({"design"})
    width: int = 304
    """px, for panels at a side"""
    height: int = 176
    """px, for panels at the bottom"""
    beside: bool = False
    """it stands to the right of the others at its side, not behind a tab among them"""
    count_role: str = "count"
    """how the number on its tab looks: a role of the style sheet"""


def later(module: str, widget: str) -> Callable[[Services], QWidget]:
    """Builds a widget of a module that is loaded when the panel is first shown, not at the window's start."""

    def build(services: Services) -> QWidget:
        view: QWidget = getattr(importlib.import_module(module), widget)(services)
        return view

    return build


def load_views() -> None:
    """Loads the modules of all views, so that the first look at a panel does not wait for them."""
    for folder in pkgutil.iter_modules(__path__):
        checkpoint()
        importlib.import_module(f"{__name__}.{folder.name}.view")


@cache
def found_panels() -> tuple[Panel, ...]:
    """All panels, in their order. Raises TypeError for a folder that exports none."""
    panels = []
    for folder in pkgutil.iter_modules(__path__):
        panel = getattr(importlib.import_module(f"{__name__}.{folder.name}.panel"), "PANEL", None)
        if not isinstance(panel, Panel):
            raise TypeError(f"panels/{folder.name}/panel.py should export PANEL, a Panel")
        panels.append(panel)
    return tuple(sorted(panels, key=lambda panel: (panel.area, panel.order)))
