"""Random people at a random task, played by the engine and by `naive_task.py`: who decided what, and who was refused?

How the task is drawn and what comes to it are drawn from one number; a failure names it.
"""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from runtime.engine.events import StepStarted, TaskRevised
from runtime.engine.simulate import (
    START_AT,
    Actor,
    Advance,
    Answer,
    Cancel,
    ClaimTask,
    Crash,
    DelegateTask,
    HandOverTask,
    ReleaseTask,
    Resume,
    ReviseTask,
    Simulation,
    Start,
    Suspend,
)
from runtime.model.flow import Flow
from tests.runtime.engine.drawing import draw, told
from tests.runtime.engine.games import for_as_long_as_it_lasts, sample
from tests.runtime.engine.naive_task import Drawn, Task
from tests.runtime.engine.ways import simulate

STIMULI = 25
HOW_MANY = 40
PEOPLE = ("ana", "ben", "cleo", "rita")
ROLES = (None, None, None, {"finance"}, {"finance"}, {"boss"}, {"finance", "boss"}, set[str]())
LENGTHS = (None, None, 1_200.0, 2_400.0, 3_600.0)
AFTERMATH = 5
"""stimuli that come to a task that is over"""
OPERATOR = Actor("user", "op")
SUM = {
    "type": "object",
    "properties": {"sum": {"type": "number"}},
    "required": ["sum"],
    "additionalProperties": False,
}
MET = (
    "taken",
    "repeated",
    "open",
    "decided",
    "timed out",
    "withdrawn",
    "suspended",
    "overdue",
    "reminded",
    "revised",
    "escalated",
    "for another",
    403,
    409,
    422,
)
"""what the sample has to meet at least once, to be one"""


def drawn(rng: random.Random) -> Drawn:
    due = rng.choice(LENGTHS)
    form = rng.random() < 0.3
    return Drawn(
        approved=rng.choice((1, 2, 2, 3)),
        rejected=rng.choice((1, 1, 2)),
        not_requester=rng.random() < 0.5,
        exclusive=rng.random() < 0.4,
        form=form,
        comment=not form and rng.random() < 0.4,
        remind=rng.choice(LENGTHS),
        due=due,
        escalates=due is not None and rng.random() < 0.6,
        timeout=rng.choice(LENGTHS),
    )


def flow_of(it: Drawn) -> Flow:
    config: dict[str, Any] = {
        "not_requester": it.not_requester,
        "exclusive": it.exclusive,
        "choices": [
            {"port": "approved", "title": "Yes", "needs": it.approved},
            {"port": "rejected", "title": "No", "needs": it.rejected, "comment_required": it.comment},
        ],
        **({"form": SUM} if it.form else {}),
        **({"escalate_to": "boss"} if it.escalates else {}),
    }
    for name in ("remind", "due", "timeout"):
        if getattr(it, name) is not None:
            config[name] = f"PT{getattr(it, name):g}S"
    late = ["t.timeout -> late"] if it.timeout is not None else []
    return draw(
        {"begin": "start", "t": ("task", {"config": config}), "ok": "end ok", "no": "end no", "late": "end other"},
        "begin -> t.approved -> ok",
        "t.rejected -> no",
        *late,
    )


