"""How high each item stands: main path and long lines straight, the rest as near to its neighbours as it can. By `tidy`.

The law: items keep their order in the column and their distance; lines that are chosen straight stay straight.
"""

from __future__ import annotations

from bisect import bisect_left

from designer.layout.columns import Columns, Line
from designer.layout.simplex import shortest
from designer.layout.measures import BOX_GAP, LINE_BOX_GAP, LINE_GAP

SWEEPS = 12


class _Blocks:
    """Items that stand in one straight run move together."""

    def __init__(self, columns: Columns) -> None:
        self.columns = columns
        count = len(columns.items)
        self.place = [0] * count
        for column in columns.columns:
            for place, item in enumerate(column):
                self.place[item] = place
        self.block = list(range(count))
        self.offset = [0.0] * count
        self.members: list[list[int]] = [[item] for item in range(count)]

    def join(self, tail: int, head: int, shift: float) -> None:
        """Head's block becomes part of tail's: head stands `shift` below the top of tail."""
        block, gone = self.block[tail], self.block[head]
        by = self.offset[tail] + shift - self.offset[head]
        for item in self.members[gone]:
            self.block[item] = block
            self.offset[item] += by
        self.members[block] += self.members[gone]
        self.members[gone] = []


def rows(columns: Columns) -> list[float]:
    """The y of the top of each item."""
    blocks = _Blocks(columns)
    _align(blocks)
    below, above = _constraints(blocks)
    y = _compact(blocks, below, above)
    _settle(blocks, below, above, y)
    _exact(blocks, y)
    return [y[blocks.block[item]] + blocks.offset[item] for item in range(len(columns.items))]


def gap(columns: Columns, upper: int, lower: int) -> float:
    first, second = columns.items[upper], columns.items[lower]
    if first.boxes and second.boxes:
        return BOX_GAP
    return LINE_BOX_GAP if first.boxes or second.boxes else LINE_GAP


def _align(blocks: _Blocks) -> None:
    """Choose the lines that run straight: the main path first, then passing lines, then the middle of each fan."""
    columns, place = blocks.columns, blocks.place
    items = columns.items
    fans: dict[int, list[Line]] = {}
    entering: dict[int, list[Line]] = {}
    gaps: list[list[Line]] = [[] for _ in columns.columns]
    for line in columns.lines:
        if line.turn == 0:
            gaps[items[line.tail].column].append(line)
            fans.setdefault(line.tail, []).append(line)
            entering.setdefault(line.head, []).append(line)
    off_middle: dict[int, float] = {}
    for group in (fans, entering):
        for lines in group.values():
            if group is fans:
                lines.sort(key=lambda li: (li.tail_y, place[li.head]))
            else:
                lines.sort(key=lambda li: (place[li.tail], li.tail_y))
            for number, line in enumerate(lines):
                off_middle[id(line)] = off_middle.get(id(line), 0.0) + abs(number - (len(lines) - 1) / 2)

    def worth(line: Line) -> tuple[float, ...]:
        bends = (not items[line.tail].boxes) + (not items[line.head].boxes)
        return (-line.main, -(bends == 2), off_middle[id(line)], place[line.tail], line.tail_y)

    for lines in gaps:
        chosen: list[tuple[int, int]] = []
        tails: set[int] = set()
        for line in sorted(lines, key=worth):
            spot = (place[line.tail], place[line.head])
            at = bisect_left(chosen, spot)
            if line.tail in tails:
                continue
            if not (not items[line.tail].boxes and not items[line.head].boxes): continue
            if (at and chosen[at - 1][1] >= spot[1]) or (at < len(chosen) and chosen[at][1] <= spot[1]):
                continue
            chosen.insert(at, spot)
            tails.add(line.tail)
            blocks.join(line.tail, line.head, line.tail_y - line.head_y)


Constraints = list[list[tuple[int, float]]]


def _constraints(blocks: _Blocks) -> tuple[Constraints, Constraints]:
    """For each block those below it with the least distance of their tops, and those above it."""
    columns, block, offset = blocks.columns, blocks.block, blocks.offset
    count = len(columns.items)
    least: dict[tuple[int, int], float] = {}
    for column in columns.columns:
        for upper, lower in zip(column, column[1:], strict=False):
            distance = offset[upper] + columns.items[upper].height + gap(columns, upper, lower) - offset[lower]
            pair = (block[upper], block[lower])
            if distance > least.get(pair, float("-inf")):
                least[pair] = distance
    below: Constraints = [[] for _ in range(count)]
    above: Constraints = [[] for _ in range(count)]
    for (upper, lower), distance in least.items():
        below[upper].append((lower, distance))
        above[lower].append((upper, distance))
    return below, above


