"""Before this process works on a store: are all connections bound that it would need at once?

A connection without an address fails its step for good, and where the drawing has an ``error`` way, the run takes it.
So a verb that works on runs looks first, and refuses while nothing has happened yet.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable

from nodes.contract import Effect
from nodes.registry import Registry
from runtime.connections import Environment
from runtime.engine.plan import Plan, compile_plan
from runtime.host.releases import Releases
from runtime.model.flow import Flow
from runtime.store import Store
from runtime.wire import Problem

SOON = dt.timedelta(minutes=10)
"""Runs whose timers are due that soon may go on while this process works."""


def connections_of(plan: Plan) -> set[str]:
    """Names of the connections that a flow's steps use."""
    found = (node.behaviour.connection for node in plan.nodes.values() if isinstance(node.behaviour, Effect))
    return {name for name in found if name}


def refuse_unbound(flow: Flow, registry: Registry, environment: Environment) -> None:
    """Raises ``Problem`` UNBOUND if a flow uses a connection that this environment does not bind."""
    missing = connections_of(compile_plan(flow, registry)) - set(environment.bindings)
    if missing:
        raise unbound(missing, f"The flow {flow.id}", environment)


async def refuse_unbound_runs(
    store: Store, registry: Registry, environment: Environment, now: dt.datetime, runs: Collection[str] = ()
) -> None:
    """The same for ``runs`` and for all that would be gone on with as soon as a host opens this store."""
    releases = Releases(store, registry, {})
    seen: set[tuple[str, str]] = set()
    wanted = [*runs, *await store.runs_needing_worker(), *(run for run, _ in await store.due_runs(now + SOON))]
    for run in dict.fromkeys(wanted):
        row = await store.run_row(run)
        if row is None or (row.release, row.flow) in seen:
            continue
        seen.add((row.release, row.flow))
        plan = await releases.plan(row.release, row.flow)
        missing = connections_of(plan) - set(environment.bindings) if plan is not None else set()
        if missing:
            raise unbound(missing, f"The run {run} would go on now, and it", environment)


def unbound(names: Iterable[str], who: str, environment: Environment) -> Problem:
    """The refusal, with what to type."""
    missing = sorted(names)
    options = " ".join(f"--connection {name}=URL" for name in missing)
    return Problem(
        422,
        "UNBOUND",
        f"{who} uses {_listed(missing)}, which {'has' if len(missing) == 1 else 'have'} no address here.",
        where=missing[0],
        todo=f"Add {options}, name another --env, or bind it in {environment.where}.",
    )


def _listed(names: list[str]) -> str:
    words = ", ".join(names)
    return f"the connection {words}" if len(names) == 1 else f"the connections {words}"
