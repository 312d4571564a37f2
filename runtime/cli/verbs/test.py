"""``baton test``: the saved tests of a project's decision tables, and the rules that no test reaches."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from runtime.cli.exits import Exit
from runtime.cli.options import as_json
from runtime.cli.printing import console, marked, print_json
from runtime.cli.projects import open_project
from runtime.model.on_disk import DECISION
from runtime.model.table_tests import Judged, judge_all, not_tested
from runtime.wire import tagged

if TYPE_CHECKING:
    from nodes.dmn.editing import Sheet

SECTION = "Make"


@click.command("test", short_help="Run the saved tests of all decision tables.")
@click.argument("project")
@as_json
def VERB(project: str, as_json: bool) -> int:  # noqa: N802
    """Run the saved tests of all decision tables of PROJECT (a folder or a .baton file). Nothing is sent anywhere."""
    opened = open_project(project)
    tables = list(judge_all(opened, opened.decisions))
    judged = [each for _, _, tests in tables for each in tests]
    passed = sum(each.state == "passes" for each in judged)
    if as_json:
        found = [_as_json(file, sheet, tests) for file, sheet, tests in tables]
        print_json({"tables": found, "passed": passed, "failed": len(judged) - passed})
    else:
        for file, sheet, tests in tables:
            _tell(file, sheet, tests)
        failed = f"{len(judged) - passed} failed" if passed < len(judged) else ""
        said = ", ".join(filter(None, (failed, f"{passed} passed"))) if judged else "The project has no saved tests"
        console().print(f"{said}.")
    return Exit.DONE if passed == len(judged) else Exit.FINDINGS


def _tell(file: str, sheet: Sheet, tests: tuple[Judged, ...]) -> None:
    out = console()
    rest = [rule + 1 for rule in not_tested(sheet, tests)]
    covered = f"{len(sheet.rows) - len(rest)} of {len(sheet.rows)} rules are tested"
    out.print(f"[bold]{marked(sheet.decision)}[/bold]  {marked(DECISION.path(file))}  [dim]{covered}[/dim]")
    for each in tests:
        good = each.state == "passes"
        mark = "[green]✓[/green]" if good else "[red]✗[/red]"
        out.print(f"  {mark} {marked(each.test.title)}" + ("" if good else f"\n    {marked(each.words)}"))
    if tests and rest:
        out.print(f"  [dim]Not tested: rule{'s' if len(rest) > 1 else ''} {', '.join(map(str, rest))}[/dim]")


def _as_json(file: str, sheet: Sheet, tests: tuple[Judged, ...]) -> dict[str, Any]:
    return {
        "file": DECISION.path(file),
        "decision": sheet.decision,
        "rules": len(sheet.rows),
        "not_tested": [rule + 1 for rule in not_tested(sheet, tests)],
        "tests": [
            {
                "name": each.test.name,
                "title": each.test.title,
                "state": each.state,
                "given": tagged(dict(each.test.given)),
                "expect": tagged(each.test.expect),
                "value": tagged(each.value),
                "rules": [rule + 1 for rule in each.rules],
                "words": each.words,
            }
            for each in tests
        ],
    }
