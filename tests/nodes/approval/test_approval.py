"""``approval``: choices are ports, and what can't be asked of people is refused when the flow is drawn."""

import pytest
from pydantic import ValidationError

from nodes.approval.type import NODE_TYPE
from nodes.contract import Choice, PortKind

YES = {"port": "approved", "title": "Approve", "needs": 2, "style": "positive"}
NO = {"port": "rejected", "title": "Reject", "style": "negative", "comment_required": True}
FORM = {"type": "object", "properties": {"comment": {"type": "string"}, "how": {"enum": ["refund", "voucher"]}}}


def config(**more):
    return NODE_TYPE.Config.model_validate(
        {"role": "finance_team", "title": "Refund {input.amount}?", "choices": [YES, NO], **more}
    )


def test_choices_are_ports():
    ports = NODE_TYPE.ports(config(timeout="P2D"))
    assert [(port.name, port.title, port.kind) for port in ports] == [
        ("approved", "Approve", PortKind.APPROVED),
        ("rejected", "Reject", PortKind.REJECTED),
        ("timeout", "Timed out", PortKind.TIMEOUT),
    ]
    assert [port.name for port in NODE_TYPE.ports(config())] == ["approved", "rejected"]


def test_the_task():
    task = NODE_TYPE.behaviour(
        config(form=FORM, not_requester=True, due="PT4H", escalate_to="lead", remind="PT1H", show={"Amount": 5})
    )
    assert task.choices == (
        Choice("approved", "Approve", 2, False, "positive"),
        Choice("rejected", "Reject", 1, True, "negative"),
    )
    assert (task.role, task.escalate_to, task.not_requester, task.exclusive) == ("finance_team", "lead", True, False)
    assert task.form == FORM
    assert task.show["Amount"].literal == 5
    assert task.timeout is None


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"choices": []}, "at least 1"),
        ({"choices": [YES, YES]}, "another choice has it"),
        ({"choices": [{**YES, "port": "timeout"}]}, "way of the time limit"),
        ({"choices": [{**YES, "port": "Yes!"}]}, "pattern"),
        ({"choices": [{**YES, "needs": 0}]}, "greater than or equal to 1"),
        ({"escalate_to": "lead"}, "needs Due after"),
        ({"role": "Finance Team"}, "pattern"),
        ({"form": {"type": "string"}}, "should be an object"),
        ({"form": {"type": "object", "properties": {}}}, "at least one field"),
        ({"form": {"type": "object", "properties": {"a": {"type": "object"}}}}, "the field 'a'"),
        ({"form": {"type": "object", "properties": {"a": {"type": "nombre"}}}}, "no JSON Schema"),
        ({"form": {"type": "object", "properties": {"a": {"$ref": "http://x/y"}}}}, "outside the schema"),
        ({"due": "4 hours"}, "length of time"),
    ],
)
def test_what_can_not_be_asked(wrong, words):
    with pytest.raises(ValidationError, match=words):
        config(**wrong)


def test_words():
    assert NODE_TYPE.summary(config(not_requester=True)) == (
        "Asks finance team: Approve (2 people) or Reject, never the requester"
    )
    assert NODE_TYPE.output_schema(config(timeout="P1D"))["properties"]["choice"] == {
        "enum": ["approved", "rejected", None]
    }
