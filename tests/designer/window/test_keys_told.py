"""The help for keys tells each key that works, and each key that it tells works."""

from __future__ import annotations

from PySide6.QtCore import QKeyCombination
from PySide6.QtGui import QKeySequence

from designer.actions import found_actions
from designer.canvas.keys import KEYS, SAME_KEYS, TOLD
from designer.window.keys_overlay import KeysOverlay
from designer.window.main_window import MainWindow


def test_every_key_of_the_canvas_is_told() -> None:
    in_menus = {QKeySequence(key) for action in found_actions() for key in action.keys}
    told = {key for row in TOLD for key in row.keys}
    assert told <= KEYS.keys(), "nothing is told that does nothing"
    silent = [
        (key, held)
        for key, held in KEYS
        if (key, held) not in told | SAME_KEYS and QKeySequence(QKeyCombination(held, key)) not in in_menus
    ]
    assert silent == []


def test_every_menu_key_is_told_and_is_one(window: MainWindow) -> None:
    overlay = KeysOverlay(window, window.services.theme)
    told = dict(overlay.rows)
    for action in found_actions():
        for key in action.keys:
            assert not QKeySequence(key).isEmpty(), key
        if action.keys:
            assert action.title.removesuffix(" …") in told
    used = [QKeySequence(key) for action in found_actions() for key in action.keys]
    assert len({sequence.toString() for sequence in used}) == len(used), "two actions want one key"
    overlay.close()


def test_the_help_fits_a_small_window(window: MainWindow) -> None:
    overlay = KeysOverlay(window, window.services.theme)
    assert overlay.sizeHint().height() <= 760
    overlay.close()
