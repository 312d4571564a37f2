"""Commands of forms and pages: each does, undoes and redoes to identical bytes, and says what it refuses."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from designer.document import rereading
from designer.document.command import Command, CommandRefused
from designer.document.commands.add_node import add_node
from designer.document.commands.carry_answer import carry_answer
from designer.document.commands.carry_input import carry_input
from designer.document.commands.carry_variable import carry_variable
from designer.document.commands.change_parts import delete_part, delete_sample, rename_part, rename_sample
from designer.document.commands.delete import delete
from designer.document.commands.edit_decision import edit_table
from designer.document.commands.environments import add_environment, remove_environment, rename_environment
from designer.document.commands.rename_node import rename_node
from designer.document.commands.retitle import mentioned, retitle_outcome, retitle_role
from designer.document.commands.retitle_step import retitle_step
from designer.document.commands.set_field import UNSET, path_of, put, same, set_field
from designer.document.commands.set_flow_field import add_outcome, remove_outcome, set_flow_field
from designer.document.commands.set_part import remove_role, set_connection, set_form, set_role, set_sample
from designer.document.document import Document
from designer.document.rereading import of_entry, rewritten
from nodes.dmn.editing import Column, TableEdit
from nodes.feel import CompiledExpression, compile_expression
from nodes.registry import built_ins
from runtime.model.files import load_project
from runtime.model.flow import Flow, Node
from runtime.model.package import pack
from runtime.model.project import Project
from runtime.model.rules import check_project

FLOW = "billing_dispute"
EXAMPLE = Path(__file__).parents[3] / "projects" / FLOW

COMMANDS: dict[str, Callable[[Project], Command]] = {
    "path of keys": lambda p: set_field(FLOW, "get_customer", ("config", "headers", "X.Trace"), "on"),
    "exact number": lambda p: set_field(FLOW, "get_customer", "retry.first_delay", Decimal("1.50")),
    "row of a list": lambda p: set_field(FLOW, "how_many", "config.conditions[1].title", "First"),
    "flow title": lambda p: set_flow_field(FLOW, ("title",), "Disputes"),
    "flow input": lambda p: set_flow_field(FLOW, ("input_schema", "properties", "reason", "title"), "Why"),
    "flow unset": lambda p: set_flow_field(FLOW, ("sla",), UNSET),
    "outcome": lambda p: set_flow_field(FLOW, ("outcomes", 0, "resolved"), False),
    "add outcome": lambda p: add_outcome(FLOW, "withdrawn", "Withdrawn"),
    "remove outcome": lambda p: remove_outcome(FLOW, "rejected"),
    "rename step": lambda p: rename_node(FLOW, "get_customer", "who"),
    "sample": lambda p: set_sample(FLOW, "another", {"amount": Decimal("12.50")}),
    "form": lambda p: set_form("evidence", {"type": "object", "properties": {"why": {"type": "string"}}}),
    "connection": lambda p: set_connection("mail", {"kind": "http", "title": "Mail"}),
    "known connection": lambda p: set_connection("crm", {"kind": "http", "title": "CRM"}),
    "outcome's title": lambda p: retitle_outcome(FLOW, 0, "Money back", follow=True),
    "role's title": lambda p: retitle_role(0, "Others", follow=False),
    "role": lambda p: set_role("auditors", "Auditors", 2),
    "known role": lambda p: set_role(p.file.roles[0].id, "Others"),
    "add environment": lambda _: add_environment("audit"),
    "rename environment": lambda p: rename_environment(p.file.environments[0], "audit"),
    "remove environment": lambda p: remove_environment(p.file.environments[0]),
    "carry answer": lambda _: carry_answer(FLOW, "approve_refund", "comment", "remark"),
    "carry variable": lambda _: carry_variable(FLOW, "work_out", "bill", "account"),
    "carry input": lambda _: carry_input(FLOW, "customer", "who"),
    "remove role": lambda p: remove_role(p.file.roles[0].id),
}


@pytest.fixture(scope="module")
def example() -> Project:
    return load_project(EXAMPLE)


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_does_undoes_and_redoes_to_identical_bytes(name: str, example: Project) -> None:
    document = Document(example)
    before = pack(document.project)

    assert document.do(COMMANDS[name](example)) is True
    after = pack(document.project)
    assert after != before
    document.undo()
    assert pack(document.project) == before
    document.redo()
    assert pack(document.project) == after


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_done_twice_changes_nothing_the_second_time(name: str, example: Project) -> None:
    if name in ("add outcome", "rename step") or "environment" in name:
        return  # refused in words, since it is there already, or is gone
    document = Document(example)
    document.do(COMMANDS[name](example))
    assert document.do(COMMANDS[name](example)) is False


def test_places_in_lists_are_counted_from_one_as_findings_do() -> None:
    assert path_of("config.conditions[2].when") == ("config", "conditions", 1, "when")
    assert put({"a": [1, 2]}, ("a", 1), UNSET) == {"a": [1]}
    assert put({}, ("a", 0, "b"), 5) == {"a": [{"b": 5}]}
    assert put({"x": 1}, ("a", "b"), UNSET) == {"x": 1}


def test_values_that_are_written_otherwise_are_not_the_same() -> None:
    assert not same(Decimal("1.5"), Decimal("1.50"))
    assert not same(1, True)
    assert not same({"a": 1, "b": 2}, {"b": 2, "a": 1})
    assert same((1, "x"), [1, "x"])


def test_a_renamed_step_is_read_by_its_new_name_everywhere(example: Project) -> None:
    document = Document(example)
    document.do(rename_node(FLOW, "get_customer", "who"))

    flow = document.project.flows[FLOW]
    text = str(flow.model_dump())
    assert flow.node("get_customer") is None
    assert "get_customer" not in text
    assert "who.preferred_channel" in text
    assert len(flow.edges) == len(example.flows[FLOW].edges)
    assert "who" in document.project.layouts[FLOW]["nodes"]


def test_what_a_renamed_step_answers_in_samples_goes_along(example: Project) -> None:
    after = rename_node(FLOW, "get_customer", "who").apply(example)
    for sample, before in example.scenarios[FLOW].items():
        effects = after.scenarios[FLOW][sample]["effects"]
        assert effects["who"] == before["effects"]["get_customer"]
        assert next(iter(effects)) == "who", "in its place"
        assert "get_customer" not in effects


READING = {
    'get_customer.name + input.get_customer + "get_customer"': 'who.name + input.get_customer + "get_customer"',
    "for get_customer in input.all return get_customer.name": "for get_customer in input.all return get_customer.name",
    "{get_customer: get_customer.name, again: get_customer}": "{get_customer: who.name, again: get_customer}",
    "[1, 2][item > get_customer.since]": "[1, 2][item > who.since]",
    "function(get_customer) get_customer": "function(get_customer) get_customer",
}


@pytest.mark.parametrize("text", READING)
def test_only_what_reads_the_step_reads_it_by_its_new_name(text: str, example: Project) -> None:
    document = Document(example)
    document.do(set_field(FLOW, "route", ("config", "inputs", "Tier"), {"feel": text}))
    document.do(set_field(FLOW, "audit_note", ("config", "text"), f"get_customer {{  {text}}} {{{{get_customer}}}}"))
    document.do(rename_node(FLOW, "get_customer", "who"))
    flow = document.project.flows[FLOW]
    route, note = flow.node("route"), flow.node("audit_note")
    assert route is not None
    assert note is not None
    assert route.config["inputs"]["Tier"] == {"feel": READING[text]}
    assert note.config["text"] == f"get_customer {{  {READING[text]}}} {{{{get_customer}}}}"


def test_what_reads_a_remembered_value_goes_along_unless_another_step_sets_it_too(example: Project) -> None:
    after = carry_variable(FLOW, "work_out", "bill", "account").apply(example)
    texts = json.dumps([node.model_dump(mode="json") for node in after.flows[FLOW].nodes])
    assert "vars.bill" not in texts
    assert "vars.account.owed" in texts
    assert carry_variable(FLOW, "explain_refund", "result", "ending").apply(example) is example, "three steps set it"


def test_what_has_no_names_of_its_own_is_not_read_again_under_the_new_one(
    example: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Five hundred expressions that read a value took 40 ms, half of it to see that none calls something else so."""
    read: list[str] = []

    def counted(text: str) -> CompiledExpression:
        read.append(text)
        return compile_expression(text)

    monkeypatch.setattr(rereading, "compile_expression", counted)
    for plain, own in (("vars.bill + 1", False), ("[1][item > vars.bill]", True)):
        read.clear()
        flow = set_field(FLOW, "route", ("config", "inputs", "Tier"), {"feel": plain}).apply(example).flows[FLOW]
        route = flow.node("route")
        assert route is not None
        rewritten(route.config["inputs"]["Tier"], {"bill": "account"}, of_entry("vars"))
        assert read == [plain, *([plain.replace("bill", "account")] if own else [])]


