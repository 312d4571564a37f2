"""The state of a run at any of its events, and what changed between two of them: the law folds, this looks.

Who calls it: the designer's replay, in process. Pure; ``fold`` does the work, so a replay can never tell another story
than the engine. Values are masked as in every view.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from itertools import takewhile

from nodes.contract import Value
from runtime.engine.events import Envelope
from runtime.engine.fold import fold
from runtime.engine.plan import Plan
from runtime.engine.state import State
from runtime.trace.drawing import NO_DRAWING, Drawing
from runtime.trace.masking import Masker


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingStep:
    """One step as it stood."""

    step: str
    state: str
    attempt: int
    port: str | None
    input: Value
    output: Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """A run as it stood after the event ``seq``."""

    seq: int
    state: str
    vars: Mapping[str, Value]
    steps: Mapping[str, StandingStep]
    tokens: tuple[tuple[str, str, str], ...]
    """edges on which tokens stand"""
    incidents: tuple[str, ...]
    outcome: str | None


@dataclass(frozen=True, slots=True)
class Change:
    """One place that differs: a path such as ``steps.check#1.state``, and what stood there before and after."""

    path: str
    before: Value
    after: Value


def state_at(plan: Plan, journal: Iterable[Envelope], seq: int, drawing: Drawing = NO_DRAWING) -> Snapshot:
    """The run as it stood after event ``seq`` (0 = before it began). Raises ``JournalMismatch`` as ``fold`` does."""
    entries = list(takewhile(lambda entry: entry.seq <= seq, journal))
    return snapshot(fold(plan, entries, entries[0].stream if entries else ""), drawing)


def snapshot(state: State, drawing: Drawing = NO_DRAWING, *, only: Collection[str] | None = None) -> Snapshot:
    """What people may see of a state; ``only``: of these steps alone."""
    masker = Masker(drawing.sensitive_names)
    sensitive = {step.id: drawing.node(step.node).sensitive for step in state.steps.values()}
    for step in state.steps.values():
        masker.note(step.input, sensitive[step.id])
    masker.note(state.input)
    masker.note(state.case)
    steps = {
        step.id: StandingStep(
            step=step.id,
            state=step.state,
            attempt=step.attempt,
            port=step.port,
            input=masker.mask(step.input, sensitive[step.id]),
            output=masker.mask(step.output, sensitive[step.id]),
        )
        for step in state.steps.values()
        if only is None or step.id in only
    }
    return Snapshot(
        seq=state.seq,
        state=state.state,
        vars={name: masker.mask(value) for name, value in state.vars.items()},
        steps=steps,
        tokens=tuple(token.edge for token in state.ready),
        incidents=tuple(state.incidents),
        outcome=state.outcome,
    )


def difference(before: Snapshot, after: Snapshot) -> tuple[Change, ...]:
    """What changed from one snapshot to the other, in the order of the later one; what vanished stands last."""
    old, new = dict(_places(before)), dict(_places(after))
    changed = [Change(path, old.get(path), value) for path, value in new.items() if old.get(path) != value]
    return (
        *changed,
        *(Change(path, value, None) for path, value in old.items() if path not in new and value is not None),
    )


def _places(seen: Snapshot) -> Iterable[tuple[str, Value]]:
    yield "state", seen.state
    yield "outcome", seen.outcome
    for name, value in seen.vars.items():
        yield f"vars.{name}", value
    for name, step in seen.steps.items():
        for part in ("state", "attempt", "port", "input", "output"):
            yield f"steps.{name}.{part}", getattr(step, part)
    yield "tokens", [list(edge) for edge in seen.tokens]
    yield "incidents", list(seen.incidents)