def _compact(blocks: _Blocks, below: Constraints, above: Constraints) -> list[float]:
    """The mean of everything pushed up and everything pushed down; both keep the distances, so the mean does."""
    sequence = _sequence(blocks, below, above)
    up = [0.0] * len(below)
    for block in sequence:
        up[block] = max((up[other] + distance for other, distance in above[block]), default=0.0)
    bottom = max(up, default=0.0)
    down = [bottom] * len(below)
    for block in reversed(sequence):
        down[block] = min((down[other] - distance for other, distance in below[block]), default=bottom)
    return [(first + second) / 2 for first, second in zip(up, down, strict=True)]


def _sequence(blocks: _Blocks, below: Constraints, above: Constraints) -> list[int]:
    """Blocks from top to bottom."""
    waiting = [len(each) for each in above]
    ready = [number for number in range(len(below)) if blocks.members[number] and not waiting[number]]
    result = []
    while ready:
        block = ready.pop()
        result.append(block)
        for other, _ in below[block]:
            waiting[other] -= 1
            if not waiting[other]:
                ready.append(other)
    return result


def _settle(blocks: _Blocks, below: Constraints, above: Constraints, y: list[float]) -> None:
    """Move each block to the median of where its lines would be straight, as far as its neighbours let it."""
    columns, block, offset = blocks.columns, blocks.block, blocks.offset
    pulls: list[list[tuple[int, float]]] = [[] for _ in y]
    for line in columns.lines:
        first, second = block[line.tail], block[line.head]
        if first == second:
            continue
        shift = offset[line.tail] + line.tail_y - offset[line.head] - line.head_y
        for _ in range(min(len(line.links), 3)):
            pulls[second].append((first, shift))
            pulls[first].append((second, -shift))
    sequence = _sequence(blocks, below, above)
    for sweep in range(SWEEPS):
        moved = False
        for number in sequence if sweep % 2 else reversed(sequence):
            if not pulls[number]:
                continue
            wishes = sorted(y[other] + shift for other, shift in pulls[number])
            middle = len(wishes) // 2
            low, high = (wishes[middle - 1], wishes[middle]) if len(wishes) % 2 == 0 else (wishes[middle],) * 2
            wish = min(max(y[number], low), high)
            wish = max([wish, *(y[other] + distance for other, distance in above[number])])
            wish = min([wish, *(y[other] - distance for other, distance in below[number])])
            if abs(wish - y[number]) > 0.01:
                y[number] = wish
                moved = True
        if not moved:
            break

HALF = 2


def _exact(blocks: _Blocks, y: list[float]) -> None:
    """Move the blocks of `y` to the shortest lines there are for this order; straight bends count most."""
    columns, block, offset = blocks.columns, blocks.block, blocks.offset
    number = {}
    for b, m in enumerate(blocks.members):
        if m: number[b] = len(number)
    start = [round(HALF * y[b]) for b in number]
    off = [round(HALF * o) for o in offset]
    least = {}
    for column in columns.columns:
        for upper, lower in zip(column, column[1:], strict=False):
            span = round(HALF * (columns.items[upper].height + gap(columns, upper, lower))) + off[upper] - off[lower]
            pair = (number[block[upper]], number[block[lower]])
            if span > least.get(pair, -1 << 60):
                least[pair] = span
    seq=[number[b] for b in _sequence(blocks, *_constraints(blocks))]
    out={}
    for (u,l),span in least.items(): out.setdefault(u,[]).append((l,span))
    for u in seq:
        for l,span in out.get(u,()): start[l]=max(start[l],start[u]+span)
    arcs=list(least); spans=list(least.values()); weights=[0]*len(arcs)
    items=columns.items
    count=len(number)
    merged={}
    for line in columns.lines:
        a,b=number[block[line.tail]],number[block[line.head]]
        if a==b: continue
        bends = (not items[line.tail].boxes) + (not items[line.head].boxes)
        w=(2,4,8)[bends] + 3*line.main
        w*=min(len(line.links),3)
        if line.turn: w=1
        shift=off[line.tail]+round(HALF*line.tail_y)-off[line.head]-round(HALF*line.head_y)
        merged[a,b,shift]=merged.get((a,b,shift),0)+w
    for (a,b,shift),w in merged.items():
        up=max(0,-shift); down=max(0,shift)
        arcs.append((count,a)); weights.append(w); spans.append(up)
        arcs.append((count,b)); weights.append(w); spans.append(down)
        start.append(min(start[a]-up,start[b]-down))
        count+=1
    import time
    t=time.time()
    numbers=shortest(count,arcs,weights,spans,start)
    if DEBUG: print(count,len(arcs),time.time()-t)
    for b,n in number.items(): y[b]=numbers[n]/HALF
DEBUG=False
