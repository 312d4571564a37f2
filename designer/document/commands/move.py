"""Moves cards: geometry only, never a semantic change."""

from __future__ import annotations

from collections.abc import Hashable, Mapping

from designer.document.command import Command
from designer.document.counted import counted
from designer.document.edits import change_layout, with_positions


def move(
    flow_id: str, positions: Mapping[str, tuple[float, float]], *, merge: Hashable | None = None,
    count: int | None = None,
) -> Command:  # fmt: skip
    """Cards to these places (upper left corner, canvas units). ``count``: how many of them are moved, if of the others
    it is only written down where they stand.
    """
    count = len(positions) if count is None else count
    title = "Move step" if count == 1 else f"Move {counted(count, 'step')}"
    return Command(
        title,
        lambda project: change_layout(project, flow_id, lambda layout: with_positions(layout, positions)),
        flow_id,
        merge=merge,
    )
