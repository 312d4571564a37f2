"""Releases: packages in the store by content hash, and the plans compiled from them, kept while they are used.

Called by the runner (``PlanFor``), the performer (what a project says of its connections) and intake.
"""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Mapping

from nodes.registry import Registry
from runtime.engine.compiling import compile_plan
from runtime.engine.plan import Plan
from runtime.model.content_hash import content_hash
from runtime.model.decisions import Decisions
from runtime.model.package import PackageProblem, read_package
from runtime.model.project import Project
from runtime.store import Store

_log = logging.getLogger(__name__)

KEPT = 32
"""releases whose projects and plans stay in memory"""


class Releases:
    """Reads and compiles off the event loop; each release once, however many ask at the same time."""

    def __init__(self, store: Store, registry: Registry, budgets: Mapping[str, int]) -> None:
        self._store = store
        self._registry = registry
        self._budgets = budgets
        self._projects: OrderedDict[str, Project] = OrderedDict()
        self._plans: dict[tuple[str, str], Plan] = {}
        self._decisions: dict[str, Decisions] = {}
        self._lock = asyncio.Lock()

    async def put(self, package: bytes) -> str:
        """Keeps a package for good and gives its content hash. Raises ``PackageProblem`` and ``StoreUnavailable``."""
        project, release = await asyncio.to_thread(_read, package)
        await self._store.save_release(release, package, project.id, project.file.version)
        self._keep(release, project)
        return release

    async def project(self, release: str) -> Project | None:
        """The project of a release; None if the store does not hold it."""
        found = self._projects.get(release)
        if found is not None:
            self._projects.move_to_end(release)
            return found
        async with self._lock:
            package = await self._store.release(release)
            if package is None:
                return None
            read = await asyncio.to_thread(_as_saved, release, package)
            if read is None:
                _log.error("What the store keeps as release %s is another one; its runs wait for the right.", release)
                return None
        self._keep(release, read)
        return read

    async def plan(self, release: str, flow: str) -> Plan | None:
        """The compiled flow; None if there is no such release or flow."""
        plan = self._plans.get((release, flow))
        if plan is not None:
            self._projects.move_to_end(release)
            return plan
        project = await self.project(release)
        if project is None or flow not in project.flows:
            return None
        plan = await asyncio.to_thread(
            compile_plan,
            project.flows[flow],
            self._registry,
            release=release,
            project=project.id,
            budgets=self._budgets,
            flows=project.flows,
            decisions=self._decisions.setdefault(release, Decisions(project.decisions)),
        )
        return self._plans.setdefault((release, flow), plan)

    def _keep(self, release: str, project: Project) -> None:
        self._projects.setdefault(release, project)
        self._projects.move_to_end(release)
        while len(self._projects) > KEPT:
            dropped, _ = self._projects.popitem(last=False)
            self._decisions.pop(dropped, None)
            self._plans = {key: plan for key, plan in self._plans.items() if key[0] != dropped}


def _as_saved(release: str, package: bytes) -> Project | None:
    """The project whose content hash this is; None if the package is another one, or none at all (V1)."""
    try:
        project, found = _read(package)
    except PackageProblem:
        return None
    return project if found == release else None


def _read(package: bytes) -> tuple[Project, str]:
    project = read_package(package)
    return project, content_hash(project)
