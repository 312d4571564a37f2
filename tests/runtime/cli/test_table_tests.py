"""``baton test`` as a person types it: tests that pass, that fail, rules that no test reaches."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from runtime.cli.exits import Exit
from tests.nodes.dmn.models import decision, definitions, input_element, table
from tests.runtime.cli.typing_in import Person

RULES = [["<= 50", "-", '"automatic"'], ["> 50", '"gold"', '"automatic"'], ["> 50", 'not("gold")', '"team lead"']]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with one table and no flow."""
    parts = (input_element("Amount", "number"), input_element("Tier", "string"))
    model = definitions(*parts, decision("Approval", table(["Amount", "Tier"], RULES), ["Amount", "Tier"]))
    (tmp_path / "p" / "decisions").mkdir(parents=True)
    (tmp_path / "p" / "project.json").write_text('{"id": "p"}', encoding="utf-8")
    (tmp_path / "p" / "decisions" / "refund.dmn").write_text(model, encoding="utf-8")
    return tmp_path / "p"


def keep(project: Path, name: str, amount: float, tier: str, expect: str) -> None:
    place = project / "decision_tests" / "refund" / f"{name}.json"
    place.parent.mkdir(parents=True, exist_ok=True)
    test = {"title": name.title(), "given": {"Amount": amount, "Tier": tier}, "expect": expect}
    place.write_text(json.dumps(test), encoding="utf-8")


def test_saved_tests_pass_or_say_what_came_instead(person: Person, project: Path) -> None:
    assert person.types("test", str(project)).out.splitlines()[-1] == "The project has no saved tests."
    keep(project, "small", 20.5, "silver", "automatic")
    said = person.types("test", str(project))
    assert (said.code, said.out.splitlines()[-1]) == (Exit.DONE, "1 passed.")
    keep(project, "large", 80, "silver", "automatic")
    said = person.types("test", str(project))
    assert said.code == Exit.FINDINGS
    assert [line.strip() for line in said.out.splitlines()] == [
        "Approval  decisions/refund.dmn  2 of 3 rules are tested",
        "✗ Large",
        "It should give automatic, and gives team lead by rule 3.",
        "✓ Small",
        "Not tested: rule 2",
        "1 failed, 1 passed.",
    ]
    assert "TABLE_TEST" in person.types("check", str(project)).out


def test_scripts_read_each_test(person: Person, project: Path) -> None:
    keep(project, "large", 80, "silver", "team lead")
    told = person.types("test", str(project), "--json").json
    assert (told["passed"], told["failed"]) == (1, 0)
    (found,) = told["tables"]
    assert (found["file"], found["rules"], found["not_tested"]) == ("decisions/refund.dmn", 3, [1, 2])
    assert found["tests"][0] == {
        "name": "large", "title": "Large", "state": "passes", "given": {"Amount": 80, "Tier": "silver"},
        "expect": "team lead", "value": "team lead", "rules": [3], "words": "It gives team lead, as expected.",
    }  # fmt: skip
    assert person.types("test", "nowhere").code == Exit.NOT_FOUND


def test_true_is_not_the_number_one(person: Person, project: Path) -> None:
    parts = (input_element("Amount", "number"),)
    rules = [["<= 50", "true"], ["> 50", "false"]]
    model = definitions(*parts, decision("Small", table(["Amount"], rules), ["Amount"]))
    (project / "decisions" / "refund.dmn").write_text(model, encoding="utf-8")
    for name, expect in (("said", True), ("counted", 1)):
        place = project / "decision_tests" / "refund" / f"{name}.json"
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(json.dumps({"given": {"Amount": 20}, "expect": expect}), encoding="utf-8")
    told = person.types("test", str(project), "--json").json
    assert {each["name"]: each["state"] for each in told["tables"][0]["tests"]} == {
        "said": "passes",
        "counted": "differs",
    }
