"""Environments: what is loaded from where, and what a person reads when something in it is wrong."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from runtime.connections import Environment, EnvironmentProblem, baton_home, json_schemas


def write(path: Path, content: Any) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return path


def test_local_is_there_without_a_file_and_checks_no_roles(tmp_path: Path) -> None:
    environment = Environment.load(home=tmp_path)
    assert (environment.name, environment.path, dict(environment.bindings)) == ("local", None, {})
    assert environment.directory.roles_of("anybody") is None
    assert environment.directory.knows("anybody")
    assert len(environment.notices) == 1
    assert "people.json" in environment.notices[0]


def test_a_named_environment_with_people_of_the_home(tmp_path: Path) -> None:
    write(tmp_path / "environments/prod.json", {"connections": {"crm": {"url": "https://crm.example", "key": "env:K"}}})
    write(tmp_path / "people.json", {"users": {"ana": {"name": "Ana", "roles": ["finance", "agent"]}}})
    environment = Environment.load("prod", home=tmp_path)
    assert environment.bindings["crm"].fields == {"url": "https://crm.example", "key": "env:K"}
    assert environment.directory.roles_of("ana") == {"finance", "agent"}
    assert environment.directory.roles_of("stranger") == frozenset()
    assert not environment.directory.knows("stranger")
    assert environment.notices == ()


def test_a_path_brings_its_own_file_and_people(tmp_path: Path) -> None:
    home = tmp_path / "home"
    write(home / "people.json", {"users": {"home": {}}})
    inside = write(tmp_path / "demo/env.json", {"people": {"users": {"ana": {"roles": ["finance"]}}}})
    assert set(Environment.load(str(inside), home=home).directory.users) == {"ana"}
    beside = write(tmp_path / "other/env.json", {})
    assert set(Environment.load(str(beside), home=home).directory.users) == {"home"}
    write(tmp_path / "other/people.json", {"users": {"bo": {}}})
    loaded = Environment.load(str(beside), home=home)
    assert set(loaded.directory.users) == {"bo"}
    assert (loaded.name, loaded.path) == ("env", beside)


def test_an_override_replaces_the_url_and_nothing_else(tmp_path: Path) -> None:
    write(
        tmp_path / "environments/e.json",
        {
            "connections": {
                "crm": {"url": "https://crm.example", "kind": "http", "key": "env:K", "limits": {"at_once": 2}}
            }
        },
    )
    overrides = ["crm=http://127.0.0.1:1234/x?a=b", "new=http://localhost:1"]
    bindings = Environment.load("e", overrides, home=tmp_path).bindings
    crm = bindings["crm"]
    assert (crm.url, crm.kind, crm.fields["key"], crm.limits.at_once) == (
        "http://127.0.0.1:1234/x?a=b",
        "http",
        "env:K",
        2,
    )
    assert bindings["new"].url == "http://localhost:1"


def test_limits_of_runs_become_budgets(tmp_path: Path) -> None:
    write(tmp_path / "environments/e.json", {"limits": {"activations": 5000, "attempts_at_once": 8}})
    environment = Environment.load("e", home=tmp_path)
    assert environment.budgets == {"activations": 5000}
    assert environment.limits.attempts_at_once == 8


def test_all_mistakes_are_told_at_once_with_their_place_and_without_values(tmp_path: Path) -> None:
    path = write(
        tmp_path / "environments/e.json",
        {
            "conections": {},
            "connections": {"crm": {"kind": "http"}, "billing": {"url": "http://me:hunter2@x"}},
            "limits": {"activations": 0},
        },
    )
    with pytest.raises(EnvironmentProblem) as refused:
        Environment.load("e", home=tmp_path)
    text = str(refused.value)
    assert str(path) in text
    assert [line.split(":")[0] for line in refused.value.problems] == [
        "connections.crm.url",
        "connections.billing.url",
        "limits.activations",
        "conections",
    ]
    assert "hunter2" not in text


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("{", "line 1, column 2"),
        ('{"title": "a", "title": "b"}', "'title' stands there twice"),
        ("[" * 100_000, "not usable JSON"),
        ("[]", "mistakes"),
        ('{"format_version": 2}', "newer Baton"),
        (b"{\xff}", "not usable JSON"),
    ],
)
def test_a_broken_file_is_told_in_one_sentence(tmp_path: Path, content: str | bytes, words: str) -> None:
    path = tmp_path / "environments/e.json"
    path.parent.mkdir()
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(EnvironmentProblem, match=words):
        Environment.load("e", home=tmp_path)


def test_an_unknown_environment_names_the_known_ones(tmp_path: Path) -> None:
    write(tmp_path / "environments/test.json", {})
    with pytest.raises(EnvironmentProblem, match="Known here: local, test"):
        Environment.load("tset", home=tmp_path)
    with pytest.raises(EnvironmentProblem, match="no environment file"):
        Environment.load(str(tmp_path / "nope.json"), home=tmp_path)


@pytest.mark.parametrize("text", ["crm", "=http://x", "crm=", "crm=ftp://x", "crm=http://u:hunter2@x"])
def test_a_wrong_override_is_told_without_its_value(tmp_path: Path, text: str) -> None:
    with pytest.raises(EnvironmentProblem, match="--connection") as refused:
        Environment.load("local", [text], home=tmp_path)
    assert "hunter2" not in str(refused.value)


def test_the_home_is_where_the_variable_says() -> None:
    assert baton_home({"BATON_HOME": "/somewhere/else"}) == Path("/somewhere/else").absolute()
    assert baton_home({}).name.lower() == "baton"


def test_the_schema_shows_every_key_with_its_meaning() -> None:
    binding = json_schemas()["environment"]["$defs"]["Binding"]["properties"]
    assert {"kind", "url", "allowed_hosts", "ca_file", "limits"} == set(binding)
    assert all("description" in binding[key] for key in ("kind", "url", "allowed_hosts", "ca_file"))


@pytest.mark.parametrize("odd", ["", " \t", "a\0b", "a\nb", "x" * 5_000], ids=["empty", "blank", "nul", "line", "long"])
@pytest.mark.parametrize("where", ["connections", "people.users"])
def test_names_that_are_none_are_refused_with_their_place(tmp_path: Path, odd: str, where: str) -> None:
    content = {"connections": {odd: {}}} if where == "connections" else {"people": {"users": {"ana": {}, odd: {}}}}
    path = write(tmp_path / "environments/e.json", content)
    with pytest.raises(EnvironmentProblem) as refused:
        Environment.load("e", home=tmp_path)
    [line] = refused.value.problems
    assert line.startswith(f"{where}: ")
    assert str(path) in str(refused.value)
    assert len(line) < 200
    assert "\0" not in line


@pytest.mark.parametrize("odd", [" ", "a\nb"], ids=["blank", "line"])
def test_an_environment_whose_name_is_none_is_refused(tmp_path: Path, odd: str) -> None:
    write(tmp_path / f"{odd}.json", {})
    with pytest.raises(EnvironmentProblem, match="can't be the name of an environment"):
        Environment.load(str(tmp_path / f"{odd}.json"), home=tmp_path)
    with pytest.raises(EnvironmentProblem, match="can't be the name of an environment"):
        Environment.load(odd, home=tmp_path)


@pytest.mark.parametrize("odd", ["a\0b", "x" * 5_000], ids=["nul", "long"])
def test_an_environment_that_no_file_can_be_named_after_is_refused(tmp_path: Path, odd: str) -> None:
    for name in (odd, f"./{odd}.json"):
        with pytest.raises(EnvironmentProblem) as refused:
            Environment.load(name, home=tmp_path)
        assert "\0" not in str(refused.value)
