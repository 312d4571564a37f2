"""Network simplex: whole numbers for nodes so that the weighted length of all arcs is least. Called by `columns` for columns and by `rows` for heights.

The law: an arc keeps number[head] - number[tail] >= span. The arcs must be acyclic and connect all nodes.
After Gansner, Koutsofios, North and Vo, "A technique for drawing directed graphs" (1993), section 2.
"""

from __future__ import annotations

from collections import deque

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
        self.low = [0] * count
        self.limit = [0] * count
        self._grow()

    def _grow(self) -> None:
        """Grow a tight tree from node 0; where it stops, move it until one more arc becomes tight."""
        inside = [False] * self.count
        inside[0] = True
        members = [0]
        queue = [0]
        number, spans = self.number, self.spans
        while True:
            while queue:
                node = queue.pop()
                for index in self.touching[node]:
                    tail, head = self.arcs[index]
                    other = head if tail == node else tail
                    if not inside[other] and number[head] - number[tail] == spans[index]:
                        self._add(index)
                        inside[other] = True
                        members.append(other)
                        queue.append(other)
            if len(members) == self.count:
                break
            best, least = -1, 1 << 60
            for index, (tail, head) in enumerate(self.arcs):
                if inside[tail] != inside[head]:
                    slack = number[head] - number[tail] - spans[index]
                    if slack < least:
                        best, least = index, slack
            tail, head = self.arcs[best]
            shift = least if inside[tail] else -least
            for node in members:
                number[node] += shift
            queue.extend(members if least else [tail if inside[tail] else head])
        self._root(0)
        for node in sorted(range(self.count), key=lambda node: self.limit[node]):  # leaves first
            if self.parent[node] >= 0:
                self._value(node)

    def _add(self, index: int) -> None:
        self.in_tree[index] = True
        for node in self.arcs[index]:
            self.branches[node].append(index)

    def _root(self, top: int) -> None:
        """Number the subtree under `top` in postorder: a node is below it if its limit is between low and limit."""
        arcs, low, limit, parent = self.arcs, self.low, self.limit, self.parent
        counter = low[top] if parent[top] >= 0 or limit[top] else 1
        order: list[tuple[int, int]] = [(top, 0)]
        low[top] = counter
        while order:
            node, place = order.pop()
            branches = self.branches[node]
            above = parent[node]
            while place < len(branches):
                index = branches[place]
                place += 1
                if index == above:
                    continue
                tail, head = arcs[index]
                child = head if tail == node else tail
                parent[child] = index
                low[child] = counter
                order.append((node, place))
                order.append((child, 0))
                break
            else:
                limit[node] = counter
                counter += 1

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
        arcs, low, limit, number = self.arcs, self.low, self.limit, self.number
        tail, head = arcs[leaving]
        below = tail if self.parent[tail] == leaving else head
        first, last = low[below], limit[below]
        outwards = below == head  # arcs out of the subtree may enter
        best, least = -1, 1 << 60
        stack = [below]
        while stack:
            node = stack.pop()
            for index in self.touching[node]:
                start, end = arcs[index]
                other = end if start == node else start
                if first <= limit[other] <= last:
                    if self.in_tree[index] and self.parent[other] == index:
                        stack.append(other)
                elif (start == node) == outwards and not self.in_tree[index]:
                    slack = number[end] - number[start] - self.spans[index]
                    if slack < least or (slack == least and index < best):
                        best, least = index, slack
        assert best >= 0, "a cut of negative value is crossed both ways"
        start, end = arcs[best]
        inner = start if first <= limit[start] <= last else end
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
        for node in sorted(changed[:-1], key=lambda node: limit[node]):
            self._value(node)

    def _path(self, first: int, second: int) -> list[int]:
        """The nodes of the tree between two, their lowest ancestor last."""
        path = []
        for start, other in ((first, second), (second, first)):
            node = start
            while not self.low[node] <= self.limit[other] <= self.limit[node]:
                path.append(node)
                tail, head = self.arcs[self.parent[node]]
                node = head if tail == node else tail
        path.append(node)
        return path


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
