"""``Story``: one run as it can be told: its journal, the flow that it ran on, and how it stood after any event.

Real runs and rehearsals alike; panels and canvas read it. Law: what it tells is folded by the engine itself from the
journal (``runtime.trace``), so the designer can never tell another story than the runtime.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from designer.session.gist import gist
from designer.session.leaves import LeafChange, leaf_changes
from designer.session.standings import NodeStanding, standings_of
from designer.session.values_set import ValuesSet, values_set
from nodes.contract import Pure, Value
from runtime.engine.compiling import compile_in_pieces
from runtime.engine.copying import copied
from runtime.engine.events import (
    AttemptFailed,
    Envelope,
    IncidentRaised,
    RunStarted,
    StepCompleted,
    StepStarted,
)
from runtime.engine.fold import apply
from runtime.engine.plan import Plan, TypeSource
from runtime.engine.state import JournalMismatch, State, split_step
from runtime.model.decisions import Decisions
from runtime.model.project import Project
from runtime.trace.drawing import Drawing, draw
from runtime.trace.explain import card_of, span_words
from runtime.trace.growing import GrowingTrace
from runtime.trace.phrases import event_words
from runtime.trace.replay import Change
from runtime.trace.spans import Span, Trace

KEPT_EVERY, KEPT_PART = 64, 8
"""events between two states that are kept, in a long run an eighth of those before: going back costs at most so many
folds, and what all states cost grows with the run and not with its square"""

MOST_STOOD, MOST_ASKED = 8, 8
"""moments whose standings are kept; decisions that are asked what would have changed them, milliseconds each"""

Key = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Changed:
    """What one step changed of the run's values, and how many others stayed as they were."""

    leaves: tuple[LeafChange, ...]
    others: int


@dataclass(frozen=True, slots=True)
class Moment:
    """One event, for the list: who, what, when."""

    seq: int
    at: Any
    type: str
    step: str
    node: str
    title: str
    category: str
    words: str


