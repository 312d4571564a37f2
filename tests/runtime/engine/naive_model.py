"""Tokens, joins, ends, waits, signals and time limits once more, written from SEMANTICS alone (T, J, E, L3, W, Z4, Z5,
C1, C3) and as plainly as they read.

Slow, without journal, commands or ids beyond `node#k`. `test_naive_model.py` draws random flows, plays each in both and
compares every step, so that a rule that the engine reads too cleverly is found. Nothing here may import the engine.
"""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import count

Edge = tuple[str, str, str]
"""(from, port, to)"""
MOST_STEPS = 120
HOUR = 3_600
GRACE = 5
"""seconds"""


class TooLong(Exception):
    """The flow goes round and round; there is nothing to learn from it here."""


@dataclass(frozen=True)
class Kind:
    """What a node is. ``word``: start, note, read, task, wait, signal, join or end."""

    word: str
    mode: str = ""
    n: int = 0
    cancels: bool = False
    timeout: bool = False
    """of a join, a task or a wait for a signal, after an hour"""
    length: int = 0
    """of a wait, in seconds"""
    outcome: str | None = None
    terminate: bool = False
    gives: int = 0
    """of an end with an outcome: what the run then gives"""


@dataclass
class Token:
    edge: Edge
    seen: dict[str, int]
    source: str


@dataclass
class Step:
    id: str
    node: str
    order: int
    seen: dict[str, int]
    state: str
    """as in the engine, but that what is `stopped` there is `starved`, `dead_end` or `budget` here"""
    round: str = ""
    arrived: list[Edge] = field(default_factory=list)
    gave: tuple[list[str], list[str]] | None = None
    """of a join that has fired: the nodes that came, in order, and those that did not"""
    due: int | None = None
    opened: int = 0
    """of a wait for a signal: when"""


OVER = ("completed", "cancelled")
STOPPED = ("starved", "dead_end", "budget", "child_cancelled")


