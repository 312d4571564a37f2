"""``baton check``: all problems of a project at once."""

from __future__ import annotations

import click

from runtime.cli.doors import known_types
from runtime.cli.exits import Exit
from runtime.cli.options import as_json
from runtime.cli.printing import console, marked, print_json
from runtime.cli.projects import findings_of
from runtime.model.problems import Severity

SECTION = "Make"


@click.command("check", short_help="All problems of a project at once.")
@click.argument("project")
@as_json
def VERB(project: str, as_json: bool) -> int:  # noqa: N802
    """List all problems of PROJECT (a folder, a .baton file, or one .dmn file): what, where, and what to do."""
    found = findings_of(project, known_types())
    errors = sum(1 for each in found if each.severity is Severity.ERROR)
    if as_json:
        print_json({"problems": [each.as_json() for each in found], "errors": errors, "warnings": len(found) - errors})
    else:
        out = console()
        for each in found:
            colour = "red" if each.severity is Severity.ERROR else "yellow"
            place = marked(str(each.where)) or "the project"
            out.print(
                f"[{colour}]{each.severity}[/{colour}] [bold]{each.code}[/bold]  {place}\n  {marked(each.message)}"
            )
            if each.fix is not None:
                out.print(f"  [dim]Suggested: {marked(each.fix.title)}[/dim]")
        warnings = len(found) - errors
        out.print(
            ("No problems." if project.endswith(".dmn") else "No problems. Ready to run.")
            if not found
            else f"{_count(errors, 'error')}, {_count(warnings, 'warning')}."
        )
    return Exit.FINDINGS if errors else Exit.DONE


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
