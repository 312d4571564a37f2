"""What a person may type after `dev.py`, right and wrong, on the oldest Python that reads it as well."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path

import dev
import dev_child
import pytest

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = sorted((ROOT / "packaging").glob("dev*.py"))


def _old_python() -> str | None:
    homes = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    found = [shutil.which("python3.8"), *map(str, sorted(homes.glob("versions/3.8.*/bin/python")))]
    for path in filter(None, found):
        if subprocess.run([path, "-c", ""], capture_output=True, check=False).returncode == 0:
            return path
    return None


def _dev(
    *arguments: str, python: str = sys.executable, cwd: Path = ROOT, **env: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [python, str(ROOT / "packaging" / "dev.py"), *arguments],
        cwd=cwd,
        env={**os.environ, "COLUMNS": "200", **env},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_every_script_is_read_by_python_3_8(script: Path) -> None:
    ast.parse(script.read_text(encoding="utf-8"), script.name, feature_version=(3, 8))


def test_python_3_8_shows_the_help() -> None:
    python = _old_python()
    if python is None:
        pytest.skip("no Python 3.8 on this machine")
    done = _dev("--help", python=python)
    assert (done.returncode, done.stderr) == (0, "")
    for verb in ("demo", "test", "design", "check", "storm", "bench"):
        assert f"\n    {verb} " in done.stdout


def test_the_standard_library_is_enough() -> None:
    """Before there is a `.venv` nothing else can be imported."""
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(ROOT / "packaging" / "dev.py"), "--help"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["dance"], "invalid choice: 'dance'"),
        (["check", "projects/billing_dispute"], "baton check PROJECT"),
        (["test", "--fast"], "test does not know --fast"),
        (["storm", "--minutes", "soon"], "'soon' is not a number of minutes"),
        (["storm", "--minutes", "nan"], "'nan' is not a number of minutes"),
        (["storm", "--minutes", "-1"], "not a number of minutes"),
        (["storm", "--seed", "x"], "invalid int value: 'x'"),
        (["bench", "a", "b"], "bench does not know b"),
        ([], "usage: dev.py"),
    ],
)
def test_wrong_use_ends_with_2_and_a_sentence(arguments: list[str], says: str) -> None:
    done = _dev(*arguments)
    assert done.returncode == 2, done.stderr
    assert says in done.stderr
    assert "Traceback" not in done.stderr


def test_it_starts_from_any_folder_and_with_a_hostile_environment(tmp_path: Path) -> None:
    (tmp_path / "argparse.py").write_text("raise SystemExit('shadowed')\n")
    done = _dev("--help", cwd=tmp_path, PYTHONSAFEPATH="1")
    assert (done.returncode, done.stderr) == (0, "")


def test_a_part_that_is_missing_ends_with_4(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(dev, "ROOT", tmp_path)
    assert dev.main(["design"]) == 4
    assert "the designer is not in this checkout yet" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("verb", "module", "extras"),
    [("demo", "projects.demo", ("server",)), ("design", "designer", ("server", "designer"))],
)
def test_what_follows_is_handed_on(
    verb: str, module: str, extras: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """`--help` too: it is the demo's help that a person asks for then. And no more is installed than the verb needs."""
    main = tmp_path.joinpath(*module.split("."), "__main__.py")
    main.parent.mkdir(parents=True)
    main.touch()
    asked: list[object] = []
    monkeypatch.setattr(dev, "ROOT", tmp_path)
    monkeypatch.setattr(dev.dev_system_libraries, "ready", asked.append)
    monkeypatch.setattr(dev.dev_venv, "ready", lambda extras, find_python: asked.append(extras) or "PYTHON")
    monkeypatch.setattr(dev_child, "run", lambda command: asked.append(command) or 7)
    assert dev.main([verb, "--fast", "--", "x y", "--help"]) == 7
    assert asked[-2:] == [extras, ["PYTHON", "-m", module, "--fast", "--", "x y", "--help"]]
    assert asked[:-2] == (["design"] if verb == "design" else [])


def test_a_disk_that_cannot_be_written_is_a_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(extras: tuple[str, ...], find_python: object) -> str:
        raise OSError(28, "No space left on device", ".venv")

    monkeypatch.setattr(dev.dev_venv, "ready", full)
    assert dev.main(["bench"]) == 3
    assert capsys.readouterr().err == "dev.py: [Errno 28] No space left on device: '.venv'\n"
