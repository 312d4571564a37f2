"""Moves cards: geometry only, never a semantic change."""

from __future__ import annotations

from collections.abc import Hashable, Mapping

from designer.document.command import Command
from designer.document.edits import change_layout, with_positions


def move(flow_id: str, positions: Mapping[str, tuple[float, float]], *, merge: Hashable | None = None) -> Command:
    """Cards to these places (upper left corner, canvas units)."""
    title = "Move step" if len(positions) == 1 else f"Move {len(positions)} steps"
    return Command(
        title,
        lambda project: change_layout(project, flow_id, lambda layout: with_positions(layout, positions)),
        flow_id,
        merge=merge,
    )
