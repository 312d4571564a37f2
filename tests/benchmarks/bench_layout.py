"""Tidy up against ELK: generated business flows of 14, 100 and 300 steps with merges, retry loops and shared handlers.

Both get the same boxes, ports and names, and one code measures both. Our seconds are those of the processor: nothing
here waits for anything. ELK comes from npm into `build/elk` at first use;
where it can't, the rows stand without a peer and say nothing about how good they are. A second table of ELK without
room for names is printed for whoever wants to know what names cost.
"""

from __future__ import annotations

import sys
import time

from designer.layout import Arrangement, Graph, arrange, route
from tests.benchmarks import elk
from tests.benchmarks.report import AtMost, Peer, Report, short
from tests.designer.layout.flows_drawn import business_flow, confused, crossings, length, overlapping, through_boxes

SIZES, SEEDS = (14, 100, 300), (7, 8, 9)
TURNS = 3


def run(report: Report) -> None:
    why_not = elk.missing()
    if why_not:
        print(f"bench layout: without ELK, because {why_not}. Rows have no peer.", file=sys.stderr, flush=True)
    for steps in SIZES:
        graphs = [business_flow(steps, seed) for seed in SEEDS]
        drawn, seconds = zip(*(_timed(graph) for graph in graphs), strict=True)
        theirs = [] if why_not else elk.draw(graphs, names=True)
        bare = [] if why_not else elk.draw(graphs, names=False)
        _compare(report, steps, graphs, list(drawn), list(seconds), theirs, bare)
    _by_hand(report)


def _timed(graph: Graph) -> tuple[Arrangement, float]:
    best = float("inf")
    for _ in range(TURNS):
        started = time.process_time()
        drawn = arrange(graph)
        best = min(best, time.process_time() - started)
    return drawn, best


def _compare(
    report: Report,
    steps: int,
    graphs: list[Graph],
    drawn: list[Arrangement],
    seconds: list[float],
    theirs: list[elk.Drawn],
    bare: list[elk.Drawn],
) -> None:
    ours = [crossings(each.routes) for each in drawn]
    lengths = [length(each.routes) for each in drawn]
    for number, seed in enumerate(SEEDS):
        words = f"  {steps} steps, seed {seed}: {ours[number][0]} crossings, length {short(lengths[number])}, "
        words += f"{seconds[number]:.3f} s"
        for name, each in (("ELK", theirs), ("ELK without names", bare)):
            if each:
                other = each[number]
                words += f"; {name} {crossings(other.routes)[0]}, {short(length(other.routes))}, {other.seconds:.2f} s"
        print(words, flush=True)

    def peer(figures: list[float]) -> Peer | None:
        return Peer("ELK", sum(figures)) if figures and sum(figures) else None

    what = f"{steps} steps, seeds 7 to 9"
    their_time = [each.seconds for each in theirs]
    report.row(f"{what}: laying out and routes, the slowest", max(seconds), "s", reach=AtMost(0.4))
    report.row(f"{what}: laying out and routes, together", sum(seconds), "s", peer=peer(their_time))
    crossed = [float(crossings(each.routes)[0]) for each in theirs]
    seen = [float(crossings(each.routes)[1]) for each in theirs]
    below = AtMost(0.999) if theirs else None
    report.row(f"{what}: crossings of two links", sum(pair for pair, _ in ours), "", peer=peer(crossed), reach=below)
    report.row(f"{what}: crossings that the eye sees", sum(spot for _, spot in ours), "", peer=peer(seen), reach=below)
    near = AtMost(1.3) if theirs else None
    report.row(f"{what}: length", sum(lengths), "px", peer=peer([length(d.routes) for d in theirs]), reach=near)
    without = sum(length(each.routes) for each in bare)
    report.row(
        f"{what}: length, names for ours only",
        sum(lengths),
        "px",
        peer=Peer("ELK without names", without) if without else None,
    )
    through = sum(len(through_boxes(g.boxes, d.positions, d.routes)) for g, d in zip(graphs, drawn, strict=True))
    report.row(f"{what}: links through boxes", through, "", reach=AtMost(0))
    overlaps = sum(len(overlapping(g.boxes, d.positions)) for g, d in zip(graphs, drawn, strict=True))
    report.row(f"{what}: boxes on one another", overlaps, "", reach=AtMost(0))
    report.row(f"{what}: links drawn on links they don't belong to", sum(len(confused(d.routes)) for d in drawn), "")


def _by_hand(report: Report) -> None:
    """What the canvas asks for while a box with a hundred links is moved."""
    graph = business_flow(300, 7)
    positions = arrange(graph).positions
    routes = route(graph, positions)
    touched = {link.key for link in graph.sound_links()[:100]}
    best = float("inf")
    for _ in range(3 * TURNS):
        started = time.process_time()
        route(graph, positions, touched, beside=routes)
        best = min(best, time.process_time() - started)
    report.row("300 steps: new routes for 100 links", 1000 * best, "ms", reach=AtMost(10))
