"""One task once more, from SEMANTICS alone (A2 to A9, Z4, Z5, C3, C4) and as plainly as they read.

Who answers, claims, delegates, hands over and revises, what the timers do to it, and what suspension holds back.
Seconds count from the beginning. `test_naive_task.py` plays the same in the engine; nothing here may import it.
"""

from __future__ import annotations

from dataclasses import dataclass, field

ORDER = ("remind", "due", "timeout")
"""of timers of one task that are due together"""


@dataclass(frozen=True)
class Drawn:
    """How the task is drawn. Lengths in seconds; None = has none."""

    approved: int = 1
    rejected: int = 1
    not_requester: bool = False
    exclusive: bool = False
    form: bool = False
    """it asks for a number, under `sum`"""
    comment: bool = False
    """whoever rejects has to say why; only without a form"""
    remind: float | None = None
    due: float | None = None
    escalates: bool = False
    """from finance to boss"""
    timeout: float | None = None


@dataclass(frozen=True)
class Given:
    """An answer that counts for the content with which it was given."""

    by: str
    on_behalf_of: str | None
    choice: str
    form: object
    shown: int
    at: float

    def people(self) -> set[str | None]:
        return {self.by, self.on_behalf_of} - {None}


@dataclass
class Task:
    drawn: Drawn
    requester: str
    now: float = 0.0
    run: str = "running"
    state: str = "open"
    """or decided, timed out, withdrawn"""
    choice: str | None = None
    role: str = "finance"
    shown: int = 0
    """which content is shown"""
    answers: list[Given] = field(default_factory=list)
    holder: tuple[str, float] | None = None
    """who claimed it, and until when"""
    stands_for: dict[str, tuple[str, float]] = field(default_factory=dict)
    """who -> for whom, and until when"""
    overdue: bool = False
    reminded: int = 0
    timers: dict[str, float] = field(default_factory=dict)
    suspended_at: float = 0.0

    def __post_init__(self) -> None:
        self.timers = {name: length for name in ORDER if (length := getattr(self.drawn, name)) is not None}

    # -- people -----------------------------------------------------------------------------------------------------

    def counting(self) -> list[Given]:
        return [given for given in self.answers if given.shown == self.shown]

    def answer(
        self, by: str, choice: str, form: object, on_behalf_of: str | None, roles: set[str] | None, shown: int | None
    ) -> set[int] | str:
        """-> "taken", "repeated", or the statuses of all that speaks against it."""
        self.late()
        before = [it for it in self.counting() if (it.by, it.on_behalf_of) == (by, on_behalf_of)]
        if before:  # A5
            same = (before[0].choice, before[0].form) == (choice, form)
            return "repeated" if same else {409}
        given = Given(by, on_behalf_of, choice, form, self.shown, self.now)
        against = {403} if self._barred(given, roles) else set()
        if self.state != "open" or shown not in (None, self.shown):
            against.add(409)
        if any(given.people() & other.people() for other in self.counting()):
            against.add(409)
        holder = self._holder()
        if self.drawn.exclusive and holder is not None and holder not in given.people():
            against.add(409)
        if choice not in ("approved", "rejected") or not self._filled_in(choice, form):
            against.add(422)
        if against:
            return against
        self.answers.append(given)
        if sum(it.choice == choice for it in self.counting()) >= getattr(self.drawn, choice):
            self._close("decided", choice)
        return "taken"

    def _barred(self, given: Given, roles: set[str] | None) -> bool:
        """A3, A4."""
        if self.drawn.not_requester and self.requester in given.people():
            return True
        if given.on_behalf_of is not None:
            return self._stands_for(given.by) != given.on_behalf_of
        return roles is not None and self.role not in roles

    def _filled_in(self, choice: str, form: object) -> bool:
        if self.drawn.form:
            return isinstance(form, dict) and set(form) == {"sum"} and isinstance(form["sum"], int)
        if self.drawn.comment and choice == "rejected":
            return form == {"comment": "why"}
        return form in (None, {"comment": "why"})

    def _holder(self) -> str | None:
        return self.holder[0] if self.holder is not None and self.now <= self.holder[1] else None

    def _stands_for(self, who: str) -> str | None:
        found = self.stands_for.get(who)
        return found[0] if found is not None and self.now <= found[1] else None

    def claim(self, who: str, roles: set[str] | None, until: float) -> set[int]:
        self.late()
        against = set() if self.state == "open" else {409}
        if roles is not None and self.role not in roles and self._stands_for(who) is None:
            against.add(403)
        if self._holder() not in (None, who):
            against.add(409)
        if not against:
            self.holder = (who, until)
        return against

    def release(self, who: str) -> set[int]:
        self.late()
        if self.state != "open" or self._holder() not in (None, who):
            return {409}
        if self._holder() == who:
            self.holder = None
        return set()

    def delegate(self, who: str, to: str, roles: set[str] | None, until: float) -> set[int]:
        """Whoever stands in for somebody can't pass that on, but a member of the role has a right of the own."""
        self.late()
        against = set() if self.state == "open" else {409}
        if (roles is not None and self.role not in roles) or (roles is None and self._stands_for(who) is not None):
            against.add(403)
        if who == to:
            against.add(422)
        if not against:
            self.stands_for[to] = (who, until)
        return against

    def hand_over(self, to: str) -> set[int]:
        self.late()
        if self.state != "open":
            return {409}
        self._goes_to(to)
        return set()

    def _goes_to(self, role: str) -> None:
        self.role, self.holder, self.stands_for = role, None, {}

    def revise(self, shown: int) -> set[int]:
        self.late()
        if self.state != "open":
            return {409}
        self.shown = shown
        return set()

    # -- time -------------------------------------------------------------------------------------------------------

    def _close(self, state: str, choice: str | None = None) -> None:
        self.state, self.choice, self.timers = state, choice, {}
        if self.run == "running":
            self.run = "completed"

    def _next(self) -> tuple[float, int, str] | None:
        if self.run != "running":
            return None
        return min(((due, ORDER.index(name), name) for name, due in self.timers.items()), default=None)

    def _fire(self, name: str) -> None:
        del self.timers[name]
        if name == "remind":
            self.reminded += 1
            assert self.drawn.remind is not None
            self.timers["remind"] = self.now + self.drawn.remind
        elif name == "due":
            self.overdue = True
            if self.drawn.escalates:
                self._goes_to("boss")
        else:
            self._close("timed out")

    def late(self) -> None:
        """Z4: what was due before goes first."""
        while (first := self._next()) is not None and first[0] < self.now:
            self._fire(first[2])

    def advance(self, seconds: float, *, wake: bool) -> None:
        until = self.now + seconds
        while wake and (first := self._next()) is not None and first[0] <= until:
            self.now = max(self.now, first[0])
            self._fire(first[2])
        self.now = until

    # -- operators --------------------------------------------------------------------------------------------------

    def suspend(self) -> set[int]:
        self.late()
        if self.run in ("completed", "cancelled"):
            return {409}
        if self.run == "running":
            self.run, self.suspended_at = "suspended", self.now
        return set()

    def resume(self, *, shift: bool) -> set[int]:
        """C4: an answer that came goes first, then what is overdue."""
        self.late()
        if self.run in ("completed", "cancelled"):
            return {409}
        if self.run == "running":
            return set()
        self.run = "completed" if self.state != "open" else "running"
        if shift:
            self.timers = {name: due + self.now - self.suspended_at for name, due in self.timers.items()}
        while (first := self._next()) is not None and first[0] <= self.now:
            self._fire(first[2])
        return set()

    def cancel(self) -> set[int]:
        self.late()
        if self.run in ("completed", "cancelled"):
            return {409}
        if self.state == "open":
            self._close("withdrawn")
        self.run = "cancelled"
        return set()
