"""``baton decide`` as a person types it: the value, why, and every way to type it wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.nodes.dmn.models import decision, definitions, input_element, literal, table
from tests.runtime.cli.typing_in import Person

RULES = [["<= 50", "-", '"automatic"'], ["> 50", '"gold"', '"automatic"'], ["> 50", 'not("gold")', '"team lead"']]


@pytest.fixture
def file(tmp_path: Path) -> str:
    """Who approves a refund, and until when."""
    path = tmp_path / "refund.dmn"
    parts = (
        input_element("Amount", "number"),
        input_element("Tier", "string"),
        input_element("Day", "date"),
        decision("Approval", table(["Amount", "Tier"], RULES), ["Amount", "Tier"]),
        decision("Due", literal('{by: Approval, until: Day + duration("P2D")}'), ["Day", "!Approval"]),
    )
    path.write_text(definitions(*parts), encoding="utf-8")
    return str(path)


def test_the_last_decision_is_printed_and_its_reason_on_demand(person: Person, file: str) -> None:
    given = '{"Amount": 80.5, "Tier": "silver", "Day": "2026-05-01"}'
    said = person.types("decide", file, "--input", given, "--explain")
    assert said.code == 0
    assert said.err == ""
    first, *reasons = said.out.splitlines()
    assert first == '{by: "team lead", until: 2026-05-03}'
    assert "Approval = team lead" in reasons[0]
    told = "\n".join(reasons)
    assert "rule 1 of decision `Approval`: ✗ Amount <= 50" in told
    assert 'rule 3 of decision `Approval`: Amount > 50 (80.5); Tier not("gold") (silver)' in told


def test_scripts_read_value_rules_and_cells(person: Person, file: str) -> None:
    given = '{"Amount": 80, "Tier": "gold"}'
    said = person.types("decide", file, "--decision", "Approval", "--input", given, "--json", "--explain").json
    assert (said["value"], said["problems"]) == ("automatic", [])
    assert [(fired["rule"], fired["rule_id"]) for fired in said["fired"]] == [(2, "rule-2")]
    assert said["fired"][0]["cells"][1] == {"column": "Tier", "text": '"gold"', "value": "gold", "held": True}
    assert said["trace"][0]["inputs"] == {"Amount": 80, "Tier": "gold"}
    due = person.types("decide", file, "--input", '{"Day": {"@date": "2026-05-01"}, "Amount": 1}', "--json").json
    assert due["value"]["until"] == {"@date": "2026-05-03"}
    assert [problem["code"] for problem in due["problems"]] == ["missing_input"]


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["--input", "[1]"], 4, "a JSON object"),
        (["--input", "{"], 2, "--input"),
        (["--decision", "Aproval"], 4, "Did you mean `Approval`?"),
        (["--import", "no.dmn"], 4, "no.dmn"),
    ],
)
def test_what_is_typed_wrong_is_said_in_a_sentence(
    person: Person, file: str, words: list[str], code: int, said: str
) -> None:
    answer = person.types("decide", file, *words)
    assert (answer.code, answer.out) == (code, "")
    assert said in answer.err


def test_files_that_are_missing_or_no_models_are_said_by_name(person: Person, tmp_path: Path) -> None:
    missing = person.types("decide", str(tmp_path / "no.dmn"))
    assert missing.code == 5
    assert "no.dmn" in missing.err
    (tmp_path / "x.dmn").write_text("<!DOCTYPE x><x/>", encoding="utf-8")
    wrong = person.types("decide", str(tmp_path / "x.dmn"))
    assert wrong.code == 4
    assert "DOCTYPE" in wrong.err


def test_a_model_with_a_broken_rule_ends_with_findings(person: Person, tmp_path: Path) -> None:
    path = tmp_path / "broken.dmn"
    path.write_text(
        definitions(input_element("x"), decision("D", table(["x"], [["> >", "1"], ["-", "2"]]), ["x"])),
        encoding="utf-8",
    )
    said = person.types("decide", str(path), "--input", '{"x": 1}')
    assert (said.code, said.out) == (10, "2\n")
    assert "rule 1, column `x`" in said.err


def test_explain_says_what_would_have_changed_it(person: Person, file: str) -> None:
    asked = ("decide", file, "--decision", "Approval", "--input", '{"Amount": 80, "Tier": "silver"}', "--explain")
    assert person.types(*asked).out.splitlines()[-1] == "It would have been automatic if the amount were at most 50."
    card = person.types(*asked, "--json").json["card"]
    assert card["rules"][0]["because"] == [
        {"column": "Amount", "text": "> 50", "value": 80},
        {"column": "Tier", "text": 'not("gold")', "value": "silver"},
    ]
    (change,) = card["flip"]["changes"]
    assert change == {
        "column": "Amount", "input": "Amount", "value": 80, "text": "<= 50", "example": 50,
        "words": "the amount were at most 50",
    }  # fmt: skip
    assert (card["decision"], card["flip"]["outcome"]) == ("Approval", "automatic")


@pytest.fixture
def gap(tmp_path: Path) -> str:
    path = tmp_path / "gap.dmn"
    rules = [["< 50", '"small"'], ["> 50", '"large"'], ["> 90", '"huge"']]
    parts = (input_element("Amount", "number"), decision("Size", table(["Amount"], rules), ["Amount"]))
    path.write_text(definitions(*parts), encoding="utf-8")
    return str(path)


def test_analyse_lists_gaps_and_overlaps_with_their_repairs(person: Person, gap: str, file: str) -> None:
    said = person.types("decide", gap, "--analyse")
    assert said.code == 10
    assert "Gap: no rule covers the case that Amount is exactly 50." in said.out
    assert 'Make rule 2 ">= 50"\n' in said.out
    assert "Rules 2 and 3 both match where Amount is above 90." in said.out
    found = person.types("decide", gap, "--analyse", "--json").json["tables"][0]
    assert found["gaps"][0]["region"]["inputs"] == {"Amount": 50}
    assert found["gaps"][0]["repairs"][0]["text"] == ">= 50"
    assert found["overlaps"][0]["rules"] == [1, 2]
    sound = person.types("decide", file, "--analyse")
    assert (sound.code, "No gap, no overlap, no dead rule." in sound.out) == (0, True)


def test_check_takes_a_decision_file_alone(person: Person, gap: str, file: str) -> None:
    found = person.types("check", gap, "--json").json["problems"]
    assert [problem["code"] for problem in found] == ["TABLE_GAP", "TABLE_OVERLAP"]
    assert found[0]["where"]["file"] == gap
    assert person.types("check", file).out == "No problems.\n"
