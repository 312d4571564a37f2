"""Boxes are nudged so that links run straight, and nowhere they may not go."""

from __future__ import annotations

from itertools import pairwise

from designer.layout.graph import Rect
from designer.layout.straight import NEAR, straight

OUT = IN = 32.0


def boxes(**tops: float) -> dict[str, Rect]:
    return {name: (number * 240.0, top, 176.0, 64.0) for number, (name, top) in enumerate(tops.items())}


def in_row(*names: str) -> list[tuple[str, float, str, float]]:
    return [(one, OUT, other, IN) for one, other in pairwise(names)]


def test_most_of_a_row_stay_and_the_others_come_into_line() -> None:
    assert straight(boxes(a=0, b=10, c=0, d=-14), in_row("a", "b", "c", "d"), {}) == {"b": 0.0, "d": 0.0}


def test_what_is_a_branch_of_its_own_stays_where_it_is() -> None:
    assert straight(boxes(a=0, b=NEAR + 1), in_row("a", "b"), {}) == {}


def test_ports_are_brought_into_line_not_tops() -> None:
    assert straight(boxes(a=0, b=20), [("a", 58.0, "b", 32.0)], {}) == {"b": 26.0}


def test_a_box_with_several_ways_in_is_in_line_with_the_nearest() -> None:
    placed = {"a": (0.0, 0.0, 176.0, 64.0), "b": (0.0, 90.0, 176.0, 64.0), "c": (240.0, 60.0, 176.0, 64.0)}
    lines = [("a", OUT, "c", IN), ("b", OUT, "c", IN)]
    found = straight(placed, lines, {})
    assert found == {"c": 90.0}


def test_nothing_comes_to_lie_on_another_box_or_nearer_to_it_than_boxes_stand_apart() -> None:
    placed = {**boxes(a=0, b=30), "low": (0.0, 80.0, 176.0, 64.0), "high": (240.0, -50.0, 176.0, 70.0)}
    assert straight(placed, in_row("a", "b"), {}) == {}


def test_boxes_stay_in_the_room_that_they_are_given() -> None:
    placed = boxes(a=0, b=30)
    assert straight(placed, in_row("a", "b"), {"b": (20.0, 200.0)}) == {"a": 30.0}
    assert straight(placed, in_row("a", "b"), {"a": (-10.0, 70.0), "b": (20.0, 200.0)}) == {}


def test_what_leads_back_is_no_row() -> None:
    assert straight(boxes(a=0, b=0), [("b", OUT + 8, "a", IN)], {}) == {}
