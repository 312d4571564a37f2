"""``ResultWays``: the ways of a step that asks a decision: one for each result of it, by one click."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt

from designer.document.command import CommandRefused
from designer.document.commands.set_field import path_of, set_field
from designer.document.names import as_read
from designer.forms.context import FormContext
from designer.forms.field_plan import FieldPlan
from designer.forms.groups import Make
from designer.forms.ways import LABEL, PORT, WaysControl, fresh_port
from designer.pieces import LinkButton
from nodes.feel import to_text
from runtime.model.decisions import Decisions

RESULTS = "results"
"""the field of a way that names the results that lead to it; without it, it is the way's own name"""

CHOOSE = {"file": "Choose a decision file first.", "decision": "Choose a decision first."}
"""what is said while a field is empty, without which nothing is known of results"""


class ResultWays(WaysControl):
    """``decisions`` are the files as they are when it is asked."""

    def __init__(self, context: FormContext, plan: FieldPlan, path: str, make: Make, decisions: Any) -> None:
        super().__init__(context, plan, path, make)
        self._decisions = decisions
        self.each = LinkButton("Add one for each result")
        self.each.clicked.connect(self.add_each)
        self.column.addWidget(self.each, 0, Qt.AlignmentFlag.AlignLeft)

    def add_each(self) -> None:
        """A way for each result that has none, as one step of the history."""
        flow, node = self.context.flow, self.context.node
        if flow is None or node is None:
            return
        missing = next((words for name, words in CHOOSE.items() if not node.config.get(name)), None)
        if missing is not None:
            self.complained.emit(missing)
            return
        results = self._results(node.config)
        if results is None:
            self.complained.emit("What this decision can say is not known yet. Type its rules on its page first.")
            return
        known = [one for one in self._value if isinstance(one, dict)]
        routed = {text for one in known for text in one.get(RESULTS) or [one.get(PORT)]}
        made = list(self._value)
        for text in results:
            if text not in routed:
                port = fresh_port(text, [one.get(PORT) for one in made if isinstance(one, dict)])
                way = {PORT: port, LABEL: as_read(text)}
                made.append(way if port == text else {**way, RESULTS: [text]})
        self.complained.emit("")
        if len(made) == len(self._value):
            return
        try:
            change = set_field(flow.id, node.id, path_of(self.path), made, title="Add a way for each result")
            self.context.services.document.do(change)
        except CommandRefused as refused:
            self.complained.emit(str(refused))

    def _results(self, config: Any) -> list[str] | None:
        from nodes.dmn.analysis import results_of  # as large as all forms, and few steps ask decisions

        files: Decisions = self._decisions(self.context)
        model, decision = files.usable(str(config.get("file", ""))), str(config.get("decision", ""))
        if model is None or decision not in model.decisions:
            return None
        found = results_of(model, decision, config.get("output"))
        return None if not found else [to_text(result) for result in found]
