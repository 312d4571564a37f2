"""Network simplex: whole numbers for nodes so that the weighted length of all arcs is least. By `columns` and `rows`.

The law: an arc keeps number[head] - number[tail] >= span. The arcs must be acyclic and connect all nodes.
After Gansner, Koutsofios, North and Vo, "A technique for drawing directed graphs" (1993), section 2.
"""

from __future__ import annotations

from collections import deque
from heapq import heappop, heappush

Arc = tuple[int, int]


class _Tree:
    """A spanning tree of tight arcs over the current numbers, with the cut value of each of its arcs."""

    def __init__(
        self, count: int, arcs: list[Arc], weights: list[int], spans: list[int], start: list[int] | None
    ) -> None:
        self.arcs, self.weights, self.spans, self.count = arcs, weights, spans, count
        self.touching: list[list[int]] = [[] for _ in range(count)]
        for index, (tail, head) in enumerate(arcs):
            self.touching[tail].append(index)
            self.touching[head].append(index)
        self.number = _longest_path(count, arcs, spans) if start is None else list(start)
        self.in_tree = [False] * len(arcs)
        self.branches: list[list[int]] = [[] for _ in range(count)]
        self.cut = [0] * len(arcs)
        self.parent = [-1] * count  # the arc towards the root
        self.first = [0] * count
        self.last = [0] * count
        self._grow()

    def _grow(self) -> None:
        """Grow a tight tree from node 0. Before an arc joins it, all of the tree moves until that arc is tight.

        What moved is kept in one number instead: `number` of a node in the tree is what it was less what the tree had
        moved when it joined, so the slack of an arc that crosses its edge is its key less or more what it has moved.
        """
        inside = [False] * self.count
        number, spans = self.number, self.spans
        outwards: list[tuple[int, int]] = []
        inwards: list[tuple[int, int]] = []
        moved, members, node = 0, 1, 0
        inside[0] = True
        while True:
            for index in self.touching[node]:
                tail, head = self.arcs[index]
                if not inside[head]:
                    heappush(outwards, (number[head] - number[tail] - spans[index], index))
                elif not inside[tail]:
                    heappush(inwards, (number[head] - number[tail] - spans[index], index))
            if members == self.count:
                break
            while outwards and inside[self.arcs[outwards[0][1]][1]]:
                heappop(outwards)
            while inwards and inside[self.arcs[inwards[0][1]][0]]:
                heappop(inwards)
            if not inwards or (outwards and outwards[0][0] - moved <= inwards[0][0] + moved):
                key, index = heappop(outwards)
                moved = key
                node = self.arcs[index][1]
            else:
                key, index = heappop(inwards)
                moved = -key
                node = self.arcs[index][0]
            self._add(index)
            inside[node] = True
            members += 1
            number[node] -= moved
        self._root(0)
        middle = self._middle()
        self.parent = [-1] * self.count
        self.first[middle] = 0
        self._root(middle)
        for node in sorted(range(self.count), key=lambda node: -self.first[node]):  # leaves before what they hang on
            if self.parent[node] >= 0:
                self._value(node)

    def _middle(self) -> int:
        """Where the tree hangs evenly: an exchange numbers a whole branch anew, so branches shall be short."""
        sizes = [last - first + 1 for first, last in zip(self.first, self.last, strict=True)]
        half = self.count / 2
        return min((node for node in range(self.count) if sizes[node] >= half), key=lambda node: sizes[node])

    def _add(self, index: int) -> None:
        self.in_tree[index] = True
        for node in self.arcs[index]:
            self.branches[node].append(index)

    def _root(self, top: int) -> None:
        """Number the subtree under `top` from the top down: what is below a node is between its first and last."""
        arcs, first, last, parent, branches = self.arcs, self.first, self.last, self.parent, self.branches
        counter = first[top]
        stack = [top]
        order = []
        while stack:
            node = stack.pop()
            first[node] = last[node] = counter
            counter += 1
            order.append(node)
            above = parent[node]
            for index in branches[node]:
                if index != above:
                    tail, head = arcs[index]
                    child = head if tail == node else tail
                    parent[child] = index
                    stack.append(child)
        for node in reversed(order):
            if node != top:
                tail, head = arcs[parent[node]]
                above = head if tail == node else tail
                if last[node] > last[above]:
                    last[above] = last[node]

    def _value(self, node: int) -> None:
        """The cut value of the arc above `node`, from those of the arcs below it."""
        index = self.parent[node]
        down = self.arcs[index][1] == node  # the arc leads into the subtree
        value = self.weights[index]
        for other in self.touching[node]:
            if other == index:
                continue
            same = (self.arcs[other][1] == node) == down
            if self.in_tree[other]:
                value += self.weights[other] - self.cut[other] if same else self.cut[other] - self.weights[other]
            else:
                value += self.weights[other] if same else -self.weights[other]
        self.cut[index] = value

    def exchange(self, leaving: int) -> None:
        """Take `leaving` out of the tree and the tightest arc that crosses the cut the other way in."""
        arcs, number = self.arcs, self.number
        tail, head = arcs[leaving]
        below = tail if self.parent[tail] == leaving else head
        first, last, place = self.first[below], self.last[below], self.first
        outwards = below == head  # arcs out of the subtree may enter
        best, least = -1, 1 << 60
        stack = [below]
        while stack:
            node = stack.pop()
            for index in self.touching[node]:
                start, end = arcs[index]
                other = end if start == node else start
                if first <= place[other] <= last:
                    if self.in_tree[index] and self.parent[other] == index:
                        stack.append(other)
                elif (start == node) == outwards and not self.in_tree[index]:
                    slack = number[end] - number[start] - self.spans[index]
                    if slack < least or (slack == least and index < best):
                        best, least = index, slack
        assert best >= 0, "a cut of negative value is crossed both ways"
        start, end = arcs[best]
        inner = start if first <= place[start] <= last else end
        if least:
            shift = least if outwards else -least
            stack = [below]
            while stack:
                node = stack.pop()
                number[node] += shift
                for index in self.branches[node]:
                    if index != self.parent[node]:
                        start, end = arcs[index]
                        stack.append(end if start == node else start)
        outer = arcs[best][1] if arcs[best][0] == inner else arcs[best][0]
        changed = self._path(inner, outer)
        self.in_tree[leaving] = False
        for node in arcs[leaving]:
            self.branches[node].remove(leaving)
        self._add(best)
        top = changed[-1]
        self._root(top)
        for node in sorted(changed[:-1], key=lambda node: -place[node]):
            self._value(node)

    def _path(self, first: int, second: int) -> list[int]:
        """The nodes of the tree between two, their lowest ancestor last."""
        path = []
        node = first
        for start, other in ((first, second), (second, first)):
            node = start
            while not self.first[node] <= self.first[other] <= self.last[node]:
                path.append(node)
                tail, head = self.arcs[self.parent[node]]
                node = head if tail == node else tail
        return [*path, node]


