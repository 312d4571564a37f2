"""The judge can be trusted to convict: each breach that can be made up from outside is named by its number."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from projects.example_systems.judge import LedgerEntry
from tests.faults.callers import Answered, Told
from tests.faults.invariants import invariants
from tests.runtime.host.bench import approval, begin, flow, hosting, play

ENTRY = LedgerEntry(1, "now", "billing", "refund", "key", "hash", "s", "r", None, "C", Decimal(1), 201, False)


@pytest.fixture
def played(tmp_path: Path) -> tuple[Path, Told]:
    """A store with one run that ended by a person's answer, and what was acknowledged."""
    told = Told(possible_starts=1)

    async def story() -> None:
        async with hosting(tmp_path) as host:
            run = await begin(host, flow(approval()))
            told.runs.add(run)
            await host.until_idle()
            [task] = (await host.tasks()).rows
            await host.answer(task.task, choice="approve", by="ana", revision=task.revision)
            told.answers.append(Answered(task.task, "ana", "approve", task.revision))
            await host.until_done(run)

    play(story())
    return tmp_path / "store.db", told


def numbers(breaches: list[str]) -> set[str]:
    return {breach[:2] for breach in breaches}


def test_what_is_in_order_is_acquitted(played: tuple[Path, Told]) -> None:
    store, told = played
    assert invariants(store, told, [ENTRY], secrets=["canary"]) == []


def test_starts_decisions_effects_and_secrets_are_held_against_what_was_told(played: tuple[Path, Told]) -> None:
    store, told = played
    assert numbers(invariants(store, replace(told, runs={"r-lost"}), [])) == {"I1"}
    assert numbers(invariants(store, replace(told, runs=set(), possible_starts=0), [])) == {"I1"}
    assert numbers(invariants(store, told, [ENTRY, replace(ENTRY, seq=2)])) == {"I3"}
    other = replace(told.answers[0], choice="reject")
    assert numbers(invariants(store, replace(told, answers=[other]), [])) == {"I5"}
    assert numbers(invariants(store, replace(told, signals={"lost"}), [])) == {"I5"}
    (store.parent / "log.txt").write_text("the key is canary", encoding="utf-8")
    assert numbers(invariants(store, told, [], secrets=["canary"])) == {"I8"}


@pytest.mark.parametrize(
    ("change", "breach"),
    [
        ("update journal set data = replace(data, 'approve', 'reject') where type = 'TaskAnswered'", "I2"),
        ("update runs set outcome = 'another'", "I2"),
        ("delete from journal where seq = 2", "I2"),
        ("update runs set needs_worker = 1", "I2"),
    ],
)
def test_a_store_that_was_changed_is_convicted(played: tuple[Path, Told], change: str, breach: str) -> None:
    store, told = played
    database = sqlite3.connect(store)
    for (trigger,) in database.execute("select name from sqlite_master where type = 'trigger'").fetchall():
        database.execute(f"drop trigger {trigger}")
    assert database.execute(change).rowcount > 0
    database.commit()
    database.close()
    assert breach in numbers(invariants(store, told, []))
