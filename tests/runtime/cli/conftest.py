"""A person with a new Baton home, for every test of the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.runtime.cli.typing_in import Person


@pytest.fixture
def person(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Person:
    """Nothing of the machine's own settings is seen."""
    for name in ("BATON_STORE", "BATON_SERVER", "BATON_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("BATON_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    return Person(tmp_path, capsys)
