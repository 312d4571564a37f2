"""``Services``: what every part of the window may ask for. Made once by ``app``; panels, canvas and actions get it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from designer.document.checking import Checking
from designer.document.document import Document
from designer.document.facts import Facts
from designer.document.selection import Selection
from designer.theme.theme import Theme
from nodes.registry import Registry
from runtime.model.flow import Flow


@dataclass
class Services:
    """One per window (each window has one project)."""

    registry: Registry
    document: Document
    selection: Selection
    facts: Facts
    checking: Checking
    theme: Theme
    window: Any = None
    """the ``MainWindow``: ``say(text)`` (status bar), ``show_mode(name)``, ``canvas`` of the flow that is shown"""
    extras: dict[str, Any] = field(default_factory=dict)
    """services of one part that others look up by name: ``session``, ``samples``"""

    @property
    def flow(self) -> Flow | None:
        """The flow that is shown, as it is now."""
        shown = self.selection.flow
        return None if shown is None else self.document.project.flows.get(shown)
