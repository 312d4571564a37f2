"""FEEL: how fast an expression is, how soon an attack is refused, how long the import takes."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from decimal import Decimal
from statistics import median

from nodes.feel import Budget, FeelError, compile_expression
from tests.benchmarks.report import AtLeast, AtMost, Peer, Report
from tests.nodes.feel.test_limits import TEXTS, VALUES

EXPRESSION = 'amount > 500 and tier in ("gold","platinum")'
ROUNDS = 7
TIMES = 30_000


def by_hand(amount: Decimal | None, tier: str | None) -> bool | None:
    """The expression with the same three-valued Decimal semantics, as a person would write it in Python."""
    left = amount > 500 if isinstance(amount, Decimal) else None
    if left is False:
        return False
    right = tier in ("gold", "platinum") if isinstance(tier, str) else None
    if right is False:
        return False
    return None if left is None or right is None else True


def contenders() -> dict[str, Callable[[int], None]]:
    """The same question so many times; the peers' packages are bench-only extras."""
    import cel
    import zen

    scope = {"amount": Decimal(600), "tier": "gold"}
    context = {"amount": 600, "tier": "gold"}
    compiled = compile_expression(EXPRESSION)
    theirs = zen.compile_expression('amount > 500 and tier in ["gold", "platinum"]')
    rust = cel.compile('amount > 500 && tier in ["gold", "platinum"]')
    assert compiled.evaluate(scope) is theirs.evaluate(context) is rust.execute(context) is True

    def ours(times: int) -> None:
        for _ in range(times):
            compiled.evaluate(scope)

    def hand(times: int) -> None:
        for _ in range(times):
            by_hand(scope["amount"], scope["tier"])  # type: ignore[arg-type]

    def engine(times: int) -> None:
        for _ in range(times):
            theirs.evaluate(context)

    def language(times: int) -> None:
        for _ in range(times):
            rust.execute(context)

    return {"ours": ours, "hand-written function": hand, "zen-engine": engine, "CEL in Rust": language}


def rates(works: dict[str, Callable[[int], None]]) -> dict[str, float]:
    """Calls a second of CPU of each, in turns: ratios come from the same minutes."""
    found: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(ROUNDS):
        for name, work in works.items():
            start = time.process_time()
            work(TIMES)
            found[name].append(TIMES / (time.process_time() - start))
    return {name: median(all_) for name, all_ in found.items()}


def run(report: Report) -> None:
    found = rates(contenders())
    for name, reach in (("hand-written function", 0.5), ("zen-engine", 2.5), ("CEL in Rust", 5)):
        report.row(EXPRESSION, found["ours"], "evaluations/s", peer=Peer(name, found[name]), reach=AtLeast(reach))
    loop = compile_expression('sum(for i in items return if i.kind = "a" then i.amount * 1.19 else 0)')
    items = {"items": [{"kind": "ab"[n % 2], "amount": Decimal(n)} for n in range(100)]}
    start = time.process_time()
    for _ in range(300):
        loop.evaluate(items)
    report.row("loop with a condition and a product", 30_000 / (time.process_time() - start), "items/s")
    slowest = max((_refusal(text), name) for name, text in TEXTS.items())
    report.row(
        f"slowest refusal of a hostile text ({slowest[1]})",
        slowest[0] * 1000,
        "ms CPU",
        peer=Peer("limit", 50.0),
        reach=AtMost(1),
    )
    beyond = max((_overrun(text), name) for name, (text, _) in VALUES.items())
    report.row(
        f"longest work beyond a budget of no steps ({beyond[1]})",
        beyond[0] * 1000,
        "ms CPU",
        peer=Peer("limit", 50.0),
        reach=AtMost(1),
    )
    for package in ("nodes.feel", "nodes.dmn"):
        report.row(f"import {package}", imported(package) * 1000, "ms CPU", peer=Peer("limit", 50.0), reach=AtMost(1))


def _refusal(text: str) -> float:
    best = 1e9
    for _ in range(3):
        start = time.process_time()
        try:
            compile_expression(text)
        except FeelError:
            best = min(best, time.process_time() - start)
    return best


def _overrun(text: str) -> float:
    """What an evaluation still takes when its steps are used up from the beginning."""
    expression, best = compile_expression(text), 1e9
    for _ in range(3):
        start = time.process_time()
        with suppress(FeelError):
            expression.evaluate({"x": Decimal("1e1000000")}, budget=Budget(steps=0))
        best = min(best, time.process_time() - start)
    return best


def imported(package: str) -> float:
    """CPU seconds of an import with compiled files at hand, as where it is installed; the first one makes them."""
    program = f"import time; start = time.process_time(); import {package}; print(time.process_time() - start)"
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "PYTHONPYCACHEPREFIX": folder}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        took = [
            float(
                subprocess.run(
                    [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True
                ).stdout
            )
            for _ in range(8)
        ]
    return min(took[1:])
