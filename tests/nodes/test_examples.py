"""The example of each node type: nothing is wrong with it, and played in memory it ends as it says."""

import datetime as dt
import inspect
from decimal import Decimal
from pathlib import Path

import pytest

from nodes.contract import Effect, HumanTask, from_wire
from nodes.registry import built_ins
from runtime.engine.events import StepStarted
from runtime.engine.simulate import START_AT, Advance, Broke, Replied, simulate
from runtime.engine.stimuli import Answer, SendSignal, Start
from runtime.model.canonical import plain, read_json, write_json
from runtime.model.flow import Flow
from runtime.model.project import ConnectionNeed, Project, ProjectFile, Role
from runtime.model.rules import check_project

DAY = 86_400


def example(type_id):
    found = built_ins().latest(type_id)
    file = Path(inspect.getfile(found.Config)).with_name("example.flow.json")
    return file, Flow.model_validate(read_json(file.read_bytes()))


def called(type_id):
    """The flows beside the example, which it calls."""
    file, flow = example(type_id)
    beside = [Flow.model_validate(read_json(other.read_bytes())) for other in sorted(file.parent.glob("*.flow.json"))]
    return {other.id: other for other in beside if other.id != flow.id}


def decisions(type_id):
    """The decision files beside the example."""
    file, _ = example(type_id)
    return {found.stem: found.read_bytes() for found in sorted(file.parent.glob("*.dmn"))}


def behaviours(flow):
    for node in flow.nodes:
        found = built_ins().get(node.type, node.version)
        yield found.behaviour(found.Config.model_validate(node.config))


@pytest.mark.parametrize("type_id", [found.id for found in built_ins().types])
def test_nothing_is_wrong_with_it(type_id):
    file, flow = example(type_id)
    assert write_json(plain(flow)) == file.read_bytes()
    roles = {flow.owner} | {
        role for b in behaviours(flow) if isinstance(b, HumanTask) for role in (b.role, b.escalate_to) if role
    }
    for other in called(type_id).values():
        roles.add(other.owner)
    project = Project(
        file=ProjectFile(id="examples", roles=tuple(Role(id=role, members_at_least=2) for role in sorted(roles))),
        flows={flow.id: flow, **called(type_id)},
        decisions=decisions(type_id),
        connections={b.connection: ConnectionNeed(kind="http") for b in behaviours(flow) if isinstance(b, Effect)},
    )
    assert [problem.as_json() for problem in check_project(project, built_ins())] == []


INVOICE = Replied("get_invoice#1", from_wire({"status": 200, "headers": {}, "body": {"amount": 30}}))
REFUNDED = Replied("refund#1", from_wire({"status": 201, "headers": {}, "body": {"id": "R1"}}))
APPROVE = {"amount": Decimal(700), "customer": "Zoë", "requested_by": "rita"}


