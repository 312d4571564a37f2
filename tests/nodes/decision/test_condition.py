"""``decision/condition``: top down, the first true one decides, later ones are not asked (N4)."""

from decimal import Decimal

import pytest
from pydantic import ValidationError

from nodes.contract import Expr
from nodes.decision.condition.type import NODE_TYPE
from nodes.feel import compile_expression


def chooses(conditions, **scope):
    """(port, why, the expressions that were asked, in order)."""
    asked = []

    def evaluate(expr: Expr):
        asked.append(expr.source)
        if not expr.is_feel:
            return expr.literal, {}
        return compile_expression(expr.source).evaluate_traced(scope)

    config = NODE_TYPE.Config.model_validate({"conditions": conditions})
    routed = NODE_TYPE.behaviour(config).apply({}, evaluate)
    assert routed.output == {"choice": routed.port}
    assert routed.port in {port.name for port in NODE_TYPE.ports(config)}
    return routed.port, routed.why, asked


LARGE = {"port": "large", "title": "Large", "when": {"feel": "input.amount > 500"}}
GOLD = {"port": "gold", "when": {"feel": 'input.tier = "gold"'}}


def test_the_first_that_is_true_decides_and_later_ones_are_not_asked():
    port, why, asked = chooses([LARGE, GOLD], input={"amount": Decimal(700), "tier": "gold"})
    assert port == "large"
    assert asked == ["input.amount > 500"]
    assert why == {
        "index": 1,
        "port": "large",
        "condition": "input.amount > 500",
        "values": {"input.amount": Decimal(700)},
    }


def test_values_of_conditions_that_were_not_true_are_kept_too():
    port, why, _ = chooses([LARGE, GOLD], input={"amount": Decimal(5), "tier": "gold"})
    assert (port, why["index"]) == ("gold", 2)
    assert why["values"] == {"input.amount": Decimal(5), "input.tier": "gold"}


def test_none_is_true():
    port, why, asked = chooses([LARGE, GOLD], input={"amount": Decimal(500), "tier": "tin"})
    assert (port, why["index"], why["condition"]) == ("default", None, None)
    assert len(asked) == 2


def test_a_literal_condition():
    assert chooses([{"port": "always", "when": True}])[0] == "always"
    assert chooses([{"port": "never", "when": False}])[:2] == (
        "default",
        {"index": None, "port": "default", "condition": None, "values": {}},
    )


@pytest.mark.parametrize(
    "conditions",
    [
        [],
        [LARGE, LARGE],
        [{**LARGE, "port": "default"}],
        [{**LARGE, "port": "Large"}],
        [{**LARGE, "port": "a.b"}],
        [{**LARGE, "when": "input.amount > 500"}],
        [{**LARGE, "when": None}],
        [{"port": "x"}],
    ],
)
def test_conditions_that_can_not_be(conditions):
    with pytest.raises(ValidationError):
        NODE_TYPE.Config.model_validate({"conditions": conditions})


def test_words():
    config = NODE_TYPE.Config.model_validate({"conditions": [LARGE, GOLD], "default_title": "Anybody else"})
    assert NODE_TYPE.summary(config) == 'if input.amount > 500 then Large; if input.tier = "gold" then gold'
    assert [(p.name, p.title) for p in NODE_TYPE.ports(config)] == [
        ("large", "Large"),
        ("gold", "Gold"),
        ("default", "Anybody else"),
    ]
