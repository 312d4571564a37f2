"""The parts of forms that know no widgets: plans, lengths of time, sentences, scope, schemas, arrangement."""

from __future__ import annotations

from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from designer.forms.arrangement import OPEN_FIELDS, arrange_fields, cause_of, closed_words, help_of
from designer.forms.control import Control
from designer.forms.duration_words import iso_of, seconds_of, words_of, words_of_seconds
from designer.forms.exact_json import json_of
from designer.forms.expression_control import feel_of, fixed_of
from designer.forms.expression_field import offers_at
from designer.forms.field_plan import plan_of, start_value
from designer.forms.schema_shape import holds_for, kind_of, of_kind, schema_of_example
from designer.forms.scope_names import FlowScopes, ScopeName
from designer.forms.spoken import spoken_expression
from designer.forms.trying import filled, try_expression
from designer.services import Services
from designer.session.typed import typed_json
from nodes.contract import Moment
from nodes.contract.json_schema import schema_mistakes, schema_problems
from nodes.registry import built_ins

TYPES = built_ins().types


@pytest.mark.parametrize("node_type", TYPES, ids=[found.id for found in TYPES])
def test_every_field_of_every_type_has_a_plan_with_title_and_help(node_type: Any) -> None:
    plan = plan_of(node_type.Config)
    assert {field.name for field in plan.fields} == {
        info.alias or name for name, info in node_type.Config.model_fields.items()
    }
    for field in plan.fields:
        assert field.title
        assert field.help


@pytest.mark.parametrize("node_type", TYPES, ids=[found.id for found in TYPES])
def test_a_type_that_says_how_its_choices_are_read_says_it_of_each(node_type: Any) -> None:
    for field in plan_of(node_type.Config).fields:
        if field.titles is not None:
            assert set(field.titles) == {str(option) for option in field.options}


@pytest.mark.parametrize("node_type", TYPES, ids=[found.id for found in TYPES])
def test_each_field_stands_in_one_section_and_few_are_open(node_type: Any) -> None:
    plan = plan_of(node_type.Config)
    made = arrange_fields(plan)
    placed = [field.name for section in made for field in section]
    assert sorted(placed) == sorted(field.name for field in plan.fields)
    assert len(made.main) <= OPEN_FIELDS
    assert all(field in made.main for field in plan.fields if field.required)


def test_what_people_see_and_fill_in_stands_together_and_says_what_it_holds() -> None:
    """Whoever looked for the form of an approval found it under "Advanced"."""
    plan = plan_of(next(found.Config for found in TYPES if found.id == "approval"))
    made = arrange_fields(plan)
    assert [field.name for field in made.seen] == ["instructions", "why", "show", "form"]
    said = {"form": {"type": "object"}, "why": "It is much."}
    for config, words in (({}, "Only the question"), (said, "2 set")):
        assert closed_words("seen", SimpleNamespace(config=config), made, 0) == words
    assert closed_words("advanced", SimpleNamespace(config={}), made, 1) == "1 set"


def test_a_plan_knows_kinds_choices_and_moments() -> None:
    request = plan_of(next(found.Config for found in TYPES if found.id == "adapters/http_request"))
    kinds = {field.name: field.kind for field in request.fields}
    assert kinds["path"] == "text"
    assert kinds["query"] == "map"
    assert kinds["body"] == "union"
    assert kinds["method"] == "choice"
    body, success = request.field("body"), request.field("success")
    assert body is not None
    assert [variant.name for variant in body.variants] == ["json", "form", "text"]
    assert success is not None
    assert (success.moment, success.expects, success.nullable) == (Moment.REPLY, "boolean", True)
    assert start_value(body.variants[0])["kind"] == "json"


def test_a_field_with_a_cause_names_it() -> None:
    join = plan_of(next(found.Config for found in TYPES if found.id == "control/join"))
    assert {field.name: cause_of(field) for field in join.fields if cause_of(field)} == {"n": "n"}
    many = next(field for field in join.fields if field.name == "n")
    assert help_of(many) == "After so many branches have arrived, the flow goes on."


@pytest.mark.parametrize(
    ("words", "iso"),
    [
        ("2 days", "P2D"),
        ("4h", "PT4H"),
        ("1 day, and 6 hrs", "P1DT6H"),
        ("90 min", "PT1H30M"),
        ("2 weeks", "P14D"),
        ("1 month", "P1M"),
        ("1 year 6 months", "P18M"),
        ("PT5M", "PT5M"),
        ("2", None),
        ("soon", None),
        ("1 month 2 days", None),
        ("", None),
        ("9" * 200, None),
    ],
)
def test_lengths_of_time_are_read_as_people_write_them(words: str, iso: str | None) -> None:
    assert iso_of(words) == iso
    if iso is not None and words != iso:
        assert iso_of(words_of(iso)) == iso


