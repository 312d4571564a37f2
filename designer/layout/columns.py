"""One connected part of a flow as columns of items: stacks of boxes, and bends of lines that pass. Called by `tidy`.

The law: after `columns_of`, every line joins an item to one of the next column, or turns round beside its own column.
An exception whose target nothing else leads to is stacked below its source and needs no line. Links into one input
share the bends on their way, so they are one line from where they meet.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from designer.layout.graph import Box, Link
from designer.layout.loops import leading_back
from designer.layout.measures import DROP, DROP_STEP, LINE_GAP, STACK_GAP, TURN, easy_lead
from designer.layout.simplex import shortest


@dataclass(slots=True)
class Item:
    """A stack of boxes, each at its depth below the top of the item, or (without boxes) a bend."""

    column: int
    boxes: list[tuple[Box, float]] = field(default_factory=list)
    height: float = 0.0
    back: bool = False  # a bend of a line that leads back
    pinned: bool = False


@dataclass(slots=True, eq=False)
class Line:
    """A piece between two items of neighbouring columns, or (`turn`) between two of one column around its side."""

    tail: int
    tail_y: float  # below the top of the tail
    head: int
    head_y: float
    turn: int = 0  # 1 around the right of the column, -1 around the left
    links: list[int] = field(default_factory=list)
    main: bool = False


@dataclass(slots=True)
class Start:
    """Where a link leaves: its port, and for exceptions the corner below it."""

    item: int
    x: float  # right of the left edge of the column
    y: float  # below the top of the item; after the drop
    drop: float  # how far above y the port is
    reach: float  # to where the line must run straight


@dataclass
class Columns:
    boxes: Sequence[Box]
    links: Sequence[Link]
    items: list[Item] = field(default_factory=list)
    columns: list[list[int]] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    place: dict[str, tuple[int, float]] = field(default_factory=dict)  # box -> its item, its depth there
    starts: dict[int, Start] = field(default_factory=dict)  # by link
    ways: dict[int, list[Line]] = field(default_factory=dict)  # by link: the lines from port to input, if any
    drops: set[int] = field(default_factory=set)  # links that fall straight onto the box below


@dataclass(frozen=True, slots=True)
class Manner:
    """One way to lay out a part; which is best shows only when it is drawn."""

    pinned: bool = False  # lines that lead back run under the lowest step of each column that they pass
    shared: bool = True  # links into one input share their bends, so they meet as early as they can
    upwards: bool = False  # look for what leads back from the last link to the first
    seed: int = 0


def columns_of(boxes: Sequence[Box], links: Sequence[Link], manner: Manner) -> Columns:
    made = Columns(boxes, links)
    index = {box.id: number for number, box in enumerate(boxes)}
    arcs = [(index[link.source], index[link.target]) for link in links]
    back = leading_back(len(boxes), arcs, manner.upwards)
    above = _stacks(made, arcs, back)
    stack_of = _items(made, above)
    joined: dict[tuple[int, int], int] = {}
    for number, (tail, head) in enumerate(arcs):
        ends = (stack_of[tail], stack_of[head]) if number not in back else (stack_of[head], stack_of[tail])
        if ends[0] != ends[1]:
            joined[ends] = joined.get(ends, 0) + 1
    numbers = shortest(len(made.items), list(joined), list(joined.values()))
    for item, column in zip(made.items, numbers, strict=True):
        item.column = column
    made.columns = [[] for _ in range(max(numbers, default=0) + 1)]
    for number, item in enumerate(made.items):
        made.columns[item.column].append(number)
    _lines(made, arcs, back, stack_of, manner)
    _mark_main(made, arcs, back)
    return made


def _stacks(made: Columns, arcs: list[tuple[int, int]], back: set[int]) -> list[int]:
    """For each box the one that it is stacked under, or -1; notes the links that drop."""
    entered = [0] * len(made.boxes)
    for number, (_, head) in enumerate(arcs):
        if number not in back:
            entered[head] += 1
    above = [-1] * len(made.boxes)
    taken = [False] * len(made.boxes)

    def port_x(number: int) -> float:
        return made.boxes[arcs[number][0]].side(made.links[number].port).offset

    exceptions = [n for n, link in enumerate(made.links) if link.exception and n not in back and _bottom(made, n)]
    for number in sorted(exceptions, key=lambda number: (arcs[number][0], port_x(number))):
        tail, head = arcs[number]
        if entered[head] == 1 and not taken[tail] and port_x(number) < made.boxes[head].width - 12:
            above[head] = tail
            taken[tail] = True
            made.drops.add(number)
    return above


def _bottom(made: Columns, number: int) -> bool:
    link = made.links[number]
    return next(box for box in made.boxes if box.id == link.source).side(link.port).edge == "bottom"


def _items(made: Columns, above: list[int]) -> list[int]:
    """Make the stacks and note where each link starts; returns the item of each box."""
    index = {box.id: number for number, box in enumerate(made.boxes)}
    below = {top: box for box, top in enumerate(above) if top >= 0}
    falling: list[list[tuple[float, int]]] = [[] for _ in made.boxes]
    for number, link in enumerate(made.links):
        side = made.boxes[index[link.source]].side(link.port)
        if side.edge == "bottom" and number not in made.drops:
            falling[index[link.source]].append((side.offset, number))
    stack_of = [-1] * len(made.boxes)
    for first, top in enumerate(above):
        if top < 0:
            for box in _stack(made, first, below, falling):
                stack_of[box] = len(made.items) - 1
    for number, link in enumerate(made.links):
        box_of = made.boxes[index[link.source]]
        side = box_of.side(link.port)
        if side.edge == "right":
            item, y = made.place[link.source]
            reach = box_of.width + easy_lead(link.label_width)
            made.starts[number] = Start(item, box_of.width, y + side.offset, 0.0, reach)
    return stack_of


def _stack(made: Columns, first: int, below: dict[int, int], falling: list[list[tuple[float, int]]]) -> list[int]:
    """One item from the box `first` and those below it, with room under each for the links that fall and turn."""
    item, y, number = Item(0), 0.0, first
    members = []
    while True:
        box = made.boxes[number]
        members.append(number)
        item.boxes.append((box, y))
        made.place[box.id] = (len(made.items), y)
        item.height = y + box.height
        drops: dict[float, float] = {}
        for x, link in sorted(falling[number], reverse=True):  # the rightmost turns first, so none crosses another
            drop = drops.setdefault(x, DROP + DROP_STEP * len(drops))
            turn = y + box.height + drop
            made.starts[link] = Start(len(made.items), x, turn, drop, x + TURN)
            item.height = turn + LINE_GAP / 2
        if number not in below:
            break
        y = max(y + box.height + STACK_GAP, item.height + TURN if drops else 0.0)
        number = below[number]
    made.items.append(item)
    return members


def _lines(made: Columns, arcs: list[tuple[int, int]], back: set[int], stack_of: list[int], manner: Manner) -> None:
    """Join the items; what passes several columns gets a bend in each, shared by all links into the same input."""
    bends: dict[tuple[str | int, int, bool], int] = {}
    lines: dict[tuple[int, float, int, float, int], Line] = {}

    def bend(target: str | int, column: int, leads_back: bool) -> int:
        known = bends.get((target, column, leads_back))
        if known is None:
            known = bends[target, column, leads_back] = len(made.items)
            made.items.append(Item(column, back=leads_back, pinned=leads_back and manner.pinned))
            made.columns[column].append(known)
        return known

    def line(tail: int, tail_y: float, head: int, head_y: float, turn: int, link: int) -> Line:
        key = (tail, tail_y, head, head_y, turn)
        known = lines.get(key)
        if known is None:
            known = lines[key] = Line(tail, tail_y, head, head_y, turn)
            made.lines.append(known)
        known.links.append(link)
        return known

    for number, link in enumerate(made.links):
        if number in made.drops:
            continue
        tail, start_y = stack_of[arcs[number][0]], made.starts[number].y
        head, depth = made.place[link.target]
        enter_y = depth + next(box for box, _ in made.items[head].boxes if box.id == link.target).enter_y
        way = []
        first, last = made.items[tail].column, made.items[head].column
        if number not in back and tail != head:
            at, at_y = tail, start_y
            for column in range(first + 1, last):
                following = bend(link.target if manner.shared else number, column, False)
                way.append(line(at, at_y, following, 0.0, 0, number))
                at, at_y = following, 0.0
            way.append(line(at, at_y, head, enter_y, 0, number))
        else:
            at = bend(link.target, first, True)
            way.append(line(tail, start_y, at, 0.0, 1, number))
            for column in range(first - 1, last - 1, -1):
                following = bend(link.target, column, True)
                way.append(line(following, 0.0, at, 0.0, 0, number))  # lines run right whichever way they are gone
                at = following
            way.append(line(at, 0.0, head, enter_y, -1, number))
        made.ways[number] = way


def _mark_main(made: Columns, arcs: list[tuple[int, int]], back: set[int]) -> None:
    """The longest way through outcomes that are no exceptions is the main path; of equal ones the middle."""
    leaving: dict[int, list[int]] = {}
    for number, (tail, _) in enumerate(arcs):
        if number not in back and not made.links[number].exception:
            leaving.setdefault(tail, []).append(number)
    column = [made.items[made.place[box.id][0]].column for box in made.boxes]
    depth = [made.place[box.id][1] for box in made.boxes]
    length = [0] * len(made.boxes)
    following = [-1] * len(made.boxes)
    for tail in sorted(range(len(made.boxes)), key=lambda box: (-column[box], -depth[box])):
        ways = leaving.get(tail)
        if ways:
            longest = max(length[arcs[number][1]] for number in ways)
            even = [number for number in ways if length[arcs[number][1]] == longest]
            even.sort(key=lambda number: made.starts[number].y)
            length[tail], following[tail] = longest + 1, even[(len(even) - 1) // 2]
    at = max(range(len(made.boxes)), key=lambda box: (length[box], -column[box], -box))
    while following[at] >= 0:
        for line in made.ways.get(following[at], ()):
            line.main = True
        at = arcs[following[at]][1]
