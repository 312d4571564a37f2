"""What governs a step, whatever its type: its name, who owns it, how long it may take, how it is tried again."""

from __future__ import annotations

from designer.document.field_words import GOVERNING as WORDS
from designer.forms.context import FormContext
from designer.forms.control import ChoiceControl, Control, seconds_control
from designer.forms.field_plan import FieldPlan
from designer.forms.making import SEATS, make_control, steps_of

TITLE = FieldPlan("title", "line", WORDS["title"], "What stands on the card.")
OWNER = FieldPlan("owner", "line", WORDS["owner"], "The role that answers for this step.")
SLA = FieldPlan(
    "sla", "duration", WORDS["sla"], "How long this step should take, such as 2 days. Late ones are marked."
)
SEAT = FieldPlan("seat", "line", WORDS["seat"], "Who sits here: an agent, the customer, a bot, or the system.")
PERMISSION = FieldPlan("permission", "line", WORDS["permission"], "A permission that whoever does this must have.")
UNDO = FieldPlan(
    "undo", "line", WORDS["undo"], "The step that takes the effect of this one back, if the run is undone."
)
TIMEOUT = FieldPlan(
    "timeout", "duration", WORDS["timeout"], "After so long, with all its tries, the step counts as failed."
)
BASICS = (TITLE, OWNER, SLA)
ADVANCED = (SEAT, PERMISSION, UNDO)
RETRY = (
    FieldPlan("attempts", "whole", WORDS["attempts"], "How often it is tried, the first time included. 1 = no retry."),
    FieldPlan("first_delay", "number", WORDS["first_delay"], "Before the second try, such as 1 second."),
    FieldPlan("factor", "number", WORDS["factor"], "2 doubles the pause each time."),
    FieldPlan("max_delay", "number", WORDS["max_delay"], "No pause is longer, such as 1 minute."),
    FieldPlan("attempt_timeout", "number", WORDS["attempt_timeout"], "A try that takes longer counts as failed."),
)
SECONDS = frozenset({"first_delay", "max_delay", "attempt_timeout"})


def governing_control(context: FormContext, plan: FieldPlan, path: str) -> Control:
    """The control for one of these fields."""
    if plan is SEAT:
        return ChoiceControl(context, plan, path, lambda: list(SEATS), empty="Not said")
    if plan is UNDO:
        return ChoiceControl(context, plan, path, lambda: steps_of(context), empty="Nothing")
    if plan.name in SECONDS:
        return seconds_control(context, plan, path)
    return make_control(context, plan, path)
