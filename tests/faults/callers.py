"""Everybody around one run: whoever starts it, answers, signals, cancels, and looks after what nobody can know.

Called by the tests of this folder. Laws, which are those of an honest caller: a request that was not acknowledged is
made again with the same key; one that was acknowledged never is; what may or may not have left is looked up in the
other system before anybody says so. `Told` is what the callers were promised, for `invariants.py`.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from nodes.contract import to_wire
from projects.example_systems.judge import effects
from projects.example_systems.launch import Systems
from runtime.client import Door
from runtime.wire import (
    AnswerRequest,
    CancelRequest,
    IncidentView,
    Problem,
    ResolveRequest,
    RunView,
    SignalRequest,
    StartRequest,
)
from tests.faults.stories import PACKAGE, RELEASE, Story

PATIENCE: Final = 60.0
"""Seconds (I7): a run that has not come to its end by then has been forgotten."""
AWAY: Final = frozenset({"SERVER_UNREACHABLE", "SERVER_SLOW", "SERVER_BROKE_OFF", "CLOSING", "STORE_UNAVAILABLE"})


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer that was acknowledged, with what the person had been shown."""

    task: str
    by: str
    choice: str
    revision: str


@dataclass
class Told:
    """All that was acknowledged."""

    runs: set[str] = field(default_factory=set)
    answers: list[Answered] = field(default_factory=list)
    signals: set[str] = field(default_factory=set)
    cancelled: set[str] = field(default_factory=set)
    possible_starts: int = 0
    """keys under which a start was asked for, acknowledged or not"""
    looked_up: int = 0
    """effects that nobody could know of, and a person looked for"""


class Callers:
    """Plays one story to its end. `door` gives the way in of now; `away` is told that nobody answered there."""

    def __init__(self, story: Story, systems: Systems, door: Callable[[], Door | None]) -> None:
        self.story = story
        self.told = Told()
        self._systems = systems
        self._door = door
        self._run = ""
        self._stored = False

    def settle(self, away: Callable[[], None]) -> RunView:
        """Do what the story wants until the run has ended. Fails after PATIENCE."""
        deadline = time.monotonic() + PATIENCE
        standing: Any = "not started"
        while time.monotonic() < deadline:
            door = self._door()
            try:
                if door is None:
                    raise Problem(503, "SERVER_UNREACHABLE", "Nobody serves.")
                standing = self._once(door)
            except Problem as problem:
                if problem.code not in AWAY:
                    raise
                away()
                continue
            if standing.ended:
                return standing
            time.sleep(0.02)
        raise AssertionError(f"{self.story.name} did not end in time (I7): {standing}")

    def _once(self, door: Door) -> RunView:
        if not self._stored:
            door.put_release(RELEASE, PACKAGE)
            self._stored = True
        if not self._run:
            self._start(door)
        if self.story.signal and not self.told.signals:
            self._signal(door, *self.story.signal)
        view = door.run(self._run)
        if self.story.cancels and not self.told.cancelled:
            self._cancel(door)
        if view.open_tasks:
            self._answer(door)
        if view.open_incidents:
            for incident in door.incidents(run=self._run).incidents:
                door.resolve(incident.incident, self._looked_up(incident))
        return door.run(self._run)

    def _start(self, door: Door) -> None:
        self.told.possible_starts = 1
        request = StartRequest(
            release=RELEASE, flow=self.story.name, input=to_wire(dict(self.story.input)), by="ana", key="the start"
        )
        self._run = door.start(request).run
        self.told.runs.add(self._run)

    def _cancel(self, door: Door) -> None:
        try:
            door.cancel(self._run, CancelRequest(by="ana"))
        except Problem as problem:
            # The first wish was durable though nobody said so, and the run has ended by it meanwhile (C2).
            if problem.status != 409 or door.run(self._run).state != "cancelled":
                raise
        self.told.cancelled.add(self._run)

    def _signal(self, door: Door, name: str, key: str, payload: Any) -> None:
        door.send_signal(SignalRequest(name=name, key=key, payload=to_wire(payload), id="the signal"))
        self.told.signals.add("the signal")

    def _answer(self, door: Door) -> None:
        for task in door.tasks(run=self._run).tasks:
            given = {answer.by for answer in self.told.answers}
            for person, choice in self.story.answers:
                if person in given:
                    continue
                form = None if choice in {"approve", "genuine"} else {"comment": "It is an instalment."}
                form = form if door.task(task.task).form is not None else None
                request = AnswerRequest(choice=choice, by=person, form=form, revision=task.revision)
                decided = door.answer(task.task, request).decided
                self.told.answers.append(Answered(task.task, person, choice, task.revision))
                if decided:
                    break

    def _looked_up(self, incident: IncidentView) -> ResolveRequest:
        """A message may or may not have left: the person looks, and says what is true."""
        assert incident.kind == "outcome_unknown", f"{incident.kind} at {incident.step}: {incident.message}"
        self.told.looked_up += 1
        with self._systems.client("notifications") as client:
            listed = client.get("/messages", params={"customer": self.story.input.get("customer", "C-1001")}).json()
        sent = [m for m in listed["messages"] if m["case"] == self.story.case]
        ledger = effects(self._systems.ledger(system="notifications", case=self.story.case))
        assert len(sent) == len(ledger), "the list of messages is what the person goes by"
        if sent:
            found = {"message": sent[0]["message"], "channel": sent[0]["channel"]}
            return ResolveRequest(how="by_hand", by="olga", output=to_wire(_as_output(incident, found)), reason="Seen.")
        return ResolveRequest(how="retry", by="olga", not_done=True, reason="The list of messages does not have it.")


def _as_output(incident: IncidentView, found: dict[str, str]) -> Any:
    return found if incident.flow.startswith("dispute_") else {"status": 201, "body": found}
