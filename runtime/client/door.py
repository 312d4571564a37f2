"""``Door``: all that can be asked of a runtime. One implementation behind two doors.

``server.desk.Desk`` is the implementation (async, over the host). ``HttpDoor`` reaches it through a server, the CLI's
``LocalDoor`` in this process; whoever holds a ``Door`` can't tell them apart. Synchronous on purpose: the CLI is, and
the designer calls it from a worker thread. Every method raises ``runtime.wire.Problem``, and nothing else, if refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol, TypeAlias

from runtime.wire import (
    AnsweredView,
    AnswerRequest,
    AuditView,
    CancelRequest,
    ClaimRequest,
    ConnectionTestRequest,
    ConnectionTestView,
    EventPage,
    EventView,
    HeadList,
    HeadsRequest,
    HealthView,
    IncidentList,
    IncidentView,
    NodeTypeList,
    PassOnRequest,
    PeopleView,
    ReleaseView,
    ResolvedView,
    ResolveRequest,
    ResumeRequest,
    RunList,
    RunView,
    SignalRequest,
    SignalView,
    StartedView,
    StartRequest,
    SuspendRequest,
    TaskList,
    TaskView,
    TraceView,
)

Followed: TypeAlias = EventView | RunView
"""What ``follow`` gives: each event as it is written, and the run's view each time it comes to rest."""


class Door(Protocol):
    """A runtime. Lists are pages: ``next`` of one page is ``after`` of the following one; ``limit`` is at most 500."""

    def health(self) -> HealthView:
        """Whether it can accept work."""

    def put_release(self, release: str, package: bytes) -> ReleaseView:
        """Store a packed project; ``release`` must be its content hash. Repeating it is harmless."""

    def get_release(self, release: str) -> bytes:
        """The package of a release that it holds: the version on which runs are drawn for their whole life."""

    def start(self, request: StartRequest) -> StartedView:
        """Begin a run. It is durable when this returns."""

    def runs(
        self,
        *,
        state: str | None = None,
        flow: str | None = None,
        case: str | None = None,
        after: str | None = None,
        limit: int = 50,
    ) -> RunList:
        """Runs, youngest first."""

    def run(self, run: str) -> RunView:
        """One run as it stands."""

    def trace(self, run: str, *, skip: int = 0, limit: int = 200) -> TraceView:
        """Its steps, ``limit`` of them after the first ``skip``."""

    def events(self, run: str, *, after: int = 0, limit: int = 200) -> EventPage:
        """Its journal after the event with sequence number ``after``."""

    def follow(self, run: str, *, after: int = 0) -> Iterator[Followed]:
        """Its journal as it grows, from ``after`` on, until the run has ended; the last item is its view."""

    def tasks(
        self, *, role: str | None = None, run: str | None = None, after: str | None = None, limit: int = 50
    ) -> TaskList:
        """Open tasks, oldest first."""

    def task(self, task: str) -> TaskView:
        """One task with all that a person needs to answer it; closed ones too."""

    def answer(self, task: str, request: AnswerRequest) -> AnsweredView:
        """Answer it. The answer is durable when this returns; the same answer again changes nothing."""

    def claim_task(self, task: str, request: ClaimRequest) -> TaskView:
        """Take it for oneself."""

    def release_task(self, task: str, request: ClaimRequest) -> TaskView:
        """Give it back."""

    def delegate_task(self, task: str, request: PassOnRequest) -> TaskView:
        """Let another person answer in one's place."""

    def hand_over_task(self, task: str, request: PassOnRequest) -> TaskView:
        """Give it to another role."""

    def incidents(self, *, run: str | None = None, after: str | None = None, limit: int = 50) -> IncidentList:
        """Open incidents, oldest first."""

    def incident(self, incident: str) -> IncidentView:
        """One open incident."""

    def resolve(self, incident: str, request: ResolveRequest) -> ResolvedView:
        """Decide how the step goes on; the first resolution wins."""

    def audit(self, *, after: str | None = None) -> AuditView:
        """A part of the audit of the journal."""

    def heads(self, *, after: str | None = None, limit: int = 500) -> HeadList:
        """Where all streams stand, by name."""

    def missing_heads(self, request: HeadsRequest) -> AuditView:
        """Which of these heads, kept elsewhere, the journal does not hold any more."""

    def cancel(self, run: str, request: CancelRequest) -> RunView:
        """Ask the run to stop."""

    def suspend(self, run: str, request: SuspendRequest) -> RunView:
        """Let nothing new begin in the run."""

    def resume(self, run: str, request: ResumeRequest) -> RunView:
        """End a suspension."""

    def send_signal(self, request: SignalRequest) -> SignalView:
        """Hand a signal in for whichever run waits for it."""

    def node_types(self) -> NodeTypeList:
        """What this runtime can perform."""

    def people(self) -> PeopleView:
        """Who may act here, and in which roles."""

    def test_connection(self, request: ConnectionTestRequest) -> ConnectionTestView:
        """One harmless call over a connection as this runtime has bound it."""
