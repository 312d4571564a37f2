"""The project as files: nothing to complain about, written canonically, drawn without overlaps, inert."""

from __future__ import annotations

import itertools
import json
import re
from pathlib import Path
from typing import Any

import pytest

from nodes import registry
from nodes.contract import Category, NodeType
from nodes.contract.json_schema import schema_mistakes
from projects.example_systems.seed import STORIES
from runtime.model.canonical import read_json, write_json
from runtime.model.flow import Flow, Node
from runtime.model.rules import check_folder
from runtime.model.saving import save_project
from tests.projects.billing_dispute.playing import FLOW, FOLDER, project

GRID = 20


def test_the_rules_find_nothing_to_say() -> None:
    assert check_folder(FOLDER, registry.built_ins()) == []


def test_every_file_stands_as_baton_would_write_it(tmp_path: Path) -> None:
    save_project(project(), tmp_path)

    written = {file.relative_to(tmp_path).as_posix(): file.read_bytes() for file in tmp_path.rglob("*.json")}
    ours = {file.relative_to(FOLDER).as_posix(): file.read_bytes() for file in FOLDER.rglob("*.json")}
    assert written == ours


def test_no_file_holds_a_secret_or_an_address_other_than_a_suggested_loopback_one() -> None:
    text = "".join(file.read_text(encoding="utf-8") for file in FOLDER.rglob("*.json"))

    assert set(re.findall(r"https?://[^/\"]+", text)) == {"http://127.0.0.1:8700"}
    assert not re.search(r"demo-\w+-key|env:|file:", text)


def test_there_is_a_sample_for_every_story_and_each_fits_the_form() -> None:
    flow = project().flows[FLOW]
    samples = project().samples[FLOW]

    assert sorted(sample["customer"] for sample in samples.values()) == sorted(story.id for story in STORIES)
    for name, sample in samples.items():
        assert schema_mistakes(flow.input_schema, sample) == [], name


def test_whatever_a_person_reads_has_words() -> None:
    flow = project().flows[FLOW]

    assert all(node.title and node.owner for node in flow.nodes)
    assert all(outcome.title for outcome in flow.outcomes)
    for node in flow.nodes:
        if node.type == "approval":
            assert node.sla, node.id
            assert all(
                node.config.get(word) for word in ("why", "instructions", "show", "due", "escalate_to", "timeout")
            )
            assert all(field["title"] for field in node.config["form"]["properties"].values())


def test_money_and_tickets_carry_a_key_and_messages_are_sent_once() -> None:
    kinds = {}
    for node in project().flows[FLOW].nodes:
        if node.type == "adapters/http_request":
            found = registry.built_ins().get(node.type, node.version)
            assert isinstance(found, NodeType)
            behaviour = found.behaviour(found.Config.model_validate(dict(node.config)))
            kinds.setdefault((node.config["connection"], behaviour.effect.value), set()).add(node.id)  # type: ignore[union-attr]

    assert kinds["billing", "keyed"] == {"refund", "credit_note"}
    assert kinds["ticketing", "keyed"] == {"open_ticket", "ask_for_call", "hand_over"}
    assert kinds["notifications", "once"] == {"tell_customer", "tell_other_way", "send_letter"}
    assert {connection for connection, effect in kinds if effect == "read"} == {"crm", "billing", "fraud"}


# -- the drawing -------------------------------------------------------------------------------------------------------


def _category(node: Node) -> Category:
    found = registry.built_ins().get(node.type, node.version)
    assert isinstance(found, NodeType)
    return found.category


def _ports(node: Node) -> int:
    found = registry.built_ins().get(node.type, node.version)
    assert isinstance(found, NodeType)
    return sum(port.name not in {"error", "timeout"} for port in found.ports(found.Config.model_validate(node.config)))


def _size(node: Node) -> tuple[int, int]:
    """Width and height of a card at 100 %, as the design language has them."""
    if _category(node) is Category.TRIGGER:
        return 132, 48
    if _category(node) is Category.LOGGING:
        return 144, 40
    if _category(node) is Category.END:
        return 8 * len(node.title) + 50, 36
    return 176, max(92, 16 + 24 * _ports(node))  # with chips: each of ours has an owner


def _boxes() -> dict[str, tuple[int, int, int, int]]:
    flow: Flow = project().flows[FLOW]
    places: dict[str, Any] = project().layouts[FLOW]["nodes"]
    assert set(places) == {node.id for node in flow.nodes}
    boxes = {}
    for node in flow.nodes:
        width, height = _size(node)
        x, y = places[node.id]["x"], places[node.id]["y"]
        boxes[node.id] = (x, y, x + width, y + height)
    return boxes


def test_cards_stand_apart() -> None:
    for (one, a), (other, b) in itertools.combinations(_boxes().items(), 2):
        apart = a[2] + 28 <= b[0] or b[2] + 28 <= a[0] or a[3] + 20 <= b[1] or b[3] + 20 <= a[1]
        assert apart, f"{one} and {other} touch"


def test_groups_hold_known_steps_and_do_not_overlap() -> None:
    boxes, seen = _boxes(), set()
    frames = []
    for group in project().layouts[FLOW]["groups"]:
        inside = [boxes[node] for node in group["nodes"]]
        assert not seen & set(group["nodes"])
        seen |= set(group["nodes"])
        left, top, right, bottom = zip(*inside, strict=True)
        frames.append((min(left), min(top), max(right), max(bottom)))
        others = [box for node, box in boxes.items() if node not in group["nodes"]]
        assert not any(_meet(frames[-1], box) for box in others), group["id"]
    assert not any(_meet(a, b) for a, b in itertools.combinations(frames, 2))


def _meet(a: tuple[int, ...], b: tuple[int, ...]) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def test_the_story_without_trouble_reads_as_a_line() -> None:
    """Every step of it enters at one height, left to right."""
    line = "dispute_received get_invoice facts_gathered check_facts get_price_plan work_out anything_owed check_fraud "
    line += "route anything_paid refund credit_note explain_refund "
    line += "open_ticket how_to_tell tell_customer audit_note how_it_ended"
    flow, boxes = project().flows[FLOW], _boxes()
    entries = {Category.TRIGGER: 24, Category.LOGGING: 20, Category.END: 18}
    heights = set()
    for name in [*line.split(), "refunded_end"]:
        node = flow.node(name)
        assert node is not None
        heights.add(boxes[name][1] + entries.get(_category(node), 32))
    assert len(heights) == 1
    xs = [boxes[name][0] for name in line.split()]
    assert xs == sorted(xs)
    assert all(x % GRID == 0 for x in xs)


@pytest.mark.parametrize("file", sorted(FOLDER.rglob("*.json")), ids=lambda file: file.relative_to(FOLDER).as_posix())
def test_files_are_canonical_json(file: Path) -> None:
    content = file.read_bytes()

    assert write_json(read_json(content)) == content
    json.loads(content)
