"""The histories behind the golden journals, and how new ones are recorded.

    python -m tests.runtime.engine.golden_histories            records what has no file yet; never writes over one

A golden journal stands for the format in which it was written: it must fold alike for ever (law 6), so a file that no
longer folds is a broken promise and never a file to record anew. A changed behaviour gets a new name here.
"""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import msgspec

from nodes import registry
from nodes.contract import to_wire
from runtime.engine.codec import decode_event, encode_event
from runtime.engine.compiling import compile_plan
from runtime.engine.events import Actor, Envelope
from runtime.engine.fold import fold
from runtime.engine.plan import Plan
from runtime.engine.projection import project
from runtime.engine.simulate import Advance, Broke, Crash, Replied, Simulation, To, simulate
from runtime.engine.state import Calls, State
from runtime.engine.stimuli import Answer, Cancel, DelegateTask, Resolve, Resume, ReviseTask, SendSignal, Start, Suspend
from runtime.model.flow import Flow
from tests.runtime.engine.drawing import draw

FOLDER = Path(__file__).parent / "golden"
GOOD = {"status": 200, "body": {"sum": 12}}
_encoder = msgspec.json.Encoder(decimal_format="number", order="sorted")


def summary(plan: Plan, state: State) -> dict[str, Any]:
    """What of a state a golden journal fixes, as plain JSON: enough that no rule can change it unseen."""
    shown = {
        "state": state.state,
        "seq": state.seq,
        "run_time": state.run_time,
        "outcome": state.outcome,
        "resolved": state.resolved,
        "output": to_wire(state.output),
        "vars": to_wire(state.vars),
        "ready": [[*t.edge, t.source] for t in state.ready],
        "budgets": state.budgets,
        "incidents": state.incidents,
        "closed": state.closed_incidents,
        "reached": [r.outcome for r in state.reached],
        "sla_due": state.sla_due,
        "claims": [state.epoch, state.idle_claims],
        "pending": state.pending,
        "steps": {
            s.id: {
                "state": s.state,
                "port": s.port,
                "output": to_wire(s.output),
                "input": to_wire(s.input),
                "seen": s.seen,
                "attempt": s.attempt,
                "timers": s.timers,
                "keys": [s.key_seq, s.command_seq],
                "flags": [s.in_flight, s.lost, s.unclear, s.possibly_done],
                "round": s.round,
                **({"calls": _calls(s.calls)} if s.calls is not None else {}),
                "answers": [[a.by, a.choice, a.revision] for a in s.task.answers] if s.task is not None else None,
            }
            for s in state.steps.values()
        },
        "rows": msgspec.to_builtins(project(plan, state)),
    }
    made: dict[str, Any] = json.loads(_encoder.encode(shown))
    return made


def _calls(calls: Calls) -> dict[str, Any]:
    return {
        "open": {child.id: [child.index, child.started_seq] for child in calls.open.values()},
        "ended": calls.ended,
        "results": {str(index): to_wire(result) for index, result in calls.results.items()},
        "begun": calls.begun,
        "asked": [calls.leaving, calls.asked_seq, calls.undo],
    }


def plan_of(drawing: dict[str, Any], called: list[dict[str, Any]]) -> Plan:
    """The plan of the flow that a golden file carries, with those that it calls."""
    flows = {each["id"]: Flow.model_validate(each) for each in called}
    return compile_plan(Flow.model_validate(drawing), registry.built_ins(), release="simulated", flows=flows)


def lines(played: Simulation) -> list[str]:
    """The lines of a golden file: drawing, one per event as the journal spells it, summary of the last state."""
    plan = played.plan()
    others = [p.flow.model_dump(mode="json", by_alias=True) for p in played.plans.values() if p is not plan]
    first = {"run": played.run, "flow": plan.flow.model_dump(mode="json", by_alias=True)}
    made = [json.dumps({**first, **({"called": others} if others else {})})]
    for entry in played.entries():
        kind, version, data = encode_event(entry.event)
        head = {
            "seq": entry.seq,
            "at": entry.at.isoformat(),
            "actor": msgspec.to_builtins(entry.actor),
            "type": kind,
            "version": version,
        }
        made.append(json.dumps(head)[:-1] + ', "data": ' + data.decode() + "}")
    return [*made, json.dumps({"summary": summary(plan, played.state())})]


