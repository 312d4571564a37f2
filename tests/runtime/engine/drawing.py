"""A short hand for drawings and journals, so that a case of the law reads in one screen.

draw({"begin": "start", "get": "read", "fin": "end ok"}, "begin -> get -> fin", "get.error -> fin")
told(played)  ->  ["RunStarted", "StepStarted begin#1", "StepCompleted begin#1 started", ...]
"""

from __future__ import annotations

import itertools
from typing import Any

from nodes.contract import Value
from runtime.engine import events as e
from runtime.engine.simulate import Simulation
from runtime.model.flow import Flow

USUAL_PORT = {
    "triggers/manual": "started",
    "control/join": "joined",
    "control/wait_for_signal": "received",
    "decision/condition": "default",
}


def draw(nodes: dict[str, Any], *edges: str, **flow: Any) -> Flow:
    """``nodes``: id -> kind in words (see ``_node``), or (kind, fields of the node). ``edges``: "a -> b.port -> c"."""
    made = {name: _node(name, spec) for name, spec in nodes.items()}
    wires = []
    for chain in edges:
        stations = [part.strip() for part in chain.split("->")]
        for left, right in itertools.pairwise(stations):
            source, _, port = left.partition(".")
            wires.append(
                {
                    "from": source,
                    "port": port or USUAL_PORT.get(made[source]["type"], "done"),
                    "to": right.partition(".")[0],
                }
            )
    outcomes = [{"id": "ok"}, {"id": "no", "resolved": False}, {"id": "other"}]
    return Flow.model_validate(
        {"id": "flow", "outcomes": outcomes, "nodes": list(made.values()), "edges": wires, **flow}
    )


def _node(name: str, spec: Any) -> dict[str, Any]:
    words, fields = (spec[0], dict(spec[1])) if isinstance(spec, tuple) else (spec, {})
    kind, _, rest = words.partition(" ")
    type_id, config = _KINDS[kind](rest)
    config.update(fields.pop("config", {}) if "config" in fields else {})
    return {"id": name, "type": type_id, "config": config, **fields}


def _http(method: str, **config: Any) -> Any:
    return lambda rest: (
        "adapters/http_request",
        {"connection": "sys", "method": method, "path": "/x", **config},
    )


def _pairs(rest: str) -> dict[str, str]:
    return dict(part.split("=", 1) for part in rest.split() if "=" in part)


def _join(rest: str) -> tuple[str, dict[str, Any]]:
    config: dict[str, Any] = dict(_pairs(rest))
    if "n" in config:
        config["n"] = int(config["n"])
        config.setdefault("mode", "n")
    return "control/join", config


def _task(rest: str) -> tuple[str, dict[str, Any]]:
    needs = _pairs(rest)
    choices = [
        {"port": "approved", "title": "Yes", "needs": int(needs.get("approved", 1))},
        {"port": "rejected", "title": "No", "needs": int(needs.get("rejected", 1))},
    ]
    return "approval", {"role": "finance", "title": "Pay {input.amount}?", "choices": choices}


def _when(rest: str) -> tuple[str, dict[str, Any]]:
    conditions = []
    for part in rest.split(";"):
        port, _, when = part.strip().partition(":")
        conditions.append({"port": port.strip(), "title": port.strip(), "when": {"feel": when.strip()}})
    return "decision/condition", {"conditions": conditions}


def _set(rest: str) -> tuple[str, dict[str, Any]]:
    name, _, feel = rest.partition("=")
    return "control/set", {"assignments": {name.strip(): {"feel": feel.strip()}}}


def _end(rest: str) -> tuple[str, dict[str, Any]]:
    words = rest.split()
    config: dict[str, Any] = {"terminate": True} if "terminate" in words else {}
    named = [word for word in words if word != "terminate"]
    return "control/end", {**config, **({"outcome": named[0]} if named else {})}


def _signal(rest: str) -> tuple[str, dict[str, Any]]:
    name, _, key = rest.partition(" ")
    return "control/wait_for_signal", {"name": name, "key": {"feel": key or '"k"'}}


def _calls(rest: str) -> tuple[str, dict[str, Any]]:
    flow, *outcomes = rest.split()
    return "control/subflow", {"flow": flow, "outcomes": outcomes}


def _each(rest: str) -> tuple[str, dict[str, Any]]:
    flow, *more = rest.split()
    return "control/for_each", {
        "flow": flow,
        "items": {"feel": "input.items"},
        **({"at_once": int(more[0])} if more else {}),
    }


_KINDS: dict[str, Any] = {
    "calls": _calls,
    "each": _each,
    "start": lambda rest: ("triggers/manual", {}),
    "read": _http("GET"),
    "keyed": _http("POST", idempotency_header="Idempotency-Key"),
    "once": _http("POST"),
    "join": _join,
    "task": _task,
    "when": _when,
    "set": _set,
    "end": _end,
    "wait": lambda rest: ("control/wait", {"duration": rest}),
    "signal": _signal,
    "note": lambda rest: ("logging/note", {"text": rest or "noted"}),
    "strange": lambda rest: ("decision/strange", {}),
    "unknown": lambda rest: ("adapters/no_such_thing", {}),
}


def told(played: Simulation, run: str = "", *, after: int = 0) -> list[str]:
    """The journal in short lines, all of it after ``after`` events."""
    return [line(entry.event) for entry in played.entries(run)[after:]]


def line(event: Any) -> str:
    """One event in a few words: its name, its step, and what tells it from others of its kind."""
    name = type(event).__name__
    step = getattr(event, "step", "")
    if isinstance(event, e.StepCompleted):
        extra: Value = event.port if event.port is not None else f"-> {event.outcome}"
        extra = f"{extra} by hand" if event.by_hand else extra
    elif isinstance(event, e.StepCancelled):
        extra = "possibly done" if event.possibly_done else ""
        if event.edge is not None:
            extra = f"{event.edge[0]}.{event.edge[1]} -> {event.edge[2]}"
    elif isinstance(event, e.AttemptStarted):
        extra = f"{event.attempt} {event.reason}"
    elif isinstance(event, e.AttemptFailed | e.AttemptReportedLate):
        extra = f"{event.attempt}"
    elif isinstance(event, e.AttemptAbandoned):
        extra = f"{event.attempt} {event.reason}"
    elif isinstance(event, e.IncidentRaised):
        extra = event.kind
    elif isinstance(event, e.IncidentResolved):
        extra = event.how
    elif isinstance(event, e.TimerFired):
        extra = event.purpose
    elif isinstance(event, e.TaskAnswered):
        extra = f"{event.choice} by {event.by}"
    elif isinstance(event, e.TokenJoined | e.TokenAbsorbed):
        extra = f"from {event.source}"
    elif isinstance(event, e.RunCompleted):
        extra = f"{event.outcome}"
    elif isinstance(event, e.RunClaimed):
        extra = event.reason
    elif isinstance(event, e.TaskHandedOver):
        extra = f"to {event.to}"
    elif isinstance(event, e.TaskReminded):
        extra = f"{event.n}"
    else:
        extra = ""
    return " ".join(part for part in (name, step, str(extra)) if part)
