"""Tables that mean the same must decide the same, whatever the rules are."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from nodes.dmn import model_text, parse_model
from tests.nodes.dmn.models import decision, input_element, literal, model_of, table

amounts = st.sampled_from(["-", "1", "> 5", "<= 5", "[1..5]", "(5..9)", "not(1, 7)", "1, [7..9]", ">= Limit"])
tiers = st.sampled_from(["-", '"gold"', '"gold", "silver"', 'not("gold")', "null", 'starts with(?, "g")'])
results = st.sampled_from(['"a"', '"b"', '"c"'])
rules = st.lists(st.tuples(amounts, tiers, results), min_size=1, max_size=5)
inputs = st.fixed_dictionaries({
    "Amount": st.sampled_from([Decimal(n) for n in (0, 1, 5, 6, 7, 9, 10)] + [None]),
    "Tier": st.sampled_from(["gold", "silver", "x", None]),
    "Limit": st.sampled_from([Decimal(6), None]),
})  # fmt: skip


def asked(
    written: list[tuple[str, ...]],
    values: dict[str, Any],
    policy: str,
    names: tuple[str, str, str] = ("Amount", "Tier", "Limit"),
) -> Any:
    answer = decision("Answer", table(names[:2], written, policy, [{"allowed": '"c", "b", "a"'}]), names)
    model = model_of(*(input_element(name) for name in names), answer)
    return model.evaluate("Answer", values).value


@settings(max_examples=40)
@given(rules, inputs, st.randoms(use_true_random=False))
def test_the_order_of_rules_matters_only_where_the_policy_says_so(written: Any, values: Any, chance: Any) -> None:
    shuffled = chance.sample(written, len(written))
    for policy in ("UNIQUE", "ANY", "PRIORITY", "OUTPUT ORDER"):
        assert asked(shuffled, values, policy) == asked(written, values, policy), policy
    assert sorted(asked(shuffled, values, "COLLECT")) == sorted(asked(written, values, "COLLECT"))
    hits = asked(written, values, "RULE ORDER") or []
    assert asked(written, values, "FIRST") == (hits[0] if hits else None)
    assert sorted(hits) == sorted(asked(written, values, "COLLECT"))
    assert asked(written, values, "UNIQUE") == (hits[0] if len(hits) == 1 else None)


@settings(max_examples=40)
@given(rules, inputs, st.sampled_from(["UNIQUE", "FIRST", "COLLECT", "PRIORITY"]))
def test_renamed_inputs_and_turned_columns_decide_alike(written: Any, values: Any, policy: str) -> None:
    before = asked(written, values, policy)
    turned = [(tier, amount, result) for amount, tier, result in written]
    assert asked(turned, values, policy, ("Tier", "Amount", "Limit")) == before
    others = ("Total sum", "Customer's tier", "Upper-limit")
    renamed = [(amount.replace("Limit", others[2]), tier, result) for amount, tier, result in written]
    assert (
        asked(
            renamed,
            {other: values[name] for other, name in zip(others, ("Amount", "Tier", "Limit"), strict=True)},
            policy,
            others,
        )
        == before
    )


@settings(max_examples=40)
@given(rules, inputs)
def test_a_table_of_first_hits_is_a_ladder_of_ifs(written: Any, values: Any) -> None:
    def condition(column: str, cell: str) -> str:
        if cell == "-":
            return "true"
        negated = cell.startswith("not(")
        tests = cell.removeprefix("not").strip() if negated else f"({cell})"
        said = cell.replace("?", column) if "?" in cell else f"{column} in {tests}"
        return f"not({said})" if negated else said

    ladder = "".join(f"if {condition('Amount', a)} and {condition('Tier', t)} then {r} else " for a, t, r in written)
    model = model_of(
        *(input_element(name) for name in values), decision("Ladder", literal(ladder + "null"), list(values))
    )
    assert model.evaluate("Ladder", values).value == asked(written, values, "FIRST")
    again = parse_model(model_text(model))
    assert again.evaluate("Ladder", values).value == model.evaluate("Ladder", values).value
