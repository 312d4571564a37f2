"""JSON Schema over our values: exact numbers, plain words, nothing fetched, bounded work."""

import datetime as dt
from decimal import Decimal

import pytest

from nodes.contract import Document, Sealed
from nodes.contract.json_schema import MAX_MISTAKES, SchemaCheck, schema_mistakes, schema_problems, schema_references
from tests.effort import effort_below

D = Decimal


def said(schema, value):
    return [str(mistake) for mistake in schema_mistakes(schema, value)]


def test_every_mistake_is_listed_with_its_place_counted_from_one():
    schema = {
        "type": "object",
        "required": ["name", "lines"],
        "properties": {
            "name": {"type": "string", "minLength": 1},
            "lines": {"type": "array", "items": {"type": "object", "properties": {"amount": {"type": "number"}}}},
        },
        "additionalProperties": False,
    }
    value = {"lines": [{"amount": D(1)}, {"amount": "1"}], "odd key": D(1)}
    assert said(schema, value) == [
        "name: is missing",
        "lines[2].amount: should be a number, not text",
        '["odd key"]: is not expected here',
    ]


@pytest.mark.parametrize(
    ("number", "step", "fits"),
    [
        ("0.3", D("0.1"), True),
        ("0.35", D("0.1"), False),
        ("0.3", 0.1, True),  # a schema that the standard library read
        ("4.5", D("1.5"), True),
        ("0", D("0.01"), True),
        ("-0.30", D("0.1"), True),
        ("1E+6000", D(7), False),
        ("1E+6000", D("2E+5999"), True),
        ("1E-6000", D(1), False),
        ("123456789012345678901234567890123.4", D("0.1"), True),
    ],
)
def test_multiples_are_exact(number, step, fits):
    assert (not said({"multipleOf": step}, D(number))) is fits


@pytest.mark.parametrize(
    ("schema", "value", "words"),
    [
        ({"type": "integer"}, D("1.5"), "should be a whole number, not 1.5"),
        ({"type": "integer"}, True, "should be a whole number, not true or false"),
        ({"type": ["string", "null"]}, D(1), "should be text or empty, not a number"),
        ({"enum": ["gold", "silver", 1]}, "tin", 'should be "gold", "silver" or 1'),
        ({"enum": [1]}, True, "should be 1"),
        ({"const": True}, D(1), "should be true"),
        ({"minimum": 0.5}, D("0.4"), "should be 0.5 or more"),
        ({"exclusiveMaximum": 10}, D(10), "should be less than 10"),
        ({"maxLength": 3}, "abcd", "should have at most 3 characters, not 4"),
        ({"minLength": 1}, "", "should not be empty"),
        ({"pattern": "^[A-Z]{2}$"}, "de", "should look like ^[A-Z]{2}$"),
        ({"minItems": 1}, [], "should have at least 1 item"),
        (
            {"uniqueItems": True},
            [D(1), "1", D("1.0")],
            "should not hold anything twice, but items 1 and 3 are the same",
        ),
        ({"format": "date"}, "2026-02-30", "should be a date, such as 2026-05-01"),
        ({"format": "date"}, "20260501", "should be a date, such as 2026-05-01"),
        (
            {"format": "date-time"},
            "2026-05-01T10:00:00",
            "should be a date and time with a zone, such as 2026-05-01T10:00:00Z",
        ),
        ({"format": "email"}, "a@b@c", "should be an e-mail address"),
        ({"format": "duration"}, "4 hours", "should be a length of time, such as P3D or PT4H"),
        ({"format": "uuid"}, "x" * 36, "should be a UUID"),
        (
            {"oneOf": [{"type": "number"}, {"minimum": 1}]},
            D(2),
            "fits more than one of the allowed forms, and should fit exactly one",
        ),
        (
            {"anyOf": [{"type": "null"}, {"properties": {"iban": {"type": "string"}}, "required": ["iban"]}]},
            {},
            "fits none of the allowed forms; nearest: iban: is missing",
        ),
        ({"not": {"type": "string"}}, "x", "should not be like this"),
    ],
)
def test_words(schema, value, words):
    assert said(schema, value) == [words]


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"type": "integer"}, D("1.0")),
        ({"type": "integer"}, D("1E+1000000")),
        ({"enum": [1]}, D("1.0")),
        ({"uniqueItems": True}, [D(1), True, "1", None, [D(1)], {"a": D(1)}]),
        ({"format": "date", "type": "string"}, dt.date(2026, 5, 1)),
        ({"format": "date-time"}, dt.datetime(2026, 5, 1, 10, tzinfo=dt.UTC)),
        ({"format": "date-time"}, "2026-05-01T10:00:00.123456789+02:00"),
        ({"format": "time"}, "00:00:00"),
        ({"format": "email"}, "o'neil+x@example.co.uk"),
        ({"format": "colour"}, "anything: an unknown format is a remark"),
        ({"properties": {"size": {"maximum": 5}}, "required": ["sha256"]}, Document("a", "text/plain", 3, "0" * 64)),
        ({"type": "number", "minimum": 7}, Sealed("k", "c")),
        ({"$defs": {"amount": {"type": "number"}}, "items": {"$ref": "#/$defs/amount"}}, [D(1)]),
        ({"patternProperties": {"^x-": {"type": "number"}}, "additionalProperties": False}, {"x-a": D(1)}),
        (True, "whatever"),
        ({}, None),
    ],
)
def test_fits(schema, value):
    assert said(schema, value) == []


