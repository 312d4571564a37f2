"""Flows to draw: generated business flows, and what a drawing is judged by. For tests of layout and the benchmark.

The law: one measure for whoever drew it; it looks at boxes and corners alone.
"""

from __future__ import annotations

import random
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from itertools import pairwise

from designer.layout import Box, Graph, Key, Link, Side

WIDTHS = {"done": 0.0, "error": 52.0, "timeout": 76.0, "approved": 76.0, "rejected": 70.0, "retry": 44.0}


def card(name: str, ports: Sequence[str], exceptions: Sequence[str] = (), chips: bool = False) -> Box:
    """A card in the measures of the canvas."""
    count = len(ports)
    height = max(92.0 if chips else 64.0, 16.0 + 24.0 * count if count > 2 else 0.0)
    first, pitch = (20.0, 24.0) if count > 2 else (32.0, 26.0)
    sides = {port: Side("right", first + pitch * number) for number, port in enumerate(ports)}
    sides |= {port: Side("bottom", 28.0 + 44.0 * number) for number, port in enumerate(exceptions)}
    return Box(name, 176.0, height, 32.0, sides)


def pill(name: str, width: float, height: float, ports: Sequence[str] = ()) -> Box:
    return Box(name, width, height, height / 2, {port: Side("right", height / 2) for port in ports})


class _Growing:
    """A flow that is being made: what leads nowhere yet is taken up by later steps, mostly by the next ones."""

    def __init__(self, steps: int, seed: int) -> None:
        self.chance = random.Random(f"{steps}/{seed}")
        self.steps = steps
        self.boxes: list[Box] = [pill("start", 132.0, 48.0, ["started"])]
        self.links: list[Link] = []
        self.open: list[tuple[str, str, float]] = [("start", "started", 0.0)]
        self.handler: tuple[str, int] = ("", 0)

    def take(self) -> tuple[str, str, float]:
        place = len(self.open) - 1 - int(len(self.open) * self.chance.random() ** 3)
        return self.open.pop(place)

    def link(self, end: tuple[str, str, float], target: str) -> None:
        source, port, width = end
        self.links.append(Link(source, port, target, width, port in {"error", "timeout"}))

    def add(self, box: Box, entering: int) -> None:
        self.boxes.append(box)
        for _ in range(entering):
            self.link(self.take(), box.id)

    def fails(self, name: str, port: str) -> None:
        """An exception: wait and try again, or to a handler that several steps share, or to any later step."""
        end = (name, port, WIDTHS[port])
        roll = self.chance.random()
        if roll < 0.3 and len(self.boxes) < self.steps:
            again = f"again_{name}"
            self.boxes.append(card(again, ["retry"]))
            self.link(end, again)
            self.link((again, "retry", WIDTHS["retry"]), name)
        elif roll < 0.8 and len(self.boxes) < self.steps:
            handler, uses = self.handler
            if not handler or uses > 5:
                handler, uses = f"handler_{name}", 0
                self.boxes.append(card(handler, ["done"]))
                self.open.append((handler, "done", 0.0))
            self.handler = (handler, uses + 1)
            self.link(end, handler)
        else:
            self.open.append(end)


def business_flow(steps: int, seed: int) -> Graph:
    """`steps` boxes that branch and merge, with retry loops, error handlers that several steps share, and ends."""
    flow = _Growing(steps, seed)
    chance = flow.chance
    number = 0
    while len(flow.boxes) < steps:
        number += 1
        name = f"s{number}"
        merging = 1 + sum(1 for _ in range(2) if len(flow.open) > 3 and chance.random() < 0.3)
        kind = chance.choices(["adapter", "decision", "approval", "log", "end"], [42, 20, 16, 12, 10])[0]
        left = steps - len(flow.boxes)
        if (kind == "end" and len(flow.open) > 2) or (left == 1 and flow.open):
            flow.add(pill(name, 116.0, 36.0), len(flow.open) if left == 1 else 1)
        elif kind == "decision":
            cases = [f"case{case}" for case in range(chance.choice([2, 2, 3, 4]))]
            flow.add(card(name, cases), merging)
            flow.open += [(name, case, 30.0 + 12.0 * chance.randrange(6)) for case in cases]
        elif kind == "approval":
            flow.add(card(name, ["approved", "rejected"], ["timeout"], chips=True), merging)
            flow.open.append((name, "approved", WIDTHS["approved"]))
            rejected = (name, "rejected", WIDTHS["rejected"])
            if len(flow.boxes) > 5 and chance.random() < 0.3:
                flow.link(rejected, flow.boxes[-1 - chance.randrange(1, 5)].id)
            else:
                flow.open.append(rejected)
            flow.fails(name, "timeout")
        elif kind == "log":
            flow.add(pill(name, 144.0, 40.0, ["done"]), merging)
            flow.open.append((name, "done", 0.0))
        else:
            risky = chance.random() < 0.6
            flow.add(card(name, ["done"], ["error"] if risky else []), merging)
            flow.open.append((name, "done", 0.0))
            if risky:
                flow.fails(name, "error")
    return Graph.of(flow.boxes, flow.links)


