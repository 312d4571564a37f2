"""A decision by conditions in the place of the example's decision table, so that both kinds are tried."""

from __future__ import annotations

from designer.document.command import compound
from designer.document.commands.set_field import set_field
from designer.services import Services

FLOW = "billing_dispute"
AT_ONCE = 'vars.bill.owed <= 50.00 and get_customer.disputes_last_90_days <= 1 and check_fraud.level = "low"'
CONDITIONS = {
    "conditions": [
        {
            "port": "at_once",
            "title": "Small, clean history",
            "when": {"feel": AT_ONCE},
        },
        {"port": "suspicious", "title": "Looks suspicious", "when": {"feel": 'check_fraud.level = "high"'}},
    ],
    "default_title": "Finance decides",
}


def decide_by_conditions(services: Services) -> Services:
    """“Who decides?” asks conditions; nothing of that is in the history."""
    flow = services.document.project.flows[FLOW]
    ports = [edge.port for edge in flow.edges_from("route")]
    config = {**CONDITIONS, "conditions": [dict(one) for one in CONDITIONS["conditions"]]}
    for condition, port in zip(config["conditions"], sorted(set(ports) - {"default"}), strict=False):
        condition["port"] = port
    changes = (
        set_field(FLOW, "route", "type", "decision/condition"),
        set_field(FLOW, "route", "config", config),
        set_field(FLOW, "route", "title", "Who decides?"),
    )
    services.document.do(compound("Conditions", *changes))
    services.document.history.clear()
    return services
