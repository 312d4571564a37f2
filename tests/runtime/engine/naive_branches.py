"""Several steps beside one another once more, written from SEMANTICS alone (R, X, C, Z, I) and as plainly as it reads.

Effects, waits and tasks of one run, each leading to an end of its own. `test_naive_branches.py` plays random lives in
this and in the engine and compares the journals line by line. Seconds count from the start of the run; pauses have no
jitter. Nothing here may import the engine.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator

from tests.runtime.engine.naive_steps import Drawn, Step

GRACE = 5.0
LONGEST_WISH = 3_600.0
LOST_TOO_OFTEN = 3
ORDER = ("cancel", "retry", "wait", "remind", "due", "timeout", "sla")
"""timers of one step at one instant: by what they do (chosen in the README of the engine)"""


class Run:
    """One run. ``lines`` is its journal, ``asked`` what was asked of the world: (step, attempt, key)."""

    def __init__(self, drawn: tuple[Drawn, ...], sla: float | None) -> None:
        self.lines = ["RunStarted", "StepStarted begin#1", "StepCompleted begin#1 started"]
        self.now, self.state = 0.0, "running"
        self.sla = sla
        self.steps: dict[str, Step] = {}
        self.tokens: list[Step] = []
        """completed steps whose token has not moved on, in order"""
        self.pending: list[Step] = []
        """steps with a resolution to act on, in order"""
        self.asked: list[tuple[str, int, str]] = []
        self.suspended_at = 0.0
        self.idle, self.completed, self.completed_at_claim = 0, 1, 0
        self.blamed = False
        self.outcome = ""
        for it in sorted(drawn, key=lambda it: it.name):
            self._start(it)
        self._settle()

    def _say(self, *words: str) -> int:
        self.lines.append(" ".join(word for word in words if word))
        return len(self.lines)

    def _start(self, drawn: Drawn) -> None:
        seq = self._say("StepStarted", f"{drawn.name}#1")
        step = Step(drawn, seq, "running" if drawn.effect else "waiting", dict(drawn.lengths))
        self.steps[step.id] = step
        if drawn.effect:
            step.attempt, step.in_flight, step.key = 1, True, seq

    def live(self) -> Iterator[Step]:
        return (step for step in self.steps.values() if step.live)

    # -- what comes ---------------------------------------------------------------------------------------------------

    def ask(self) -> None:
        """What followed is durable: what is to be done now leaves, once."""
        if self.state == "suspended":
            return
        for step in list(self.live()):
            if step.state == "cancelling" and not step.lost and self._key(step) not in self.asked:
                # It began in suspension, so nobody has it; the journal can't tell that it never left.
                self._abandon(step, "cancelled")
                self._cancelled(step, step.drawn.changes)
                self._settle()
        for step in self.live():
            asked = self._key(step)
            if step.state == "running" and step.in_flight and not step.lost and asked not in self.asked:
                self.asked.append(asked)

    def _key(self, step: Step) -> tuple[str, int, str]:
        return step.id, step.attempt, f"r1:{step.key}:0"

    def advance(self, seconds: float, *, wake: bool, crash: str | None = None) -> bool:
        """``crash``: the process dies before or after the first append. -> whether there was one"""
        until, died = self.now + seconds, False
        while wake and (first := self._next()) is not None and first[0] <= until:
            self.now = max(self.now, first[0])
            before = self.kept() if crash is not None else self
            self._nothing_is_fresh()
            self.fire(inclusive=True)
            if crash is not None and not died:
                if crash == "before_append":
                    self.__dict__.update(before.__dict__)
                died = True
                self.restart()
            self.ask()
        self.now = until
        return died

    def fire(self, *, inclusive: bool) -> None:
        """Z4, Z5: what is due before now, or at it, by due and start, each with what follows from it."""
        while (first := self._next()) is not None and (first[0] < self.now or (inclusive and first[0] == self.now)):
            _, _, place, name = first
            purpose = ORDER[place]
            if not name:
                self._say("TimerFired", "sla")
                self._say("SlaBreached")
                self.sla = None
                continue
            step = self.steps[name]
            del step.timers[purpose]
            if purpose == "cancel":
                self._abandon(step, "cancelled")
                self._cancelled(step, step.drawn.changes)
            else:
                self._say("TimerFired", name, purpose)
                self._follow(step, purpose)
            self._settle()

    def _next(self) -> tuple[float, int, int, str] | None:
        if self.state in ("suspended", "completed", "cancelled"):
            return None
        found = [(due, s.seq, ORDER.index(why), s.id) for s in self.live() for why, due in s.timers.items()]
        found += [(self.sla, 0, ORDER.index("sla"), "")] if self.sla is not None else []
        return min(found, default=None)

    def _follow(self, step: Step, purpose: str) -> None:
        drawn = step.drawn
        if purpose == "sla":
            self._say("SlaBreached", step.id)
        elif purpose == "retry":
            if step.timers.get("timeout", self.now + 1) > self.now:
                self._attempt(step, "retry")
        elif purpose == "remind":
            step.reminders += 1
            self._say("TaskReminded", step.id, str(step.reminders))
            step.timers["remind"] = self.now + drawn.lengths["remind"]
        elif purpose in ("wait", "timeout") and not drawn.effect:
            self._completed(step, "done" if purpose == "wait" else "timeout")
        elif purpose == "timeout":
            in_flight = step.in_flight
            if in_flight:
                self._abandon(step, "timeout")
            self._over(step, unclear=in_flight and drawn.changes)

    def _nothing_is_fresh(self) -> None:
        for step in self.steps.values():
            step.fresh = False

    # -- attempts -----------------------------------------------------------------------------------------------------

    def _attempt(self, step: Step, why: str) -> None:
        step.attempt += 1
        step.state, step.in_flight, step.lost, step.fresh = "running", True, False, True
        step.timers.pop("retry", None)
        self._say("AttemptStarted", step.id, str(step.attempt), why)

    def _abandon(self, step: Step, why: str) -> None:
        self._say("AttemptAbandoned", step.id, str(step.attempt), why)
        step.in_flight = step.lost = False

    def _late(self, step: Step, attempt: int) -> bool:
        """X6: it is reported, and moves nothing."""
        late = not step.in_flight or attempt != step.attempt
        if late:
            self._say("AttemptReportedLate", step.id, str(attempt))
        return late

    def replied(self, name: str, attempt: int) -> None:
        self._before()
        step = self.steps[name]
        if self._late(step, attempt):
            step.possibly_done, step.unclear = True, step.unclear or step.drawn.changes
        else:
            self._completed(step, "done")
        self._settle()

    def broke(self, name: str, attempt: int, *, retryable: bool, unclear: bool, wish: float | None) -> None:
        self._before()
        step = self.steps[name]
        unclear = unclear and step.drawn.changes
        if self._late(step, attempt):
            return
        if step.state == "cancelling":
            self._abandon(step, "cancelled")
            self._cancelled(step, unclear or step.unclear)
        else:
            self._say("AttemptFailed", name, str(step.attempt))
            step.in_flight = step.lost = False
            step.unclear = step.unclear or unclear
            if not self._pauses(step, retryable or (unclear and step.drawn.kind == "keyed"), wish):
                self._over(step, unclear=unclear)
        self._settle()

    def _pauses(self, step: Step, retryable: bool, wish: float | None) -> bool:
        """R2 to R5: whether another attempt is waited for."""
        drawn = step.drawn
        step.failures += retryable
        if not retryable or drawn.kind == "once" or step.failures >= drawn.attempts:
            return False
        pause = min(drawn.max_delay, drawn.first_delay * 2 ** (step.failures - 1))
        pause = max(pause, min(wish or 0.0, LONGEST_WISH))
        if "timeout" in step.timers and self.now + pause >= step.timers["timeout"]:
            return False
        step.state, step.timers["retry"] = "retrying", self.now + pause
        return True

    def _over(self, step: Step, *, unclear: bool) -> None:
        step.unclear = step.unclear or unclear
        if step.drawn.kind == "once" and unclear:
            self._stop(step, "outcome_unknown")
        elif step.drawn.error_connected:
            self._completed(step, "error")
        else:
            self._stop(step, "failed")

    # -- ends of steps ------------------------------------------------------------------------------------------------

    def _stop(self, step: Step, kind: str) -> None:
        step.incident, step.incident_seq = kind, self._say("IncidentRaised", step.id, kind)
        step.state, step.in_flight, step.lost = "stopped", False, False
        step.timers = {why: due for why, due in step.timers.items() if why == "sla"}
        step.unclear = step.unclear or (kind == "outcome_unknown" and step.drawn.changes)
        self.idle = 0 if kind == "poison" else self.idle

    def _ended(self, step: Step, state: str) -> None:
        step.state, step.in_flight, step.lost, step.incident = state, False, False, ""
        step.timers.clear()
        self.pending = [it for it in self.pending if it is not step]

    def _completed(self, step: Step, port: str, how: str = "") -> None:
        moves = step.state != "cancelling"
        self._say("StepCompleted", step.id, port, how)
        self._ended(step, "completed")
        step.port = port
        self.completed += 1
        if moves:
            self.tokens.append(step)

    def _cancelled(self, step: Step, possibly_done: bool) -> None:
        self._say("StepCancelled", step.id, "possibly done" if possibly_done else "")
        self._ended(step, "cancelled")
        step.possibly_done = possibly_done

    def _settle(self) -> None:
        """Resolutions, then tokens, first in, first out; then the end."""
        while self.state == "running" and (self.pending or self.tokens):
            if self.pending:
                step = self.pending.pop(0)
                step.timers |= {why: self.now + it for why, it in step.drawn.lengths.items() if why == "timeout"}
                self._attempt(step, "resolved")
                continue
            step = self.tokens.pop(0)
            end = step.drawn.end(step.port)
            k = sum(line.startswith((f"StepStarted {end}#", f"IncidentRaised {end}#")) for line in self.lines) + 1
            if self.idle >= LOST_TOO_OFTEN:
                self._say("IncidentRaised", f"{end}#{k}", "poison")  # what is served first (X7); this life ends here
                self.blamed, self.idle = True, 0
            else:
                self._say("StepStarted", f"{end}#{k}")
                outcome = "other" if end == "stop" else end
                self._say("StepCompleted", f"{end}#{k}", f"-> {outcome}")
                self.completed += 1
                if end == "stop":
                    self.outcome = "other"
                    self._end_all()
                elif self.outcome != "other":
                    self.outcome = "ok" if "ok" in (end, self.outcome) else "no"
        if self.tokens or self.blamed or any(self.live()):
            return
        if self.state == "running":
            self.state = "completed"
            self._say("RunCompleted", self.outcome)
        elif self.state == "cancelling":
            self.state = "cancelled"
            self._say("RunCancelled")

    # -- people and operators -----------------------------------------------------------------------------------------

    def _before(self) -> None:
        """What was due before a stimulus goes first (Z4)."""
        self._nothing_is_fresh()
        self.fire(inclusive=False)

    def answered(self, name: str, choice: str, who: str) -> None:
        self._before()
        step = self.steps[name]
        if step.state == "waiting" and self.state in ("running", "suspended"):
            self._say("TaskAnswered", name, f"{choice} by {who}")
            self._completed(step, choice)
        self._settle()

    def suspend(self) -> None:
        self._before()
        if self.state == "running":
            self.state, self.suspended_at = "suspended", self.now
            self._say("RunSuspended")

    def resume(self, *, shift: bool) -> None:
        """C4: what came meanwhile, then what is overdue."""
        self._before()
        if self.state != "suspended":
            return
        self.state = "running"
        self._say("RunResumed")
        if shift:
            self._say("TimersShifted")
            span = self.now - self.suspended_at
            self.sla = None if self.sla is None else self.sla + span
            for step in self.live():
                step.timers = {why: due + span for why, due in step.timers.items()}
        self._take_over()
        self._settle()
        self.fire(inclusive=True)

    def cancel(self) -> None:
        self._before()
        if self.state not in ("running", "suspended"):
            return
        self._cancel()

    def _cancel(self) -> None:
        self.state = "cancelling"
        self._say("RunCancelRequested")
        self._end_all()
        self._settle()

    def _end_all(self) -> None:
        """C1: tokens where they stand, steps as they are; an attempt in flight has its moment."""
        for step in self.tokens:
            self._say("StepCancelled", f"{step.drawn.name}.{step.port} -> {step.drawn.end(step.port)}")
        self.tokens.clear()
        for step in list(self.live()):
            if step.state == "cancelling":
                continue
            if step.in_flight and not step.fresh:
                step.state, step.timers = "cancelling", {"cancel": self.now + GRACE}
                continue
            doubtful = step.unclear or step.incident == "outcome_unknown"
            if step.incident:
                self._say("IncidentClosed")
            self._cancelled(step, doubtful)

    def resolve(self, name: str, how: str, *, not_done: bool) -> None:
        self._before()
        step = self.steps[name]
        doubtful = step.incident == "outcome_unknown" or (how == "edit" and step.unclear)
        if not step.incident or (how in ("retry", "edit") and doubtful and not not_done):
            return
        if how == "other_port" and not step.drawn.error_connected:
            return
        seq = self._say("IncidentResolved", how)
        step.incident = ""
        if how == "cancel":
            self._cancel()
        elif how in ("by_hand", "other_port"):
            self._completed(step, "done" if how == "by_hand" else "error", "by hand")
        else:
            step.failures = step.claims = self.idle = 0
            step.unclear = step.unclear and not (not_done or how == "edit")
            step.key = seq if how == "edit" else step.key
            self.pending.append(step)
        self._settle()

    # -- crashes ------------------------------------------------------------------------------------------------------

    def kept(self) -> Run:
        """What the journal holds of it: all of this. (What was asked of the world was asked.)"""
        return copy.deepcopy(self)

    def restart(self) -> None:
        """X2, X3, X7: a new process claims the run if an attempt was in flight or a token ready."""
        self._nothing_is_fresh()
        in_flight = [step for step in self.live() if step.in_flight and not step.lost]
        if self.state in ("completed", "cancelled") or not in_flight:
            return
        self._say("RunClaimed", "lost")
        self.idle = self.idle + 1 if self.completed == self.completed_at_claim else 1
        self.completed_at_claim = self.completed
        for step in in_flight:
            step.lost, step.claims, step.unclear = True, step.claims + 1, step.unclear or step.drawn.changes
        if self.state == "suspended":
            return
        self.fire(inclusive=False)
        self._take_over()
        self._settle()

    def _take_over(self) -> None:
        for step in list(self.live()):
            if not step.lost:
                continue
            if step.state == "cancelling":
                self._abandon(step, "lost")
                self._cancelled(step, step.drawn.changes)
            elif step.claims >= LOST_TOO_OFTEN:
                self._stop(step, "poison")
            elif step.drawn.kind == "once":
                self._stop(step, "outcome_unknown")
            else:
                self._attempt(step, "takeover")
