"""Tidy up of flows with frames: members stay together, strangers stay out, frames overlap only what they hold."""

from __future__ import annotations

from itertools import combinations, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from designer.layout import Arrangement, Box, Frame, Graph, Link, arrange
from tests.designer.layout.flows_drawn import business_flow, card, overlapping, pill, segments, through_boxes
from tests.designer.layout.test_arrange import graphs

AROUND, HEAD = 16.0, 34.0
FOLDED = (176.0, 64.0)


def group(name: str, *boxes: str, folded: bool = False) -> Frame:
    return Frame(name, frozenset(boxes), AROUND, HEAD, FOLDED if folded else None)


def hidden(graph: Graph) -> set[str]:
    return {name for frame in graph.frames if frame.folded for name in frame.boxes}


def assert_framed(graph: Graph, drawn: Arrangement) -> None:
    """The law of `designer.layout.framed`, for frames that hold one another or share nothing."""
    boxes = {box.id: box for box in graph.boxes}
    frames = {frame.id: frame for frame in graph.frames if frame.boxes & boxes.keys()}
    unseen = hidden(graph)
    assert set(drawn.positions) == set(boxes)
    assert set(drawn.frames) == set(frames)
    for frame_id, frame in frames.items():
        x, y, width, height = drawn.frames[frame_id]
        if frame.folded is not None:
            assert (width, height) == frame.folded
            assert (x, y) == (
                pytest.approx(min(drawn.positions[name][0] for name in frame.boxes)),
                pytest.approx(min(drawn.positions[name][1] for name in frame.boxes)),
            )
        for name in boxes.keys() - unseen:
            left, top = drawn.positions[name]
            right, bottom = left + boxes[name].width, top + boxes[name].height
            if name in frame.boxes:
                assert x + AROUND - 0.01 <= left
                assert right <= x + width - AROUND + 0.01
                assert y + HEAD - 0.01 <= top
                assert bottom <= y + height - AROUND + 0.01
            else:
                assert right <= x or left >= x + width or bottom <= y or top >= y + height, (name, frame_id)
    for one, other in combinations(frames.values(), 2):
        if one.boxes & other.boxes:
            continue
        x, y, width, height = drawn.frames[one.id]
        u, v, wide, high = drawn.frames[other.id]
        assert x + width <= u or u + wide <= x or y + height <= v or v + high <= y, (one.id, other.id)
    seen = [box for box in graph.boxes if box.id not in unseen]
    assert overlapping(seen, drawn.positions) == []
    card_of = {name: frame for frame in graph.frames if frame.folded for name in frame.boxes}
    links = [
        li for li in graph.sound_links()
        if li.source not in unseen or card_of[li.source] is not card_of.get(li.target)
    ]  # fmt: skip
    assert set(drawn.routes) == {link.key for link in links}
    between = {key: way for key, way in drawn.routes.items() if not unseen & {key[0], key[2]}}
    assert through_boxes(seen, drawn.positions, between) == []
    for key, way in drawn.routes.items():
        for name, end in ((key[0], way[0]), (key[2], way[-1])):
            if name in unseen:
                x, y, width, height = drawn.frames[card_of[name].id]
                assert end == (pytest.approx(x + width if end is way[0] else x), pytest.approx(y + height / 2)) or (
                    end is way[-1] and end[1] == pytest.approx(y)
                )
    for points in drawn.routes.values():
        assert all((a == c) != (b == d) for a, b, c, d in segments(points)), "a corner is not square"


@st.composite
def framed(draw: st.DrawFn) -> Graph:
    """Any graph, its boxes dealt to groups; some groups are folded, some lie in a lane or in a group of groups."""
    graph = draw(graphs())
    names = [box.id for box in graph.boxes]
    dealt = draw(st.lists(st.integers(0, 3), min_size=len(names), max_size=len(names)))
    parts = [frozenset(n for n, part in zip(names, dealt, strict=True) if part == number) for number in (1, 2, 3)]
    frames = [
        Frame(f"g{number}", part, AROUND, HEAD, FOLDED if draw(st.booleans()) else None)
        for number, part in enumerate(parts)
        if part
    ]
    if draw(st.booleans()):
        outer = parts[0] | parts[1] | frozenset(draw(st.sets(st.sampled_from(names))) - parts[2])
        frames.append(Frame("outer", outer, AROUND, HEAD, loose=draw(st.booleans())))
    return Graph.of(graph.boxes, graph.links, draw(st.permutations(frames)))


