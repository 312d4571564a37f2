"""``/tasks``: people's open tasks. Only a POST decides; looking at a task never does (FAULTS T01)."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import Response

from runtime.server.answers import body_of, documented, json_response
from runtime.server.asked import After, AskedDesk, Limit, Wanted
from runtime.wire import AnsweredView, AnswerRequest, ClaimRequest, PassOnRequest, TaskList, TaskView

router = APIRouter(prefix="/tasks", tags=["tasks"])

ClaimBody = Annotated[ClaimRequest, Depends(body_of(ClaimRequest))]
PassOnBody = Annotated[PassOnRequest, Depends(body_of(PassOnRequest))]


@router.get("", response_model=TaskList)
async def tasks(
    desk: AskedDesk, role: Wanted = None, run: Wanted = None, after: After = None, limit: Limit = 50
) -> Response:
    """Open tasks, oldest first."""
    return json_response(await desk.tasks(role=role, run=run, after=after, limit=limit))


@router.get("/{task}", response_model=TaskView)
async def task_view(task: str, desk: AskedDesk) -> Response:
    """One task with all that a person needs to answer it."""
    return json_response(await desk.task(task))


@router.post("/{task}/answers", response_model=AnsweredView, openapi_extra=documented(AnswerRequest))
async def answer(
    task: str, desk: AskedDesk, body: Annotated[AnswerRequest, Depends(body_of(AnswerRequest))]
) -> Response:
    """200 also for the same answer again; 403 barred, 409 decided before or changed since, 422 form not filled in."""
    return json_response(await desk.answer(task, body))


@router.post("/{task}/claim", response_model=TaskView, openapi_extra=documented(ClaimRequest))
async def claim(task: str, desk: AskedDesk, body: ClaimBody) -> Response:
    """Take it for oneself."""
    return json_response(await desk.claim_task(task, body))


@router.post("/{task}/release", response_model=TaskView, openapi_extra=documented(ClaimRequest))
async def release(task: str, desk: AskedDesk, body: ClaimBody) -> Response:
    """Give it back."""
    return json_response(await desk.release_task(task, body))


@router.post("/{task}/delegate", response_model=TaskView, openapi_extra=documented(PassOnRequest))
async def delegate(task: str, desk: AskedDesk, body: PassOnBody) -> Response:
    """Let another person answer in one's place."""
    return json_response(await desk.delegate_task(task, body))


@router.post("/{task}/hand-over", response_model=TaskView, openapi_extra=documented(PassOnRequest))
async def hand_over(task: str, desk: AskedDesk, body: PassOnBody) -> Response:
    """Give it to another role."""
    return json_response(await desk.hand_over_task(task, body))
