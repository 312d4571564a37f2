"""The closed set of what a step can do. ``NodeType.behaviour(config)`` returns one of these as DATA.

The engine knows only this set, never a type id: a new node type is a new folder, a new behaviour changes the law.
``inputs`` are trees of plain values, ``Expr`` and ``Text``; the engine evaluates them when the step starts
(SEMANTICS N5) and journals the result as the step's input.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeAlias

from pydantic import BaseModel

from nodes.contract.fields import Duration, Expr, Instant, Moment, Text
from nodes.contract.values import Value

if TYPE_CHECKING:
    from nodes.dmn import DecisionResult

Tree: TypeAlias = Any
"""A plain value, an Expr, a Text, or a mapping or list of Trees."""


class EffectKind(StrEnum):
    """How safe it is to send an effect twice."""

    READ = "read"
    """changes nothing outside; repeated freely"""
    KEYED = "keyed"
    """safe to repeat with the same idempotency key"""
    ONCE = "once"
    """sent at most once; an unclear outcome stops for a person"""


@dataclass(frozen=True, slots=True)
class Start:
    """A trigger: puts the first token on its only port. ``requester`` reads the person behind the start (A4)."""

    requester: Expr[str] | None = None


@dataclass(frozen=True, slots=True)
class Routed:
    """What a Pure step decides: the port to leave by, its output, and why (index and words for the trace)."""

    port: str
    output: Value = None
    why: Mapping[str, Value] | None = None


Evaluate: TypeAlias = Callable[[Expr[Any]], tuple[Value, Mapping[str, Value]]]
"""Evaluates one LAZY field now -> (value, the values that it read, by path). A wrong type: Incident ``expression``."""


@dataclass(frozen=True, slots=True)
class DecisionUse:
    """A decision of the project that a Pure step asks: as data, so that it is checked before anything runs."""

    file: str
    """id of the file: ``decisions/<file>.dmn`` of the same release"""
    decision: str
    """its name in the file"""
    inputs: tuple[str, ...]
    """names of the inputs that the step gives it"""
    routes: Mapping[str, str] | None = None
    """result, as text, -> port; None where the step goes on whatever comes out"""
    otherwise: str | None = None
    """port for all other results; None: there is none"""
    output: str | None = None
    """which output of several is looked at for ``routes``"""


Decide: TypeAlias = "Callable[[DecisionUse, Mapping[str, Value]], DecisionResult]"
"""Asks a decision that the step has named -> ``nodes.dmn.DecisionResult``. ``now()`` is the step's run time (N7)."""


@dataclass(frozen=True, slots=True)
class Pure:
    """No effect outside. ``apply(inputs, evaluate)`` must be deterministic: same inputs, same answer, no I/O, no clock.

    A step that names ``decisions`` gets ``apply(inputs, evaluate, decide)``; their models are compiled once per
    release. ``apply`` may raise ``StepProblem`` for data that it can't work on (Incident ``expression``).
    """

    apply: Callable[..., Routed]
    inputs: Mapping[str, Tree] = field(default_factory=dict)
    decisions: tuple[DecisionUse, ...] = ()


class StepProblem(Exception):
    """Raised by ``Pure.apply``: the step can't go on with this data; the message says what and where, for a person."""


@dataclass(frozen=True, slots=True)
class ReplyRules:
    """What to make of a reply (all with ``reply`` in scope). No rule: the reply is the output, and is a success.

    ``success`` false fails the attempt; ``retry_when`` true makes that failure retryable (R3).
    """

    success: Expr[bool] | None = None
    retry_when: Expr[bool] | None = None
    output: Expr[Any] | None = None


@dataclass(frozen=True, slots=True)
class Effect:
    """Work outside, done by the type's ``perform.py`` in the host. Ports ``done`` and ``error`` (R1)."""

    effect: EffectKind
    inputs: Mapping[str, Tree]
    connection: str | None = None
    """name of the project's connection, None if the type needs none"""
    reply: ReplyRules = field(default_factory=ReplyRules)
    output_schema: Mapping[str, Any] | None = None
    """JSON Schema that an output must fit (X6)"""


