"""A run stays on its release for life (V1): what somebody put in its place in the store is not run."""

from __future__ import annotations

import logging
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from runtime.engine.stimuli import Refusal
from tests.runtime.host.bench import approval, begin, flow, hosting, package, play, told, work

ASKED = flow(approval(), work("pays"))
FORGED = flow(approval(role="anybody"), work("pays", effect="once"))


@pytest.mark.parametrize(
    "put_there", [package(FORGED), b"PK no package at all", b""], ids=["forged", "garbage", "empty"]
)
def test_a_release_that_was_exchanged_is_none_and_comes_back_with_the_right_one(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, put_there: bytes
) -> None:
    def exchange(content: bytes) -> None:
        with closing(sqlite3.connect(tmp_path / "store.db")) as store, store:
            store.execute("UPDATE releases SET package = ?", (content,))

    async def story() -> None:
        async with hosting(tmp_path) as host:
            run = await begin(host, ASKED)
            await host.until_idle()
            before = await told(host, run)
        exchange(put_there)
        with caplog.at_level(logging.ERROR):
            async with hosting(tmp_path) as host:
                answer = await host.answer(f"{run}:ask#1", choice="approve", by="petra")
                assert isinstance(answer, Refusal)
                assert answer.code == "RELEASE_MISSING"
                assert await told(host, run) == before
                assert [finding.stream.partition("/")[0] for finding in await host.store.verify()] == ["release"]
        assert any("is another one" in record.getMessage() for record in caplog.records)
        exchange(package(ASKED))
        async with hosting(tmp_path) as host:
            assert not isinstance(await host.answer(f"{run}:ask#1", choice="approve", by="petra"), Refusal)
            assert (await host.until_done(run)).outcome == "over"

    play(story())