@pytest.mark.parametrize(
    ("schema", "where", "words"),
    [
        ({"$ref": "http://127.0.0.1:9/schema.json"}, "", "points outside the schema"),
        ({"properties": {"a": {"$ref": "file:///etc/passwd"}}}, "properties.a", "points outside the schema"),
        ({"type": "nombre"}, "type", "is no JSON Schema"),
        ({"items": {"pattern": r"(?=a)b"}}, "items", "can't be used"),
        ({"minimum": "a"}, "minimum", "is no JSON Schema"),
        ([], "", "should be an object"),
        ("text", "", "should be an object"),
    ],
)
def test_a_broken_schema_says_what_is_wrong_and_never_passes(schema, where, words):
    (problem,) = schema_problems(schema)
    assert problem.path == where
    assert words in problem.message
    (mistake,) = schema_mistakes(schema, "anything")
    assert "its schema is broken" in mistake.message


def test_a_property_named_like_a_keyword_is_data():
    assert schema_problems({"properties": {"$ref": {"type": "string"}, "pattern": {"const": {"$ref": "x"}}}}) == []
    assert schema_problems({"properties": {"default": {"pattern": "(?=a)"}}})[0].path == "properties.default"
    assert schema_problems({"properties": {"enum": {"$ref": "http://127.0.0.1:9/x"}}})[0].path == "properties.enum"