@dataclass(frozen=True, slots=True)
class Assign:
    """Writes run variables; all assignments read the state before it (N6). Port ``done``."""

    assignments: Mapping[str, Expr[Any]]


@dataclass(frozen=True, slots=True)
class Join:
    """Waits for branches (section J). Ports ``joined`` and, with a timeout, ``timeout``.

    ``mode``: all, any or n; ``n`` counts edges and is used with mode n only; ``rest``: run or cancel.
    """

    mode: str = "all"
    n: int | None = None
    rest: str = "run"
    timeout: Expr[Duration] | None = None


@dataclass(frozen=True, slots=True)
class Wait:
    """Waits until an instant or for a duration (W1): exactly one of the two is set. Port ``done``."""

    until: Expr[Instant] | None = None
    duration: Expr[Duration] | None = None


@dataclass(frozen=True, slots=True)
class AwaitSignal:
    """Waits for a signal with this name and key (W2-W7). Ports ``received`` and, with a timeout, ``timeout``."""

    name: Expr[Any]
    key: Expr[Any]
    payload_schema: Mapping[str, Any] | None = None
    timeout: Expr[Duration] | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """One way to answer a task = one port; ``needs`` distinct people must give it (A2)."""

    port: str
    title: str
    needs: int = 1
    comment_required: bool = False
    style: str = "neutral"
    """positive, negative or neutral: the glyph and colour of the button"""


@dataclass(frozen=True, slots=True)
class HumanTask:
    """A task for people of a role (section A). Ports: the choices and, with a timeout, ``timeout``."""

    role: str
    choices: tuple[Choice, ...]
    title: Text
    show: Mapping[str, Tree]
    """what people see: label -> value; frozen when the step starts"""
    instructions: Text | None = None
    form: Mapping[str, Any] | None = None
    """JSON Schema of the form that people fill in; None = no form"""
    not_requester: bool = False
    exclusive: bool = False
    remind: Expr[Duration] | None = None
    due: Expr[Duration] | None = None
    escalate_to: str | None = None
    timeout: Expr[Duration] | None = None
    why: Text | None = None
    """why people are asked, in words"""


@dataclass(frozen=True, slots=True)
class Child:
    """Calls one flow of the same release (section B). Ports: its outcomes, ``done`` (it ended without one),
    ``cancelled`` and, with a timeout, ``timeout``. Output: ``{outcome, resolved, output}``."""

    flow: str
    inputs: Mapping[str, Tree]
    timeout: Expr[Duration] | None = None


@dataclass(frozen=True, slots=True)
class Children:
    """Calls one flow for each item of a list (section F). ``inputs`` are evaluated per item. Ports: ``done``,
    ``stopped`` where ``stop_on`` names outcomes, and, with a timeout, ``timeout``. Output: ``{outputs}``."""

    flow: str
    items: Expr[list[Any]]
    inputs: Mapping[str, Tree]
    at_once: int = 1
    stop_on: tuple[str, ...] = ()
    timeout: Expr[Duration] | None = None


@dataclass(frozen=True, slots=True)
class End:
    """Ends a branch (section E); with an outcome it marks that outcome as reached."""

    outcome: str | None = None
    output: Tree = None
    terminate: bool = False
    undo: bool = False


Behaviour: TypeAlias = Start | Pure | Effect | Assign | Join | Wait | AwaitSignal | HumanTask | Child | Children | End


def inputs_of(config: BaseModel, *, leave_out: tuple[str, ...] = ()) -> dict[str, Tree]:
    """The START fields of a config as an ``inputs`` tree, under their names; the usual ``inputs`` of an Effect."""
    tree: dict[str, Tree] = {}
    for name, info in type(config).model_fields.items():
        moments = [mark for mark in info.metadata if isinstance(mark, Moment)]
        if name in leave_out or (moments and moments[0] is not Moment.START):
            continue
        tree[name] = _tree(getattr(config, name))
    return tree


def _tree(value: Any) -> Tree:
    if isinstance(value, BaseModel):
        return inputs_of(value)
    if isinstance(value, list | tuple):
        return [_tree(item) for item in value]
    if isinstance(value, Mapping):
        return {key: _tree(item) for key, item in value.items()}
    if isinstance(value, StrEnum):
        return str(value)
    return value
