"""How the nodes of a flow stood at a moment of a run, in words of the legend. For ``Story``; from the state alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from runtime.engine.state import State, Step

Standing = Literal["running", "retrying", "person", "time", "done", "failed", "incident", "cancelled"]


@dataclass(frozen=True, slots=True)
class NodeStanding:
    """How a node stood after an event: its latest step, in the words of the legend."""

    step: str
    standing: Standing
    order: int
    """1, 2, 3 ...: the order in which the steps of the run began"""
    words: str = ""


def standings_of(state: State, role_title: Callable[[str], str]) -> dict[str, NodeStanding]:
    """Node id -> how it stands; nodes that were not reached are not in it."""
    found: dict[str, NodeStanding] = {}
    for order, step in enumerate(state.steps.values(), 1):
        found[step.node] = NodeStanding(step.id, _standing(step), order, _badge(step, role_title))
    return found


def _standing(step: Step) -> Standing:
    if step.incident is not None or step.state == "stopped":
        return "incident"
    if step.state == "waiting":
        return "person" if step.task is not None else "time"
    if step.state == "completed":
        return "failed" if step.port == "error" else "done"
    return {"collecting": "time", "retrying": "retrying", "cancelled": "cancelled"}.get(step.state, "running")  # type: ignore[return-value]


def _badge(step: Step, role_title: Callable[[str], str]) -> str:
    if step.task is not None and step.state == "waiting":
        return role_title(step.task.role)
    if step.state == "retrying":
        return f"try {step.attempt + 1}"
    return f"{step.k}x" if step.k > 1 else ""