def shortest(
    count: int,
    arcs: list[Arc],
    weights: list[int],
    spans: list[int] | None = None,
    start: list[int] | None = None,
) -> list[int]:
    """The numbers, least 0; from `start`, where one that keeps the spans is known. A span is 1 unless given.

    Stops early after many exchanges: what it has then is valid, only not the shortest.
    """
    if count < 2 or not arcs:
        return [0] * count
    tree = _Tree(count, arcs, weights, spans or [1] * len(arcs), start)
    last, size = 0, len(arcs)
    for _ in range(4 * count + 100):
        leaving = -1
        for step in range(size):
            index = (last + step) % size
            if tree.in_tree[index] and tree.cut[index] < 0:
                leaving = index
                break
        if leaving < 0:
            break
        last = leaving
        tree.exchange(leaving)
    least = min(tree.number)
    return [number - least for number in tree.number]


def _longest_path(count: int, arcs: list[Arc], spans: list[int]) -> list[int]:
    waiting = [0] * count
    leaving: list[list[Arc]] = [[] for _ in range(count)]
    for (tail, head), span in zip(arcs, spans, strict=True):
        waiting[head] += 1
        leaving[tail].append((head, span))
    number = [0] * count
    ready = deque(node for node in range(count) if not waiting[node])
    while ready:
        node = ready.popleft()
        for head, span in leaving[node]:
            number[head] = max(number[head], number[node] + span)
            waiting[head] -= 1
            if not waiting[head]:
                ready.append(head)
    return number
