"""F26 to F28: every way in which a connection can go wrong, for each promise that a step makes (read, keyed, once).

The systems behind the proxy are real and keep their own ledger. Whatever happens on the wire: the step comes to an end
in time, the ledger is within the promise, what Baton says of an effect is true, and nobody else waits for it.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable
from contextlib import AsyncExitStack
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, Literal

import httpx
import pytest

from projects.example_systems.judge import effects, repetitions
from projects.example_systems.launch import Systems
from runtime.connections import Environment
from runtime.engine.events import AttemptFailed, IncidentRaised
from runtime.host import Host
from runtime.model.project import ConnectionNeed
from tests.conftest import Storm
from tests.faults.proxy import REACHES_SERVER, Proxy, Spoil
from tests.faults.stories import NEEDS, keyed, once, read
from tests.runtime.host.bench import begin, flow, hosting, play

ATTEMPT_SECONDS: Final = Decimal("0.5")
IN_TIME: Final = 8.0
"""seconds: two attempts, and the five that a withdrawn one has to end"""
UNAFFECTED: Final = 3.0
"""seconds that a run beside may take: far less than all the broken ones together would hold it up"""
SPOILS: Final = [
    Spoil("delay", 2.0),
    Spoil("trickle", 0.2),
    Spoil("cut_before"),
    Spoil("cut_after"),
    Spoil("half_close"),
    Spoil("truncate"),
    Spoil("reset"),
    Spoil("garble"),
    Spoil("hang"),
    Spoil("deaf"),
    Spoil("refuse", status=503),
    Spoil("stall", status=503),
    Spoil("refuse", status=429, retry_after="3600"),
    Spoil("refuse", status=429, retry_after="Wed, 21 Oct 2015 07:28:00 GMT"),
    Spoil("refuse", status=429, retry_after="abc"),
    Spoil("refuse", status=503, retry_after="-5"),
    Spoil("refuse", status=429, retry_after="9" * 30),
]
STEPS: Final = {"read": (read, "crm"), "keyed": (keyed, "ticketing"), "once": (once, "notifications")}


class Wire:
    """A host whose three connections lead through a proxy each, and a fourth that leads straight to the system."""

    def __init__(
        self,
        systems: Systems,
        folder: Path,
        monkeypatch: pytest.MonkeyPatch,
        *,
        seed: int = 0,
        attempt_seconds: Decimal = ATTEMPT_SECONDS,
        connection_seconds: int = 30,
    ) -> None:
        self.attempt_seconds = attempt_seconds
        self.needs = {
            name: need.model_copy(update={"settings": {**need.settings, "timeout": connection_seconds}})
            for name, need in NEEDS.items()
        }
        self.systems = systems
        self.folder = folder
        self.proxies = {name: Proxy("127.0.0.1", httpx.URL(systems.url).port or 0, seed=seed) for name in STEPS}
        for name, key in systems.keys.items():
            monkeypatch.setenv(f"{name.upper()}_KEY", key)

    async def play(self, spoil: Callable[[Proxy], None]) -> dict[str, dict[str, Any]]:
        """One run of each kind under the spoil, and one beside them -> kind -> what became of it."""
        async with AsyncExitStack() as stack:
            for proxy in self.proxies.values():
                await stack.enter_async_context(proxy)
                spoil(proxy)
            host = await stack.enter_async_context(
                hosting(self.folder, environment=self._environment(), drain_seconds=1.0)
            )
            begun = time.monotonic()
            runs = {name: await self._begin(host, name) for name in STEPS}
            beside = await begin(host, flow(_straight()), connections=STRAIGHT, input={"case": "beside"})
            assert (await host.until_done(beside)).outcome == "over"
            beside_took = time.monotonic() - begun
            async with asyncio.timeout(IN_TIME):
                await host.until_idle(set(runs.values()))
            assert beside_took < UNAFFECTED, f"the run beside waited for {beside_took:.1f} s"
            told = {name: await self._told(host, run) for name, run in runs.items()}
            assert await host.store.verify() == []
            return told

    async def _begin(self, host: Host, name: str) -> str:
        step, _ = STEPS[name]
        policy = {"attempts": 1 if name == "once" else 2, "first_delay": 0, "attempt_timeout": self.attempt_seconds}
        drawn = flow(step() | {"retry": policy, "timeout": "PT5S"})
        return await begin(host, drawn, connections=self.needs, input={"case": f"case-{name}"})

    async def _told(self, host: Host, run: str) -> dict[str, Any]:
        events = [entry.event for entry in await host.journal(run)]
        row = await host.run_row(run)
        return {
            "state": row.state,
            "failures": [event for event in events if isinstance(event, AttemptFailed)],
            "incidents": [event for event in events if isinstance(event, IncidentRaised)],
        }

    def _environment(self) -> Environment:
        through = {STEPS[name][1]: f"{proxy.url}/{STEPS[name][1]}" for name, proxy in self.proxies.items()}
        bound = {
            **{name: {"url": url, "secret": f"env:{name.upper()}_KEY"} for name, url in through.items()},
            "straight": {"url": self.systems.url_of("crm"), "secret": "env:CRM_KEY"},
        }
        file = self.folder / "environments" / "test.json"
        file.parent.mkdir(exist_ok=True)
        file.write_text(json.dumps({"connections": bound}), encoding="utf-8")
        return Environment.load("test", home=self.folder)


STRAIGHT: Final = {"straight": ConnectionNeed(kind="http", settings={"auth": "api_key", "header": "X-Api-Key"})}


def _straight() -> dict[str, Any]:
    step = read()
    return step | {"config": step["config"] | {"connection": "straight"}}


def judge(systems: Systems, told: dict[str, dict[str, Any]]) -> None:
    """The ledger is within each promise, and nothing that was said of an effect is untrue."""
    ledger = systems.ledger()
    assert repetitions(ledger) == []
    for name in ("keyed", "once"):
        took_place = [entry for entry in effects(ledger) if entry.case == f"case-{name}"]
        became = told[name]
        assert len(took_place) <= 1, f"{name}: {took_place}"
        if became["state"] == "completed":
            assert len(took_place) == 1, f"{name}: said to be done, and it was not"
        if name == "once":
            assert len([entry for entry in ledger if entry.case == "case-once"]) <= 1, "it was sent twice"
            known_not_done = became["failures"] and not any(failure.unclear for failure in became["failures"])
            if known_not_done:
                assert took_place == [], "said to have failed for certain, and it took place"
            kinds = {incident.kind for incident in became["incidents"]}
            if took_place and became["state"] != "completed":
                assert kinds == {"outcome_unknown"}, "done, or not: a person has to look"


@pytest.mark.parametrize("spoil", SPOILS, ids=str)
def test_a_connection_that_always_fails_fails_the_step_in_time(
    tmp_path: Path, systems: Systems, monkeypatch: pytest.MonkeyPatch, spoil: Spoil
) -> None:
    wire = Wire(systems, tmp_path, monkeypatch)
    told = play(wire.play(lambda proxy: proxy.always(spoil)), 60)
    judge(systems, told)
    if spoil.kind != "garble":  # three other bytes may still be a reply
        assert {name: became["state"] for name, became in told.items()} == dict.fromkeys(STEPS, "running")
    if spoil.kind in {"refuse", "stall"}:
        assert not any(failure.unclear for became in told.values() for failure in became["failures"])
        assert {failure.error["status"] for became in told.values() for failure in became["failures"]} == {spoil.status}
    assert all(proxy.met[spoil.kind] for proxy in wire.proxies.values()), "the fault was not met"
    if spoil.kind in REACHES_SERVER:
        assert effects(systems.ledger(case="case-once")), "the request was to arrive"


@pytest.mark.parametrize("kind", ["hang", "trickle"])
def test_the_limit_of_the_connection_is_a_total_one_and_honest_too(
    tmp_path: Path, systems: Systems, monkeypatch: pytest.MonkeyPatch, kind: Literal["hang", "trickle"]
) -> None:
    """A byte now and then keeps a limit on each read from ever being reached."""
    wire = Wire(systems, tmp_path, monkeypatch, attempt_seconds=Decimal(4), connection_seconds=1)
    told = play(wire.play(lambda proxy: proxy.always(Spoil(kind, 0.2))), 60)
    judge(systems, told)
    for became in told.values():
        assert {failure.error["code"] for failure in became["failures"]} == {"timeout"}


@pytest.mark.parametrize(
    "spoil", [spoil for spoil in SPOILS if spoil.kind not in {"refuse", "stall", "garble"}], ids=str
)
def test_a_connection_that_fails_once_costs_a_second_attempt_and_no_second_effect(
    tmp_path: Path, systems: Systems, monkeypatch: pytest.MonkeyPatch, spoil: Spoil
) -> None:
    told = play(Wire(systems, tmp_path, monkeypatch).play(lambda proxy: proxy.spoil(spoil)), 60)
    judge(systems, told)
    assert [told[name]["state"] for name in ("read", "keyed")] == ["completed", "completed"]


@pytest.mark.storm
@pytest.mark.timeout(3600)
def test_a_wire_that_fails_at_random_never_breaks_a_promise(
    tmp_path: Path, systems: Systems, monkeypatch: pytest.MonkeyPatch, storm: Storm
) -> None:
    number = 0
    while storm.must(number, 20):
        number += 1
        seed = storm.random.randrange(2**32)
        systems.seed()
        folder = tmp_path / str(number)
        folder.mkdir()
        wire = Wire(systems, folder, monkeypatch, seed=seed)
        chosen = storm.random.choices([*SPOILS, None], k=2)
        told = play(wire.play(lambda proxy, chosen=chosen: proxy.spoil(*filter(None, chosen))), 60)
        try:
            judge(systems, told)
        except AssertionError as wrong:
            wrong.add_note(f"seed {seed}, {chosen}")
            raise
        storm.count(
            "connections spoiled", sum(sum(proxy.met.values()) - proxy.met[""] for proxy in wire.proxies.values())
        )
