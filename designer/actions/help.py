"""The Help menu: keys and what this is."""

from __future__ import annotations

from designer.actions import Action

ACTIONS = (
    Action("help.keys", "Keys", lambda s: s.window.show_keys(), "help", 10, ("F1", "Ctrl+/"), "keyboard"),
    Action("help.about", "About Baton", lambda s: s.window.show_about(), "help", 20, (), "info"),
)
