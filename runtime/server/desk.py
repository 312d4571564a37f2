"""``Desk``: the one implementation of the client's ``Door``, over a host. Routes, pages and CLI all end here.

The methods are those of ``runtime.client.Door``, async; a test compares them one by one. What the engine refuses and
what the shelves below raise leaves as ``Problem``.
"""

from __future__ import annotations

import asyncio
import datetime as dt

from nodes.contract import from_wire
from nodes.registry import Registry
from runtime.engine.events import Actor
from runtime.engine.stimuli import Cancel, Resolve, Resume, SendSignal, Start, Suspend
from runtime.host import Host, SystemClock
from runtime.host.releases import Releases
from runtime.model.content_hash import content_hash
from runtime.model.package import read_package
from runtime.model.project import Project
from runtime.server.faults import accepted, sentence, told
from runtime.server.looking import Looking
from runtime.store import Store
from runtime.wire import (
    AnsweredView,
    AnswerRequest,
    CancelRequest,
    ClaimRequest,
    ConnectionTestRequest,
    ConnectionTestView,
    HealthView,
    PassOnRequest,
    PeopleView,
    PersonView,
    Problem,
    ReleaseView,
    ResolvedView,
    ResolveRequest,
    ResumeRequest,
    RunView,
    SignalRequest,
    SignalView,
    StartedView,
    StartRequest,
    SuspendRequest,
    TaskSummary,
    TaskView,
)

CLIENT = Actor("client", "api")
"""Who acts where a request names nobody."""
INBOX = 500
"""Tasks that one person's inbox shows."""
NEWEST = 20
"""Runs whose projects are asked what they call a role."""