class Game:
    """One task in both, and what comes to it."""

    def __init__(self, number: int) -> None:
        self.number, self.rng = number, random.Random(number)
        self.task = Task(drawn(self.rng), "rita")
        self.trail: list[Any] = []
        self.met: Counter[Any] = Counter()
        self.played: Simulation = simulate(flow_of(self.task.drawn), [Start(flow="", requester="rita")])
        shown = next(e for e in self.played.journal() if isinstance(e, StepStarted) and e.step == "t#1").input
        self.contents: list[Any] = [shown, {"title": "one"}, {"title": "two"}]
        self.revisions = {0: self.played.tasks()[0].revision}
        """of the contents that were shown so far"""
        self.compare()

    def play(self) -> Counter[Any]:
        left = STIMULI
        while left:
            self.bring()
            self.compare()
            left = left - 1 if self.task.state == "open" else min(left - 1, AFTERMATH)
        return self.met

    def bring(self) -> None:
        kinds = (self._answer,) * 6 + (self._time,) * 4 + (self._people,) * 4 + (self._operator,)
        self.rng.choice(kinds)()

    def _answer(self) -> None:
        rng, task = self.rng, self.task
        by, choice = rng.choice(PEOPLE), rng.choice(("approved",) * 6 + ("rejected",) * 3 + ("x",))
        for_whom = task.stands_for.get(by, (None,))[0]
        other = rng.choice((None, None, None, for_whom, for_whom, rng.choice(PEOPLE)))
        roles = rng.choice(ROLES)
        form = rng.choice(
            ({"sum": 1}, {"sum": 1}, {"sum": 1}, {"sum": "1"}, None) if task.drawn.form else (None, {"comment": "why"})
        )
        shown = rng.choice((None, None, None, None, task.shown, rng.choice((0, 1, 2))))
        stimulus = Answer(
            step="t#1",
            choice=choice,
            by=by,
            form=form,
            on_behalf_of=other,
            roles=None if roles is None else frozenset(roles),
            revision=None if shown is None else self.revisions.get(shown, "never shown"),
        )
        said = task.answer(by, choice, form, other, roles, shown)
        if isinstance(said, str):
            self.met[said] += 1
            self.met["for another"] += other is not None and said == "taken"
        self._give(stimulus, set() if isinstance(said, str) else said)

    def _people(self) -> None:
        rng, task = self.rng, self.task
        who, to, roles = rng.choice(PEOPLE), rng.choice(PEOPLE), rng.choice(ROLES)
        until = task.now + rng.choice((300.0, 600.0, 100_000.0))
        instant = START_AT + dt.timedelta(seconds=until)
        allowed = None if roles is None else frozenset(roles)
        what = rng.choice(("claim", "release", "delegate", "delegate", "hand over", "revise"))
        if what == "claim":
            self._give(ClaimTask(step="t#1", who=who, roles=allowed, until=instant), task.claim(who, roles, until))
        elif what == "release":
            self._give(ReleaseTask(step="t#1", who=who), task.release(who))
        elif what == "delegate":
            said = task.delegate(who, to, roles, until)
            self._give(DelegateTask(step="t#1", who=who, to=to, roles=allowed, until=instant), said)
        elif what == "hand over" and rng.random() < 0.4:
            role = "boss" if task.role == "finance" else "finance"
            self._give(HandOverTask(step="t#1", who=who, to=role), task.hand_over(role))
        elif what == "revise":
            shown = rng.choice((0, 1, 2))
            said = task.revise(shown)
            self.met["revised"] += not said
            self._give(ReviseTask(step="t#1", input=self.contents[shown], actor=OPERATOR), said)
            self.revisions.update((shown, it.revision) for it in self.played.journal()[-1:] if type(it) is TaskRevised)

    def _time(self) -> None:
        if self.rng.random() < 0.15:
            self._give(Crash(), set())
            return
        seconds, wake = self.rng.choice((1, 300, 300, 600)), self.rng.random() < 0.6
        self.task.advance(seconds, wake=wake)
        self._give(Advance(seconds, wake=wake), set())

    def _operator(self) -> None:
        shift = self.rng.random() < 0.5
        acts: list[tuple[Callable[[], set[int]], Any]] = [
            (self.task.suspend, Suspend()),
            (self.task.suspend, Suspend()),
            (lambda: self.task.resume(shift=shift), Resume(shift=shift)),
            (lambda: self.task.resume(shift=shift), Resume(shift=shift)),
            (lambda: self.task.resume(shift=shift), Resume(shift=shift)),
            (self.task.cancel, Cancel()),
        ]
        act, stimulus = self.rng.choice(acts)
        if self.task.run == "cancelled" and isinstance(stimulus, Cancel):
            return
        self._give(stimulus, act())

    def _give(self, stimulus: Any, against: set[int]) -> None:
        self.trail.append(stimulus)
        before = len(self.played.refusals)
        self.played.play(stimulus)
        refused = [refusal.status for refusal in self.played.refusals[before:]]
        self.met.update(refused)
        where = f"{self._where()}\nagainst it: {against or 'nothing'}; refused: {self.played.refusals[before:]}"
        assert bool(refused) == bool(against), where
        assert set(refused) <= against, where

    def _where(self) -> str:
        trail = "\n  ".join(map(repr, self.trail))
        return f"game {self.number}: {self.task.drawn}\n  {trail}\n{told(self.played)}"

    def compare(self) -> None:
        task, state = self.task, self.played.state()
        step, rows = state.steps["t#1"], self.played.tasks()
        assert (state.state, len(rows)) == (task.run, int(task.state == "open")), self._where()
        if rows:
            (row,) = rows
            found = (row.role, row.overdue, row.answers, row.claimed_by)
            holder = None if task.holder is None else task.holder[0]
            assert found == (task.role, task.overdue, len(task.counting()), holder), self._where()
        lines = told(self.played)
        assert sum(line.startswith("TaskReminded") for line in lines) == task.reminded, self._where()
        assert sum("TimerFired t#1 due" in line for line in lines) == int(task.overdue), self._where()
        if task.state in ("decided", "timed out"):
            given = [{"by": it.by, "for": it.on_behalf_of, "choice": it.choice} for it in task.counting()]
            answers = [{name: it[name] for name in ("by", "for", "choice")} for it in step.output["answers"]]
            deciding = task.counting()[-1].form if task.state == "decided" else None
            assert (step.output["choice"], answers, step.output["form"]) == (task.choice, given, deciding), (
                self._where()
            )
        if state.state == "completed":
            words = {"approved": "ok", "rejected": "no", None: "other"}
            assert state.outcome == words[task.choice], self._where()
        self.met.update([task.state, task.run], overdue=task.overdue, reminded=task.reminded)
        self.met["escalated"] += task.overdue and task.drawn.escalates


def test_a_z4_c3_people_and_timers_move_a_task_as_the_rules_read() -> None:
    sample(Game, range(HOW_MANY), MET)


@pytest.mark.storm
@pytest.mark.timeout(0)
@pytest.mark.in_memory("the host plays the sample")
def test_random_people_for_as_long_as_the_storm_lasts(storm) -> None:
    for_as_long_as_it_lasts(storm, Game, "random people at a task")
