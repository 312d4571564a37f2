"""``picture_each_view``: the main views in both themes, for people to look at. Called at the end of ``designer_walk``.

The walk has drawn, saved and run a flow; here it is only looked at, and an example is opened beside it.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QDialog

from designer.keeping.examples import examples
from designer.window.comparison import Comparison
from designer.window.desktop import Desktop
from designer.window.main_window import MainWindow
from designer.window.past_runs import PastRuns
from tests.end_to_end.designer_hands import Hands

PAGES = {"flow_settings": "flow_settings", "connections": "connections", "samples": "samples"}


def picture_each_view(hands: Hands, desktop: Desktop) -> None:
    """Leaves ``NAME.png`` and ``NAME_dark.png`` for each view."""
    own = hands.window
    example = desktop.try_example(next(one for one in examples() if "dispute" in one.title.lower()))
    example.resize(1400, 900)
    for theme in ("light", "dark"):
        desktop.theme.choose("light" if theme == "light" else "dark")
        ending = "" if theme == "light" else "_dark"
        hands.window = example
        _example(hands, example, ending)
        hands.window = own
        _own(hands, own, ending)
        welcome = desktop.show_welcome()
        hands.pause(0.6)
        hands.keep(welcome, f"welcome{ending}")
        welcome.close()
    desktop.theme.choose("light")


def _own(hands: Hands, window: MainWindow, ending: str) -> None:
    flow = window.services.flow
    assert flow is not None
    window.show_flow(flow.id)
    window.show_mode("test")
    window.services.selection.select((hands.node("Finance check"),))
    window.canvas.fit()
    hands.picture(f"test{ending}")
    window.show_mode("replay")
    window.services.selection.select((hands.node("Small amount?"),))
    window.canvas.fit()
    hands.picture(f"replay{ending}")
    window.show_mode("design")
    window.canvas.fit()
    window.services.selection.select((hands.node("Finance check"),))
    hands.pause(0.3)
    hands.picture(f"design{ending}")
    for panel in ("outline", "project", "history"):
        window.show_panel(panel)
        hands.picture(f"{panel}{ending}")
    window.toggle_area("left")
    for name, editor in PAGES.items():
        window.open_editor(editor, flow.id if name != "connections" else "")
        hands.picture(f"{name}{ending}")
    window.open_editor("form", f"{flow.id}/{hands.node('Finance check')}")
    hands.picture(f"form_editor{ending}")
    window.show_flow(flow.id)
    overlay = window.show_keys()
    hands.picture(f"keys{ending}")
    overlay.close()
    _dialog(hands, lambda: window.run("flow.compare_saved"), Comparison, f"differences{ending}")
    _dialog(hands, lambda: window.run("run.past"), PastRuns, f"past_runs{ending}", seconds=3.0)


def _example(hands: Hands, window: MainWindow, ending: str) -> None:
    window.show_mode("design")
    flow = window.services.flow
    assert flow is not None
    window.show_flow(flow.id)
    window.services.selection.select(())
    window.canvas.fit()
    hands.picture(f"large{ending}")
    window.show_panel("problems")
    hands.picture(f"problems{ending}")
    window.open_editor("decision_table", next(iter(window.services.document.project.decisions)))
    hands.picture(f"decision_table{ending}")


def _dialog(hands: Hands, run: Callable[[], object], kind: type[QDialog], name: str, seconds: float = 0.6) -> None:
    """A picture of a dialog, which waits in a loop of its own: at once, or once it has found what it shows."""
    seen: list[QDialog] = []

    def look() -> None:
        dialog = QApplication.activeModalWidget()
        if not isinstance(dialog, kind):
            QTimer.singleShot(200, look)
            return
        hands.keep(dialog, name)
        seen.append(dialog)
        dialog.reject()

    QTimer.singleShot(round(seconds * 1000), look)
    run()
    hands.wait(f"the dialog {name}", lambda: seen)
