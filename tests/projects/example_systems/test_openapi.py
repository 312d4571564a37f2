"""The OpenAPI document: valid in shape, complete, true to what the routes demand and answer."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from jsonschema import Draft202012Validator

from projects.example_systems.keys import SYSTEMS
from projects.example_systems.launch import Systems

Call = Callable[..., httpx.Response]


@pytest.fixture(scope="module")
def document(running: Systems) -> dict[str, Any]:
    answer = httpx.get(f"{running.url}/openapi.json")
    assert answer.headers["content-type"] == "application/json"
    parsed: dict[str, Any] = answer.json()
    return parsed


def _operations(document: dict[str, Any]) -> list[dict[str, Any]]:
    return [operation for methods in document["paths"].values() for operation in methods.values()]


def _references(part: object) -> list[str]:
    if isinstance(part, dict):
        own = [part["$ref"]] if isinstance(part.get("$ref"), str) else []
        return own + [found for value in part.values() for found in _references(value)]
    return [found for value in part for found in _references(value)] if isinstance(part, list) else []


def test_it_names_each_system_once_and_each_operation_uniquely(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1")
    assert [tag["name"] for tag in document["tags"]] == [*SYSTEMS, "judge"]
    names = [operation["operationId"] for operation in _operations(document)]
    assert len(names) == len(set(names)) >= 20
    assert all(operation["responses"] and operation["description"] for operation in _operations(document))


def test_each_operation_asks_for_the_key_of_its_system(document: dict[str, Any]) -> None:
    schemes = document["components"]["securitySchemes"]
    for operation in _operations(document):
        ((name, _),) = operation["security"][0].items()
        assert name == f"{operation['tags'][0]}_key"
        assert schemes[name] == {"type": "apiKey", "in": "header", "name": "X-Api-Key"}
        problem = operation["responses"]["401"]["content"]
        assert list(problem) == ["application/problem+json"]


def test_every_reference_leads_somewhere_and_every_schema_is_one(document: dict[str, Any]) -> None:
    references = _references(document)
    assert references
    for reference in references:
        found: Any = document
        for part in reference.removeprefix("#/").split("/"):
            found = found[part]
    for schema in document["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)


def test_it_says_where_a_key_is_demanded_and_where_it_is_welcome(document: dict[str, Any]) -> None:
    demanded = {
        operation["operationId"]: parameter["required"]
        for operation in _operations(document)
        for parameter in operation.get("parameters", [])
        if parameter["name"] == "Idempotency-Key"
    }
    assert demanded == {
        "add_note": False,
        "create_refund": True,
        "create_credit_note": True,
        "create_ticket": False,
        "update_ticket": False,
        "add_comment": False,
        "close_ticket": False,
    }


@pytest.mark.parametrize(
    ("system", "path", "template"),
    [
        ("crm", "/customers/C-1004", "/crm/customers/{customer}"),
        ("crm", "/customers/C-1004/disputes", "/crm/customers/{customer}/disputes"),
        ("billing", "/customers/C-1008/invoices", "/billing/customers/{customer}/invoices"),
        ("billing", "/invoices/INV-2026-10-1012", "/billing/invoices/{number}"),
        ("billing", "/price-plans/mobile-plus", "/billing/price-plans/{plan}"),
    ],
)
def test_answers_fit_their_schemas(call: Call, document: dict[str, Any], system: str, path: str, template: str) -> None:
    schema = document["paths"][template]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    whole = {**schema, "components": document["components"]}
    Draft202012Validator(whole).validate(call(system, "GET", path).json())


def test_an_amount_is_described_as_a_number(document: dict[str, Any]) -> None:
    assert document["components"]["schemas"]["Refund"]["properties"]["amount"]["type"] == "number"
