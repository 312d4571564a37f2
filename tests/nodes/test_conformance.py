"""Every registered node type keeps to the contract; and a type that doesn't is told so."""

import dataclasses
import inspect
import json
from decimal import Decimal
from pathlib import Path

import pytest

from nodes.contract import DONE, BrokenNodeType, Effect, EffectKind, Port, Pure, Routed
from nodes.contract.conformance import ConformanceFailure, conformance_cases
from nodes.registry import built_ins, load

EVERY_CASE = [case for found in built_ins().types for case in conformance_cases(found, types=built_ins().get)]


@pytest.mark.parametrize("case", EVERY_CASE, ids=str)
def test_conformance(case):
    case()


def test_nothing_of_ours_is_broken():
    assert built_ins().broken == ()


NOTE = built_ins().get("logging/note", 1)


def broken_by(name, **change):
    """The sentence that the case ``name`` says about a note type with one thing wrong."""
    wrong = dataclasses.replace(NOTE, **change)
    (case,) = [case for case in conformance_cases(wrong) if str(case).endswith(f"-{name}")]
    with pytest.raises(ConformanceFailure) as raised:
        case()
    return str(raised.value)


class Counter:
    """A function that gives another answer each time."""

    def __init__(self, *answers):
        self.answers = list(answers)

    def __call__(self, *_):
        self.answers.append(self.answers.pop(0))
        return self.answers[0]


@pytest.mark.parametrize(
    ("name", "change", "words"),
    [
        ("name", {"id": "Note"}, "category/name"),
        ("words", {"help": "Writes a note"}, "full stop"),
        ("ports", {"ports": lambda config: (DONE, Port("done", "Again"))}, "two ports have one name"),
        ("ports", {"ports": lambda config: (Port("Done!", "Done"),)}, "small letters"),
        ("behaviour", {"behaviour": lambda config: "go"}, "not one of the behaviours"),
        ("behaviour", {"behaviour": lambda config: Effect(EffectKind.READ, {})}, "has the ports ['done', 'error']"),
        ("output_schema", {"output_schema": lambda config: {"type": "nombre"}}, "no JSON Schema"),
        ("summary", {"summary": lambda config: "Note {text}"}, "no braces"),
        ("summary", {"summary": lambda config: "one\ntwo"}, "one line"),
        ("summary", {"summary": lambda config: ""}, "should say"),
        ("purity", {"summary": Counter("one", "two")}, "summary gives different answers"),
        (
            "purity",
            {"behaviour": lambda config: Pure(Counter(Routed("done"), Routed("done", Decimal(1))))},
            "apply gives",
        ),
        ("purity", {"behaviour": lambda config: Pure(lambda inputs, evaluate: Routed("else"))}, "leaves by 'else'"),
        (
            "purity",
            {
                "behaviour": lambda config: Pure(
                    lambda inputs, evaluate: Routed("done", inputs.update(text="changed")), {"text": config.text}
                )
            },
            "apply changed the inputs",
        ),
        ("perform", {"behaviour": lambda config: Effect(EffectKind.READ, {})}, "perform.py is missing"),
        ("ports", {"version": 2}, "should use logging/note version 2"),
    ],
)
def test_a_type_that_breaks_a_requirement_is_told(name, change, words):
    assert words in broken_by(name, **change)


def test_a_broken_type_fails_with_its_reason():
    for broken, words in (
        (BrokenNodeType("adapters/x", 1, "it needs psycopg"), "psycopg"),
        (None, "no such node type"),
    ):
        (case,) = conformance_cases(broken)
        with pytest.raises(ConformanceFailure, match=words):
            case()


def in_a_folder(folder, *, type_text=None, flow=None, readme=None):
    """A copy of the note type in a folder of its own, with parts replaced -> the loaded type."""
    ours = Path(inspect.getfile(NOTE.Config)).parent
    text = (type_text or (lambda text: text))((ours / "type.py").read_text(encoding="utf-8"))
    (folder / "type.py").write_text(text.replace('id="logging/note"', 'id="logging/copy"'), encoding="utf-8")
    drawn = json.loads((ours / "example.flow.json").read_text(encoding="utf-8").replace("logging/note", "logging/copy"))
    (folder / "example.flow.json").write_text(json.dumps((flow or (lambda flow: flow))(drawn)), encoding="utf-8")
    (folder / "README.md").write_text(
        (readme or (lambda text: text))((ours / "README.md").read_text(encoding="utf-8")), encoding="utf-8"
    )
    return load(plugin_folders=[folder], entry_points=False).get("logging/copy", 1)


def failures(found):
    said = {}
    for case in conformance_cases(found, types=built_ins().get):
        try:
            case()
        except ConformanceFailure as failure:
            said[str(case).rpartition("-")[2]] = str(failure)
    return said


def test_a_copy_in_a_folder_of_its_own_conforms(tmp_path):
    assert failures(in_a_folder(tmp_path)) == {}


def test_what_stands_in_the_folder_is_judged(tmp_path):
    def reaches_out(text):
        return text.replace("from enum import StrEnum", "import socket\nfrom enum import StrEnum")

    def dangling(flow):
        flow["edges"] = [edge for edge in flow["edges"] if edge["from"] != "note"]
        return flow

    found = in_a_folder(
        tmp_path, type_text=reaches_out, flow=dangling, readme=lambda text: text.replace("`level`", "level")
    )
    assert failures(found) == {
        "imports": "type.py imports socket, which reaches outside; do that in perform.py.",
        "example": "note of example.flow.json leaves done unconnected.",
        "readme": "README.md should explain `level`.",
    }


def test_a_field_without_help_is_named(tmp_path):
    def without_help(text):
        return text.replace('title="Importance",\n', "")

    assert failures(in_a_folder(tmp_path, type_text=without_help))["config"].startswith("Config.level needs a title")


def test_an_example_with_an_edge_to_nowhere_is_named(tmp_path):
    def astray(flow):
        flow["edges"][0]["port"] = "begun"
        return flow

    assert "start.begun -> note" in failures(in_a_folder(tmp_path, flow=astray))["example"]
