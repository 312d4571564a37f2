"""``/inbox/{task}``: one task, and the POST that answers it. Looking never decides, whoever looks (FAULTS T01)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from nodes.contract import from_wire, to_wire
from runtime.server.access import Session, check_csrf, form_of
from runtime.server.asked import AskedDesk
from runtime.server.desk import Desk
from runtime.server.pages.forms import PREFIX, Control, controls_of, read_form
from runtime.server.pages.inbox import SignedIn
from runtime.server.pages.rendering import render
from runtime.wire import AnswerRequest, ChoiceView, Problem, TaskView, made

router = APIRouter()

COMMENT = f"{PREFIX}comment"


@router.get("/inbox/{task}")
async def task_page(task: str, request: Request, session: SignedIn, desk: AskedDesk) -> Response:
    """What the person needs to decide; for a closed task, what became of it."""
    try:
        view = await desk.task(task)
    except Problem as problem:
        return await render(request, "problem.html", problem.status, session=session, problem=_for_people(problem))
    return await _page(request, session, desk, view)


@router.post("/inbox/{task}")
async def answer(task: str, request: Request, session: SignedIn, desk: AskedDesk) -> Response:
    """Answers, then leads back to the task, which says what happened."""
    fields = await form_of(request, request.app.state.origins)
    check_csrf(session, fields)
    try:
        view = await desk.task(task)
    except Problem as problem:
        return await render(request, "problem.html", problem.status, session=session, problem=_for_people(problem))
    form, mistakes = read_form(from_wire(view.form), fields)
    if mistakes:
        return await _page(request, session, desk, view, fields, _to_correct(), mistakes)
    comment = fields.get(COMMENT, "").strip()
    if comment:
        form = {**form, "comment": comment.replace("\r\n", "\n")}
    try:
        await desk.answer(
            task,
            made(
                AnswerRequest,
                choice=fields.get("choice", "") or "?",
                by=session.user,
                form=to_wire(form) or None,
                revision=fields.get("revision") or None,
            ),
        )
    except Problem as problem:
        view = await desk.task(task)
        mistakes = _named(problem)
        told = _to_correct() if problem.code == "FORM" and _all_drawn(view, mistakes) else problem
        return await _page(request, session, desk, view, fields, told, mistakes)
    return RedirectResponse(request.url.path, status_code=303)


async def _page(
    request: Request,
    session: Session,
    desk: Desk,
    view: TaskView,
    given: Mapping[str, str] | None = None,
    problem: Problem | None = None,
    mistakes: Mapping[str, str] | None = None,
) -> Response:
    others = await desk.inbox(session.user)
    ids = [other.task for other in others]
    place = ids.index(view.task) if view.task in ids else -1
    controls = controls_of(from_wire(view.form), given or {}, mistakes or {})
    remark = _remark(view, controls, given or {}, mistakes or {})
    mine = next(
        (answer for answer in view.given if answer.counts and session.user in {answer.by, answer.on_behalf_of}), None
    )
    return await render(
        request,
        "task.html",
        200 if problem is None else problem.status,
        session=session,
        task=view,
        show=_labelled(view),
        controls=controls,
        first_wrong=next((control.name for control in (*controls, remark) if control and control.mistake), ""),
        remark=remark,
        in_sheet=_said_in_the_sheet(view, remark),
        comment_for=" or ".join(choice.title for choice in view.choices if choice.comment_required),
        problem=problem,
        mine=mine,
        mine_title=next((c.title for c in view.choices if mine is not None and c.port == mine.choice), ""),
        count=len(others),
        place=place,
        before=ids[place - 1] if place > 0 else None,
        after=ids[place + 1] if 0 <= place < len(ids) - 1 else None,
        next_task=next((other for other in ids if other != view.task), None),
    )


def _remark(
    view: TaskView, controls: Sequence[Control], given: Mapping[str, str], mistakes: Mapping[str, str]
) -> Control | None:
    """The comment: the form's own, or one where a choice needs it or nothing else is asked; None if none is taken."""
    own = next((control for control in controls if control.name == COMMENT), None)
    if own is not None:
        return own
    if view.form and not any(choice.comment_required for choice in view.choices):
        return None
    return Control(
        name=COMMENT,
        title="Comment",
        help="Seen by the team, not by the customer",
        kind="lines",
        value=given.get(COMMENT, ""),
        required=False,
        mistake=mistakes.get("comment", ""),
        longest=10_000,
    )


def _said_in_the_sheet(view: TaskView, remark: Control | None) -> list[ChoiceView]:
    """The choices that open the sheet for the comment on a phone; none once the comment is marked, in sight."""
    if remark is None or remark.mistake:
        return []
    return [choice for choice in view.choices if choice.comment_required or choice.style == "negative"]


def _all_drawn(view: TaskView, mistakes: Mapping[str, str]) -> bool:
    """Whether each mistake is told beside a field of the page."""
    drawn = {control.name for control in controls_of(from_wire(view.form), {}, {})}
    return bool(mistakes) and all(PREFIX + field in drawn for field in mistakes)


def _to_correct() -> Problem:
    return Problem(422, "FORM", "Nothing was decided yet.", todo="Correct what is marked and decide again.")


def _for_people(problem: Problem) -> Problem:
    """A task that is not there, for whoever has no command line: the page leads to those that are."""
    if problem.status == 404:
        problem.todo = (
            "The link may be cut off, or the task is of another server. What waits for you stands in My tasks."
        )
    return problem


def _labelled(view: TaskView) -> list[tuple[str, Any]]:
    shown = from_wire(view.show)
    return list(shown.items()) if isinstance(shown, dict) else ([("", shown)] if shown is not None else [])


def _named(problem: Problem) -> dict[str, str]:
    """Field -> mistake, from the detail of a form that was refused."""
    if problem.code == "COMMENT":
        return {"comment": "Say why, then decide again."}
    named = {}
    for item in problem.detail if isinstance(problem.detail, list) else ():
        if isinstance(item, Mapping) and item.get("path"):
            words = str(item.get("message", ""))
            named[str(item["path"])] = f"This {words}."
    return named
