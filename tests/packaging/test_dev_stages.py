"""The stages of `test` and `check`: all run, the table tells the truth, and the storm says how to play it again."""

from __future__ import annotations

import sys
from pathlib import Path

import dev_stages
import pytest
from dev_exit import Exit
from dev_stages import Stage


def _stage(title: str, program: str) -> Stage:
    return Stage(title, [sys.executable, "-c", program], dev_stages._last_line)


def test_all_stages_run_after_one_has_failed(capfd: pytest.CaptureFixture[str]) -> None:
    stages = [_stage("one", "print('fine')"), _stage("two", "print('bad'); exit(1)"), _stage("three", "print('good')")]
    assert dev_stages.run_all(stages) == 1
    lines = [line.split() for line in capfd.readouterr().out.splitlines() if line.strip()]
    assert [(line[0], line[1], line[-1]) for line in lines[-4:-1]] == [
        ("ok", "one", "fine"),
        ("FAILED", "two", "bad"),
        ("ok", "three", "good"),
    ]
    assert " ".join(lines[-1]).startswith("1 of 3 failed: two, in ")


def test_all_that_hold_end_with_0(capfd: pytest.CaptureFixture[str]) -> None:
    assert dev_stages.run_all([_stage("one", "print('fine')")]) == 0
    assert "all 1 hold" in capfd.readouterr().out


def test_a_stage_that_was_stopped_stops_the_rest(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(KeyboardInterrupt):
        dev_stages.run_all([_stage("one", "exit(130)"), _stage("two", "print('ran on')")])
    assert "ran on" not in capfd.readouterr().out


def test_tier_one_holds_lint_imports_types_and_tests() -> None:
    commands = [" ".join(stage.command or []) for stage in dev_stages.tier_one("PYTHON")]
    for part in ("ruff check", "importlinter", "mypy", "pytest"):
        assert sum(part in command for command in commands) == 1, commands
    assert all(command.startswith("PYTHON -") for command in commands)
    assert "-m not storm" in commands[-1]


@pytest.mark.parametrize(
    ("printed", "words"),
    [
        ("....\n\x1b[32m\x1b[1m12 passed\x1b[0m\x1b[32m in 1.20s\x1b[0m\n", "12 passed in 1.20s"),
        (
            "F\n1 failed, 11 passed, 2 skipped in 61.20s (0:01:01)\n",
            "1 failed, 11 passed, 2 skipped in 61.20s (0:01:01)",
        ),
        ("=== 3 passed in 0.10s ===\n", "3 passed in 0.10s"),
        ("ERROR: usage\n", "ERROR: usage"),
    ],
)
def test_the_words_of_pytest_reach_the_table(printed: str, words: str) -> None:
    assert dev_stages._pytest_words(printed) == words


STORM_TEST = """
import pytest

@pytest.mark.storm
def test_drawn(storm):
    assert storm.going()
    storm.count("histories", 3)
    print("drawn", storm.random.random())

def test_of_tier_one():
    raise AssertionError("a storm must not run it")
"""


def _storm(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], seed: int
) -> tuple[int, str]:
    """A storm over a checkout of one file, with the real configuration and the real conftest."""
    root = Path(dev_stages.__file__).parents[1]
    (tmp_path / "tests").mkdir(exist_ok=True)
    (tmp_path / "pyproject.toml").write_text((root / "pyproject.toml").read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "tests" / "conftest.py").write_text(
        (root / "tests/conftest.py").read_text(encoding="utf-8"), encoding="utf-8"
    )
    (tmp_path / "tests" / "test_one.py").write_text(STORM_TEST)
    monkeypatch.setattr(dev_stages.dev_child, "ROOT", tmp_path)
    monkeypatch.setenv("PYTEST_ADDOPTS", "-rP -p no:cacheprovider")
    code = dev_stages.storm(sys.executable, minutes=0.05, seed=seed)
    return code, capfd.readouterr().out


def test_a_storm_can_be_played_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    drawn = []
    for seed in (11, 11, 12):
        code, printed = _storm(tmp_path, monkeypatch, capfd, seed)
        assert code == 0, printed
        assert "1 passed, 1 deselected" in printed
        assert "         3  histories" in printed
        assert f"--minutes 0.05 --seed {seed}" in printed
        drawn += [line for line in printed.splitlines() if line.startswith("drawn ")]
    assert drawn[0] == drawn[1] != drawn[2]


def test_a_storm_without_tests_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys.modules[__name__], "STORM_TEST", "def test_x(): pass")
    with pytest.raises(Exit, match="no test marked storm"):
        _storm(tmp_path, monkeypatch, capfd, 1)
