"""What went wrong, in one shape for HTTP, client and CLI (RFC 9457: ``application/problem+json``).

``Problem`` is raised on both sides of the wire: the desk raises it, the server writes it, the client reads and raises
it again, the CLI prints it and takes its exit code from the status. An error reads the same behind both doors.
"""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict

MEDIA_TYPE = "application/problem+json"


class ProblemView(BaseModel):
    """One refusal. ``code`` is stable and short; the rest is for people."""

    model_config = ConfigDict(frozen=True, extra="ignore", use_attribute_docstrings=True)

    status: int
    """400 unreadable, 401 who are you, 403 not allowed, 404 unknown, 409 conflict, 422 unfit, 503 not now"""
    code: str
    title: str
    """one sentence: what is wrong"""
    where: str = ""
    """field, id or file that it is about"""
    todo: str = ""
    """one sentence: what to do now"""
    detail: Any = None
    """more, by code: such as who decided the task, or each field that does not fit"""


class Problem(Exception):
    """A refusal with all that ``ProblemView`` says. Nothing was changed when it is raised."""

    def __init__(
        self, status: int, code: str, title: str, *, where: str = "", todo: str = "", detail: Any = None
    ) -> None:
        super().__init__(title)
        self.status = status
        self.code = code
        self.title = title
        self.where = where
        self.todo = todo
        self.detail = detail

    @property
    def view(self) -> ProblemView:
        """The shape that crosses the wire."""
        return ProblemView(
            status=self.status, code=self.code, title=self.title, where=self.where, todo=self.todo, detail=self.detail
        )

    @classmethod
    def of(cls, view: ProblemView) -> Problem:
        """The refusal that the other side sent."""
        return cls(view.status, view.code, view.title, where=view.where, todo=view.todo, detail=view.detail)

    def __str__(self) -> str:
        stop = "" if self.title.endswith((".", "!", "?", ":", "\n")) else "."
        glue = "" if self.title.endswith("\n") else " "
        return f"{self.title}{stop}{glue}{self.todo}".strip()


LONGEST_NAME = 300


def unknown(what: str, name: str, todo: str = "") -> Problem:
    """A 404; the same words whether the thing never was or is not for this caller. A name without end is cut."""
    said = name if len(name) <= LONGEST_NAME else f"{name[:LONGEST_NAME]}..."
    return Problem(
        404, f"UNKNOWN_{what.replace(' ', '_').upper()}", f"There is no {what} {said!r}.", where=said, todo=todo
    )
