"""Where the user's own things lie and what they say; the runtime's rules hold here, too."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from designer.keeping import home, trust
from designer.keeping.preferences import MOST_RECENT, Preferences
from designer.keeping.standing import standing
from runtime.cli.settings import FILE_NAME, Settings, read_settings
from runtime.connections import baton_home
from runtime.wire import Problem


@pytest.mark.parametrize("environ", [{}, {"BATON_HOME": ""}, {"BATON_HOME": "/some/where"}, {"BATON_HOME": "~/x"}])
def test_it_is_the_runtimes_home(environ: dict[str, str]) -> None:
    assert home.baton_home(environ) == baton_home(environ)


@pytest.mark.parametrize("named", ["", "some/where"])
def test_a_platform_s_folder_that_is_named_empty_or_relative_counts_as_not_named(
    named: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Icons and keys were laid into whatever folder the program was started from."""
    monkeypatch.setenv("XDG_CONFIG_HOME", named)
    assert home.baton_home({}).is_absolute()
    assert home.baton_home({}) == baton_home({})


@pytest.mark.parametrize(
    "content",
    [
        None,
        "{}",
        '{"trusted_node_folders": ["/a", "/b"], "store": "/s"}',
        '{"trusted_node_folders": "/a"}',
        '{"trusted_node_folders": [1]}',
        '{"else": 1}',
        "[]",
        "{",
    ],
)
def test_trusted_folders_are_those_that_the_runtime_trusts(
    content: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BATON_HOME", str(tmp_path))
    if content is not None:
        (tmp_path / trust.FILE_NAME).write_text(content, encoding="utf-8")
    try:
        expected: tuple[str, ...] | None = read_settings().trusted_node_folders
    except Problem:
        expected = None
    if expected is None:
        with pytest.raises(trust.SettingsUnreadable, match="can't be read"):
            trust.trusted_node_folders()
    else:
        assert trust.trusted_node_folders() == tuple(map(Path, expected))


def test_both_know_the_same_file_and_keys() -> None:
    assert trust.FILE_NAME == FILE_NAME
    assert set(Settings.model_fields) == trust.KEYS


def test_choices_are_kept(tmp_path: Path) -> None:
    Preferences(tmp_path).set("theme", "dark")
    assert Preferences(tmp_path).get("theme", "system") == "dark"


def test_the_latest_project_stands_first_and_old_ones_leave(tmp_path: Path) -> None:
    preferences = Preferences(tmp_path)
    places = [tmp_path / str(number) for number in range(MOST_RECENT + 3)]
    for place in places:
        preferences.opened(place)
    preferences.opened(places[-2])
    again = Preferences(tmp_path).recent
    assert again[:2] == (places[-2], places[-1])
    assert len(again) == MOST_RECENT


@pytest.mark.parametrize("content", [b"", b"[]", b"{", b'{"theme": 7, "recent": [1, null]}', b"\xff"])
def test_a_damaged_file_costs_the_choices_and_nothing_else(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "preferences.json").write_bytes(content)
    preferences = Preferences(tmp_path)
    assert preferences.get("theme", "system") == "system"
    assert preferences.recent == ()
    preferences.set("theme", "light")
    assert json.loads((tmp_path / "preferences.json").read_text(encoding="utf-8"))["theme"] == "light"


def test_a_recent_project_is_called_as_it_was_when_it_was_open(tmp_path: Path) -> None:
    preferences = Preferences(tmp_path)
    preferences.opened(tmp_path / "one", "Refunds")
    preferences.opened(tmp_path / "two")
    again = Preferences(tmp_path)
    assert [again.called(place) for place in again.recent] == ["two", "Refunds"]
    for number in range(MOST_RECENT):
        again.opened(tmp_path / f"other {number}")
    assert again.get("titles") == {}, "what is not listed any more is not kept"


def test_a_drive_that_does_not_answer_counts_as_there_and_is_not_waited_for(tmp_path: Path) -> None:
    answers = threading.Event()

    def silent(_place: Path) -> bool:
        answers.wait(30)
        return False

    assert standing([tmp_path / "away"], silent, within=0) == [tmp_path / "away"]
    assert not answers.is_set()
    answers.set()
    assert standing([tmp_path / "gone", tmp_path], within=30) == [tmp_path]


def test_preferences_are_written_by_whoever_is_given_that_in_the_order_in_which_they_were_chosen(
    tmp_path: Path,
) -> None:
    """A disk may take its time, and the window does not wait for it."""
    works: list[Callable[[], None]] = []
    said = Preferences(tmp_path, write=works.append)
    said.set("theme", "dark")
    said.set("theme", "light")
    assert said.get("theme") == "light"
    assert not list(tmp_path.iterdir())
    for work in works:
        work()
    assert Preferences(tmp_path).get("theme") == "light"
