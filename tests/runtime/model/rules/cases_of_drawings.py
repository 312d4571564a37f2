"""Cases: kinds of steps, forms, lines, ids, starts, ends, ways out; joins and loops."""

from __future__ import annotations

from tests.runtime.model.rules.drawings import LINE, LOOP, LOOP_EDGES, SPLIT, SPLIT_EDGES, Case, flow, line

# fmt: off
BAD: list[Case] = [
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
        "required field of many missing",
        flow({"start": "manual", "a": ("if", None), "end": "end"}, "start.started>a a.default>end"),
        [("CONFIG_INVALID", "a", "config.conditions")],
        '"a": Conditions are missing.',
    ),
    (
        "fields that don't go together",
        flow({"start": "manual", "a": ("wait", None), "end": "end"}, "start.started>a a.done>end"),
        [("CONFIG_INVALID", "a", "config")],
        '"a": Fill in For or Until.',
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
        "expression without words",
        flow({"start": "manual", "a": ("if", {"conditions": [{"port": "yes", "when": {"feel": ""}}]}), "end": "end"},
             LINE),
        [("CONFIG_INVALID", "a", "config.conditions[1].when")],
        'should be {"feel": "an expression"} with some text',
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
            ("", "is empty"),
            ("x" * 1_000_000, "1,000,000 characters"),
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
        "count that decides the way inside of the loop, not out of it",
        flow({"start": "manual", "zero": "set", "send": "http",
              "add": ("set", {"assignments": {"n": {"feel": "vars.n + 1"}}}),
              "which": ("if", {"conditions": [{"port": "yes", "when": {"feel": "vars.n > 3"}}]}),
              "x": "note", "look": "if", "end": "end"},
             "start>zero zero>send send>add add>which which.yes>x which.default>look x>look look.yes>end "
             "look.default>send"),
        [("LOOP_ENDLESS", "send", None)],
        "leave the loop by a condition on it",
    ),
    (
        "count that is set outside of the loop",
        flow({"start": "manual", "zero": "set", **LOOP, "look": ("if", {"conditions": [
            {"port": "yes", "when": {"feel": "vars.n > 3"}}]})}, f"start>zero zero>send {LOOP_EDGES.split(' ', 1)[1]}"),
        [("LOOP_ENDLESS", "send", None)],
        "count the passes in a variable",
    ),
]
# fmt: on
