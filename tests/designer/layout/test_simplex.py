"""Network simplex against trying everything."""

from __future__ import annotations

from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from designer.layout.simplex import shortest

Case = tuple[int, list[tuple[int, int]], list[int], list[int]]


@st.composite
def cases(draw: st.DrawFn) -> Case:
    count = draw(st.integers(2, 5))
    arcs = [(draw(st.integers(0, head - 1)), head) for head in range(1, count)]  # connected and without loops
    for _ in range(draw(st.integers(0, 5))):
        head = draw(st.integers(1, count - 1))
        arcs.append((draw(st.integers(0, head - 1)), head))
    weights = [draw(st.integers(0, 3)) for _ in arcs]
    spans = [draw(st.integers(0, 2)) for _ in arcs]
    return count, arcs, weights, spans


def cost(numbers: tuple[int, ...] | list[int], case: Case) -> int:
    _, arcs, weights, _ = case
    return sum(weight * (numbers[head] - numbers[tail]) for (tail, head), weight in zip(arcs, weights, strict=True))


def keeps(numbers: tuple[int, ...] | list[int], case: Case) -> bool:
    _, arcs, _, spans = case
    return all(numbers[head] - numbers[tail] >= span for (tail, head), span in zip(arcs, spans, strict=True))


@given(cases())
def test_the_numbers_are_the_shortest_there_are(case: Case) -> None:
    count, arcs, weights, spans = case
    numbers = shortest(count, arcs, weights, spans)
    assert keeps(numbers, case)
    every = (tried for tried in product(range(2 * count), repeat=count) if keeps(tried, case))
    assert cost(numbers, case) == min(cost(tried, case) for tried in every)


@given(cases(), st.integers(0, 20))
def test_any_start_that_keeps_the_spans_ends_the_same(case: Case, far: int) -> None:
    count, arcs, weights, spans = case
    start = [place * (2 + far) for place in range(count)]
    numbers = shortest(count, arcs, weights, spans, start)
    assert keeps(numbers, case)
    assert cost(numbers, case) == cost(shortest(count, arcs, weights, spans), case)
