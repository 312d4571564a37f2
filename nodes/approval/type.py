"""``approval``: people of a role look at something and choose (SEMANTICS, section A). The choices are the ports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Annotated, Any

from pydantic import Field, field_validator, model_validator

from nodes.contract import (
    TIMEOUT,
    Behaviour,
    Category,
    Choice,
    Duration,
    Expr,
    HumanTask,
    Name,
    NodeConfig,
    NodeType,
    Port,
    PortKind,
    PortName,
    Text,
)
from nodes.contract.json_schema import SchemaField, schema_problems
from nodes.contract.spoken import line

SIMPLE = frozenset({"string", "number", "integer", "boolean"})
"""What a form may ask for; a task page draws one control for each."""


class Style(StrEnum):
    """How the button of a choice looks."""

    POSITIVE = "positive"
    NEGATIVE = "negative"
    NEUTRAL = "neutral"


_KINDS = {Style.POSITIVE: PortKind.APPROVED, Style.NEGATIVE: PortKind.REJECTED, Style.NEUTRAL: PortKind.NORMAL}


class Answer(NodeConfig):
    """One way to answer, which is one way out of this step."""

    port: PortName
    title: str = Field(
        title="Button",
        description="What stands on the button and on the line that leaves here, such as Approve.",
        min_length=1,
        max_length=100,
    )
    needs: int = Field(
        default=1,
        title="People needed",
        description="So many different people must choose this before it counts.",
        ge=1,
        le=100,
    )
    comment_required: bool = Field(
        default=False,
        title="Comment required",
        description="Whoever chooses this must say why.",
    )
    style: Style = Field(
        default=Style.NEUTRAL,
        title="Look",
        description="positive (tick), negative (cross) or neutral: the glyph and colour of the button.",
    )


class Config(NodeConfig):
    """What an analyst sets on this step."""

    role: Name = Field(
        title="Who decides",
        description="The role whose members get this task, as declared in the project.",
    )
    title: Text = Field(
        title="Question",
        description="The task in one line, as people see it in their inbox: Refund {input.amount} to {customer.name}?",
    )
    choices: list[Answer] = Field(
        title="Choices",
        description="The ways to answer. The first that has been chosen by enough people decides.",
        min_length=1,
        max_length=12,
    )
    instructions: Text | None = Field(
        default=None,
        title="Instructions",
        description="What to look at and how to decide, for people who do this for the first time.",
    )
    why: Text | None = Field(
        default=None,
        title="Why people are asked",
        description="The reason in words, such as: The amount of {input.amount} is above the limit of 500.",
    )
    show: dict[str, Expr[Any]] = Field(
        default_factory=dict,
        title="What people see",
        description="Label and value of each fact. They stand still from the moment the task is made.",
        max_length=50,
    )
    form: Annotated[dict[str, Any] | None, SchemaField()] = Field(
        default=None,
        title="Form",
        description="What people fill in with their answer, such as a reason or an amount.",
    )
    not_requester: bool = Field(
        default=False,
        title="Not the requester",
        description="Whoever asked for this may not answer, nor anybody on their behalf.",
    )
    exclusive: bool = Field(
        default=False,
        title="One at a time",
        description="While somebody has claimed the task, others of the role can't answer.",
    )
    due: Expr[Duration] | None = Field(
        default=None,
        title="Due after",
        description="After so long, such as 4 hours (PT4H), the task is marked overdue. It can still be answered.",
    )
    escalate_to: Name | None = Field(
        default=None,
        title="Hand over to",
        description="The role that gets the task when it is overdue.",
    )
    remind: Expr[Duration] | None = Field(
        default=None,
        title="Remind after",
        description="After so long without an answer, people are reminded.",
    )
    timeout: Expr[Duration] | None = Field(
        default=None,
        title="Time limit",
        description="After so long, such as 3 days (P3D), the task closes and the flow goes on by Timed out.",
    )

    @field_validator("form")
    @classmethod
    def _form_is_simple(cls, form: dict[str, Any] | None) -> dict[str, Any] | None:
        mistake = _form_mistake(form) if form is not None else None
        if mistake is not None:
            raise ValueError(mistake)
        return form

    @model_validator(mode="after")
    def _goes_together(self) -> Config:
        taken = {TIMEOUT.name}
        for choice in self.choices:
            if choice.port in taken:
                why = "it is the way of the time limit" if choice.port == TIMEOUT.name else "another choice has it"
                raise ValueError(f"the name {choice.port!r} can't be used for a choice, because {why}")
            taken.add(choice.port)
        if self.escalate_to is not None and self.due is None:
            raise ValueError("Hand over to needs Due after: say when the task is overdue")
        return self


def _form_mistake(form: Mapping[str, Any]) -> str | None:
    problems = schema_problems(form)
    if problems:
        return str(problems[0])
    fields = form.get("properties")
    if form.get("type") != "object" or not isinstance(fields, Mapping) or not fields:
        return 'should be an object with at least one field: {"type": "object", "properties": {...}}'
    for name, field in fields.items():
        if not isinstance(field, Mapping) or not (field.get("type") in SIMPLE or "enum" in field):
            return f"the field {name!r} should be a text, a number, yes-or-no, or a list of choices (enum)"
    return None


def _ports(config: Config) -> Sequence[Port]:
    ways = [Port(choice.port, choice.title, _KINDS[choice.style]) for choice in config.choices]
    return tuple(ways) if config.timeout is None else (*ways, TIMEOUT)


def _output_schema(config: Config) -> Mapping[str, Any]:
    text = {"type": ["string", "null"]}
    names: list[str | None] = [choice.port for choice in config.choices]
    form = config.form if config.form is not None else {}
    answer = {"by": text, "for": text, "seat": text, "choice": {"enum": names}, "form": form, "at": {}}
    return {
        "type": "object",
        "properties": {
            "choice": {"enum": [*names, *([] if config.timeout is None else [None])]},
            "form": form,
            "answers": {"type": "array", "items": {"type": "object", "properties": answer}},
            "decided_at": {},
        },
    }


def _summary(config: Config) -> str:
    buttons = [
        choice.title if choice.needs == 1 else f"{choice.title} ({choice.needs} people)" for choice in config.choices
    ]
    said = buttons[0] if len(buttons) == 1 else f"{', '.join(buttons[:-1])} or {buttons[-1]}"
    barred = ", never the requester" if config.not_requester else ""
    return line(f"Asks {config.role.replace('_', ' ')}: {said}{barred}")


def _behaviour(config: Config) -> Behaviour:
    return HumanTask(
        role=config.role,
        choices=tuple(
            Choice(choice.port, choice.title, choice.needs, choice.comment_required, str(choice.style))
            for choice in config.choices
        ),
        title=config.title,
        show=config.show,
        instructions=config.instructions,
        form=config.form,
        not_requester=config.not_requester,
        exclusive=config.exclusive,
        remind=config.remind,
        due=config.due,
        escalate_to=config.escalate_to,
        timeout=config.timeout,
        why=config.why,
    )


NODE_TYPE = NodeType(
    id="approval",
    version=1,
    title="Approval",
    help="Asks people of a role to decide; each choice is a way out.",
    category=Category.APPROVAL,
    icon="user-check",
    Config=Config,
    ports=_ports,
    output_schema=_output_schema,
    summary=_summary,
    behaviour=_behaviour,
)