class Story:
    """A run. ``add`` appends events as they come; everything else looks."""

    def __init__(
        self,
        run: str,
        project: Project,
        flow_id: str,
        types: TypeSource,
        *,
        plan: Callable[[], Plan] | None = None,
        rehearsed: bool = False,
    ) -> None:
        """``plan`` is asked for with the first event."""
        self.run = run
        self.project = project
        """the version that the run is pinned to"""
        self.flow_id = flow_id
        self.rehearsed = rehearsed
        """effects were answered by samples; nothing was sent"""
        self.flow = project.flows[flow_id]
        self._decisions = Decisions(project.decisions)
        self._types, self._its_plan = types, plan
        self._plan: Plan | None = None
        self.drawing: Drawing = draw(self.flow, types, self._decisions, project.role_titles, local_times=True)
        self.entries: list[Envelope] = []
        self.broken: str = ""
        """why the journal can't be folded any further, in words; empty if it can"""
        self._states: dict[int, State] = {0: State(run=run)}
        self._kept, self._keep_at = {0}, KEPT_EVERY
        self._folded = 0
        self._head: State = State(run=run)
        self._growing = GrowingTrace(self.drawing)
        self._told: Trace | None = None
        self._spans: dict[str, Span] = {}
        self._values: tuple[Trace, ValuesSet] | None = None
        self._stood: dict[int, Mapping[str, NodeStanding]] = {}
        """``standings`` that were asked for lately: several views ask for the same"""

    @property
    def plan(self) -> Plan:
        """The flow as the engine reads it."""
        for _ in self.read_in_pieces():
            pass
        assert self._plan is not None
        return self._plan

    def read_in_pieces(self) -> Generator[None, None, None]:
        """The flow is read as this is gone through, a piece for each of its nodes; else with the first event, whole."""
        if self._plan is None:
            made = self._its_plan() if self._its_plan is not None else (yield from self._compiled())
            self._plan = self._plan or made  # an event may have come meanwhile

    def _compiled(self) -> Generator[None, None, Plan]:
        return compile_in_pieces(
            self.flow, self._types, project=self.project.id, flows=self.project.flows, decisions=self._decisions
        )

    # --- growing ---

    def add(self, entries: Iterable[Envelope]) -> int:
        """Takes events that follow; those it has are passed over. Returns how many were new."""
        fresh = 0
        for entry in entries:
            if entry.seq != self.last_seq + 1:
                continue
            self.entries.append(entry)
            self._stood.clear()
            self._growing.add(entry)
            fresh += 1
            if not self.broken:
                self._fold(entry)
        return fresh

    def _fold(self, entry: Envelope) -> None:
        try:
            apply(self.plan, self._head, entry)
        except (JournalMismatch, KeyError) as problem:
            self.broken = f"From event {entry.seq} on this run can't be stepped through: {problem}"
            return
        self._folded = entry.seq
        if entry.seq >= self._keep_at:
            self._states[entry.seq] = copied(self._head)
            self._kept.add(entry.seq)
            self._keep_at = entry.seq + max(KEPT_EVERY, entry.seq // KEPT_PART)

    # --- the run ---

    @property
    def last_seq(self) -> int:
        """Number of its newest event."""
        return len(self.entries)

    @property
    def ended(self) -> bool:
        """Whether nothing can happen to it any more."""
        return self._head.terminal

    @property
    def state(self) -> str:
        """running, suspended, cancelling, completed or cancelled."""
        return self._head.state or "running"

    @property
    def input(self) -> Value:
        """What it was started with, as it may be shown."""
        return self.trace.input

    @property
    def case(self) -> Value:
        """The matter that it belongs to."""
        return self.trace.case

    @property
    def called_by(self) -> tuple[str, str] | None:
        """(run, step) that called it."""
        started = self.entries[0].event if self.entries else None
        parent = started.parent if isinstance(started, RunStarted) else None
        return None if parent is None else (parent.run, parent.step)

    @property
    def trace(self) -> Trace:
        """Its steps with attempts, values and reasons, masked; whole, as of its newest event."""
        told = self._growing.trace
        if told is not self._told:
            self._told, self._spans = told, {span.step: span for span in told.spans}
        return told

    def span(self, step: str) -> Span | None:
        """All that happened to one step."""
        _ = self.trace
        return self._spans.get(step)

    def words(self, span: Span) -> str:
        """Why the step left by its port, or what it waits for."""
        return span_words(span, self.drawing)

    def steps_of(self, node: str) -> tuple[Span, ...]:
        """The activations of a node, in order."""
        return tuple(span for span in self.trace.spans if span.node == node)

    def outcome_title(self) -> str:
        """Title of the outcome that it reached; empty if none."""
        outcome = self._head.outcome
        return self.drawing.outcomes.get(outcome, outcome) if outcome else ""

    def role_title(self, role: str) -> str:
        """What people call a role."""
        found = self.project.role(role)
        return found.title if found is not None and found.title else role.replace("_", " ")

    @property
    def standing_at(self) -> Span | None:
        """The step that waits or is tried again, the newest if there are several; None if none does."""
        waits = ("waiting", "collecting", "retrying")
        found = next((step for step in reversed(self._head.live.values()) if step.state in waits), None)
        return None if found is None else self.span(found.id)

    @property
    def under_way(self) -> tuple[str, ...]:
        """Titles of the steps whose effects are on their way."""
        return tuple(self.drawing.node(step.node).title for step in self._head.live.values() if step.in_flight)

    # --- how it stood after an event ---

    def state_at(self, seq: int) -> State:
        """The engine's state after event ``seq``. Not to be changed."""
        seq = max(0, min(seq, self._folded))
        if seq == self._folded:
            return self._head
        begun = max(kept for kept in self._states if kept <= seq)
        state = self._states[begun]
        if begun < seq:
            state = copied(state)
            for entry in self.entries[begun:seq]:
                apply(self.plan, state, entry)
            self._states[seq] = state
            self._forget(seq)
        return state

    def _forget(self, newest: int) -> None:
        extra = [seq for seq in self._states if seq not in self._kept and seq != newest]
        for seq in extra[: max(0, len(extra) - KEPT_EVERY)]:
            del self._states[seq]

    def changed_in(self, step: str) -> Changed:
        """What a step changed of the run's values: what it set, and what came out of it."""
        span = self.span(step)
        if span is None:
            return Changed((), 0)
        values = [leaf for it, leaf in self.values_set.leaves if it is span]
        given = leaf_changes([Change("", None, span.output)])
        known = {(it.path.removeprefix("vars."), it.after) for it in values}
        changes = [*values, *(it for it in given if (it.path, it.after) not in known)]  # what it set, it also gives
        others = self.values_set.standing[span.last_seq] - sum(it.after is not None for it in changes)
        return Changed(tuple(changes), max(0, others))

    @property
    def values_set(self) -> ValuesSet:
        """What its steps set of its values; whole, as of its newest event."""
        told = self.trace
        if self._values is None or self._values[0] is not told:
            self._values = told, values_set(told)
        return self._values[1]

    def standings(self, seq: int) -> Mapping[str, NodeStanding]:
        """Node id -> how it stood after event ``seq``; nodes that were not reached are not in it."""
        if seq in self._stood:
            return self._stood[seq]
        found = standings_of(self.state_at(seq), self.role_title)
        self._stood = {seq: found, **dict(list(self._stood.items())[: MOST_STOOD - 1])}
        return found

    def taken(self, seq: int) -> frozenset[Key]:
        """Edges over which tokens had gone after event ``seq``."""
        edges: set[Key] = set()
        for entry in self.entries[:seq]:
            event = entry.event
            if isinstance(event, StepStarted):
                node = split_step(event.step)[0]
                edges.update((split_step(source.step)[0], source.port, node) for source in event.sources)
        state = self.state_at(seq)
        edges.update(token.edge for token in state.ready)
        edges.update(edge for step in state.steps.values() for edge in step.edges)
        return frozenset(edges)

    # --- its events ---

    def moments(self) -> list[Moment]:
        """All events in words, in order."""
        return [self.moment(entry) for entry in self.entries]

    def moment(self, entry: Envelope) -> Moment:
        """One event in words."""
        step = str(getattr(entry.event, "step", "") or "")
        node = split_step(step)[0] if "#" in step else ""
        drawn = self.drawing.node(node) if node else None
        return Moment(
            seq=entry.seq,
            at=entry.at,
            type=type(entry.event).__name__,
            step=step,
            node=node,
            title=drawn.title if drawn else self.drawing.title,
            category=drawn.category if drawn else "",
            words=event_words(entry, self.drawing),
        )

    def stops(self) -> tuple[int, ...]:
        """Where stepping halts: the event that ended each step or that people look for, in order. The last one is the
        newest event: with the last step ends the run, and what goes on shows where it is."""
        kinds = (StepCompleted, IncidentRaised, AttemptFailed)
        found = [entry.seq for entry in self.entries if isinstance(entry.event, kinds)]
        if not self.entries or (found and found[-1] == self.last_seq):
            return tuple(found)
        return (*(found[:-1] if self.ended else found), self.last_seq)

    def step_at(self, seq: int) -> str:
        """The step that event ``seq``, or else the newest one before it that has any, is about; empty for none."""
        for place in range(min(seq, len(self.entries)) - 1, -1, -1):
            step = str(getattr(self.entries[place].event, "step", "") or "")
            if "#" in step:
                return step
        return ""

    def telling_stop(self) -> int | None:
        """Where the first decision by a table ended, or else the first one of which is known what would have changed
        it; None if there is neither. Of a long run the first decisions are asked for that."""
        found: int | None = None
        asked = 0
        for stop in self.stops():
            span = self.span(self.step_at(stop))
            if span is None or span.category != "decision" or span.last_seq > stop:
                continue
            does = self.plan.nodes[span.node].behaviour
            if isinstance(does, Pure) and does.decisions:
                return stop
            if found is None and asked < MOST_ASKED:
                asked += 1
                card = card_of(span, self.drawing.node(span.node))
                found = stop if card is not None and card.sentence else None
        return found

    def halt(self, seq: int) -> Moment:
        """A stop in words: what the step did that ended there; of anything else, the event itself."""
        step = self.step_at(seq)
        span = self.span(step) if step else None
        told = self.moment(self.entries[seq - 1])
        if span is None or isinstance(self.entries[seq - 1].event, AttemptFailed | IncidentRaised):
            return told
        words = gist(span, self.drawing)
        return replace(
            told, step=step, node=span.node, title=span.title, category=span.category, words=words or told.words
        )

    def effects(self) -> dict[str, Value]:
        """Node id -> what its latest step that reached out was answered, as it may be shown."""
        return {
            span.node: span.output
            for span in self.trace.spans
            if span.kind == "effect" and span.state == "completed" and span.port != "error"
        }

    def outputs(self) -> dict[str, Value]:
        """Node id -> output of its latest completed step: what a rehearsal answers effects with."""
        return {
            step.node: step.output
            for step in self._head.steps.values()
            if step.state == "completed" and step.port != "error"
        }
