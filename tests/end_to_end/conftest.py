"""One set of example systems for the folder, freshly seeded for each test; a Baton of its own for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from projects.demo.baton_process import BatonProcess
from projects.demo.home import write_home
from projects.example_systems.launch import Systems, start_process


@pytest.fixture(scope="session")
def running() -> Iterator[Systems]:
    with start_process() as systems:
        yield systems


@pytest.fixture
def systems(running: Systems) -> Systems:
    running.seed()
    return running


@pytest.fixture
def home(systems: Systems, tmp_path: Path) -> Path:
    return write_home(tmp_path / "baton home", systems)


@pytest.fixture
def baton(home: Path, tmp_path: Path) -> Iterator[BatonProcess]:
    with BatonProcess(tmp_path / "a store.db", home) as process:
        yield process