def _column(at: int, **other: str) -> Callable[[TableEdit], None]:
    return lambda edit: edit.change_column(at, replace(edit.sheet.columns[at], **other))


def _told(project: Project) -> list[str]:
    return [problem.message for problem in check_project(project, built_ins())]


def test_what_a_column_looks_at_is_given_under_its_new_name_by_steps_and_tests(example: Project) -> None:
    after = edit_table("Change column", "dispute_route", None, _column(2, expression="Amount")).apply(example)
    route = after.flows[FLOW].node("route")
    assert route is not None
    assert list(route.config["inputs"]) == ["Amount", "Tier", "Disputes in 90 days", "Fraud level"]
    assert route.config["inputs"]["Amount"] == {"feel": "vars.bill.owed"}
    assert all("Amount" in test["given"] for test in after.decision_tests["dispute_route"].values())
    assert _told(after) == _told(example)


def test_a_new_column_is_asked_of_the_step(example: Project) -> None:
    def add(edit: TableEdit) -> None:
        edit.add_column(Column("input", "Country", "Country", "string"))

    after = edit_table("Add column", "dispute_route", None, add).apply(example)
    assert any("leaves out Country" in message for message in _told(after))


def test_a_result_with_another_name_is_read_chosen_by_and_expected_under_it(example: Project) -> None:
    for at, old, new in ((4, "way", "road"), (5, "limit", "most")):
        after = edit_table("Change column", "dispute_route", None, _column(at, expression=new)).apply(example)
        texts = json.dumps([node.model_dump(mode="json") for node in after.flows[FLOW].nodes])
        assert f"route.result.{old}" not in texts
        assert all(new in test["expect"] for test in after.decision_tests["dispute_route"].values())
        assert _told(after) == _told(example)
        route = after.flows[FLOW].node("route")
        assert route is not None
        assert route.config["output"] == ("road" if old == "way" else "way")


