"""``through="memory"``: plays a simulation without clock, network or disk.

It runs the very driver that the host runs; only store, clock and effects are played. What a durable call leads to is
done in the order in which a host that does one thing at a time does it: commands, then tidings, then signals, each
after what was begun before.
"""

from __future__ import annotations

import datetime as dt
from collections import deque
from collections.abc import Generator, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from msgspec.structs import replace

from nodes.contract import Child, Children
from runtime.engine.commands import AbortAttempt, ChildCommand, Command, PerformAttempt
from runtime.engine.compiling import Pieces
from runtime.engine.driver import Done, Driver
from runtime.engine.events import Envelope
from runtime.engine.given import Advance, Broke, Crash, Played, Replied, To, Together
from runtime.engine.inbox import fold_inbox
from runtime.engine.memory import Crashed, Memory
from runtime.engine.playing import RELEASE, Setting, Simulation
from runtime.engine.requests import PlanFor, Request, Rest
from runtime.engine.rows import RunRow, RunRows
from runtime.engine.state import State
from runtime.engine.stimuli import AttemptBroke, ChildReported, Claim, Refusal, SendSignal, Start, Stimulus
from runtime.engine.tending import tend

T = TypeVar("T")
PIECE = 16
"""rounds of ``settle`` in one piece: together as dear as the answer of an effect"""


@dataclass(eq=False, slots=True)
class _Care:
    """What a parent asks of one child now, and what of it has been brought."""

    asked: tuple[ChildCommand, ...] = ()
    brought: tuple[ChildCommand, ...] = ()
    busy: bool = False


