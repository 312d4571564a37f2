"""No operation without the key of its system; the walk covers every route that the OpenAPI document knows."""

import httpx
import pytest

from projects.example_systems.keys import SYSTEMS
from projects.example_systems.launch import Systems, start_process


def _operations(systems: Systems) -> list[tuple[str, str, str]]:
    document = httpx.get(f"{systems.url}/openapi.json").json()
    return [
        (operation["tags"][0], method.upper(), path)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]


@pytest.mark.parametrize("key", [None, "", "wrong", "of another system"])
def test_every_operation_of_a_system_refuses_every_other_key(systems: Systems, key: str | None) -> None:
    walked = set()
    for system, method, path in _operations(systems):
        if system not in SYSTEMS:
            continue
        another = systems.keys["crm" if system != "crm" else "fraud"]
        headers = {} if key is None else {"X-Api-Key": another if key == "of another system" else key}
        # A body that is not even JSON: the key is judged before the body is read.
        answer = httpx.request(method, systems.url + path, headers=headers, content=b"{")
        assert (path, answer.status_code) == (path, 401)
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["code"] == "key_refused"
        assert answer.headers["www-authenticate"] == f'ApiKey realm="{system}"'
        walked.add(system)
    assert walked == set(SYSTEMS)
    assert systems.ledger() == []


def test_a_refused_key_does_not_use_up_a_fault(systems: Systems) -> None:
    systems.faults.set("crm", "status_500", times=1)
    assert httpx.get(f"{systems.url_of('crm')}/customers/C-1001").status_code == 401
    assert systems.faults.current()[0]["remaining"] == 1


def test_own_keys_and_an_admin_key_replace_the_known_ones() -> None:
    with start_process(keys={"crm": "crm-of-ours"}, admin_key="judge-of-ours") as systems:
        customer = f"{systems.url}/crm/customers/C-1001"
        assert httpx.get(customer, headers={"X-Api-Key": "demo-crm-key"}).status_code == 401
        assert httpx.get(customer, headers={"X-Api-Key": "crm-of-ours"}).status_code == 200
        for method, path in (("GET", "/ledger"), ("GET", "/faults"), ("POST", "/faults"), ("POST", "/seed")):
            assert httpx.request(method, systems.url + path).status_code == 401
        assert systems.ledger() == []


def test_a_foreign_host_name_is_refused(systems: Systems) -> None:
    """A web page could otherwise reach the systems by a name that it lets resolve to loopback."""
    assert httpx.get(f"{systems.url}/ledger", headers={"Host": "evil.example"}).status_code == 400


def test_launch_refuses_a_key_for_a_system_that_does_not_exist() -> None:
    with pytest.raises(ValueError, match="no system"):
        start_process(keys={"payroll": "x"})
