"""Cases: decision files, the steps that ask them, and the tables in them."""

from __future__ import annotations

from typing import Any

from tests.nodes.dmn.models import decision, definitions, input_element, literal, table
from tests.runtime.model.rules.drawings import flow

RULES = [["<= 50", "-", '"auto"'], ["> 50", '"gold"', '"auto"'], ["> 50", '"silver"', '"team"']]
TIERS = ("Tier", '"gold","silver"')


def dmn(rules: list[list[str]] | None = None, policy: str = "UNIQUE", logic: str = "", **output: str) -> bytes:
    """A decision `Route` of `Amount` and `Tier`."""
    drawn = logic or table(["Amount", TIERS], RULES if rules is None else rules, policy, outputs=[output])
    inputs = (input_element("Amount", "number"), input_element("Tier", "string"))
    return definitions(*inputs, decision("Route", drawn, ["Amount", "Tier"])).encode()


def asking(**config: Any) -> dict[str, Any]:
    """A flow whose step `a` asks it."""
    whole = {
        "file": "route",
        "decision": "Route",
        "inputs": {"Amount": 5, "Tier": "gold"},
        "ways": [{"port": "auto"}, {"port": "team"}],
        **config,
    }
    ports = [way["port"] for way in whole["ways"]] + (["otherwise"] if whole.get("otherwise") else [])
    edges = " ".join(f"a.{port}>end" for port in ports or ["done"])
    return flow({"start": "manual", "a": ("decision/table", whole), "end": "end"}, f"start>a {edges}")


FILE = "decisions/route.dmn"
Told = tuple[str, str | None, str | None]
BAD: list[tuple[str, dict[str, Any], dict[str, bytes], list[Told], str]] = [
    ("no such file", asking(file="rute"), {"route": dmn()},
     [("DECISION_UNKNOWN", "a", "config.file"), ("DECISION_UNUSED", FILE, None)],
     'asks a decision of "decisions/rute.dmn", and there is no such file. Did you mean route?'),
    ("no such decision", asking(decision="Rout"), {"route": dmn()},
     [("DECISION_UNKNOWN", "a", "config.decision")], "Did you mean Route?"),
    ("no DMN", asking(), {"route": b"<definitions>"},
     [("DECISION_UNREADABLE", FILE, "line 1")], "The file can't be read."),
    ("no FEEL in a cell", asking(), {"route": dmn([["<= (", "-", '"auto"'], ["-", "-", '"team"']], "FIRST")},
     [("DECISION_MISTAKE", FILE, "line 1, column 5 of the expression")],
     "Decision `Route`, rule 1, column `Amount`"),
    ("a cell of SQL", asking(), {"route": dmn([["-", "LIKE 'g%'", '"auto"'], ["-", "-", '"team"']], "FIRST")},
     [("DECISION_MISTAKE", FILE, "line 1, column 6 of the expression")], 'Did you mean `starts with(?, "g")`?'),
    ("a decimal comma", asking(), {"route": dmn([["<= 9,50", "-", '"auto"'], ["-", "-", '"team"']], "FIRST")},
     [("TABLE_CELL", FILE, "line 1")], "Did you mean `<= 9.50`?"),
    ("an input left out, another made up", asking(inputs={"Amount": 5, "Teir": "gold"}), {"route": dmn()},
     [("DECISION_INPUTS", "a", "config.inputs"), ("DECISION_INPUTS", "a", "config.inputs.Teir")],
     'leaves out Tier, which "Route" needs'),
    ("a result without a way", asking(ways=[{"port": "auto"}]), {"route": dmn()},
     [("DECISION_WAYS", "a", "config.ways")], '"Route" can say team, and no way out is for that'),
    ("a way for no result", asking(ways=[{"port": "auto"}, {"port": "team"}, {"port": "boss"}]), {"route": dmn()},
     [("DECISION_WAY_NEVER", "a", "config.ways")], 'has a way out for "boss", which "Route" never says'),
    ("several outputs and none chosen", asking(),
     {"route": dmn(logic=table(["Amount", TIERS], [["-", "-", '"auto"', "1"]],
                               outputs=[{"name": "way"}, {"name": "fee"}]))},
     [("DECISION_WAYS", "a", "config.output")], "has the outputs way and fee, and none is chosen"),
    ("a column that looks at nothing", asking(),
     {"route": dmn(logic=table(["Amount", "Teir"], [["<= 50", "-", '"auto"'], ["> 50", "-", '"team"']]))},
     [("TABLE_COLUMN", FILE, "line 1")], 'The column "Teir" looks at Teir, which nothing has. Did you mean Tier?'),
    ("a gap", asking(), {"route": dmn([["< 50", "-", '"auto"'], ["> 50", "-", '"team"']])},
     [("TABLE_GAP", FILE, "line 1")], "no rule covers the case that Amount is exactly 50"),
    ("an overlap", asking(), {"route": dmn([["<= 50", "-", '"auto"'], [">= 50", "-", '"team"']])},
     [("TABLE_OVERLAP", FILE, "line 1")], "Rules 1 and 2 both match where Amount is exactly 50"),
    ("a rule that never decides", asking(),
     {"route": dmn([["-", "-", '"auto"'], ["> 9", "-", '"team"']], "FIRST")},
     [("TABLE_DEAD_RULE", FILE, "line 1")], "Rule 2 can never decide: rule 1 takes all"),
    ("a rule that changes nothing", asking(),
     {"route": dmn([["> 9", '"gold"', '"auto"'], ["> 9", "-", '"auto"'], ["-", "-", '"team"']], "FIRST")},
     [("TABLE_DEAD_RULE", FILE, "line 1")], "Rule 1 changes nothing: rule 2 covers it"),
    ("cells that can't be meant", asking(),
     {"route": dmn([['"50"', "-", '"auto"'], ["-", '"glod"', '"auto"'], ["-", "-", '"team"']], "FIRST")},
     [("TABLE_CELL", FILE, "line 1"), ("TABLE_CELL", FILE, "line 1")],
     "Amount is of the type number"),
]  # fmt: skip
GOOD: list[tuple[str, dict[str, Any], dict[str, bytes]]] = [
    ("a table without gaps", asking(), {"route": dmn()}),
    ("other results have a way", asking(ways=[{"port": "auto"}], otherwise=True), {"route": dmn()}),
    ("a result is only passed on", asking(ways=[]), {"route": dmn()}),
    ("whole numbers side by side", asking(), {"route": dmn([["<= 50", "-", '"auto"'], [">= 51", "-", '"team"']])}),
    ("a result that is worked out", asking(), {"route": dmn(logic=literal('if Amount > 5 then "auto" else Tier'))}),
    ("a default", asking(), {"route": dmn([["> 50", "-", '"team"']], default='"auto"')}),
]
