"""Models broken by chance: whatever comes of it, nothing but our errors leaves, and what opens answers."""

from __future__ import annotations

import datetime as dt
import random
import re

import pytest

from nodes.dmn import DmnError, model_text, parse_model
from tests.conftest import Storm
from tests.nodes.dmn.models import decision, definitions, input_element, knowledge, literal, table

RANKS = {"allowed": '"b", "a"'}
DISCOUNTS = [["> 5", '"gold"', "Rate(1)"], ["[1..5]", "-", "0"]]
PRICE = "{net: Amount * (1 - Discount), all: for r in Ranked return r}"
WHOLE = definitions(
    '<itemDefinition name="tTier"><typeRef>string</typeRef><allowedValues><text>"gold", "silver"</text></allowedValues>'
    "</itemDefinition>",
    input_element("Amount", "number"),
    input_element("Tier", "tTier"),
    knowledge("Rate", [("years", "number")], literal("if years > 5 then 0.1 else Rate(years + 1)")),
    decision("Discount", table(["Amount", "Tier"], DISCOUNTS), ["Amount", "Tier"], ["Rate"]),
    decision("Ranked", table(["Amount"], [["> 1", '"a"'], ["not(1, 2)", '"b"']], "OUTPUT ORDER", [RANKS]), ["Amount"]),
    decision("Price", literal(PRICE), ["Amount", "!Discount", "!Ranked"]),
    f"<decision id='e' name='E'><filter><in>{literal('[1, 2]')}</in><match>{literal('item > 1')}</match></filter>"
    "</decision>",
    '<decisionService id="s" name="S"><outputDecision href="#_Price"/><inputDecision href="#_Ranked"/>'
    '<inputData href="#_Amount"/><inputData href="#_Tier"/></decisionService>',
)  # fmt: skip
NOW = dt.datetime(2026, 11, 20, tzinfo=dt.UTC)
PIECES = [
    "<",
    ">",
    "&lt;",
    '"',
    "(",
    ")",
    "[1..",
    "not(",
    "-",
    "#",
    "null",
    "?",
    "COLLECT",
    "FIRST",
    "Java",
    "list",
    "é",
]
VALUES = [None, 3, 10, "gold", "x", [3], {"a": 1}, dt.date(2026, 5, 1), True]


def broken(whole: str, chance: random.Random) -> str:
    """The text with one to three wounds: a sign replaced, a piece cut out, a word put in another's place."""
    for _ in range(chance.randint(1, 3)):
        at = chance.randrange(len(whole))
        wound = chance.random()
        if wound < 0.3:
            whole = whole[:at] + chance.choice(PIECES) + whole[at + 1 :]
        elif wound < 0.5:
            whole = whole[:at] + whole[at + chance.randint(1, 80) :]
        else:
            words = list(re.finditer(r"\w{3,}", whole))
            out, other = chance.choice(words), chance.choice(words)
            whole = whole[: out.start()] + other[0] + whole[out.end() :]
    return whole


def ask(text: str, chance: random.Random) -> bool:
    """Read, evaluate all, write; whether the model opened."""
    try:
        model = parse_model(text)
    except DmnError:
        return False
    inputs = {name: chance.choice(VALUES) for name in model.inputs}
    for invoke, names in ((model.evaluate, model.decisions), (model.invoke_service, model.services)):
        for name in names:
            try:
                result = invoke(name, inputs, now=NOW)
            except DmnError:
                continue
            for fired in result.fired:
                assert all(cell.held is True for cell in fired.cells())
    again = parse_model(model_text(model))
    assert [problem.code for problem in again.problems] == [problem.code for problem in model.problems]
    return True


def test_nothing_but_our_errors_leaves_broken_models() -> None:
    chance = random.Random(7)
    opened = sum(ask(broken(WHOLE, chance), chance) for _ in range(300))
    assert 20 < opened < 300
    assert ask(WHOLE, chance)


@pytest.mark.storm
def test_broken_models_in_storm(storm: Storm) -> None:
    while storm.going():
        opened = ask(broken(WHOLE, storm.random), storm.random)
        storm.count("broken decision models that opened" if opened else "broken decision models refused")
