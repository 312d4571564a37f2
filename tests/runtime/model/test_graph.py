"""FlowGraph as case law: one small drawing per question, and every answer compared with a slow and simple search."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runtime.model.flow import Edge, Flow, Node
from runtime.model.graph import FlowGraph
from tests.effort import effort_below


def flow(*edges: str, nodes: str = "") -> Flow:
    """A flow from ``a>b`` (port ``out``) or ``a.port>b``; nodes that have no edge are listed in ``nodes``."""
    drawn = []
    for text in edges:
        start, target = text.split(">")
        source, _, port = start.partition(".")
        drawn.append(Edge(source=source, port=port or "out", target=target))
    ids = dict.fromkeys([*itertools.chain.from_iterable((e.source, e.target) for e in drawn), *nodes.split()])
    return Flow(id="drawn", nodes=tuple(Node(id=i, type="any") for i in ids), edges=tuple(drawn))


SPLIT = ("start>fetch", "fetch>a", "fetch>b", "a>join", "b>join", "join.joined>end")


def met_at(graph: FlowGraph, join: str) -> dict[str, set[str]]:
    """Source of each edge into the join -> the sources that it can meet there."""
    return {edge.source: {other.source for other in met} for edge, met in graph.meeting_edges(join).items()}


def test_edges_into_a_node_come_in_canonical_order_each_once() -> None:
    graph = FlowGraph(flow("b>x", "a.two>x", "a.one>x", "b>x"))
    assert [e.key for e in graph.into("x")] == [("a", "one", "x"), ("a", "two", "x"), ("b", "out", "x")]


def test_an_edge_to_a_node_that_is_not_there_is_left_out() -> None:
    broken = flow("a>b").model_copy(update={"edges": (Edge(source="a", port="out", target="ghost"),)})
    graph = FlowGraph(broken)
    assert graph.edges == ()
    assert graph.successors("a") == ()


@pytest.mark.parametrize(
    ("edges", "join", "opener"),
    [
        (SPLIT, "join", "fetch"),
        # A choice has several ports with one edge each: it opens nothing (J2).
        (("start>pick", "pick.yes>a", "pick.no>b", "a>join", "b>join"), "join", None),
        # A port of two edges that does not dominate the join is passed over.
        (("start>pick", "pick.yes>fan", "pick.no>c", "fan>a", "fan>b", "a>join", "b>join", "c>join"), "join", None),
        # The trigger itself may split.
        (("start>a", "start>b", "a>join", "b>join"), "join", "start"),
        # The nearest of two.
        (("start>x", "start>y", "x>p", "x>q", "p>inner", "q>inner", "inner>outer", "y>outer"), "inner", "x"),
        (("start>x", "start>y", "x>p", "x>q", "p>inner", "q>inner", "inner>outer", "y>outer"), "outer", "start"),
        # Several triggers: the virtual root, unless a split dominates from below.
        (("one>a", "two>b", "a>join", "b>join"), "join", None),
        (("one>fan", "two>fan", "fan>a", "fan>b", "a>join", "b>join"), "join", "fan"),
        # A loop back to the split does not change who opens.
        ((*SPLIT, "join.again>fetch"), "join", "fetch"),
    ],
)
def test_opener_is_the_nearest_dominator_with_a_port_of_two_edges(
    edges: tuple[str, ...], join: str, opener: str | None
) -> None:
    assert FlowGraph(flow(*edges)).opener(join) == opener


def test_dead_nodes_do_not_hide_an_opener() -> None:
    # `dead` has no edge into it and is no trigger; only with the triggers named does `fetch` dominate the join.
    drawing = flow(*SPLIT, "dead>join")
    assert FlowGraph(drawing).opener("join") is None
    assert FlowGraph(drawing, triggers=["start"]).opener("join") == "fetch"


def test_reaches_never_passes_what_is_to_be_avoided() -> None:
    graph = FlowGraph(flow(*SPLIT, "end.again>fetch"))
    assert graph.reaches("end", "join")
    assert not graph.reaches("end", "join", "fetch")
    assert graph.reaches("a", "join", "fetch")
    assert graph.reaches("join", "join", "fetch")
    assert not graph.reaches("fetch", "join", "fetch")
    assert not graph.reaches("end", "a", ("b", "fetch"))
    assert graph.reaches("a", "join", "nowhere")


def test_behind_a_join_of_all_every_branch_is_an_ancestor() -> None:
    plain = FlowGraph(flow(*SPLIT))
    joining = FlowGraph(flow(*SPLIT), joins={"join": 2})
    any_one = FlowGraph(flow(*SPLIT), joins={"join": 1})
    assert joining.must_ancestors("end") == {"start", "fetch", "a", "b", "join"}
    assert plain.must_ancestors("end") == any_one.must_ancestors("end") == {"start", "fetch", "join"}
    assert plain.may_ancestors("end") == {"start", "fetch", "a", "b", "join"}
    # The filling is opened by its first token, so inside the join only what both share is certain.
    assert joining.must_ancestors("join") == {"start", "fetch"}


def test_two_of_three_promise_what_two_branches_share() -> None:
    branches = ("s>f", "f>x", "f>c", "x>a", "x>b", "a>join", "b>join", "c>join")
    graph = FlowGraph(flow(*branches, "join.joined>end", "join.timeout>late"), joins={"join": 2})
    assert graph.must_ancestors("end") == {"s", "f", "x", "join"}
    # By `timeout` the join fires with what came: one branch may be all.
    assert graph.must_ancestors("late") == {"s", "f", "join"}


def test_in_a_loop_a_node_may_be_its_own_ancestor() -> None:
    graph = FlowGraph(flow("s>try", "try>check", "check.again>try", "check.ok>end"))
    assert "try" in graph.may_ancestors("try")
    assert graph.must_ancestors("try") == {"s"}
    assert graph.must_ancestors("end") == {"s", "try", "check"}


def test_last_ports_forget_an_earlier_pass() -> None:
    error = ("call.error>repair", "repair>call", "call.error>note", "note>end")
    graph = FlowGraph(flow("s>call", "call.done>end", *error))
    assert graph.last_ports("repair")["call"] == {"error"}
    assert graph.last_ports("end")["call"] == {"done", "error"}
    assert graph.last_ports("call")["call"] == {"error"}
    # Whoever left by `done` has failed before, perhaps; what counts is the latest pass.
    again = FlowGraph(flow("s>call", "call.error>repair", "repair>call", "call.done>end"))
    assert again.last_ports("end")["call"] == again.ports_before("call", "end") == {"done"}


def test_branches_of_one_choice_never_meet() -> None:
    graph = FlowGraph(flow("s>pick", "pick.yes>a", "pick.no>b", "a>join", "b>join"))
    assert met_at(graph, "join") == {"a": set(), "b": set()}


def test_parallel_branches_meet_and_so_do_choices_inside_them() -> None:
    graph = FlowGraph(flow("s>x", "s>y", "x.one>a", "x.two>b", "y>c", "a>join", "b>join", "c>join"))
    assert met_at(graph, "join") == {"a": {"c"}, "b": {"c"}, "c": {"a", "b"}}


def test_what_only_comes_round_from_the_join_itself_meets_nothing_new() -> None:
    graph = FlowGraph(flow("s>a", "s>b", "a>join", "b>join", "join>more", "more>join"))
    assert met_at(graph, "join") == {"a": {"b"}, "b": {"a"}, "more": set()}


def test_tokens_of_two_triggers_never_meet() -> None:
    graph = FlowGraph(flow("one>a", "two>b", "a>join", "b>join"))
    assert met_at(graph, "join") == {"a": set(), "b": set()}


def test_an_edge_straight_from_the_split_meets_the_longer_way() -> None:
    graph = FlowGraph(flow("s>join", "s>a", "a>join"))
    assert met_at(graph, "join") == {"s": {"a"}, "a": {"s"}}


def test_loops_are_found_and_vanish_with_what_breaks_them() -> None:
    graph = FlowGraph(flow("s>a", "a>b", "b>a", "b>c", "c>c", "c>end"))
    assert graph.loops() == (("a", "b"), ("c",))
    assert graph.loops(without=["b", "c"]) == ()


def test_a_chain_of_a_hundred_thousand_nodes_neither_recurses_nor_crawls() -> None:
    size = 100_000
    nodes = tuple(Node.model_construct(id=f"n{i}", type="any") for i in range(size))
    edges = tuple(Edge.model_construct(source=f"n{i}", port="out", target=f"n{i + 1}") for i in range(size - 1))
    back = Edge.model_construct(source=f"n{size - 1}", port="again", target="n1")
    with effort_below(20_000):
        graph = FlowGraph(Flow.model_construct(id="long", nodes=nodes, edges=(*edges, back)), triggers=["n0"])
        assert len(graph.dominators(f"n{size - 1}")) == size - 1
        assert [len(loop) for loop in graph.loops()] == [size - 1]
        assert graph.reaches("n0", f"n{size - 1}")


# -- against slow and simple searches ---------------------------------------------------------------------------------

NAMES = "sabcdefg"
drawings = st.lists(
    st.tuples(st.sampled_from(NAMES), st.sampled_from(["p", "q"]), st.sampled_from(NAMES[1:])), min_size=1, max_size=16
).map(lambda edges: flow(*(f"{a}.{p}>{b}" for a, p, b in edges), nodes="s"))


def paths_exist(drawing: Flow, start: str, target: str, avoiding: str | None = None) -> bool:
    """The definition, word for word, by growing a set."""
    if avoiding in {start, target}:
        return False
    found = {start}
    while more := {e.target for e in drawing.edges if e.source in found} - found - {avoiding}:
        found |= more
    return target in found


@settings(max_examples=60, deadline=None)
@given(drawings)
def test_dominators_are_the_nodes_without_which_no_path_is_left(drawing: Flow) -> None:
    graph = FlowGraph(drawing, triggers=["s"])
    for node in graph.reachable - {"s"}:
        expected = {other for other in graph.nodes if other != node and not paths_exist(drawing, "s", node, other)}
        assert set(graph.dominators(node)) == expected
        # Without joins, being on every path and being an ancestor of every token are one thing.
        assert graph.must_ancestors(node) == expected


@settings(max_examples=60, deadline=None)
@given(drawings)
def test_reachability_ancestry_and_loops_agree_with_their_definitions(drawing: Flow) -> None:
    graph = FlowGraph(drawing, triggers=["s"])
    assert graph.reachable == {n for n in graph.nodes if paths_exist(drawing, "s", n)}
    for one, other, avoided in itertools.product(graph.nodes, graph.nodes, [None, *graph.nodes[:3]]):
        assert graph.reaches(one, other, avoided) == paths_exist(drawing, one, other, avoided)
    for node in graph.reachable:
        behind = {o for o in graph.reachable if any(paths_exist(drawing, t, node) for t in graph.successors(o))}
        assert graph.may_ancestors(node) == behind
    looping = {n for n in graph.nodes if any(paths_exist(drawing, t, n) for t in graph.successors(n))}
    assert set(itertools.chain.from_iterable(graph.loops())) == looping
