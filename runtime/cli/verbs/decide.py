"""``baton decide``: evaluates a decision of a .dmn file, and says which rules decided."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from nodes.contract import ValueProblem, to_wire
from nodes.dmn import DecisionError, DecisionModel, DecisionResult, DmnError, DmnReadError, Fired, read_model
from nodes.dmn import Problem as Finding
from nodes.feel import to_text
from runtime.cli.exits import Exit
from runtime.cli.options import as_json
from runtime.cli.printing import console, marked, print_json, say
from runtime.cli.reading import read_value
from runtime.host.clock import SystemClock
from runtime.wire import Problem

SECTION = "Make"


@click.command("decide", short_help="Evaluate a decision of a .dmn file.")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--decision", metavar="NAME", help="Which decision, if the file has several that no other needs.")
@click.option("--input", "given", default="{}", metavar="JSON", help="Inputs by name: JSON, @FILE or - for stdin.")
@click.option(
    "--import", "imports", type=click.Path(path_type=Path), multiple=True, help="A file that FILE imports; repeatable."
)
@click.option("--zone", default="UTC", show_default=True, help="Time zone of today() and now().")
@click.option("--explain", is_flag=True, help="Show each decision with what it read and the rules that fired.")
@as_json
def VERB(  # noqa: N802
    file: Path,
    decision: str | None,
    given: str,
    imports: tuple[Path, ...],
    zone: str,
    explain: bool,
    as_json: bool,
) -> int:
    """Evaluate a decision of FILE and print its value. Problems of the model and of the inputs go to standard error."""
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
    out.print(marked(_words(result.value)))
    if explain:
        for step in result.trace:
            read = ", ".join(f"{key} = {_words(value)}" for key, value in step.inputs.items())
            out.print(
                f"[bold]{marked(step.decision)}[/bold] = {marked(_words(step.output))}  [dim]{marked(read)}[/dim]"
            )
            for fired in step.fired:
                out.print(f"  {marked(_sentence(fired))}")
    return Exit.FINDINGS if serious else Exit.DONE


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


def _sentence(fired: Fired) -> str:
    """Rule 3 of the table, with its conditions and the values that met them."""
    met = [f"{cell.column} {cell.text} ({_words(cell.value)})" for cell in fired.cells() if cell.text != "-"]
    notes = [note for note in fired.annotations if note]
    said = f"rule {fired.rule_number} of {fired.table}" + (f": {'; '.join(met)}" if met else "")
    return said + (f"  [{'; '.join(notes)}]" if notes else "")


def _words(value: Any) -> str:
    return value if isinstance(value, str) else to_text(value)


def _plain(value: Any) -> Any:
    """A value in its tagged form; what has none (a range, a function) as FEEL writes it."""
    try:
        return to_wire(value)
    except ValueProblem:
        if isinstance(value, list):
            return [_plain(item) for item in value]
        if isinstance(value, dict):
            return {key: _plain(item) for key, item in value.items()}
        return to_text(value)


def _as_json(model: DecisionModel, result: DecisionResult, explain: bool) -> dict[str, Any]:
    found: dict[str, Any] = {
        "decision": result.name,
        "value": _plain(result.value),
        "model": model.digest,
        "fired": [_fired(each, explain) for each in result.fired],
        "problems": [_finding(each) for each in (*model.problems, *result.problems)],
    }
    if explain:
        found["trace"] = [
            {"decision": step.decision, "inputs": _plain(dict(step.inputs)), "output": _plain(step.output)}
            for step in result.trace
        ]
    return found


def _fired(fired: Fired, explain: bool) -> dict[str, Any]:
    said: dict[str, Any] = {"table": fired.table, "rule": fired.rule_number, "rule_id": fired.rule_id}
    if explain:
        said["cells"] = [
            {"column": cell.column, "text": cell.text, "value": _plain(cell.value), "held": cell.held}
            for cell in fired.cells()
        ]
    return said


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