class Desk(Looking):
    """Made by ``over`` a host, or by ``reading`` a store that another process may hold: no changes then."""

    _host: Host | None = None

    @classmethod
    def over(cls, host: Host) -> Desk:
        """All questions and all changes."""
        redact = host.redactor.clean_value
        desk = cls(host.store, host.registry, host.plan, host.project, host.clock.now, live=True, redact=redact)
        desk._host = host
        return desk

    @classmethod
    def reading(cls, store: Store, registry: Registry) -> Desk:
        """Questions only."""
        releases = Releases(store, registry, {})
        return cls(store, registry, releases.plan, releases.project, SystemClock().now, live=False)

    @property
    def host(self) -> Host:
        """The host; refused where there is none."""
        if self._host is None:
            raise Problem(
                503,
                "READ_ONLY",
                "The store is only read here.",
                todo="Ask the server that holds it, or wait for its end.",
            )
        return self._host

    def _busy(self, run: str) -> bool:
        return self._host is not None and (self._host.activity.busy({run}) or self._host.is_retrying(run))

    @told
    async def health(self) -> HealthView:
        health = await self.host.checked_health()
        return HealthView(
            status=health.status,
            reasons=tuple(sentence(reason) for reason in health.reasons),
            environment=self.host.environment.name,
            version=_version(),
            in_flight=health.in_flight,
            waiting=health.waiting,
            recovering=health.recovering,
            set_aside=len(health.set_aside),
            next_timer=health.next_timer,
        )

    @told
    async def put_release(self, release: str, package: bytes) -> ReleaseView:
        project, found = await asyncio.to_thread(_read, package)
        if found != release:
            raise Problem(
                422,
                "HASH",
                f"The package's content hash is {found}, not {release}.",
                where=release,
                todo="Name it by the hash of its content.",
            )
        repeated = await self._store.release(release) is not None
        await self.host.put_release(package)
        return ReleaseView(
            release=release,
            project=project.id,
            version=project.file.version,
            flows=tuple(sorted(project.flows)),
            repeated=repeated,
        )

    @told
    async def get_release(self, release: str) -> bytes:
        package = await self._store.release(release)
        if package is None:
            raise Problem(
                404, "RELEASE_UNKNOWN", f"There is no release {release}.", where=release, todo="Hand it in with PUT."
            )
        return package

    @told
    async def start(self, request: StartRequest) -> StartedView:
        here = self.host.environment.name
        if request.environment not in {None, here}:
            raise Problem(
                422, "ENVIRONMENT", f"This runtime works for the environment {here!r} only.", where="environment"
            )
        if request.by is not None and not self.host.environment.directory.knows(request.by):
            todo = "Check the name, or add them to people.json."
            raise Problem(403, "USER_UNKNOWN", f"Nobody here is known as {request.by}.", where="by", todo=todo)
        stimulus = Start(
            flow=request.flow,
            input=from_wire(request.input),
            case=from_wire(request.case),
            trigger=request.trigger,
            key=request.key,
            actor=_actor(request.by),
        )
        started = accepted(await self.host.start(request.release, stimulus))
        return StartedView(run=started.run, repeated=started.repeated)

    # --- people ---

    async def inbox(self, user: str) -> list[TaskSummary]:
        """The open tasks that this person may answer, the most urgent first; for the pages only."""
        page = await self.host.tasks(user=user, limit=INBOX)
        found = [await self._summary(row) for row in page.rows]
        far = dt.datetime.max.replace(tzinfo=dt.UTC)
        return sorted(found, key=lambda task: (not task.overdue, task.due or far, task.created_at, task.task))

    def knows(self, user: str) -> bool:
        """Whether this is a user here; everybody is where no directory is kept."""
        return self.host.environment.directory.knows(user)

    def person(self, user: str) -> PersonView:
        """Who that is, as far as anybody wrote it down; for the pages only."""
        known = self.host.environment.directory.users.get(user)
        if known is None:
            return PersonView(id=user)
        return PersonView(id=user, name=known.name, roles=tuple(sorted(known.roles)))

    async def role_titles(self) -> dict[str, str]:
        """Role -> what people call it, as the projects of the newest runs say; for the pages only."""
        page = await self._store.list_runs(limit=NEWEST)
        titles: dict[str, str] = {}
        for release in dict.fromkeys(row.release for row in page.rows):
            project = await self._find_project(release)
            if project is not None:
                titles = {**project.role_titles, **titles}
        return titles

    @told
    async def answer(self, task: str, request: AnswerRequest) -> AnsweredView:
        await self.task(task)
        given = accepted(
            await self.host.answer(
                task,
                choice=request.choice,
                by=request.by,
                form=from_wire(request.form),
                on_behalf_of=request.on_behalf_of,
                revision=request.revision,
                answer_id=request.answer_id,
            )
        )
        reply = given.reply if isinstance(given.reply, dict) else {}
        return AnsweredView(
            task=task, decided=bool(reply.get("decided")), port=reply.get("port"), repeated=given.repeated
        )

    @told
    async def claim_task(self, task: str, request: ClaimRequest) -> TaskView:
        accepted(await self.host.claim_task(task, who=request.by))
        return await self.task(task)

    @told
    async def release_task(self, task: str, request: ClaimRequest) -> TaskView:
        accepted(await self.host.release_task(task, who=request.by))
        return await self.task(task)

    @told
    async def delegate_task(self, task: str, request: PassOnRequest) -> TaskView:
        accepted(await self.host.delegate(task, who=request.by, to=request.to))
        return await self.task(task)

    @told
    async def hand_over_task(self, task: str, request: PassOnRequest) -> TaskView:
        accepted(await self.host.hand_over(task, who=request.by, to=request.to))
        return await self.task(task)

    # --- operators ---

    @told
    async def resolve(self, incident: str, request: ResolveRequest) -> ResolvedView:
        stimulus = Resolve(
            incident=incident,
            how=request.how,
            input=from_wire(request.input),
            output=from_wire(request.output),
            port=request.port,
            not_done=request.not_done,
            raise_by=request.raise_by,
            reason=request.reason,
            actor=_actor(request.by),
        )
        accepted(await self.host.resolve(stimulus))
        return ResolvedView(incident=incident, how=request.how)

    @told
    async def cancel(self, run: str, request: CancelRequest) -> RunView:
        await self._row(run)
        stimulus = Cancel(reason=request.reason, undo=request.undo, actor=_actor(request.by))
        accepted(await self.host.cancel(run, stimulus))
        return await self.run(run)

    @told
    async def suspend(self, run: str, request: SuspendRequest) -> RunView:
        await self._row(run)
        accepted(await self.host.suspend(run, Suspend(reason=request.reason, actor=_actor(request.by))))
        return await self.run(run)

    @told
    async def resume(self, run: str, request: ResumeRequest) -> RunView:
        await self._row(run)
        stimulus = Resume(reason=request.reason, shift=request.shift, actor=_actor(request.by))
        accepted(await self.host.resume(run, stimulus))
        return await self.run(run)

    @told
    async def send_signal(self, request: SignalRequest) -> SignalView:
        stimulus = SendSignal(
            name=request.name,
            key=request.key,
            payload=from_wire(request.payload),
            id=request.id,
            keep_for=float(request.keep_for),
            actor=_actor(request.by),
        )
        taken = accepted(await self.host.send_signal(stimulus))
        return SignalView(signal=taken.signal, name=taken.name, key=taken.key, repeated=taken.repeated)

    @told
    async def people(self) -> PeopleView:
        directory = self.host.environment.directory
        return PeopleView(kept=directory.is_kept, people=tuple(self.person(user) for user in sorted(directory.users)))

    @told
    async def test_connection(self, request: ConnectionTestRequest) -> ConnectionTestView:
        found = await self.host.test_connection(request.connection, request.release)
        return ConnectionTestView(
            connection=request.connection, ok=found.ok, message=found.message, seconds=found.seconds
        )


def _actor(by: str | None) -> Actor:
    return CLIENT if by is None else Actor("user", by)


def _read(package: bytes) -> tuple[Project, str]:
    project = read_package(package)
    return project, content_hash(project)


def _version() -> str:
    import importlib.metadata

    try:
        return importlib.metadata.version("baton-flow")
    except importlib.metadata.PackageNotFoundError:
        return ""
