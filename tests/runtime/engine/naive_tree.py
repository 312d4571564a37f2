"""Runs that call runs once more, from SEMANTICS alone (B, F, C1, C3, E2, J6, J9, Z4): a `Model` per run, and who tells
whom. Whatever one run asks of another, or tells it, waits its turn. `test_naive_tree.py` plays the same in the engine.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.runtime.engine.naive_model import HOUR, Edge, Kind, Model, Step


@dataclass(frozen=True)
class Caller(Kind):
    """``word``: call or each."""

    flow: str = ""
    size: int = 0
    """of the list"""
    at_once: int = 1
    stop_on: tuple[str, ...] = ()


@dataclass
class Call:
    """What a step that calls has going."""

    begun: int = 0
    runs: list[Run] = field(default_factory=list)
    """in order of their start; of a loop, one for each item"""
    heard: dict[int, str | None] = field(default_factory=dict)
    """index -> outcome, or ``cancelled``, of what has ended"""
    leaving: str | None = None
    """the port by which the step leaves as soon as nothing is under way"""

    def open(self) -> list[int]:
        return [at for at in range(len(self.runs)) if at not in self.heard]


class Run(Model):
    """One run of a tree. ``above``: the run, step and place that called it."""

    def __init__(self, tree: Tree, flow: str, above: tuple[Run, Step, int] | None) -> None:
        self.tree, self.flow, self.above = tree, flow, above
        self.calls: dict[str, Call] = {}
        self.began = self.told = False
        self.asked: set[str] = set()
        """what it was asked already: to cancel; to hold still, since it was last let go on"""
        self.never = False
        """asked to cancel before it began"""
        kinds, edges = tree.flows[flow]
        super().__init__(kinds, edges, tree.outcomes, 1_000)

    def settle(self) -> None:
        """A run that is called begins when its start gets its turn."""
        if not self.began:
            return
        while True:
            super().settle()
            loops = [step for step in self.live() if step.state == "waiting" and step.id in self.calls]
            free = next((step for step in loops if self._has_room(step)), None)
            if free is None or self.suspended:
                return
            self._call(free)

    def _has_room(self, step: Step) -> bool:
        kind, call = self.kinds[step.node], self.calls[step.id]
        if not isinstance(kind, Caller) or kind.word != "each" or call.leaving is not None:
            return False
        return call.begun < kind.size and len(call.open()) < kind.at_once

    def _started(self, step: Step, kind: Kind) -> None:
        if not isinstance(kind, Caller):
            super()._started(step, kind)
            return
        step.state, step.due = "waiting", self.now + HOUR if kind.timeout else None
        self.calls[step.id] = Call()
        if kind.word == "call":
            self._call(step)
        elif kind.size == 0:
            self.leave(step, "done")

    def _call(self, step: Step) -> None:
        kind, call = self.kinds[step.node], self.calls[step.id]
        assert isinstance(kind, Caller)
        call.begun += 1
        call.runs.append(Run(self.tree, kind.flow, (self, step, len(call.runs))))

    def retry(self, step: Step) -> None:
        """Another child (B4), and a fresh time limit (R6)."""
        step.state, step.due = "waiting", self.now + HOUR if self.kinds[step.node].timeout else None
        self._call(step)

    def _cancel(self, step: Step) -> None:
        call = self.calls.get(step.id)
        if call is None or not call.open():
            super()._cancel(step)
            return
        step.state, step.due = "cancelling", None

    def time_out(self, step: Step) -> None:
        if step.id not in self.calls:
            super().time_out(step)
            return
        step.due, call = None, self.calls[step.id]
        call.leaving = call.leaving or "timeout"
        self._go_on(step)

    def hear(self, step: Step, at: int, ended: str | None) -> None:
        """B2, F5: a child is over. ``ended``: its outcome, or ``cancelled``."""
        self.late()
        kind, call = self.kinds[step.node], self.calls[step.id]
        assert isinstance(kind, Caller)
        call.heard[at] = ended
        if kind.word == "each" and ended in kind.stop_on and step.state == "waiting":
            call.leaving = call.leaving or "stopped"
        self._go_on(step)
        self.settle()

    def _go_on(self, step: Step) -> None:
        kind, call = self.kinds[step.node], self.calls[step.id]
        assert isinstance(kind, Caller)
        if call.open():
            return
        last = call.heard.get(len(call.runs) - 1)
        if step.state == "cancelling":
            step.state = "completed" if kind.word == "call" and last != "cancelled" else "cancelled"
        elif call.leaving is not None:
            self.leave(step, call.leaving)
        elif kind.word == "each":
            if call.begun == kind.size:
                self.leave(step, "done")
        elif last == "cancelled" and not self.out(step.node, "cancelled"):
            step.state = "child_cancelled"
            step.due = None
        else:
            self.leave(step, last or "done")

    def ended(self) -> str | None:
        return "cancelled" if self.cancelling or self.never else self.outcome()

    def over(self) -> bool:
        return self.never or (self.began and super().over())


class Tree:
    """All runs that come from one start."""

    def __init__(self, flows: Mapping[str, tuple[Mapping[str, Kind], list[Edge]]], outcomes: tuple[str, ...]) -> None:
        self.flows, self.outcomes = flows, outcomes
        self.turns: deque[tuple[str, Run]] = deque()
        self.root = Run(self, "root", None)
        self.begin(self.root)
        self.go_on()

    def begin(self, run: Run) -> None:
        if run.began or run.never:
            return
        run.now, run.began = self.root.now, True
        run.settle()
        self.after(run)

    def runs(self) -> list[Run]:
        found = [self.root]
        for run in found:
            found += [child for call in run.calls.values() for child in call.runs if child.began]
        return found

    def after(self, run: Run) -> None:
        """What a run asks for and tells, once what happened to it is durable."""
        for name, call in run.calls.items():
            step = run.steps[name]
            for at in call.open():
                child = call.runs[at]
                if run.suspended:
                    what = "suspend"
                elif step.state == "cancelling" or call.leaving is not None:
                    what = "cancel"
                else:
                    what = "resume" if child.began else "begin"
                if what not in child.asked:
                    child.asked |= {what} - {"resume", "begin"}
                    self.turns.append((what, child))
        if run.over() and run.above is not None and not run.told:
            run.told = True
            self.turns.append(("tell", run))

    def go_on(self) -> None:
        while self.turns:
            what, run = self.turns.popleft()
            run.now = self.root.now
            if what == "tell":
                assert run.above is not None
                above, step, at = run.above
                above.now = run.now
                above.fresh.clear()
                above.hear(step, at, run.ended())
                self.after(above)
            elif what == "begin":
                self.begin(run)
            elif not run.began:
                run.never = run.never or what == "cancel"
                self.after(run)
            elif not run.over():
                self._ask(what, run)

    def _ask(self, what: str, run: Run) -> None:
        if what == "resume" and not run.suspended:
            return  # nothing is asked of it
        run.fresh.clear()
        run.late()
        if run.over():
            pass
        elif what == "cancel" and not run.cancelling:
            run.cancel()
        elif what == "suspend" and not (run.suspended or run.cancelling):
            run.suspended = True
        elif what == "resume":
            run.asked.discard("suspend")
            run.resume()
        else:
            return
        run.settle()
        self.after(run)

    def advance(self, seconds: int, names: Mapping[int, str], *, wake: bool) -> None:
        """At each instant all runs hear of it that have a timer due, before what they ask of one another: by (due, id).

        ``names``: the ids of the runs that have begun, which nobody but the engine knows.
        """
        until = self.root.now + seconds
        known = dict(names)
        while wake:
            due = min((due for run in self.runs() if (due := run.next_due()) is not None), default=until + 1)
            if due > until:
                break
            self.root.now = max(self.root.now, due)
            woken = [(due, run) for run in self.runs() if (due := run.next_due()) is not None]
            for _, run in sorted(woken, key=lambda each: (each[0], known.get(id(each[1]), "~"))):
                run.now = self.root.now
                if (first := run.next_due()) is not None and first <= run.now:
                    run.fresh.clear()
                    run.fire_due(run.now)
                    self.after(run)
            self.go_on()
        self.root.now = until
