"""A fresh store for each test: ``url`` on each kind of database in turn, ``place`` for what files alone can do."""

from __future__ import annotations

from pathlib import Path

import pytest

STORES = ("sqlite", "postgres")


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "store.db"


@pytest.fixture(params=STORES)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'store.db'}"
    made: str = request.getfixturevalue("postgres").database()
    return made
