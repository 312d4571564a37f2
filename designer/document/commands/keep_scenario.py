"""Keeps what the steps of a flow answer with a sample, so that everybody rehearses with the same systems."""

from __future__ import annotations

from collections.abc import Mapping

from designer.document.command import Command
from designer.document.scenarios import with_effects
from nodes.contract import Value


def keep_scenario(flow_id: str, sample: str, effects: Mapping[str, Value]) -> Command:
    """``effects``: node id -> output."""
    return Command(
        f"Keep answers of “{sample}”",
        lambda project: with_effects(project, flow_id, sample, effects),
        flow_id,
    )
