"""Keeps a run as a sample, with what its steps answered: the case can be played again on the flow as it is by then."""

from __future__ import annotations

from collections.abc import Mapping

from designer.document.command import Command, compound
from designer.document.commands.keep_scenario import keep_scenario
from designer.document.commands.set_part import set_sample
from nodes.contract import Value, to_wire


def keep_run(flow_id: str, name: str, given: Value, effects: Mapping[str, Value]) -> Command:
    """``given``: the input of the run; ``effects``: node id -> output."""
    sample, answers = set_sample(flow_id, name, to_wire(given)), keep_scenario(flow_id, name, effects)
    return compound(f"Keep run as sample “{name}”", sample, answers)
