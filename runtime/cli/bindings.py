"""Before this process works on a store: can all connections be opened that it would need at once?

A connection without an address or a secret fails its step for good, and where the drawing has an ``error`` way, the run
takes it. So a verb that works on runs looks first, and refuses while nothing has happened yet. No network is used.
"""

from __future__ import annotations

import datetime as dt
import difflib
from collections.abc import Collection, Iterable

from nodes.contract import Effect
from nodes.registry import Registry
from runtime.connections import ConnectionBook, ConnectionProblem, Environment
from runtime.engine.compiling import compile_plan
from runtime.engine.plan import Plan
from runtime.host.releases import Releases
from runtime.model.decisions import Decisions
from runtime.model.project import Project
from runtime.secrets import Redactor
from runtime.store import Store
from runtime.wire import Problem

SOON = dt.timedelta(minutes=10)
"""Runs whose timers are due that soon may go on while this process works."""


def connections_of(plan: Plan) -> set[str]:
    """Names of the connections that a flow's steps use."""
    found = (node.behaviour.connection for node in plan.nodes.values() if isinstance(node.behaviour, Effect))
    return {name for name in found if name}


def connections_called(project: Project, flow: str, registry: Registry) -> set[str]:
    """The same, with those of all flows that it calls, and that these call."""
    needed: set[str] = set()
    seen, waiting = {flow}, [flow]
    decisions = Decisions(project.decisions)
    while waiting:
        plan = compile_plan(project.flows[waiting.pop()], registry, flows=project.flows, decisions=decisions)
        needed |= connections_of(plan)
        called = {node.called.id for node in plan.nodes.values() if node.called is not None} - seen
        seen |= called
        waiting.extend(called)
    return needed


def refuse_unknown_connections(given: Iterable[str], known: Collection[str], who: str) -> None:
    """Raises ``Problem`` UNKNOWN_CONNECTION if ``--connection`` names one that ``who`` (the project) does not have.

    A name that was mistyped would leave the real address in place."""
    for text in given:
        name = text.partition("=")[0].strip()
        if name in known:
            continue
        near = difflib.get_close_matches(name, sorted(known), n=1)
        meant = f" Did you mean {near[0]!r}?" if near else ""
        raise Problem(
            422,
            "UNKNOWN_CONNECTION",
            f"{who} no connection {name!r}.{meant}",
            where="--connection",
            todo=f"Known: {', '.join(sorted(known)) or 'none'}.",
        )


async def refuse_unready_flow(project: Project, flow: str, registry: Registry, environment: Environment) -> None:
    """Raises ``Problem`` (UNBOUND or SECRET) if a flow, or one that it calls, uses what can't be opened here."""
    needed = connections_called(project, flow, registry)
    await _refuse(needed, project, f"The flow {flow}", registry, environment)


async def refuse_unready_runs(
    store: Store,
    registry: Registry,
    environment: Environment,
    now: dt.datetime,
    runs: Collection[str] = (),
    given: Collection[str] = (),
) -> None:
    """The same for ``runs`` and for all that would be gone on with as soon as a host opens this store.

    ``given``: what ``--connection`` says; each must name a connection of one of their projects."""
    releases = Releases(store, registry, {})
    seen: set[tuple[str, str]] = set()
    ready: list[tuple[str, str, Project]] = []
    wanted = [*runs, *await store.runs_needing_worker(), *(run for run, _ in await store.due_runs(now + SOON))]
    for run in dict.fromkeys(wanted):
        row = await store.run_row(run)
        if row is None or (row.release, row.flow) in seen:
            continue
        seen.add((row.release, row.flow))
        plan, project = await releases.plan(row.release, row.flow), await releases.project(row.release)
        if plan is not None and project is not None:
            ready.append((run, row.flow, project))
    if ready:
        known = {name for _, _, project in ready for name in project.connections}
        refuse_unknown_connections(given, known, "The project has" if len(ready) == 1 else "None of the projects has")
    for run, flow, project in ready:
        needed = connections_called(project, flow, registry)
        await _refuse(needed, project, f"The run {run} goes on from here, and it", registry, environment)


async def _refuse(
    needed: Iterable[str], project: Project, who: str, registry: Registry, environment: Environment
) -> None:
    missing = sorted(set(needed) - set(environment.bindings))
    if missing:
        raise _unbound(missing, who, environment)
    book = ConnectionBook(environment, registry.connection_kinds, Redactor())
    try:
        for name in sorted(needed):
            await book.open(name, project.connections.get(name))
    except ConnectionProblem as problem:
        if problem.code != "connection_failed":  # a system that is down now is for the run's retries
            raise Problem(422, "UNBOUND", problem.message) from None
    finally:
        await book.close()


def _unbound(missing: list[str], who: str, environment: Environment) -> Problem:
    options = " ".join(f"--connection {name}=URL" for name in missing)
    one = len(missing) == 1
    return Problem(
        422,
        "UNBOUND",
        f"{who} uses the {'connection' if one else 'connections'} {', '.join(missing)}, "
        f"which {'has' if one else 'have'} no address here.",
        where=missing[0],
        todo=f"Add {options}, name another --env, or bind it in {environment.where}.",
    )
