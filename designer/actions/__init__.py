"""Menu actions as data, found by walking: each module exports ``ACTIONS``. Menus, keys, toolbar and search read them.

To add one: a row in the ``ACTIONS`` of its menu's module, or a new module. Nothing else is touched.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from designer.services import Services

Enabled = Callable[[Services], bool]

_NEEDS: dict[Enabled, str] = {}
"""when an action is possible -> what is needed for it, in words"""
_SEEN: set[Enabled] = set()
"""conditions of what is done to the flow that is seen"""


def needs(words: str, *, seen: bool = False) -> Callable[[Enabled], Enabled]:
    """Says of a condition what to do while it does not hold: ``Select a step first.`` ``seen``: what it is asked for is
    done to the flow that is seen, so that it never holds while a page stands in its place.
    """

    def told(condition: Enabled) -> Enabled:
        _NEEDS[condition] = words
        if seen:
            _SEEN.add(condition)
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
    page = page_shown(services)
    if page is not None and action.enabled in _SEEN:
        possible = editing(services) and action.id in _deeds(page)
        if not possible and editing(services):
            return "Go back to the flow (Esc) first."
    else:
        possible = action.enabled(services)
    if possible:
        return ""
    if action.menu in {"edit", "flow"} and not editing(services):
        return "Replay is read-only. Go to Design (Ctrl 1) first."
    return _NEEDS.get(action.enabled, "This is not possible here.")


def perform(action: Action, services: Services) -> None:
    """Do it. What is done to the flow that is seen is never done to one behind a page: the page does it, if it can."""
    page = page_shown(services)
    if page is None or action.enabled not in _SEEN:
        action.run(services)
    elif (deed := _deeds(page).get(action.id)) is not None:
        deed()


def page_shown(services: Services) -> Any:
    """The page that stands in place of the flow; None where the flow is seen."""
    return None if services.window is None else services.window.work.editor


def _deeds(page: Any) -> Mapping[str, Callable[[], None]]:
    """By the id of an action of the flow: what a page does in its stead, as copying cells instead of steps."""
    found: Mapping[str, Callable[[], None]] = getattr(page, "deeds", {})
    return found


@needs("Replay is read-only. Go to Design (Ctrl 1) first.")
def editing(services: Services) -> bool:
    """Whether the project can be changed now: not while a run is looked at."""
    return services.window is not None and services.window.mode != "replay"


@needs("Open a flow first.")
def of_flow(services: Services) -> bool:
    """Whether a flow is open and can be changed, be it behind a page."""
    return editing(services) and services.flow is not None


@needs("Open a flow first.", seen=True)
def on_flow(services: Services) -> bool:
    """Whether a flow is shown and can be changed."""
    return of_flow(services)


@needs("Select something on the canvas first.", seen=True)
def some_selected(services: Services) -> bool:
    """Whether anything on the canvas is selected and can be changed."""
    selection = services.selection
    return on_flow(services) and bool(selection.nodes or selection.edges or selection.drawn)


@needs("Select one step first.", seen=True)
def one_selected(services: Services) -> bool:
    """Whether just one step is selected and can be changed."""
    return on_flow(services) and services.selection.node is not None


def canvas_does(name: str, *arguments: object) -> Callable[[Services], None]:
    """An action that the canvas performs: its method of this name is called."""

    def run(services: Services) -> None:
        getattr(services.window.canvas, name)(*arguments)

    return run
