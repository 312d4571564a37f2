"""Which Python dev.py takes, and what it says where there is none, or only one without venv."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable
from pathlib import Path

import dev_interpreter
import pytest
from dev_exit import Exit
from dev_interpreter import Python

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the stand-in interpreters are shell scripts")


@pytest.fixture
def stand_in(tmp_path: Path) -> Callable[..., str]:
    """Makes a file that answers as an interpreter would (the folder has a blank in its name)."""

    def make(name: str, version: tuple[int, int, int] | None, complete: bool = True) -> str:
        path = tmp_path / "some tools" / name
        path.parent.mkdir(exist_ok=True)
        told = f'{{"version": {list(version or ())}, "path": "{path}", "complete": {str(complete).lower()}}}'
        path.write_text(f"#!/bin/sh\necho '{told}'\n" if version else "#!/bin/sh\necho no such version >&2\nexit 127\n")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
        return str(path)

    return make


@pytest.fixture
def only(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Makes these the only interpreters of the machine."""

    def set_to(*paths: str) -> None:
        monkeypatch.delenv("BATON_PYTHON", raising=False)
        monkeypatch.setattr(dev_interpreter, "_candidates", lambda: ([path] for path in paths))

    return set_to


def test_this_python_answers() -> None:
    python = dev_interpreter.ask([sys.executable])
    assert python is not None
    assert python.version == sys.version_info[:3]
    assert Path(python.path).resolve() == Path(sys._base_executable).resolve()  # type: ignore[attr-defined]


def test_the_first_complete_one_that_fits_is_taken(stand_in: Callable[..., str], only: Callable[..., None]) -> None:
    only(
        stand_in("shim", None),
        stand_in("old", (3, 10, 9)),
        stand_in("too-new", (3, 15, 0)),
        stand_in("split", (3, 13, 1), complete=False),
        good := stand_in("good", (3, 12, 4)),
        stand_in("also", (3, 11, 0)),
    )
    assert dev_interpreter.find() == Python(good, (3, 12, 4), complete=True)


@pytest.mark.parametrize("minor", [11, 12, 13, 14])
def test_each_supported_version_fits(minor: int) -> None:
    assert Python("p", (3, minor, 0), complete=True).fits


def test_without_any_the_sentence_names_the_versions(stand_in: Callable[..., str], only: Callable[..., None]) -> None:
    only(stand_in("old", (3, 8, 18)))
    with pytest.raises(Exit, match=r"needs Python 3\.11 to 3\.14; this is .* BATON_PYTHON=PATH") as stop:
        dev_interpreter.find()
    assert stop.value.code == 3


def test_one_without_venv_is_named_with_its_package(
    stand_in: Callable[..., str], only: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    only(stand_in("split", (3, 11, 2), complete=False))
    monkeypatch.setattr(dev_interpreter.shutil, "which", lambda name: f"/usr/bin/{name}")
    with pytest.raises(
        Exit, match=r"comes without venv and pip\. Type: sudo apt-get install python3\.11-venv$"
    ) as stop:
        dev_interpreter.find()
    assert stop.value.code == 3


def test_one_that_is_named_counts_alone(stand_in: Callable[..., str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BATON_PYTHON", good := stand_in("mine", (3, 14, 0)))
    assert dev_interpreter.find().path == good
    monkeypatch.setenv("BATON_PYTHON", stand_in("old", (3, 9, 1)))
    with pytest.raises(Exit, match=r"is Python 3\.9\.1; name a Python 3\.11 to 3\.14"):
        dev_interpreter.find()
    monkeypatch.setenv("BATON_PYTHON", "/nowhere/python")
    with pytest.raises(Exit, match="does not run"):
        dev_interpreter.find()


def test_the_search_path_is_searched_newest_first(
    stand_in: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("BATON_PYTHON", raising=False)
    older, newer = stand_in("python3.11", (3, 11, 0)), stand_in("python3.14", (3, 14, 0))
    monkeypatch.setenv("PATH", str(Path(older).parent))
    monkeypatch.setattr(dev_interpreter.sys, "executable", stand_in("python3.8", (3, 8, 18)))
    found = [command for command in dev_interpreter._candidates() if command in ([older], [newer])]
    assert found == [[newer], [older]]
    assert dev_interpreter.find().version == (3, 14, 0)
