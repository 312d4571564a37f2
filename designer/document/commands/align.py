"""Aligns and distributes cards: geometry only. Places come from the canvas, which knows how large cards are."""

from __future__ import annotations

from collections.abc import Mapping
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


def align(flow_id: str, boxes: Mapping[str, Box], edge: Edge) -> Command:
    """All at the outermost of them; centres and middles at the middle of all."""
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

    return _titled("Align", flow_id, {node: put(box) for node, box in boxes.items()})


def distribute(flow_id: str, boxes: Mapping[str, Box], direction: Direction) -> Command:
    """The same gap between each and the next; the two outermost stay."""
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
    return _titled("Distribute", flow_id, placed)


def tidy_up(flow_id: str, places: Mapping[str, tuple[float, float]], drawn: Mapping[str, Box] = _NONE) -> Command:
    """Cards, lanes around theirs and notes beside them where an arrangement puts them: one step of the history."""
    cards = _titled("Tidy up", flow_id, places)
    return compound(cards.title, cards, place_drawn(flow_id, drawn)) if drawn else cards


def _titled(title: str, flow_id: str, places: Mapping[str, tuple[float, float]]) -> Command:
    moving = move(flow_id, places)
    return Command(title, moving.apply, flow_id)
