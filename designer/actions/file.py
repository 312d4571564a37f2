"""The File menu: projects opened, saved, packed, published. What it means is done by ``Desktop`` and ``Keeper``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from designer.actions import Action, editing, needs
from designer.services import Services


def _desktop(name: str) -> Callable[[Services], None]:
    def run(services: Services) -> None:
        desktop: Any = services.extras["desktop"]
        getattr(desktop, name)(services.window)

    return run


def _keeper(name: str) -> Callable[[Services], None]:
    def run(services: Services) -> None:
        getattr(services.window.keeping, name)()

    return run


@needs("Open a flow first.")
def _has_flow(services: Services) -> bool:
    return services.flow is not None


@needs("Everything is saved.")
def _unsaved(services: Services) -> bool:
    return not services.document.saved or services.document.folder is None


ACTIONS = (
    Action("file.new", "New project", _desktop("new"), "file", 10, ("Ctrl+N",), "file-plus"),
    Action("file.open", "Open project …", _desktop("ask_folder"), "file", 11, ("Ctrl+O",), "folder-open"),
    Action("file.open_package", "Open package …", _desktop("ask_package"), "file", 12, (), "package"),
    Action("file.open_recent", "Open recent …", _desktop("ask_recent"), "file", 13, ("Ctrl+Shift+O",), "clock"),
    Action("file.welcome", "Start page", _desktop("show_welcome"), "file", 14, (), "house"),
    Action("file.save", "Save", _keeper("save"), "file", 20, ("Ctrl+S",), "save", _unsaved),
    Action("file.save_as", "Save as …", _keeper("save_as"), "file", 21, ("Ctrl+Shift+S",)),
    Action("file.save_copy", "Save a copy …", _keeper("save_copy"), "file", 22),
    Action("file.describe", "Name and version …", _keeper("describe"), "file", 29, (), "pencil", editing),
    Action("file.pack", "Pack to a .baton file …", _keeper("pack"), "file", 30, (), "package"),
    Action("file.publish", "Publish to a runtime …", _keeper("publish"), "file", 31, (), "upload"),
    Action(
        "file.picture",
        "Export picture …",
        _keeper("export_picture"),
        "file",
        32,
        (),
        "image",
        _has_flow,
    ),
    Action("file.close", "Close window", lambda s: s.window.close(), "file", 50, ("Ctrl+W",)),
    Action("file.quit", "Quit", _desktop("quit"), "file", 51, ("Ctrl+Q",)),
)
