"""Menu actions as data, found by walking: each module exports ``ACTIONS``. Menus, keys, toolbar and search read them.

To add one: a row in the ``ACTIONS`` of its menu's module, or a new module. Nothing else is touched.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from designer.services import Services

Enabled = Callable[[Services], bool]

_NEEDS: dict[Enabled, str] = {}
"""when an action is possible -> what is needed for it, in words"""


def needs(words: str) -> Callable[[Enabled], Enabled]:
    """Says of a condition what to do while it does not hold: ``Select a step first.``"""

    def told(condition: Enabled) -> Enabled:
        _NEEDS[condition] = words
        return condition

    return told


def _always(_services: Services) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Action:
    """One thing that people can do. ``run`` changes the project through ``document.do`` alone."""

    id: str
    """``edit.undo``: menu and name, stable"""
    title: str
    run: Callable[[Services], None]
    menu: str
    """``file``, ``edit``, ``view``, ``flow``, ``run``, ``help``"""
    order: int
    keys: tuple[str, ...] = ()
    """as Qt reads them: ``Ctrl+Shift+P``; the first stands in the menu"""
    icon: str | None = None
    enabled: Enabled = _always
    checked: Callable[[Services], bool] | None = None
    """for one that is on or off"""
    on_canvas: bool = False
    """its keys act only while the canvas has the focus (single letters, arrows)"""


@cache
def found_actions() -> tuple[Action, ...]:
    """All actions by menu and order. Raises TypeError where two have one id."""
    found: dict[str, Action] = {}
    for module in sorted(pkgutil.iter_modules(__path__), key=lambda module: module.name):
        for action in importlib.import_module(f"{__name__}.{module.name}").ACTIONS:
            if action.id in found:
                raise TypeError(f"the action {action.id} stands in two places, one of them {module.name}.py")
            found[action.id] = action
    return tuple(sorted(found.values(), key=lambda action: (action.menu, action.order)))


def why_not(action: Action, services: Services) -> str:
    """What is needed before the action is possible; empty if it is possible now."""
    if action.enabled(services):
        return ""
    if action.menu in {"edit", "flow"} and not editing(services):
        return "Replay is read-only. Go to Design (Ctrl 1) first."
    return _NEEDS.get(action.enabled, "This is not possible here.")


@needs("Replay is read-only. Go to Design (Ctrl 1) first.")
def editing(services: Services) -> bool:
    """Whether the project can be changed now: not while a run is looked at."""
    return services.window is not None and services.window.mode != "replay"


@needs("Open a flow first.")
def on_flow(services: Services) -> bool:
    """Whether a flow is shown and can be changed."""
    return editing(services) and services.flow is not None


@needs("Select something on the canvas first.")
def some_selected(services: Services) -> bool:
    """Whether anything on the canvas is selected and can be changed."""
    selection = services.selection
    return on_flow(services) and bool(selection.nodes or selection.edges or selection.drawn)


@needs("Select one step first.")
def one_selected(services: Services) -> bool:
    """Whether just one step is selected and can be changed."""
    return on_flow(services) and services.selection.node is not None


def canvas_does(name: str, *arguments: object) -> Callable[[Services], None]:
    """An action that the canvas performs: its method of this name is called."""

    def run(services: Services) -> None:
        getattr(services.window.canvas, name)(*arguments)

    return run
