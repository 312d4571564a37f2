"""The people around Baton: they start disputes, answer tasks, look after incidents, and do not give up when it is away.

Called by the end-to-end tests. Whatever a killed process did not acknowledge is simply asked for again, as people and
calling systems do: starts carry a key, the same answer twice is one answer. A person who cannot know whether a message
left looks into the notifications system first. That is all that the promise of exactly-once effects asks of people.
"""

from __future__ import annotations

import itertools
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from nodes.contract import from_wire, to_wire
from projects.demo.baton_process import ROOT
from projects.example_systems.judge import LedgerEntry, effects, repetitions
from projects.example_systems.launch import Systems
from runtime.client import Door
from runtime.model.content_hash import content_hash
from runtime.model.files import open_project
from runtime.model.package import pack
from runtime.wire import AnswerRequest, EventView, IncidentView, Problem, ResolveRequest, RunView, StartRequest

FLOW = "billing_dispute"
PATIENCE = 90.0
"""Seconds, for machines that are busy with other tests."""
AWAY = frozenset({"SERVER_UNREACHABLE", "SERVER_SLOW", "SERVER_BROKE_OFF", "CLOSING"})
PUT_RIGHT = Counter(create_refund=1, create_credit_note=1, create_ticket=1, send_message=1)
CLOSED = Counter(create_ticket=1, send_message=1)

_MARKS = itertools.count(1)
_opened = open_project(ROOT / "projects" / FLOW)
assert _opened.project is not None, _opened.findings
PROJECT = _opened.project
RELEASE = content_hash(PROJECT)
PACKAGE = pack(PROJECT)


@dataclass
class Matter:
    """One dispute: its sample, who answers what, and what must have happened in the end."""

    sample: str
    answers: Mapping[str, str] = field(default_factory=dict)
    """person -> choice, in order"""
    outcome: str = "refunded"
    effects: Counter[str] = field(default_factory=PUT_RIGHT.copy)
    mark: str = field(default_factory=lambda: f"-{next(_MARKS)}")
    """tells this dispute from others of the same sample: all tests of a file share one Baton"""
    run: str = ""

    @property
    def input(self) -> dict[str, Any]:
        """What the dispute is started with."""
        sample = dict(PROJECT.samples[FLOW][self.sample])
        return {**sample, "dispute": f"{sample['dispute']}{self.mark}"}

    @property
    def dispute(self) -> str:
        """Its number, which every effect of it carries."""
        return str(self.input["dispute"])


def three_disputes() -> list[Matter]:
    """The three stories: automatic, approved by two, rejected."""
    return [
        Matter("automatic"),
        Matter("two_approvals", {"petra": "approve", "tom": "approve"}),
        Matter("rejected", {"petra": "reject"}, "rejected", CLOSED.copy()),
    ]


