"""``baton answer``: answer a task, then see how its run goes on."""

from __future__ import annotations

import click

from nodes.contract import to_wire
from runtime.cli.doors import Where, open_door
from runtime.cli.exits import Exit
from runtime.cli.following import follow, run_of
from runtime.cli.options import NAME, acting, as_json, in_environment, in_store
from runtime.cli.printing import print_json
from runtime.cli.reading import read_value
from runtime.cli.telling import tell_standing, told
from runtime.wire import AnswerRequest, Problem

SECTION = "Decide"


@click.command("answer", short_help="Answer a task.")
@click.argument("task", type=NAME)
@click.argument("port", metavar="CHOICE", type=NAME)
@acting()
@click.option("--data", metavar="JSON|@FILE|-", help='What the form asks for, such as {"comment": "Checked."}.')
@click.option("--for", "on_behalf_of", metavar="USER", type=NAME, help="The person who delegated the task.")
@click.option(
    "--revision", metavar="TEXT", type=NAME, help="The task's revision that was read; a changed task is refused."
)
@in_environment
@in_store
@as_json
def VERB(  # noqa: N802
    task: str,
    port: str,
    user: str,
    data: str | None,
    on_behalf_of: str | None,
    revision: str | None,
    env: str | None,
    connections: tuple[str, ...],
    store: str | None,
    server: str | None,
    token_file: str | None,
    as_json: bool,
) -> int:
    """Answer TASK by PORT, one of its choices. An answer can't be taken back.

    Without a server the run goes on in this process, until it has ended or waits again.
    """
    form = None if data is None else read_value(data, "--data")
    where = Where(store=store, server=server, token_file=token_file, env=env, connections=connections)
    run = run_of(task, "task")
    with open_door(where, changes=True, runs=(run,)) as door:
        before = door.run(run).last_seq
        request = AnswerRequest(choice=port, by=user, form=to_wire(form), on_behalf_of=on_behalf_of, revision=revision)
        try:
            answered = door.answer(task, request)
        except Problem as refused:
            if refused.code == "COMMENT":
                refused.todo = """Add --data '{"comment": "..."}'."""
            raise
        stands = follow(door, run, after=before)
    if as_json:
        print_json({"answer": answered.model_dump(mode="python"), **stands.as_json()})
        return Exit.DONE
    if answered.repeated:
        told("You gave this answer before; nothing changed.")
    elif answered.decided:
        told(f"Decided: {answered.port}.")
    else:
        told("Taken. Others have to agree before it counts.")
    tell_standing(stands)
    return Exit.DONE
