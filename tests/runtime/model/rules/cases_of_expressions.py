"""Cases: what expressions may name, on which ways, and how they are written."""

from __future__ import annotations

from tests.runtime.model.rules.drawings import AT, FIELDS, SPLIT, SPLIT_EDGES, Case, flow, line, reading

# fmt: off
BAD: list[Case] = [
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
    (
        "near name that has no such field",
        line(("note", {"text": "Dear {custmer.name}"}), input_schema={"properties": {"customer": {"type": "string"}}}),
        [("NAME_UNKNOWN", "a", "config.text")],
        "Use input, vars, case, run, or the id of a step",
    ),
    (
        "step that was renamed, and is read in two places",
        flow({"start": "manual", "letters": "note", "b": ("note", {"text": "{letter.note}"}),
              "c": ("note", {"text": "{letter.note}"}), "end": "end"}, "start>letters letters>b b>c c>end"),
        [("NAME_UNKNOWN", "letters", None)],
        'Was it renamed to "letters"?',
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
    (
        "misspelt path through a list",
        reading("input.lines.amuont", input_schema={
            "properties": {"lines": {"type": "array", "items": FIELDS["properties"]["claim"]}}}),
        [("PATH_UNKNOWN", "a", AT)],
        "Did you mean input.lines.amount?",
    ),
    ("unknown part of run", reading("run.when"), [("PATH_UNKNOWN", "a", AT)], "run has id, flow"),
]
# fmt: on
