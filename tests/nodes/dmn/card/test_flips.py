"""Cards of random tables and conditions against asking: a flip is true, and no smaller number of changes leads away."""

from __future__ import annotations

import itertools
import random
from decimal import Decimal
from typing import Any

import pytest

from nodes.dmn.card import Way, conditions_card, decision_card, shown
from nodes.feel import compile_expression, unary_tests
from tests.nodes.dmn.models import decision, input_element, model_of, table

NUMBERS = ["-", "< 2", ">= 2", "[1..3)", "2", "not(3)", "> 3", "1, 3", "null", "? * 2 > 5"]
TEXTS = ["-", '"a"', '"b"', 'not("a")', '"a", "c"', 'starts with(?, "b")']
POLICIES = ["FIRST", "FIRST", "UNIQUE", "ANY", "PRIORITY", "COLLECT", "RULE ORDER"]
VALUES: dict[str, list[Any]] = {
    "number": [*(Decimal(n) / 2 for n in range(11)), None],
    "text": ["a", "b", "c", "other", "ba"],
}


@pytest.mark.parametrize("seed", range(120))
def test_a_flip_of_a_table_is_true(seed: int) -> None:
    chance = random.Random(seed)
    kinds = [chance.choice(["number", "text"]) for _ in range(chance.choice([1, 2, 3]))]
    pools = {"number": NUMBERS, "text": TEXTS}
    results = ['"x"', '"y"', '"z"', "c0"]
    rules = [
        [*(chance.choice(pools[of]) for of in kinds), chance.choice(results)] for _ in range(chance.choice([2, 3, 5]))
    ]
    names = [f"c{at}" for at in range(len(kinds))]
    elements = [
        input_element(n, {"number": "number", "text": "string"}[of]) for n, of in zip(names, kinds, strict=True)
    ]
    policy = chance.choice(POLICIES)
    drawn = table(names, rules, policy, outputs=[{"allowed": '"x", "y", "z"'}] if policy == "PRIORITY" else [{}])
    model = model_of(*elements, decision("D", drawn, names))

    def said(point: tuple[Any, ...]) -> str | None:
        result = model.evaluate("D", dict(zip(names, point, strict=True)))
        return None if any(problem.serious for problem in result.problems) else shown(result.value)

    space = [VALUES[of] for of in kinds]
    answers = {point: said(point) for point in itertools.product(*space)}
    for point in chance.sample(sorted(answers, key=repr), min(12, len(answers))):
        result = model.evaluate("D", dict(zip(names, point, strict=True)))
        if any(problem.serious for problem in result.problems):
            continue
        card = decision_card(model, result)
        now = answers[point]
        assert card.outcome == (now or "nothing")
        single = [
            (at, value)
            for at in range(len(kinds))
            for value in space[at]
            if (value is not None or "null" in str(rules))
            and answers[*point[:at], value, *point[at + 1 :]] not in {now, None}
        ]
        shown_rules = f"{policy} {rules} at {point}: {card.sentence}"
        if card.flip is None:
            opaque = any("? *" in cell or "starts" in cell for rule in rules for cell in rule)
            assert opaque or "c0" in str(rules) or not single, shown_rules
            continue
        changed = list(point)
        for change in card.flip.changes:
            changed[names.index(change.title)] = change.example
            assert unary_tests(change.cell).evaluate(change.example) is True, shown_rules
        assert said(tuple(changed)) == card.flip.outcome != now, shown_rules
        for where in itertools.product(*(
            [
                value
                for value in space[at]
                if unary_tests(change.cell).evaluate(value) is True and not (value is None and change.cell == "-")
            ]
            for at, change in ((names.index(change.title), change) for change in card.flip.changes)
        )):  # fmt: skip
            everywhere = list(point)
            for change, value in zip(card.flip.changes, where, strict=True):
                everywhere[names.index(change.title)] = value
            if len(card.flip.changes) == 1 and "c0" not in str(rules):
                assert answers[tuple(everywhere)] == card.flip.outcome, shown_rules
        if single and not any(odd in str(rules) for odd in ("?", "starts", "c0")):
            assert len(card.flip.changes) == 1, shown_rules


ATOMS = ["input.a > 2", "input.a <= 1", "input.a = 2", "input.b in (1, 3)", "input.b between 1 and 2", 'input.t = "x"',
         'input.t != "x"', "input.ok", "not(input.ok)", "3 > input.b", "input.a > input.b", "input.a + input.b > 4",
         "input.a * 2 = 4"]  # fmt: skip
SPACE = {
    "a": [Decimal(n) / 2 for n in range(8)],
    "b": [Decimal(n) / 2 for n in range(8)],
    "t": ["x", "other"],
    "ok": [True, False],
}


def condition(chance: random.Random) -> str:
    atoms = chance.choices(ATOMS, k=chance.choice([1, 1, 2, 3]))
    text = chance.choice([" and ", " or "]).join(f"({atom})" for atom in atoms)
    return f"not({text})" if chance.random() < 0.2 else text


@pytest.mark.parametrize("seed", range(150))
def test_a_flip_of_conditions_is_true(seed: int) -> None:
    chance = random.Random(seed)
    conditions = [condition(chance) for _ in range(chance.choice([1, 2, 3]))]
    compiled = [compile_expression(text) for text in conditions]
    ways = [Way(f"W{at}", text) for at, text in enumerate(conditions)]

    def taken(given: dict[str, Any]) -> tuple[int | None, dict[str, Any]]:
        read: dict[str, Any] = {}
        for at, each in enumerate(compiled):
            value, reads = each.evaluate_traced({"input": given})
            read.update(reads)
            if value is True:
                return at, read
        return None, read

    for _ in range(10):
        given = {name: chance.choice(values) for name, values in SPACE.items()}
        chosen, read = taken(given)
        card = conditions_card(ways, "None", chosen, read)
        told = f"{conditions} with {given}: {card.sentence}"
        single = [
            name for name, values in SPACE.items() for value in values
            if f"input.{name}" in read and taken({**given, name: value})[0] != chosen
        ]  # fmt: skip
        if card.flip is None:
            # Values that no condition looked at are not known, and sums of values are not understood.
            known = all(f"input.{name}" in read for name in SPACE if f"input.{name}" in str(conditions))
            assert not single or not known or any(" > input.b" in c or "*" in c or "+" in c for c in conditions), told
            continue
        changes = {change.path[-1]: change for change in card.flip.changes}
        everywhere = itertools.product(*(
            [(name, value) for value in SPACE[name] if unary_tests(change.cell).evaluate(value) is True]
            for name, change in changes.items()
        ))  # fmt: skip
        points = [dict(point) for point in everywhere] if len(changes) == 1 else []
        for point in [*points, {name: change.example for name, change in changes.items()}]:
            then, _ = taken({**given, **point})
            if card.flip.outcome is None:
                assert then != chosen, told
            else:
                assert card.flip.outcome == ("None" if then is None else f"W{then}"), told
                assert then != chosen, told
