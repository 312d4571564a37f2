"""``StepName``: typing the title of a step in its form is one step of the history, and once the field is left, the name
in expressions of a new step follows.

Law: the form stays where it is; only what it is about has another name.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from PySide6.QtCore import QObject, QTimer

from designer.document.command import Command, CommandRefused, Visit, fresh_visit
from designer.document.commands.retitle_step import retitle_step
from designer.forms.context import FormContext
from designer.forms.control import Control, LineControl
from runtime.model.flow import Flow, Node


class StepName(QObject):
    """Of one form; ``control`` shows the title."""

    def __init__(self, context: FormContext, control: Control) -> None:
        super().__init__(control)
        self._context = context
        self._visit: Visit | None = None
        self._of = ("", "")
        if isinstance(control, LineControl):
            control.line.left.connect(lambda: QTimer.singleShot(0, self, self._settle))

    def typed(self, flow: Flow, node: Node, title: Any) -> Command:
        """The title as it is typed now; the name follows later, so that no letter on the way becomes one."""
        if self._visit is None or self._of != (flow.id, node.id):
            self._visit, self._of = Visit(fresh_visit(), node.title), (flow.id, node.id)
        words = title if isinstance(title, str) else ""
        return retitle_step(flow, node.id, words, follow=False, merge=self._visit)

    def _settle(self) -> None:
        visit, self._visit = self._visit, None
        context, services = self._context, self._context.services
        flow, node = context.flow, context.node
        if visit is None or flow is None or node is None or self._of != (flow.id, node.id):
            return
        command = retitle_step(
            flow,
            node.id,
            node.title,
            follow=services.document.is_new(flow.id, node.id),
            kind=services.facts.kind(node),
            before=visit.old,
            merge=visit,
        )
        if command.select is None:
            return
        (new,) = command.select
        if selected := services.selection.node == node.id:
            services.selection.nodes = command.select  # before anybody looks: the step is never gone in between
        context.rename(new)
        with suppress(CommandRefused):
            services.document.do(command)
        if context.node is None:
            context.rename(node.id)
            if selected:
                services.selection.nodes = (node.id,)
        services.selection.changed.emit()
