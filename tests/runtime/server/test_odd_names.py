"""Names that are none (an empty id made a run return every quarter of an hour elsewhere): blank ones, long ones, such
with NUL or control characters. Both stores refuse them alike, name the field, and keep nothing of the request."""

from __future__ import annotations

import random
import string
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from tests.runtime.host.bench import begin, flow, hosting, node, play, work
from tests.runtime.server.standing import RELEASE, Standing, stand

LONG = "".join(random.Random(7).choices(string.ascii_letters, k=5_000))
"""not to be pressed into an index, as one letter repeated would be"""
ODD = {"blank": " \t ", "nul": "a\0b", "control": "a\x1b[31mb", "line": "a\nb", "long": LONG}
FIELDS = ("key", "by", "flow", "release", "trigger", "environment")
ADDRESSES = [
    "/runs/{}", "/runs/{}/trace", "/runs/{}/events", "/tasks/{}", "/incidents/{}", "/releases/{}", "/runs?flow={}",
    "/runs?case={}", "/tasks?role={}", "/tasks?run={}", "/incidents?run={}", "/audit/heads?after={}",
]  # fmt: skip


def start(**more: Any) -> tuple[str, dict[str, Any]]:
    return "/runs", {"release": RELEASE, "flow": "refund", "input": {"amount": 10, "name": "N"}, **more}


def signal(**more: Any) -> tuple[str, dict[str, Any]]:
    return "/signals", {"name": "paid", "key": "C-1", "payload": 1, "id": "s-1", **more}


async def heads(server: Standing) -> list[tuple[str, int]]:
    """Where all streams stand, but those that refusals are written down in."""
    found = await server.host.store.stream_heads()
    return [(head.stream, head.seq) for head in found if not head.stream.startswith("refusals/")]


def test_names_that_are_none_are_refused_by_field_and_nothing_of_them_stays(tmp_path: Path, url: str) -> None:
    async def play(server: Standing) -> None:
        run = await server.started()
        before = await heads(server)
        asked = [
            *(
                (field, start, odd)
                for field in ("key", "by", "flow", "release", "trigger", "environment")
                for odd in ODD
            ),
            *((field, signal, odd) for field in ("name", "id", "by") for odd in ODD),
            *(("key", signal, odd) for odd in ("nul", "long")),
        ]
        for field, make, odd in asked:
            path, body = make(**{field: ODD[odd]})
            answer = await server.ask("POST", path, body)
            assert (answer.status_code, answer.json()["code"], answer.json()["where"]) == (422, "UNFIT", field), (
                f"{path} with {field} {odd}: {answer.text}"
            )
        for odd in ODD:
            answer = await server.ask("POST", *start(case={"key": ODD[odd]}))
            assert (answer.status_code, answer.json()["code"]) == (422, "CASE"), f"case {odd}: {answer.text}"
            answer = await server.ask("POST", "/connections/test", {"connection": ODD[odd]})
            assert (answer.status_code, answer.json()["where"]) == (422, "connection"), f"connection {odd}"
            task = quote(f"{run}:finance#1", safe="")
            answer = await server.ask("POST", f"/tasks/{task}/answers", {"choice": "approve", "by": ODD[odd]})
            assert (answer.status_code, answer.json()["where"]) == (422, "by"), f"answered by {odd}"
        assert await heads(server) == before
        assert await server.host.store.count_runs() == {"running": 1}
        assert (await server.host.store.verify()) == []

    stand(tmp_path, play, store_url=url, people=False)


def test_an_address_with_such_a_name_is_no_trouble_of_the_store(tmp_path: Path, url: str) -> None:
    async def play(server: Standing) -> None:
        await server.started()
        for address in ADDRESSES:
            for odd in ("nul", "control", "line", "long"):
                answer = await server.ask("GET", address.format(quote(ODD[odd], safe="")))
                if odd == "long" and address.startswith("/audit/heads"):
                    assert answer.status_code == 200, "somebody may have made up a stream of any name"
                    continue
                assert answer.status_code in (400, 404, 422), f"{address} with {odd}: {answer.text}"
                if odd != "long":
                    assert (answer.status_code, answer.json()["code"]) == (400, "ADDRESS")
        assert server.host.health().store == ("ok", "")

    stand(tmp_path, play, store_url=url)


async def breaks(_given: Any, _context: Any) -> Any:
    raise RuntimeError("boom a\0b")


def test_values_with_such_characters_reach_people_and_stop_no_run(tmp_path: Path, url: str) -> None:
    """Values may hold what they like: a title or a message made of one is shown, on either store."""
    choices = [{"port": "approve", "title": "Yes"}]
    shown = flow(node("ask", "approval", role="boss", title="May {input.name} pass?", choices=choices))

    async def story() -> None:
        async with hosting(tmp_path, {"breaks": breaks}, store_url=url) as host:
            asked = await begin(host, shown, input={"name": "a\0b"})
            broke = await begin(host, flow(work("posts", "breaks", "once")))
            await host.until_idle()
            [task] = (await host.tasks(run=asked)).rows
            assert task.title == "May a\ufffdb pass?"
            [incident] = (await host.incidents(run=broke)).rows
            assert "boom a\ufffdb" in incident.message
            assert host.health().set_aside == {}
            assert await host.store.verify() == []

    play(story())


@pytest.mark.parametrize("key", ["a\0b", LONG], ids=["nul", "long"])
def test_a_wait_whose_key_no_signal_may_have_says_so(tmp_path: Path, url: str, key: str) -> None:
    waits = flow(node("waits", "control/wait_for_signal", name="paid", key={"feel": "input.key"}))

    async def story() -> None:
        async with hosting(tmp_path, store_url=url) as host:
            run = await begin(host, waits, input={"key": key})
            await host.until_idle()
            [incident] = (await host.incidents(run=run)).rows
            assert incident.kind == "expression"
            assert "key" in incident.message
            assert incident.message.startswith("No signal could ever match")

    play(story())


@pytest.mark.parametrize("field", ["choice", "revision"])
@pytest.mark.parametrize("odd", ["blank", "nul", "line", "long"])
def test_a_posted_form_with_such_a_name_is_no_mistake_of_baton(tmp_path: Path, field: str, odd: str) -> None:
    async def play(server: Standing) -> None:
        run = await server.started()
        csrf = await server.signed_in()
        fields = {"csrf": csrf, "choice": "approve", field: ODD[odd]}
        answer = await server.post_form(f"/inbox/{quote(f'{run}:finance#1', safe='')}", fields)
        assert answer.status_code == 422, answer.text[-500:]
        assert (await server.ask("GET", f"/runs/{run}")).json()["open_tasks"] == 1

    stand(tmp_path, play)
