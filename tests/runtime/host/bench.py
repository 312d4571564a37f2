"""A host on a store of its own, with steps whose work a test writes as a function. Used by the tests of this folder.

``Bench.flow(...)`` draws a flow; ``await bench.begin(host, flow, ...)`` packs, stores and starts it.
"""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

from nodes.contract import (
    DONE,
    ERROR,
    Category,
    ConnectionKind,
    Effect,
    EffectKind,
    NodeConfig,
    NodeContext,
    NodeType,
    Reply,
    TestResult,
    Value,
)
from nodes.registry import Registry, built_ins
from runtime.connections import Environment
from runtime.engine.stimuli import Start
from runtime.host import Host, Started
from runtime.model.flow import Flow
from runtime.model.package import pack
from runtime.model.project import ConnectionNeed, Project, ProjectFile

Work = Callable[[Mapping[str, Value], NodeContext], Awaitable[Any]]

TestResult.__test__ = False  # type: ignore[attr-defined]  # pytest takes the class of the contract for one of its own


class WorkConfig(NodeConfig):
    """``do`` names the function; ``effect`` is read, keyed or once."""

    do: str = "ok"
    effect: EffectKind = EffectKind.KEYED
    connection: str | None = None


WORK = NodeType(
    id="test/work",
    version=1,
    title="Work",
    help="",
    category=Category.ADAPTER,
    icon="",
    Config=WorkConfig,
    ports=lambda _config: (DONE, ERROR),
    output_schema=lambda _config: {},
    summary=lambda config: config.do,
    behaviour=lambda config: Effect(config.effect, {"do": config.do}, config.connection),
)


class BenchRegistry(Registry):
    """Baton's own types and ``test/work``."""

    def __init__(self, works: dict[str, Work], kinds: Mapping[str, ConnectionKind] | None = None) -> None:
        super().__init__([*built_ins().types, WORK], [], {**built_ins().connection_kinds, **(kinds or {})})
        self.works = works

    def perform(self, node_type: NodeType) -> Any:
        if node_type.id != WORK.id:
            return super().perform(node_type)

        async def perform(given: Mapping[str, Value], context: NodeContext) -> Any:
            return await self.works[given["do"]](given, context)

        return perform


async def ok(_given: Mapping[str, Value], _context: NodeContext) -> Reply:
    """Succeeds at once."""
    return Reply({"fine": True})


def node(id: str, type: str, **config: Any) -> dict[str, Any]:  # noqa: A002
    """A node as it stands in a file."""
    more = {key: config.pop(key) for key in ("retry", "timeout", "sla") if key in config and type == "test/work"}
    return {"id": id, "type": type, "config": config, **more}


def work(id: str, do: str = "ok", effect: str = "keyed", **more: Any) -> dict[str, Any]:  # noqa: A002
    """A node of type ``test/work``."""
    return node(id, "test/work", do=do, effect=effect, **more)


def flow(*nodes: dict[str, Any], edges: list[str] | None = None, **more: Any) -> Flow:
    """A flow: without ``edges`` the nodes follow one another from ``start`` to ``end``; each edge is ``a.port>b``."""
    inner = [n["id"] for n in nodes]
    if edges is None:
        chain = ["start", *inner, "end"]
        ports = {"start": "started", **{n["id"]: _usual_port(n) for n in nodes}}
        edges = [f"{a}.{ports[a]}>{b}" for a, b in pairwise(chain)]
    parsed = []
    for text in edges:
        source, _, target = text.partition(">")
        at, _, port = source.partition(".")
        parsed.append({"from": at, "port": port, "to": target})
    return Flow.model_validate(
        {
            "id": "f",
            "outcomes": [{"id": "over", "resolved": True}],
            "nodes": [node("start", "triggers/manual"), *nodes, node("end", "control/end", outcome="over")],
            "edges": parsed,
            **more,
        }
    )


def _usual_port(drawn: dict[str, Any]) -> str:
    usual = {"approval": "approve", "control/wait_for_signal": "received"}
    return usual.get(drawn["type"], "done")


def approval(id: str = "ask", role: str = "boss", **more: Any) -> dict[str, Any]:  # noqa: A002
    """A task with approve and reject."""
    choices = [{"port": "approve", "title": "Yes"}, {"port": "reject", "title": "No"}]
    return node(id, "approval", role=role, title="May we?", choices=choices, **more)


def package(drawn: Flow, connections: Mapping[str, ConnectionNeed] | None = None, *others: Flow) -> bytes:
    """The packed project around a flow, and around ``others`` that it calls."""
    flows = {each.id: each for each in (drawn, *others)}
    return pack(Project(file=ProjectFile(id="bench"), flows=flows, connections=connections or {}))


@asynccontextmanager
async def hosting(folder: Path, works: dict[str, Work] | None = None, **options: Any) -> AsyncIterator[Host]:
    """A host on ``folder/store.db``, or on ``store_url``. Options as ``Host.open``; ``environment`` too."""
    options.setdefault("environment", Environment("local", folder))
    options.setdefault("registry", BenchRegistry({"ok": ok, **(works or {})}))
    options.setdefault("store_url", str(folder / "store.db"))
    async with Host.open(**options) as host:
        yield host


async def begin(host: Host, drawn: Flow, *others: Flow, **start: Any) -> str:
    """The id of a run that was started; ``others`` are in its release."""
    release = await host.put_release(package(drawn, start.pop("connections", None), *others))
    started = await host.start(release, replace(Start(flow=drawn.id), **start))
    assert isinstance(started, Started), started
    return started.run


async def told(host: Host, run: str) -> list[str]:
    """The journal in words: kind of event and step."""
    words = []
    for entry in await host.journal(run):
        step = getattr(entry.event, "step", "")
        words.append(f"{type(entry.event).__name__} {step}".strip())
    return words


def play(story: Awaitable[Any], seconds: float = 30.0) -> Any:
    """Runs a story to its end, or fails if it takes too long."""

    async def limited() -> Any:
        return await asyncio.wait_for(asyncio.ensure_future(story), seconds)

    return asyncio.run(limited())


MONDAY = dt.datetime(2026, 5, 4, 9, 0, tzinfo=dt.UTC)
