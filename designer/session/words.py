"""Values, times and lengths of time as testers read them: exact values, real times, short spans."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from designer.document.clock import now as clock_now
from designer.document.counted import counted
from nodes.contract import Value, to_plain
from runtime.model.canonical import write_json
from runtime.trace.explain import value_words

if TYPE_CHECKING:
    from designer.session.story import Story
    from designer.session.waiting import OpenIncident, OpenTask

STATE_WORDS = {
    "running": ("Running", "running", "play"),
    "retrying": ("Trying again", "running", "repeat"),
    "person": ("Waiting for a person", "waiting_person", "user"),
    "time": ("Waiting", "waiting_time", "hourglass"),
    "done": ("Done", "done", "check"),
    "failed": ("Failed", "failed", "x"),
    "incident": ("Needs a decision", "incident", "snowflake"),
    "cancelled": ("Cancelled", "idle", "x"),
}
"""standing -> (words, tone, glyph)"""


def took(seconds: float | None) -> str:
    """``4 ms``, ``1.2 s``, ``3 min``, ``2 h``, ``5 days``; empty for None."""
    if seconds is None:
        return ""
    if seconds < 1:
        return f"{round(seconds * 1000)} ms"
    if seconds < 60:
        return f"{seconds:.1f} s"
    for unit, size in (("days", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= 2 * size or (size == 60):
            return f"{round(seconds / size)} {unit}"
    return f"{seconds:.0f} s"


def clock(at: dt.datetime) -> str:
    """``09:14:02.533`` in this machine's zone."""
    return at.astimezone().strftime("%H:%M:%S.%f")[:-3]


def day(at: dt.datetime) -> str:
    """``2026-05-01 09:14`` in this machine's zone."""
    return at.astimezone().strftime("%Y-%m-%d %H:%M")


def day_words(at: dt.datetime, today: dt.date | None = None) -> str:
    """``today 09:14``, ``yesterday 09:14``, ``1 May 09:14``, ``1 May 2025 09:14``, in this machine's zone."""
    here = at.astimezone()
    now = today or clock_now().astimezone().date()
    gone = (now - here.date()).days
    if gone in (0, 1):
        return f"{('today', 'yesterday')[gone]} {here:%H:%M}"
    year = "" if here.year == now.year else f" {here.year}"
    return f"{here.day} {here:%b}{year} {here:%H:%M}"


def case_words(case: Value) -> str:
    """The business key of a case: itself, or its ``key`` or ``id``; empty if it has none."""
    if isinstance(case, Mapping):
        case = case.get("key", case.get("id"))
    return "" if case is None or isinstance(case, Mapping | list) else value_words(case).strip('"')


def story_words(story: Story) -> tuple[str, str, str]:
    """How a run stands, for a chip: (words, tone, glyph)."""
    if story.state == "completed":
        return "Finished", "done", "check"
    if story.state == "cancelled":
        return STATE_WORDS["cancelled"]
    if story.state == "cancelling":
        return "Being cancelled", "running", "x"
    if story.state == "suspended":
        return "Paused", "waiting_time", "pause"
    standings = {standing.standing for standing in story.standings(story.last_seq).values()}
    for name in ("incident", "person", "retrying", "running", "time"):
        if name in standings:
            return STATE_WORDS[name]
    return STATE_WORDS["running"]


def spoken(value: Value) -> str:
    """A value as the inbox says it to people: texts as they stand, yes and no, a line for each item of a list."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, list | tuple) and value:
        return "\n".join(map(spoken, value))
    return "None" if value in ([], {}) else value_words(value, 4_000)


def ran_words(story: Story, *, practised: bool) -> str:
    """What the effects of a run reached."""
    if story.rehearsed:
        return "Samples answered this run"
    used = "used" if story.ended else "uses"
    return f"This run {used} the {'practice' if practised else 'real'} systems"


def ended_words(story: Story) -> str:
    """How a run ended, for the status bar."""
    title = story.outcome_title()
    how = "Cancelled" if story.state == "cancelled" else f"Finished: {title}" if title else "Finished"
    return f"{how}. {counted(len(story.trace.spans), 'step')}."


def waiting_words(incidents: Sequence[OpenIncident], tasks: Sequence[OpenTask]) -> str:
    """What somebody has to do before the run goes on; empty if nobody has."""
    if incidents:
        return f"“{incidents[0].step_title}” stands still and needs a decision."
    return f"“{tasks[0].step_title}” waits for {tasks[0].role_title}." if tasks else ""


def standing_words(story: Story) -> str:
    """Where a run stands that needs nobody: the step that waits for a time, a signal or another run, or that is tried
    again; empty if none does."""
    if story.state == "suspended":
        return "The run is paused and goes on once it is resumed."
    if story.state == "cancelling":
        names = ", ".join(f"“{title}”" for title in story.under_way)
        return f"{names}: what is under way is waited for; nothing more is begun." if names else ""
    span = story.standing_at
    words = "" if span is None else story.words(span)
    return f"“{span.title}”: {words}" if span is not None and words else ""


def json_text(value: Value) -> str:
    """A value as indented JSON, for the technical details."""
    return write_json(to_plain(value)).decode().rstrip("\n")
