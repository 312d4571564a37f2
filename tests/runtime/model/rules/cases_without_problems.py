"""Cases: sound drawings, of which no rule may say anything."""

from __future__ import annotations

from typing import Any

from tests.runtime.model.rules.drawings import FIELDS, LOOP, SPLIT, SPLIT_EDGES, flow, line, reading

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
"""(name, flow without any problem)"""
# fmt: on