def read(path: Path) -> tuple[Plan, str, list[Envelope], dict[str, Any]]:
    """(plan, run, journal, summary) of a golden file."""
    raw = path.read_text(encoding="utf-8").splitlines()
    first, last = json.loads(raw[0]), json.loads(raw[-1])
    entries = []
    for text in raw[1:-1]:
        row = msgspec.json.decode(text, type=_Row)
        entries.append(
            Envelope(first["run"], row.seq, row.at, row.actor, decode_event(row.type, row.version, bytes(row.data)))
        )
    return plan_of(first["flow"], first.get("called", [])), first["run"], entries, last["summary"]


class _Row(msgspec.Struct):
    seq: int
    at: dt.datetime
    actor: Actor
    type: str
    version: int
    data: msgspec.Raw


def _play(nodes: dict[str, Any], edges: tuple[str, ...], *stimuli: Any, **flow: Any) -> Simulation:
    return simulate(
        draw(nodes, *edges, **flow),
        [Start(flow="flow", input={"amount": 7, "day": "2026-05-01"}, actor=Actor("user", "ana")), *stimuli],
    )


def histories() -> dict[str, Simulation]:
    """Name -> a played history; one shipped behaviour each."""
    leaf = draw(
        {"begin": "start", "t": "task", "ok": "end ok", "no": "end no"}, "begin -> t.approved -> ok", "t.rejected -> no"
    ).model_copy(update={"id": "leaf"})
    fork = ("begin -> a -> j", "begin -> b -> j", "begin -> c -> j", "j -> fin")
    three = {"begin": "start", "a": "read", "b": "keyed", "c": "once", "fin": "end ok"}
    act = ("begin -> act -> ok", "act.error -> no")
    ask = ("begin -> t.approved -> ok", "t.rejected -> no", "t.timeout -> no")
    task = {
        "begin": "start",
        "t": (
            "task approved=2",
            {"config": {"timeout": "PT4H", "due": "PT2H", "remind": "PT1H", "escalate_to": "head"}},
        ),
        "ok": "end ok",
        "no": "end no",
    }

    def one(kind: str, *stimuli: Any, **fields: Any) -> Simulation:
        return _play({"begin": "start", "act": (kind, fields), "ok": "end ok", "no": "end no"}, act, *stimuli)

    return {
        "join_all_who_came_first": _play(
            {**three, "j": "join"}, fork, Replied("c#1", GOOD), Replied("a#1", GOOD), Replied("b#1", GOOD)
        ),
        "join_any_cancel": _play({**three, "j": "join mode=any rest=cancel"}, fork, Replied("a#1", GOOD), Advance(5)),
        "join_timeout": _play(
            {**three, "j": "join timeout=PT1H"},
            (*fork, "j.timeout -> fin"),
            Replied("a#1", GOOD),
            Advance(3600),
            Replied("b#1", GOOD),
            Replied("c#1", GOOD),
        ),
        "join_starved": _play(
            {"begin": "start", "a": "note", "c": "when p: true", "j": "join", "ok": "end ok"},
            ("begin -> a -> j", "begin -> c.p -> ok", "c -> j", "j -> ok"),
        ),
        "loop_and_vars": _play(
            {
                "begin": "start",
                "s": "set n=if vars.n = null then 1 else vars.n + 1",
                "m": "when yes: vars.n < 4",
                "fin": (
                    "end ok",
                    {"config": {"output": {"n": {"feel": "vars.n"}, "day": {"feel": "date(input.day)"}}}},
                ),
            },
            ("begin -> s -> m.yes -> s", "m -> fin"),
        ),
        "retries_then_error": one(
            "keyed", *[Broke("act#1", draw=0.25, retry_after=2.5), Advance(400)] * 3, Broke("act#1", unclear=True)
        ),
        "unknown_outcome_resolved": one(
            "once", Crash(), Resolve(incident="r1:6", how="retry", not_done=True), Replied("act#1", GOOD)
        ),
        "edited_and_retried": _play(
            {"begin": "start", "act": "keyed", "ok": "end ok"},
            ("begin -> act -> ok",),
            Broke("act#1", retryable=False, status=422),
            Resolve(incident="r1:6", how="edit", input={"path": "/other"}, actor=Actor("user", "op")),
            Replied("act#1", GOOD),
        ),
        "poison": one("read", Crash(), Crash(), Crash()),
        "step_timeout": one("keyed", Advance(61), timeout="PT1M", sla="PT30S"),
        "approval_by_two": _play(
            task,
            ask,
            Answer(step="t#1", choice="approved", by="petra"),
            DelegateTask(step="t#1", who="tom", to="eve"),
            Advance(3600),
            Answer(step="t#1", choice="approved", by="eve", on_behalf_of="tom", seat="finance"),
        ),
        "approval_revised_and_timed_out": _play(
            task,
            ask,
            Answer(step="t#1", choice="approved", by="petra"),
            ReviseTask(step="t#1", input={"title": "Pay 8?"}, actor=Actor("user", "op")),
            Advance(5 * 3600),
        ),
        "signal_in_suspension": _play(
            {"begin": "start", "w": ("signal paid", {"config": {"timeout": "P1D"}}), "p": "wait P1M", "fin": "end ok"},
            ("begin -> w -> fin", "begin -> p -> fin"),
            Suspend(reason="audit"),
            SendSignal(name="paid", key="k", payload={"@odd": 1}),
            Advance(60),
            Resume(shift=True),
        ),
        "cancelled_in_flight": _play(
            {**three, "j": "join"}, fork, Broke("a#1"), Cancel(reason="withdrawn"), Replied("b#1", GOOD), Advance(5)
        ),
        "budget_raised": _play(
            {"begin": "start", "a": "note", "b": "note"},
            ("begin -> a -> b -> a",),
            Resolve(incident="r1:14", how="retry", raise_by=3),
            budgets={"activations": 6},
        ),
        "terminated": _play(
            {"begin": "start", "a": "read", "t": "task", "stop": "end no terminate", "ok": "end ok"},
            ("begin -> a -> stop", "begin -> t.approved -> ok", "t.rejected -> ok"),
            Replied("a#1", GOOD),
            sla="PT2H",
        ),
        "subflow_cancelled_and_retried": simulate(
            {
                "flow": draw(
                    {"begin": "start", "call": ("calls leaf ok no", {"config": {"timeout": "P1D"}}), "fin": "end ok"},
                    "begin -> call.ok -> fin",
                    "call.no -> fin",
                    "call.timeout -> fin",
                ),
                "leaf": leaf,
            },
            [
                Start(flow="flow", input={"amount": 7}, requester="eve"),
                To("r1:4:0", Cancel()),
                Advance(60),
                Resolve(incident="r1:7", how="retry", actor=Actor("user", "op")),
                Suspend(reason="audit"),
                Resume(),
                To("r1:8:0", Answer(step="t#1", choice="approved", by="petra")),
            ],
        ),
        "loop_stopped": simulate(
            {
                "flow": draw(
                    {
                        "begin": "start",
                        "each": (
                            "each leaf 2",
                            {"config": {"stop_on": ["no"], "inputs": {"n": {"feel": "index * 2"}}}},
                        ),
                        "fin": "end ok",
                        "bad": "end no",
                    },
                    "begin -> each -> fin",
                    "each.stopped -> bad",
                ),
                "leaf": leaf,
            },
            [
                Start(flow="flow", input={"items": ["a", "b", "c", "d"]}),
                To("r1:4:2", Answer(step="t#1", choice="approved", by="petra")),
                To("r1:4:3", Answer(step="t#1", choice="rejected", by="petra")),
            ],
        ),
        "dead_end_and_unknown_type": _play(
            {"begin": "start", "big": "when p: input.amount > 9", "x": "unknown", "ok": "end ok"},
            ("begin -> big.p -> ok", "begin -> x -> ok"),
        ),
    }


def record() -> list[str]:
    """Write the golden files that are missing -> their names."""
    made = []
    for name, played in histories().items():
        path = FOLDER / f"{name}.jsonl"
        if not path.exists():
            path.write_text("\n".join(lines(played)) + "\n", encoding="utf-8", newline="\n")
            made.append(name)
    return made


def folded(path: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """(summary of the state that a golden journal folds to today, summary that was recorded with it)."""
    plan, run, entries, recorded = read(path)
    return summary(plan, fold(plan, entries, run)), recorded


if __name__ == "__main__":
    print("\n".join(record()) or "Every history has its file already.")
