"""``baton run``: start a run of a project's flow, and stay with it until it has ended or needs somebody."""

from __future__ import annotations

import click

from nodes.contract import to_wire
from runtime.cli.doors import Where, known_types, open_door
from runtime.cli.following import follow, planned_answer
from runtime.cli.options import KEY, NAME, acting, as_json, in_environment, in_store
from runtime.cli.printing import print_json, say
from runtime.cli.projects import find_flow, open_project, refuse_errors
from runtime.cli.reading import read_value
from runtime.cli.starting import input_told, refuse_unfit_answers
from runtime.cli.telling import tell_standing
from runtime.wire import Problem, StartRequest

SECTION = "Run flows"


@click.command("run", short_help="Run a flow of a project and stay with it.")
@click.argument("project")
@click.argument("flow", type=NAME, required=False)
@click.option("--input", "given", metavar="JSON|@FILE|-", help="The run's input.")
@click.option("--case", metavar="JSON|@FILE", help='The matter that it belongs to, such as {"key": "C-20914"}.')
@click.option("--trigger", metavar="NODE", type=NAME, help="Which start, where the flow has several.")
@click.option(
    "--key", metavar="TEXT", type=KEY, help="Idempotency key: the same key and input find the same run again."
)
@acting(required=False)
@click.option(
    "--answer",
    "answers",
    metavar="USER@NODE[#K]=PORT[:JSON]",
    multiple=True,
    help="Answer a task when it opens; may be repeated, and is given in order.",
)
@click.option("--until-idle", is_flag=True, help="Leave as soon as nothing is under way, even if it waits for a time.")
@in_environment
@in_store
@as_json
def VERB(  # noqa: N802  the name by which verbs are found
    project: str,
    flow: str | None,
    given: str | None,
    case: str | None,
    trigger: str | None,
    key: str | None,
    user: str | None,
    answers: tuple[str, ...],
    until_idle: bool,
    env: str | None,
    connections: tuple[str, ...],
    store: str | None,
    server: str | None,
    token_file: str | None,
    as_json: bool,
) -> int:
    """Run FLOW of PROJECT (a folder or a .baton file).

    The project is packed first, and the run stays on what was packed. Without a server it runs in this process and
    leaves when the run has ended or waits for a person, a signal or an operator.
    """
    # Imported here: a verb that is only asked for its help stays quick.
    from runtime.model.content_hash import content_hash
    from runtime.model.package import pack

    planned = [planned_answer(text) for text in answers]
    value = None if given is None else read_value(given, "--input")
    matter = None if case is None else read_value(case, "--case")
    opened = open_project(project)
    if flow is None:
        raise click.UsageError(f"Name a flow of the project: {', '.join(sorted(opened.flows)) or 'it has none'}.")
    registry = known_types()
    find_flow(opened, flow)
    refuse_errors(opened, registry, project)
    refuse_unfit_answers(planned, opened, flow, registry)
    where = Where(store=store, server=server, token_file=token_file, env=env, connections=connections)
    release = content_hash(opened)
    with open_door(where, changes=True, flow=(opened, flow)) as door:
        door.put_release(release, pack(opened))
        request = StartRequest(
            release=release,
            flow=flow,
            input=to_wire(value),
            case=to_wire(matter),
            trigger=trigger,
            key=key,
            by=user,
        )
        try:
            started = door.start(request)
        except Problem as refused:
            raise input_told(refused, opened, flow, given) from None
        if started.repeated:
            say(f"This key began {started.run} before; nothing was started anew.")
        stands = follow(door, started.run, answers=planned, until_idle=until_idle)
    if as_json:
        print_json(stands.as_json())
    else:
        tell_standing(stands)
    return stands.exit