@pytest.mark.parametrize(
    ("type_id", "given", "stimuli", "outcome", "output"),
    [
        ("triggers/manual", {"customer_id": "C1", "requested_by": "rita"}, [], "noted", {}),
        (
            "adapters/http_request",
            {"invoice_id": "I1", "reason": "twice"},
            [INVOICE, REFUNDED],
            "refunded",
            {"refund_id": "R1"},
        ),
        (
            "adapters/http_request",
            {"invoice_id": "I1", "reason": "twice"},
            [INVOICE, Replied("refund#1", from_wire({"status": 409, "headers": {}, "body": None}))],
            "not_refunded",
            {},
        ),
        (
            "adapters/http_request",
            {"invoice_id": "I1", "reason": "twice"},
            [Broke("get_invoice#1", "http_404", retryable=False, status=404)],
            "not_refunded",
            {},
        ),
        ("decision/condition", {"amount": Decimal(501), "tier": "gold"}, [], "looked_at", {}),
        ("decision/condition", {"amount": Decimal(50), "tier": "standard"}, [], "paid", {}),
        ("decision/table", {"amount": Decimal(50), "tier": "standard"}, [], "paid", {}),
        ("decision/table", {"amount": Decimal("50.01"), "tier": "standard"}, [], "with_team", {}),
        ("decision/table", {"amount": Decimal(500), "tier": "gold"}, [], "paid", {}),
        ("decision/table", {"amount": Decimal(501), "tier": "gold"}, [], "with_finance", {}),
        (
            "approval",
            APPROVE,
            [
                Answer(step="ask_finance#1", choice="approved", by="rita"),  # barred: it is her own request
                Answer(step="ask_finance#1", choice="approved", by="ann"),
                Answer(step="ask_finance#1", choice="approved", by="ben"),
            ],
            "approved",
            None,
        ),
        (
            "approval",
            APPROVE,
            [Answer(step="ask_finance#1", choice="rejected", by="ann", form={"comment": "no"})],
            "rejected",
            {},
        ),
        ("approval", APPROVE, [Advance(3 * DAY)], "undecided", {}),
        ("logging/note", {"customer_id": "C1", "summary": "angry"}, [], "noted", {"note": "Call with C1: angry"}),
        ("control/set", {}, [Advance(60), Advance(60)], "tried", {"tries": Decimal(3)}),
        (
            "control/value",
            {"gross": Decimal(119), "tax": Decimal(19)},
            [],
            "worked_out",
            {"net": Decimal(100), "taxed": True},
        ),
        (
            "control/validate",
            {"street": "A 1", "zip": "1234", "city": "B"},
            [],
            "refused",
            {"mistakes": [{"path": "zip", "message": "should look like ^[0-9]{5}$"}]},
        ),
        (
            "control/validate",
            {"street": "A 1", "zip": "12345", "city": "B"},
            [],
            "accepted",
            {"address": {"street": "A 1", "zip": "12345", "city": "B"}},
        ),
        ("control/join", {"customer_id": "C1"}, [], "both", {"arrived": ["note_billing", "note_crm"]}),
        ("control/wait", {"contract_id": "K1"}, [Advance(15 * DAY)], "firm", {}),
        (
            "control/wait_for_signal",
            {"invoice_id": "I1"},
            [
                SendSignal(name="payment_received", key="I2", payload={"amount": Decimal(1)}, id="s1"),
                SendSignal(name="payment_received", key="I1", payload={"amount": Decimal(30)}, id="s2"),
            ],
            "paid",
            {"amount": Decimal(30)},
        ),
        ("control/wait_for_signal", {"invoice_id": "I1"}, [Advance(4 * DAY)], "unpaid", {}),
        ("control/subflow", {"claim": Decimal(30)}, [], "settled", {"amount": Decimal(30)}),
        ("control/subflow", {"claim": Decimal(300)}, [], "open", {}),
        (
            "control/for_each",
            {
                "customer": "C1",
                "invoices": [{"id": "I1", "disputed": False}, {"id": "I2", "disputed": False}],
            },
            [],
            "settled",
            {"count": Decimal(2)},
        ),
        (
            "control/for_each",
            {
                "customer": "C1",
                "invoices": [{"id": name, "disputed": name == "I2"} for name in ("I1", "I2", "I3", "I4")],
            },
            [],
            "stopped",
            {
                "outputs": [
                    {"outcome": "settled", "resolved": True, "output": {"note": "C1 I1"}},
                    {"outcome": "disputed", "resolved": False, "output": {}},
                    {"outcome": "settled", "resolved": True, "output": {"note": "C1 I3"}},  # under way by then
                    None,
                ]
            },
        ),
        ("control/end", {"settled": True}, [], "settled", {"settled": True}),
        ("control/end", {"settled": False}, [], "given_up", {}),
    ],
)
def test_it_ends_as_it_says(type_id, given, stimuli, outcome, output):
    _, flow = example(type_id)
    start = Start(flow=flow.id, input=given)
    played = simulate({flow.id: flow, **called(type_id)}, [start, *stimuli], decisions=decisions(type_id))
    state = played.state()
    assert not played.incidents()
    assert (state.state, state.outcome) == ("completed", outcome)
    if output is not None:
        assert {name: state.output[name] for name in output} == output


def test_a_wait_until_an_hour_ends_at_that_hour_of_its_zone():
    _, flow = example("control/wait")
    played = simulate(flow, [Start(flow=flow.id, input={"contract_id": "K1"}), Advance(15 * DAY)])
    dues = {event.step: event.due["wait"] for event in played.journal() if isinstance(event, StepStarted) and event.due}
    firm = START_AT + dt.timedelta(days=14)
    # Nine o'clock in Berlin is eight in UTC in January, which has passed when the fourteen days are over.
    assert dues == {"cool_off#1": firm, "office_hours#1": firm.replace(hour=8, minute=0)}


def test_an_address_with_a_part_that_is_missing_is_never_asked_for():
    _, flow = example("adapters/http_request")
    raw = plain(flow)
    raw["nodes"][1]["config"]["path"] = "/invoices/{input.invoice_number}"
    flow = Flow.model_validate(raw)
    played = simulate(flow, [Start(flow=flow.id, input={"invoice_id": "I1", "reason": "twice"})])
    (incident,) = played.incidents()
    assert (incident.kind, incident.step) == ("expression", "get_invoice#1")
    assert played.effects == []
