"""simulate(flow, stimuli): play a flow to see what Baton does with it; the engine's face for tests and for outsiders.

A test gives stimuli in order and looks at what came out: the journal, the open tasks and incidents, the effects that
were asked for. ``through="host"`` plays the same on a real store, by the real host. All of it: the README beside this.

    played = simulate(flow, [Start(flow="dispute", input={...}), Replied("get_customer#1", {...}), Advance(3600)])
    played.journal(), played.tasks(), played.incidents(), played.effects, played.state().outcome
"""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Callable, Iterable, Mapping
from types import ModuleType
from typing import Any

from nodes import registry
from runtime.engine.events import Actor
from runtime.engine.given import Advance, Broke, Crash, Played, Replied, To, Together, several
from runtime.engine.memory_player import MemorySimulation
from runtime.engine.plan import TypeSource
from runtime.engine.players import PLAYERS, offer
from runtime.engine.playing import START_AT, Setting, Simulation
from runtime.engine.stimuli import (
    Answer,
    AttemptBroke,
    AttemptReplied,
    Cancel,
    ClaimTask,
    DelegateTask,
    HandOverTask,
    Refusal,
    ReleaseTask,
    Resolve,
    Resume,
    ReviseTask,
    SendSignal,
    Start,
    Suspend,
)
from runtime.model.decisions import Decisions
from runtime.model.flow import Flow

__all__ = [
    "START_AT",
    "Actor",
    "Advance",
    "Answer",
    "AttemptBroke",
    "AttemptReplied",
    "Broke",
    "Cancel",
    "ClaimTask",
    "Crash",
    "DelegateTask",
    "HandOverTask",
    "Played",
    "Refusal",
    "ReleaseTask",
    "Replied",
    "Resolve",
    "Resume",
    "ReviseTask",
    "SendSignal",
    "Simulation",
    "Start",
    "Suspend",
    "To",
    "Together",
    "simulate",
]

offer("memory", MemorySimulation)


def simulate(
    flow: Flow | Mapping[str, Flow],
    stimuli: Iterable[Played] = (),
    *,
    through: str = "memory",
    types: TypeSource | None = None,
    start_at: dt.datetime = START_AT,
    new_id: Callable[[int], str] = lambda n: f"r{n}",
    seed: int | None = None,
    decisions: Mapping[str, bytes] | None = None,
) -> Simulation:
    """Play ``stimuli``, in order, on a flow (or several, by id; the others are called or started by name).

    ``through``: ``memory``; or ``host``, the real host on a SQLite file of its own under a clock that only ``Advance``
    moves. Both give the same journals, event for event.
    ``types``: node types, the built-in ones unless given. ``new_id`` makes the id of the n-th run.
    ``seed``: of ``host`` only: the order in which concurrent work gets its turn at the store is drawn from it instead
    of being first come, first served. The same seed plays the same interleaving again.
    ``decisions``: the project's decision files (DMN) by id.

    Stimuli: ``Start`` (``flow=""`` means the only one), ``Replied`` and ``Broke`` (of an effect), ``Answer`` and the
    others about tasks, ``SendSignal``, ``Resolve``, ``Cancel``, ``Suspend``, ``Resume``, ``Advance`` (the clock),
    ``Crash``. They go to the run started last; ``To`` names another one, ``Together`` brings several at one moment.
    """
    player = PLAYERS.get(through)
    if player is None:
        raise ValueError(f"a simulation is not played through {through!r}; there are {', '.join(sorted(PLAYERS))}")
    if not isinstance(flow, Flow | Mapping):
        raise TypeError(f"a {type(flow).__name__} is no flow; give a Flow, or several by their ids")
    if not several(stimuli):
        raise TypeError(f"stimuli are brought as a list, as in simulate(flow, [Start(flow='')]), and not {stimuli!r}")
    flows = {flow.id: flow} if isinstance(flow, Flow) else dict(flow)
    for name, each in flows.items():
        if not isinstance(each, Flow):
            raise TypeError(
                f"what stands under {name!r} is a {type(each).__name__}; give a Flow, or several by their ids "
                "(runtime.model.flow.Flow.model_validate makes one of what a file holds)"
            )
    for name, data in (decisions or {}).items():
        if not isinstance(data, bytes):
            raise TypeError(f"the decision file {name!r} is given as its bytes, and not as a {type(data).__name__}")
    setting = Setting(
        flows=flows,
        types=types if types is not None else registry.built_ins(),
        start_at=start_at,
        new_id=new_id,
        seed=seed,
        decisions=Decisions(decisions),
    )
    return player(setting).play(*stimuli)


class _Simulate(ModuleType):
    """This module bears the name of its one function; whoever imports the former from ``runtime.engine`` and calls it
    means the latter."""

    def __call__(self, *given: Any, **more: Any) -> Simulation:
        return simulate(*given, **more)


sys.modules[__name__].__class__ = _Simulate
