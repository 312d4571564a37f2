"""An effect that must not be sent twice has no retry policy: the engine would not follow it (SEMANTICS R2)."""

from __future__ import annotations

from collections.abc import Iterable

from nodes.contract import Effect, EffectKind
from runtime.model.drawing import Checked
from runtime.model.flow import RetryPolicy
from runtime.model.problems import Fix, Problem, Rule, Severity

RULE = Rule("ONCE_RETRY", Severity.ERROR, "What must not be sent twice is not to be tried again")


def check(context: Checked) -> Iterable[Problem]:
    """``once`` effects whose policy speaks of more than one attempt. A time limit of the one attempt is fine."""
    for drawing in context.drawings:
        for node, effect in drawing.behaving(Effect):
            policy = node.node.retry
            if effect.effect is EffectKind.ONCE and policy is not None and _repeats(policy):
                message = (
                    f"{node.label} is sent at most once, so it is never tried again, whatever its retry policy says. "
                    "Remove the policy, or name an idempotency key that makes repeating safe."
                )
                edit = {"do": "unset", "flow": drawing.flow.id, "node": node.id, "field": "retry"}
                yield RULE.problem(drawing.where(node, "retry"), message, Fix("Remove the retry policy", edit))


def _repeats(policy: RetryPolicy) -> bool:
    if policy.attempts is not None:
        return policy.attempts > 1
    return any(value is not None for value in (policy.first_delay, policy.factor, policy.max_delay, policy.jitter))
