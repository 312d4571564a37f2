"""Every verb as a newcomer would type it."""

from __future__ import annotations

import datetime as dt
import json
import stat
import sys
from pathlib import Path

import pytest

from runtime.cli.exits import MEANINGS, Exit
from runtime.cli.main import SECTIONS, Verbs, baton
from runtime.cli.printing import print_table
from runtime.cli.telling import standing_words
from runtime.wire import RunView
from tests.runtime.cli.typing_in import Person


def test_the_help_lists_every_verb_and_every_exit_code(person: Person) -> None:
    said = person.types("--help")
    assert said.code == 0
    assert isinstance(baton, Verbs)
    for name in baton.list_commands(None):  # type: ignore[arg-type]
        assert f"\n  {name} " in said.out, name
    for section in SECTIONS:
        assert f"{section}:" in said.out
    for code in Exit:
        assert f"\n  {code.value} " in said.out
    assert set(MEANINGS) == set(Exit)


def test_every_verb_has_help_of_its_own(person: Person) -> None:
    assert isinstance(baton, Verbs)
    for name in baton.list_commands(None):  # type: ignore[arg-type]
        said = person.types(name, "--help")
        assert said.code == 0
        assert "Usage: baton " + name in said.out


def test_a_run_that_needs_nobody_completes(person: Person) -> None:
    said = person.types("run", person.project, "refund", "--input", '{"amount": 10}')
    assert said.code == Exit.DONE
    assert "Billing dispute: completed, paid" in said.out
    assert said.err == ""


def test_a_run_that_needs_a_person_waits_and_says_what_to_type(person: Person) -> None:
    said = person.types("run", person.project, "refund", "--input", '{"amount": 312, "name": "Elena"}')
    assert said.code == Exit.WAITING
    assert "Refund 312 EUR to Elena?" in said.out
    assert "baton answer r-" in said.out


def test_answers_are_given_in_order_as_tasks_open(person: Person) -> None:
    stands = person.runs(312, "--answer", "petra@finance=approve", "--answer", "omar@finance=approve")
    assert (stands["run"]["state"], stands["run"]["outcome"]) == ("completed", "paid")
    assert stands["unused_answers"] == ["omar@finance=approve"]
    second = person.runs(312, "--answer", 'petra@finance#1=reject:{"comment": "No."}')
    assert (second["run"]["outcome"], second["run"]["resolved"]) == ("refused", False)


@pytest.mark.parametrize(
    "text", ["petra", "petra@finance", "@finance=approve", "petra=approve", "petra@finance#x=approve"]
)
def test_an_answer_that_is_none_is_refused_before_anything_runs(person: Person, text: str) -> None:
    said = person.types("run", person.project, "refund", "--input", '{"amount": 312}', "--answer", text)
    assert said.code == Exit.USAGE
    assert "USER@NODE=PORT" in said.err
    assert person.types("runs").code == Exit.NOT_FOUND


def test_the_same_key_finds_the_same_run(person: Person) -> None:
    first = person.runs(10, "--key", "k")
    again = person.types(
        "run", person.project, "refund", "--input", '{"amount": 10, "name": "Elena"}', "--key", "k", "--json"
    )
    assert again.json["run"]["run"] == first["run"]["run"]
    assert "nothing was started anew" in again.err
    other = person.types("run", person.project, "refund", "--input", '{"amount": 11}', "--key", "k")
    assert (other.code, "k" in other.err) == (Exit.REFUSED, True)


def test_a_packed_project_runs_like_its_folder(person: Person) -> None:
    packed = person.types("pack", person.project, "-o", "d.baton", "--json").json
    run = person.types("run", "d.baton", "refund", "--input", '{"amount": 1}', "--json").json["run"]
    assert run["release"] == packed["release"]
    unpacked = person.types("unpack", "d.baton", "-o", "again", "--json").json
    assert unpacked["release"] == packed["release"]
    assert person.types("pack", "again", "-o", "e.baton", "--json").json["sha256"] == packed["sha256"]
    assert person.types("unpack", "d.baton", "-o", "again").code == Exit.REFUSED


