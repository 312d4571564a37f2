"""What may stand in the checkout: names, line ends, addresses, and the traps of this layout."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import dev_stages
import pytest

ROOT = Path(__file__).resolve().parents[2]

FORBIDDEN_WORDS = {"manager", "helper", "helpers", "utils", "base", "common", "data"}
FORBIDDEN_STARTS = ("handle_", "process_")

# Brackets keep these patterns from matching themselves.
REGISTRIES = re.compile(
    r"p[y]pi\.org|pythonhoste[d]\.org|registry\.npmj[s]|npmj[s]\.com|registry\.yarnpk[g]|anacond[a]\.org|crate[s]\.io"
    r"|extra-index-ur[l]\s*="
)
MACHINE_PATHS = re.compile(
    r"(?<![\w.])/(?:hom[e]|User[s])/\w+/|(?<![\w.])/roo[t]/\.|/wor[k]/(?:main|shared)|/tm[p]/w/|[cC]:\\User[s]\\"
)


def _texts(files: list[Path]) -> list[tuple[str, str]]:
    read = [(path.relative_to(ROOT).as_posix(), path.read_bytes()) for path in files]
    return [(path, content.decode("utf-8", "replace")) for path, content in read if b"\0" not in content]


def test_packaging_is_no_package() -> None:
    """An __init__.py there would shadow the library `packaging`, and pip's, pytest's and setuptools' use of it."""
    assert not (ROOT / "packaging" / "__init__.py").exists()


def test_no_script_shadows_a_module_of_the_standard_library(checkout_files: list[Path]) -> None:
    """Scripts of packaging/ run by path: their folder comes first on the search path."""
    names = {path.stem for path in checkout_files if path.parent == ROOT / "packaging" and path.suffix == ".py"}
    assert names & (sys.stdlib_module_names | {"packaging", "pip", "setuptools", "pytest"}) == set()


def test_names_of_files_say_what_is_in_them(checkout_files: list[Path]) -> None:
    vague = []
    for path in checkout_files:
        for part in path.relative_to(ROOT).with_suffix("").parts:
            words = set(re.split(r"[_\-.]", part.lower()))
            if words & FORBIDDEN_WORDS or part.startswith(FORBIDDEN_STARTS):
                vague.append(path.relative_to(ROOT).as_posix())
    assert vague == []


def test_no_package_registry_is_named(checkout_files: list[Path]) -> None:
    """Where packages come from is the machine's configuration; a lock file that records it binds everyone to it."""
    assert [(path, found[0]) for path, text in _texts(checkout_files) if (found := REGISTRIES.search(text))] == []


def test_no_path_of_a_machine_is_written(checkout_files: list[Path]) -> None:
    assert [(path, found[0]) for path, text in _texts(checkout_files) if (found := MACHINE_PATHS.search(text))] == []


def test_every_text_has_unix_line_ends(checkout_files: list[Path]) -> None:
    assert "* text=auto eol=lf" in (ROOT / ".gitattributes").read_text(encoding="utf-8").splitlines()
    assert [path for path, text in _texts(checkout_files) if "\r\n" in text] == []


def test_git_applies_the_line_ends() -> None:
    asked = subprocess.run(
        ["git", "check-attr", "eol", "--", "projects/x/flows/a.flow.json"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if asked.returncode != 0:
        pytest.skip("this checkout is an archive without git")
    assert asked.stdout.strip().endswith("eol: lf")


def test_long_files_are_listed() -> None:
    """Not a limit: the list is printed, so that somebody asks whether each is one thing."""
    for lines, path in dev_stages.long_files():
        print(f"longer than {dev_stages.LONG_FILE} lines: {lines} {path}")


def test_no_test_has_a_stopwatch(checkout_files: list[Path]) -> None:
    """The machines are shared: speed is for the benchmarks, and what hostile input costs is told by effort.py."""
    watches = re.compile(r"\b(?:perf_counte[r]|process_tim[e]|thread_tim[e])(?:_ns)?\(")
    free = ("tests/benchmarks/", "tests/effort.py")
    tests = [(path, text) for path, text in _texts(checkout_files) if path.startswith("tests/")]
    assert [path for path, text in tests if watches.search(text) and not path.startswith(free)] == []
    assert watches.search((ROOT / "tests/effort.py").read_text(encoding="utf-8"))