@pytest.mark.parametrize(
    ("schema", "path", "words"),
    [
        ({"$ref": "#"}, "", "circle that no value ends: # -> #"),
        (
            {"$ref": "#/$defs/a", "$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"allOf": [{"$ref": "#/$defs/a"}]}}},
            "$defs.",
            "#/$defs/b/allOf/0 -> ",
        ),
        ({"properties": {"p": {"$ref": "#/properties/p"}}}, "properties.p", "#/properties/p -> #/properties/p"),
        ({"$anchor": "q", "anyOf": [{"type": "null"}, {"$ref": "#q"}]}, "", "circle"),
        ({"if": {"$dynamicRef": "#q"}, "$dynamicAnchor": "q"}, "", "circle"),
        ({"dependentSchemas": {"a": {"not": {"$ref": "#"}}}}, "", "circle"),
        ({"properties": {"p": {"$ref": "#/$defs/gone"}}}, "properties.p.$ref", "'#/$defs/gone' leads to nothing"),
        ({"$ref": "#gone"}, "$ref", "'#gone' leads to nothing"),
        ({"$ref": "#/%zz~9"}, "$ref", "leads to nothing"),
        ({"type": "object", "$ref": "#/type"}, "$ref", "'#/type' leads to no schema"),
    ],
)
def test_references_that_lead_nowhere_are_named_where_they_are_written(schema, path, words):
    (found,) = schema_references(schema)
    assert found.path.startswith(path)
    assert words in found.message
    assert schema_problems(schema) == [], "what runs are pinned to is judged as ever"


@pytest.mark.parametrize(
    "schema",
    [
        {"properties": {"next": {"$ref": "#"}}},
        {"$defs": {"n": {"items": {"$ref": "#/$defs/n"}}}, "$ref": "#/$defs/n"},
        {"$defs": {"a/b~c": {}}, "$ref": "#/$defs/a~1b~0c"},
        {"allOf": [{"type": "object"}], "$ref": "#/allOf/0"},
        {"$defs": {"a": {"$id": "urn:x", "$ref": "#/$defs/b", "$defs": {"b": {}}}}},
        {"const": {"$ref": "#/nowhere"}, "properties": {"$ref": {"type": "string"}}},
        {"$ref": "http://127.0.0.1:9/x"},
        {"anyOf": [{"$ref": "#/$defs/t"}, {"$ref": "#/$defs/t"}], "$defs": {"t": True}},
    ],
)
def test_references_that_end_are_no_mistakes(schema):
    assert schema_references(schema) == []


def test_a_reference_to_nowhere_is_a_mistake():
    assert "doesn't hold" in said({"$ref": "#/$defs/gone"}, D(1))[0]


def test_a_schema_that_calls_itself_ends():
    assert "nested too deeply" in said({"$ref": "#"}, D(1))[0]


def test_a_tree_as_deep_as_a_value_may_be_can_be_checked():
    schema = {"type": "object", "properties": {"next": {"$ref": "#"}}, "required": ["id"]}
    tree = {"id": D(1)}
    for _ in range(63):
        tree = {"id": D(1), "next": tree}
    assert said(schema, tree) == []


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        # Each form refers to the next twice: 2^40 ways.
        (
            {
                "$defs": {f"n{n}": {"allOf": [{"$ref": f"#/$defs/n{n + 1}"}] * 2} for n in range(40)} | {"n40": {}},
                "$ref": "#/$defs/n0",
            },
            D(1),
        ),
        ({"uniqueItems": True}, [{"n": D(n)} for n in range(50_000)]),
        ({"pattern": "^(a+)+$"}, "a" * 50_000 + "b"),
        ({"items": {"enum": list(range(2_000))}}, [D(1)] * 20_000),
        ({"items": False}, [D(1)] * 50_000),
    ],
)
def test_attacks_end_soon(schema, value):
    with effort_below(6_000):
        schema_mistakes(schema, value)


def test_the_list_of_mistakes_ends():
    found = said({"items": {"type": "string"}}, [D(1)] * 5_000)
    assert len(found) == MAX_MISTAKES + 1
    assert "more than 100 mistakes" in found[-1]


def test_a_schema_that_was_changed_is_read_anew():
    schema = {"minimum": D(1)}
    assert said(schema, D(1)) == []
    schema["minimum"] = D(2)
    assert said(schema, D(1)) == ["should be 2 or more"]
    # Written as JSON both limits look alike; one is a number, the other is broken.
    assert said({"minimum": D("1.5")}, D(2)) == []
    assert "broken" in said({"minimum": "1.5"}, D(2))[0]


def test_a_schema_that_json_can_not_write_is_answered_too():
    deep = {}
    for _ in range(3_000):
        deep = {"not": deep}
    assert "is nested deeper" in said(deep, D(1))[0]
    assert "broken" in said({"enum": 5, "x": {1, 2}}, D(1))[0]


def test_a_check_can_be_kept():
    check = SchemaCheck({"type": "string"})
    assert [check.mistakes("a"), len(check.mistakes(D(1))), check.mistakes("b")] == [[], 1, []]
