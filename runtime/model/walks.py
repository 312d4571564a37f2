"""Plain graph algorithms over nodes 0..n-1 and lists of neighbours, for ``graph.py`` alone. None of them recurses."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable, Iterator, Sequence

Neighbours = Sequence[Sequence[int]]
"""For each node the nodes that one edge leads to; repeats do no harm."""

VIRTUAL = -1
"""Stands above all roots, so that every reachable node has a dominator."""


def flood(starts: Iterable[int], neighbours: Neighbours, barred: Collection[int] = frozenset()) -> set[int]:
    """What can be reached from ``starts``, those included, without entering ``barred``."""
    found = {start for start in starts if start not in barred}
    waiting = deque(found)
    while waiting:
        for node in neighbours[waiting.popleft()]:
            if node not in found and node not in barred:
                found.add(node)
                waiting.append(node)
    return found


def postorder(starts: Iterable[int], neighbours: Neighbours, barred: Collection[int] = frozenset()) -> list[int]:
    """What can be reached from ``starts``, each node behind all that it leads to, except along edges back."""
    seen = set(barred)
    order: list[int] = []
    for start in starts:
        if start in seen:
            continue
        seen.add(start)
        path: list[tuple[int, Iterator[int]]] = [(start, iter(neighbours[start]))]
        while path:
            node, following = path[-1]
            target = next((n for n in following if n not in seen), None)
            if target is None:
                order.append(node)
                path.pop()
            else:
                seen.add(target)
                path.append((target, iter(neighbours[target])))
    return order


def immediate_dominators(roots: Collection[int], neighbours: Neighbours, back: Neighbours) -> dict[int, int]:
    """Reachable node -> its immediate dominator, ``VIRTUAL`` for the roots (Cooper, Harvey, Kennedy 2001)."""
    order = postorder(roots, neighbours)[::-1]
    rank = {node: n for n, node in enumerate(order)}
    rank[VIRTUAL] = -1
    dominator: dict[int, int] = {VIRTUAL: VIRTUAL}
    changed = True
    while changed:
        changed = False
        for node in order:
            nearest = VIRTUAL if node in roots else None
            for one in back[node]:
                if one not in dominator:
                    continue
                if nearest is None:
                    nearest = one
                while one != nearest:
                    if rank[one] > rank[nearest]:
                        one = dominator[one]
                    else:
                        nearest = dominator[nearest]
            if nearest is not None and dominator.get(node) != nearest:
                dominator[node] = nearest
                changed = True
    del dominator[VIRTUAL]
    return dominator


def strong_parts(neighbours: Neighbours, back: Neighbours, barred: Collection[int] = frozenset()) -> list[list[int]]:
    """The strongly connected parts, each sorted, in the order of their lowest node (Kosaraju)."""
    left = set(range(len(neighbours))).difference(barred)
    parts: list[list[int]] = []
    for node in reversed(postorder(range(len(neighbours)), neighbours, barred)):
        if node in left:
            part = {node}
            left.discard(node)
            waiting = [node]
            while waiting:
                for before in back[waiting.pop()]:
                    if before in left:
                        left.discard(before)
                        part.add(before)
                        waiting.append(before)
            parts.append(sorted(part))
    return sorted(parts)


def members(bits: int) -> Iterator[int]:
    """The positions of the bits that are set, lowest first."""
    while bits:
        lowest = bits & -bits
        yield lowest.bit_length() - 1
        bits ^= lowest


def in_at_least(times: int, sets: Sequence[int]) -> int:
    """The bits that stand in at least ``times`` of ``sets``; in one of them, if ``times`` is below 1."""
    levels = [0] * max(1, times)
    for bits in sets:
        for level in range(min(len(sets), len(levels)) - 1, 0, -1):
            levels[level] |= levels[level - 1] & bits
        levels[0] |= bits
    return levels[-1]
