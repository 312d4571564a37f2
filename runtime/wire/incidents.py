"""Incidents: steps that need a person to decide how to go on. Routes ``/incidents``. Its id is ``run:seq``."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from runtime.wire.message import Moment, Name, Request, Tagged, View

How = Literal["retry", "edit", "by_hand", "other_port", "cancel", "discard", "happened", "not_done"]


class IncidentView(View):
    """One open incident."""

    incident: str
    run: str
    step: str
    node: str
    flow: str
    kind: str
    """as in the event IncidentRaised: failed, outcome_unknown, expression, dead_end, join_starved, budget, ..."""
    message: str
    raised_at: Moment
    todo: str = ""
    """what a person can do about this kind, in one sentence"""
    ways: tuple[str, ...] = ()
    """the values of ``how`` that make sense for this kind"""


class IncidentList(View):
    """Open incidents, oldest first."""

    incidents: tuple[IncidentView, ...]
    next: str | None = None


class ResolveRequest(Request):
    """Body of ``POST /incidents/{incident}/resolution``: the first one wins, later ones are a conflict."""

    how: How
    by: Name
    input: Tagged = None
    """with ``edit``: the corrected input"""
    output: Tagged = None
    """with ``by_hand``: the result"""
    port: Name | None = None
    not_done: bool = False
    """with ``retry`` or ``edit``: somebody looked, and the effect has certainly not happened"""
    raise_by: Annotated[int, Field(ge=1, le=1_000_000, strict=False)] | None = None
    """with ``retry`` of a budget incident"""
    reason: Annotated[str, Field(max_length=2000)] = ""


class ResolvedView(View):
    """A resolution that was accepted."""

    incident: str
    how: str
