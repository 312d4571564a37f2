"""`.venv` counts only with its stamp, and the stamp is written last: each way to be without a good one is made here."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import dev_interpreter
import dev_venv
import pytest
from dev_exit import Exit
from dev_interpreter import Python


class Checkout:
    """A checkout in a folder with blanks, whose installations are counted, not done; its `.venv` is a real one."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.venv = root / ".venv"
        self.stamp = self.venv / "baton-stamp.json"
        self.installed: list[list[str]] = []
        self.made = 0
        self.fails = False

    def make(self, python: Python) -> None:
        self.made += 1
        if self.venv.exists():
            shutil.rmtree(self.venv)
        subprocess.run([python.path, "-m", "venv", "--without-pip", str(self.venv)], check=True)

    def install(self, extras: list[str]) -> None:
        assert not self.stamp.exists(), "an environment that is being changed must not look good"
        if self.fails:
            raise Exit(3, "pip could not install")
        self.installed.append(extras)

    def ready(self, *extras: str) -> str:
        return dev_venv.ready(extras, find_python=_this_python)


def _this_python() -> Python:
    python = dev_interpreter.ask([sys.executable])
    assert python is not None
    return python


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Checkout:
    root = tmp_path / "a folder with blanks"
    root.mkdir()
    for name in ("pyproject.toml", "constraints.txt"):
        (root / name).write_text("one\n")
    made = Checkout(root)
    monkeypatch.setattr(dev_venv, "ROOT", root)
    monkeypatch.setattr(dev_venv, "VENV", made.venv)
    monkeypatch.setattr(dev_venv, "STAMP", made.stamp)
    monkeypatch.setattr(dev_venv, "BUILD", root / "build")
    monkeypatch.setattr(dev_venv, "PYPROJECT", root / "pyproject.toml")
    monkeypatch.setattr(dev_venv, "CONSTRAINTS", root / "constraints.txt")
    monkeypatch.setattr(dev_venv, "_PIP_LOG", root / "build" / "pip.log")
    return made


@pytest.fixture
def counted(checkout: Checkout, monkeypatch: pytest.MonkeyPatch) -> Checkout:
    monkeypatch.setattr(dev_venv, "_make", checkout.make)
    monkeypatch.setattr(dev_venv, "_install", checkout.install)
    return checkout


def test_the_second_time_nothing_is_done(counted: Checkout) -> None:
    first = counted.ready("server")
    assert counted.ready("server") == first
    assert (counted.made, counted.installed) == (1, [["server"]])
    assert subprocess.run([first, "-c", ""], check=False).returncode == 0


def test_what_is_installed_already_is_enough_for_a_smaller_verb(counted: Checkout) -> None:
    counted.ready("server", "dev")
    counted.ready("server")
    assert counted.installed == [["dev", "server"]]


def test_a_larger_verb_adds_to_it(counted: Checkout) -> None:
    counted.ready("server")
    counted.ready("dev", "server")
    counted.ready("server")
    assert (counted.made, counted.installed) == (1, [["server"], ["dev", "server"]])


@pytest.mark.parametrize("name", ["pyproject.toml", "constraints.txt"])
def test_changed_requirements_are_installed_and_earlier_extras_kept(counted: Checkout, name: str) -> None:
    counted.ready("server", "dev")
    (counted.root / name).write_text("two\n")
    counted.ready("server")
    assert (counted.made, counted.installed) == (1, [["dev", "server"], ["dev", "server"]])


def test_an_installation_that_failed_leaves_no_stamp(counted: Checkout) -> None:
    counted.ready("server")
    counted.fails = True
    with pytest.raises(Exit):
        counted.ready("server", "dev")
    assert not counted.stamp.exists()
    counted.fails = False
    counted.ready("server", "dev")
    assert (counted.made, counted.installed[-1]) == (2, ["dev", "server"])


def _lose_the_stamp(checkout: Checkout) -> None:
    checkout.stamp.unlink()


def _tear_the_stamp(checkout: Checkout) -> None:
    checkout.stamp.write_text(checkout.stamp.read_text()[:20])


def _come_from_elsewhere(checkout: Checkout) -> None:
    stamp = json.loads(checkout.stamp.read_text())
    checkout.stamp.write_text(json.dumps({**stamp, "place": "/elsewhere/.venv"}))


def _upgrade_the_python_below(checkout: Checkout) -> None:
    stamp = json.loads(checkout.stamp.read_text())
    checkout.stamp.write_text(json.dumps({**stamp, "python": [3, 11, 0]}))


def _remove_the_python(checkout: Checkout) -> None:
    dev_venv.python_in(checkout.venv).unlink()


def _make_its_python_fail(checkout: Checkout) -> None:
    python = dev_venv.python_in(checkout.venv)
    python.unlink()
    python.write_text("#!/bin/sh\nexit 1\n")
    python.chmod(0o755)


