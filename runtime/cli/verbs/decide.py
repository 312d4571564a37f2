"""``baton decide``: evaluates a decision of a .dmn file, and says which rules decided."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from nodes.dmn import DecisionError, DecisionModel, DecisionResult, DmnError, DmnReadError, read_model
from nodes.dmn import Problem as Finding
from nodes.dmn.card import decision_card
from runtime.cli.deciding import (
    analyses_of,
    analysis_json,
    analysis_lines,
    fired_json,
    owners_of,
    rule_lines,
    words,
)
from runtime.cli.exits import Exit
from runtime.cli.options import as_json
from runtime.cli.printing import console, marked, print_json, say
from runtime.cli.reading import read_value
from runtime.host.clock import SystemClock
from runtime.wire import Problem, card_view, tagged

SECTION = "Make"


@click.command("decide", short_help="Evaluate a decision of a .dmn file.")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--decision", metavar="NAME", help="Which decision, if the file has several that no other needs.")
@click.option("--input", "given", default="{}", metavar="JSON", help="Inputs by name: JSON, @FILE or - for stdin.")
@click.option(
    "--import", "imports", type=click.Path(path_type=Path), multiple=True, help="A file that FILE imports; repeatable."
)
@click.option("--zone", default="UTC", show_default=True, help="Time zone of today() and now().")
@click.option("--explain", is_flag=True, help="Show every rule with its cells, and what would change the result.")
@click.option("--analyse", is_flag=True, help="Do not decide: show gaps, overlaps and dead rules of all tables.")
@as_json
def VERB(  # noqa: N802
    file: Path,
    decision: str | None,
    given: str,
    imports: tuple[Path, ...],
    zone: str,
    explain: bool,
    analyse: bool,
    as_json: bool,
) -> int:
    """Evaluate a decision of FILE and print its value. Problems of the model and of the inputs go to standard error."""
    if analyse:
        return _analyse(file, imports, as_json)
    inputs = read_value(given, "--input")
    if not isinstance(inputs, dict):
        raise Problem(422, "VALUE", "--input: a JSON object with the inputs by name is expected.", where="--input")
    try:
        model = read_model(file, imports)
        name = decision or _only_decision(model)
        result = model.evaluate(name, model.read_inputs(inputs), now=SystemClock().now(), zone=zone)
    except DmnError as refused:
        raise _refusal(refused, file) from None
    serious = [each for each in (*model.problems, *result.problems) if each.serious]
    if as_json:
        print_json(_as_json(model, result, explain))
        return Exit.FINDINGS if serious else Exit.DONE
    for each in (*model.problems, *result.problems):
        say(str(each))
    out = console()
    out.print(marked(words(result.value)))
    if explain:
        for step in result.trace:
            read = ", ".join(f"{key} = {words(value)}" for key, value in step.inputs.items())
            out.print(f"[bold]{marked(step.decision)}[/bold] = {marked(words(step.output))}  [dim]{marked(read)}[/dim]")
            for line, fired in rule_lines(step):
                out.print(f"  {marked(line)}" if fired else f"  [dim]{marked(line)}[/dim]")
        card = decision_card(model, result)
        for sentence in filter(None, (owners_of(card), card.sentence)):
            out.print(marked(sentence))
    return Exit.FINDINGS if serious else Exit.DONE


def _analyse(file: Path, imports: tuple[Path, ...], as_json: bool) -> int:
    """Every table of a file, looked at without inputs."""
    try:
        model = read_model(file, imports)
    except DmnError as refused:
        raise _refusal(refused, file) from None
    analyses = analyses_of(model)
    serious = [each for each in model.problems if each.serious]
    if as_json:
        problems = [_finding(each) for each in model.problems]
        tables = [analysis_json(place, analysis) for place, analysis in analyses]
        print_json({"model": model.digest, "tables": tables, "problems": problems})
    else:
        for each in model.problems:
            say(str(each))
        out = console()
        for place, analysis in analyses:
            out.print(f"[bold]{marked(place)}[/bold]")
            for line, repairs in analysis_lines(analysis):
                out.print(f"  {marked(line)}")
                for repair in repairs:
                    row = f": {' | '.join(repair.cells)}" if repair.cells else ""
                    out.print(f"    [dim]{marked(repair.words + row)}[/dim]")
        if not analyses:
            out.print("The file has no decision table.")
    found = any(not analysis.clean for _, analysis in analyses)
    return Exit.FINDINGS if serious or found else Exit.DONE


def _only_decision(model: DecisionModel) -> str:
    """The decision that no other needs."""
    needed = {reference.id for each in model.decisions.values() for reference in each.required}
    last = [each.name for each in model.decisions.values() if each.id not in needed]
    if len(last) == 1:
        return last[0]
    known = ", ".join(last or model.decisions) or "none"
    raise Problem(
        422, "DECISION", f"The file has {len(last)} decisions that no other needs.", where="--decision",
        todo=f"Say which with --decision NAME. Known: {known}.",
    )  # fmt: skip


def _refusal(refused: DmnError, file: Path) -> Problem:
    if isinstance(refused, DecisionError):
        return Problem(422, "DECISION", str(refused), where=refused.element)
    missing = isinstance(refused, DmnReadError) and not file.exists()
    return Problem(404 if missing else 422, "FILE" if missing else "MODEL", str(refused), where=str(file))


def _as_json(model: DecisionModel, result: DecisionResult, explain: bool) -> dict[str, Any]:
    found: dict[str, Any] = {
        "decision": result.name,
        "value": tagged(result.value),
        "model": model.digest,
        "fired": [fired_json(each, cells=explain) for each in result.fired],
        "problems": [_finding(each) for each in (*model.problems, *result.problems)],
    }
    if explain:
        found["trace"] = [
            {"decision": step.decision, "inputs": tagged(dict(step.inputs)), "output": tagged(step.output)}
            for step in result.trace
        ]
        found["card"] = card_view(decision_card(model, result)).model_dump()
    return found


def _finding(each: Finding) -> dict[str, Any]:
    return {
        "code": each.code,
        "message": each.message,
        "place": each.place,
        "line": each.line,
        "column": each.column,
        "suggestion": each.suggestion,
        "serious": each.serious,
    }
