"""The View menu: modes, zoom, panels, theme."""

from __future__ import annotations

from collections.abc import Callable

from designer.actions import Action, canvas_does, needs
from designer.panels import Panel, found_panels
from designer.services import Services
from designer.theme.theme import Choice


@needs("Open a flow first.", seen=True)
def _flow_shown(services: Services) -> bool:
    return services.flow is not None


@needs("Select a step first.", seen=True)
def _steps_selected(services: Services) -> bool:
    return bool(services.selection.nodes)


@needs("Select a group, or a step in one, first.", seen=True)
def _group_selected(services: Services) -> bool:
    return services.flow is not None and bool(services.window.canvas.frames.chosen)


def _mode(name: str) -> Callable[[Services], None]:
    return lambda services: services.window.show_mode(name)


def _in_mode(name: str) -> Callable[[Services], bool]:
    return lambda services: services.window is not None and services.window.mode == name


def _theme(choice: Choice) -> Callable[[Services], None]:
    def run(services: Services) -> None:
        services.theme.choose(choice)
        services.extras["preferences"].set("theme", choice)

    return run


def _chosen(choice: Choice) -> Callable[[Services], bool]:
    return lambda services: services.theme.choice == choice


def _switch(name: str) -> Callable[[Services], None]:
    def run(services: Services) -> None:
        wanted = not getattr(services.theme, name)
        setattr(services.theme, name, wanted)
        services.extras["preferences"].set(name, wanted)
        services.theme.changed.emit()

    return run


def _side_open(name: str) -> Callable[[Services], bool]:
    return lambda services: services.window is not None and services.window.modes.is_open(name)


def _panel_action(panel: Panel, order: int) -> Action:
    @needs(f"Go to {' or '.join(mode.capitalize() for mode in sorted(panel.modes))} first.")
    def there(services: Services) -> bool:
        return services.window is not None and services.window.mode in panel.modes

    return Action(
        f"view.panel_{panel.id}",
        panel.title,
        lambda s: s.window.regions.show_panel(panel.id),
        "view",
        order,
        (),
        panel.icon,
        there,
    )


ACTIONS = (
    Action("view.design", "Design", _mode("design"), "view", 10, ("Ctrl+1",), "workflow", checked=_in_mode("design")),
    Action("view.test", "Test", _mode("test"), "view", 11, ("Ctrl+2",), "flask-conical", checked=_in_mode("test")),
    Action("view.replay", "Replay", _mode("replay"), "view", 12, ("Ctrl+3",), "history", checked=_in_mode("replay")),
    Action("view.zoom_in", "Zoom in", canvas_does("zoom_in"), "view", 20, ("Ctrl++", "Ctrl+="), "plus", _flow_shown),
    Action("view.zoom_out", "Zoom out", canvas_does("zoom_out"), "view", 21, ("Ctrl+-",), "minus", _flow_shown),
    Action("view.zoom_whole", "100 %", canvas_does("zoom_to", 1.0), "view", 22, ("Ctrl+0",), None, _flow_shown),
    Action(
        "view.fit", "Fit flow", canvas_does("fit"), "view", 23, ("Shift+1",), "maximize", _flow_shown, on_canvas=True
    ),
    Action(
        "view.fit_selection",
        "Fit selection",
        canvas_does("fit_selection"),
        "view",
        24,
        ("Shift+2",),
        None,
        _steps_selected,
        on_canvas=True,
    ),
    Action(
        "view.minimap", "Minimap", canvas_does("toggle_minimap"), "view", 25, ("M",), "map", _flow_shown, on_canvas=True
    ),
    Action("view.fold", "Fold or open the group", canvas_does("toggle_fold"), "view", 26, (), None, _group_selected),
    Action("view.fold_all", "Fold all groups", canvas_does("fold_all"), "view", 27, (), None, _flow_shown),
    Action("view.unfold_all", "Open all groups", canvas_does("unfold_all"), "view", 28, (), None, _flow_shown),
    Action(
        "view.bottom",
        "Bottom panel",
        lambda s: s.window.toggle_area("bottom"),
        "view",
        30,
        ("Ctrl+J",),
        "panel-bottom",
        checked=_side_open("bottom"),
    ),
    Action(
        "view.right",
        "Form",
        lambda s: s.window.toggle_area("right"),
        "view",
        31,
        ("Ctrl+I",),
        "panel-right",
        checked=_side_open("right"),
    ),
    Action(
        "view.left",
        "Side panel",
        lambda s: s.window.toggle_area("left"),
        "view",
        32,
        ("Ctrl+B",),
        "list",
        checked=_side_open("left"),
    ),
    *(_panel_action(panel, 40) for panel in found_panels()),
    Action("view.next_tab", "Next tab", lambda s: s.window.work.turn(1), "view", 50, ("Ctrl+Tab", "Ctrl+PgDown")),
    Action(
        "view.previous_tab",
        "Previous tab",
        lambda s: s.window.work.turn(-1),
        "view",
        51,
        ("Ctrl+Shift+Tab", "Ctrl+PgUp"),
    ),
    Action("view.next_part", "Next part of the window", lambda s: s.window.regions.go(1), "view", 53, ("F6",)),
    Action(
        "view.previous_part",
        "Previous part of the window",
        lambda s: s.window.regions.go(-1),
        "view",
        54,
        ("Shift+F6",),
    ),
    Action("view.close_tab", "Close tab", lambda s: s.window.work.close_page(), "view", 52, ("Ctrl+F4",)),
    Action(
        "view.theme_system",
        "Theme of the system",
        _theme("system"),
        "view",
        60,
        (),
        "monitor",
        checked=_chosen("system"),
    ),
    Action("view.theme_light", "Light theme", _theme("light"), "view", 61, (), "sun", checked=_chosen("light")),
    Action("view.theme_dark", "Dark theme", _theme("dark"), "view", 62, (), "moon", checked=_chosen("dark")),
    Action(
        "view.stronger_outlines",
        "Stronger outlines",
        _switch("stronger_outlines"),
        "view",
        70,
        checked=lambda s: s.theme.stronger_outlines,
    ),
    Action(
        "view.reduce_motion",
        "Reduce motion",
        _switch("reduce_motion"),
        "view",
        71,
        checked=lambda s: s.theme.reduce_motion,
    ),
)
