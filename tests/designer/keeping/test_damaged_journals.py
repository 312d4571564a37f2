"""A crash journal that the disk has damaged: what can be read is brought back, the rest stays, and people are told."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from designer.keeping.home import designer_home
from designer.window.desktop import Desktop
from tests.designer.keeping.test_after_crash import WAIT, crash, first_page, notices, opened, rename, title_of


def damage(number: int) -> Path:
    """One byte of one line of the only journal there is is another."""
    (file,) = (designer_home() / "journals").glob("*.changes")
    lines = file.read_bytes().splitlines(keepends=True)
    lines[number] = lines[number][:-30] + b"#" + lines[number][-29:]
    file.write_bytes(b"".join(lines))
    return file


def test_what_can_be_read_of_it_is_brought_back_and_the_file_stays(
    desktop: Desktop, project_folder: Path, qtbot: QtBot
) -> None:
    first = opened(desktop, project_folder, qtbot)
    for title in ("First", "Second"):
        rename(first, "route", title)
        first.services.extras["keeper"].flush()
    crash(first)
    file = damage(1)
    (told,) = notices(first_page(desktop, qtbot))
    stays = file.with_suffix(".1.damaged")
    assert told.text.text() == (
        "We kept changes to “Billing disputes” that were not saved when Baton last ended. "
        f"Some of them can't be read any more; that stays in {stays}."
    )
    told.buttons["Open"].click()
    qtbot.waitUntil(lambda: bool(desktop.windows) and bool(notices(desktop.windows[0])), timeout=WAIT)
    (window,) = desktop.windows
    (found,) = notices(window)
    assert str(stays) in found.text.text()
    found.buttons["Bring back"].click()
    qtbot.waitUntil(lambda: title_of(window, "route") == "Second", timeout=WAIT)
    window.services.extras["keeper"].worker.finish()
    assert stays.exists()
    (told,) = notices(window)
    assert told.text.text() == f"What can't be read of the kept changes stays in {stays}."


@pytest.mark.parametrize("by", ["first page", "window"])
def test_where_nothing_can_be_read_it_is_said_once_and_the_file_stays(
    desktop: Desktop, project_folder: Path, qtbot: QtBot, by: str
) -> None:
    first = opened(desktop, project_folder, qtbot)
    rename(first, "route", "Lost")
    crash(first)
    file = damage(1)
    content = file.read_bytes()
    place = first_page(desktop, qtbot) if by == "first page" else opened(desktop, project_folder, qtbot)
    (told,) = notices(place)
    stays = file.with_suffix(".1.damaged")
    assert told.text.text().endswith(f"but they can't be read any more. They stay in {stays}.")
    assert not told.buttons
    assert stays.read_bytes() == content
    place.close()
    qtbot.waitUntil(lambda: desktop.welcome is None, timeout=WAIT)
    assert notices(first_page(desktop, qtbot)) == []
    assert stays.exists()
