"""One set of example systems for the folder, freshly seeded for each test, and one Baton that serves all stories."""

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


@pytest.fixture(scope="session")
def home(running: Systems, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_home(tmp_path_factory.mktemp("a") / "baton home", running)


@pytest.fixture(scope="session")
def baton(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[BatonProcess]:
    """One serving Baton for all stories: starting one takes longer than most of them."""
    with BatonProcess(tmp_path_factory.mktemp("b") / "a store.db", home) as process:
        yield process
