"""What a run waits for people for: open tasks and open incidents, read from the story of a real run or a rehearsal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from nodes.contract import Choice, HumanTask, Value

if TYPE_CHECKING:
    from designer.session.story import Story

WAYS = {
    "failed": ("retry", "by_hand", "other_port", "cancel"),
    "outcome_unknown": ("happened", "not_done", "cancel"),
    "dead_end": ("other_port", "cancel"),
    "join_starved": ("by_hand", "other_port", "discard", "cancel"),
    "budget": ("retry", "cancel"),
}


@dataclass(frozen=True, slots=True)
class OpenTask:
    """One task that waits for an answer."""

    run: str
    step: str
    node: str
    step_title: str
    title: str
    """the question"""
    role: str
    role_title: str
    choices: tuple[Choice, ...]
    given: tuple[tuple[str, str], ...] = ()
    """(who, choice) that count already"""
    why: str = ""
    """why they are asked, in the author's words"""
    instructions: str = ""
    shown: Mapping[str, Value] = field(default_factory=dict)
    form: Mapping[str, Any] | None = None
    not_requester: bool = False
    requester: str | None = None

    @property
    def id(self) -> str:
        """``run:step``, as the runtime names it."""
        return f"{self.run}:{self.step}"


@dataclass(frozen=True, slots=True)
class OpenIncident:
    """One step that stands still until a person decides."""

    id: str
    step: str
    node: str
    step_title: str
    kind: str
    message: str
    ways: tuple[str, ...]


def open_tasks(story: Story) -> tuple[OpenTask, ...]:
    """The tasks that are open now, oldest first."""
    state = story.state_at(story.last_seq)
    found = []
    for step in state.live.values():
        does = story.plan.nodes[step.node].behaviour if step.node in story.plan.nodes else None
        if step.task is None or step.state != "waiting" or not isinstance(does, HumanTask):
            continue
        shown = step.input if isinstance(step.input, Mapping) else {}
        drawn = story.drawing.node(step.node)
        facts = shown.get("show")
        found.append(
            OpenTask(
                run=story.run,
                step=step.id,
                node=step.node,
                step_title=drawn.title,
                title=str(shown.get("title") or drawn.title),
                role=step.task.role,
                role_title=story.role_title(step.task.role),
                choices=does.choices,
                given=tuple((answer.by, answer.choice) for answer in step.task.current()),
                why=str(shown.get("why") or ""),
                instructions=str(shown.get("instructions") or ""),
                shown=facts if isinstance(facts, Mapping) else {},
                form=does.form,
                not_requester=does.not_requester,
                requester=state.requester,
            )
        )
    return tuple(found)


def open_incidents(story: Story) -> tuple[OpenIncident, ...]:
    """The incidents that are open now, oldest first."""
    state = story.state_at(story.last_seq)
    found = []
    for incident, step_id in state.incidents.items():
        step = state.steps[step_id]
        if step.incident is None:
            continue
        error = step.incident.error if isinstance(step.incident.error, Mapping) else {}
        kind = step.incident.kind
        found.append(
            OpenIncident(
                id=incident,
                step=step_id,
                node=step.node,
                step_title=story.drawing.node(step.node).title,
                kind=kind,
                message=str(error.get("message") or kind),
                ways=WAYS.get(kind, ("retry", "by_hand", "other_port", "cancel")),
            )
        )
    return tuple(found)
