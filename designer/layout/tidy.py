"""Tidy up: a flow laid out from left to right with its routes. Called through `designer.layout.arrange`.

The law: the same graph always gets the same answer; no two boxes overlap and no route passes through a box. Frames are
drawn by `framed`, which asks here for what stands in each of them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from designer.layout.channels import Net, place
from designer.layout.columns import Columns, Line, Manner, columns_of
from designer.layout.corners import corners
from designer.layout.framed import arrange_framed
from designer.layout.graph import Arrangement, Box, Graph, Key, Link, Point, Route
from designer.layout.judge import price
from designer.layout.measures import COLUMN_GAP, PART_GAP, STUB, TAIL
from designer.layout.order import order
from designer.layout.rows import rows
from designer.layout.within import arrange_within

PINNED_BOXES = 60
"""Up to this many boxes, lines that lead back run under the lowest step; in larger flows that is a way too long."""
EFFORT = 320
"""How many boxes may be laid out in all attempts together."""
UNPINNED = 60.0
"""The price of a line that leads back between the steps, for each column that it passes."""


def arrange(
    graph: Graph, previous: Mapping[str, Point] | None = None, only: Collection[str] | None = None
) -> Arrangement:
    """Places for all boxes and routes for all links.

    Where `previous` places are given, their order from top to bottom is kept if it costs nothing. With `only` just
    these boxes move, around the place where they are; the answer holds them and the links that touch them.
    """
    if only is not None:
        return arrange_within(graph, previous or {}, only, arrange)
    if graph.frames:
        return arrange_framed(graph, previous or {}, arrange)
    links = graph.sound_links()
    positions: dict[str, Point] = {}
    routes: dict[Key, Route] = {}
    top = 0.0
    for boxes, inner in _parts(graph.boxes, links):
        part = _arrange_part(boxes, inner, previous or {})
        corners = [point for route in part.routes.values() for point in route]
        corners += list(part.positions.values())
        corners += [(part.positions[box.id][0] + box.width, part.positions[box.id][1] + box.height) for box in boxes]
        shift = top - min(y for _, y in corners)
        positions |= {name: (x, y + shift) for name, (x, y) in part.positions.items()}
        routes |= {key: [(x, y + shift) for x, y in route] for key, route in part.routes.items()}
        top = max(y for _, y in corners) + shift + PART_GAP
    return Arrangement(positions, routes)


def _parts(boxes: Sequence[Box], links: Sequence[Link]) -> list[tuple[list[Box], list[Link]]]:
    """What is connected with one another, in the order of the first box of each."""
    leader = {box.id: box.id for box in boxes}

    def find(name: str) -> str:
        while leader[name] != name:
            leader[name] = leader[leader[name]]
            name = leader[name]
        return name

    for link in links:
        leader[find(link.source)] = find(link.target)
    parts: dict[str, tuple[list[Box], list[Link]]] = {}
    for box in boxes:
        parts.setdefault(find(box.id), ([], []))[0].append(box)
    for link in links:
        parts[find(link.source)][1].append(link)
    return list(parts.values())


def _arrange_part(boxes: Sequence[Box], links: Sequence[Link], previous: Mapping[str, Point]) -> Arrangement:
    """Of several attempts the one that is drawn best; the smaller the part, the more attempts it gets."""
    best, least = None, float("inf")
    looped = True
    for manner in _manners(len(boxes)):
        if not looped and (manner.pinned or manner.upwards):
            continue  # nothing leads back: these draw what others draw
        columns = columns_of(boxes, links, manner)
        looped = any(item.back for item in columns.items)
        hints = {}
        for number, item in enumerate(columns.items):
            if item.boxes and item.boxes[0][0].id in previous:
                hints[number] = previous[item.boxes[0][0].id][1]
        order(columns, hints, manner.seed)
        drawn = _draw(columns, rows(columns))
        cost = price(drawn.routes)
        if not manner.pinned:
            cost += UNPINNED * sum(1 for item in columns.items if item.back)
        if cost < least:
            best, least = drawn, cost
    assert best is not None
    return best


def _manners(size: int) -> list[Manner]:
    """The attempts that a part of this size is worth, the most promising first."""
    if size > PINNED_BOXES:
        ways = [Manner(shared=shared, seed=seed) for seed in range(2) for shared in (True, False)]
    else:
        ways = [
            Manner(pinned, shared, upwards, seed)
            for seed in range(2)
            for upwards in (False, True)
            for shared in (True, False)
            for pinned in (True, False)
        ]
    return ways[: max(1, EFFORT // max(size, 1))]


def _draw(columns: Columns, y: list[float]) -> Arrangement:
    """Columns side by side with their channels between them, then every link along its lines."""
    nets, run_of = _nets(columns, y)
    left_edge: list[float] = []
    widths = [
        max((box.width for item in column for box, _ in columns.items[item].boxes), default=0.0)
        for column in columns.columns
    ]
    names: list[list[tuple[float, float]]] = [[] for _ in columns.columns]
    for number, start in columns.starts.items():
        if number in columns.ways:
            item = columns.items[start.item]
            names[item.column].append((y[start.item] + start.y, start.reach))
    x = place(nets[0], 0.0, [])
    x += TAIL if any(not net.straight for net in nets[0]) else 0.0
    for column, width in enumerate(widths):
        left_edge.append(x)
        edge = x + width
        ends = [(height, x + reach) for height, reach in names[column]]
        last = place(nets[column + 1], edge + STUB, ends)
        straight = {height for net in nets[column + 1] if net.straight for height in net.left}
        reach = max([end for height, end in ends if height in straight], default=0.0)
        x = max(edge + COLUMN_GAP, (last if last > edge + STUB or nets[column + 1] else edge) + TAIL, reach + TAIL)
        x = 4 * -(-x // 4)
    positions = {
        box.id: (left_edge[item.column], y[number] + depth)
        for number, item in enumerate(columns.items)
        for box, depth in item.boxes
    }
    routes: dict[Key, Route] = {}
    for number, link in enumerate(columns.links):
        if number in columns.drops:
            side = next(box for box in columns.boxes if box.id == link.source).side(link.port)
            source = next(box for box in columns.boxes if box.id == link.source)
            at_x, at_y = positions[link.source]
            routes[link.key] = [
                (at_x + side.offset, at_y + source.height),
                (at_x + side.offset, positions[link.target][1]),
            ]
            continue
        start = columns.starts[number]
        at_x = left_edge[columns.items[start.item].column] + start.x
        at_y = y[start.item] + start.y
        route: Route = [(at_x, at_y - start.drop), (at_x, at_y)]
        for line in columns.ways[number]:
            heights = (y[line.tail] + line.tail_y, y[line.head] + line.head_y)
            entry, leave = heights if abs(heights[0] - at_y) <= abs(heights[1] - at_y) else heights[::-1]
            if line.turn == 0 and columns.items[line.tail].back:
                entry, leave = heights[1], heights[0]
            elif line.turn:
                entry, leave = heights
            run = run_of[id(line)]
            if not run.straight:
                route += [(run.x, entry), (run.x, leave)]
            at_y = leave
        end_x = positions[link.target][0]
        route.append((end_x, at_y))
        routes[link.key] = corners(route)
    return Arrangement(positions, routes)


def _nets(columns: Columns, y: list[float]) -> tuple[list[list[Net]], dict[int, Net]]:
    """For each channel (0 is left of the first column) its nets, and the net of each line."""
    channels: list[dict[tuple[object, ...], list[Line]]] = [{} for _ in range(len(columns.columns) + 1)]
    for line in columns.lines:
        column = columns.items[line.tail].column
        channel = column if line.turn < 0 else column + 1
        key: tuple[object, ...] = ("in", line.head, line.head_y)
        if line.turn == 0 and columns.items[line.tail].back:
            key = ("out", line.tail)
        channels[channel].setdefault(key, []).append(line)
    nets: list[list[Net]] = []
    run_of: dict[int, Net] = {}
    for groups in channels:
        alone: dict[tuple[int, float], list[tuple[object, ...]]] = {}
        for key, lines in groups.items():
            if len(lines) == 1 and lines[0].turn == 0 and key[0] == "in":
                alone.setdefault((lines[0].tail, lines[0].tail_y), []).append(key)
        for keys in alone.values():
            for key in keys[1:]:
                groups[keys[0]] = groups[keys[0]] + groups.pop(key)
        made = []
        for lines in groups.values():
            net = Net()
            for line in lines:
                tail_y, head_y = y[line.tail] + line.tail_y, y[line.head] + line.head_y
                (net.right if line.turn < 0 else net.left).add(tail_y)
                (net.left if line.turn > 0 else net.right).add(head_y)
                run_of[id(line)] = net
            made.append(net)
        nets.append(made)
    return nets, run_of
