"""Cases: people, retries, variables, time, outcomes, undo, calls, secrets and sizes."""

from __future__ import annotations

from decimal import Decimal

from tests.runtime.model.rules.drawings import ASKED, AT, LINE, SPLIT, SPLIT_EDGES, Case, flow, line

# fmt: off
BAD: list[Case] = [
    (
        "task of an unknown role",
        line(("approval", {"role": "clark", "due": "PT1H", "escalate_to": "boss"}), ASKED),
        [("ROLE_UNKNOWN", "a", "config.escalate_to"), ("ROLE_UNKNOWN", "a", "config.role")],
        'names the role "boss", which does not exist. The project has clerk',
    ),
    (
        "unknown owners",
        line(("note", {}, {"owner": "nobody"}), owner="clerks"),
        [("ROLE_UNKNOWN", None, "owner"), ("ROLE_UNKNOWN", "a", "owner")],
        "The flow names the role",
    ),
    (
        "task without a time limit",
        line(("approval", {"timeout": None}), "start>a a.ok>end"),
        [("TASK_WITHOUT_TIME_LIMIT", "a", "config.timeout")],
        "for as long as it takes",
    ),
    (
        "more people than the role has",
        line(("approval", {"choices": [{"port": "ok", "title": "Fine", "needs": 3}]}), ASKED),
        [("QUORUM_TOO_LARGE", "a", "config.choices[1].needs")],
        'needs 3 people, but the role clerk is only sure to have 2 members',
    ),
    (
        "requester that nobody names",
        flow({"start": ("manual", None), "a": ("approval", {"not_requester": True}), "end": "end"},
             ASKED),
        [("REQUESTER_UNMAPPED", "a", "config.not_requester")],
        '"start" does not say who that is',
    ),
    (
        "retry of what must not be repeated",
        line(("http", {"method": "POST"}, {"retry": {"attempts": 3}})),
        [("ONCE_RETRY", "a", "retry")],
        "at most once",
    ),
    (
        "pauses of what must not be repeated",
        line(("test/once", {}, {"retry": {"first_delay": 1}})),
        [("ONCE_RETRY", "a", "retry")],
        "Remove the policy",
    ),
    (
        "hammering",
        line(("http", {}, {"retry": {"attempts": 1000, "first_delay": 0}})),
        [("RETRY_RANGE", "a", "retry")],
        "1000 times without a pause",
    ),
    (
        "first pause longer than the longest",
        line(("http", {}, {"retry": {"first_delay": 60, "factor": Decimal("1.5"), "max_delay": Decimal("0.5")}})),
        [("RETRY_RANGE", "a", "retry.max_delay")],
        "exceeds the longest",
    ),
    (
        "retry where nothing is tried",
        line(("note", {}, {"retry": {"attempts": 2}, "timeout": "PT1M"})),
        [("RETRY_POINTLESS", "a", "retry"), ("RETRY_POINTLESS", "a", "timeout")],
        "does nothing outside",
    ),
    (
        "parallel branches that write one variable",
        flow({**SPLIT, "x": "set", "y": "set"}, SPLIT_EDGES),
        [("VARS_RACE", "y", AT)],
        'After "fan" the branches run side by side, and "x" and "y" both set vars.n',
    ),
    (
        "write behind a merge of parallel branches",
        flow({"start": "manual", "x": "note", "y": "note", "m": "set", "end": "end"},
             "start>x start>y x>m y>m m>end"),
        [("VARS_RACE", "m", AT)],
        "is passed by each of them",
    ),
    (
        "write behind a join of any",
        flow({**SPLIT, "join": ("join", {"mode": "any"}), "y": "set", "late": "set"},
             "start>fan fan>x fan>y x>join y>join join.joined>late late>end"),
        [("VARS_RACE", "late", AT)],
        "both set vars.n",
    ),
    (
        "write behind a join that one of two branches alone leads to",
        flow({"start": "manual", "b": "note", "s": "note", "x": "note", "y": "set", "join": "join", "late": "set",
              "end": "end"},
             "start>s start>b s>x s>y x>join b>join join.joined>late y>end late>end"),
        [("VARS_RACE", "late", AT)],
        'After "s" the branches run side by side, and "y" and "late" both set vars.n',
    ),
    ("unreadable lengths", line(("note", {}, {"sla": "2 days"}), sla="PT0S"), [
        ("DURATION_INVALID", None, "sla"), ("DURATION_INVALID", "a", "sla")], "more than nothing"),
    ("negative limit", line(("http", {}, {"timeout": "-PT1M"})), [("DURATION_INVALID", "a", "timeout")], "more than"),
    (
        "task whose lengths are nothing or less",
        line(("approval", {"timeout": "PT0S", "remind": "-PT1H"}), ASKED),
        [("DURATION_INVALID", "a", "config.remind"), ("DURATION_INVALID", "a", "config.timeout")],
        "more than nothing",
    ),
    (
        "lengths beyond the calendar",
        line(("http", {}, {"timeout": "P99999999Y", "sla": "P8000Y"}), sla="PT9999999999H"),
        [("DURATION_INVALID", None, "sla"), ("DURATION_INVALID", "a", "sla"), ("DURATION_INVALID", "a", "timeout")],
        "as good as never. Leave it empty for none, or write",
    ),
    (
        "task whose lengths are beyond the calendar",
        line(("approval", {"timeout": "P99999999Y", "remind": "P1001Y", "due": "P1000Y"}), ASKED),
        [("DURATION_INVALID", "a", "config.remind"), ("DURATION_INVALID", "a", "config.timeout")],
        "more than 1,000 years",
    ),
    ("wait beyond the calendar", line(("wait", {"duration": "P99999999Y"})), [
        ("DURATION_INVALID", "a", "config.duration")], "as good as never. Write P3D"),
    ("zone of Mars", line("note", zone="Mars/X"), [("ZONE_UNKNOWN", None, "zone")], "Europe/Berlin"),
    ("empty zone", line("note", zone=""), [("ZONE_UNKNOWN", None, "zone")], "Use a name"),
    ("zone that is a path", line("note", zone="../../etc/passwd"), [("ZONE_UNKNOWN", None, "zone")], "no time zone"),
    (
        "input schema that is none",
        line("note", input_schema={"type": "objekt"}),
        [("SCHEMA_BROKEN", None, "input_schema.type")],
        "no JSON Schema",
    ),
    (
        "rules of a step that refer to nothing",
        line(("validate", {"rules": {"properties": {"n": {"$ref": "#/$defs/n"}}}}),
             "start>a a.valid>end a.invalid>end"),
        [("SCHEMA_BROKEN", "a", "config.rules.properties.n.$ref")],
        "leads to nothing",
    ),
    (
        "expected result that refers to itself in a circle",
        line(("http", {"expected": {"$ref": "#"}})),
        [("SCHEMA_BROKEN", "a", "config.expected")],
        "in a circle",
    ),
    (
        "content of a signal that refers to nothing",
        line(("signal", {"payload_schema": {"$ref": "#/$defs/paid"}}), "start>a a.received>end"),
        [("SCHEMA_BROKEN", "a", "config.payload_schema.$ref")],
        "leads to nothing",
    ),
    (
        "field of a form that refers to itself in a circle",
        line(("approval", {"form": {"type": "object", "properties": {"n": {
            "type": "number", "anyOf": [{"$ref": "#/properties/n"}]}}}}), ASKED),
        [("SCHEMA_BROKEN", "a", "config.form.properties.n")],
        "in a circle",
    ),
    (
        "outcome that is not declared",
        flow({"start": "manual", "end": ("end", {"outcome": "payd"})}, "start>end", outcomes=[{"id": "paid"}]),
        [("OUTCOME_UNREACHED", None, "outcomes[1]"), ("OUTCOME_UNKNOWN", "end", "config.outcome")],
        "No end reaches",
    ),
    (
        "outcome declared twice",
        flow({"start": "manual", "end": ("end", {"outcome": "o"})}, "start>end", outcomes=[{"id": "o"}, {"id": "o"}]),
        [("ID_DUPLICATE", None, "outcomes")],
        "declared 2 times",
    ),
    (
        "undo that is not there",
        line(("http", {}, {"undo": "back"})),
        [("UNDO_INVALID", "a", "undo")],
        "does not exist",
    ),
    (
        "undo with lines",
        flow({"start": "manual", "a": ("http", {}, {"undo": "b"}), "b": "note", "end": "end"}, "start>a a>b b>end"),
        [("UNDO_INVALID", "a", "undo")],
        "has lines of its own",
    ),
    (
        "undo of nothing",
        flow({"start": "manual", "a": ("note", {}, {"undo": "b"}), "b": "note", "end": "end"}, LINE),
        [("UNDO_INVALID", "a", "undo")],
        "nothing to take back",
    ),
    (
        "an undo that reads what it undoes is drawn well, and is not run yet",
        flow({"start": "manual", "a": ("http", {}, {"undo": "back"}),
              "back": ("http", {"path": "/{undone.output.body.id}/{a.body.id}/{input.id}"}), "end": "end"}, LINE),
        [("UNDO_LATER", "a", "undo")],
        "does not run it yet",
    ),
    (
        "an end that takes back",
        flow({"start": "manual", "a": "note", "end": ("end", {"undo": True})}, LINE),
        [("UNDO_LATER", "end", "config.undo")],
        "does not do it yet",
    ),
    ("call of nothing", line(("test/child", {"flow": "g"})), [("CHILD_INVALID", "a", "config.flow")], "not exist"),
    ("call of itself", line(("test/child", {"flow": "f"})), [("CHILD_INVALID", "a", "config.flow")], "without end"),
    ("unknown seat", line(("note", {}, {"seat": "Agnet"})), [("SEAT_UNKNOWN", "a", "seat")], "agent, customer"),
    (
        "secrets",
        line(("http", {"headers": {"X-Api-Key": "abc"}, "body": {"kind": "form", "fields": {"password": "hunter2"}},
                       "query": {"q": "AKIAIOSFODNN7EXAMPLE"}, "method": "POST"})),
        [
            ("SECRET_IN_CLEAR", "a", "config.body.fields.password"),
            ("SECRET_IN_CLEAR", "a", "config.headers.X-Api-Key"),
            ("SECRET_IN_CLEAR", "a", "config.query.q"),
        ],
        "a field called password",
    ),
    (
        "secrets inside other texts",
        line(("note", {"text": "https://me:pw@host/ Bearer abcdefghijklmnop"})),
        [("SECRET_IN_CLEAR", "a", "config.text")],
        "shape of a key",
    ),
    (
        "text that looks drawn by chance",
        line(("set", {"assignments": {"n": "q8Zr3VtY7mKp2WxLs9DfGh4JbN6cA1eU"}})),
        [("SECRET_IN_CLEAR", "a", AT)],
        "looks like a key",
    ),
    (
        "overlong title",
        line(("note", {}, {"title": "x" * 5_000_000})),
        [("FLOW_LIMIT", "a", "title")],
        "has 5,000,000 characters",
    ),
    ("5,000 steps", flow({f"n{i}": "note" for i in range(5_000)}, ""), [("FLOW_LIMIT", None, None)], "has 5,000 steps"),
    (
        "10,000 lines out of one step",
        flow({"start": "manual"}, " ".join(f"start>n{i}" for i in range(10_000))),
        [("FLOW_LIMIT", None, None)],
        "10,000 lines out of 'start'",
    ),
]
# fmt: on