def test_seconds_are_exact() -> None:
    assert seconds_of("1 minute 30 seconds") == 90
    assert seconds_of("0.25") == Decimal("0.25")
    assert words_of_seconds(Decimal(90)) == "1 minute 30 seconds"
    assert seconds_of("tomorrow") is None


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            'claim.amount <= 150.00 and invoice.status = "open"',
            "Claim amount is at most 150.00 and invoice status is “open”.",
        ),
        ("a > 1 and b < 2 and not(c in (1, 2))", "A is more than 1, b is less than 2, and c is not 1 or 2."),
        ("input.end = null or input.urgent", "End is missing or urgent is true."),
        ("input.day in [1..5]", "Day is from 1 to 5."),
        ("count(input.lines) > 3", "The number of lines is more than 3."),
        ("(a or b) and c", "Either a is true or b is true and c is true."),
        ("{a: 1}", None),
        ("a +", None),
        ("input.amount", None),
        ("for x in xs return x", None),
    ],
)
def test_an_expression_is_a_sentence_or_silent(text: str, sentence: str | None) -> None:
    assert spoken_expression(text) == sentence


def test_titles_are_used_in_sentences() -> None:
    titles = {("input", "claim", "amount"): "Amount", ("get_invoice",): "Invoice"}
    assert spoken_expression("input.claim.amount > get_invoice.total", titles) == "Amount is more than invoice total."


def test_names_in_scope_say_who_sets_them_and_whether_they_may_be_missing(services: Services) -> None:
    flow = services.flow
    assert flow is not None
    scopes = FlowScopes(services.facts)
    names = {name.text: name for name in scopes.at(services.document.project, flow, "route").names}
    assert names["input.customer"].set_by == "Dispute received"
    assert names["get_invoice.total"].type == "number"
    assert names["vars.bill"].doubt == ""
    assert "vars.message" not in names
    assert not any(name.startswith(("route.", "refund.")) for name in names)

    late = {name.text: name for name in scopes.at(services.document.project, flow, "how_it_ended").names}
    assert "does not run on every way" in late["refund.refund"].doubt
    assert late["input.customer"].doubt == ""


def test_typing_in_a_step_keeps_the_names_that_are_known(services: Services) -> None:
    flow = services.flow
    assert flow is not None
    scopes = FlowScopes(services.facts)
    drawing = scopes.drawing(services.document.project, flow, "route")
    changed = tuple(node.model_copy(update={"title": "Other"}) if node.id == "route" else node for node in flow.nodes)
    typed = flow.model_copy(update={"nodes": changed})
    assert scopes.drawing(services.document.project, typed, "route") is drawing
    assert scopes.drawing(services.document.project, typed.model_copy(update={"edges": ()}), "route") is not drawing


def test_offers_begin_with_what_is_in_scope(services: Services) -> None:
    flow = services.flow
    assert flow is not None
    scope = FlowScopes(services.facts).at(services.document.project, flow, "route")
    assert [one.insert for one in offers_at("get_inv", 7, scope)][:1] == ["get_invoice.number"]
    assert "sum()" in [one.insert for one in offers_at("su", 2, scope)]
    first = offers_at("a = 1 and get_customer.ti", 25, scope)[0]
    assert (first.insert, first.start, first.length) == ("get_customer.tier", 10, 15)


@pytest.mark.parametrize(
    "text",
    ['"pri', '"a" + "in', 'input.dispute in ("in', "// in", "1 + // in", "/* in", "1 + /* in", "5.", "case.", "none."],
)
def test_nothing_is_offered_in_texts_and_remarks_and_behind_what_has_no_fields(text: str, services: Services) -> None:
    """Whole paths were offered in the middle of a text, and the Enter that ended it wrote one of them."""
    assert _offered(text, services) == []


@pytest.mark.parametrize(
    ("text", "offered"),
    [
        ("get_history.disputes[am", ["amount", "get_customer.name", "get_price_plan.name"]),
        ("get_history.disputes[1].am", ["amount"]),
        ("for d in get_history.disputes return d.", ["amount", "id", "opened_on", "outcome", "topic"]),
        ("some d in get_history.disputes satisfies d.am", ["amount"]),
        ("{a: {b: 1}}.a.", ["b"]),
        ('date("2026-05-01").', ["day", "month", "weekday", "year"]),
        ("sum(get_history.disputes.", ["amount", "id", "opened_on", "outcome", "topic"]),
        ("if invoice.tot", ["get_invoice.total"]),
        ("input.re", ["input.reason", "input.requested_by"]),
    ],
)
def test_what_an_expression_calls_so_itself_and_the_fields_behind_a_dot_come_first(
    text: str, offered: list[str], services: Services
) -> None:
    """Any path with such letters was offered: behind the ``d.`` of a loop, those of an invoice's ``period.``."""
    assert _offered(text, services) == offered


