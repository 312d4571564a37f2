"""``/inbox``: the open tasks of whoever is signed in, grouped by the time that is left."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import RedirectResponse, Response

from runtime.server.access import Access, Session
from runtime.server.asked import AskedDesk
from runtime.server.pages.rendering import render
from runtime.wire import TaskSummary

router = APIRouter()


async def signed_in(request: Request) -> Session:
    """The session behind a page; asks for the login where there is none."""
    access: Access = request.app.state.access
    return await access.require_session(request)


SignedIn = Annotated[Session, Depends(signed_in)]


@router.get("/")
async def front(session: SignedIn) -> Response:
    """The front page is the inbox."""
    return RedirectResponse("/inbox", status_code=303)


@router.get("/inbox")
async def inbox(
    request: Request, session: SignedIn, desk: AskedDesk, q: Annotated[str, Query(max_length=200)] = ""
) -> Response:
    """All tasks that the person may answer; ``q`` keeps those that hold these words."""
    tasks = await desk.inbox(session.user)
    words = q.lower().split()
    found = [task for task in tasks if all(word in _searched(task) for word in words)]
    groups = grouped(found, desk.now())
    overdue = sum(1 for task in tasks if _is_overdue(task, desk.now()))
    return await render(
        request, "inbox.html", session=session, groups=groups, count=len(tasks), found=len(found), overdue=overdue, q=q
    )


def grouped(tasks: list[TaskSummary], now: dt.datetime) -> list[tuple[str, list[TaskSummary]]]:
    """Overdue, today, later and no deadline; groups without tasks are left out."""
    end_of_day = now.astimezone().replace(hour=23, minute=59, second=59, microsecond=0)
    groups: dict[str, list[TaskSummary]] = {"Overdue": [], "Today": [], "Later": [], "No deadline": []}
    for task in tasks:
        if task.due is None:
            name = "Overdue" if task.overdue else "No deadline"
        elif _is_overdue(task, now):
            name = "Overdue"
        else:
            name = "Today" if task.due <= end_of_day else "Later"
        groups[name].append(task)
    return [(name, members) for name, members in groups.items() if members]


def _is_overdue(task: TaskSummary, now: dt.datetime) -> bool:
    return task.overdue or (task.due is not None and task.due < now)


def _searched(task: TaskSummary) -> str:
    return " ".join((task.title, task.flow_title, task.flow, task.case_key or "", task.role, task.role_title)).lower()
