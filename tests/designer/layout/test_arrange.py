"""Tidy up: what must hold for any flow, and how small ones are drawn."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from designer.layout import Arrangement, Box, Graph, Link, Side, arrange
from tests.designer.layout.flows_drawn import (
    business_flow,
    card,
    confused,
    crossings,
    overlapping,
    pill,
    segments,
    through_boxes,
)


@st.composite
def graphs(draw: st.DrawFn) -> Graph:
    """Any links between any boxes: loops, two links between the same boxes, parts apart, ports in use twice."""
    count = draw(st.integers(1, 12))
    boxes = []
    for number in range(count):
        kind = draw(st.sampled_from(["card", "case", "approval", "pill", "end"]))
        name = f"b{number}"
        boxes.append(
            {
                "card": card(name, ["done"], ["error"]),
                "case": card(name, ["one", "two", "three"]),
                "approval": card(name, ["approved", "rejected"], ["timeout", "error"], chips=True),
                "pill": pill(name, 132.0, 48.0, ["done"]),
                "end": pill(name, 90.0, 36.0),
            }[kind]
        )
    links = []
    for _ in range(draw(st.integers(0, 2 * count))):
        source = draw(st.sampled_from(boxes))
        if source.ports:
            port = draw(st.sampled_from(sorted(source.ports)))
            width = draw(st.sampled_from([0.0, 40.0, 90.0]))
            target = draw(st.sampled_from(boxes)).id
            links.append(Link(source.id, port, target, width, source.ports[port].edge == "bottom"))
    return Graph.of(boxes, links)


def assert_drawn_well(graph: Graph, drawn: Arrangement) -> None:
    boxes = {box.id: box for box in graph.boxes}
    assert set(drawn.positions) == set(boxes)
    assert set(drawn.routes) == {link.key for link in graph.sound_links()}
    assert overlapping(graph.boxes, drawn.positions) == []
    assert through_boxes(graph.boxes, drawn.positions, drawn.routes) == []
    for link in graph.sound_links():
        points = drawn.routes[link.key]
        assert all((a == c) != (b == d) for a, b, c, d in segments(points)), "a corner is not square"
        source, target = boxes[link.source], boxes[link.target]
        x, y = drawn.positions[link.source]
        side = source.side(link.port)
        port = (x + side.offset, y + source.height) if side.edge == "bottom" else (x + source.width, y + side.offset)
        assert points[0] == pytest.approx(port, abs=0.01)
        (first_x, first_y), (second_x, second_y) = points[0], points[1]
        assert second_y > first_y if side.edge == "bottom" else second_x > first_x
        u, v = drawn.positions[link.target]
        (before_x, before_y), (end_x, end_y) = points[-2], points[-1]
        if before_x == end_x:
            assert end_y == pytest.approx(v, abs=0.01)
            assert before_y < end_y
            assert u < end_x < u + target.width
        else:
            assert (end_x, end_y) == pytest.approx((u, v + target.enter_y), abs=0.01)
            assert before_x < end_x


@settings(max_examples=60, deadline=None)
@given(graphs())
def test_any_flow_is_drawn_without_touching_a_box(graph: Graph) -> None:
    drawn = arrange(graph)
    assert_drawn_well(graph, drawn)
    assert arrange(graph) == drawn


@pytest.mark.parametrize("seed", [7, 8, 9])
@pytest.mark.parametrize("steps", [14, 100])
def test_business_flows_are_drawn_well(steps: int, seed: int) -> None:
    graph = business_flow(steps, seed)
    drawn = arrange(graph)
    assert_drawn_well(graph, drawn)
    assert confused(drawn.routes) == []


def test_a_thousand_steps_are_drawn_well() -> None:
    graph = business_flow(1000, 7)
    assert_drawn_well(graph, arrange(graph))


def test_a_chain_of_a_thousand_steps_runs_straight() -> None:
    boxes = [card(f"s{number}", ["done"]) for number in range(1000)]
    graph = Graph.of(boxes, [Link(f"s{n}", "done", f"s{n + 1}") for n in range(999)])
    drawn = arrange(graph)
    assert {y for _, y in drawn.positions.values()} == {0.0}
    assert all(len(route) == 2 for route in drawn.routes.values())


def test_the_main_path_is_one_line() -> None:
    boxes = [pill("start", 132, 48, ["started"]), card("check", ["yes", "no"]), card("pay", ["done"], ["error"])]
    boxes += [pill("paid", 90, 36), pill("refused", 90, 36), card("ticket", ["done"])]
    links = [
        Link("start", "started", "check"),
        Link("check", "yes", "pay", 30),
        Link("check", "no", "refused", 30),
        Link("pay", "done", "paid"),
        Link("pay", "error", "ticket", 50, True),
    ]
    drawn = arrange(Graph.of(boxes, links))
    for key in [("start", "started", "check"), ("check", "yes", "pay"), ("pay", "done", "paid")]:
        assert len(drawn.routes[key]) == 2, key
    (pay_x, pay_y), (ticket_x, ticket_y) = drawn.positions["pay"], drawn.positions["ticket"]
    assert ticket_x == pay_x, "what only an error leads to stands below its source"
    assert ticket_y > pay_y + 64
    assert len(drawn.routes["pay", "error", "ticket"]) == 2
    assert drawn.positions["refused"][1] > pay_y, "the lower port's branch is the lower one"


def test_a_line_that_leads_back_runs_under_the_lowest_step() -> None:
    boxes = [card("ask", ["done"]), card("check", ["good", "again"]), pill("end", 90, 36), card("more", ["done"])]
    links = [
        Link("ask", "done", "check"),
        Link("check", "good", "end", 40),
        Link("check", "again", "more", 40),
        Link("more", "done", "ask"),
    ]
    drawn = arrange(Graph.of(boxes, links))
    lowest = max(drawn.positions[box.id][1] + box.height for box in boxes)
    assert max(y for _, y in drawn.routes["more", "done", "ask"]) > lowest
    assert crossings(drawn.routes) == (0, 0)


def test_a_name_has_room_before_the_first_corner() -> None:
    boxes = [card("check", ["yes", "no"]), card("pay", ["done"]), card("tell", ["done"])]
    links = [Link("check", "yes", "pay", 90), Link("check", "no", "tell", 120)]
    drawn = arrange(Graph.of(boxes, links))
    for link in links:
        points = drawn.routes[link.key]
        assert points[1][0] - points[0][0] >= link.label_width + 16


def test_links_into_one_input_share_the_last_run() -> None:
    boxes = [card("fork", ["a", "b", "c"]), *(card(name, ["done"]) for name in "xyz"), card("join", ["done"])]
    links = [Link("fork", port, name, 20) for port, name in zip("abc", "xyz", strict=True)]
    links += [Link(name, "done", "join") for name in "xyz"]
    drawn = arrange(Graph.of(boxes, links))
    runs = {drawn.routes[name, "done", "join"][-2][0] for name in "xz"}
    assert len(runs) == 1
    middle = drawn.positions["y"][1]
    assert middle - drawn.positions["x"][1] == drawn.positions["z"][1] - middle, "the branches stand evenly"


def test_the_order_of_earlier_places_is_kept() -> None:
    boxes = [card("fork", ["a"]), card("x", ["done"]), card("y", ["done"]), card("z", ["done"])]
    links = [Link("fork", "a", name) for name in "xyz"]
    graph = Graph.of(boxes, links)
    earlier = {"fork": (0.0, 0.0), "z": (300.0, 0.0), "x": (300.0, 100.0), "y": (300.0, 200.0)}
    drawn = arrange(graph, earlier)
    assert sorted("xyz", key=lambda name: drawn.positions[name][1]) == ["z", "x", "y"]


def test_a_step_more_leaves_the_others_in_their_columns_and_order() -> None:
    graph = business_flow(14, 8)
    before = arrange(graph)
    more = Graph.of([*graph.boxes, pill("late", 90, 36)], [*graph.links, Link("s1", "done", "late")])
    after = arrange(more, before.positions)
    for first in graph.boxes:
        for second in graph.boxes:
            (x, y), (u, v) = before.positions[first.id], before.positions[second.id]
            if x == u and y < v:
                assert after.positions[first.id][1] < after.positions[second.id][1]


def test_parts_that_are_not_connected_stand_apart() -> None:
    boxes = [card(name, ["done"]) for name in "abcd"]
    drawn = arrange(Graph.of(boxes, [Link("a", "done", "b"), Link("c", "done", "d")]))
    assert drawn.positions["c"][1] >= drawn.positions["a"][1] + 64 + 40


def test_nothing_and_broken_links_are_drawn_too() -> None:
    assert arrange(Graph((), ())) == Arrangement({}, {})
    lonely = Box("a", 176, 64, 32, {"done": Side("right", 32)})
    drawn = arrange(Graph.of([lonely], [Link("a", "done", "gone"), Link("a", "gone", "a")]))
    assert set(drawn.routes) == {("a", "gone", "a")}


@settings(max_examples=30, deadline=None)
@given(graphs(), st.data())
def test_a_selection_is_tidied_among_what_stays(graph: Graph, data: st.DataObject) -> None:
    before = arrange(graph).positions
    names = [box.id for box in graph.boxes]
    only = data.draw(st.sets(st.sampled_from(names), min_size=1))
    drawn = arrange(graph, before, only)
    assert set(drawn.positions) == only
    places = {**before, **drawn.positions}
    assert overlapping(graph.boxes, places) == []
    touching = {link.key for link in graph.sound_links() if link.source in only or link.target in only}
    assert set(drawn.routes) == touching
    left = min(before[name][0] for name in only)
    top = min(before[name][1] for name in only)
    assert min(x for x, _ in drawn.positions.values()) >= left - 0.01
    assert min(y for _, y in drawn.positions.values()) >= top - 0.01
    assert through_boxes(graph.boxes, places, drawn.routes) == []
