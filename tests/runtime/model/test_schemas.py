"""The published schemas: they accept what we write, refuse what we refuse, and name nobody's address."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from nodes import registry
from runtime.model.canonical import plain
from runtime.model.flow import Flow
from runtime.model.layout import LayoutFile
from runtime.model.migrations import FORMAT_VERSION
from runtime.model.on_disk import SHAPES
from runtime.model.schemas import all_schemas, config_schema, file_schemas

TYPES = registry.load(entry_points=False)

FLOW: dict[str, Any] = {
    "format_version": 1,
    "id": "refund",
    "outcomes": [{"id": "paid", "resolved": True}],
    "nodes": [{"id": "a", "type": "t", "config": {"any": {"thing": 1}}, "retry": {"attempts": 2}, "x_unknown": 1}],
    "edges": [{"from": "a", "port": "done", "to": "a"}],
}


def test_every_kind_of_file_has_one_and_every_schema_is_one() -> None:
    kinds = {shape.kind for shape in SHAPES if shape.kind != "decision"} | {"manifest"}
    assert set(file_schemas()) == kinds
    for schema in all_schemas(TYPES).values():
        Draft202012Validator.check_schema(schema)


def test_ids_are_urns_and_no_host_is_named() -> None:
    schemas = all_schemas(TYPES)
    for urn, schema in schemas.items():
        assert re.fullmatch(r"urn:baton:schema:[a-z0-9_:]+:\d+", urn)
        written = json.dumps({key: item for key, item in schema.items() if key != "$schema"})
        assert not re.search(r"https?://", written), urn
    assert f"urn:baton:schema:flow:{FORMAT_VERSION}" in schemas
    assert len(schemas) == len(file_schemas()) + len(TYPES.types)


def test_what_we_write_is_accepted() -> None:
    validator = Draft202012Validator(file_schemas()["flow"])
    validator.validate(plain(Flow.model_validate(FLOW)))
    layout = {"nodes": {"a": {"x": 1, "y": 2}}, "notes": [{"id": "n", "text": "hm", "x": 0, "y": 0}]}
    Draft202012Validator(file_schemas()["layout"]).validate(plain(LayoutFile.model_validate(layout)))


@pytest.mark.parametrize(
    "wrong",
    [
        {**FLOW, "id": 5},
        {**FLOW, "nodes": [{"id": "a"}]},
        {**FLOW, "edges": [{"source": "a", "port": "done", "target": "a"}]},
        {**FLOW, "outcomes": [{"id": "paid", "resolved": "yes"}]},
        {**FLOW, "nodes": [{"id": "a", "type": "t", "retry": {"attempts": 0}}]},
    ],
)
def test_what_we_refuse_is_refused(wrong: dict[str, Any]) -> None:
    assert list(Draft202012Validator(file_schemas()["flow"]).iter_errors(wrong))


def test_titles_are_words_and_fields_say_what_they_mean() -> None:
    flow = file_schemas()["flow"]
    assert flow["properties"]["input_schema"]["title"] == "Input schema"
    assert flow["properties"]["zone"]["description"].startswith("IANA name")
    assert flow["$defs"]["RetryPolicy"]["title"] == "Retry policy"
    assert flow["$defs"]["Edge"]["properties"]["from"]["title"] == "From"


def test_a_config_schema_carries_the_titles_and_help_of_the_form() -> None:
    approval = TYPES.latest("approval")
    schema = config_schema(approval)  # type: ignore[arg-type]
    assert schema["$id"] == "urn:baton:schema:config:approval:1"
    assert schema["properties"]["role"]["title"] == "Who decides"
    assert "role" in schema["required"]
    assert schema["additionalProperties"] is False
