"""``baton tasks``: what waits for people, and one task in full."""

from __future__ import annotations

import click

from runtime.cli.doors import Where, open_door
from runtime.cli.options import NAME, as_json, in_store, page
from runtime.cli.printing import console, local_time, marked, print_json
from runtime.cli.telling import one_line, tell_tasks
from runtime.wire import TaskSummary, TaskView

SECTION = "Look"


@click.command("tasks", short_help="What waits for people; or one task in full.")
@click.argument("task", type=NAME, required=False)
@click.option("--role", metavar="ROLE", type=NAME, help="For this role only.")
@click.option("--run", metavar="RUN", type=NAME, help="Of this run only.")
@page
@in_store
@as_json
def VERB(  # noqa: N802
    task: str | None,
    role: str | None,
    run: str | None,
    limit: int,
    store: str | None,
    server: str | None,
    token_file: str | None,
    as_json: bool,
) -> None:
    """List what waits for people, oldest first; or show one TASK with its choices."""
    found: list[TaskSummary] = []
    with open_door(Where(store=store, server=server, token_file=token_file)) as door:
        if task is not None:
            view = door.task(task)
            if as_json:
                print_json(view)
            else:
                _show(view)
            return
        if run is not None:
            door.run(run)  # an empty list would hide that there is no such run
        after = None
        while len(found) < limit:
            listed = door.tasks(role=role, run=run, after=after, limit=min(500, limit - len(found)))
            found += listed.tasks
            after = listed.next
            if after is None:
                break
    if as_json:
        print_json({"tasks": [each.model_dump(mode="python") for each in found]})
    else:
        tell_tasks(found)


def _show(view: TaskView) -> None:
    out = console()
    out.print(f"[bold]{marked(view.title)}[/bold]  [dim]{marked(view.task)}, {view.state}[/dim]")
    out.print(
        f"For {marked(view.role)}, asked {local_time(view.created_at)}"
        + (f", due {local_time(view.due)}" if view.due else "")
    )
    for words in (view.why, view.instructions, view.decided):
        if words:
            out.print(marked(words))
    for label, value in view.show.items() if isinstance(view.show, dict) else ():
        out.print(f"  {marked(label)}: {marked(one_line(value))}")
    for answer in view.given:
        out.print(f"  [magenta]{marked(answer.by)} chose {marked(answer.choice)}[/magenta]")
    if view.state == "open":
        for choice in view.choices:
            needs = f"  [dim]{choice.needs} people needed[/dim]" if choice.needs > 1 else ""
            comment = "  [dim]needs a comment[/dim]" if choice.comment_required else ""
            out.print(f"  [bold]{marked(choice.port)}[/bold]  {marked(choice.title)}{needs}{comment}")
