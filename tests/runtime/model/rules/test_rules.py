"""Case law of the rules: one small drawing each, with every problem that it has, and drawings that have none."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from nodes.contract import Choice, HumanTask, NodeConfig, Port, Text
from nodes.registry import Registry
from runtime.model.problems import Fix, Problem, Severity
from runtime.model.rules import check_project, found_rules
from tests.runtime.model.rules.drawings import flow, project, short

Check = Callable[..., list[Problem]]
LINE = "start>a a>end"
"""Start, one step, end."""
ASKED = "start>a a.ok>end a.timeout>end"
"""The same with a task."""


def line(given: Any, edges: str = LINE, **more: Any) -> dict[str, Any]:
    """A flow of a start, one step called ``a``, and an end."""
    return flow({"start": "manual", "a": given, "end": "end"}, edges, **more)


SPLIT = {"start": "manual", "fan": "note", "x": "note", "y": "note", "join": "join", "end": "end"}
SPLIT_EDGES = "start>fan fan>x fan>y x>join y>join join.joined>end"
FIELDS = {"type": "object", "properties": {"claim": {"type": "object", "properties": {"amount": {}}}}}
LOOP = {"start": "manual", "send": "http", "look": "if", "end": "end"}
LOOP_EDGES = "start>send send>look look.yes>end look.default>send"


def reading(source: str, **more: Any) -> dict[str, Any]:
    """A flow whose step ``a`` reads ``source``."""
    return line(("set", {"assignments": {"n": {"feel": source}}}), **more)


AT = "config.assignments.n"

# fmt: off
BAD: list[tuple[str, dict[str, Any], list[tuple[str, str | None, str | None]], str]] = [
    # (name, flow, every problem, words of the first message)
    ("unknown type", line("nowhere/thing"), [("TYPE_UNKNOWN", "a", "type")], "not installed here"),
    ("misspelt type", line("logging/notes"), [("TYPE_UNKNOWN", "a", "type")], "Did you mean logging/note?"),
    (
        "unknown version",
        line(("note", {}, {"version": 9})),
        [("TYPE_UNKNOWN", "a", "version")],
        "needs version 9 of 'logging/note', but here is only 1",
    ),
    ("broken type", line("test/broken"), [("TYPE_BROKEN", "a", "type")], "needs the Python package 'slack'"),
    (
        "type that raises",
        line("test/raises"),
        [("TYPE_BROKEN", "a", "type")],
        "failed (ZeroDivisionError: a stranger's mistake)",
    ),
    ("remark of a type", line("test/remarks"), [("TYPE_REMARK", "a", "config")], "This looks odd."),
    (
        "required field missing",
        line(("note", None)),
        [("CONFIG_INVALID", "a", "config.text")],
        '"a": Note (text) is missing.',
    ),
    (
        "wrong values",
        line(("note", {"level": "loud", "category": "No!", "txet": "x"})),
        [
            ("CONFIG_INVALID", "a", "config.category"),
            ("CONFIG_INVALID", "a", "config.level"),
            ("CONFIG_INVALID", "a", "config.txet"),
        ],
        "Category does not have the form",
    ),
    (
        "deep field of a wrong kind",
        flow({"start": "manual", "a": ("if", {"conditions": [{"port": "yes", "when": 5}]}), "end": "end"}, LINE),
        [("CONFIG_INVALID", "a", "config.conditions[1].when")],
        "should be",
    ),
    (
        "line to a step that is not there",
        line("note", f"{LINE} a>ghost"),
        [("EDGE_DANGLING", "a", "a.done>ghost")],
        'there is no step "ghost"',
    ),
    (
        "line from a step that is not there",
        line("note", f"{LINE} ghost>end"),
        [("EDGE_DANGLING", None, "ghost.done>end")],
        'there is no step "ghost"',
    ),
    ("line drawn twice", line("note", f"{LINE} a>end"), [("EDGE_DUPLICATE", "a", "a.done>end")], "drawn 2 times"),
    (
        "line from a way out that is not there",
        line("note", f"{LINE} a.dne>end"),
        [("EDGE_PORT_UNKNOWN", "a", "a.dne>end")],
        "Did you mean done?",
    ),
    (
        "line out of an end",
        line("note", f"{LINE} end.done>a"),
        [("EDGE_PORT_UNKNOWN", "end", "end.done>a")],
        "nothing follows an end",
    ),
    (
        "line into a start",
        line("if", "start>a a.yes>end a.default>start"),
        [("EDGE_INTO_TRIGGER", "a", "a.default>start")],
        "leads into the start",
    ),
    (
        "two steps with one id",
        {**line("note"), "nodes": [*line("note")["nodes"], {"id": "a", "type": "control/end", "title": "Other"}]},
        [("NODE_DUPLICATE", "a", "id")],
        '2 steps have the id "a": a, Other',
    ),
    *(
        (f"id {bad!r}", flow({"start": "manual", bad: "note", "end": "end"}, f"start>{bad} {bad}>end"), [
            ("ID_INVALID", bad, "id")
        ], words)
        for bad, words in [
            ("Call_it", "small letters"),
            ("__proto__", "small letters"),
            ("x" * 65, "65 characters"),
            ("input", "already means something"),
            ("item", "already means something"),
            ("between", "a word of the expression language"),
            ("count", "built-in function"),
            ("nul", "Windows"),
            ("lpt9", "Windows"),
        ]
    ),
    ("empty flow", flow({}, ""), [("START_MISSING", None, None)], "Nothing starts this flow"),
    (
        "no start",
        flow({"a": "note", "end": "end"}, "a>end"),
        [("START_MISSING", None, None)],
        "Add a start",
    ),
    (
        "no end",
        flow({"start": "manual", "a": "wait", "b": "note"}, "start>a a>b b>a"),
        [("END_MISSING", None, None)],
        "never ends",
    ),
    (
        "branch that hangs in the air",
        flow({"start": "manual", "lost": "note", "more": "note", "end": "end"}, "start>end lost>more more>end"),
        [("NODE_UNREACHABLE", "lost", None)],
        'No way leads to "lost"',
    ),
    (
        "circle that hangs in the air",
        flow({"start": "manual", "p": "wait", "q": "wait", "end": "end"}, "start>end p>q q>p"),
        [("NODE_UNREACHABLE", "p", None)],
        'No way leads to "p"',
    ),
    (
        "part without a way out",
        flow({"start": "manual", "a": "if", "p": "wait", "q": "wait", "end": "end"},
             "start>a a.yes>end a.default>p p>q q>p"),
        [("END_UNREACHABLE", "p", None)],
        "never finishes",
    ),
    (
        "forgotten wire",
        line("if", "start>a a.yes>end"),
        [("PORT_UNCONNECTED", "a", "ports.default")],
        '"a": Otherwise leads nowhere',
    ),
    (
        "time limit that leads nowhere",
        line("approval", "start>a a.ok>end"),
        [("PORT_UNCONNECTED", "a", "ports.timeout")],
        "Timed out leads nowhere",
    ),
    ("no FEEL", reading("1 +"), [("EXPRESSION_SYNTAX", "a", AT)], "can't be read"),
    ("Python", reading("().__class__.__base__"), [("EXPRESSION_SYNTAX", "a", AT)], "can't be read"),
    ("open hole", line(("note", {"text": "Dear {input.name"})), [("EXPRESSION_SYNTAX", "a", "config.text")], "read"),
    ("function that is none", reading("fliil(1)"), [("EXPRESSION_MISTAKE", "a", AT)], "no function `fliil`"),
    ("too many arguments", reading("count([1], 2)"), [("EXPRESSION_MISTAKE", "a", AT)], "2 arguments"),
    (
        "function that is none, in a hole",
        line(("note", {"text": "{input.x} of {uper(input.y)}"})),
        [("EXPRESSION_MISTAKE", "a", "config.text")],
        "no function `uper`",
    ),
    (
        "number and text",
        reading("input.n > \"5\"", input_schema={"properties": {"n": {"type": ["number", "null"]}}}),
        [("EXPRESSION_DOUBTFUL", "a", AT)],
        "the answer is always null",
    ),
    ("name of nothing", reading("amuont"), [("NAME_UNKNOWN", "a", AT)], 'no value called "amuont"'),
    (
        "field of the input without its input",
        reading("clam > 1", input_schema=FIELDS),
        [("NAME_UNKNOWN", "a", AT)],
        "Did you mean input.claim?",
    ),
    (
        "name in a hole",
        line(("note", {"text": "Dear {custmer.name}"}), input_schema={"properties": {"customer": {}}}),
        [("NAME_UNKNOWN", "a", "config.text")],
        "Did you mean input.customer.name?",
    ),
    ("reply where there is none", reading("reply.status"), [("NAME_UNKNOWN", "a", AT)], "has no meaning here"),
    ("item outside of a loop", reading("item.x + index"), [("NAME_UNKNOWN", "a", AT)] * 2, "has no meaning here"),
    ("variable that nobody sets", reading("vars.nn"), [("NAME_UNKNOWN", "a", AT)], "Did you mean vars.n?"),
    (
        "step that comes later",
        flow({"start": "manual", "a": ("note", {"text": "{b.note}"}), "b": "note", "end": "end"}, "start>a a>b b>end"),
        [("NAME_UNKNOWN", "a", "config.text")],
        '"b" never comes before it',
    ),
    (
        "step of a parallel branch",
        flow({**SPLIT, "x": ("note", {"text": "{y.note}"})}, SPLIT_EDGES),
        [("NAME_UNKNOWN", "x", "config.text")],
        "join its branch first",
    ),
    (
        "step of one branch of a choice",
        flow({"start": "manual", "a": "if", "b": "note", "c": ("note", {"text": "{b.note}"}), "end": "end"},
             "start>a a.yes>b a.default>c b>c c>end"),
        [("NAME_MAYBE_UNSET", "c", "config.text")],
        "does not come before it on every way",
    ),
    (
        "own result on the first pass",
        flow({"start": "manual", "a": ("note", {"text": "{a.note}"}), "b": "approval", "end": "end"},
             "start>a a>b b.ok>end b.timeout>a"),
        [("NAME_MAYBE_UNSET", "a", "config.text")],
        "on the first pass nothing stands there yet",
    ),
    (
        "result of a step that may have failed",
        flow({"start": "manual", "a": "http", "b": ("note", {"text": "{a.status} {a.error.code}"}), "end": "end"},
             "start>a a>b a.error>b b>end"),
        [("NAME_MAYBE_UNSET", "b", "config.text")] * 2,
        "may have not failed",
    ),
    (
        "variable that one branch sets",
        flow({"start": "manual", "a": "if", "b": "set", "c": ("note", {"text": "{vars.n}"}), "end": "end"},
             "start>a a.yes>b a.default>c b>c c>end"),
        [("NAME_MAYBE_UNSET", "c", "config.text")],
        '"b" does not set it on every way',
    ),
    (
        "result after a failure",
        flow({"start": "manual", "a": "http", "b": ("note", {"text": "{a.body}"}), "end": "end"},
             "start>a a>end a.error>b b>end"),
        [("NAME_NOT_ON_THIS_WAY", "b", "config.text")],
        "only a.error is there",
    ),
    (
        "failure after a success",
        flow({"start": "manual", "a": "http", "b": ("note", {"text": "{a.error.code}"}), "end": "end"},
             "start>a a>b a.error>end b>end"),
        [("NAME_NOT_ON_THIS_WAY", "b", "config.text")],
        "never reached after",
    ),
    (
        "misspelt path",
        reading("input.claim.amout", input_schema=FIELDS),
        [("PATH_UNKNOWN", "a", AT)],
        'no value called "input.claim.amout". Did you mean input.claim.amount?',
    ),
    (
        "path into a step's result",
        flow({"start": "manual", "a": "http", "b": ("note", {"text": "{a.bdy.x}"}), "end": "end"},
             "start>a a>b b>end"),
        [("PATH_UNKNOWN", "b", "config.text")],
        'Did you mean a.body.x? It comes from "a".',
    ),
    ("unknown part of run", reading("run.when"), [("PATH_UNKNOWN", "a", AT)], "run has id, flow"),
    (
        "more branches than there are",
        flow({**SPLIT, "join": ("join", {"mode": "n", "n": 3})}, SPLIT_EDGES),
        [("JOIN_NEVER", "join", "config.n")],
        "waits for 3 branches, but only 2 lines lead to it",
    ),
    (
        "branch that never runs",
        flow({**SPLIT, "dead": "note"}, f"{SPLIT_EDGES} dead>join"),
        [("JOIN_NEVER", "join", None), ("NODE_UNREACHABLE", "dead", None)],
        'waits for "dead", where no run ever comes',
    ),
    (
        "branches of one choice",
        flow({"start": "manual", "a": "if", "x": "note", "y": "note", "join": "join", "end": "end"},
             "start>a a.yes>x a.default>y x>join y>join join.joined>end"),
        [("JOIN_EXCLUSIVE", "join", None)],
        'takes only one of these ways, for "a" chooses between them',
    ),
    (
        "one choice among parallel branches",
        flow({**SPLIT, "x": "if", "p": "note", "q": "note"},
             "start>fan fan>x fan>y x.yes>p x.default>q p>join q>join y>join join.joined>end"),
        [("JOIN_EXCLUSIVE", "join", None)],
        'waits for "p" and "q"',
    ),
    (
        "three of four, of which two exclude one another twice",
        flow({**SPLIT, "x": "if", "y": "if", "join": ("join", {"mode": "n", "n": 3})},
             "start>fan fan>x fan>y x.yes>join x.default>join y.yes>join y.default>join join.joined>end"),
        [("JOIN_EXCLUSIVE", "join", None)],
        "only one of these ways",
    ),
    (
        "branches of two starts",
        flow({"start": "manual", "start_too": "manual", "join": "join", "end": "end"},
             "start>join start_too>join join.joined>end"),
        [("JOIN_EXCLUSIVE", "join", None)],
        'waits for "start" and "start_too"',
    ),
    ("loop without a limit", flow(LOOP, LOOP_EDGES), [("LOOP_ENDLESS", "send", None)], '"send" and "look" would'),
    (
        "step that leads to itself",
        line("if", "start>a a.yes>end a.default>a"),
        [("LOOP_ENDLESS", "a", None)],
        '"a" would repeat for ever',
    ),
    (
        "count that is set outside of the loop",
        flow({"start": "manual", "zero": "set", **LOOP, "look": ("if", {"conditions": [
            {"port": "yes", "when": {"feel": "vars.n > 3"}}]})}, f"start>zero zero>send {LOOP_EDGES.split(' ', 1)[1]}"),
        [("LOOP_ENDLESS", "send", None)],
        "count the passes in a variable",
    ),
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
        line(("http", {}, {"retry": {"first_delay": 60, "max_delay": 5}})),
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
    ("unreadable lengths", line(("note", {}, {"sla": "2 days"}), sla="PT0S"), [
        ("DURATION_INVALID", None, "sla"), ("DURATION_INVALID", "a", "sla")], "more than nothing"),
    ("negative limit", line(("http", {}, {"timeout": "-PT1M"})), [("DURATION_INVALID", "a", "timeout")], "more than"),
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


@pytest.mark.parametrize(("drawn", "expected", "words"), [case[1:] for case in BAD], ids=[case[0][:60] for case in BAD])
def test_each_mistake_is_named_and_nothing_else(
    problems: Check, drawn: dict[str, Any], expected: list[tuple[str, str | None, str | None]], words: str
) -> None:
    found = problems(drawn)
    assert [short(problem) for problem in found] == expected
    assert words in found[0].message


def test_problems_of_files_beside_the_flows(problems: Check) -> None:
    files = {
        "project.json": {
            "id": "Shop",
            "owner": "boss",
            "roles": [{"id": "clerk"}, {"id": "clerk"}, {"id": "The boss"}],
        },
        "connections.json": {
            "connections": {
                "crm": {"kind": "htp"},
                "My CRM": {"kind": "http", "settings": {"client_secret": "s3cret"}},
            }
        },
        "samples/f/good.json": {"n": 1},
        "samples/f/bad.json": {"n": "one"},
        "samples/g/lost.json": {},
    }
    schema = {"type": "object", "properties": {"n": {"type": "number"}}}
    found = problems(line("note", input_schema=schema), files=files)
    assert [short(problem) for problem in found] == [
        ("CONNECTION_UNUSED", "connections.json", "connections.My CRM"),
        ("ID_INVALID", "connections.json", "connections.My CRM"),
        ("SECRET_IN_CLEAR", "connections.json", "connections.My CRM.settings.client_secret"),
        ("CONNECTION_UNUSED", "connections.json", "connections.crm"),
        ("CONNECTION_UNKNOWN", "connections.json", "connections.crm.kind"),
        ("ID_INVALID", "project.json", "id"),
        ("ROLE_UNKNOWN", "project.json", "owner"),
        ("ID_DUPLICATE", "project.json", "roles"),
        ("ID_INVALID", "project.json", "roles[3].id"),
        ("SAMPLE_MISFIT", "samples/f/bad.json", None),
        ("SAMPLE_MISFIT", "samples/g", None),
    ]


def test_a_connection_that_is_not_declared(problems: Check) -> None:
    found = problems(line("http"), files={"connections.json": {"connections": {"crn": {"kind": "http"}}}})
    assert [short(problem) for problem in found] == [
        ("CONNECTION_UNKNOWN", "a", "config.connection"),
        ("CONNECTION_UNUSED", "connections.json", "connections.crn"),
    ]
    assert found[0].fix == Fix(
        "Use crn", {"do": "set", "flow": "f", "node": "a", "field": "config.connection", "value": "crn"}
    )


# fmt: off
GOOD: list[tuple[str, dict[str, Any]]] = [
    ("the smallest flow", flow({"start": "manual", "end": "end"}, "start>end")),
    ("parallel branches and their join", flow(SPLIT, SPLIT_EDGES)),
    (
        "results of both branches behind their join",
        flow({**SPLIT, "end": ("end", {"outcome": "o", "output": {"x": {"feel": "x.note + y.note"}}})}, SPLIT_EDGES,
             outcomes=[{"id": "o"}]),
    ),
    ("a failure that becomes an incident", line("http")),
    ("a time limit of the one attempt", line(("test/once", {}, {"retry": {"attempt_timeout": 5}, "timeout": "PT1M"}))),
    ("one attempt and no more", line(("test/once", {}, {"retry": {"attempts": 1}}))),
    (
        "a loop with a wait",
        flow({**LOOP, "pause": "wait"}, "start>send send>look look.yes>end look.default>pause pause>send"),
    ),
    ("a loop with a person", line("approval", "start>a a.ok>end a.timeout>a")),
    (
        "a loop that counts",
        flow({"start": "manual", "zero": ("set", {"assignments": {"n": 0}}), "send": "http",
              "add": ("set", {"assignments": {"n": {"feel": "vars.n + 1"}}}),
              "look": ("if", {"conditions": [{"port": "yes", "when": {"feel": "vars.n >= 3 or send.body.ok"}}]}),
              "end": "end"},
             "start>zero zero>send send>add add>look look.yes>end look.default>send"),
    ),
    (
        "a missing value that is expected",
        flow({"start": "manual", "a": "if", "b": "note", "c": ("note", {"text": "{if b = null then 0 else b.note}"}),
              "end": "end"}, "start>a a.yes>b a.default>c b>c c>end"),
    ),
    (
        "a variable that both branches set",
        flow({"start": "manual", "a": "if", "b": "set", "c": "set", "d": ("note", {"text": "{vars.n}"}), "end": "end"},
             "start>a a.yes>b a.default>c b>d c>d d>end"),
    ),
    ("a variable on each side of a join", flow({**SPLIT, "x": "set", "late": "set"},
                                              "start>fan fan>x fan>y x>join y>join join.joined>late late>end")),
    (
        "branches merged before a join",
        flow({**SPLIT, "x": "if", "p": "note", "q": "note", "m": "note"},
             "start>fan fan>x fan>y x.yes>p x.default>q p>m q>m m>join y>join join.joined>end"),
    ),
    (
        "the first of two ways of a choice",
        flow({"start": "manual", "a": "if", "join": ("join", {"mode": "any"}), "end": "end"},
             "start>a a.yes>join a.default>join join.joined>end"),
    ),
    (
        "an undo that reads what it undoes",
        flow({"start": "manual", "a": ("http", {}, {"undo": "back"}),
              "back": ("http", {"path": "/{undone.output.body.id}/{a.body.id}/{input.id}"}), "end": "end"}, LINE),
    ),
    ("a reply in its own field", line(("http", {"success": {"feel": "reply.status = 200"}}))),
    ("a path through a list", reading("input.lines.amount", input_schema={
        "type": "object", "properties": {"lines": {"type": "array", "items": FIELDS["properties"]["claim"]}}})),
    ("a path into what may hold anything", reading("input.claim.other", input_schema={
        "type": "object", "properties": {"claim": {"type": "object", "properties": {"a": {}},
                                                   "additionalProperties": True}}})),
    ("text that may be a date", reading("input.d < today()", input_schema={"properties": {"d": {"type": "string"}}})),
    ("names of expressions' own", reading("for x in input.lines return {y: x.amount, z: y}.z")),
    ("entries in a filter", reading("count(input.lines[amount > 5 and item.open])")),
    (
        "references instead of secrets",
        flow({"start": "manual", "t": ("set", {"assignments": {"token": {"feel": "input.t"}}}),
              "a": ("http", {"headers": {"X-Api-Key": "{vars.token}",
                                         "X-Trace": "0123456789abcdef0123456789abcdef"}}), "end": "end"},
             "start>t t>a a>end"),
    ),
    ("a call of another flow", line(("test/child", {"flow": "g"}))),
]
# fmt: on


@pytest.mark.parametrize("drawn", [case[1] for case in GOOD], ids=[case[0] for case in GOOD])
def test_a_sound_drawing_has_no_problem(problems: Check, drawn: dict[str, Any]) -> None:
    other = {**flow({"start": "manual", "end": "end"}, "start>end"), "id": "g"}
    assert problems(drawn, other) == []


def test_flows_that_call_one_another_in_a_circle(problems: Check) -> None:
    there = line(("test/child", {"flow": "g"}))
    back = {**line(("test/child", {"flow": "f"})), "id": "g"}
    assert [(p.code, p.where.flow) for p in problems(there, back)] == [("CHILD_INVALID", "f"), ("CHILD_INVALID", "g")]


# -- of all rules -----------------------------------------------------------------------------------------------------


def test_a_task_of_nobody(types: Registry) -> None:
    # No type of ours lets its role be empty; a stranger's may.
    ask = HumanTask("", (Choice("ok", "Fine"),), Text("?"), {})
    ports = (Port("ok", "Fine"),)
    stranger = dataclasses.replace(
        types.types[0],
        id="test/ask",
        Config=NodeConfig,
        behaviour=lambda _: ask,
        ports=lambda _: ports,
        output_schema=lambda _: {},
        check=lambda _: (),
    )
    drawn = project(line("test/ask", "start>a a.ok>end"))
    told = check_project(drawn, Registry([*types.types, stranger], (), {}))
    assert [short(problem) for problem in told] == [
        ("TASK_WITHOUT_OWNER", "a", "config.role"),
        ("TASK_WITHOUT_TIME_LIMIT", "a", "config.timeout"),
    ]


ELSEWHERE = {
    "CONNECTION_UNKNOWN": "test_a_connection_that_is_not_declared",
    "CONNECTION_UNUSED": "test_problems_of_files_beside_the_flows",
    "SAMPLE_MISFIT": "test_problems_of_files_beside_the_flows",
    "TASK_WITHOUT_OWNER": "test_a_task_of_nobody",
}


def test_every_rule_has_a_drawing_that_breaks_it() -> None:
    broken = {code for case in BAD for code, _, _ in case[2]} | set(ELSEWHERE)
    assert broken == {found.rule.code for found in found_rules()}
    assert all(name in globals() for name in ELSEWHERE.values())


def test_every_message_says_what_where_and_what_to_do_in_plain_words(problems: Check) -> None:
    for _, drawn, _, _ in BAD:
        for problem in problems(drawn):
            assert problem.message[-1] in ".?", problem
            assert len(problem.message) < 700, problem.message
            assert not re.search(r"\bNone\b|\bdict\b|Traceback|object at 0x|pydantic", problem.message), problem.message
            named = drawn["nodes"] and problem.where.node
            if named and problem.code not in {"EDGE_DANGLING", "NODE_DUPLICATE"}:
                assert problem.where.node[:50] in problem.message, problem.message
            json.dumps(problem.as_json())


def test_a_secret_is_never_repeated(problems: Check) -> None:
    for name, drawn, _, _ in BAD:
        if "secret" in name or "chance" in name:
            said = json.dumps([problem.as_json() for problem in problems(drawn)])
            assert not re.search("hunter2|AKIA|me:pw|abcdefghijklmnop|q8Zr3", said)


def test_errors_and_warnings_are_what_their_rule_says(problems: Check) -> None:
    severity = {found.rule.code: found.rule.severity for found in found_rules()}
    for _, drawn, _, _ in BAD:
        for problem in problems(drawn):
            assert problem.severity is severity[problem.code]
    assert set(severity.values()) == {Severity.ERROR, Severity.WARNING}
