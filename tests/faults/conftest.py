"""Example systems with canary keys, freshly seeded for each test, and a home that points at them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from projects.demo.home import write_home
from projects.example_systems.launch import Systems, start_process

CANARIES: Final = {
    name: f"canary-{name}-7f3a91c2" for name in ("crm", "billing", "ticketing", "notifications", "fraud")
}
"""system -> its key: if one of these stands anywhere in what Baton writes, I8 is broken"""


@pytest.fixture(scope="session")
def running() -> Iterator[Systems]:
    with start_process(keys=CANARIES) as systems:
        yield systems


@pytest.fixture
def systems(running: Systems) -> Systems:
    running.faults.clear()
    running.seed()
    return running


@pytest.fixture
def home(systems: Systems, tmp_path: Path) -> Path:
    return write_home(tmp_path / "home", systems)
