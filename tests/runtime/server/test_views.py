"""What a view says of a run beyond its row."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from runtime.engine.rows import RunRow
from runtime.model.content_hash import content_hash
from runtime.model.package import pack
from runtime.server.pages.rendering import quoted
from runtime.server.views import run_view
from tests.runtime.server.standing import PROJECT, Standing, stand

NOW = dt.datetime(2026, 11, 20, 9, 0, tzinfo=dt.UTC)


def row(**fields: object) -> RunRow:
    made = {
        "run": "r-1", "flow": "f", "project": "p", "release": "0" * 64, "environment": "local", "state": "running",
        "outcome": None, "resolved": False, "case_key": None, "requester": None, "parent": None, "started_at": NOW,
        "ended_at": None, "next_due": NOW + dt.timedelta(seconds=30), "open_incidents": 0, "open_tasks": 0,
        "needs_worker": False, "at_nodes": ("ask",),
    }  # fmt: skip
    return RunRow(**(made | fields))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("fields", "busy"),
    [
        ({}, True),
        ({"next_due": NOW + dt.timedelta(hours=1)}, False),
        ({"next_due": None}, False),
        # The near timer is the SLA of what stands still; following the run would be waiting for nobody.
        ({"open_incidents": 1}, False),
        ({"open_tasks": 1}, False),
        ({"state": "suspended"}, False),
    ],
)
def test_a_run_is_busy_if_it_goes_on_soon_without_anybody(fields: dict[str, object], busy: bool) -> None:
    assert run_view(row(**fields), "Flow", NOW).busy is busy


def test_a_run_that_is_worked_on_is_busy_whatever_waits_beside() -> None:
    assert run_view(row(open_incidents=1), "Flow", NOW, busy=True).busy


def test_a_question_and_its_answer_read_as_such(tmp_path: Path) -> None:
    """It read "Too much?: Above 150"."""
    flow = PROJECT.flows["refund"]
    nodes = tuple(n.model_copy(update={"title": "Too much?"}) if n.title == "Check amount" else n for n in flow.nodes)
    other = PROJECT.model_copy(update={"flows": {"refund": flow.model_copy(update={"nodes": nodes})}})
    release = content_hash(other)

    async def play(server: Standing) -> None:
        sent = {"content": pack(other), "headers": {"Content-Type": "application/octet-stream"}}
        await server.ask("PUT", f"/releases/{release}", **sent)
        await server.started(release=release)
        (task,) = (await server.ask("GET", "/tasks")).json()["tasks"]
        history = (await server.ask("GET", f"/tasks/{task['task'].replace('#', '%23')}")).json()["history"]
        assert [line["words"] for line in history] == ["Dispute opened", "Too much? Above 150"]

    stand(tmp_path, play)


def test_names_are_quoted_as_people_quote_them() -> None:
    assert quoted("decision `Tier`, and `x`") == "decision “Tier”, and “x”"
    assert quoted("none, or ` alone") == "none, or ` alone"


def test_the_frame_says_who_is_signed_in_and_in_which_roles(tmp_path: Path) -> None:
    async def play(server: Standing) -> None:
        await server.signed_in("petra")
        page = (await server.client.get("/inbox")).text
        assert '<bdi>petra</bdi><span class="roles">Finance</span>' in page

    stand(tmp_path, play)


def test_where_nobody_keeps_a_list_only_the_name_is_known(tmp_path: Path) -> None:
    async def play(server: Standing) -> None:
        await server.signed_in("anybody")
        page = (await server.client.get("/inbox")).text
        assert "<bdi>anybody</bdi></span>" in page
        assert 'class="roles"' not in page

    stand(tmp_path, play, people=False)
