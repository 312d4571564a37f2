"""Patterns as XPath has them (functions and operators 3.1, chapter 5.6), which DMN 1.5 refers to in table 78."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nodes.feel import compile_expression
from nodes.feel.patterns import PatternError, pattern_of
from nodes.feel.patterns.characters import variants
from tests.effort import effort_below

YES, NO, BROKEN = True, False, None


@pytest.mark.parametrize(
    ("pattern", "text", "flags", "answer"),
    [
        # back-references: the longest number of a group that there is, never one that is still open or in a class
        (r"(a)\1", "aA", "i", YES),
        (r"(a)\1", "aA", "", NO),
        (r"^(ab|c)x\1$", "cxab", "", NO),
        (r"^(ab|c)x\1$", "abxab", "", YES),
        (r"(a)b\10", "aba0", "", YES),
        (r"(a)(b)(c)(d)(e)(f)(g)(h)(i)(j)(k)\11", "abcdefghijkk", "", YES),
        (r"(a)?\1b", "b", "", YES),
        (r"(a\1)", "aa", "", BROKEN),
        (r"\1(a)", "aa", "", BROKEN),
        (r"(asd)[asd\1]", "asda", "", BROKEN),
        (r"[\0]", "a", "", BROKEN),
        # one class without another
        ("[A-Z-[OI]]", "B", "", YES),
        ("[A-Z-[OI]]", "I", "", NO),
        ("[A-Z-[OI]]", "b", "i", YES),
        ("[A-Z-[OI]]", "i", "i", NO),
        (r"[\w-[\d]]", "1", "", NO),
        (r"[\w-[\d]]", "x", "", YES),
        ("[^a-z-[0-5]]", "3", "", NO),
        ("[^a-z-[0-5]]", "7", "", YES),
        ("[a-z-[b-y-[m]]]", "m", "", YES),
        ("[a-z-[b-y-[m]]]", "n", "", NO),
        # both cases: all variants of a letter, but not of a category
        ("[A-Z]", "K", "i", YES),
        ("k", "K", "i", YES),
        ("[^q]", "Q", "i", NO),
        (r"\p{Lu}", "a", "i", NO),
        # blanks count in classes only, where they do not count at all
        ("he ll o[ ]wor ld", "hello world", "x", YES),
        ("he ll o wor ld", "hello world", "x", NO),
        (r"\p{ IsBasic Latin }+", "hello", "x", YES),
        (r"\p{ IsBasicLatin}+", "hello", "", BROKEN),
        # a plain text
        ("a.b", "a.b", "q", YES),
        ("a.b", "axb", "q", NO),
        ("A.B", "a.b", "iq", YES),
        # escapes of many characters
        (r"\w", "_", "", NO),
        (r"\w", "é", "", YES),
        (r"\d", "٣", "", YES),
        (r"^\i\c*$", "a-1.b", "", YES),
        (r"\I", "a", "", NO),
        (r"\p{IsCyrillic}", "Ж", "", YES),
        (r"\P{IsCyrillic}", "Ж", "", NO),
        (r"\p{Greek}", "α", "", BROKEN),
        (r"\p{IsNowhere}", "a", "", BROKEN),
        (r"\pL", "a", "", BROKEN),
        # lines
        (r"a$", "a\nb", "m", YES),
        (r"a$", "a\n", "", NO),
        (r"^b", "a\nb", "m", YES),
        ("a.b", "a\rb", "", NO),
        ("a.b", "a\rb", "s", YES),
        # what other dialects have
        ("(?i)A", "a", "", BROKEN),
        ("a(?=b)", "ab", "", BROKEN),
        (r"\bab", "ab", "", BROKEN),
        ("a{b", "a{b", "", BROKEN),
        ("a{,3}", "aaa", "", BROKEN),
        ("a{3,2}", "aaa", "", BROKEN),
        ("a**", "aaa", "", BROKEN),
        ("a]", "a]", "", BROKEN),
        ("[]", "a", "", BROKEN),
        ("[c-a]", "b", "", BROKEN),
        ("a", "a", "g", BROKEN),
        # and what it has
        ("[a-]", "-", "", YES),
        ("[a^]", "^", "", YES),
        ("^[0-9-.]*$", "1-2.5", "", YES),
        (r"a\{b", "a{b", "", YES),
        ("(?:ab)+c", "ababc", "", YES),
        ("^a{2,}$", "aaa", "", YES),
        ("a|", "", "", YES),
    ],
)
def test_what_a_pattern_matches(pattern, text, flags, answer):
    expression = compile_expression("matches(text, pattern, flags)")
    assert expression.evaluate({"text": text, "pattern": pattern, "flags": flags}) is answer


@pytest.mark.parametrize(
    ("text", "pattern", "replacement", "flags", "answer"),
    [
        ("abracadabra", "a(.)", "a$1$1", "", "abbraccaddabbra"),
        ("AAAA", "A+?", "b", "", "bbbb"),
        ("abc", "(a)", "$12", "", "a2bc"),
        ("abc", "(a)|(z)", "<$2>", "", "<>bc"),
        ("abc", "(a)", "$2", "", "bc"),
        ("aabb", r"(.)\1", "<$1>", "", "<a><b>"),
        (r"a\b\c", "\\", "\\\\", "q", r"a\\b\\c"),
        ("a/b/c", "/", "$", "q", "a$b$c"),
        ("a/b", "/", "$", "", None),
        ("abracadabra", ".*?", "$1", "", None),
        ("abc", "x*", "-", "", None),
    ],
)
def test_what_replace_makes(text, pattern, replacement, flags, answer):
    """A pattern that matches nothing at all would be found everywhere: XPath has an error there, FEEL null."""
    scope = {"text": text, "pattern": pattern, "replacement": replacement, "flags": flags}
    assert compile_expression("replace(text, pattern, replacement, flags)").evaluate(scope) == answer


def test_both_matchers_agree():
    """A back-reference to an empty group changes nothing but the matcher."""
    for pattern in ("$", "a?$", "a(b|c)*d", "(x?){3}y", "[a-c]+?d$", "^(?:ab|a)(c|bcd)$", "b{0,2}a", "(a*)*d"):
        linear, stepwise = (
            pattern_of(pattern),
            pattern_of(f"(?:{pattern})()\\{pattern.replace('(?', '').count('(') + 1}"),
        )
        assert not isinstance(linear, PatternError)
        assert not isinstance(stepwise, PatternError)
        for text in ("abcbcd", "xxy", "y", "abcd", "acd", "", "bba", "zzd\nad"):
            spans = [[match[:2] for match in each.matches(text, lambda steps: None)] for each in (linear, stepwise)]
            assert spans[0] == spans[1], (pattern, text)


SIGNS = ["a", "b", ".", "^", "$", "(", ")", "(?:", "|", "*", "+", "?", "{2}", "{0,2}", "[ab]", "[^a]", "[a-c-[b]]",
         "\\w", "\\P{Lu}", "\n", "\\1", "]", "-", "\\"]  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.sampled_from(SIGNS), max_size=8).map("".join) | st.text(max_size=12),
    st.text("abcA\n", max_size=8),
    st.sampled_from(["", "i", "s", "m", "x", "q", "im"]),
)
def test_any_pattern_works_by_both_matchers_alike_or_is_broken(pattern: str, text: str, flags: str) -> None:
    found = pattern_of(pattern, flags)
    if isinstance(found, PatternError):
        assert str(found).endswith((".", ")"))
        return
    spans = [match[:2] for match in found.matches(text, lambda steps: None)]
    stepwise = pattern_of(f"(?:{pattern})()\\{found.groups + 1}", flags)
    if "q" not in flags and not isinstance(stepwise, PatternError):
        assert spans == [match[:2] for match in stepwise.matches(text, lambda steps: None)]


def test_every_letter_knows_its_other_case():
    for code in range(0x110000):
        character = chr(code)
        if character.lower() != character.upper():
            ranges = variants(((code, code),))
            assert any(low <= code <= high for low, high in ranges)
            for other in (character.lower(), character.upper()):
                assert len(other) != 1 or any(low <= ord(other) <= high for low, high in ranges), hex(code)


def test_a_broken_pattern_says_what_is_wrong_and_where():
    found = pattern_of("ab(c")
    assert isinstance(found, PatternError)
    assert str(found) == "`)` is missing (character 5 of the pattern)."


def test_a_pattern_is_never_slow_to_compile():
    for pattern in (
        r"((a){100}){99}\1",
        r"[^\i]" * 190,
        "(" * 500,
        "[a-z-" * 200,
        r"[\w-[\d\s\p{Lu}]]" * 50,
        "a" * 1_000,
    ):
        with effort_below(500):
            pattern_of(pattern, "i")


def test_nobody_but_this_folder_compiles_patterns_of_users():
    feel = Path(__file__).resolve().parents[3] / "nodes" / "feel"
    users = [path.name for path in feel.rglob("*.py") if "import re2" in path.read_text(encoding="utf-8")]
    assert sorted(users) == ["pattern.py", "stepwise.py"]
