"""Files and models made to do harm: each is refused or stopped, soon, by an error that names the reason."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from nodes.dmn import DecisionError, DmnError, DmnReadError, parse_model, read_model
from nodes.feel import Budget
from tests.effort import effort_below
from tests.nodes.dmn.models import (
    DMN_15,
    decision,
    definitions,
    input_element,
    knowledge,
    literal,
    model_of,
    table,
    text,
)

HEAD = f'<definitions xmlns="{DMN_15}" namespace="n" name="m">'


def refused(content: str | bytes) -> DmnReadError:
    with pytest.raises(DmnReadError) as caught:
        parse_model(content, source="evil.dmn")
    return caught.value


@pytest.mark.parametrize(
    "content",
    [
        '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;">]>' + HEAD + "&b;</definitions>",
        '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/hostname">]>' + HEAD + "&f;</definitions>",
        '<!DOCTYPE x SYSTEM "http://example.org/x.dtd">' + HEAD + "</definitions>",
        '<!DOCTYPE definitions>' + HEAD + "</definitions>",
    ],
    ids=["entities", "file", "network", "harmless"],
)  # fmt: skip
def test_a_doctype_is_refused_whatever_is_in_it(content: str) -> None:
    error = refused(content)
    assert (error.limit, error.source, error.line) == ("doctype", "evil.dmn", 1)


@pytest.mark.parametrize(
    ("content", "limit"),
    [
        (HEAD + "<a>" * 5_000 + "</a>" * 5_000 + "</definitions>", "depth"),
        (HEAD + "<decision><context><contextEntry>" * 2_000, "depth"),
        (HEAD + "<a/>" * 500_000 + "</definitions>", "elements"),
        (HEAD + "<a " + " ".join(f'a{n}="1"' for n in range(5_000)) + "/></definitions>", "attributes"),
        (HEAD + "x" * 25 * 1024 * 1024 + "</definitions>", "bytes"),
    ],
    ids=["deep", "deep boxes", "many", "attributes", "large"],
)
def test_files_beyond_a_limit_are_refused_where_they_go_beyond(content: str, limit: str) -> None:
    with effort_below(3_000):
        assert refused(content).limit == limit


def test_a_table_of_a_million_cells_is_refused() -> None:
    rule = "<rule>" + "<inputEntry/>" * 990 + "<outputEntry/>" * 10 + "</rule>"
    columns = "<input/>" * 990 + "<output/>" * 10
    content = HEAD + f'<decision name="D"><decisionTable>{columns}{rule * 160}</decisionTable></decision></definitions>'
    assert refused(content).limit == "cells"
    whole = content.replace(rule * 160, rule * 1_000)
    with effort_below(2_000):
        assert refused(whole).limit == "elements"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "not XML"),
        ("no xml", "not XML"),
        ("<a", "not XML"),
        (b"\xff\xfe\x00", "not XML"),
        (b'<?xml version="1.0" encoding="no-such"?><a/>', ""),
        ('<?xml version="1.0" encoding="shift_jis"?><a/>'.encode("shift_jis"), "save it as UTF-8"),
        ('<?xml version="1.0" encoding="utf-16-le"?><!DOCTYPE a><a/>'.encode("utf-16-le"), "save it as UTF-8"),
        ("<!DOCTYPE a><a/>".encode("utf-16"), "DOCTYPE"),
        ("<!DOCTYPE a><a/>".encode("utf-32"), "not XML"),
        ('<?xml version="1.0" encoding="cp037"?><!DOCTYPE a><a/>'.encode("cp037"), "not XML"),
        ("<html/>", "not a decision model"),
        (f'<decision xmlns="{DMN_15}"/>', "not a decision model"),
        ('<definitions xmlns="http://www.omg.org/spec/DMN/20151101/dmn.xsd"/>', "DMN 1.1"),
        ('<definitions xmlns="https://www.omg.org/spec/DMN/20240513/MODEL/"/>', "DMN 1.6"),
        ("<x:definitions/>", "prefix `x`"),
        (HEAD + "\ud800</definitions>", "encoding"),
    ],
)
def test_what_is_no_model_is_refused_with_the_reason(content: str | bytes, said: str) -> None:
    assert said in str(refused(content))


def test_a_file_that_is_not_there_is_said_by_its_name(tmp_path: Path) -> None:
    with pytest.raises(DmnReadError, match=r"rules\.dmn: The file can't be read: No such file"):
        read_model(tmp_path / "rules.dmn")


def test_decisions_that_require_each_other_are_refused_by_name() -> None:
    content = definitions(
        decision("A", literal("B"), ["!B"]), decision("B", literal("C"), ["!C"]), decision("C", literal("A"), ["!A"])
    )
    assert "`A` → `B` → `C` → `A`" in str(refused(content))


def test_knowledge_and_services_that_require_each_other_are_refused() -> None:
    assert "circle" in str(
        refused(definitions(knowledge("f", [], literal("g()"), ["g"]), knowledge("g", [], literal("f()"), ["f"])))
    )
    service = '<decisionService id="s" name="s"><variable name="s"/><outputDecision href="#_D"/></decisionService>'
    assert "circle" in str(refused(definitions(service, decision("D", literal("s()"), (), ["#s"]))))
    assert "circle" in str(refused(definitions(decision("D", literal("D"), ["!D"]))))


def test_models_that_import_each_other_are_refused(tmp_path: Path) -> None:
    def importing(own: str, other: str) -> str:
        return definitions(f'<import name="x" namespace="{other}" importType="{DMN_15}"/>', namespace=own)

    (tmp_path / "a.dmn").write_text(importing("a", "b"), encoding="utf-8")
    (tmp_path / "b.dmn").write_text(importing("b", "a"), encoding="utf-8")
    with pytest.raises(DmnReadError, match="circle"):
        read_model(tmp_path / "a.dmn", [tmp_path / "a.dmn", tmp_path / "b.dmn"])


def test_a_long_chain_of_decisions_is_evaluated_and_not_recursed_into() -> None:
    chain = [decision("D0", literal("1"))]
    chain += [decision(f"D{n}", literal(f"D{n - 1} + 1"), [f"!D{n - 1}"]) for n in range(1, 3_000)]
    assert model_of(*reversed(chain)).evaluate("D2999", {}).value == 3_000


def test_types_that_use_one_another_many_times_are_not_written_out() -> None:
    """Each of forty types has ten parts of the next: as one text they would be longer than any memory."""
    types = "".join(
        f'<itemDefinition name="t{at}">'
        + "".join(f'<itemComponent name="c{part}"><typeRef>t{at + 1}</typeRef></itemComponent>' for part in range(10))
        + "</itemDefinition>"
        for at in range(40)
    )
    with effort_below(3_000):
        model = model_of(
            types,
            knowledge("Take", [("x", "t0")], literal("x")),
            decision("D", literal("{} instance of t0 or Take({}) != null or Take instance of function<t0> -> t0"),
                     knows=["Take"], type_ref="boolean"),
        )  # fmt: skip
        assert model.evaluate("D", {}).value in {True, False, None}


def test_types_made_of_themselves_do_not_go_round_for_ever() -> None:
    types = (
        '<itemDefinition name="tA"><typeRef>tB</typeRef></itemDefinition>'
        '<itemDefinition name="tB"><typeRef>tA</typeRef></itemDefinition>'
        '<itemDefinition name="tL" isCollection="true"><typeRef>tL</typeRef></itemDefinition>'
    )
    value: Any = 1
    for _ in range(60):
        value = [value]
    model = model_of(
        types, input_element("x", "tL"), input_element("y", "tA"),
        decision("D", literal("x instance of tL and y instance of tA"), ["x", "y"]),
    )  # fmt: skip
    assert {problem.code for problem in model.problems} == {"type"}
    assert model.evaluate("D", {"x": value, "y": 1}).value in {True, False, None}


ATTACKS = {
    "loop": literal("count(for i in 1..30000000 return i)"),
    "loops": literal("count(for i in 1..1000, j in 1..1000, k in 1..1000 return 1)"),
    "partial": literal("for i in 1..100000 return partial"),
    "recursion": "<context><contextEntry><variable name='f'/><functionDefinition><formalParameter name='n'/>"
    + literal("f(n + 1)")
    + "</functionDefinition></contextEntry><contextEntry>"
    + literal("f(1)")
    + "</contextEntry></context>",
    "doubling": "<context><contextEntry><variable name='f'/><functionDefinition><formalParameter name='n'/>"
    + literal("if n = 0 then 1 else f(n - 1) + f(n - 1)")
    + "</functionDefinition></contextEntry><contextEntry>"
    + literal("f(25)")
    + "</contextEntry></context>",
    "boxed loop": "<for iteratorVariable='i'><in>"
    + literal("for i in 1..90000 return i")
    + "</in><return>"
    + literal("for j in 1..90000 return j")
    + "</return></for>",
    "boxed partial": "<for iteratorVariable='i'><in>"
    + literal("for i in 1..90000 return i")
    + "</in><return>"
    + literal("partial")
    + "</return></for>",
    "growing text": literal('string join(for i in 1..90000 return "aaaaaaaaaaaaaaaaaaaaaaaa")'),
}


@pytest.mark.parametrize("logic", ATTACKS.values(), ids=ATTACKS.keys())
def test_logic_without_end_is_stopped_by_an_error_that_names_the_limit(logic: str) -> None:
    model = model_of(decision("D", logic))
    with effort_below(2_000), pytest.raises(DecisionError) as caught:
        model.evaluate("D", {})
    assert caught.value.limit in {"steps", "depth", "list_items", "text_size"}
    assert "`D`" in str(caught.value)


def test_knowledge_that_calls_itself_for_ever_is_stopped() -> None:
    model = model_of(knowledge("f", [("n", "number")], literal("f(n + 1)")), decision("D", literal("f(1)"), (), ["f"]))
    with pytest.raises(DecisionError) as caught:
        model.evaluate("D", {})
    assert caught.value.limit == "depth"


def test_depth_is_counted_and_ends_alike_on_every_machine() -> None:
    down = knowledge("f", [("n", "number")], literal("if n = 0 then 0 else f(n - 1)"))
    model = model_of(down, decision("D", literal("f(12)"), (), ["f"]))
    assert model.evaluate("D", {}).value == 0
    with pytest.raises(DecisionError) as caught:
        model.evaluate("D", {}, budget=Budget(depth=60))
    assert (caught.value.limit, "60" in str(caught.value)) == ("depth", True)


def test_the_budget_is_one_for_all_that_a_decision_needs() -> None:
    """Many decisions that are each within the budget are not, together."""
    parts = [decision(f"D{n}", literal("count(for i in 1..1000 return i)")) for n in range(20)]
    parts.append(decision("All", literal("1"), [f"!D{n}" for n in range(20)]))
    model = model_of(*parts)
    few = Budget(steps=15_000)
    assert model.evaluate("D1", {}, budget=few).value == 1000
    with pytest.raises(DecisionError) as caught:
        model.evaluate("All", {}, budget=few)
    assert caught.value.limit == "steps"


@pytest.mark.parametrize("kind", ["Java", "PMML"])
def test_foreign_functions_are_refused_by_a_clear_problem(kind: str) -> None:
    java = literal('"java.lang.Math"')
    foreign = f'<context><contextEntry><variable name="class"/>{java}</contextEntry></context>'
    model = model_of(
        knowledge("f", [("n", "number")], foreign, kind=kind), decision("D", literal("f(1)"), (), ["f"]),
        decision("E", literal('function(a) external {java: {class: "java.lang.Math", method signature: "abs(int)"}}')),
    )  # fmt: skip
    assert [(problem.code, problem.place) for problem in model.problems] == [
        ("external", "decision `E`"),
        ("external", "function `f`"),
    ]
    assert "may not run foreign code" in str(model.problems[0])
    result = model.evaluate("D", {})
    assert result.value is None
    assert [problem.code for problem in result.problems] == ["external"]


@pytest.mark.parametrize(
    "value", [float("nan"), float("inf"), Decimal("NaN"), Decimal("Infinity"), object(), {1: 2}, 10**2000]
)
def test_values_that_nobody_can_take_are_refused_by_name(value: Any) -> None:
    with pytest.raises(DecisionError, match="The input `x`"):
        model_of(input_element("x"), decision("D", literal("x"), ["x"])).evaluate("D", {"x": value})


def test_a_result_shares_nothing_with_the_inputs_or_the_model() -> None:
    model = model_of(input_element("x"), decision("D", literal("[x, x]"), ["x"]))
    given = {"a": [1]}
    value = model.evaluate("D", {"x": given}).value
    value[0]["a"].append(2)
    assert given == {"a": [1]}
    assert value[1] == {"a": [1]}


OUTSIDE = [
    "<decision/>", "<inputData/>", "<businessKnowledgeModel name='x'/>", "<decisionService name='x'/>", "<import/>",
    "<itemDefinition name='t'/>", "<itemDefinition/>", "<decision name='D'/><decision name='D'/>",
    f"<itemDefinition name='t'><typeRef>string</typeRef><allowedValues>{text('< <')}</allowedValues></itemDefinition>",
]  # fmt: skip
INSIDE = [
    "<literalExpression/>", "<invocation/>", "<decisionTable/>", "<for/>", "<some/>", "<filter/>", "<list/>",
    "<conditional/>", "<relation/>", "<context><contextEntry/></context>", "<functionDefinition/>",
    "<decisionTable hitPolicy='X'><output/></decisionTable>",
    "<decisionTable aggregation='AVG' hitPolicy='COLLECT'><output/></decisionTable>",
    "<informationRequirement><requiredInput href='#no'/></informationRequirement>",
    "<informationRequirement><requiredInput/></informationRequirement>",
    "<literalExpression expressionLanguage='python'><text>1</text></literalExpression>",
    literal("1 +"), literal("(" * 10_000),
]  # fmt: skip


@pytest.mark.parametrize("piece", [*OUTSIDE, *(f"<decision name='D'>{inside}</decision>" for inside in INSIDE)])
def test_models_that_are_half_done_open_and_answer(piece: str) -> None:
    model = model_of(piece, decision("Other", literal("1")))
    assert model.evaluate("Other", {}).value == 1
    if "'D'" in piece:
        assert model.evaluate("D", {}).value in (None, [], {}) or "functionDefinition" in piece


def test_nothing_but_our_errors_leaves_for_cut_files() -> None:
    whole = definitions(
        input_element("x", "number"), decision("D", table(["x"], [["> 5", '"a"'], ["<= 5", '"b"']]), ["x"])
    )
    for end in range(0, len(whole), 7):
        with pytest.raises(DmnError):
            parse_model(whole[:end])
    opened = 0
    for start in range(0, len(whole) - 30, 5):
        try:
            model = parse_model(whole[:start] + whole[start + 11 :])
            model.evaluate("D", {"x": 6})
            opened += 1
        except DmnError:
            continue
    assert opened > 5
