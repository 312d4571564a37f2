"""How runs, tasks and incidents are told on standard output."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import click

from runtime.cli.following import Standing
from runtime.cli.printing import console, is_terminal, length, local_time, marked, print_table, safe, say
from runtime.wire import IncidentView, RunView, TaskSummary, write_json

_COLOURS = {"completed": "green", "cancelled": "dim", "running": "cyan", "suspended": "yellow"}


def tell_standing(stands: Standing) -> None:
    """How a run stands, and what can be typed next."""
    view = stands.view
    out = console()
    took = f"  [dim]{length((view.ended_at - view.started_at).total_seconds())}[/dim]" if view.ended_at else ""
    # Nothing here is broken into lines of the terminal's width: ids, commands and JSON are there to be copied.
    heading = f"[bold]{marked(view.run)}[/bold]  {marked(view.title or view.flow)}: {state_words(view)}{took}"
    out.print(heading, soft_wrap=True)
    if view.output is not None:
        out.print(f"  {marked(write_json(view.output).decode())}", soft_wrap=True)
    for task in stands.tasks:
        out.print(f"  [magenta]task[/magenta]      {marked(task.title)}  [dim]for {marked(task.role)}[/dim]")
        out.print(f"            [dim]baton answer {marked(task.task)} CHOICE --as USER[/dim]", soft_wrap=True)
    for incident in stands.incidents:
        out.print(f"  [red]incident[/red]  {marked(incident.node)}: {marked(incident.message)}")
        ways = "|".join(incident.ways)
        typed = f"baton resolve {marked(incident.incident)} --how {ways} --as USER"
        out.print(f"            [dim]{typed}[/dim]", soft_wrap=True)
    if not view.ended and not stands.tasks and not stands.incidents:
        until = f" until {local_time(view.next_due)}" if view.next_due else " for a signal or another run"
        held = view.state == "suspended"
        out.print(
            f"  [dim]{'suspended; go on with: baton resume ' + marked(view.run) if held else 'waits' + until}[/dim]"
        )
    for answer in stands.unused:
        say(f"Nobody asked for the answer {answer.text}.")


def state_words(view: RunView) -> str:
    """A run's state in rich's markup."""
    if view.state == "completed":
        outcome = marked(view.outcome) if view.outcome else "no outcome"
        settled = "" if view.resolved or not view.outcome else " [yellow](not settled)[/yellow]"
        return f"[green]completed[/green], {outcome}{settled}"
    waits = "waiting" if view.state == "running" and not view.busy else view.state
    colour = "red" if view.open_incidents else _COLOURS.get(view.state, "yellow")
    at = f" at {', '.join(map(marked, view.at_nodes))}" if view.at_nodes else ""
    return f"[{colour}]{waits}[/{colour}]{at}"


def standing_words(view: RunView, *, worked_on: bool) -> str:
    """What a run does or waits for, in words. ``worked_on``: some process has its store, so that it can go on."""
    if view.ended:
        return view.state + (f": {view.outcome}" if view.outcome else "")
    if view.open_incidents:
        return "at an incident" if view.state == "running" else f"{view.state}, at an incident"
    if view.state == "suspended":
        return view.state
    if view.busy:
        return view.state if worked_on else "interrupted"
    if view.state != "running":
        return view.state
    if view.open_tasks:
        return "waiting for a person"
    return "waiting for a time" if view.next_due else "waiting"


def tell_runs(runs: Iterable[RunView], *, worked_on: bool = True) -> None:
    """A list of runs; ``worked_on`` as ``standing_words`` takes it."""
    rows = [
        (
            view.run,
            view.flow,
            standing_words(view, worked_on=worked_on),
            ", ".join(view.at_nodes),
            view.case_key or "",
            local_time(view.started_at),
        )
        for view in runs
    ]
    if rows:
        print_table(("RUN", "FLOW", "STATE", "AT", "CASE", "STARTED"), rows)
    else:
        say("There are no such runs.")


def tell_tasks(tasks: Iterable[TaskSummary]) -> None:
    """A list of tasks."""
    rows = [
        (
            task.task,
            task.title,
            task.role,
            (local_time(task.due) or "") + (" overdue" if task.overdue else ""),
            task.claimed_by or "",
        )
        for task in tasks
    ]
    if rows:
        print_table(("TASK", "QUESTION", "FOR", "DUE", "TAKEN BY"), rows)
        if is_terminal():
            say("One of them with its choices: baton tasks TASK")
    else:
        say("Nothing waits for a person.")


def tell_incidents(incidents: Iterable[IncidentView]) -> None:
    """A list of incidents."""
    rows = [
        (found.incident, found.kind, f"{found.flow} / {found.node}", found.message, "|".join(found.ways))
        for found in incidents
    ]
    if rows:
        print_table(("INCIDENT", "KIND", "AT", "WHAT IS WRONG", "WAYS ON (--how)"), rows)
    else:
        say("There are no open incidents.")


def one_line(value: Any, longest: int | None = 160) -> str:
    """A tagged value on one line, cut where a reader would stop reading; None = never."""
    words = safe(write_json(value).decode()) if not isinstance(value, Decimal) else str(value)
    return words if longest is None or len(words) <= longest else words[: longest - 1] + "…"


def told(words: str) -> None:
    """A line of result."""
    click.echo(safe(words))