class MemorySimulation(Simulation):
    """See ``playing.Simulation``."""

    through = "memory"

    def __init__(self, setting: Setting) -> None:
        super().__init__(setting)
        self._memory = Memory()
        self._driver = Driver(worker="w1", piece=PIECE)
        self._asked: set[tuple[str, str]] = set()
        self._unclaimed: set[str] = set()
        """runs that wait for this process to claim them: until then it performs nothing of theirs (X7)"""
        self._cares: dict[str, dict[str, _Care]] = {}
        """parent -> child -> what is asked of it"""
        self._todo: deque[Pieces[object]] = deque()
        """what durable calls led to, in order"""
        self._signals = 0
        self._lives = 1

    # -- looking ----------------------------------------------------------------------------------------------------

    def runs(self) -> list[str]:
        """See ``Simulation``."""
        return list(self._memory.rows)

    def streams(self) -> list[str]:
        """See ``Simulation``."""
        return sorted(self._memory.streams)

    def stream(self, name: str) -> list[Envelope]:
        """See ``Simulation``."""
        return list(self._memory.streams.get(name, ()))

    def held(self, run: str = "") -> State | None:
        """See ``Simulation``."""
        found = self._driver.peek(run or self.run)
        return None if found is None else found[1]

    def _stored(self, run: str) -> RunRows:
        return self._memory.rows[run]

    # -- playing ----------------------------------------------------------------------------------------------------

    def _bring(self, it: Played) -> Pieces[None]:
        if isinstance(it, Advance):
            target = self.now + dt.timedelta(seconds=it.seconds)
            while not (yield from self._outlived(self._advance(target, wake=it.wake))):
                pass  # time does not stop with a process
        else:
            yield from self._outlived(self._one(it))

    def _outlived(self, work: Pieces[None]) -> Pieces[bool]:
        """Whether the process got to the end of it; if not, another one goes on."""
        try:
            yield from work
            yield from self._serve_the_rest()
        except Crashed:
            yield from self._restart()
            return False
        return True

    def _one(self, it: Played) -> Pieces[None]:
        if isinstance(it, Start):
            reply = yield from self._serve(self._driver.start(self._next_id(), RELEASE, self._meant(it), self.now))
            if isinstance(reply, Done):
                self.run = reply.run
            self._after(reply)
        elif isinstance(it, SendSignal):
            self._signals += 1
            accepted = yield from self._serve(self._driver.receive_signal(it, self.now, it.id or f"s{self._signals}"))
            self._answered(accepted)
            if not isinstance(accepted, Refusal):
                self._match_later(accepted.name, accepted.key)
        elif isinstance(it, Crash):
            if it.point == "idle":
                raise Crashed
            self._memory.crash_at, self._memory.crash_in = it.point, it.nth
        elif isinstance(it, Together):
            yield from self._all_of(it)
        elif isinstance(it, To):
            yield from self._deliver(it.run, it.stimulus)
        elif not isinstance(it, Advance):
            yield from self._deliver(self.run, it)

    def _all_of(self, it: Together) -> Pieces[None]:
        run = self.run
        for each in it.stimuli:
            if isinstance(each, Advance):
                yield from self._fire(self.now)
            elif isinstance(each, Start | SendSignal | To):
                yield from self._one(each)
            else:
                yield from self._deliver(run, each)
            yield from self._serve_the_rest()

    def _deliver(self, run: str, it: Stimulus | Replied | Broke) -> Pieces[None]:
        before = self._length(run)
        reply = yield from self._serve(self._driver.deliver(run, self._attempt(run, it), self.now))
        self._after(reply)
        if isinstance(reply, Refusal) and self._length(run) > before:
            for name, key in (yield from self._look(run)):
                self._match_later(name, key)

    def _length(self, run: str) -> int:
        return len(self._memory.streams.get(run, ()))

    def _look(self, run: str) -> Pieces[tuple[tuple[str, str], ...]]:
        """A refused stimulus let timers fire before it (Z4): what they asked for is outstanding now. -> its waits"""
        found = yield from self._serve(self._driver.look(run))
        if not isinstance(found, Done):
            return ()
        self._follow(found)
        return tuple(dict.fromkeys((wait.name, wait.key) for wait in found.rows.waits))

    def _after(self, reply: Done | Refusal) -> None:
        self._answered(reply)
        if isinstance(reply, Done):
            self._follow(reply)

    def _follow(self, done: Done) -> None:
        """All that a durable call leads to."""
        if done.run not in self._unclaimed:
            self._ask(done.run, done.commands)
        if done.tells is not None:
            self._tell_later(*done.tells)
        for name, key in done.opened_waits:
            self._match_later(name, key)

    def _ask(self, run: str, commands: Iterable[Command]) -> None:
        children: dict[str, list[ChildCommand]] = {}
        for command in commands:
            if not isinstance(command, PerformAttempt | AbortAttempt):
                children.setdefault(command.child, []).append(command)
                continue
            key = (command.id, type(command).__name__)
            if key in self._asked:
                continue
            self._asked.add(key)
            if isinstance(command, PerformAttempt):
                self.effects.append(command)
            elif (command.id, PerformAttempt.__name__) not in self._asked:
                self._todo.append(self._report_lost(run, command))
        self._look_after(run, children)

    def _look_after(self, run: str, children: Mapping[str, list[ChildCommand]]) -> None:
        """What is asked of a child while something is brought to it follows that at once, as in a host."""
        cares = self._cares.setdefault(run, {})
        for child in [known for known in cares if known not in children]:
            cares.pop(child).asked = ()
        for child, commands in children.items():
            care = cares.setdefault(child, _Care())
            care.asked = tuple(commands)
            if not care.busy and care.asked != care.brought:
                care.busy = True
                self._todo.append(self._bring_all(care, care.asked))

    def _bring_all(self, care: _Care, now: tuple[ChildCommand, ...]) -> Pieces[None]:
        """``now``: what was asked when this began; its first is brought even if it is no longer asked."""
        begun = False
        while True:
            for command in now:
                if command not in care.brought and (care.asked is now or not begun):
                    begun = True
                    yield from self._tend(command)
            care.brought = now if care.asked is now else ()
            if care.asked == care.brought:
                break
            now = care.asked
        care.busy = False

    def _tell_later(self, parent: str, told: ChildReported) -> None:
        self._todo.append(self._tell(parent, told))

    def _match_later(self, name: str, key: str) -> None:
        self._todo.append(self._match(name, key))

    def _serve_the_rest(self) -> Pieces[None]:
        """Until nothing is left to do."""
        while self._todo:
            yield from self._todo.popleft()

    def _tend(self, command: ChildCommand) -> Pieces[None]:
        reply = yield from self._serve(tend(self._driver, command, self.now))
        if isinstance(reply, ChildReported):
            yield from self._tell(command.run, reply)
        elif isinstance(reply, Done):
            self._follow(reply)
        elif reply.code != "RUN_UNKNOWN":
            self.refusals.append(reply)

    def _tell(self, parent: str, told: ChildReported) -> Pieces[None]:
        reply = yield from self._serve(self._driver.deliver(parent, told, self.now))
        if isinstance(reply, Done):
            self._follow(reply)
        else:
            self.refusals.append(reply)

    def _report_lost(self, run: str, command: AbortAttempt) -> Pieces[None]:
        """An attempt to abort that no process has: nobody will ever report it."""
        words = "It was withdrawn; the worker that had it is gone."
        lost = AttemptBroke(step=command.step, attempt=command.attempt, code="withdrawn", message=words, unclear=True)
        reply = yield from self._serve(self._driver.deliver(run, lost, self.now))
        if isinstance(reply, Done):
            self._follow(reply)

    def _match(self, name: str, key: str) -> Pieces[None]:
        todo = deque([(name, key)])
        while todo:
            this = todo.popleft()
            opened = yield from self._match_one(*this)
            todo.extend(each for each in opened if each != this)

    def _match_one(self, name: str, key: str) -> Pieces[list[tuple[str, str]]]:
        """-> the waits that were opened thereby; they are matched next, before anything else that this led to."""
        opened: list[tuple[str, str]] = []
        tried: set[tuple[str, str, str]] = set()
        while True:
            for found in (yield from self._serve(self._driver.matches(name, key, self.now))):
                this = (found.signal, found.run, found.step)
                if this in tried:
                    continue
                tried.add(this)
                before = self._length(found.run)
                reply = yield from self._serve(self._driver.deliver_match(found, self.now))
                if isinstance(reply, Done):
                    opened.extend(reply.opened_waits)
                    self._follow(replace(reply, opened_waits=()))
                elif self._length(found.run) > before:
                    opened.extend((yield from self._look(found.run)))
                if isinstance(reply, Refusal) and reply.code == "PAYLOAD":
                    self.refusals.append(reply)
                if self._length(found.run) > before:
                    break
            else:
                return opened

    def _advance(self, target: dt.datetime, *, wake: bool) -> Pieces[None]:
        while wake:
            due = min((due for due, _ in self._timers()), default=None)
            if due is None or due > target:
                break
            self.now = max(self.now, due)
            yield from self._fire(self.now)
            yield from self._serve_the_rest()
        self.now = target

    def _timers(self) -> list[tuple[dt.datetime, str]]:
        rows = [rows.run for rows in self._memory.rows.values()]
        return sorted((row.next_due, row.run) for row in rows if row.next_due is not None)

    def _fire(self, until: dt.datetime) -> Pieces[None]:
        for due, run in self._timers():
            if due <= until:
                reply = yield from self._serve(self._driver.wake(run, self.now))
                if isinstance(reply, Done):
                    self._follow(reply)

    # -- a new process ----------------------------------------------------------------------------------------------

    def _restart(self) -> Pieces[None]:
        self._memory.crash_at = ""
        self._lives += 1
        self._driver = Driver(worker=f"w{self._lives}", piece=PIECE)
        self._asked.clear()
        self._cares.clear()
        self._todo.clear()
        suspects: list[str] = []
        self._unclaimed = {run for run, rows in self._memory.rows.items() if rows.run.needs_worker}
        for run in sorted(self._unclaimed):
            yield from self._claim_or_suspect(run, suspects)
        for stream in sorted(self._memory.streams):
            if stream.startswith("inbox/"):
                yield from self._rematch(stream)
        for row in sorted((rows.run for rows in self._memory.rows.values()), key=_youth, reverse=True):
            if row.ended_at is None and self._calls(row):
                self._todo.append(self._look(row.run))
        yield from self._serve_the_rest()

    def _claim_or_suspect(self, run: str, suspects: list[str]) -> Pieces[None]:
        """Runs that died with their worker before are claimed after all others (X7)."""
        found = yield from self._serve(self._driver.look(run))
        held = self.held(run)
        if isinstance(found, Done) and held is not None:
            if held.died_before:
                suspects.append(run)
                if len(suspects) == 1:
                    self._todo.append(self._claim_all(suspects))
            else:
                yield from self._claim(run)

    def _claim_all(self, suspects: list[str]) -> Pieces[None]:
        for run in suspects:
            yield from self._claim(run)

    def _claim(self, run: str) -> Pieces[None]:
        self._unclaimed.discard(run)
        reply = yield from self._serve(self._driver.deliver(run, Claim(worker=self._driver.worker), self.now))
        if isinstance(reply, Done):
            self._follow(reply)

    def _rematch(self, stream: str) -> Pieces[None]:
        for kept in fold_inbox(self._memory.streams[stream]).values():
            if not kept.expired and kept.until >= self.now:
                return (yield from self._match(kept.name, kept.key))
        return None

    def _calls(self, row: RunRow) -> bool:
        nodes = [self.plans[row.flow].nodes.get(name) for name in row.at_nodes]
        return any(node is not None and isinstance(node.behaviour, Child | Children) for node in nodes)

    # -- the driver's requests --------------------------------------------------------------------------------------

    def _serve(self, call: Generator[Request, Any, T]) -> Pieces[T]:
        try:
            request = next(call)
            while True:
                if isinstance(request, Rest):
                    yield
                    request = next(call)
                    continue
                try:
                    answer = yield from self._answer(request)
                except Crashed as crash:
                    call.throw(crash)
                    raise
                request = call.send(answer)
        except StopIteration as stop:
            result: T = stop.value
            return result

    def _answer(self, request: Request) -> Pieces[Any]:
        if not isinstance(request, PlanFor):
            return self._memory.answer(request)
        if request.flow in self.plans:
            yield from self.plans.read(request.flow)
        return self.plans.get(request.flow)


def _youth(row: RunRow) -> tuple[dt.datetime, str]:
    return row.started_at, row.run
