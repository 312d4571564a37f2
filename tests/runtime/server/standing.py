"""A server that stands: a real host on a real store, its application asked without a socket. Shared by these tests."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
from fastapi import FastAPI

from nodes import registry
from runtime.connections import Directory, Environment, PeopleFile
from runtime.host import Clock, Host
from runtime.model.content_hash import content_hash
from runtime.model.flow import Flow
from runtime.model.package import pack
from runtime.model.project import Project, ProjectFile, Role
from runtime.server.app import create_app
from runtime.server.desk import Desk
from runtime.wire import read_json

TOKEN = "a-token-that-only-this-test-knows"
HOST = "127.0.0.1:8500"
ORIGIN = f"http://{HOST}"

FLOW: dict[str, Any] = {
    "id": "refund",
    "title": "Billing dispute",
    "input_schema": {
        "type": "object",
        "properties": {"amount": {"type": "number"}, "name": {"type": "string"}},
        "required": ["amount"],
    },
    "outcomes": [{"id": "paid", "title": "Paid"}, {"id": "refused", "title": "Refused", "resolved": False}],
    "nodes": [
        {"id": "start", "type": "triggers/manual", "title": "Dispute opened"},
        {
            "id": "check",
            "type": "decision/condition",
            "title": "Check amount",
            "config": {"conditions": [{"port": "large", "title": "Above 150", "when": {"feel": "input.amount > 150"}}]},
        },
        {
            "id": "finance",
            "type": "approval",
            "title": "Finance check",
            "config": {
                "role": "finance",
                "title": "Refund {input.amount} EUR to {input.name}?",
                "why": "The amount {input.amount} is above 150. At 150 or less it would have been paid automatically.",
                "show": {"Customer": {"feel": "input.name"}, "Amount, EUR": {"feel": "input.amount"}},
                "choices": [
                    {"port": "approve", "title": "Approve", "style": "positive"},
                    {"port": "reject", "title": "Reject", "style": "negative", "comment_required": True},
                ],
                "form": {
                    "type": "object",
                    "properties": {
                        "amount": {"type": "number", "title": "Amount to refund, EUR", "maximum": 1000},
                        "comment": {"type": "string", "title": "Comment"},
                    },
                },
                "not_requester": True,
                "due": "PT4H",
                "escalate_to": "head",
            },
        },
        {"id": "paid", "type": "control/end", "config": {"outcome": "paid"}},
        {"id": "refused", "type": "control/end", "config": {"outcome": "refused"}},
    ],
    "edges": [
        {"from": "start", "port": "started", "to": "check"},
        {"from": "check", "port": "large", "to": "finance"},
        {"from": "check", "port": "default", "to": "paid"},
        {"from": "finance", "port": "approve", "to": "paid"},
        {"from": "finance", "port": "reject", "to": "refused"},
    ],
}
BROKEN: dict[str, Any] = {
    "id": "broken",
    "outcomes": [{"id": "ok"}],
    "nodes": [
        {"id": "start", "type": "triggers/manual"},
        {"id": "add", "type": "control/set", "config": {"assignments": {"x": {"feel": "input.a + 1"}}}},
        {"id": "ask", "type": "decision/condition",
         "config": {"conditions": [{"port": "yes", "when": {"feel": "input.missing > 1"}}]}},
        {"id": "fin", "type": "control/end", "config": {"outcome": "ok"}},
    ],
    "edges": [
        {"from": "start", "port": "started", "to": "add"},
        {"from": "add", "port": "done", "to": "ask"},
        {"from": "ask", "port": "yes", "to": "fin"},
        {"from": "ask", "port": "default", "to": "fin"},
    ],
}  # fmt: skip
PROJECT = Project(
    file=ProjectFile(
        id="disputes",
        name="Disputes",
        version="1.0.0",
        roles=(Role(id="finance", title="Payments desk"), Role(id="head", title="Head of payments")),
    ),
    flows={flow["id"]: Flow.model_validate(flow) for flow in (FLOW, BROKEN)},
)
PACKAGE = pack(PROJECT)
RELEASE = content_hash(PROJECT)

PEOPLE = PeopleFile.model_validate(
    {"users": {"petra": {"roles": ["finance"]}, "omar": {"roles": ["finance"]}, "clara": {"roles": ["agent"]}}}
)


class Standing:
    """One server, and short hands to ask it."""

    def __init__(self, host: Host, app: FastAPI, client: httpx.AsyncClient) -> None:
        self.host = host
        self.app = app
        self.client = client

    async def ask(self, method: str, path: str, body: Any = None, **options: Any) -> httpx.Response:
        """A request with the token; ``body`` as JSON."""
        headers = {"Authorization": f"Bearer {TOKEN}", **options.pop("headers", {})}
        if body is not None:
            options["json"] = body
        return await self.client.request(method, path, headers=headers, **options)

    async def started(self, amount: int = 312, by: str = "clara", **more: Any) -> str:
        """A run of the example flow; it waits for finance where the amount is above 150."""
        await self.ask(
            "PUT", f"/releases/{RELEASE}", content=PACKAGE, headers={"Content-Type": "application/octet-stream"}
        )
        body = {"release": RELEASE, "flow": "refund", "input": {"amount": amount, "name": "Elena Marsh"}, "by": by}
        answer = await self.ask("POST", "/runs", {**body, **more})
        assert answer.status_code in {200, 201}, answer.text
        return str(answer.json()["run"])

    async def signed_in(self, user: str = "petra") -> str:
        """Signs in at the pages; gives the session's CSRF token."""
        answer = await self.post_form("/login", {"user": user, "token": TOKEN})
        assert answer.status_code == 303, answer.text
        page = await self.client.get("/inbox")
        return page.text.partition('name="csrf" value="')[2].partition('"')[0]

    async def post_form(self, path: str, fields: dict[str, str], origin: str | None = ORIGIN) -> httpx.Response:
        """A form as a browser posts it."""
        headers = {} if origin is None else {"Origin": origin}
        return await self.client.post(path, data=fields, headers=headers)


@asynccontextmanager
async def standing(
    folder: Path, *, people: bool = True, store_url: str = "", clock: Clock | None = None
) -> AsyncIterator[Standing]:
    """A server over a new store in ``folder``, or over ``store_url``."""
    environment = Environment("local", folder, directory=Directory(PEOPLE if people else None))
    async with Host.open(
        store_url=store_url or str(folder / "store.db"),
        registry=registry.built_ins(),
        environment=environment,
        clock=clock,
    ) as host:
        app = create_app(Desk.over(host), TOKEN, hosts=(HOST,), port=8500)
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url=ORIGIN) as client:
            yield Standing(host, app, client)


def stand(folder: Path, play: Callable[[Standing], Coroutine[Any, Any, None]], **options: Any) -> None:
    """Plays a test against a standing server."""

    async def whole() -> None:
        async with standing(folder, **options) as server:
            await play(server)

    asyncio.run(whole())


def exact(response: httpx.Response) -> Any:
    """The body with every digit."""
    return read_json(response.content)


__all__ = ["HOST", "ORIGIN", "PACKAGE", "RELEASE", "TOKEN", "Decimal", "Standing", "exact", "stand", "standing"]
