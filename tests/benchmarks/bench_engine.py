"""The engine alone, in memory: pure steps through the driver with their projection, and a long run resumed.

The limit of the first row is the journal's own spelling of the same events (``encode_event``, which every event must
pass on its way to a store): an engine that cost nothing would still pay it. The peer of the second is reading those
rows (``decode_event``), which a resume pays before it can fold anything. Both are measured in turns with ours.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable

from runtime.engine.codec import decode_event, encode_event
from runtime.engine.fold import fold
from runtime.engine.plan import Plan
from runtime.engine.simulate import Simulation, simulate
from runtime.engine.stimuli import Start
from runtime.model.flow import Flow
from tests.benchmarks.report import AtLeast, AtMost, Peer, Report

TURNS = 25
ROUNDS = 490
LONG = 2_500


def looping(rounds: int) -> Flow:
    """``rounds`` times: add one to a variable, decide whether to go on. Four events and two pure steps a round."""
    steps = [
        ("begin", "triggers/manual", {}),
        ("add", "control/set", {"assignments": {"n": {"feel": "if vars.n = null then 1 else vars.n + 1"}}}),
        (
            "more",
            "decision/condition",
            {"conditions": [{"port": "yes", "title": "More", "when": {"feel": f"vars.n < {rounds}"}}]},
        ),
        ("fin", "control/end", {"outcome": "ok"}),
    ]
    wires = [("begin", "started", "add"), ("add", "done", "more"), ("more", "yes", "add"), ("more", "default", "fin")]
    return Flow.model_validate(
        {
            "id": "flow",
            "outcomes": [{"id": "ok"}],
            "nodes": [{"id": name, "type": kind, "config": config} for name, kind, config in steps],
            "edges": [{"from": source, "port": port, "to": target} for source, port, target in wires],
        }
    )


def run(report: Report) -> None:
    """Both rows."""
    played = simulate(looping(ROUNDS), [Start(flow="flow")])
    events, steps = played.journal(), played.state().activations
    ours, bare = _in_turns(lambda: played.play(Start(flow="flow")), lambda: [encode_event(event) for event in events])
    report.row(f"run of {steps} pure steps, driver and projection", steps / ours, "steps/s", reach=AtLeast(50_000))
    report.row(
        "the same, against spelling its events alone", steps / ours, "steps/s", peer=Peer("encode_event", steps / bare)
    )

    long_run, plan = _long()
    rows = [encode_event(entry.event) for entry in long_run.entries()]
    entries = long_run.entries()
    folding, reading = _in_turns(lambda: fold(plan, entries, "r1"), lambda: [decode_event(*row) for row in rows])
    report.row(f"fold of {len(entries):,} events", folding, "s", peer=Peer("decode_event", reading))
    report.row(f"resume of {len(entries):,} events: read and fold", folding + reading, "s", reach=AtMost(1.0))


def _long() -> tuple[Simulation, Plan]:
    """A run of 10,000 events; its environment allows more steps than usual."""
    flow = looping(LONG)
    played = simulate(flow, [])
    played.plans["flow"].budgets["activations"] = 100_000
    played.play(Start(flow="flow"))
    return played, played.plans["flow"]


def _in_turns(ours: Callable[[], object], bare: Callable[[], object]) -> tuple[float, float]:
    """Best seconds of each; one after the other, so that both meet the same machine."""
    best = [float("inf"), float("inf")]
    for _ in range(TURNS):
        for place, work in enumerate((ours, bare)):
            gc.collect()
            begun = time.perf_counter()
            work()
            best[place] = min(best[place], time.perf_counter() - begun)
    return best[0], best[1]
