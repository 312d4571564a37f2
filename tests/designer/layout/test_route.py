"""Routes between boxes that people placed: what must hold wherever they stand."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from designer.layout import Box, Frame, Graph, Key, Link, Point, Router, Side, arrange, borders, route
from designer.layout.measures import TAIL, lead
from tests.designer.layout.flows_drawn import (
    Routes,
    business_flow,
    card,
    confused,
    overlapping,
    pill,
    segments,
    through_boxes,
)


@st.composite
def placed(draw: st.DrawFn) -> tuple[Graph, dict[str, Point]]:
    """Boxes anywhere on a coarse raster, none on another, some as close as 14 pixels; links between any of them."""
    spots = draw(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=1, max_size=14, unique=True))
    boxes, positions = [], {}
    for number, (column, row) in enumerate(spots):
        box = draw(st.sampled_from([card, pill]))
        name = f"b{number}"
        boxes.append(card(name, ["done"], ["error"]) if box is card else pill(name, 132.0, 48.0, ["done"]))
        x = column * 216.0 + draw(st.integers(0, 26))
        y = row * 104.0 + draw(st.integers(0, 26))
        positions[name] = (x, y)
    links = []
    for _ in range(draw(st.integers(0, 12))):
        source = draw(st.sampled_from(boxes))
        port = draw(st.sampled_from(sorted(source.ports)))
        target = draw(st.sampled_from(boxes)).id
        links.append(Link(source.id, port, target, draw(st.sampled_from([0.0, 60.0])), port == "error"))
    return Graph.of(boxes, links), positions


@settings(max_examples=60, deadline=None)
@given(placed())
def test_a_route_goes_from_port_to_input_and_through_no_box(drawn: tuple[Graph, dict[str, Point]]) -> None:
    graph, positions = drawn
    routes = route(graph, positions)
    boxes = {box.id: box for box in graph.boxes}
    assert set(routes) == {link.key for link in graph.sound_links()}
    assert through_boxes(graph.boxes, positions, routes) == []
    for (source, port, target), points in routes.items():
        assert all((a == c) != (b == d) for a, b, c, d in segments(points)), "a corner is not square"
        x, y = positions[source]
        side = boxes[source].side(port)
        down = side.edge == "bottom"
        assert points[0] == (
            (x + side.offset, y + boxes[source].height) if down else (x + boxes[source].width, y + side.offset)
        )
        assert points[1][1] > points[0][1] if down else points[1][0] > points[0][0]
        u, v = positions[target]
        if points[-1][0] == points[-2][0]:
            assert down, "only exceptions enter on the top"
            assert points[-1][1] == v
        else:
            assert points[-1] == (u, v + boxes[target].enter_y)
            assert points[-2][0] < u
    assert route(graph, positions) == routes


def test_a_line_is_seen_behind_its_name_before_it_turns_where_there_is_room() -> None:
    """It seemed to come out of the last letter."""
    boxes = [card("a", ["yes", "no"]), card("b", ["done"])]
    graph = Graph.of(boxes, [Link("a", "no", "b", 40.0)])
    for gap, straight in ((300.0, lead(40.0) + 14.0), (lead(40.0) + TAIL + 2, lead(40.0) + 2)):
        points = route(graph, {"a": (0, 0), "b": (176 + gap, 300)})["a", "no", "b"]
        assert points[1] == (176 + straight, points[0][1])


def test_an_exception_drops_onto_the_top_of_a_step_below() -> None:
    boxes = [card("a", ["done"], ["error"]), card("b", ["done"])]
    graph = Graph.of(boxes, [Link("a", "error", "b", 50, True)])
    assert route(graph, {"a": (0, 0), "b": (0, 200)})["a", "error", "b"] == [(28, 64), (28, 200)]
    assert route(graph, {"a": (0, 0), "b": (60, 200)})["a", "error", "b"][-1] == (60, 232)


def test_a_link_that_leads_back_runs_below_what_it_passes() -> None:
    boxes = [card(name, ["done"]) for name in "abc"]
    graph = Graph.of(boxes, [Link("c", "done", "a")])
    points = route(graph, {"a": (0, 0), "b": (300, 90), "c": (600, 0)})["c", "done", "a"]
    assert max(y for _, y in points) > 90 + 64


def test_two_links_are_not_drawn_on_one_another() -> None:
    boxes = [card(name, ["done"]) for name in "abcd"]
    graph = Graph.of(boxes, [Link("a", "done", "d"), Link("b", "done", "c")])
    routes = route(graph, {"a": (0, 0), "b": (0, 300), "c": (400, 50), "d": (400, 250)})
    assert confused(routes) == []
    runs = [{x for a, b, c, d in segments(points) if a == c for x in (a,)} for points in routes.values()]
    assert all(abs(first - second) >= 12 for first in runs[0] for second in runs[1])


def test_only_the_links_asked_for_are_answered() -> None:
    graph = business_flow(100, 7)
    positions = arrange(graph).positions
    asked = {link.key for link in graph.sound_links()[:5]}
    assert set(route(graph, positions, asked)) == asked


def test_a_router_that_is_told_moves_answers_as_a_new_one() -> None:
    graph = business_flow(100, 8)
    positions = dict(arrange(graph).positions)
    router = Router(graph, positions)
    router.route()
    for number, box in enumerate(graph.boxes[:10]):
        moved = {box.id: (positions[box.id][0] + 7 * number, positions[box.id][1] - 20)}
        router.move(moved)
        positions.update(moved)
    assert router.route() == route(graph, positions)


@pytest.mark.parametrize("seed", [7, 8, 9])
def test_what_was_laid_out_can_be_routed_again(seed: int) -> None:
    graph = business_flow(300, seed)
    positions = arrange(graph).positions
    assert overlapping(graph.boxes, positions) == []
    assert through_boxes(graph.boxes, positions, route(graph, positions)) == []


def test_boxes_on_one_another_still_get_a_line() -> None:
    graph = Graph.of([card("a", ["done"]), card("b", ["done"])], [Link("a", "done", "b"), Link("b", "done", "b")])
    routes = route(graph, {"a": (0, 0), "b": (10, 10)})
    assert all(len(points) >= 2 for points in routes.values())


def test_no_line_runs_through_the_name_of_another() -> None:
    boxes = [card("fork", ["a", "b", "c"]), card("x", ["done"]), card("y", ["done"]), card("z", ["done"])]
    links = [Link("fork", "a", "y", 90), Link("fork", "b", "x", 40), Link("fork", "c", "z", 60)]
    positions = {"fork": (0.0, 300.0), "x": (500.0, 0.0), "y": (500.0, 300.0), "z": (500.0, 100.0)}
    for _, port, points in ((*key[:2], points) for key, points in route(Graph.of(boxes, links), positions).items()):
        for a, b, c, d in segments(points):
            if a == c:
                for other in links:
                    y = 300 + boxes[0].side(other.port).offset
                    beside = 176 + 8 < a < 176 + 8 + other.label_width
                    assert other.port == port or not (beside and min(b, d) < y < max(b, d))


def test_it_stops_when_it_is_told_to_and_gives_what_it_has() -> None:
    graph = business_flow(40, 7)
    positions = arrange(graph).positions
    turns = iter([True, True, True, False])
    some = route(graph, positions, go_on=lambda: next(turns))
    whole = route(graph, positions)
    assert len(some) == 3
    assert len(whole) == len(graph.sound_links())
    assert all(whole[key] == points for key, points in some.items())


def test_a_line_with_a_short_name_runs_past_the_longer_names_beside_it() -> None:
    """Where others ran close to the input already, it ran straight through the names of all outcomes above it."""
    ports = {f"p{number}": Side("right", 20.0 + 24.0 * number) for number in range(6)}
    many, end = Box("many", 176.0, 160.0, 32.0, ports), Box("end", 140.0, 36.0, 18.0)
    links = [Link("many", port, "end", 36.0 if port == "p4" else 150.0) for port in ports]
    beside = {
        ("one", f"d{number}", "other"): [(578.0 - 12 * number, -400.0), (578.0 - 12 * number, 400.0)]
        for number in range(5)
    }
    key = ("many", "p4", "end")
    way = route(Graph.of([many, end], links), {"many": (0.0, 0.0), "end": (600.0, -200.0)}, {key}, beside)[key]
    runs = [a for (a, b), (c, d) in pairwise(way) if a == c and min(b, d) < 96.0 < max(b, d)]
    assert runs
    assert all(run > 176.0 + 8.0 + 150.0 for run in runs), way


def test_no_line_strikes_through_the_name_of_a_frame() -> None:
    boxes = [card("a", ["done"]), card("b", ["done"])]
    places = {"a": (0.0, 0.0), "b": (800.0, 120.0)}
    frame = (300.0, 17.0, 300.0, 400.0)  # its name stands as high as the way out of `a`, its border beside that
    graph = Graph.of(boxes, [Link("a", "done", "b")])
    (way,) = route(graph, places, {("a", "done", "b")}, borders({"f": frame})).values()
    for (a, b), (c, d) in pairwise(way):
        if b == d and max(a, c) > 300 and min(a, c) < 600:
            assert not 17.0 < b < 45.0, way


def struck(graph: Graph, positions: dict[str, tuple[float, float]], routes: Routes) -> set[tuple[Key, Key]]:
    """Names of exceptions, as the canvas writes them, and the lines of others that run through them."""
    boxes, found = {box.id: box for box in graph.boxes}, set()
    for link in graph.links:
        box = boxes[link.source]
        side, (x, y) = box.side(link.port), positions[link.source]
        left, top = x + side.offset + 8.0, y + box.height + 14.0
        for other, route_ in routes.items() if side.edge == "bottom" and link.label_width else ():
            for a, b, c, d in segments(route_):
                across = min(a, c) < left + link.label_width and left < max(a, c)
                if across and min(b, d) < top + 18.0 and top < max(b, d) and other[:2] != link.key[:2]:
                    found.add((link.key, other))
    return found


def test_lines_of_others_leave_the_name_of_an_exception_free() -> None:
    boxes = [
        card("risky", ["done"], ["error"]),
        card("handler", ["done"]),
        card("left", ["done"]),
        card("on", ["done"]),
    ]
    links = [
        Link("risky", "error", "handler", 52.0, exception=True),
        Link("left", "done", "on"),
    ]
    places = {"risky": (240.0, 0.0), "handler": (600.0, 200.0), "left": (0.0, 56.0), "on": (600.0, 56.0)}
    graph = Graph.of(boxes, links)
    for only in (None, {links[1].key}):
        found = route(graph, places, only)
        assert not struck(graph, places, found)


@pytest.mark.parametrize("seed", range(2))
def test_few_lines_strike_through_names_of_exceptions_in_flows_with_groups(seed: int) -> None:
    """Up to a third of these names were struck through."""
    flow = business_flow(60, seed)
    names = [box.id for box in flow.boxes]
    groups = [Frame("a", frozenset(names[5:15]), 16.0, 34.0), Frame("b", frozenset(names[40:52:2]), 16.0, 34.0)]
    graph = Graph.of(flow.boxes, flow.links, groups)
    drawn = arrange(graph)
    assert len(struck(graph, drawn.positions, drawn.routes)) <= 2
    assert len(struck(graph, drawn.positions, route(Graph.of(flow.boxes, flow.links), drawn.positions))) <= 3