@pytest.mark.parametrize("folded_first", [True, False])
def test_of_two_frames_around_the_same_steps_the_folded_one_stands_in_the_other(folded_first: bool) -> None:
    frames = [
        Frame("inner", frozenset({"b"}), AROUND, HEAD, FOLDED),
        Frame("outer", frozenset({"b"}), AROUND, HEAD),
    ]
    graph = Graph.of([Box("b", 176, 64, 32)], [], frames if folded_first else frames[::-1])
    drawn = arrange(graph)
    assert_framed(graph, drawn)
    assert drawn.frames["inner"][:2] == (drawn.frames["outer"][0] + AROUND, drawn.frames["outer"][1] + HEAD)


@settings(max_examples=40, deadline=None)
@given(framed())
def test_any_frames_hold_their_own_and_nothing_else(graph: Graph) -> None:
    drawn = arrange(graph)
    assert_framed(graph, drawn)
    assert arrange(graph) == drawn


@pytest.mark.parametrize("seed", [7, 8, 9])
def test_groups_of_a_business_flow(seed: int) -> None:
    flow = business_flow(100, seed)
    names = [box.id for box in flow.boxes]
    graph = Graph.of(
        flow.boxes,
        flow.links,
        [group("a", *names[5:15]), group("b", *names[30:33], folded=True), group("c", *names[60:80:2])],
    )
    assert_framed(graph, arrange(graph))


def chain(*names: str) -> tuple[list[Box], list[Link]]:
    boxes = [card(name, ["done"]) for name in names]
    return boxes, [Link(first, "done", second) for first, second in pairwise(names)]


def test_a_chain_through_a_group_stays_one_straight_line() -> None:
    boxes, links = chain("a", "b", "c", "d")
    drawn = arrange(Graph.of(boxes, links, [group("g", "b", "c")]))
    assert len({y for _, y in drawn.positions.values()}) == 1
    assert all(len(way) == 2 for way in drawn.routes.values())


def test_what_leads_back_into_a_group_over_a_stranger_stands_in_its_order() -> None:
    boxes, links = chain("a", "b", "c")
    drawn = arrange(Graph.of(boxes, links, [group("g", "a", "c")]))
    assert drawn.positions["a"][0] < drawn.positions["c"][0], "c comes after a, though the way there leads outside"
    assert_framed(Graph.of(boxes, links, [group("g", "a", "c")]), drawn)


def test_a_group_that_a_lane_would_cut_stands_where_most_of_it_was() -> None:
    boxes, links = chain("a", "b", "c", "d", "e")
    lane = Frame("lane", frozenset("ab"), 30.0, 44.0, loose=True)
    inside = arrange(Graph.of(boxes, links, [lane, group("g", "b", "c")])).frames
    assert inside["g"][0] >= inside["lane"][0] + inside["lane"][2], "half of it is not the most"
    lane = Frame("lane", frozenset("abc"), 30.0, 44.0, loose=True)
    taken = arrange(Graph.of(boxes, links, [lane, group("g", "b", "c", "d")])).frames
    x, _, width, _ = taken["lane"]
    assert x < taken["g"][0]
    assert taken["g"][0] + taken["g"][2] < x + width


def test_a_lane_around_a_part_of_a_group_lies_in_the_group() -> None:
    """It held nothing, stayed where it was, and lay on whatever came there."""
    boxes, links = chain("a", "b", "c", "d", "e")
    lane = Frame("lane", frozenset({"c"}), AROUND, HEAD, loose=True)
    graph = Graph.of(boxes, links, [lane, group("g", "b", "c", "d")])
    drawn = arrange(graph)
    assert_framed(graph, drawn)
    x, _, width, _ = drawn.frames["lane"]
    assert x <= drawn.positions["c"][0] <= x + width


def test_earlier_places_keep_the_order_of_groups() -> None:
    boxes = [card("fork", ["a", "b"]), *(card(name, ["done"]) for name in "xyzw")]
    links = [Link("fork", "a", "x"), Link("fork", "a", "y"), Link("x", "done", "z"), Link("y", "done", "w")]
    graph = Graph.of(boxes, links, [group("one", "x", "z"), group("two", "y", "w")])
    first = arrange(graph)
    assert arrange(graph, first.positions) == first
    turned = {name: (x, -y) for name, (x, y) in first.positions.items()}
    second = arrange(graph, turned)
    assert (first.frames["one"][1] < first.frames["two"][1]) != (second.frames["one"][1] < second.frames["two"][1])