def _be_somebody_elses(checkout: Checkout) -> None:
    shutil.rmtree(checkout.venv)
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(checkout.venv)], check=True)


@pytest.mark.parametrize(
    "harm",
    [
        _lose_the_stamp,
        _tear_the_stamp,
        _come_from_elsewhere,
        _upgrade_the_python_below,
        _remove_the_python,
        _make_its_python_fail,
        _be_somebody_elses,
    ],
)
def test_a_venv_that_is_not_good_is_made_anew(counted: Checkout, harm: object) -> None:
    counted.ready("server")
    assert callable(harm)
    harm(counted)
    counted.ready("server")
    assert (counted.made, counted.installed) == (2, [["server"], ["server"]])
    assert counted.ready("server")
    assert counted.made == 2


@pytest.mark.skipif(os.name == "nt", reason="symbolic links need a right there")
def test_a_linked_venv_is_replaced_and_what_it_leads_to_is_left_alone(
    checkout: Checkout, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs = checkout.root / "theirs"
    theirs.mkdir()
    (theirs / "precious").touch()
    checkout.venv.symlink_to(theirs)
    monkeypatch.setattr(dev_venv, "_install", checkout.install)
    checkout.ready("server")
    assert (theirs / "precious").exists()
    assert not checkout.venv.is_symlink()


def test_a_real_venv_has_its_own_pip_in_a_path_with_blanks(checkout: Checkout) -> None:
    dev_venv._make(_this_python())
    asked = subprocess.run(
        [str(dev_venv.python_in(checkout.venv)), "-m", "pip", "--version"], capture_output=True, text=True, check=True
    )
    assert str(checkout.venv) in asked.stdout


@pytest.mark.skipif(os.name == "nt", reason="the stand-in interpreter is a shell script")
def test_a_python_that_leaves_a_venv_without_pip_is_found_out(checkout: Checkout) -> None:
    """Debian's without python3-venv: `venv` fails, after it has left a bin/python that works."""
    half = checkout.root / "half python"
    half.write_text(
        f'#!/bin/sh\n"{sys.executable}" -m venv --without-pip "$3"\necho ensurepip is not available\nexit 1\n'
    )
    half.chmod(0o755)
    with pytest.raises(Exit, match=r"python3\.11-venv") as stop:
        dev_venv.ready(["server"], find_python=lambda: Python(str(half), (3, 11, 2), complete=True))
    assert stop.value.code == 3
    assert not checkout.venv.exists()


@pytest.mark.skipif(os.name == "nt", reason="the stand-in interpreter is a shell script")
def test_a_venv_that_fails_for_another_reason_says_that_one(checkout: Checkout) -> None:
    full = checkout.root / "full disk python"
    full.write_text("#!/bin/sh\necho 'Error: [Errno 28] No space left on device'\nexit 1\n")
    full.chmod(0o755)
    with pytest.raises(Exit, match=r"could not make \.venv: Error: .* No space left on device$"):
        dev_venv.ready(["server"], find_python=lambda: Python(str(full), (3, 11, 2), complete=True))


def test_when_pip_fails_its_last_words_are_shown(checkout: Checkout, capsys: pytest.CaptureFixture[str]) -> None:
    """A real pip, told to look into an empty folder."""
    (checkout.root / "pyproject.toml").write_text(
        '[build-system]\nrequires = []\nbuild-backend = "own"\nbackend-path = ["."]\n'
        '[project]\nname = "x"\nversion = "1"\n[project.optional-dependencies]\nserver = ["no-such-thing"]\n'
    )
    (checkout.root / "own.py").write_text("raise RuntimeError('the backend does not load')\n")
    (checkout.root / "constraints.txt").write_text("")
    with pytest.raises(Exit, match=r"pip could not install .* build/pip\.log") as stop:
        dev_venv.ready(["server"], find_python=_this_python)
    assert stop.value.code == 3
    shown = capsys.readouterr().out
    assert "what they need: failed in " in shown
    assert "RuntimeError: the backend does not load" in shown
    assert "the backend does not load" in (checkout.root / "build" / "pip.log").read_text()
    assert not checkout.stamp.exists()


def test_useful_lines_are_the_errors_or_the_end() -> None:
    assert dev_venv.useful_lines("Collecting x\nERROR: no x\n\nnotice: new pip") == ["ERROR: no x"]
    assert dev_venv.useful_lines("\n".join(f"line {n}" for n in range(20)), most=2) == ["line 18", "line 19"]


@pytest.mark.skipif(os.name == "nt", reason="counted through a shell of POSIX")
def test_two_at_once_make_one(counted: Checkout) -> None:
    import threading

    threads = [threading.Thread(target=counted.ready, args=("server",)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (counted.made, counted.installed) == (1, [["server"]])
