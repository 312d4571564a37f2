"""``LaneForm``: what a seat lane gives the approvals that are dropped into it: its name, owner and seat."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from designer.document.commands.set_field import UNSET
from designer.document.edits import layout_of
from designer.forms.context import FormContext
from designer.forms.field_box import FieldBox, HelpFollower
from designer.forms.field_plan import FieldPlan
from designer.forms.governance import OWNER, SEAT, governing_control
from designer.pieces import PlainText, Section
from designer.services import Services
from designer.theme.type_scale import PANEL_TITLE, SMALL
from runtime.model.layout import SeatLane

NAME = FieldPlan("title", "line", "Name", "What stands on the lane. Empty: its owner or seat.")


class LaneForm(QWidget):
    """Follows one lane of one flow."""

    def __init__(self, services: Services, flow: str, lane: str) -> None:
        super().__init__()
        self._services, self._lane = services, lane
        self.context = FormContext(services, self._commit, flow)
        self._help = HelpFollower(self)
        self.setProperty("role", "panel")
        head = QFrame()
        head.setProperty("role", "header")
        words = QVBoxLayout(head)
        words.setContentsMargins(14, 12, 14, 12)
        words.setSpacing(0)
        words.addWidget(PlainText("A seat lane", PANEL_TITLE))
        words.addWidget(
            PlainText("An approval that is dropped here gets its owner and seat.", SMALL, "muted", wrap=True)
        )
        section = Section(services.theme, "Basics")
        section.body.setSpacing(12)
        self.boxes: dict[str, FieldBox] = {}
        for plan in (NAME, OWNER, SEAT):
            control = governing_control(self.context, plan, plan.name)
            box = FieldBox(self.context, plan, plan.name, control)
            control.edited.connect(lambda value, _inside, name=plan.name: self._commit((name,), value, ()))
            self.boxes[plan.name] = box
            section.body.addWidget(box)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(head)
        column.addWidget(section)
        column.addStretch(1)
        self.refresh()

    def refresh(self) -> None:
        """Show what the document says now."""
        lane = lane_of(self._services, self.context.flow_id, self._lane)
        if lane is not None:
            for name, box in self.boxes.items():
                box.show_value(getattr(lane, name) or UNSET)

    def _commit(self, path: tuple[str | int, ...], value: Any, _inside: Any) -> None:
        name = str(path[0])
        self._services.window.canvas.frames.set_lane(self._lane, name, None if value in (UNSET, "") else value)


def lane_of(services: Services, flow: str, lane: str) -> SeatLane | None:
    """The lane with this id."""
    return next((one for one in layout_of(services.document.project, flow).lanes if one.id == lane), None)
