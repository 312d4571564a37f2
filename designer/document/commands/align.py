"""Aligns and distributes cards and what is drawn: geometry only. Places come from the canvas, which knows how large
cards are and what a lane or group takes along.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

from designer.document.command import Command, compound
from designer.document.commands.move import move
from designer.document.commands.notes import place_drawn

Box = tuple[float, float, float, float]
"""left, top, width, height"""
Edge = Literal["left", "centre", "right", "top", "middle", "bottom"]
Direction = Literal["across", "down"]
_NONE: Mapping[str, Box] = MappingProxyType({})


@dataclass(frozen=True)
class Thing:
    """What is lined up as one: a step, a note, or a lane or group with all that goes along."""

    box: Box
    nodes: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    drawn: Mapping[str, Box] = field(default_factory=dict)


def align(flow_id: str, things: Mapping[str, Thing], edge: Edge) -> Command:
    """All at the outermost of them; centres and middles at the middle of all."""
    boxes = {name: thing.box for name, thing in things.items()}
    left, right = min(b[0] for b in boxes.values()), max(b[0] + b[2] for b in boxes.values())
    top, bottom = min(b[1] for b in boxes.values()), max(b[1] + b[3] for b in boxes.values())

    def put(box: Box) -> tuple[float, float]:
        x, y, width, height = box
        return {
            "left": (left, y),
            "centre": ((left + right - width) / 2, y),
            "right": (right - width, y),
            "top": (x, top),
            "middle": (x, (top + bottom - height) / 2),
            "bottom": (x, bottom - height),
        }[edge]

    return _carried("Align", flow_id, things, {name: put(box) for name, box in boxes.items()})


def distribute(flow_id: str, things: Mapping[str, Thing], direction: Direction) -> Command:
    """The same gap between each and the next; the two outermost stay."""
    boxes = {name: thing.box for name, thing in things.items()}
    axis = 0 if direction == "across" else 1
    order = sorted(boxes, key=lambda node: (boxes[node][axis], node))
    first, last = boxes[order[0]], boxes[order[-1]]
    room = last[axis] + last[axis + 2] - first[axis] - sum(boxes[node][axis + 2] for node in order)
    gap = room / max(len(order) - 1, 1)
    placed: dict[str, tuple[float, float]] = {}
    at = first[axis]
    for node in order:
        x, y, *_ = boxes[node]
        placed[node] = (at, y) if axis == 0 else (x, at)
        at += boxes[node][axis + 2] + gap
    return _carried("Distribute", flow_id, things, placed)


def straighten(flow_id: str, places: Mapping[str, tuple[float, float]]) -> Command:
    """Cards where the lines between them run straight."""
    return _titled("Straighten lines", flow_id, places)


def tidy_up(flow_id: str, places: Mapping[str, tuple[float, float]], drawn: Mapping[str, Box] = _NONE) -> Command:
    """Cards, lanes around theirs and notes beside them where an arrangement puts them: one step of the history."""
    return _titled("Tidy up", flow_id, places, drawn)


def _carried(
    title: str, flow_id: str, things: Mapping[str, Thing], placed: Mapping[str, tuple[float, float]]
) -> Command:
    """Each thing moves with all that goes along."""
    places: dict[str, tuple[float, float]] = {}
    drawn: dict[str, Box] = {}
    for name, (left, top) in placed.items():
        thing = things[name]
        dx, dy = left - thing.box[0], top - thing.box[1]
        places.update((node, (x + dx, y + dy)) for node, (x, y) in thing.nodes.items())
        drawn.update((one, (x + dx, y + dy, width, height)) for one, (x, y, width, height) in thing.drawn.items())
    return _titled(title, flow_id, places, drawn)


def _titled(
    title: str, flow_id: str, places: Mapping[str, tuple[float, float]], drawn: Mapping[str, Box] = _NONE
) -> Command:
    commands = [*([move(flow_id, places)] if places else []), *([place_drawn(flow_id, drawn)] if drawn else [])]
    return Command(title, compound(title, *commands).apply, flow_id)