def _with_new_step(example: Project) -> Document:
    document = Document(example)
    node = Node(id="http_request", type="adapters/http_request", version=1, title="HTTP request", config={})
    document.do(add_node(FLOW, node, (0.0, 0.0)))
    document.do(set_field(FLOW, "audit_note", "config.text", "{http_request.body.id}"))
    return document


def test_the_name_of_a_new_step_follows_its_title_until_somebody_else_may_know_it(example: Project) -> None:
    document = _with_new_step(example)
    assert document.is_new(FLOW, "http_request")

    def retitle(node: str, title: str, before: str) -> Project:
        follow = document.is_new(FLOW, node)
        flow = document.project.flows[FLOW]
        document.do(retitle_step(flow, node, title, follow=follow, kind="HTTP request", before=before))
        return document.project

    after = retitle("http_request", "Find the customer", "HTTP request")
    note, step = after.flows[FLOW].node("audit_note"), after.flows[FLOW].node("find_the_customer")
    assert note is not None
    assert note.config["text"] == "{find_the_customer.body.id}"
    assert step is not None
    assert step.title == "Find the customer"
    after = retitle("find_the_customer", "Customer", "Find the customer")
    assert after.flows[FLOW].node("customer_step") is not None, "an entry of an expression may be called customer"
    after = retitle("customer_step", "Audit note", "Customer")
    assert after.flows[FLOW].node("audit_note_2") is not None, "there is one of that name"
    document.mark_saved()
    after = retitle("audit_note_2", "Another name", "Audit note")
    assert after.flows[FLOW].node("audit_note_2") is not None, "a file knows it"


def test_a_step_that_comes_back_by_undo_or_from_a_colleague_is_not_new(example: Project) -> None:
    document = Document(example)
    document.do(delete(FLOW, ["audit_note"]))
    document.undo()
    assert not document.is_new(FLOW, "audit_note")
    theirs = _with_new_step(example).project
    document.replace(theirs)
    assert document.is_new(FLOW, "http_request")
    document.rest_on(theirs)
    assert not document.is_new(FLOW, "http_request")
    assert not document.saved


