"""The steps of ``control``: what they tell the engine, what they refuse, and how they read aloud."""

from decimal import Decimal

import pytest
from pydantic import ValidationError

from nodes.contract import Assign, AwaitSignal, End, Join, Wait
from nodes.feel import parse_duration
from nodes.registry import built_ins


def step(name, /, **config):
    """(the type, its Config)."""
    found = built_ins().get(f"control/{name}", 1)
    return found, found.Config.model_validate(config)


def told(name, /, **config):
    found, read = step(name, **config)
    return found.behaviour(read), [port.name for port in found.ports(read)], found.summary(read)


def test_set():
    behaviour, ports, words = told("set", assignments={"tries": {"feel": "vars.tries + 1"}, "mood": "good"})
    assert isinstance(behaviour, Assign)
    assert behaviour.assignments["tries"].source == "vars.tries + 1"
    assert behaviour.assignments["mood"].literal == "good"
    assert (ports, words) == (["done"], 'Set tries to vars.tries + 1, mood to "good"')


def test_wait():
    behaviour, ports, words = told("wait", duration="P3D")
    assert isinstance(behaviour, Wait)
    assert (behaviour.duration.literal, behaviour.until) == (parse_duration("P3D"), None)
    assert (ports, words) == (["done"], "Wait 3 days")
    assert told("wait", until={"feel": "input.due"})[2] == "Wait until input.due"


def test_signal():
    behaviour, ports, words = told("wait_for_signal", name="paid", key={"feel": "input.id"}, timeout="PT1H")
    assert isinstance(behaviour, AwaitSignal)
    assert (ports, words) == (["received", "timeout"], 'Wait for "paid" about input.id, at most 1 hour')
    assert told("wait_for_signal", name="paid", key=5)[1] == ["received"]


@pytest.mark.parametrize(
    ("config", "expected", "ports", "words"),
    [
        ({}, Join(), ["joined"], "Wait for all branches"),
        (
            {"mode": "any", "rest": "cancel"},
            Join("any", rest="cancel"),
            ["joined"],
            "Wait for the first branch and stop the others",
        ),
        ({"mode": "n", "n": 2}, Join("n", 2), ["joined"], "Wait for 2 branches"),
    ],
)
def test_join(config, expected, ports, words):
    assert told("join", **config) == (expected, ports, words)


def test_join_with_a_time_limit():
    behaviour, ports, words = told("join", timeout="PT1H")
    assert behaviour.timeout.literal == parse_duration("PT1H")
    assert (ports, words) == (["joined", "timeout"], "Wait for all branches, at most 1 hour")


def test_end():
    behaviour, ports, words = told("end", outcome="not_refunded", output={"a": 1}, terminate=True, undo=True)
    assert isinstance(behaviour, End)
    assert (behaviour.outcome, behaviour.terminate, behaviour.undo) == ("not_refunded", True, True)
    assert behaviour.output["a"].literal == 1
    assert (ports, words) == ([], "End: not refunded, stop everything else, take back what was done")
    assert told("end") == (End(output={}), [], "End of this branch")
    found, read = step("end", output={"a": 1})
    assert "only with an outcome" in found.check(read)[0]


@pytest.mark.parametrize(
    ("name", "wrong", "words"),
    [
        ("set", {"assignments": {}}, "at least 1"),
        ("set", {"assignments": {"Bad Name": 1}}, "pattern"),
        ("wait", {}, "fill in For or Until "),
        ("wait", {"duration": "PT1H", "until": "2026-05-01T10:00:00Z"}, "For or Until, not both"),
        ("wait", {"until": "2026-05-01T10:00:00"}, "with a zone"),
        ("join", {"mode": "n"}, "how many branches"),
        ("join", {"n": 2}, "leave How many empty"),
        ("join", {"mode": "n", "n": 0}, "greater than or equal to 1"),
        ("join", {"mode": "some"}, "'all', 'any' or 'n'"),
        ("wait_for_signal", {"name": "a"}, "Field required"),
        ("wait_for_signal", {"name": "a", "key": 1, "payload_schema": {"type": "nombre"}}, "no JSON Schema"),
        ("validate", {"value": 1, "rules": {"type": "nombre"}}, "no JSON Schema"),
        ("validate", {"value": 1, "rules": {"$ref": "http://127.0.0.1/x"}}, "outside the schema"),
        ("validate", {"value": 1}, "Field required"),
        ("end", {"outcome": "Not Refunded"}, "pattern"),
        ("end", {"resolved": True}, "not permitted"),
    ],
)
def test_what_is_refused(name, wrong, words):
    with pytest.raises(ValidationError, match=words):
        step(name, **wrong)


RULES = {
    "type": "object",
    "properties": {
        "zip": {"type": "string", "pattern": "^[0-9]{5}$"},
        "amount": {"type": "number", "multipleOf": 0.01},
    },
    "required": ["zip", "amount"],
}


@pytest.mark.parametrize(
    ("value", "port", "why", "errors"),
    [
        ({"zip": "12345", "amount": Decimal("0.29")}, "valid", "It fits the rules.", []),
        (
            {"zip": "1234", "amount": Decimal("0.295")},
            "invalid",
            "It breaks 2 rules, at zip, amount.",
            [("zip", "should look like ^[0-9]{5}$"), ("amount", "should be a multiple of 0.01")],
        ),
        (None, "invalid", "It breaks 1 rule, at the value itself.", [("", "should be an object, not empty")]),
    ],
)
def test_validate(value, port, why, errors):
    found, config = step("validate", value={"feel": "input"}, rules=RULES)
    routed = found.behaviour(config).apply({"value": value}, None)
    assert routed.port == port
    assert routed.why == {"words": why, "mistakes": len(errors)}
    assert routed.output == {
        "valid": not errors,
        "value": value,
        "errors": [{"path": path, "message": message} for path, message in errors],
    }
    assert found.summary(config) == "Check input"
