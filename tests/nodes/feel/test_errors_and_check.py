"""What people are told: errors with their place and a way out, and findings before anything runs."""

from __future__ import annotations

import pytest

from nodes.feel import FeelError, FeelSyntaxError, FeelValueError, check, compile_expression, from_python
from nodes.feel.check import CODES

SCOPE = {
    "input": {"claim": {"amount": "number", "opened on": "date"}, "items": [{"price": "number", "kind": "string"}]},
    "tier": "string",
    "amount": "number",
    "flag": "boolean",
    "anything": None,
}


@pytest.mark.parametrize(
    ("text", "line", "column", "says"),
    [
        ('tier == "gold"', 1, 6, 'Did you mean `tier = "gold"`?'),
        ("a &&\nb", 1, 3, "`and`"),
        ("a ||\nb", 1, 3, "`or`"),
        ("!a", 1, 1, "not(...)"),
        ("a %\n2", 1, 3, "modulo"),
        ("x = 'gold'", 1, 5, "double quotes"),
        ("a <> b", 1, 3, "Did you mean `a != b`?"),
        ("a => b", 1, 3, "Did you mean `a >= b`?"),
        ("a ? b : c", 1, 3, "if condition then a else b"),
        ("=a + 1", 1, 1, "Leave the `=` out"),
        ("if a then b", 1, 12, "`else` is missing"),
        ("1 +\n  ", 2, 3, "A value is missing before the end"),
        ("(1", 1, 3, "`)` is missing"),
        ('"abc', 1, 1, "never ends"),
        ("[1, 2", 1, 6, "`]` is missing"),
        ("{a: 1, a: 2}", 1, 8, "stands twice"),
        ("f(a: 1, 2)", 1, 9, "all by name or all by position"),
        ('@"2026-13-01"', 1, 2, "no date, time or duration"),
        ("a.[1]", 1, 3, "name of a property"),
        ("1 2", 1, 3, "operator missing"),
        ("for x in xs", 1, 12, "`return` is missing"),
        ("x in", 1, 5, "A value is missing"),
        ("a instance number", 1, 12, "`of` is missing"),
        ("", 1, 1, "A value is missing"),
        ("\n\n ]", 3, 3, "A value is missing"),
        ('"\\uD83D"', 1, 1, "lone surrogate"),
    ],
)
def test_syntax_errors_say_what_where_and_how_to_go_on(text, line, column, says):
    with pytest.raises(FeelSyntaxError) as caught:
        compile_expression(text)
    error = caught.value
    assert (error.line, error.column, error.text) == (line, column, text)
    assert says in str(error)
    assert "\n" not in str(error).replace(text, "")
    assert str(error).startswith(f"Line {line}, column {column}: ")
    assert check(text)[0][:4] == ("syntax", error.message, line, column)


def test_a_known_name_beside_another_lacks_an_operator():
    with pytest.raises(FeelSyntaxError, match="operator missing"):
        compile_expression("amount tier", ["amount", "tier"])


@pytest.mark.parametrize(
    ("text", "code", "place", "suggestion"),
    [
        ("tier = gold", "unknown_name", "gold", 'Did you mean the text `"gold"`?'),
        ("amuont > 5", "unknown_name", "amuont", "Did you mean `amount`?"),
        ("flag = True", "unknown_name", "True", "FEEL writes `true`."),
        ("input.claim.amout > 5", "unknown_property", "input.claim.amout", "Did you mean `amount`?"),
        ("input.claim.opened on.yaer", "unknown_property", "input.claim.opened on.yaer", "Did you mean `year`?"),
        ("sum(input.items.prise)", "unknown_property", "input.items.prise", "Did you mean `price`?"),
        ('input.items[knd = "a"]', "unknown_name", "knd", "Did you mean `kind`?"),
        ("cuont([1])", "unknown_function", "cuont", "Did you mean `count`?"),
        ('substring("a")', "arguments", 'substring("a")', "Write `substring(string, start position, [length])`."),
        ("upper case(amount)", "arguments", "amount", None),
        ("tier > 5", "types", "tier > 5", "Convert one of them first."),
        ('"a" + amount', "types", '"a" + amount', "Make it a text with `string(...)` first."),
        ("-tier", "types", "-tier", None),
        ("if tier then 1 else 2", "not_boolean", "tier", None),
        ("flag and amount", "not_boolean", "amount", None),
        ('function() external {java: {}}', "external", "function() external {java: {}}", "Write it in FEEL."),
    ],
)  # fmt: skip
def test_findings(text, code, place, suggestion):
    (found,) = check(text, SCOPE)
    assert code in CODES
    assert found.code == code
    assert text[found.column - 1 : found.column - 1 + found.length] == place
    assert suggestion is None or suggestion in (found.suggestion or "")


