"""FEEL: how fast an expression is, how soon an attack is refused, how long the import takes."""

from __future__ import annotations

import subprocess
import sys
import time
from decimal import Decimal
from statistics import median

from nodes.feel import FeelError, compile_expression
from tests.benchmarks.report import AtLeast, AtMost, Peer, Report
from tests.nodes.feel.test_limits import TEXTS

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


def run(report: Report) -> None:
    compiled = compile_expression(EXPRESSION)
    scope = {"amount": Decimal(600), "tier": "gold"}
    ours, bare = [], []
    for _ in range(ROUNDS):
        start = time.process_time()
        for _ in range(TIMES):
            compiled.evaluate(scope)
        middle = time.process_time()
        for _ in range(TIMES):
            by_hand(scope["amount"], scope["tier"])  # type: ignore[arg-type]
        ours.append(TIMES / (middle - start))
        bare.append(TIMES / (time.process_time() - middle))
    report.row(
        EXPRESSION, median(ours), "evaluations/s", peer=Peer("hand-written function", median(bare)), reach=AtLeast(0.5)
    )
    slowest = max((_refusal(text), name) for name, text in TEXTS.items())
    report.row(
        f"slowest refusal of a hostile text ({slowest[1]})",
        slowest[0] * 1000,
        "ms CPU",
        peer=Peer("limit", 50.0),
        reach=AtMost(1),
    )
    report.row(
        "import nodes.feel",
        min(_import() for _ in range(5)) * 1000,
        "ms CPU",
        peer=Peer("limit", 50.0),
        reach=AtMost(1),
    )


def _refusal(text: str) -> float:
    best = 1e9
    for _ in range(3):
        start = time.process_time()
        try:
            compile_expression(text)
        except FeelError:
            best = min(best, time.process_time() - start)
    return best


def _import() -> float:
    program = "import time; start = time.process_time(); import nodes.feel; print(time.process_time() - start)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return float(done.stdout)