def test_a_name_that_somebody_chose_stays_and_one_that_can_not_be_too(example: Project) -> None:
    document = _with_new_step(example)
    flow = document.project.flows[FLOW]
    chosen = rename_node(FLOW, "http_request", "lookup").apply(document.project).flows[FLOW]
    assert retitle_step(chosen, "lookup", "Customer", follow=True, kind="HTTP request", before="x").select is None
    assert retitle_step(flow, "http_request", "", follow=True, kind="HTTP request").select is None
    document.do(set_field(FLOW, "route", "config.inputs.Tier", {"feel": "{the_cust: 1, b: http_request.x}.b"}))
    flow = document.project.flows[FLOW]
    document.do(retitle_step(flow, "http_request", "The cust", follow=True, kind="HTTP request"))
    step = document.project.flows[FLOW].node("http_request")
    assert step is not None
    assert step.title == "The cust"


def test_a_name_that_an_expression_uses_for_its_own_is_refused(example: Project) -> None:
    """``{customer: get_customer.name, tier: get_customer.tier}`` would read the customer's name as the customer."""
    with pytest.raises(CommandRefused, match="“customer” is what an expression"):
        rename_node(FLOW, "get_customer", "customer").apply(example)


@pytest.mark.parametrize("new", ["route", "Not good", "input", "sum"])
def test_an_id_that_can_not_be_is_refused(new: str, example: Project) -> None:
    with pytest.raises(CommandRefused):
        rename_node(FLOW, "get_customer", new).apply(example)


def test_the_name_of_what_is_new_follows_its_title_until_something_mentions_it(example: Project) -> None:
    document = Document(example)
    document.do(add_outcome(FLOW, "outcome_9", "Outcome 9"))
    place = len(document.project.flows[FLOW].outcomes) - 1
    before = document.project
    for title in ("Wit", "Withdrawn", "Withdrawn by the customer"):
        document.do(retitle_outcome(FLOW, place, title, follow=True))
    assert document.project.flows[FLOW].outcomes[place].id == "withdrawn_by_the_customer"
    assert document.history.count() == 2, "typing is one step"
    document.undo()
    assert document.project is before
    document.do(set_field(FLOW, "rejected_end", ("config", "outcome"), "outcome_9"))
    assert mentioned(document.project, "outcome_9")
    document.do(retitle_outcome(FLOW, place, "Withdrawn", follow=True))
    assert document.project.flows[FLOW].outcomes[place].id == "outcome_9"
    assert document.project.flows[FLOW].outcomes[place].title == "Withdrawn"


def test_a_role_that_is_named_keeps_its_name(example: Project) -> None:
    document = Document(example)
    owner = document.project.flows[FLOW].owner
    place = [role.id for role in document.project.file.roles].index(owner)
    document.do(retitle_role(place, "Somebody else", follow=True))
    assert document.project.file.roles[place].id == owner
    document.do(set_role("role_9", "Role 9"))
    document.do(retitle_role(len(document.project.file.roles) - 1, "Legal counsel", follow=True))
    assert document.project.file.roles[-1].id == "legal_counsel"


def test_environments_that_can_not_be_are_refused(example: Project) -> None:
    known = example.file.environments[0]
    for command in (add_environment(known), rename_environment("audit", "x"), remove_environment("audit")):
        with pytest.raises(CommandRefused):
            command.apply(example)
    with pytest.raises(CommandRefused, match="small letters"):
        rename_environment(known, "Not good").apply(example)


def test_what_is_gone_is_refused_in_words(example: Project) -> None:
    with pytest.raises(CommandRefused, match="does not exist any more"):
        set_field(FLOW, "how_many", "config.conditions[40].when", True).apply(example)
    with pytest.raises(CommandRefused, match="already"):
        add_outcome(FLOW, "rejected", "Again").apply(example)
    with pytest.raises(CommandRefused, match="not set here"):
        set_flow_field(FLOW, ("nodes",), [])


