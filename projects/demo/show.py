"""The show's machinery: the systems, Baton as a process, and what a chapter asks of both.

Called by `__main__`; the chapters use it. Laws: whatever was started ends with the show, however that ends; a chapter
never waits longer than PATIENCE for anything.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any, Final

from nodes.contract import from_wire, to_wire
from projects.child_process import ROOT
from projects.demo.baton_process import BatonProcess
from projects.demo.stage import Stage
from projects.demo.told import Told, line_for
from projects.demo.verdict import Ending
from projects.example_systems.launch import Systems
from runtime.model.content_hash import content_hash
from runtime.model.files import open_project
from runtime.model.package import pack
from runtime.model.project import Project
from runtime.wire import AnsweredView, AnswerRequest, EventView, RunView, StartRequest, TaskView

FLOW: Final = "billing_dispute"
PROJECT: Final = ROOT / "projects" / FLOW
PATIENCE: Final = 60.0
"""Seconds; on a machine that takes longer something is broken, and the demo says so instead of hanging."""


class ShowFailed(Exception):
    """Something did not go as the story says; the message is for a person."""


class Show:
    """One performance. `runs` collects what was started, in order."""

    def __init__(self, stage: Stage, systems: Systems, baton: BatonProcess) -> None:
        self.stage = stage
        self.systems = systems
        self.baton = baton
        self.project = _opened()
        self.release = content_hash(self.project)
        self.runs: list[str] = []
        self._told: set[str] = set()
        baton.door.put_release(self.release, pack(self.project))

    def sample(self, name: str) -> dict[str, Any]:
        """One of the project's named samples."""
        return dict(self.project.samples[FLOW][name])

    def start(self, sample: dict[str, Any], by: str) -> str:
        """Start a dispute; it is safe on disk when this returns. The run's id."""
        request = StartRequest(release=self.release, flow=FLOW, input=to_wire(sample), by=by, key=sample["dispute"])
        run = self.baton.door.start(request).run
        self.runs.append(run)
        return run

    def rest(self, run: str, seen: Callable[[EventView], None] | None = None) -> RunView:
        """Wait until the run has ended or waits for somebody. `seen` hears each event on the way."""
        deadline = time.monotonic() + PATIENCE
        last = 0
        for item in self.baton.door.follow(run):
            if isinstance(item, EventView):
                last = item.seq
                if seen is not None:
                    seen(item)
            elif not item.busy:
                return item
            if time.monotonic() > deadline:
                break
        raise ShowFailed(f"The run {run} did not come to rest (last event {last}).")

    def recount(self, run: str, *, sharply: bool = True) -> Told:
        """Tell what the run has done since it was last told of. Gives all that it did."""
        told = Told(self.baton.door.trace(run, limit=500))
        for span in told.trace.spans:
            mark = f"{run}:{span.step}"
            line = None if mark in self._told else line_for(told, span)
            if line is not None:
                self._told.add(mark)
                self.stage.moment(*line, told.seconds(span.ended_at) if sharply else None)
        return told

    def task(self, run: str) -> TaskView:
        """The one task that the run waits for."""
        door = self.baton.door
        tasks = door.tasks(run=run).tasks
        if len(tasks) != 1:
            raise ShowFailed(f"The run {run} should wait for one decision, but it waits for {len(tasks)}.")
        return door.task(tasks[0].task)

    def answer(self, task: TaskView, person: str, choice: str, comment: str | None = None) -> AnsweredView:
        """A person decides. Raises `runtime.wire.Problem` if that is refused."""
        form = None if comment is None else {"comment": comment}
        request = AnswerRequest(choice=choice, by=person, form=form, revision=task.revision)
        return self.baton.door.answer(task.task, request)

    def until(self, what: str, holds: Callable[[], bool]) -> None:
        """Wait for something outside Baton."""
        deadline = time.monotonic() + PATIENCE
        while not holds():
            if time.monotonic() > deadline:
                raise ShowFailed(f"This did not happen in time: {what}.")
            time.sleep(0.02)

    def endings(self) -> list[Ending]:
        """How the disputes ended, as Baton tells it."""
        return list(self._endings())

    def _endings(self) -> Iterator[Ending]:
        for run in self.runs:
            view = self.baton.door.run(run)
            trace = self.baton.door.trace(run, limit=1)
            output = from_wire(view.output) or {}
            refunded = output.get("refunded")
            dispute = from_wire(trace.input)["dispute"]
            yield Ending(dispute, view.outcome, None if refunded is None else Decimal(refunded))


def _opened() -> Project:
    opened = open_project(PROJECT)
    if opened.project is None or opened.findings:
        raise ShowFailed(f"The project {PROJECT} can't be read: {opened.findings}")
    return opened.project