class Model:
    """One run. ``leave``, ``fire`` and the like move it; ``settle`` goes on until it has to wait."""

    def __init__(self, kinds: Mapping[str, Kind], edges: list[Edge], outcomes: tuple[str, ...], budget: int) -> None:
        self.kinds, self.edges, self.outcomes, self.budget = kinds, sorted(edges), outcomes, budget
        self.steps: dict[str, Step] = {}
        self.counts: Counter[str] = Counter()
        self.ready: deque[Token] = deque([Token(("", "", "begin"), {}, "")])
        self.fillings: dict[tuple[str, str], list[Step]] = defaultdict(list)
        self.arrivals: Counter[tuple[str, str, Edge]] = Counter()
        self.absorbed: list[tuple[str, str]] = []
        self.reached: list[tuple[str, Kind]] = []
        self.fresh: set[str] = set()
        """reads that began with what is going on: nothing was asked of anybody yet"""
        self.now = 0
        self.kept: list[int] = []
        """signals that nobody has taken: the last instant of each, oldest first"""
        self._starts = count()
        self.suspended = self.cancelling = False
        self.openers = {name: self._opener(name) for name, kind in kinds.items() if kind.word == "join"}
        self.settle()

    # -- the drawing ------------------------------------------------------------------------------------------------

    def out(self, node: str, port: str | None = None) -> list[Edge]:
        return [edge for edge in self.edges if edge[0] == node and port in (None, edge[1])]

    def into(self, node: str) -> list[Edge]:
        return [edge for edge in self.edges if edge[2] == node]

    def _from(self, start: str, without: str | None) -> set[str]:
        found: set[str] = set()
        todo = [] if start == without else [start]
        while todo:
            node = todo.pop()
            if node not in found and node != without:
                found.add(node)
                todo += [edge[2] for edge in self.out(node)]
        return found

    def _opener(self, join: str) -> str:
        """J2: the nearest dominator that has a port with two or more edges; none: the trigger."""
        if join not in self._from("begin", None):
            return "begin"
        above = [node for node in self.kinds if node != join and join not in self._from("begin", node)]
        splits = [node for node in above if max(Counter(e[1] for e in self.out(node)).values(), default=0) > 1]
        for node in splits:
            if all(other == node or node not in self._from("begin", other) for other in splits):
                return node
        return "begin"

    # -- lineage ----------------------------------------------------------------------------------------------------

    def round(self, join: str, seen: Mapping[str, int]) -> str:
        """J2: the later started of seen[opener] and seen[J]."""
        known = [self.steps[f"{node}#{seen[node]}"] for node in (self.openers[join], join) if node in seen]
        return max(known, key=lambda step: step.order).id if known else ""

    def _round_of(self, join: str, step: Step) -> str:
        return step.round if step.node == join else self.round(join, step.seen)

    # -- moving -----------------------------------------------------------------------------------------------------

    def live(self) -> list[Step]:
        return [step for step in self.steps.values() if step.state not in OVER]

    def settle(self) -> None:
        """T5, then J8. Nothing begins in suspension."""
        while self.ready and not self.suspended and not any(step.state == "budget" for step in self.live()):
            self._enter(self.ready.popleft())
        if not self.cancelling:
            self._starve()

    def match(self) -> None:
        """W2, W3, W7: the oldest wait takes the oldest signal, as long as there are both."""
        while True:
            waits = [s for s in self.live() if s.state == "waiting" and self.kinds[s.node].word == "signal"]
            self.kept = [until for until in self.kept if self.now <= until]
            if not waits or not self.kept:
                return
            self.fresh.clear()
            oldest = min(waits, key=lambda step: (step.opened, step.id))
            self.late()
            if oldest.state == "waiting":
                self.kept.pop(0)
                self.leave(oldest, "received")
                self.settle()

    def _begin(self, node: str, seen: Mapping[str, int], state: str) -> Step:
        if len(self.steps) >= MOST_STEPS:
            raise TooLong
        self.counts[node] += 1
        k = self.counts[node]
        over = len(self.steps) >= self.budget
        step = Step(f"{node}#{k}", node, next(self._starts), {**seen, node: k}, "budget" if over else state)
        self.steps[step.id] = step
        return step

    def raise_budget(self, step: Step, by: int) -> None:
        """L3: the reserved step begins, if that is enough."""
        self.budget += by
        kind = self.kinds[step.node]
        if list(self.steps).index(step.id) >= self.budget:
            return
        step.order = next(self._starts)
        if kind.word == "join":
            step.state, step.due = "collecting", self.now + HOUR if kind.timeout else None
            self._fire_if_full(step)
        else:
            self._started(step, kind)

    def _enter(self, token: Token) -> None:
        node = token.edge[2]
        kind = self.kinds[node]
        if kind.word == "join":
            self._arrive(node, kind, token)
            return
        step = self._begin(node, token.seen, "running")
        if step.state != "budget":
            self._started(step, kind)

    def _started(self, step: Step, kind: Kind) -> None:
        step.state = "waiting" if kind.word in ("task", "wait", "signal") else "running"
        step.opened, step.due = self.now, self.now + HOUR if kind.timeout else None
        if kind.word == "wait":
            step.due = self.now + kind.length
            if step.due <= self.now:
                self.leave(step, "done")
        elif kind.word in ("start", "note"):
            self.leave(step, "started" if kind.word == "start" else "done")
        elif kind.word == "read":
            self.fresh.add(step.id)
        elif kind.word == "end":
            step.state = "completed"
            if kind.outcome is not None:
                self.reached.append((kind.outcome, kind))
            if kind.terminate:
                self.ready.clear()
                for other in self.live():
                    self._cancel(other)

    def leave(self, step: Step, port: str) -> None:
        """T3, T6."""
        edges = self.out(step.node, port)
        step.state, step.due = "completed" if edges else "dead_end", None
        self.ready.extend(Token(edge, step.seen, step.id) for edge in edges)

    def _cancel(self, step: Step) -> None:
        """C1: an attempt in flight gets its moment; all else ends at once."""
        if step.state == "running" and step.id not in self.fresh:
            step.state, step.due = "cancelling", self.now + GRACE
        elif step.state != "cancelling":
            step.state, step.due = "cancelled", None

    def cancel(self) -> None:
        self.suspended, self.cancelling = False, True
        self.ready.clear()
        for step in self.live():
            self._cancel(step)

    def _arrive(self, node: str, kind: Kind, token: Token) -> None:
        """J3, J5."""
        place = (node, self.round(node, token.seen))
        self.arrivals[*place, token.edge] += 1
        which = self.arrivals[*place, token.edge]
        if which > len(self.fillings[place]):
            filling = self._begin(node, token.seen, "collecting")
            filling.round = place[1]
            filling.due = self.now + HOUR if kind.timeout and filling.state != "budget" else None
            self.fillings[place].append(filling)
        else:
            filling = self.fillings[place][which - 1]
            if filling.state in OVER:
                self.absorbed.append((filling.id, token.source))
                return
            for name, k in token.seen.items():
                here = self.steps.get(f"{name}#{filling.seen.get(name)}")
                if name != node and (here is None or self.steps[f"{name}#{k}"].order > here.order):
                    filling.seen = {**filling.seen, name: k}
        filling.arrived.append(token.edge)
        if filling.state != "budget":
            self._fire_if_full(filling)

    def _fire_if_full(self, filling: Step) -> None:
        if len(filling.arrived) >= self._needed(filling.node):
            self.fire(filling, "joined")

    def _needed(self, join: str) -> int:
        kind = self.kinds[join]
        return {"all": len(self.into(join)), "any": 1, "n": kind.n}[kind.mode]

    def fire(self, filling: Step, port: str) -> None:
        """J4, J6, J7."""
        join = filling.node
        rest: list[Step] = []
        if self.kinds[join].cancels:
            stay = [token for token in self.ready if not self._of_the_rest(filling, token.edge[2], token.seen, None)]
            rest = [s for s in self.live() if s is not filling and self._of_the_rest(filling, s.node, s.seen, s)]
            self.ready = deque(stay)
        missing = [edge[0] for edge in self.into(join) if edge not in filling.arrived]
        filling.state, filling.due, filling.gave = "completed", None, ([edge[0] for edge in filling.arrived], missing)
        for step in rest:
            self._cancel(step)
        self.ready.extend(Token(edge, filling.seen, filling.id) for edge in self.out(join, port))

    def _of_the_rest(self, filling: Step, at: str, seen: Mapping[str, int], step: Step | None) -> bool:
        join = filling.node
        here = self.round(join, seen) if step is None else self._round_of(join, step)
        return here == filling.round and join in self._from(at, self.openers[join])

    def _starve(self) -> None:
        """J8, J9: least fixpoint, so two joins that wait for one another are dead."""
        collecting = [step for step in self.live() if step.state == "collecting"]
        alive = {step.id for step in collecting if step.due is not None}
        while True:
            more = {s.id for s in collecting if s.id not in alive and self._can_fill(s, alive)}
            if not more:
                break
            alive |= more
        for step in collecting:
            if step.id not in alive:
                step.state = "starved"

    def _can_fill(self, filling: Step, alive: set[str]) -> bool:
        join, reached = filling.node, set(filling.arrived)
        for token in self.ready:
            if self.round(join, token.seen) == filling.round:
                reached |= {token.edge} if token.edge[2] == join else self._edges_reached(token.edge[2], join)
        for step in self.live():
            held = step.state in ("cancelling", "starved") or (step.state == "collecting" and step.id not in alive)
            if not held and step.node != join and self.round(join, step.seen) == filling.round:
                reached |= self._edges_reached(step.node, join)
        return len(reached) >= self._needed(join)

    def _edges_reached(self, start: str, join: str) -> set[Edge]:
        """Edges into the join at the end of a path that passes neither its opener nor, before, itself."""
        found: set[Edge] = set()
        looked: set[str] = set()
        todo = [] if start == self.openers[join] else [start]
        while todo:
            node = todo.pop()
            if node in looked or node in (join, self.openers[join]):
                continue
            looked.add(node)
            for edge in self.out(node):
                if edge[2] == join:
                    found.add(edge)
                todo.append(edge[2])
        return found

    # -- time -------------------------------------------------------------------------------------------------------

    def advance(self, seconds: int, *, wake: bool = True) -> None:
        """``wake`` False: the scheduler is late and fires nothing meanwhile."""
        until = self.now + seconds
        while wake:
            self.fresh.clear()
            self.fire_due(self.now)
            self.match()
            due = self.next_due()
            if due is None or due > until:
                break
            self.now = max(self.now, due)
        self.now = until

    def late(self) -> None:
        """Z4: what was due before goes before what comes now."""
        self.fire_due(self.now - 1)

    def next_due(self) -> int | None:
        return min((step.due for step in self._timed() if step.due is not None), default=None)

    def _timed(self) -> list[Step]:
        return [] if self.suspended else [step for step in self.live() if step.due is not None]

    def fire_due(self, until: int) -> None:
        """Z5: by (due, start of the step), each with what follows from it before the next."""
        while due := [step for step in self._timed() if step.due is not None and step.due <= until]:
            first = min(due, key=lambda step: (step.due, step.order))
            self.time_out(first)
            self.settle()

    def time_out(self, step: Step) -> None:
        word = self.kinds[step.node].word
        if step.state == "cancelling":
            step.state, step.due = "cancelled", None
        elif word == "join":
            self.fire(step, "timeout")
        else:
            self.leave(step, "done" if word == "wait" else "timeout")

    def resume(self) -> None:
        """C4: what came meanwhile first, then what is overdue."""
        self.suspended = False
        self.settle()
        self.fire_due(self.now)

    # -- looking ----------------------------------------------------------------------------------------------------

    def view(self) -> dict[str, str]:
        return {s.id: "stopped" if s.state in STOPPED else s.state for s in self.steps.values()}

    def over(self) -> bool:
        return not self.suspended and not self.live() and not self.ready

    def outcome(self) -> str | None:
        """E3, E4, E5."""
        ending = [outcome for outcome, kind in self.reached if kind.terminate]
        return ending[0] if ending else min((o for o, _ in self.reached), key=self.outcomes.index, default=None)

    def gives(self) -> int | None:
        """E3: of the first end that counts."""
        ending = [kind.gives for _, kind in self.reached if kind.terminate]
        return (ending + [kind.gives for outcome, kind in self.reached if outcome == self.outcome()] + [None])[0]
