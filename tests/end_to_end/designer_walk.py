"""An analyst's first hour, by mouse and keyboard alone: an empty project becomes the core of the billing dispute and
is run against the example systems to its outcome, then looked at step by step. Pictures of each main view in both
themes are left in the folder that is named.

Run as a module in a process with a screen (`test_designer.py` gives it a virtual one); prints one line of JSON.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from designer.app import make_application
from designer.window.desktop import Desktop
from designer.window.welcome import Welcome
from tests.end_to_end.designer_hands import Hands, in_front
from tests.end_to_end.designer_views import picture_each_view

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
CASE = {"dispute": "D-1002", "customer": "C-1002", "invoice": "INV-2026-10-1002", "amount": 312.5}
REFUND = '{invoice: input.invoice, amount: input.amount, reason: "Billed twice", case: input.dispute}'
MESSAGE = (
    '{customer: input.customer, channel: CUSTOMER.body.preferred_channel, subject: "Your dispute", '
    'text: "We have paid " + string(input.amount) + " back.", case: input.dispute}'
)


def walk(hands: Hands, desktop: Desktop, place: Path) -> dict[str, Any]:
    """The story; what it came to."""
    desktop.show_welcome()
    hands.pause(0.8)
    welcome = next(w for w in QApplication.topLevelWidgets() if isinstance(w, Welcome))
    in_front(welcome)
    QTest.keyClick(welcome, Qt.Key.Key_N, CTRL)
    hands.wait("a window", lambda: desktop.windows)
    hands.window = desktop.windows[0]
    hands.window.resize(1400, 900)
    in_front(hands.window)
    hands.pause(0.5)
    hands.picture("empty")
    settle_what_it_is(hands)
    connect_systems(hands)
    hands.tab(0)
    draw(hands)
    problems = hands.window.services.checking.check_now()
    same = undo_and_redo(hands)
    hands.answer(str(place))
    QTest.keyClick(hands.window, Qt.Key.Key_S, CTRL)
    hands.wait("the saved project", lambda: hands.window.services.document.saved and any(place.iterdir()))
    keep_a_sample(hands)
    outcome = run_it(hands)
    picture_each_view(hands, desktop)
    return {
        "errors": [f"{found.where.node}: {found.message}" for found in problems if str(found.severity) == "error"],
        **outcome,
        "undo_is_identity": same,
        "files": sorted(str(path.relative_to(place)) for path in place.rglob("*.json") if ".baton" not in path.parts),
        "pictures": hands.pictures,
        "platform": QApplication.platformName(),
    }


def settle_what_it_is(hands: Hands) -> None:
    """Title, what it starts with, how it may end, who decides."""
    hands.command("Flow settings")
    page = hands.page()
    hands.fill(page, "Title", "Billing dispute")
    for number, (name, kind) in enumerate((("dispute", ""), ("customer", ""), ("invoice", ""), ("amount", "Number"))):
        hands.press("Add field", page)
        hands.fill(page, "Name of the field", name, number)
        if kind:
            hands.choose(page, "Kind of the field", kind, number)
    for number, title in enumerate(("Refunded", "Rejected")):
        hands.press("Add outcome", page)
        hands.fill(page, "Title of the outcome", title, number)
    hands.press("Add role", page)
    hands.fill(page, "Title of the role", "Finance")


def connect_systems(hands: Hands) -> None:
    """The three systems that it speaks with; their addresses belong to each machine."""
    hands.command("Connections")
    page = hands.page()
    for name, title in (("crm", "Customer records"), ("billing", "Billing"), ("notifications", "Messages")):
        hands.press("New connection", page)
        hands.answer(name)
        hands.press("Rename", page)
        hands.fill(page, "Title", title)
        hands.choose(page, "Sign-in", "API key")


def draw(hands: Hands) -> None:
    """Ten cards, one behind the other, and the way from the approval to the refund by mouse."""
    hands.press("Start by hand")
    request(hands, "Customer", "Customer records", "/customers/{input.customer}")
    request(hands, "Bill", "Billing", "/invoices/{input.invoice}")
    hands.add("condition")
    hands.fill(hands.form, "Name", "Small amount?")
    hands.press("Add condition", hands.form)
    hands.fill(hands.form, "Label 1", "Small")
    hands.fill(hands.form, "When", "input.amount <= 100")
    request(hands, "Refund", "Billing", "/refunds", send=REFUND)
    hands.fill(hands.form, "Idempotency header", "Idempotency-Key")
    request(
        hands, "Tell the customer", "Messages", "/messages", send=MESSAGE.replace("CUSTOMER", hands.node("Customer"))
    )
    hands.add("end")
    hands.fill(hands.form, "Name", "Refunded")
    hands.choose(hands.form, "Outcome", "Refunded")

    hands.select(hands.node("Small amount?"))
    hands.add("approval")
    hands.fill(hands.form, "Name", "Finance check")
    hands.choose(hands.form, "Who decides, required", "Finance")
    hands.fill(
        hands.form, "Question, required", f"Pay {{input.amount}} back to {{{hands.node('Customer')}.body.name}}?"
    )
    hands.command("Tidy up")
    hands.connect("Finance check", "approve", "Refund")
    hands.select(hands.node("Finance check"))
    hands.add("end")
    hands.fill(hands.form, "Name", "Rejected")
    hands.choose(hands.form, "Outcome", "Rejected")
    hands.command("Tidy up")
    hands.command("Fit flow")


def request(hands: Hands, title: str, system: str, path: str, send: str = "") -> None:
    """A step that asks a system for something, or sends something to it."""
    hands.add("HTTP request")
    hands.fill(hands.form, "Name", title)
    hands.choose(hands.form, "Connection, required", system)
    if send:
        hands.choose(hands.form, "Method", "POST")
    hands.fill(hands.form, "Path, required", path)
    if send:
        hands.press("Advanced", hands.form)
        hands.choose(hands.form, "Content", "JSON")
        hands.fill(hands.form, "Value", send)


def undo_and_redo(hands: Hands) -> bool:
    """Whether going back by ten changes and forth again leads to the same."""
    before = hands.window.services.document.project
    for modifier in (CTRL, CTRL | SHIFT):
        for _ in range(10):
            QTest.keyClick(hands.window, Qt.Key.Key_Z, modifier)
        hands.pause()
        if modifier == CTRL and hands.window.services.document.project == before:
            return False
    return hands.window.services.document.project == before


def keep_a_sample(hands: Hands) -> None:
    """A case to try it with."""
    hands.command("Samples")
    page = hands.page()
    hands.press("New sample", page)
    hands.answer("one_approval")
    hands.press("Rename", page)
    for name, value in CASE.items():
        hands.fill(page, f"{name.capitalize()}, required", str(value))
    hands.tab(0)


def run_it(hands: Hands) -> dict[str, Any]:
    """Against the practice systems: it waits for Finance, is approved there and then, and ends."""
    in_front(hands.window)
    QTest.keyClick(hands.window, Qt.Key.Key_2, CTRL)
    hands.wait("the test panel", lambda: hands.window.mode == "test")
    panel = hands.window.panel("test")
    assert panel is not None
    hands.press("Practice systems", panel)
    hands.press("Run", panel)
    session = hands.window.services.extras["session"]
    hands.wait("the task", lambda: session.tasks, 90)
    hands.press("Answer as Finance", panel)
    step = hands.window.panel("inspector")
    assert step is not None
    hands.press("Approve", step)
    hands.wait("the end", lambda: session.story.ended, 60)
    return {
        "outcome": session.story.outcome_title(),
        "steps": [span.title for span in session.story.trace.spans],
        "refund": next(span.output for span in session.story.trace.spans if span.title == "Refund"),
    }


def main(folder: Path, place: Path) -> int:
    folder.mkdir(parents=True, exist_ok=True)
    place.mkdir(parents=True)
    application = make_application()
    desktop = Desktop(application)
    desktop.theme.choose("light")
    hands = Hands(application, folder)
    print(json.dumps(walk(hands, desktop, place), default=str), flush=True)
    for window in desktop.windows:
        window.services.extras["session"].close()
    os._exit(0)  # the window would ask whether to keep what was drawn, and nobody is there to answer


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
