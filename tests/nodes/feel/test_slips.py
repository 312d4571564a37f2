"""What newcomers write, and the text that they are offered instead: it always is FEEL, and says what they meant."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nodes.feel import FeelSyntaxError, check, compile_expression, parse_template, unary_tests
from nodes.feel.cell_slips import mended_cell
from nodes.feel.slips import LONGEST, mended
from tests.effort import effort_below

SCOPE = {
    "tier": "string",
    "amount": "number",
    "paid": "boolean",
    "opened": "date",
    "first name": "string",
    "claim": {"total": "number", "items": [{"price": "number"}]},
}

OFFERED = [
    ('tier == "gold"', 'tier = "gold"'),
    ('tier !== "gold"', 'tier != "gold"'),
    ("amount => 5 && !paid", "amount >= 5 and not(paid)"),
    ("paid || amount =< 5", "paid or amount <= 5"),
    ("tier = 'gold'", 'tier = "gold"'),
    ("tier = “gold”", 'tier = "gold"'),
    ('tier := "gold"', 'tier = "gold"'),
    ('tier = "gold', 'tier = "gold"'),
    ("tier is null", "tier = null"),
    ("tier is not null", "tier != null"),
    ('tier is "gold"', 'tier = "gold"'),
    ("amount > 5 or < 3", "amount > 5 or amount < 3"),
    ("[1, 2,]", "[1, 2]"),
    ("max(1, 2,)", "max(1, 2)"),
    ("{a: 1,}", "{a: 1}"),
    ("amount > 5,", "amount > 5"),
    ("amount > 5;", "amount > 5"),
    ("=amount", "amount"),
    ("not paid", "not(paid)"),
    ('tier not in ("a", "b")', 'not(tier in ("a", "b"))'),
    ("amount not between 1 and 5", "not(amount between 1 and 5)"),
    ("IF paid THEN 1 ELSE 2", "if paid then 1 else 2"),
    ("paid AND amount > 5", "paid and amount > 5"),
    ("amount > 5 ? 1 : 2", "if amount > 5 then 1 else 2"),
    ("if (amount > 5) 1 else 2", "if (amount > 5) then 1 else 2"),
    ("if amount > 5 { 1 } else { 2 }", "if amount > 5 then 1 else 2"),
    ("if paid then 1", "if paid then 1 else null"),
    ("if paid then 1 elif amount > 5 then 2 else 3", "if paid then 1 else if amount > 5 then 2 else 3"),
    ("paid then 1 else 2", "if paid then 1 else 2"),
    ("amount % 2 = 0", "modulo(amount, 2) = 0"),
    ("amount mod 2", "modulo(amount, 2)"),
    ("amount ^ 2", "amount ** 2"),
    ("amount > 5%", "amount > 5 / 100"),
    ("amount > 1,000", "amount > 1000"),
    ("amount > 1.000,50", "amount > 1000.50"),
    ("amount > 1,50", "amount > 1.50"),
    ("amount > 100 EUR", "amount > 100"),
    ("opened > 01.05.2026", 'opened > @"2026-05-01"'),
    ('tier equals "gold"', 'tier = "gold"'),
    ("amount is greater than 5", "amount > 5"),
    ("amount is greater than or equal to 5", "amount >= 5"),
    ("amount is at most 5 AND paid", "amount <= 5 and paid"),
    ('tier is not equal to "gold"', 'tier != "gold"'),
    ('"Dear " & tier', '"Dear " + tier'),
    ('tier & " customer"', 'tier + " customer"'),
    ("if(paid, 1, 2)", "if paid then 1 else 2"),
    ("{amount} > 5", "amount > 5"),
    ("amount in 1..5", "amount in [1..5]"),
    ("amount in [1 to 5]", "amount in [1..5]"),
    ("amount between (1, 5)", "amount between 1 and 5"),
    ('tier contains "g"', 'contains(tier, "g")'),
    ("amount ≥ 5", "amount >= 5"),
    ("amount – 5", "amount - 5"),
    ("amount > 1\u00a0000", "amount > 1000"),
    ("tier = ‘gold’", 'tier = "gold"'),
    ('tier startsWith "g"', 'starts with(tier, "g")'),
    ('contains(tier "g")', 'contains(tier, "g")'),
    ('tier in ["gold" "silver"]', 'tier in ["gold", "silver"]'),
    ('tier ?? "x"', 'if tier != null then tier else "x"'),
    ("claim?.total", "claim.total"),
    ("${tier}", "tier"),
    ("opened + 5 days", 'opened + @"P5D"'),
    ("for x of claim.items return x", "for x in claim.items return x"),
    ("for (x in claim.items) return x.price", "for x in claim.items return x.price"),
    ("lambda x: x + 1", "function(x) x + 1"),
    ("sum(claim.items.price", "sum(claim.items.price)"),
    ("(amount > 5))", "(amount > 5)"),
    ("amount instance number", "amount instance of number"),
    ("tier = 'it is not && here' && paid", 'tier = "it is not && here" and paid'),
]


@pytest.mark.parametrize(("text", "instead"), OFFERED)
def test_what_was_meant_is_offered_whole(text: str, instead: str) -> None:
    with pytest.raises(FeelSyntaxError) as caught:
        compile_expression(text, list(SCOPE))
    assert (caught.value.suggestion or "").endswith(f"Did you mean `{instead}`?")
    assert f"Did you mean `{instead}`?" in str(caught.value)
    (found,) = check(text, SCOPE)
    assert found.suggestion == caught.value.suggestion
    assert found.instead == (0, len(text), instead)
    compile_expression(instead, list(SCOPE))


@pytest.mark.parametrize(
    ("text", "mended_text"),
    [
        ('tier = "gold" or "silver" or "none"', 'tier in ("gold", "silver", "none")'),
        ('paid and (tier = "gold" or "silver")', 'paid and (tier in ("gold", "silver"))'),
        ("contains(tier, gold)", 'contains(tier, "gold")'),
        ("paid and tier = gold", 'paid and tier = "gold"'),
        ("paid and today > opened", "paid and today() > opened"),
        ('paid and opened > "2026-01-01"', 'paid and opened > @"2026-01-01"'),
        ("opened > 2026-01-01 and paid", 'opened > @"2026-01-01" and paid'),
        ("unclear > 2026-01-01 and paid", 'unclear > @"2026-01-01" and paid'),
        ('amount = "5" or paid', "amount = 5 or paid"),
        ('paid or opened > date("01.05.2026")', 'paid or opened > date("2026-05-01")'),
        ("paid = TRUE and amount > 1", "paid = true and amount > 1"),
        ("paid = yes", "paid = true"),
        ("amount > €100", "amount > 100"),
        ("paid and claim.totl > 5", "paid and claim.total > 5"),
        ("total > 5", "claim.total > 5"),
        ("claim.total is empty or paid", "claim.total = null or paid"),
        ("claim.total is not empty", "claim.total != null"),
        ("SUM(claim.items.price) > 5", "sum(claim.items.price) > 5"),
    ],
)
def test_a_suggestion_takes_the_place_of_what_was_wrong_and_of_nothing_else(text: str, mended_text: str) -> None:
    found = next(one for one in check(text, {**SCOPE, "unclear": None}) if one.instead is not None)
    assert found.instead is not None
    start, length, wanted = found.instead
    assert text[:start] + wanted + text[start + length :] == mended_text
    compile_expression(mended_text, list(SCOPE))


def test_an_entry_that_hides_a_value_of_its_name_is_told() -> None:
    (found,) = check("{claim: tier, total: claim.total}", SCOPE)
    assert found.message == "There is no `total` in `claim`."
    assert found.suggestion == "`claim` is what the expression itself calls so here. Call that otherwise."


def test_what_there_is_is_said_where_nothing_is_alike() -> None:
    (found,) = check("claim.zebra > 5", SCOPE)
    assert found.message == "There is no `zebra` in `claim`."
    assert found.suggestion == "There are `total`, `items`."
    assert found.instead is None


@pytest.mark.parametrize(
    ("text", "code", "suggestion"),
    [
        ('tier = "gold" or "silver"', "not_boolean", 'Did you mean `tier in ("gold", "silver")`?'),
        ("tier = gold", "unknown_name", 'Did you mean the text `"gold"`?'),
        ("today > opened", "types", "Did you mean `today()`?"),
        ('opened > "2026-01-01"', "types", 'Did you mean `@"2026-01-01"`?'),
        ("opened > 2026-01-01", "types", 'Did you mean `@"2026-01-01"`?'),
        ('amount = "5"', "types", "Did you mean `5`?"),
        ('paid = "true"', "types", "Did you mean `true`?"),
        ("5 < amount < 10", "types", "Write `5 < amount and amount ...`, or `amount in (low..high)`."),
        ("opened + 5", "types", 'as `@"P1D"` for one day'),
        ("tier.length", "unknown_property", "`string length(text)`"),
        ("len(tier)", "unknown_function", "`string length(text)`"),
        ("coalesce(tier, 1)", "unknown_function", "`if a != null then a else b`"),
        ("claim.items[0]", "position", "Write `[1]` for the first."),
        ('date("01.05.2026")', "arguments", 'Did you mean `date("2026-05-01")`?'),
        ("date(2026-05-01)", "arguments", 'Did you mean `date("2026-05-01")`?'),
        ('duration("5 days")', "arguments", 'Write `duration("P1DT2H")`.'),
        ("paid = TRUE", "unknown_name", "FEEL writes `true`."),
        ("tier = NULL", "unknown_name", "FEEL writes `null`."),
    ],
)
def test_what_is_feel_but_was_meant_otherwise_is_found(text: str, code: str, suggestion: str) -> None:
    (found,) = check(text, SCOPE)
    assert found.code == code
    assert suggestion in (found.suggestion or "")


WORDS = ["a", "not", "is", "in", "(", ")", "[", "]", "{", "}", '"x"', "'x'", "5", "%", "==", "&&", "!", "if", "then",
         "else", "?", ":", "..", ",", "days", "or", "<", "mod", "contains", "\n", '"', "\\"]  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(WORDS), max_size=25).map(" ".join) | st.text(max_size=60))
def test_whatever_is_offered_is_feel(text: str) -> None:
    found = mended(text)
    if found is not None:
        assert found[0] != text
        compile_expression(found[0])
    cell = mended_cell(text)
    if cell is not None:
        assert cell[0] != text
        unary_tests(cell[0])


def test_texts_and_long_texts_are_left_alone() -> None:
    assert mended("x == 'a' " + " " * LONGEST) is None
    with pytest.raises(FeelSyntaxError) as caught:
        parse_template("Dear {name} == {a b c d == e}")
    assert "Did you mean" not in (caught.value.suggestion or "")
    with pytest.raises(FeelSyntaxError) as caught:
        unary_tests("=> 5")
    assert (caught.value.suggestion or "").endswith("Did you mean `>= 5`?")


def test_a_suggestion_costs_nothing_until_somebody_asks_and_then_little() -> None:
    with effort_below(2_000):
        for text in ("(" * 290, "not " * 70, "a.b" * 90 + " in", "1 " * 140, "x ? " * 70, "a < b or < " * 25):
            mended(text)


@pytest.mark.parametrize(
    ("cell", "meant"),
    [
        (">= 100 and <= 200", "[100..200]"),
        ("<= 200 and > 100", "(100..200]"),
        (">5 && <10", "(5..10)"),
        ("> 5 or < 2", "> 5, < 2"),
        ("5 to 10", "[5..10]"),
        ("18 – 65", "[18..65]"),
        ("between 1 and 2", "[1..2]"),
        ('>= @"2026-01-01" and < @"2026-02-01"', '[@"2026-01-01"..@"2026-02-01")'),
        (">= 2026-01-01 and < 2026-02-01", '[@"2026-01-01"..@"2026-02-01")'),
        ("≥ 5", ">= 5"),
        ("at least 5", ">= 5"),
        ("5+", ">= 5"),
        ("up to 1,000", "<= 1000"),
        ("over 5", "> 5"),
        ('"a";"b"', '"a", "b"'),
        ("'a' or 'b'", '"a", "b"'),
        ('"b; c";"a or b"', '"b; c", "a or b"'),
        ('not "a"', 'not("a")'),
        ('in ("a", "b")', '"a", "b"'),
        ("LIKE 'A%'", 'starts with(?, "A")'),
        ("like '%A'", 'ends with(?, "A")'),
        ("LIKE '%A%'", 'contains(?, "A")'),
        ("NOT LIKE 'A%'", 'not(starts with(?, "A"))'),
        ("LIKE 'A_C%'", 'matches(?, "^A.C.*$")'),
        ("LIKE 'A'", '"A"'),
        ("LIKE '5'", '"5"'),
        ("LIKE 'a.*_'", None),
        ("contains 'A'", 'contains(?, "A")'),
        ("NOT IN ('a','b')", 'not("a", "b")'),
        ("NOT BETWEEN 1 AND 5", "not([1..5])"),
        ("BETWEEN 1,5 AND 2,5", "[1.5..2.5]"),
        ("[1,5..2,5]", "[1.5..2.5]"),
        ("100,5..200,5", "[100.5..200.5]"),
        ("≥ 1,5", ">= 1.5"),
        ("> −5", "> -5"),
        ("–5", "-5"),
        ("> 1\u00a0000", "> 1000"),
        ("<> ‘x’", '!= "x"'),
        ("= «x»", '= "x"'),
        ("*", "-"),
        ("5,,6", None),
        ("100-200 EUR", None),
    ],
)
def test_a_cell_of_a_spreadsheet_is_understood(cell: str, meant: str | None) -> None:
    if meant is not None:
        unary_tests(meant)
    with pytest.raises(FeelSyntaxError) as caught:
        unary_tests(cell)
    assert caught.value.meant == meant
    assert meant is None or f"Did you mean `{meant}`?" in (caught.value.suggestion or "")


def test_what_a_long_cell_meant_is_not_searched_for_long() -> None:
    for piece in ("a not in ", "> 5 or ", '"x";', "1 to ", "not "):
        with effort_below(500):
            with pytest.raises(FeelSyntaxError) as caught:
                unary_tests((piece * 100)[:290] + "&&")
            assert caught.value.meant is None
