"""Retry (SEMANTICS R2 to R5): whether and when another attempt follows a failed one. Pure; for fold and decide."""

from __future__ import annotations

import datetime as dt

from runtime.engine.events import AttemptFailed
from runtime.engine.plan import Policy
from runtime.engine.state import Step

MAX_RETRY_AFTER = 3600.0
"""seconds: the longest pause that the other side may ask for (R4)"""


def delay(policy: Policy, failures: int, draw: float, retry_after: float | None) -> float:
    """Seconds until the next attempt after ``failures`` counted failures (R4)."""
    exponent = min(failures - 1, 1000)
    try:
        grown = policy.first_delay * policy.factor**exponent
    except OverflowError:
        grown = policy.max_delay
    pause = min(policy.max_delay, grown) * (1 + policy.jitter * draw)
    if retry_after is not None:
        pause = max(pause, min(retry_after, MAX_RETRY_AFTER))
    return pause


def next_attempt_at(policy: Policy, step: Step, failed: AttemptFailed, at: dt.datetime) -> dt.datetime | None:
    """When the next attempt is due, or None if there is none: definite refusal, policy used up, or no time left (R5).

    ``step`` as it stood before this failure.
    """
    failures = step.failures + 1
    if not failed.retryable or failures >= policy.attempts:
        return None
    due = at + dt.timedelta(seconds=delay(policy, failures, failed.draw, failed.retry_after))
    limit = step.timers.get("timeout")
    return None if limit is not None and due >= limit else due