Corner = tuple[float, float]
Corners = Sequence[Corner]
Routes = Mapping[Key, Corners]


def segments(route: Corners) -> list[tuple[float, float, float, float]]:
    return [(*first, *second) for first, second in pairwise(route)]


def length(routes: Routes) -> float:
    return sum(abs(a - c) + abs(b - d) for route in routes.values() for a, b, c, d in segments(route))


def crossings(routes: Routes) -> tuple[int, int]:
    """How often two links cross, counted for each pair of links; and in how many places, as the eye counts."""
    level, upright = [], []
    for key, route in routes.items():
        for a, b, c, d in segments(route):
            if abs(b - d) < 0.01:
                level.append((b, min(a, c), max(a, c), key))
            else:
                upright.append((a, min(b, d), max(b, d), key))
    level.sort(key=lambda line: line[0])
    upright.sort(key=lambda line: line[0])
    pairs, places = set(), set()
    heights = [line[0] for line in level]
    for x, top, bottom, key in upright:
        for y, left, right, other in level[bisect_right(heights, top + 0.01) : bisect_left(heights, bottom - 0.01)]:
            if other != key and left + 0.01 < x < right - 0.01:
                pairs.add((frozenset((key, other)), round(x), round(y)))
                places.add((round(x), round(y)))
    return len(pairs), len(places)


def through_boxes(boxes: Sequence[Box], positions: Mapping[str, Corner], routes: Routes) -> list[Key]:
    """The links that touch the inside of a box."""
    frames = []
    for box in boxes:
        x, y = positions[box.id]
        frames.append((x + 0.5, y + 0.5, x + box.width - 0.5, y + box.height - 0.5))

    def inside(a: float, b: float, c: float, d: float) -> bool:
        left, right, top, bottom = min(a, c), max(a, c), min(b, d), max(b, d)
        return any(left < x2 and x1 < right and top < y2 and y1 < bottom for x1, y1, x2, y2 in frames)

    return [key for key, route in routes.items() if any(inside(*segment) for segment in segments(route))]


def overlapping(boxes: Sequence[Box], positions: Mapping[str, Corner]) -> list[tuple[str, str]]:
    found = []
    for number, first in enumerate(boxes):
        x, y = positions[first.id]
        for second in boxes[number + 1 :]:
            u, v = positions[second.id]
            if x < u + second.width and u < x + first.width and y < v + second.height and v < y + first.height:
                found.append((first.id, second.id))
    return found


def confused(routes: Routes) -> list[tuple[Key, Key]]:
    """Pairs of links that run on one another although they share neither port nor input."""
    pieces = []
    for key, route in routes.items():
        for a, b, c, d in segments(route):
            upright = abs(a - c) < 0.01
            pieces.append(
                (upright, a, min(b, d), max(b, d), key) if upright else (upright, b, min(a, c), max(a, c), key)
            )
    pieces.sort(key=lambda piece: piece[:2])
    found = []
    for number, (upright, at, low, high, key) in enumerate(pieces):
        for other_upright, place, start, end, other in pieces[number + 1 :]:
            if other_upright != upright or place - at >= 1.0:
                break
            if key[2] != other[2] and key[:2] != other[:2] and min(high, end) - max(low, start) > 1.0:
                found.append((key, other))
    return found