def _offered(text: str, services: Services) -> list[str]:
    flow = services.flow
    assert flow is not None
    scope = FlowScopes(services.facts).at(services.document.project, flow, "route")
    return [one.insert for one in offers_at(text, len(text), scope)]


def test_a_doubt_is_offered_with_the_name() -> None:
    name = ScopeName(("refund", "id"), "text", doubt="“Refund” does not run on every way to here")
    assert name.text == "refund.id"


def test_expressions_are_tried_within_bounds() -> None:
    scope = {"input": {"a": Decimal(3)}, "vars": {}}
    assert try_expression("input.a + 1", scope, "UTC").words == "4"
    assert try_expression("other.b", scope, "UTC") == try_expression("vars.x", scope, "UTC")
    assert not try_expression("vars.x", scope, "UTC").good
    assert not try_expression("count(for i in 1..30000000 return i)", scope, "UTC").good
    assert filled("A {input.a} b {vars.x}", scope, "UTC") == "A 3 b …"


@pytest.mark.parametrize("value", [5, Decimal("1.50"), True, 'say "hi"', "P2D", [1, {"a": None}]])
def test_fixed_values_become_expressions_and_back(value: Any) -> None:
    text = feel_of(value)
    if not isinstance(value, list):
        assert fixed_of(text, "any") == value
    assert fixed_of("input.a", "any") is not value


def test_json_keeps_digits_and_order() -> None:
    text = '{"b": 1.50, "a": [1, -0.10]}'
    assert json_of(typed_json(text)) == text


def test_a_schema_made_from_an_example_takes_the_example() -> None:
    example = {"id": "A1", "lines": [{"amount": Decimal("1.50")}], "urgent": False, "note": None}
    schema = schema_of_example(example)
    assert schema_problems(schema) == []
    assert schema_mistakes(schema, example) == []
    assert schema["required"] == ["id", "lines", "urgent"]


def test_a_field_of_another_kind_keeps_its_words() -> None:
    before = {"type": "string", "title": "Why", "maxLength": 5}
    assert of_kind(before, "number") == {"title": "Why", "type": "number"}
    assert kind_of(of_kind(before, "enum")) == "enum"
    assert kind_of({"type": ["number", "null"]}) == "number"


def test_dates_and_long_texts_are_kinds_of_their_own() -> None:
    assert kind_of({"type": "string", "format": "date"}) == "date"
    assert kind_of({"type": "string", "maxLength": 5_000}) == "lines"
    assert kind_of({"type": "string", "maxLength": 20}) == "string"
    for kind in ("date", "date-time", "lines"):
        assert kind_of(of_kind({"title": "When"}, kind)) == kind
        assert schema_problems(of_kind({}, kind)) == []
    made = schema_of_example({"since": "2026-11-30", "at": "2026-11-30T10:00:00Z", "no": "2026-13-30"})
    assert {name: kind_of(inner) for name, inner in made["properties"].items()} == {
        "since": "date",
        "at": "date-time",
        "no": "string",
    }


@pytest.mark.parametrize(
    ("known", "example", "stays"),
    [
        ({"type": "integer", "minimum": 1}, Decimal(3), True),
        ({"type": "integer"}, Decimal("3.5"), False),
        ({"enum": ["gold", "silver"]}, "gold", True),
        ({"enum": ["gold", "silver"]}, "tin", False),
        ({"type": "string", "maxLength": 5_000}, "short", True),
        ({"type": "string", "format": "date"}, "2026-11-30", True),
        ({"type": "string", "format": "date"}, "soon", False),
        ({"type": "number"}, None, True),
        ({}, "anything becomes a text", False),
    ],
)
def test_what_is_known_of_a_field_stays_where_the_example_fits_it(known: Any, example: Any, stays: bool) -> None:
    assert holds_for(known, example) is stays


def test_a_control_that_shows_nothing_is_refused_where_it_is_written() -> None:
    with pytest.raises(TypeError, match="Mute should say how it shows a value"):
        type("Mute", (Control,), {})
    assert type("Spoken", (Control,), {"show_value": lambda _self, _value: None})


def test_what_a_request_sends_is_open_and_its_headers_only_where_they_are_said() -> None:
    """Whoever wants to send something looked for it in vain: it stood under "Advanced", below two empty lists."""
    request = plan_of(next(found.Config for found in TYPES if found.id == "adapters/http_request"))
    assert [field.name for field in arrange_fields(request).main] == ["connection", "method", "path", "query", "body"]
    said = arrange_fields(request, {"headers": {"Accept": "text/csv"}})
    assert "headers" in {field.name for field in said.main}