def test_what_reads_or_gives_a_field_of_the_input_goes_along_with_its_name(example: Project) -> None:
    other = Flow.model_validate(
        {
            "format_version": 1,
            "id": "other",
            "nodes": [
                {
                    "id": "call",
                    "type": "control/subflow",
                    "version": 1,
                    "config": {"flow": FLOW, "inputs": {"customer": {"feel": "input.customer"}, "reason": "none"}},
                }
            ],
            "edges": [],
        }
    )
    before = example.model_copy(update={"flows": {**example.flows, "other": other}})
    after = carry_input(FLOW, "customer", "who").apply(before)
    texts = json.dumps([node.model_dump(mode="json") for node in after.flows[FLOW].nodes])
    assert "input.customer" not in texts
    assert texts.count("input.who") == json.dumps(
        [node.model_dump(mode="json") for node in example.flows[FLOW].nodes]
    ).count("input.customer")
    assert "get_customer.name" in texts, "an entry of the same name elsewhere stays"
    assert after.samples[FLOW]["letter"]["who"] == example.samples[FLOW]["letter"]["customer"]
    call = after.flows["other"].node("call")
    assert call is not None
    assert call.config["inputs"] == {"who": {"feel": "input.customer"}, "reason": "none"}
    assert carry_input(FLOW, "nobody", "else").apply(before) is before


def test_what_reads_an_answer_goes_along_with_the_name_of_its_field(example: Project) -> None:
    asked = next(node for node in example.flows[FLOW].nodes if (node.config.get("form") or {}).get("properties"))
    texts = {
        "a": {"feel": f"{asked.id}.form.reason"},
        "b": {"feel": f'{asked.id}.answers[1].form.reason + {asked.id}.answers[item.choice = "x"].form.reason[1]'},
        "c": {"feel": f"other.form.reason + {asked.id}.reason + {asked.id}.form.other.reason + input.form.reason"},
        "d": f'Because: {{{asked.id}.form.reason}}, "{asked.id}.form.reason"',
    }
    reads = Node.model_validate({"id": "reads", "type": "logging/note", "version": 1, "config": texts})
    flow = example.flows[FLOW]
    flow = flow.model_copy(update={"nodes": (*flow.nodes, reads)})
    before = example.model_copy(update={"flows": {**example.flows, FLOW: flow}})
    found = carry_answer(FLOW, asked.id, "reason", "why").apply(before).flows[FLOW].node("reads")
    assert found is not None
    assert found.config == {
        "a": {"feel": f"{asked.id}.form.why"},
        "b": {"feel": f'{asked.id}.answers[1].form.why + {asked.id}.answers[item.choice = "x"].form.why[1]'},
        "c": texts["c"],
        "d": f'Because: {{{asked.id}.form.why}}, "{asked.id}.form.reason"',
    }
    assert carry_answer(FLOW, asked.id, "nobody", "else").apply(before) is before


def test_what_is_kept_beside_a_sample_or_a_table_goes_along(example: Project) -> None:
    held = example.scenarios[FLOW]["letter"]
    after = rename_sample(FLOW, "letter", "post").apply(example)
    assert "letter" not in after.scenarios[FLOW]
    assert after.scenarios[FLOW]["post"] == {**held, "sample": "post"}
    assert "post" not in delete_sample(FLOW, "post").apply(after).scenarios[FLOW]

    tests = {"dispute_route": {"one": {"given": {}, "expect": None}}}
    tested = example.model_copy(update={"decision_tests": tests})
    assert rename_part("decision", "dispute_route", "way").apply(tested).decision_tests == {
        "way": tests["dispute_route"]
    }
    assert delete_part("decision", "dispute_route").apply(tested).decision_tests == {}
    assert delete_part("connection", "crm").apply(tested).decision_tests == tests


def test_the_tests_of_a_table_go_along_with_its_column_and_those_of_others_do_not(example: Project) -> None:
    tests = {
        "named": {"decision": "Dispute route", "given": {"Owed": 1}},
        "first": {"given": {"Owed": 1, "Tier": "gold"}},
        "other": {"decision": "limits", "given": {"Owed": 1}},
        "both": {"given": {"Owed": 1, "vars.owed": 2}},
    }
    tested = example.model_copy(update={"decision_tests": {"dispute_route": tests}})

    def change(edit: TableEdit) -> None:
        edit.change_column(2, Column("input", "Owed", "vars.owed", "number"))

    held = edit_table("Change column", "dispute_route", None, change).apply(tested).decision_tests["dispute_route"]
    assert {name: list(test["given"]) for name, test in held.items()} == {
        "named": ["vars.owed"], "first": ["vars.owed", "Tier"], "other": ["Owed"], "both": ["Owed", "vars.owed"],
    }  # fmt: skip
