"""Field kinds: what a config takes in, where its fields are, and what a hole of a Text gives."""

import datetime as dt
from decimal import Decimal
from typing import Annotated, Any

import pytest
from pydantic import Field, ValidationError

from nodes.contract import (
    Duration,
    Expr,
    Instant,
    Moment,
    NodeConfig,
    Place,
    Sensitive,
    Text,
    ValueProblem,
    fits,
    inputs_of,
    render_hole,
    walk_fields,
)
from nodes.feel import DaysTimeDuration, YearsMonthsDuration, parse_date_time


class Line(NodeConfig):
    label: Text
    when: Annotated[Expr[bool], Moment.LAZY]


class Config(NodeConfig):
    path: Annotated[Text, Place.URL_PATH]
    amount: Expr[Decimal]
    count: Expr[int] | None = None
    note: Annotated[Text | None, Place.HTML, Sensitive.YES] = None
    lines: list[Line] = Field(default_factory=list)
    query: dict[str, Expr[Any]] = Field(default_factory=dict)
    result: Annotated[Expr[Any] | None, Moment.REPLY] = None
    until: Expr[Instant] | None = None
    pause: Expr[Duration] | None = None
    plain: str = "x"


def config(**fields):
    return Config.model_validate({"path": "/a", "amount": 1, **fields})


def test_a_literal_is_a_value_and_a_context_with_feel_is_an_expression():
    read = config(
        amount={"feel": "input.amount"}, query={"a": 0.1, "b": {"feel": "x", "y": 1}, "c": [1, {"feel": "z"}]}
    )
    assert read.amount == Expr("input.amount", expects="number", nullable=False)
    assert read.query["a"].literal == Decimal("0.1")
    # Data that only looks like an expression is data.
    assert (read.query["b"].is_feel, read.query["b"].literal) == (False, {"feel": "x", "y": Decimal(1)})
    assert read.query["c"].literal == [Decimal(1), {"feel": "z"}]
    assert all(type(item) is Decimal for item in (config(amount=5).amount.literal, read.query["c"].literal[0]))


@pytest.mark.parametrize(
    "wrong",
    [
        {"amount": "5"},
        {"amount": True},
        {"amount": None},
        {"amount": {"feel": " "}},
        {"amount": {"feel": 5}},
        {"count": 1.5},
        {"count": "1"},
        {"lines": [{"label": "x", "when": "true"}]},
        {"until": "2026-05-01T10:00:00"},
        {"until": "tomorrow"},
        {"pause": "4 hours"},
        {"pause": 4},
        {"path": 5},
        {"unknown": 1},
    ],
)
def test_what_does_not_fit_is_refused(wrong):
    with pytest.raises(ValidationError):
        config(**wrong)


def test_instants_and_durations_are_read():
    read = config(until="2026-05-01T10:00:00Z", pause="PT4H")
    assert read.until.literal == dt.datetime(2026, 5, 1, 10, tzinfo=dt.UTC)
    assert read.pause.literal == DaysTimeDuration.of(hours=4)
    assert config(pause="P1M").pause.literal == YearsMonthsDuration(1)


def test_an_expression_is_never_changed():
    with pytest.raises(AttributeError):
        config().amount.source = "other"


def test_every_field_is_listed_with_its_path_moment_and_place():
    full = config(
        note="n",
        lines=[{"label": "x", "when": True}],
        query={"q": 1},
        result={"feel": "reply"},
        until={"feel": "now()"},
    )
    listed = [(use.path, use.moment, use.place, use.sensitive) for use in walk_fields(full)]
    assert listed == [
        ("path", Moment.START, Place.URL_PATH, False),
        ("amount", Moment.START, Place.PLAIN, False),
        ("note", Moment.START, Place.HTML, True),
        ("lines[1].label", Moment.START, Place.PLAIN, False),
        ("lines[1].when", Moment.LAZY, Place.PLAIN, False),
        ("query.q", Moment.START, Place.PLAIN, False),
        ("result", Moment.REPLY, Place.PLAIN, False),
        ("until", Moment.START, Place.PLAIN, False),
    ]
    assert full.path.place is Place.URL_PATH


def test_inputs_are_the_fields_of_the_start():
    full = config(lines=[{"label": "x", "when": True}], result={"feel": "reply"})
    tree = inputs_of(full, leave_out=("plain", "note", "count", "until", "pause", "query"))
    assert tree == {"path": full.path, "amount": full.amount, "lines": [{"label": Text("x")}]}


def test_it_is_written_as_it_was_read():
    raw = {"path": "/a", "amount": 5, "query": {"half": {"feel": "1 / 2"}, "n": 7}, "pause": "PT4H", "plain": "y"}
    assert Config.model_validate(raw).model_dump(mode="json", exclude_unset=True) == raw


def test_the_form_can_be_drawn_from_the_json_schema():
    fields = Config.model_json_schema()["properties"]
    assert fields["amount"]["x-baton-kind"] == "expr"
    assert fields["path"]["x-baton-kind"] == "text"
    duration = next(part for part in fields["pause"]["anyOf"] if part.get("x-baton-kind") == "expr")
    assert duration["anyOf"][0] == {"type": "string", "format": "duration"}


@pytest.mark.parametrize(
    ("place", "value", "words"),
    [
        (Place.PLAIN, None, ""),
        (Place.PLAIN, Decimal("1.50"), "1.50"),
        (Place.PLAIN, "<b>{x}</b>", "<b>{x}</b>"),
        (Place.HTML, '<b onclick="x">', "&lt;b onclick=&quot;x&quot;&gt;"),
        (Place.URL_PATH, "a/../b?c#d", "a%2F..%2Fb%3Fc%23d"),
        (Place.URL_PATH, "Zoë", "Zo%C3%AB"),
        (Place.JSON, None, "null"),
        (Place.JSON, 'a"b\n', '"a\\"b\\n"'),
        (Place.JSON, {"n": [Decimal("12345678901234567890.10"), True]}, '{"n": [12345678901234567890.10, true]}'),
        (Place.JSON, parse_date_time("2026-05-01T10:00:00@Europe/Berlin"), '"2026-05-01T10:00:00+02:00"'),
    ],
)
def test_a_hole_is_escaped_for_its_place(place, value, words):
    assert render_hole(place, value) == words


@pytest.mark.parametrize("value", [None, "", ".", ".."])
def test_a_part_of_an_address_is_never_empty(value):
    with pytest.raises(ValueProblem):
        render_hole(Place.URL_PATH, value)


@pytest.mark.parametrize(
    ("expects", "value", "answer"),
    [
        ("boolean", True, True),
        ("boolean", Decimal(1), False),
        ("number", True, False),
        ("integer", Decimal("2.0"), True),
        ("integer", Decimal("2.5"), False),
        ("integer", Decimal("1E+1000000"), True),
        ("text", Decimal(1), False),
        ("list", (), True),
        ("context", {}, True),
        ("instant", dt.datetime(2026, 5, 1), False),  # noqa: DTZ001  the very point: it has no zone
        ("duration", DaysTimeDuration.of(hours=1), True),
        ("any", "x", True),
    ],
)
def test_nothing_is_coerced(expects, value, answer):
    assert fits(expects, False, value) is answer
    assert fits(expects, False, None) is False
    assert fits(expects, True, None) is True
