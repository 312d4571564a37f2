"""One stimulus to one run: refuse it, or journal it with all that follows. The table of who reacts to what."""

from __future__ import annotations

from typing import Any

from nodes.contract import Value
from runtime.engine.decide import children, effects, operators, people
from runtime.engine.decide.reaction import Reaction
from runtime.engine.decide.timers import fire_timers
from runtime.engine.stimuli import (
    Answer,
    AttemptBroke,
    AttemptReplied,
    Cancel,
    ChildReported,
    Claim,
    ClaimTask,
    DelegateTask,
    DeliverSignal,
    HandOverTask,
    Refusal,
    ReleaseTask,
    Resolve,
    Resume,
    ReviseTask,
    Stimulus,
    Suspend,
)

_REACTIONS: dict[type[Any], Any] = {
    AttemptReplied: effects.attempt_replied,
    AttemptBroke: effects.attempt_broke,
    Answer: people.answer,
    ClaimTask: people.claim_task,
    ReleaseTask: people.release_task,
    DelegateTask: people.delegate_task,
    HandOverTask: people.hand_over_task,
    ReviseTask: people.revise_task,
    DeliverSignal: people.deliver_signal,
    ChildReported: children.child_reported,
    Resolve: operators.resolve,
    Cancel: operators.cancel,
    Suspend: operators.suspend,
    Resume: operators.resume,
    Claim: operators.claim,
}


def react(r: Reaction, stimulus: Stimulus) -> Refusal | dict[str, Value]:
    """The reaction to one stimulus; ``settle`` is to follow unless it is refused. Timers due before it fire first (Z4),
    even then."""
    if type(stimulus) is not Claim:
        fire_timers(r, inclusive=False)
    reply: Refusal | dict[str, Value] = _REACTIONS[type(stimulus)](r, stimulus)
    return reply
