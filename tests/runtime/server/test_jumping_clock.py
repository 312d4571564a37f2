"""F21 and F22: the machine's clock jumps while people are at the pages. What lasts so long by a watch lasts so long:
nobody is signed out, no link dies, no door stays shut, and no session outlives its time."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from urllib.parse import quote

import pytest

from runtime.host import VirtualClock
from runtime.server.access import MAX_FAILURES, SESSION_LIFE
from tests.runtime.host.bench import MONDAY
from tests.runtime.server.standing import TOKEN, Standing, stand

DUE = dt.timedelta(hours=4)
HOUR = dt.timedelta(hours=1)
JUMPS = [pytest.param(HOUR, id="an hour on"), pytest.param(dt.timedelta(days=3653), id="ten years on"),
         pytest.param(-HOUR, id="an hour back")]  # fmt: skip


async def sign_in(server: Standing, token: str = TOKEN) -> int:
    return (await server.post_form("/login", {"user": "petra", "token": token})).status_code


def later(server: Standing, by: dt.timedelta) -> None:
    """So much time passes, whatever the clock on the wall says."""
    access = server.app.state.access
    running = access.running
    access.running = lambda: running() + by.total_seconds()


@pytest.mark.parametrize("jump", JUMPS)
def test_who_is_signed_in_stays_so_and_may_decide_by_the_page_that_was_open(tmp_path: Path, jump: dt.timedelta) -> None:
    clock = VirtualClock(MONDAY)

    async def play(server: Standing) -> None:
        run = await server.started()
        csrf = await server.signed_in()
        task = f"/inbox/{quote(f'{run}:finance#1', safe='')}"
        assert (await server.client.get(task)).status_code == 200
        clock.advance(jump)
        for path in ("/inbox", task):
            assert (await server.client.get(path)).status_code == 200, path
        revision = (await server.ask("GET", f"/tasks/{quote(f'{run}:finance#1', safe='')}")).json()["revision"]
        answer = {"csrf": csrf, "choice": "approve", "revision": revision, "form.amount": "10"}
        decided = await server.post_form(task, answer)
        await server.host.until_idle()
        if jump < DUE:
            assert decided.status_code == 303, decided.text
            assert (await server.ask("GET", f"/runs/{run}")).json()["outcome"] == "paid"
        else:
            assert decided.status_code == 403, "it was due by the new time, so it is the head's"
            [open_one] = (await server.ask("GET", "/tasks")).json()["tasks"]
            assert (open_one["role"], open_one["overdue"]) == ("head", True)
        for path in ("/runs", "/tasks", "/incidents", f"/runs/{run}/trace", "/audit", "/health"):
            assert (await server.ask("GET", path)).status_code == 200, path

    stand(tmp_path, play, clock=clock)


@pytest.mark.parametrize("jump", JUMPS)
def test_the_login_that_wrong_tokens_shut_opens_after_a_minute(tmp_path: Path, jump: dt.timedelta) -> None:
    clock = VirtualClock(MONDAY)

    async def play(server: Standing) -> None:
        for _ in range(MAX_FAILURES):
            assert await sign_in(server, "nonsense") == 401
        clock.advance(jump)
        assert await sign_in(server) == 429, "the clock on the wall opens it for nobody"
        later(server, dt.timedelta(seconds=61))
        assert await sign_in(server) == 303

    stand(tmp_path, play, clock=clock)


def test_a_session_of_a_clock_that_was_wrong_ends_in_its_time(tmp_path: Path) -> None:
    clock = VirtualClock(MONDAY + dt.timedelta(days=3653))

    async def play(server: Standing) -> None:
        await server.signed_in()
        clock.move_to(MONDAY)
        later(server, SESSION_LIFE - HOUR)
        assert (await server.client.get("/inbox")).status_code == 200
        later(server, 2 * HOUR)
        assert (await server.client.get("/inbox")).status_code == 303

    stand(tmp_path, play, clock=clock)