def test_what_the_types_of_parameters_tell_is_checked_in_the_body():
    (found,) = check("(function(a: string) a + 1)(tier)", SCOPE)
    assert (found.code, found.column) == ("types", 22)
    assert check("(function(a: number) a + 1)(amount)", SCOPE) == []


def test_a_pattern_that_does_not_work_is_found_with_its_reason():
    (found,) = check('matches(tier, "a(?=b)")', SCOPE)
    assert (found.code, found.column) == ("pattern", 15)
    assert found.suggestion is not None
    assert "Look-around" in found.suggestion
    assert check('matches(tier, "a b", "x")', SCOPE) == []
    assert [each.code for each in check('matches(tier, "a b", "z")', SCOPE)] == ["pattern"]


@pytest.mark.parametrize(
    "text",
    [
        'amount > 500 and tier in ("gold", "platinum")',
        "input.items[price > amount].kind",
        "input.items[1].price + 1",
        "for i in input.items return i.price",
        "some i in input.items satisfies i.kind = tier",
        "anything.what.ever[x > 3](1)",
        "anything + 1 > 3",
        "input.claim.opened on + duration(\"P1D\")",
        "today() - input.claim.opened on",
        "{a: 1, b: a + 1}.b",
        "(function(x) x + amount)(1)",
        "count(input.items) > 0 and not(flag)",
        'if flag then "a" else null',
        "sort(input.items, function(x, y) x.price < y.price)",
    ],
)  # fmt: skip
def test_nothing_is_said_about_what_is_right(text):
    assert check(text, SCOPE) == []


def test_all_findings_come_at_once_in_the_order_of_the_text():
    found = check("amuont > 5 and teir = flag\n  and foo(1)", SCOPE)
    assert [(f.code, f.line) for f in found] == [("unknown_name", 1), ("unknown_name", 1), ("unknown_function", 2)]


def test_without_a_scope_no_name_is_unknown():
    assert check("whatever.it > is") == []
    assert [f.code for f in check("substring(x)")] == ["arguments"]


def test_cells_are_checked_too():
    assert [found.code for found in check('"gold", silver', SCOPE, cell=True)] == ["unknown_name"]
    assert check("< 5, [7..9]", SCOPE, cell=True) == []
    assert check("<", SCOPE, cell=True)[0].code == "syntax"


@pytest.mark.parametrize("value", [float("nan"), float("inf"), object(), {1: 2}, b"x", lambda: 0, 10**4000])
def test_values_that_feel_does_not_know_are_refused(value):
    with pytest.raises(FeelValueError):
        from_python(value)
    if not isinstance(value, dict):
        with pytest.raises(FeelError):
            compile_expression("x + 1").evaluate({"x": value})


def test_from_python_normalises_deeply():
    assert from_python({"a": (1, 2.5, [True])}) == {"a": [1, __import__("decimal").Decimal("2.5"), [True]]}
    deep: list = []
    for _ in range(100):
        deep = [deep]
    with pytest.raises(FeelValueError, match="nested"):
        from_python(deep)
