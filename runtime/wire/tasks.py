"""Tasks of people: list, look, answer, and pass on. Routes ``/tasks``. A task's id is ``run:step``."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from runtime.wire.cards import DecisionCardView
from runtime.wire.message import Moment, Name, Request, Tagged, View


class ChoiceView(View):
    """One way to answer = one port of the step."""

    port: str
    title: str
    needs: int = 1
    """so many distinct people must give it"""
    comment_required: bool = False
    style: str = "neutral"
    """positive, negative or neutral"""


class AnswerView(View):
    """One answer that was given. ``counts`` is False once the task was revised after it."""

    by: str
    on_behalf_of: str | None = None
    choice: str
    form: Tagged = None
    at: Moment
    counts: bool = True


class TaskSummary(View):
    """One line of the list."""

    task: str
    run: str
    step: str
    node: str
    flow: str
    flow_title: str = ""
    title: str
    role: str
    role_title: str = ""
    """the role as its project calls it; empty if it has no title"""
    created_at: Moment
    due: Moment | None = None
    overdue: bool = False
    revision: str
    claimed_by: str | None = None
    answers: int = 0
    """so many answers count already"""
    case_key: str | None = None


class TaskList(View):
    """One page of open tasks, oldest first."""

    tasks: tuple[TaskSummary, ...]
    next: str | None = None


class HistoryView(View):
    """One line of what happened before the task."""

    at: Moment
    words: str
    category: str = "control"
    """kind of the step, for icon and colour"""
    card: DecisionCardView | None = None
    """of a decision: the rules that fired and what would have changed it"""


class TaskView(TaskSummary):
    """All that a person needs to answer."""

    step_title: str = ""
    """the step's name in the drawing; ``title`` is the question"""
    state: str = "open"
    """open, answered, timed_out, withdrawn or stopped"""
    instructions: str = ""
    why: str = ""
    """why people are asked"""
    show: Tagged = None
    """label -> value, as frozen when the step started"""
    form: Tagged = None
    """JSON Schema of the form, None = no form"""
    choices: tuple[ChoiceView, ...] = ()
    given: tuple[AnswerView, ...] = ()
    history: tuple[HistoryView, ...] = ()
    decided: str = ""
    """once it is closed: who decided what and when, in one sentence"""
    not_requester: bool = False
    exclusive: bool = False
    escalate_to: str | None = None
    escalate_title: str = ""


class AnswerRequest(Request):
    """Body of ``POST /tasks/{task}/answers``."""

    choice: Name
    by: Name
    form: Tagged = None
    on_behalf_of: Name | None = None
    revision: Name | None = None
    """``revision`` of the task as the person saw it; an older one is refused"""
    answer_id: Annotated[str, Field(max_length=200)] = ""


class AnsweredView(View):
    """What an answer led to."""

    task: str
    decided: bool
    """False: more people must agree"""
    port: str | None = None
    repeated: bool = False


class ClaimRequest(Request):
    """Body of ``POST /tasks/{task}/claim`` and ``/release``."""

    by: Name


class PassOnRequest(Request):
    """Body of ``POST /tasks/{task}/delegate`` (``to`` a person) and ``/hand-over`` (``to`` a role)."""

    by: Name
    to: Name
