"""Which links lead back. Called by `columns`.

The law: the links that are left lead nowhere twice, and starting from what the flow starts with, a link leads back only
to a step that has led to it.
"""

from __future__ import annotations

from collections.abc import Sequence


def leading_back(count: int, arcs: Sequence[tuple[int, int]], upwards: bool = False) -> set[int]:
    """Indexes of the arcs to turn round, found by walking from the sources along the arcs in the order given.

    `upwards` takes the arcs of each node from the last to the first: another walk, that may turn other arcs round.
    """
    leaving: list[list[int]] = [[] for _ in range(count)]
    entered = [False] * count
    back = {index for index, (tail, head) in enumerate(arcs) if tail == head}
    for index, (tail, head) in enumerate(arcs):
        if tail != head:
            leaving[tail].append(index)
            entered[head] = True
    if upwards:
        for arcs_of in leaving:
            arcs_of.reverse()
    state = [0] * count  # 0 not seen, 1 on the way, 2 left behind
    for start in sorted(range(count), key=lambda node: entered[node]):
        if state[start]:
            continue
        state[start] = 1
        way = [(start, iter(leaving[start]))]
        while way:
            node, rest = way[-1]
            for index in rest:
                head = arcs[index][1]
                if state[head] == 1:
                    back.add(index)
                elif state[head] == 0:
                    state[head] = 1
                    way.append((head, iter(leaving[head])))
                    break
            else:
                state[node] = 2
                way.pop()
    return back