def test_input_comes_from_a_file_or_from_the_pipe(person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("input.json").write_text('{"amount": 0.10000000000000000001}', encoding="utf-8")
    said = person.types("run", person.project, "refund", "--input", "@input.json", "--json")
    trace = person.types("trace", said.json["run"]["run"], "--json")
    assert '"amount": 0.10000000000000000001' in trace.out


def test_lists_and_traces_for_people_and_for_scripts(person: Person) -> None:
    run = person.runs(312)["run"]["run"]
    done = person.runs(10)["run"]["run"]
    lines = person.types("runs").out.splitlines()
    assert lines[0].split("\t")[0] == "RUN"
    assert [line.split("\t")[0] for line in lines[1:]] == [done, run]
    assert [each["run"] for each in person.types("runs", "--state", "completed", "--json").json["runs"]] == [done]
    tasks = person.types("tasks", "--json").json["tasks"]
    assert [task["task"] for task in tasks] == [f"{run}:finance#1"]
    assert "Refund 312 EUR to Elena?" in person.types("tasks").out
    shown = person.types("tasks", f"{run}:finance#1").out
    assert "approve  Approve" in shown
    tree = person.types("trace", run).out
    assert "Above 150, because input.amount > 150 is true. With input.amount = 312." in tree
    assert "Waits for Payments desk to decide" in tree
    assert "from " not in tree.partition("Check amount")[2].partition("\n")[0]
    assert person.types("trace", run, "--json").json["spans"][1]["port"] == "large"
    assert "input" not in person.types("trace", run, "--no-values").out.replace("input.amount", "")


def test_the_list_of_runs_says_what_each_waits_for(person: Person) -> None:
    task = person.runs(312)["run"]["run"]
    done = person.runs(10)["run"]["run"]
    broken = person.types("run", person.project, "broken", "--input", '{"a": "x"}', "--json").json["run"]["run"]
    said = dict(line.split("\t")[:3:2] for line in person.types("runs").out.splitlines()[1:])
    assert said == {task: "waiting for a person", done: "completed: paid", broken: "at an incident"}
    for state, run in (("waiting", task), ("incident", broken), ("completed", done)):
        found = person.types("runs", "--state", state, "--json").json["runs"]
        assert [each["run"] for each in found] == [run], state
    assert {each["state"] for each in person.types("runs", "--json").json["runs"]} == {"running", "completed"}
    assert len(person.types("runs", "--json", "--limit", "2").json["runs"]) == 2


def test_a_run_that_nobody_works_on_is_told_as_interrupted() -> None:
    now = dt.datetime(2026, 11, 20, tzinfo=dt.UTC)
    view = RunView(
        run="r", project="p", flow="f", release="h", environment="local", state="running", busy=True, started_at=now
    )
    assert standing_words(view, worked_on=False) == "interrupted"
    assert standing_words(view, worked_on=True) == "running"
    rests = view.model_copy(update={"busy": False})
    assert standing_words(rests, worked_on=False) == "waiting"
    assert standing_words(rests.model_copy(update={"next_due": now}), worked_on=False) == "waiting for a time"
    suspended = rests.model_copy(update={"state": "suspended", "open_incidents": 1})
    assert standing_words(suspended, worked_on=False) == "suspended, at an incident"


@pytest.mark.parametrize("width", [200, 80, 40, 20])
def test_ids_are_whole_on_a_terminal_of_any_width(
    width: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("runtime.cli.printing._is_watched", lambda: True)
    monkeypatch.setenv("COLUMNS", str(width))
    identity = "r-20261120T140207-5f0c9a31:approve_large_refund#12"
    print_table(("TASK", "QUESTION", "FOR"), [(identity, "Refund 312 EUR to Elena Novak?", "finance")])
    shown = capsys.readouterr().out
    assert identity in shown
    assert "finance" in shown


def test_answering_goes_on_with_the_run(person: Person) -> None:
    run = person.runs(312)["run"]["run"]
    said = person.types("answer", f"{run}:finance#1", "approve", "--as", "petra")
    assert said.code == Exit.DONE
    assert said.out.startswith("Decided: approve.")
    assert "completed, paid" in said.out
    late = person.types("answer", f"{run}:finance#1", "reject", "--as", "omar", "--data", '{"comment": "No."}')
    assert late.code == Exit.REFUSED
    assert "petra decided" in late.err
    assert "Nothing is left to do." in late.err


def test_an_incident_is_listed_and_resolved(person: Person) -> None:
    said = person.types("run", person.project, "broken", "--input", '{"a": "x"}')
    assert said.code == Exit.INCIDENT
    (incident,) = person.types("incidents", "--json").json["incidents"]
    assert incident["incident"] in person.types("incidents").out
    wrong = person.types("resolve", incident["incident"], "--how", "discard", "--as", "ops")
    assert wrong.code == Exit.REFUSED
    right = person.types(
        "resolve", incident["incident"], "--how", "by_hand", "--port", "default", "--output", '{"choice": "default"}',
        "--as", "ops", "--reason", "Looked.",
    )  # fmt: skip
    assert right.code == Exit.DONE
    assert "completed, ok" in right.out
    assert person.types("incidents").err == "There are no open incidents.\n"


def test_a_run_is_suspended_resumed_and_cancelled(person: Person) -> None:
    run = person.runs(312)["run"]["run"]
    assert person.types("suspend", run, "--as", "ops").code == Exit.DONE
    assert person.types("runs", "--json").json["runs"][0]["state"] == "suspended"
    resumed = person.types("resume", run, "--as", "ops", "--json")
    assert (resumed.code, resumed.json["run"]["state"]) == (Exit.WAITING, "running")
    cancelled = person.types("cancel", run, "--as", "ops", "--reason", "Called back.")
    assert cancelled.code == Exit.DONE
    assert "cancelled" in cancelled.out
    assert person.types("cancel", run, "--as", "ops").code == Exit.REFUSED


def test_resume_without_a_name_goes_on_with_all(person: Person) -> None:
    run = person.runs(312)["run"]["run"]
    said = person.types("resume", "--json")
    assert said.code == Exit.DONE
    assert [each["run"] for each in said.json["runs"]] == [run]


def test_signals_are_taken(person: Person) -> None:
    said = person.types("signal", "paid", "C-1", "--payload", '{"amount": 5}', "--id", "bank-1", "--json")
    assert (said.code, said.json["signal"]) == (Exit.DONE, "bank-1")
    assert person.types("signal", "paid", "C-1", "--payload", '{"amount": 6}', "--id", "bank-1").code == Exit.REFUSED


def test_check_lists_problems_with_places_and_repairs(person: Person) -> None:
    assert person.types("check", person.project).code == Exit.DONE
    file = Path(person.project) / "flows" / "refund.flow.json"
    flow = json.loads(file.read_text(encoding="utf-8"))
    flow["edges"][0]["to"] = "chekc"
    file.write_text(json.dumps(flow), encoding="utf-8")
    said = person.types("check", person.project)
    assert said.code == Exit.FINDINGS
    assert "chekc" in said.out
    listed = person.types("check", person.project, "--json").json
    assert listed["errors"] >= 1
    assert all({"code", "severity", "where", "message"} <= set(each) for each in listed["problems"])
    refused = person.types("run", person.project, "refund", "--input", '{"amount": 1}')
    assert refused.code == Exit.FINDINGS
    assert "chekc" in refused.err
    assert person.types("pack", person.project).code == Exit.FINDINGS
    assert person.types("runs").code == Exit.NOT_FOUND


def test_schemas_one_and_all(person: Person) -> None:
    every = person.types("schema").json
    assert {"flow", "project", "environment", "approval@1"} <= set(every)
    assert person.types("schema", "flow").json["$id"] == "urn:baton:schema:flow:1"
    assert "conditions" in person.types("schema", "decision/condition").json["properties"]
    written = person.types("schema", "flow", "-o", "schemas")
    assert json.loads(Path(written.out.strip()).read_text(encoding="utf-8"))["$id"] == "urn:baton:schema:flow:1"
    unknown = person.types("schema", "flwo")
    assert (unknown.code, "Did you mean flow?" in unknown.err) == (Exit.NOT_FOUND, True)


def test_a_new_node_is_used_once_the_user_trusts_its_folder(person: Person) -> None:
    said = person.types("new-node", "shout", "--kind", "pure")
    assert said.code == Exit.DONE
    assert "--trust" in said.out
    project = Path("shouting")
    (project / "flows").mkdir(parents=True)
    (project / "project.json").write_text('{"format_version": 1, "id": "shouting"}', encoding="utf-8")
    example = json.loads(Path("baton_nodes/shout/example.flow.json").read_text(encoding="utf-8"))
    (project / "flows" / f"{example['id']}.flow.json").write_text(json.dumps(example), encoding="utf-8")
    untrusted = person.types("check", "shouting")
    assert untrusted.code == Exit.FINDINGS
    assert "control/shout" in untrusted.out
    trusted = person.types("new-node", "whisper", "--kind", "pure", "--trust")
    assert trusted.code == Exit.DONE
    settings = json.loads((person.home / "settings.json").read_text(encoding="utf-8"))
    assert settings == {"trusted_node_folders": [str(Path("baton_nodes").resolve())]}
    assert person.types("check", "shouting").code == Exit.DONE
    (Path("baton_nodes") / "whisper" / "type.py").write_text("import no_such_package", encoding="utf-8")
    broken = person.types("schema", "whisper")
    assert (broken.code, "no_such_package" in broken.err) == (Exit.REFUSED, True)
    again = person.types("new-node", "shout", "--kind", "pure")
    assert (again.code, "exists already" in again.err) == (Exit.REFUSED, True)


def test_secrets_come_from_the_pipe_and_are_never_shown(person: Person) -> None:
    for given in (b"hunter2-and-more\n", b"hunter2-and-more\r\n"):
        process = person.process("secret", "set", "CRM_KEY")
        out, err = process.communicate(given, timeout=60)
        assert process.returncode == Exit.DONE, err
        assert b"hunter2" not in out + err
        assert b"file:CRM_KEY" in out
    stored = person.home / "secrets.json"
    assert '"hunter2-and-more"' in stored.read_text(encoding="utf-8")
    if sys.platform != "win32":
        assert stat.S_IMODE(stored.stat().st_mode) == 0o600
    assert person.types("secret", "list").out == "CRM_KEY\n"
    assert person.types("secret", "forget", "CRM_KEY").code == Exit.DONE
    assert person.types("secret", "forget", "CRM_KEY").code == Exit.NOT_FOUND
    assert person.types("secret", "set", "CRM_KEY", "hunter2-and-more").code == Exit.USAGE


def test_the_version_is_told(person: Person) -> None:
    assert person.types("--version").out.startswith("baton ")