class People:
    """Everybody who deals with these matters, through one door that may go away at any moment."""

    def __init__(self, systems: Systems, door: Callable[[], Door], matters: Iterable[Matter]) -> None:
        self.systems = systems
        self.door = door
        self.matters = list(matters)
        self.looked_after: list[str] = []
        """kinds of the incidents that a person had to decide"""

    def settle(self, away: Callable[[], None] = lambda: None) -> None:
        """Do all that people do until every matter has ended. `away` is called each time Baton does not answer."""
        deadline = time.monotonic() + PATIENCE
        while not self._all_ended(away):
            assert time.monotonic() < deadline, f"not settled in time: {self._standing()}"
            time.sleep(0.02)

    def _all_ended(self, away: Callable[[], None]) -> bool:
        try:
            self.start_all()
            self.answer_all()
            self._look_after_incidents()
            return all(self.view(matter).ended for matter in self.matters)
        except Problem as problem:
            if problem.code not in AWAY:
                raise
            away()
            return False

    def view(self, matter: Matter) -> RunView:
        """How it stands."""
        return self.door().run(matter.run)

    def start_all(self) -> None:
        """Start what has not been started."""
        fresh = [matter for matter in self.matters if not matter.run]
        if fresh:
            self.door().put_release(RELEASE, PACKAGE)
        for matter in fresh:
            request = StartRequest(
                release=RELEASE, flow=FLOW, input=to_wire(matter.input), by="ana", key=matter.dispute
            )
            matter.run = self.door().start(request).run

    def answer_all(self) -> None:
        """Give each open task its answers."""
        door = self.door()
        for task in door.tasks(limit=500).tasks:
            matter = next((m for m in self.matters if m.run == task.run), None)
            for person, choice in matter.answers.items() if matter else ():
                form = None if choice in {"approve", "genuine"} else {"comment": "It is an instalment."}
                request = AnswerRequest(choice=choice, by=person, form=form, revision=task.revision)
                if door.answer(task.task, request).decided:
                    break

    def _look_after_incidents(self) -> None:
        door = self.door()
        for incident in door.incidents(limit=500).incidents:
            if incident.run not in {matter.run for matter in self.matters}:
                continue
            self.looked_after.append(incident.kind)
            assert incident.kind == "outcome_unknown", f"{incident.kind} at {incident.step}: {incident.message}"
            door.resolve(incident.incident, self._looked_up(incident))

    def _looked_up(self, incident: IncidentView) -> ResolveRequest:
        """A message may or may not have left: the person looks, and says what is true."""
        matter = next(m for m in self.matters if m.run == incident.run)
        with self.systems.client("notifications") as client:
            answer = client.get("/messages", params={"customer": matter.input["customer"]})
        sent = [m for m in answer.json()["messages"] if m["case"] == matter.dispute]
        if sent:
            found = {"message": sent[0]["message"], "channel": sent[0]["channel"]}
            return ResolveRequest(how="by_hand", by="olga", output=found, reason="It stands in the list of messages.")
        return ResolveRequest(how="retry", by="olga", not_done=True, reason="The list of messages does not have it.")

    def _standing(self) -> list[str]:
        try:
            views = [self.door().run(m.run) for m in self.matters if m.run]
        except Problem as problem:
            return [str(problem)]
        return [f"{view.run} {view.state} at {', '.join(view.at_nodes)}" for view in views]

    # -- what must be true in the end ------------------------------------------------------------------------------

    def judge(self) -> None:
        """Outcomes right, each effect exactly once and none too many, journals without a gap."""
        ledger = self.systems.ledger()
        assert repetitions(ledger) == []
        for matter in self.matters:
            view = self.view(matter)
            assert (matter.dispute, view.state, view.outcome) == (matter.dispute, "completed", matter.outcome)
            assert self.took_place(matter, ledger) == matter.effects, matter.dispute
            refunds = [entry.amount for entry in effects(ledger) if self._is(entry, matter, "create_refund")]
            said = from_wire(view.output).get("refunded")
            assert refunds == ([] if said is None else [Decimal(said)])
            events = journal(self.door(), matter.run)
            assert [event.seq for event in events] == list(range(1, len(events) + 1))
            assert events[-1].type == "RunCompleted"
        assert len(effects(ledger)) == sum(sum(matter.effects.values()) for matter in self.matters)

    def took_place(self, matter: Matter, ledger: Iterable[LedgerEntry]) -> Counter[str]:
        """Operation -> how often, for one matter."""
        return Counter(entry.operation for entry in effects(ledger) if entry.case == matter.dispute)

    @staticmethod
    def _is(entry: LedgerEntry, matter: Matter, operation: str) -> bool:
        return entry.case == matter.dispute and entry.operation == operation


def journal(door: Door, run: str) -> list[EventView]:
    """All events of a run."""
    events: list[EventView] = []
    after: int | None = 0
    while after is not None:
        page = door.events(run, after=after, limit=500)
        events += page.events
        after = page.next
    return events
