"""The life of one effect once more, written from SEMANTICS alone (R, X, C, Z4) and as plainly as it reads.

`test_naive_effect.py` plays random lives in this and in the engine and compares them after each stimulus. Seconds count
from the start of the run; pauses have no jitter. Nothing here may import the engine.
"""

from __future__ import annotations

from dataclasses import dataclass

GRACE = 5.0
LONGEST_WISH = 3_600.0


@dataclass(frozen=True)
class Drawn:
    """The step as it was drawn. ``kind``: read, keyed or once; ``timeout`` None = none."""

    kind: str
    attempts: int
    first_delay: float
    max_delay: float
    timeout: float | None
    error_connected: bool


class Life:
    """One run of one effect step. ``state`` as the engine calls it; ``incident`` while it is stopped."""

    def __init__(self, drawn: Drawn) -> None:
        self.drawn = drawn
        self.now = 0.0
        self.state = "running"
        self.incident: str | None = None
        self.port: str | None = None
        self.run = "running"
        self.attempt = 1
        self.failures = 0
        """that count against the policy (R3)"""
        self.claims = 0
        self.idle = 0
        """claims in a row that found no newly completed step (X7)"""
        self.blamed = False
        """what comes behind the step was first after three such claims, so it is poison: this life is over"""
        self.unclear = False
        """whether an attempt may have happened, for all that is known"""
        self.error_unclear: bool | None = None
        self.possibly_done = False
        self.lost = False
        """in flight, and its worker died in suspension"""
        self.pending: str | None = None
        """a resolution that acts on resume (C3)"""
        self.key = 1
        self.keys = [1]
        """which key each attempt was asked for with; 1 is the step's, an edit makes the next"""
        self.asked = True
        """whether the attempt has left: not before all that follows from a stimulus is durable, nor in suspension"""
        self.timeout: float | None = drawn.timeout
        self.retry: float | None = None
        self.cancel: float | None = None
        self.suspended_at = 0.0
        if drawn.timeout is not None and drawn.timeout <= 0:
            raise ValueError("a step without any time is another matter")

    # -- timers -----------------------------------------------------------------------------------------------------

    def _next(self) -> tuple[float, str] | None:
        armed = {"cancel": self.cancel, "retry": self.retry, "timeout": self.timeout}
        found = [(due, name) for name, due in armed.items() if due is not None]
        return min(found) if found and self.run != "suspended" else None

    def _fire(self, *, inclusive: bool) -> None:
        """Z4, Z5: everything due before now (or at it), each with what follows from it."""
        while (first := self._next()) is not None and (first[0] < self.now or (inclusive and first[0] == self.now)):
            name = first[1]
            if name == "cancel":
                self.cancel = None
                self._cancelled(self.drawn.kind != "read")
            elif name == "retry":
                self.retry = None
                if self.timeout is None or self.timeout > self.now:
                    self._begin()
            else:
                self.timeout = None
                in_flight = self.state == "running" and self.drawn.kind != "read"
                self.unclear = self.unclear or in_flight
                self._over(unclear=in_flight)

    def advance(self, seconds: float, *, wake: bool) -> None:
        until = self.now + seconds
        while wake and (first := self._next()) is not None and first[0] <= until:
            self.now = max(self.now, first[0])
            self._fire(inclusive=True)
            self.over()
        self.now = until

    # -- the attempt ------------------------------------------------------------------------------------------------

    def _begin(self) -> None:
        self.attempt += 1
        self.state, self.lost, self.asked = "running", False, False

    def over(self) -> None:
        """All that follows from a stimulus is durable: what is to be done now leaves."""
        if self.state == "running" and not self.asked and not self.lost and self.run != "suspended":
            self.asked = True
            self.keys.append(self.key)

    def replied(self) -> None:
        self._fire(inclusive=False)
        if self.state == "cancelling":
            self._end("completed", "done")
            self.run = "cancelled"
        elif self.state == "running":
            self._end("completed", "done")
        else:
            self.possibly_done = True  # late (X6)
            self.unclear = self.unclear or self.drawn.kind != "read"

    def broke(self, *, retryable: bool, unclear: bool, wish: float | None) -> None:
        self._fire(inclusive=False)
        unclear = unclear and self.drawn.kind != "read"
        if self.state == "cancelling":
            self._cancelled(unclear or self.unclear)
            return
        if self.state != "running":
            return
        self.unclear = self.unclear or unclear
        self.lost = False
        retryable = retryable or (unclear and self.drawn.kind == "keyed")  # X4
        if self.drawn.kind != "once" and retryable:
            self.failures += 1
            if self.failures < self.drawn.attempts:
                pause = min(self.drawn.max_delay, self.drawn.first_delay * 2 ** (self.failures - 1))
                pause = max(pause, min(wish or 0.0, LONGEST_WISH))
                if self.timeout is None or self.now + pause < self.timeout:
                    self.state, self.retry = "retrying", self.now + pause
                    return
        self._over(unclear=unclear)

    def _over(self, *, unclear: bool) -> None:
        """No attempt is left: R1, X3, X4."""
        if self.drawn.kind == "once" and unclear:
            self._stop("outcome_unknown")
        elif self.drawn.error_connected:
            self.error_unclear = (unclear or self.unclear) and self.drawn.kind != "read"
            self._end("completed", "error")
        else:
            self.unclear = self.unclear or unclear
            self._stop("failed")

    def _stop(self, kind: str) -> None:
        self.state, self.incident, self.lost = "stopped", kind, False
        self.idle = 0 if kind == "poison" else self.idle
        self.timeout = self.retry = None

    def _end(self, state: str, port: str | None) -> None:
        self.state, self.port, self.incident, self.lost, self.pending = state, port, None, False, None
        self.timeout = self.retry = self.cancel = None
        if state == "completed" and self.run == "running":
            self._move_on()

    def _move_on(self) -> None:
        """Its token goes on to the end, unless that was next when three workers died."""
        self.blamed = self.idle >= 3
        self.run = "running" if self.blamed else "completed"

    def _cancelled(self, possibly_done: bool) -> None:
        self._end("cancelled", None)
        self.possibly_done = possibly_done
        self.run = "cancelled"

    # -- crashes ----------------------------------------------------------------------------------------------------

    def crash(self) -> None:
        """X2 to X4, X7: a new process claims what was in flight. What was due before goes first (Z4)."""
        if self.state not in ("running", "cancelling") or self.lost:
            return
        self.lost = True
        self.claims += 1
        self.idle += 1
        self.unclear = self.unclear or self.drawn.kind != "read"
        if self.run == "suspended":
            return
        self._fire(inclusive=False)
        self._take_over()

    def _take_over(self) -> None:
        if not self.lost:
            return
        self.lost = False
        if self.state == "cancelling":
            self._cancelled(self.drawn.kind != "read")
        elif self.claims >= 3:
            self._stop("poison")
        elif self.drawn.kind == "once":
            self._stop("outcome_unknown")
        else:
            self._begin()

    # -- operators --------------------------------------------------------------------------------------------------

    def suspend(self) -> None:
        self._fire(inclusive=False)
        if self.run == "running":
            self.run, self.suspended_at = "suspended", self.now

    def resume(self, *, shift: bool) -> None:
        """C4: what came meanwhile, then what is overdue."""
        self._fire(inclusive=False)
        if self.run != "suspended":
            return
        self.run = "running"
        if shift:
            span = self.now - self.suspended_at
            self.timeout = None if self.timeout is None else self.timeout + span
            self.retry = None if self.retry is None else self.retry + span
        self._take_over()
        if self.pending is not None:
            self._act()
        if self.state == "completed":
            self._move_on()
        self._fire(inclusive=True)

    def resolve(self, how: str, *, not_done: bool) -> bool:
        """-> whether it is taken."""
        self._fire(inclusive=False)
        if self.incident is None:
            return False
        doubtful = self.incident == "outcome_unknown" or (how == "edit" and self.unclear)
        if how in ("retry", "edit") and doubtful and not not_done:
            return False
        if how == "other_port" and not self.drawn.error_connected:
            return False
        if how in ("by_hand", "other_port"):
            if how == "other_port":
                self.error_unclear = self.unclear
            self._end("completed", "done" if how == "by_hand" else "error")
            return True
        self.incident, self.failures, self.claims, self.idle = None, 0, 0, 0
        if not_done or how == "edit":
            self.unclear = False
        if how == "edit":
            self.key += 1
        self.pending = how
        if self.run == "running":
            self._act()
        return True

    def _act(self) -> None:
        self.pending = None
        self.timeout = None if self.drawn.timeout is None else self.now + self.drawn.timeout
        self._begin()

    def cancel_run(self) -> None:
        before = self.attempt
        self._fire(inclusive=False)
        if self.run not in ("running", "suspended"):
            return
        if self.state == "completed":  # its token had not moved on, in suspension
            self.run = "cancelled"
        elif self.state == "running" and self.attempt > before:
            self._cancelled(self.unclear)  # begun by what came before the cancel: it never left (C1)
        elif self.state == "running" and not self.asked and not self.lost:
            # Begun just before a suspension: nobody has it, and the journal can't tell that it never left.
            self._cancelled(self.drawn.kind != "read")
        elif self.state == "running":
            self.state, self.run = "cancelling", "cancelling"
            self.timeout = self.retry = None
            self.cancel = self.now + GRACE
        else:
            self._cancelled(self.unclear or self.incident == "outcome_unknown")
