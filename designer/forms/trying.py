"""What an expression gives on a sample: values of the last run that is shown, else what is kept with the sample.

Called by expression fields and the variables panel. Law: nothing is run or sent; an expression is evaluated within a
small budget, and what can't be known of a sample is said, never guessed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, Signal

from designer.document.clock import now
from designer.document.scenarios import effects_of
from designer.forms.rehearsed import Rehearsed
from designer.services import Services
from nodes.contract import Value, from_wire
from nodes.contract.values import ValueProblem
from nodes.feel import Budget, CompiledExpression, FeelError, compile_expression, parse_template, to_text
from runtime.model.flow import Flow

BUDGET = Budget(steps=20_000, depth=200, list_items=5_000, text_size=20_000)
LONGEST = 60


@dataclass(frozen=True, slots=True)
class Tried:
    """What came out: ``words`` to be shown, ``good`` False where there is no value to show."""

    words: str
    good: bool
    value: Value = None


class SampleChoice(QObject):
    """Which sample of a flow expressions are tried on; one for the window, in ``services.extras["sample_choice"]``."""

    changed = Signal()

    def __init__(self, services: Services) -> None:
        super().__init__()
        self._services = services
        self._chosen: dict[str, str] = {}
        self.rehearsed = Rehearsed(services.registry, self)
        self.rehearsed.ready.connect(self.changed)

    def names(self, flow: str) -> list[str]:
        """The samples that there are."""
        return sorted(self._services.document.project.samples.get(flow, {}))

    def of(self, flow: str) -> str | None:
        """The chosen one, else the first; None if there is none."""
        names = self.names(flow)
        chosen = self._chosen.get(flow)
        return chosen if chosen in names else names[0] if names else None

    def choose(self, flow: str, name: str) -> None:
        """Try on this one from now on."""
        self._chosen[flow] = name
        self.changed.emit()


def sample_choice(services: Services) -> SampleChoice:
    """The window's one."""
    found = services.extras.get("sample_choice")
    if not isinstance(found, SampleChoice):
        found = services.extras["sample_choice"] = SampleChoice(services)
    return found


def values_of(services: Services, flow: Flow) -> tuple[dict[str, Value], str]:
    """(what names stand for, where from in words); no values and no words if there is no sample."""
    chosen = sample_choice(services).of(flow.id)
    scope: dict[str, Value] = {"case": None, "run": {"flow": flow.id, "environment": "test"}, "vars": {}}
    source = ""
    if chosen is not None:
        try:
            scope.update(sample_values(services, flow, chosen))
        except ValueProblem:
            return scope, ""
        source = chosen.replace("_", " ")
    story = _story_of(services, flow.id)
    if story is not None and not story.rehearsed and flow.node(next(iter(story.outputs()), "")) is not None:
        scope.update(_of_story(story))
        source = source or "last run"
    return scope, source


def sample_values(services: Services, flow: Flow, sample: str) -> dict[str, Value]:
    """What names stand for on a sample, as far as it was played already; ``SampleChoice.changed`` tells when there is
    more. Raises ``ValueProblem`` for a sample that holds no values.
    """
    project = services.document.project
    played = sample_choice(services).rehearsed.values(project, flow, sample)
    return {"input": from_wire(project.samples[flow.id][sample]), **effects_of(project, flow.id, sample), **played}


def story_values(services: Services, flow_id: str) -> dict[str, Value] | None:
    """What names stood for in the run of this flow that is shown, rehearsals too; None if there is none."""
    story = _story_of(services, flow_id)
    if story is None:
        return None
    return {"input": story.state_at(story.last_seq).input, **_of_story(story)}


def _story_of(services: Services, flow_id: str) -> Any:
    story = getattr(services.extras.get("session"), "story", None)
    return story if story is not None and story.flow_id == flow_id else None


def try_expression(text: str, scope: Mapping[str, Value], zone: str) -> Tried:
    """The result in words, or why there is none."""
    try:
        compiled = compile_expression(text)
        if _missing(compiled.free_paths, scope):
            return Tried("run it once to see a value", False)
        value = compiled.evaluate(scope, budget=BUDGET, now=now(), zone=zone)
    except FeelError as error:
        return Tried(error.message, False)
    return Tried(shown(value), True, value)


def filled(text: str, scope: Mapping[str, Value], zone: str) -> str:
    """A text with its holes filled from the sample; a hole that can't be is shown as dots."""
    try:
        template = parse_template(text)
    except FeelError:
        return text

    def value(expression: CompiledExpression) -> Any:
        try:
            if _missing(expression.free_paths, scope):
                return "…"
            return expression.evaluate(scope, budget=BUDGET, now=now(), zone=zone)
        except FeelError:
            return "…"

    return template.fill(value, lambda made: "" if made is None else to_text(made))


def _missing(paths: Iterable[tuple[str, ...]], scope: Mapping[str, Value]) -> bool:
    """Whether a step or variable is read that neither the sample nor the last run knows."""
    for path in paths:
        held = scope.get("vars")
        if path[0] not in scope:
            return True
        if path[0] == "vars" and len(path) > 1 and (not isinstance(held, Mapping) or path[1] not in held):
            return True
    return False


def shown(value: Any) -> str:
    """A value on one line."""
    if value is None:
        return "empty"
    try:
        words = f'"{value}"' if isinstance(value, str) else to_text(value)
    except FeelError:
        words = str(type(value).__name__)
    flat = " ".join(words.split())
    return flat if len(flat) <= LONGEST else flat[: LONGEST - 1] + "…"


def _of_story(story: Any) -> dict[str, Value]:
    found = dict(story.outputs())
    found["vars"] = dict(story.state_at(story.last_seq).vars)
    return found
