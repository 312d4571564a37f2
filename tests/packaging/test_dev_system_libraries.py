"""Where libraries of the system are missing: root on Debian gets them, everybody else the one command to type."""

from __future__ import annotations

import sys

import dev_system_libraries
import pytest
from dev_exit import Exit
from dev_system_libraries import Library

ABSENT = Library("libbaton-is-nowhere.so.9", "libbaton-nowhere9")

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Qt brings its libraries elsewhere")


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """A machine that lacks one library for `design`; returns what apt was asked."""
    asked: list[list[str]] = []
    monkeypatch.setitem(dev_system_libraries.NEEDS, "design", (Library("libc.so.6", "libc6"), ABSENT))
    monkeypatch.setattr(dev_system_libraries, "_apt", lambda arguments: asked.append(arguments) or 0)
    return asked


def _set(monkeypatch: pytest.MonkeyPatch, user: int, *tools: str) -> None:
    monkeypatch.setattr(dev_system_libraries.os, "geteuid", lambda: user)
    monkeypatch.setattr(
        dev_system_libraries.shutil, "which", lambda name: f"/usr/bin/{name}" if name in tools else None
    )


def test_what_is_there_is_not_asked_for(machine: list[list[str]]) -> None:
    assert dev_system_libraries.missing("design") == [ABSENT]
    dev_system_libraries.ready("demo")
    assert machine == []


@pytest.mark.parametrize(
    ("tools", "types"),
    [
        (("apt-get",), "Type: sudo apt-get install -y --no-install-recommends libbaton-nowhere9"),
        (("dnf",), "Type: sudo dnf install 'libbaton-is-nowhere.so.9()(64bit)'"),
        ((), "the packages with libbaton-is-nowhere.so.9"),
    ],
)
def test_others_are_told_what_to_type(
    tools: tuple[str, ...], types: str, machine: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    _set(monkeypatch, 1000, *tools)
    with pytest.raises(Exit) as stop:
        dev_system_libraries.ready("design")
    assert stop.value.code == 3
    assert stop.value.sentence.endswith(types)
    assert machine == []


def test_root_on_debian_gets_them(machine: list[list[str]], monkeypatch: pytest.MonkeyPatch) -> None:
    _set(monkeypatch, 0, "apt-get")
    looked = iter([[ABSENT], []])
    monkeypatch.setattr(dev_system_libraries, "missing", lambda verb: next(looked))
    dev_system_libraries.ready("design")
    assert machine == [["install", "-y", "--no-install-recommends", "libbaton-nowhere9"]]


def test_the_lists_of_apt_are_refreshed_once(machine: list[list[str]], monkeypatch: pytest.MonkeyPatch) -> None:
    _set(monkeypatch, 0, "apt-get")
    answers = iter([100, 0, 100])
    monkeypatch.setattr(dev_system_libraries, "_apt", lambda arguments: machine.append(arguments[:1]) or next(answers))
    with pytest.raises(Exit, match="apt could not install"):
        dev_system_libraries.ready("design")
    assert machine == [["install"], ["update"], ["install"]]


def test_a_library_that_still_does_not_load_is_said(machine: list[list[str]], monkeypatch: pytest.MonkeyPatch) -> None:
    _set(monkeypatch, 0, "apt-get")
    with pytest.raises(Exit, match="missing"):
        dev_system_libraries.ready("design")
    assert len(machine) == 1


def test_wishes_are_granted_one_by_one(machine: list[list[str]], monkeypatch: pytest.MonkeyPatch) -> None:
    _set(monkeypatch, 0, "apt-get")
    monkeypatch.setattr(
        dev_system_libraries, "_apt", lambda arguments: machine.append(arguments) or int("xvfb" in arguments)
    )
    dev_system_libraries.wish("test")
    asked = [arguments[-1] for arguments in machine if arguments[0] == "install"]
    assert list(dict.fromkeys(asked)) == ["xvfb", "chromium"], "the second although the first can't be had"


def test_what_is_there_is_not_wished_for(machine: list[list[str]], monkeypatch: pytest.MonkeyPatch) -> None:
    _set(monkeypatch, 0, "apt-get", "Xvfb", "chromium")
    dev_system_libraries.wish("test")
    assert machine == []
