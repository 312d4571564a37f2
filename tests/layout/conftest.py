"""What the layout tests read: the files of the checkout, and the modules of the three floors."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.layout.module_source import Module, read_module

ROOT = Path(__file__).resolve().parents[2]
_FLOORS = ("designer", "nodes", "runtime")


@pytest.fixture(scope="session")
def checkout_files() -> list[Path]:
    """Every file that is or would be committed; what .gitignore names stays out."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if listed.returncode == 0:
        found = [ROOT / name for name in listed.stdout.decode().split("\0") if name]
    else:  # an archive without its history
        apart = {".venv", "build", ".git", "__pycache__"}
        found = [path for path in ROOT.rglob("*") if not apart & set(path.relative_to(ROOT).parts)]
    return sorted(path for path in found if path.is_file())


@pytest.fixture(scope="session")
def modules(checkout_files: list[Path]) -> list[Module]:
    """The modules of the three floors."""
    inside = [path for path in checkout_files if path.suffix == ".py" and path.relative_to(ROOT).parts[0] in _FLOORS]
    return [read_module(path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")) for path in inside]
