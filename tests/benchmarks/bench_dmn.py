"""Decision tables: how fast one is asked, how it grows with its rules, how soon a model is ready."""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from statistics import median
from typing import Any
from xml.sax.saxutils import escape

from nodes.dmn import read_model
from tests.benchmarks.report import AtLeast, AtMost, Peer, Report

COLUMNS = ("amount", "tier", "region", "age")
ROUNDS = 7


def rules(count: int) -> list[list[str]]:
    """Four conditions and a result each; only the last rule matches `INPUTS`."""
    made = [
        [f"[{number * 10}..{number * 10 + 10})", f'"tier{number}"', f'"region{number % 7}", "all"', f">= {number}"]
        for number in range(count - 1)
    ]
    return [*made, ["> 500", '"gold"', "-", ">= 18"]]


INPUTS = {"amount": Decimal(999_999), "tier": "gold", "region": "eu", "age": Decimal(30)}


def model_text(tables: int, count: int, policy: str) -> str:
    """A model of decisions `D0`, `D1`, ..., each a table of that many rules."""
    inputs = "".join(
        f'<inputData id="{name}" name="{name}"><variable name="{name}" typeRef="{of}"/></inputData>'
        for name, of in zip(COLUMNS, ("number", "string", "string", "number"), strict=True)
    )
    needs = "".join(
        f'<informationRequirement><requiredInput href="#{name}"/></informationRequirement>' for name in COLUMNS
    )
    clauses = "".join(f"<input><inputExpression><text>{name}</text></inputExpression></input>" for name in COLUMNS)
    rows = "".join(
        f'<rule id="r{number}">'
        + "".join(f"<inputEntry><text>{escape(cell)}</text></inputEntry>" for cell in row)
        + f'<outputEntry><text>"result {number}"</text></outputEntry></rule>'
        for number, row in enumerate(rules(count))
    )
    decisions = "".join(
        f'<decision id="D{at}" name="D{at}"><variable name="D{at}"/>{needs}'
        f'<decisionTable hitPolicy="{policy}">{clauses}<output name="result"/>{rows}</decisionTable></decision>'
        for at in range(tables)
    )
    return (
        '<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" id="m" name="m" namespace="bench">'
        f"{inputs}{decisions}</definitions>"
    )


def zen_table(count: int, policy: str) -> Any:
    """The same table for zen-engine, in its own format."""
    import zen  # a bench-only extra

    fields = [{"id": name, "name": name, "field": name} for name in COLUMNS]
    table = {
        "hitPolicy": "first" if policy == "FIRST" else "collect",
        "inputs": fields,
        "outputs": [{"id": "result", "name": "result", "field": "result"}],
        "rules": [
            {
                "_id": f"r{number}",
                **{name: "" if cell == "-" else cell for name, cell in zip(COLUMNS, row, strict=True)},
                "result": f'"result {number}"',
            }
            for number, row in enumerate(rules(count))
        ],
    }
    content = {
        "nodes": [
            {"id": "in", "type": "inputNode", "name": "in", "position": {"x": 0, "y": 0}},
            {
                "id": "table",
                "type": "decisionTableNode",
                "name": "table",
                "position": {"x": 1, "y": 0},
                "content": table,
            },
            {"id": "out", "type": "outputNode", "name": "out", "position": {"x": 2, "y": 0}},
        ],
        "edges": [
            {"id": "e1", "type": "edge", "sourceId": "in", "targetId": "table"},
            {"id": "e2", "type": "edge", "sourceId": "table", "targetId": "out"},
        ],
    }
    return zen.ZenEngine().create_decision(json.dumps(content))


def read_text(text: str) -> Any:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.dmn"
        path.write_text(text, "utf-8")
        return read_model(path)


def rates(works: dict[str, tuple[Callable[[], Any], int]]) -> dict[str, float]:
    """Calls a second of CPU of each, in turns: ratios come from the same minutes."""
    found: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(ROUNDS):
        for name, (work, times) in works.items():
            start = time.process_time()
            for _ in range(times):
                work()
            found[name].append(times / (time.process_time() - start))
    return {name: median(all_) for name, all_ in found.items()}


def run(report: Report) -> None:
    inputs = {name: int(value) if isinstance(value, Decimal) else value for name, value in INPUTS.items()}
    for policy, expected in (("FIRST", "result 19"), ("COLLECT", ["result 19"])):
        model, theirs = read_text(model_text(1, 20, policy)), zen_table(20, policy)
        assert model.evaluate("D0", INPUTS).value == expected
        assert model.evaluate("D0", INPUTS).fired[0].rule_id == "r19"
        assert theirs.evaluate(inputs)["result"] == (
            {"result": "result 19"} if policy == "FIRST" else [{"result": "result 19"}]
        )
        found = rates(
            {
                "ours": (lambda model=model: model.evaluate("D0", INPUTS), 2_000),
                "zen": (lambda theirs=theirs: theirs.evaluate(inputs), 200),
            }
        )
        report.row(
            f"table of 20 rules x 4 columns, {policy}, last rule",
            found["ours"],
            "evaluations/s",
            peer=Peer("zen-engine", found["zen"]),
            reach=AtLeast(50),
        )
    small, large = (read_text(model_text(1, count, "FIRST")) for count in (100, 10_000))
    for model in (small, large):
        model.evaluate("D0", INPUTS)
    found = rates(
        {
            "100": (lambda: small.evaluate("D0", INPUTS), 500),
            "10,000": (lambda: large.evaluate("D0", INPUTS), 500),
        }
    )
    report.row(
        "microseconds, 10,000 rules against 100", 1e6 / found["10,000"], "us",
        peer=Peer("100 rules", 1e6 / found["100"]), reach=AtMost(20),
    )  # fmt: skip
    for name, text in (("one table", model_text(1, 500, "UNIQUE")), ("25 tables", model_text(25, 20, "UNIQUE"))):
        took = []
        for _ in range(3):
            start = time.process_time()
            read_text(text).evaluate("D0", INPUTS)
            took.append(time.process_time() - start)
        report.row(
            f"read, compile and ask a model of 500 rules ({name})", min(took), "s CPU",
            peer=Peer("limit", 0.5), reach=AtMost(1),
        )  # fmt: skip
