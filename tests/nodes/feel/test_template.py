"""Texts with holes."""

from __future__ import annotations

import pytest

from nodes.feel import FeelSyntaxError, check, escape_template, parse_template, to_text


def fill(text, **scope):
    return parse_template(text).fill(lambda hole: hole.evaluate(scope), to_text)


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("", ""),
        ("plain", "plain"),
        ("Dear {name},", "Dear Ada,"),
        ("{name}{name}", "AdaAda"),
        ("{{{name}}}", "{Ada}"),
        ('a {{"json": {string(1 + 1)}}} b', 'a {"json": 2} b'),
        ('{ {a: "}"}.a }', "}"),
        ('{"{" + "}"}', "{}"),
        ('{if name = "Ada" then "yes" else "no"}', "yes"),
        ("/orders/{order.id}/lines", "/orders/7/lines"),
        ("{\n  name // the name\n}", "Ada"),
    ],
)
def test_holes_are_filled_and_braces_escaped(text, filled):
    assert fill(text, name="Ada", order={"id": 7}) == filled


def test_what_comes_out_of_a_hole_is_never_looked_at_again():
    assert fill("{x}", x="{1 + 1} {{") == "{1 + 1} {{"


def test_the_writer_escapes_for_the_place():
    template = parse_template("<b>{x}</b>")
    assert template.fill(lambda hole: hole.evaluate({"x": "<i>"}), lambda v: to_text(v).replace("<", "&lt;")) == (
        "<b>&lt;i></b>"
    )


def test_offsets_and_names():
    text = "a {{b}} {input.c} d {vars.e + 1}"
    template = parse_template(text)
    assert [text[hole.offset :].startswith(hole.expression.text) for hole in template.holes] == [True, True]
    assert template.free_names == {"input", "vars"}
    assert template.free_paths == {("input", "c"), ("vars", "e")}


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("a {b", 1, 5),
        ("a } b", 1, 3),
        ("a {} b", 1, 3),
        ("x {", 1, 3),
        ("one\ntwo {1 +}", 2, 9),
        ("one\ntwo {a == 2}", 2, 8),
        ("{= a}", 1, 2),
        ('{"never ends}', 1, 2),
    ],
)
def test_errors_stand_in_the_whole_text(text, line, column):
    with pytest.raises(FeelSyntaxError) as caught:
        parse_template(text)
    assert (caught.value.line, caught.value.column, caught.value.text) == (line, column, text)


@pytest.mark.parametrize("text", ["a {b} c", "{{", "}}{", "no braces"])
def test_escaping_makes_a_template_of_any_text(text):
    assert fill(escape_template(text)) == text


def test_a_hole_that_is_checked_is_checked_like_any_expression():
    hole = parse_template("Dear {nmae}").holes[0]
    assert check(hole.expression.text, {"name": "string"})[0].suggestion == "Did you mean `name`?"
