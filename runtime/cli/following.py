"""Following one run until it has ended or stands still; answering its tasks on the way; and telling how it stands."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from nodes.contract import to_wire
from runtime.cli.exits import Exit
from runtime.cli.printing import is_terminal, local_time, say
from runtime.cli.reading import read_value
from runtime.client import Door
from runtime.wire import AnswerRequest, EventView, IncidentView, Problem, RunView, TaskSummary, unknown

SHOWN = frozenset(
    {
        "RunStarted",
        "RunClaimed",
        "RunSuspended",
        "RunResumed",
        "RunCancelRequested",
        "StepCompleted",
        "AttemptStarted",
        "AttemptFailed",
        "TaskAnswered",
        "SignalDelivered",
        "TimerFired",
        "IncidentRaised",
        "IncidentResolved",
    }
)
"""Events that are worth a line of progress."""


def run_of(composed: str, what: str) -> str:
    """The run of a task (``run:step``) or an incident (``run:seq``)."""
    run, colon, _ = composed.rpartition(":")
    if not colon or not run:
        behind = {"task": "finance#1", "incident": "12"}[what]
        raise unknown(
            what, composed, f"A {what} is named with its run, such as RUN:{behind}; `baton {what}s` lists them."
        )
    return run


@dataclass(frozen=True, slots=True)
class PlannedAnswer:
    """``USER@NODE[#K]=PORT[:JSON]`` of ``--answer``."""

    user: str
    node: str
    activation: int | None
    port: str
    form: Any
    text: str

    def fits(self, task: TaskSummary) -> bool:
        """Whether it is meant for this task."""
        activation = task.step.rpartition("#")[2]
        return task.node == self.node and self.activation in {None, int(activation) if activation.isdecimal() else None}


_ANSWER = re.compile(
    r"(?P<user>[^=]{1,300})@(?P<node>[^@=#]+)(#(?P<k>[0-9]{1,6}))?=(?P<port>[^:]{1,300})(:(?P<form>.+))?", re.DOTALL
)


def planned_answer(text: str) -> PlannedAnswer:
    """Reads one ``--answer``. The user may hold an ``@`` (``petra@example.org@finance=approve``)."""
    found = _ANSWER.fullmatch(text)
    if found is None:
        raise Problem(
            422,
            "TYPED",
            f"--answer {text!r} is not USER@NODE=PORT.",
            where="--answer",
            todo='Write it as petra@finance=approve, or petra@finance#2=approve:{"comment": "ok"}.',
        )
    form = None if found["form"] is None else read_value(found["form"], "--answer")
    k = None if found["k"] is None else int(found["k"])
    return PlannedAnswer(found["user"], found["node"], k, found["port"], form, text)


@dataclass(frozen=True, slots=True)
class Standing:
    """How a run stands when there is nothing more to do here."""

    view: RunView
    tasks: tuple[TaskSummary, ...] = ()
    incidents: tuple[IncidentView, ...] = ()
    unused: tuple[PlannedAnswer, ...] = ()
    """planned answers that no task asked for"""

    @property
    def exit(self) -> Exit:
        """Its exit code."""
        if self.view.state == "completed":
            return Exit.DONE
        if self.view.state == "cancelled":
            return Exit.CANCELLED
        return Exit.INCIDENT if self.view.open_incidents else Exit.WAITING

    def as_json(self) -> dict[str, Any]:
        """The stable shape of ``baton run --json``."""
        return {
            "run": self.view.model_dump(mode="python"),
            "tasks": [task.model_dump(mode="python") for task in self.tasks],
            "incidents": [incident.model_dump(mode="python") for incident in self.incidents],
            "unused_answers": [answer.text for answer in self.unused],
        }


def follow(
    door: Door, run: str, *, after: int = 0, answers: Iterable[PlannedAnswer] = (), until_idle: bool = True
) -> Standing:
    """Follows a run until it has ended or nothing more can happen by itself.

    Each time it comes to rest, the first of ``answers`` whose task is open is given. ``until_idle`` False: a run that
    waits only for a time is waited for.
    """
    left = list(answers)
    progress = is_terminal()
    view: RunView | None = None
    for item in door.follow(run, after=after):
        if isinstance(item, EventView):
            if progress and item.type in SHOWN:
                say(f"  {local_time(item.at)[11:]}  {item.words}")
            continue
        view = item
        if view.ended:
            break
        tasks = door.tasks(run=run, limit=500).tasks
        ready = next(((answer, task) for answer in left for task in tasks if answer.fits(task)), None)
        if ready is not None:
            answer, task = ready
            left.remove(answer)
            door.answer(task.task, AnswerRequest(choice=answer.port, by=answer.user, form=to_wire(answer.form)))
            continue
        only_time = view.next_due is not None and not view.open_tasks and not view.open_incidents
        if until_idle or not only_time or view.state == "suspended":
            break
        if progress:
            say(f"  Waits until {local_time(view.next_due)}. Ctrl-C leaves it; it goes on with: baton resume {run}")
    assert view is not None
    return standing(door, view, tuple(left))


def standing(door: Door, view: RunView, unused: tuple[PlannedAnswer, ...] = ()) -> Standing:
    """How a run stands, with the tasks and incidents at which it does."""
    if view.ended:
        return Standing(view, unused=unused)
    tasks = door.tasks(run=view.run, limit=500).tasks if view.open_tasks else ()
    incidents = door.incidents(run=view.run, limit=500).incidents if view.open_incidents else ()
    return Standing(view, tasks, incidents, unused)
