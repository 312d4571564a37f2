"""Flows to draw: generated business flows, and what a drawing is judged by. For the tests of layout and their benchmark.

The law: one measure for whoever drew it; it looks at boxes and corners alone.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence

from designer.layout import Box, Graph, Link, Side

WORDS = {"done": 0.0, "error": 52.0, "timeout": 76.0, "approved": 76.0, "rejected": 70.0, "retry": 44.0}


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


def business_flow(steps: int, seed: int) -> Graph:
    """Steps that branch and merge, with retry loops and error handlers that several steps share."""
    chance = random.Random(f"{steps}/{seed}")
    boxes: list[Box] = []
    links: list[Link] = []
    open_ends: list[tuple[str, str, float]] = []
    handler = ""
    handler_uses = 0

    def take() -> tuple[str, str, float]:
        back = int(len(open_ends) * chance.random() ** 2.5)
        return open_ends.pop(len(open_ends) - 1 - back)

    def connect(end: tuple[str, str, float], target: str) -> None:
        links.append(Link(end[0], end[1], target, end[2], end[1] in {"error", "timeout"}))

    boxes.append(pill("start", 132.0, 48.0, ["started"]))
    open_ends.append(("start", "started", 0.0))
    number = 0
    while len(boxes) < steps:
        number += 1
        name = f"s{number}"
        kind = chance.choices(["adapter", "decision", "approval", "log"], [45, 22, 18, 15])[0]
        outcomes: list[str] = []
        exceptions: list[str] = []
        if kind == "adapter":
            outcomes, exceptions = ["done"], ["error"] if chance.random() < 0.7 else []
        elif kind == "decision":
            outcomes = [f"case{case}" for case in range(chance.choice([2, 2, 3, 3, 4]))]
        elif kind == "approval":
            outcomes, exceptions = ["approved", "rejected"], ["timeout"]
        else:
            outcomes = ["done"]
        entering = [take()]
        while len(open_ends) > 2 and chance.random() < 0.42:
            entering.append(take())
        box = (
            pill(name, 144.0, 40.0, outcomes) if kind == "log" else card(name, outcomes, exceptions, kind == "approval")
        )
        boxes.append(box)
        for end in entering:
            connect(end, name)
        for port in outcomes:
            width = WORDS.get(port, 30.0 + 12.0 * chance.randrange(6))
            if port == "rejected" and len(boxes) > 5 and chance.random() < 0.3:
                earlier = boxes[-1 - chance.randrange(2, min(8, len(boxes) - 1))].id
                links.append(Link(name, port, earlier, width))
            else:
                open_ends.append((name, port, width))
        for port in exceptions:
            width = WORDS[port]
            roll = chance.random()
            if roll < 0.25 and len(boxes) < steps:
                wait = card(f"w{number}", ["retry"])
                boxes.append(wait)
                links.append(Link(name, port, wait.id, width, True))
                links.append(Link(wait.id, "retry", name, WORDS["retry"]))
            elif roll < 0.85 and len(boxes) < steps:
                if not handler or handler_uses > 7:
                    handler, handler_uses = f"h{number}", 0
                    boxes.append(card(handler, ["done"]))
                    open_ends.append((handler, "done", 0.0))
                handler_uses += 1
                links.append(Link(name, port, handler, width, True))
            else:
                open_ends.append((name, port, width))
    ends = [box.id for box in boxes if not box.ports]
    for end in open_ends:
        later = [box for box in boxes[-max(3, steps // 12) :] if box.id != end[0] and box.id != "start"]
        if later and chance.random() < 0.5 and end[0] not in {box.id for box in later}:
            connect(end, chance.choice(later).id)
    del ends
    return Graph.of(boxes, links)


Corners = Sequence[tuple[float, float]]


def segments(route: Corners) -> list[tuple[float, float, float, float]]:
    return [(*first, *second) for first, second in zip(route, route[1:], strict=False)]


def length(routes: Mapping[object, Corners]) -> float:
    return sum(abs(a - c) + abs(b - d) for route in routes.values() for a, b, c, d in segments(route))


def crossings(routes: Mapping[object, Corners]) -> tuple[int, int]:
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
    from bisect import bisect_left, bisect_right

    for x, top, bottom, key in upright:
        for y, left, right, other in level[bisect_right(heights, top + 0.01) : bisect_left(heights, bottom - 0.01)]:
            if other != key and left + 0.01 < x < right - 0.01:
                pairs.add((frozenset((key, other)), round(x), round(y)))
                places.add((round(x), round(y)))
    return len(pairs), len(places)


def through_boxes(
    boxes: Sequence[Box], positions: Mapping[str, tuple[float, float]], routes: Mapping[object, Corners]
) -> list[object]:
    """The links that touch the inside of a box."""
    found = []
    frames = [
        (positions[b.id][0], positions[b.id][1], positions[b.id][0] + b.width, positions[b.id][1] + b.height)
        for b in boxes
    ]
    for key, route in routes.items():
        for a, b, c, d in segments(route):
            left, right, top, bottom = min(a, c), max(a, c), min(b, d), max(b, d)
            if any(
                x1 < right - 0.5 and left + 0.5 < x2 and y1 < bottom - 0.5 and top + 0.5 < y2
                if left != right and top != bottom
                else (x1 + 0.5 < right and left < x2 - 0.5 and y1 + 0.5 < bottom and top < y2 - 0.5)
                for x1, y1, x2, y2 in frames
            ):
                found.append(key)
                break
    return found


def overlapping(boxes: Sequence[Box], positions: Mapping[str, tuple[float, float]]) -> list[tuple[str, str]]:
    found = []
    for number, first in enumerate(boxes):
        x, y = positions[first.id]
        for second in boxes[number + 1 :]:
            u, v = positions[second.id]
            if x < u + second.width and u < x + first.width and y < v + second.height and v < y + first.height:
                found.append((first.id, second.id))
    return found
