"""The pictures of README.md, made anew on any screen: ``python -m tests.end_to_end.readme_pictures designer/pictures``.

One of the examples is drawn, run with a sample until it waits, answered, and looked at; then its decision table.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from PySide6.QtWidgets import QLineEdit

from designer.app import make_application
from designer.document.scenarios import effects_of
from designer.forms.trying import sample_choice
from designer.keeping.examples import examples
from designer.pieces.emptying import widgets_in
from designer.window.desktop import Desktop
from tests.end_to_end.designer_hands import Hands

FLOW = "merchant_check"
SAMPLE = "small_shop"


def main(folder: Path) -> int:
    """Leaves ``design``, ``test``, ``replay`` and ``table``."""
    application = make_application()
    desktop = Desktop(application)
    desktop.theme.choose("light")
    hands = Hands(application, folder)
    example = next(one for one in examples() if one.flow.id == FLOW)
    window = hands.window = desktop.try_example(example)
    for notice in list(window.work.findChildren(type(next(widgets_in(window.work.notices))))):
        notice.leave()
    window.resize(1400, 900)
    hands.wait("the check", lambda: window.services.checking.problems is not None)
    hands.pause(1.5)
    window.canvas.fit()
    window.services.selection.select((hands.node("How risky?"),))
    hands.pause(0.5)
    window.canvas.fit()
    hands.picture("design")

    session = window.services.extras["session"]
    sample_choice(window.services).choose(FLOW, SAMPLE)
    project = window.services.document.project
    session.answers.seen = effects_of(project, FLOW, SAMPLE)
    session.rehearse(FLOW, project.samples[FLOW][SAMPLE], by="ana")
    window.show_mode("test")
    hands.wait("the task", lambda: session.tasks)
    window.show_panel("inspector")
    window.services.selection.select((session.tasks[0].node,))
    hands.pause(0.5)
    window.canvas.fit()
    hands.picture("test")

    session.answer(session.tasks[0], session.tasks[0].choices[0].port, "petra")
    hands.wait("the end", lambda: session.story.ended)
    window.show_mode("replay")
    hands.pause(0.5)
    window.canvas.fit()
    window.services.selection.select((hands.node("How risky?"),))
    hands.picture("replay")

    window.show_mode("design")
    page = window.open_editor("decision_table", next(iter(project.decisions)))
    assert page is not None
    hands.pause(1.0)
    for field, typed in zip(page.findChildren(QLineEdit), ("12000", '"shop"', "8"), strict=False):
        field.setText(typed)
        field.textEdited.emit(typed)
    hands.picture("table")
    session.close()
    print(" ".join(hands.pictures))
    os._exit(0)  # the window would ask whether to keep the example


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
