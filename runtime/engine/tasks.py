"""Who may answer a task, and what decides it (SEMANTICS, section A). The one function that says yes or no (A3)."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from nodes.contract import Choice, HumanTask, Value, same_value, to_wire
from nodes.contract.json_schema import schema_mistakes
from runtime.engine.plan import Plan
from runtime.engine.state import State, Step, TaskAnswer, TaskState
from runtime.engine.stimuli import Answer, Refusal

SHOWN = 'What a task shows is an object, such as {"title": "Refund 312?", "show": {"Customer": "Ana"}}.'

_encoder = msgspec.json.Encoder(decimal_format="number", order="sorted")


def revision_of(shown: Value) -> str:
    """The hash of what a task shows (A1): 16 hex digits of SHA-256 over its tagged JSON with sorted keys."""
    return hashlib.sha256(_encoder.encode(to_wire(shown))).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Repeated:
    """The same person gave the same answer before (A5): this one stands for it."""

    answer: TaskAnswer


def may_answer(plan: Plan, state: State, step: Step, answer: Answer, now: dt.datetime) -> Refusal | Repeated | None:
    """None: yes. Whatever the way in, this decides (A2 to A6)."""
    task = step.task
    behaviour = plan.nodes[step.node].behaviour
    if task is None or not isinstance(behaviour, HumanTask):
        return Refusal(404, "TASK_UNKNOWN", f"{state.run}:{step.id} is not a task.")
    title = plan.nodes[step.node].title
    for given in task.current():
        if answer.by == given.by and answer.on_behalf_of == given.on_behalf_of:
            if given.choice == answer.choice and same_value(_filled_in(given.form), _filled_in(answer.form)):
                return Repeated(given)
            return Refusal(409, "ANSWERED", f'{answer.by} answered "{title}" before; an answer can\'t be taken back.')
    closed = task_closed(behaviour, step, task, title)
    if closed is not None:
        return closed
    if answer.revision is not None and answer.revision != task.revision:
        return Refusal(409, "REVISED", f'"{title}" was changed since you read it. Read it again, then decide.')
    people = {answer.by} | ({answer.on_behalf_of} if answer.on_behalf_of else set())
    for given in task.current():
        if people & ({given.by} | ({given.on_behalf_of} if given.on_behalf_of else set())):
            return Refusal(
                409, "ANSWERED_TWICE", f'Nobody may stand in two answers of "{title}"; another person has to answer.'
            )
    barred = _barred(state, behaviour, people, title) or _without_role(task, answer, title, now)
    if barred is not None:
        return barred
    holder = task.holder(now)
    if behaviour.exclusive and holder is not None and holder not in people:
        return Refusal(409, "CLAIMED", f'{holder} has claimed "{title}". Ask for it to be released first.')
    choice = next((c for c in behaviour.choices if c.port == answer.choice), None)
    if choice is None:
        offered = ", ".join(c.port for c in behaviour.choices)
        return Refusal(422, "CHOICE_UNKNOWN", f'"{title}" has no choice {answer.choice!r}. Choose one of: {offered}.')
    return _form_mistake(behaviour, choice, answer.form, title)


def _filled_in(form: Value) -> Value:
    """An empty form and none at all say the same."""
    return {} if form is None else form


def task_closed(behaviour: HumanTask, step: Step, task: TaskState, title: str) -> Refusal | None:
    """None: it is open; else the refusal that says what closed it (A4)."""
    if step.state == "waiting":
        return None
    held = step.held.get("port") if isinstance(step.held, dict) else None
    if step.state == "cancelled":
        words = "was withdrawn"
    elif (choice := deciding_choice(behaviour, task)) is not None:
        last = task.current()[-1]
        return Refusal(
            409,
            "TASK_CLOSED",
            f'{last.by} decided "{title}" ({choice}) at {last.at:%H:%M} UTC. Nothing is left to do.',
        )
    elif "timeout" in (step.port, held):
        words = "timed out"
    elif step.state == "completed":
        words = f"was sent on by an operator ({step.port})"
    else:
        words = "stands in an incident"
    return Refusal(409, "TASK_CLOSED", f'"{title}" {words}. Nothing is left to do.')


def _barred(state: State, behaviour: HumanTask, people: set[str], title: str) -> Refusal | None:
    if not behaviour.not_requester:
        return None
    requesters = {*state.requesters, *((state.requester,) if state.requester else ())}
    if people & requesters:
        return Refusal(403, "SOD", f'Who asked for it may not decide "{title}". Another person of the role has to.')
    return None


def _without_role(task: TaskState, answer: Answer, title: str, now: dt.datetime) -> Refusal | None:
    if answer.on_behalf_of is not None and task.stands_for(answer.by, now) != answer.on_behalf_of:
        return Refusal(403, "NOT_DELEGATED", f'{answer.on_behalf_of} has not delegated "{title}" to {answer.by}.')
    if answer.roles is None or answer.on_behalf_of is not None or task.role in answer.roles:
        return None
    return Refusal(403, "ROLE", f'"{title}" is for the role {task.role}; {answer.by} is not in it.')


def _form_mistake(behaviour: HumanTask, choice: Choice, form: Value, title: str) -> Refusal | None:
    if behaviour.form:
        mistakes = schema_mistakes(behaviour.form, _without_remark(behaviour.form, _filled_in(form)))
        if mistakes:
            first = mistakes[0]
            where = f"{first.path}: " if first.path else ""
            return Refusal(
                422,
                "FORM",
                f'The form of "{title}" is not filled in: {where}{first.message}',
                [{"path": m.path, "message": m.message} for m in mistakes],
            )
    elif form not in (None, {}) and not _only_comment(form):
        return Refusal(422, "FORM", f'"{title}" has no form to fill in.')
    comment = form.get("comment") if isinstance(form, dict) else None
    if choice.comment_required and not (isinstance(comment, str) and comment.strip()):
        return Refusal(422, "COMMENT", f'"{choice.title}" needs a comment.')
    return None


def _without_remark(schema: Mapping[str, Any], form: Value) -> Value:
    """What a form asked for. A comment may be left beside any form, so a strict one must not forbid it."""
    if not isinstance(form, dict) or not isinstance(form.get("comment"), str) or "comment" in _fields(schema):
        return form
    return {name: value for name, value in form.items() if name != "comment"}


def _fields(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    found = schema.get("properties")
    return found if isinstance(found, Mapping) else {}


def _only_comment(form: Value) -> bool:
    return isinstance(form, dict) and set(form) == {"comment"} and isinstance(form["comment"], str)


def deciding_choice(behaviour: HumanTask, task: TaskState) -> str | None:
    """The first choice that has reached its need of distinct people, or None (A2)."""
    counts: dict[str, int] = {}
    needs = {choice.port: choice.needs for choice in behaviour.choices}
    for answer in task.current():
        counts[answer.choice] = counts.get(answer.choice, 0) + 1
        if counts[answer.choice] >= needs.get(answer.choice, 1):
            return answer.choice
    return None


def due_of(step: Step) -> dt.datetime | None:
    """Until when, or since when, a task is due; else when its time limit is over. None: it has all the time."""
    was = step.task.was_due if step.task is not None else None
    return was or step.timers.get("due") or step.timers.get("timeout")


def task_output(task: TaskState, choice: str | None, decided_at: object) -> dict[str, Value]:
    """``{choice, form, answers, decided_at}`` (A9)."""
    given = task.current()
    deciding = next((a for a in reversed(given) if a.choice == choice), None)
    return {
        "choice": choice,
        "form": deciding.form if deciding is not None else None,
        "answers": [
            {"by": a.by, "for": a.on_behalf_of, "seat": a.seat, "choice": a.choice, "form": a.form, "at": a.at}
            for a in given
        ],
        "decided_at": decided_at,
    }