def test_frames_of_nothing_change_nothing() -> None:
    flow = business_flow(14, 7)
    plain = arrange(flow)
    assert arrange(Graph.of(flow.boxes, flow.links, [group("gone", "nobody"), Frame("empty", frozenset())])) == plain


def test_an_end_in_a_group_keeps_its_own_height() -> None:
    boxes = [card("check", ["yes", "no"]), pill("paid", 90.0, 36.0), pill("refused", 90.0, 36.0)]
    links = [Link("check", "yes", "paid", 30.0), Link("check", "no", "refused", 30.0)]
    graph = Graph.of(boxes, links, [group("ends", "paid", "refused")])
    assert_framed(graph, arrange(graph))


def frame_rects(
    graph: Graph, positions: dict[str, tuple[float, float]]
) -> dict[str, tuple[float, float, float, float]]:
    """Where the frames lie around their boxes, as the canvas draws them: left, top, right, bottom."""
    boxes = {box.id: box for box in graph.boxes}
    found = {}
    for frame in graph.frames:
        inside = [(*positions[name], boxes[name]) for name in frame.boxes if name in boxes]
        left, top = min(x for x, _, _ in inside), min(y for _, y, _ in inside)
        right, bottom = max(x + box.width for x, _, box in inside), max(y + box.height for _, y, box in inside)
        found[frame.id] = (left - AROUND, top - HEAD, right + AROUND, bottom + AROUND)
        if frame.folded is not None:
            found[frame.id] = (left, top, left + frame.folded[0], top + frame.folded[1])
    return found


def covered(graph: Graph, positions: dict[str, tuple[float, float]]) -> set[tuple[str, str]]:
    """(group, box that is not in it) that lie on one another."""
    unseen = hidden(graph)
    frames = {frame.id: frame for frame in graph.frames}
    return {
        (name, box.id)
        for name, (left, top, right, bottom) in frame_rects(graph, positions).items()
        for box in graph.boxes
        if box.id not in frames[name].boxes | unseen
        and left < positions[box.id][0] + box.width
        and positions[box.id][0] < right
        and top < positions[box.id][1] + box.height
        and positions[box.id][1] < bottom
    }


def test_a_part_of_a_group_that_is_tidied_takes_its_frame_over_no_stranger() -> None:
    boxes = [card(name, ["done"]) for name in ("a", "b", "c", "d")]
    links = [Link("a", "done", "b"), Link("b", "done", "c")]
    graph = Graph.of(boxes, links, [group("g", "a", "b", "d")])
    # a and b stand one above the other left of the stranger c; d is the rest of the group
    previous = {"a": (0.0, 0.0), "b": (0.0, 120.0), "c": (320.0, 0.0), "d": (0.0, 240.0)}
    assert covered(graph, previous) == set()
    for only in (["a", "b"], ["a", "b", "c"], ["c", "d"]):
        found = arrange(graph, previous, only)
        after = {**previous, **found.positions}
        assert set(found.positions) == set(only)
        assert covered(graph, after) == set(), only
        assert overlapping(boxes, after) == []


@settings(max_examples=60, deadline=None)
@given(graphs(), st.data())
def test_no_frame_comes_to_lie_on_a_stranger_whatever_is_tidied(plain: Graph, data: st.DataObject) -> None:
    names = [box.id for box in plain.boxes]
    owner = {name: data.draw(st.sampled_from(["", "g", "h"])) for name in names}
    frames = [
        group(one, *inside, folded=data.draw(st.booleans()))
        for one in ("g", "h")
        if (inside := [name for name in names if owner[name] == one])
    ]
    graph = Graph.of(plain.boxes, plain.links, frames)
    unseen = hidden(graph)
    spread = {name: (data.draw(st.integers(0, 8)) * 240.0, row * 180.0) for row, name in enumerate(names)}
    only = [name for name in names if name not in unseen and data.draw(st.booleans())]
    found = arrange(graph, spread, only)
    after = {**spread, **found.positions}
    assert set(found.positions) == set(only)
    assert covered(graph, after) <= covered(graph, spread)
    seen = [box for box in graph.boxes if box.id not in unseen]
    assert set(overlapping(seen, after)) <= set(overlapping(seen, spread))
