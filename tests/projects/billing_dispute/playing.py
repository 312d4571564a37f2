"""The billing dispute, played: the real law and the real example systems, without a process, a socket or a clock.

`simulate` decides, the `perform.py` of the product sends, and the example systems answer in this process. So a path of
the flow is proven in milliseconds, with the requests that production would send and the ledger that judges them.

    played = Dispute("C-1003").play()            # up to the first thing that needs a person
    played.answer("petra", "approve"); played.answer("tom", "approve")
    assert played.outcome == "refunded" and not repetitions(played.ledger())
"""

from __future__ import annotations

import asyncio
import datetime as dt
import json
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import httpx

from nodes import registry
from nodes.adapters.http_request.connection import HttpConnection
from nodes.adapters.http_request.perform import perform
from nodes.contract import AttemptFailure, Document
from projects.example_systems.connections import LiveConnections
from projects.example_systems.judge import LedgerEntry
from projects.example_systems.keys import HEADER, Keys
from projects.example_systems.server import create_app
from projects.example_systems.store import Store
from runtime.engine.commands import PerformAttempt
from runtime.engine.simulate import Advance, Broke, Replied, Simulation, simulate
from runtime.engine.stimuli import Answer, Start
from runtime.model.files import open_project
from runtime.model.project import Project

FOLDER = Path(__file__).resolve().parents[3] / "projects" / "billing_dispute"
FLOW = "billing_dispute"
PEOPLE = {
    "ana": frozenset({"agents"}),
    "leo": frozenset({"agents"}),
    "petra": frozenset({"finance"}),
    "tom": frozenset({"finance"}),
    "ines": frozenset({"finance", "agents"}),
    "helen": frozenset({"finance_leads"}),
    "omar": frozenset({"finance_leads"}),
}


@cache
def project() -> Project:
    """The project as it lies in the repository; read once, for it is frozen."""
    opened = open_project(FOLDER)
    assert opened.project is not None, opened.findings
    assert not opened.findings
    return opened.project


def sample(customer: str) -> dict[str, Any]:
    """The named sample that tells this customer's story."""
    return next(dict(s) for s in project().samples[FLOW].values() if s["customer"] == customer)


class Dispute:
    """One dispute in freshly seeded systems: the sample of customer `who`, with `changes` put over it."""

    def __init__(self, who: str, **changes: str) -> None:
        self.input = {**sample(who), **changes}
        self.store = Store()
        self.app = create_app(self.store, Keys(), LiveConnections())
        self.lost: set[str] = set()
        """nodes whose answers are lost on the way back: the effect takes place, nobody here hears of it"""
        self.down: set[str] = set()
        """nodes that meet a closed door: nothing takes place"""
        self.sent: list[PerformAttempt] = []
        """every attempt, in order"""
        self._done: set[tuple[str, int]] = set()
        self.simulation: Simulation = simulate(
            project().flows[FLOW], [], types=registry.built_ins(), decisions=project().decisions
        )

    def play(self) -> Dispute:
        """Start it, and let everything happen that needs neither a person nor the passing of time."""
        self.simulation.play(Start(flow=FLOW, input=self.input))
        assert not self.simulation.refusals
        return self._serve()

    def answer(self, person: str, choice: str, **form: Any) -> Dispute:
        """A person answers the one open task."""
        (task,) = self.simulation.tasks()
        given = Answer(step=task.step, choice=choice, by=person, form=form or None, roles=PEOPLE[person])
        self.simulation.play(given)
        return self._serve()

    def wait(self, **duration: float) -> Dispute:
        """Time passes, and whatever became due is done."""
        until = self.simulation.now + dt.timedelta(**duration)
        while (due := self.simulation.rows().run.next_due) is not None and due <= until:
            self.simulation.play(Advance(max(0.0, (due - self.simulation.now).total_seconds())))
            self._serve()
        self.simulation.play(Advance((until - self.simulation.now).total_seconds()))
        return self._serve()

    @property
    def outcome(self) -> str | None:
        return self.simulation.state().outcome

    @property
    def output(self) -> Any:
        return self.simulation.state().output

    @property
    def path(self) -> list[str]:
        """The nodes that were completed, in order."""
        return [event.step.partition("#")[0] for event in self._events("StepCompleted")]

    def input_of(self, node: str) -> Any:
        """What the latest step of a node was given."""
        return [e for e in self._events("StepStarted") if e.step.startswith(f"{node}#")][-1].input

    def ledger(self) -> list[LedgerEntry]:
        """What really happened in the systems."""
        page = asyncio.run(self._call("GET", "/ledger"))
        return [LedgerEntry(**row) for row in page["entries"]]

    def effects(self) -> list[tuple[str, str]]:
        """(system, operation) of everything that took place, in order."""
        return [(entry.system, entry.operation) for entry in self.ledger() if not entry.replayed]

    def fault(self, system: str, kind: str, **order: Any) -> None:
        """Put a fault on the board of the systems."""
        asyncio.run(self._call("POST", "/faults", {"system": system, "kind": kind, **order}))

    def _events(self, kind: str) -> Iterator[Any]:
        return (event for event in self.simulation.journal() if type(event).__name__ == kind)

    def _serve(self) -> Dispute:
        while fresh := [c for c in self.simulation.effects if (c.step, c.attempt) not in self._done]:
            for command in fresh:
                self._done.add((command.step, command.attempt))
                self.sent.append(command)
                self.simulation.play(asyncio.run(self._attempt(command)))
        return self

    async def _attempt(self, command: PerformAttempt) -> Replied | Broke:
        if command.node in self.down:
            return Broke(command.step, "connection_refused", "billing can't be reached.")
        async with self._client(str(command.connection)) as client:
            try:
                reply = await perform(command.input, _Lent(command, client))
            except AttemptFailure as failure:
                return Broke(
                    command.step,
                    failure.code,
                    str(failure),
                    retryable=failure.retryable,
                    unclear=failure.unclear,
                    status=failure.status,
                    retry_after=failure.retry_after,
                )
        if command.node in self.lost:
            return Broke(command.step, "reply_incomplete", "The answer broke off.", unclear=command.effect != "read")
        return Replied(command.step, reply.value)

    def _client(self, system: str) -> httpx.AsyncClient:
        return httpx.AsyncClient(
            transport=httpx.ASGITransport(self.app),
            base_url=f"http://127.0.0.1/{system}" if system else "http://127.0.0.1",
            headers={HEADER: Keys().by_system[system]} if system else {},
        )

    async def _call(self, method: str, path: str, body: Any = None) -> Any:
        async with self._client("") as client:
            answer = await client.request(method, path, json=body)
            answer.raise_for_status()
            return json.loads(answer.content, parse_float=Decimal)


class _Lent:
    """What the host would lend to one attempt (`nodes.contract.NodeContext`)."""

    def __init__(self, command: PerformAttempt, client: httpx.AsyncClient) -> None:
        self.run, self.step, self.attempt = command.run, command.step, command.attempt
        self.idempotency_key, self.deadline = command.key, command.timeout
        self.connection = HttpConnection(client, 30.0, frozenset(), "/", True)

    async def save_document(self, name: str, media_type: str, content: bytes) -> Document:
        raise AssertionError("the dispute stores no documents")

    async def read_document(self, document: Document) -> bytes:
        raise AssertionError("the dispute reads no documents")

    def now(self) -> dt.datetime:
        return dt.datetime(2026, 11, 20, tzinfo=dt.UTC)
