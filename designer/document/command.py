"""``Command``: one named change of a project, as a pure function. Made by ``commands/``, performed by ``Document.do``.

Law: ``apply`` changes nothing in place, so undo is the previous value and needs no code of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field, replace
from itertools import count

from runtime.model.project import Project


class CommandRefused(Exception):
    """The change is not allowed or not possible. The message is for people: what, why, what to do instead."""


@dataclass(frozen=True, slots=True)
class Visit:
    """A merge key of its own kind, for a name that is being typed: steps of one visit are one step, however long one
    thinks, and each is done to what stood there before the visit: nothing is left of the names on the way.
    """

    number: int
    old: str = field(default="", compare=False)
    """the name before the visit"""
    new: str = field(default="", compare=False)
    """the name as it is typed now"""


_visits = count(1)


def fresh_visit() -> int:
    """The number of a visit that begins now."""
    return next(_visits)


def visit_in(inside: object) -> Visit | None:
    """The visit in a place as controls tell it, if it is one."""
    places = inside if isinstance(inside, tuple | list) else ()
    return next((place for place in places if isinstance(place, Visit)), None)


@dataclass(frozen=True, slots=True)
class Command:
    """``apply`` gives the project after the change, the same object if nothing changes, or raises CommandRefused."""

    title: str
    """as it stands in the history and after "Undo": ``Move 3 steps``"""
    apply: Callable[[Project], Project]
    flow: str | None = None
    """flow that it is about: undoing it shows this flow"""
    select: tuple[str, ...] | None = None
    """nodes to be selected once it is done; None leaves the selection"""
    merge: Hashable | None = None
    """commands in a row with one merge key are one step of the history (typing in one field, moving by arrow keys)"""
    step: str | None = None
    """the one step of ``flow`` that it changes: the history says its title as well"""
    parts: tuple[str, ...] = ()
    """what somebody did one by one and now comes at once, by name: what a crash left"""


def compound(title: str, *commands: Command) -> Command:
    """Several commands as one step of the history, applied in order, all or none."""

    def apply(project: Project) -> Project:
        for command in commands:
            project = command.apply(project)
        return project

    flow = next((command.flow for command in commands if command.flow is not None), None)
    select = next((command.select for command in reversed(commands) if command.select is not None), None)
    step = next((command.step for command in commands if command.title == title), None)  # what it is called after
    return Command(title, apply, flow, select, step=step)


def naming(visit: Visit, change: Command, *carry: Command) -> Command:
    """A thing under another name (``change``) with all that knew it by the old one (``carry``), as one step."""
    whole = compound(f"Call “{visit.old}” “{visit.new}”", change, *carry)
    return replace(whole, merge=visit)
