"""A fresh store for each test: ``url`` of the folder above on each kind of database in turn, ``place`` for what files
alone can do.
"""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "store.db"
