"""Writes a new node folder that works as it stands: it loads, conforms, draws a form and runs in a flow.

Called by ``baton new-node``. Law: all or nothing. The folder appears whole or not at all, and nothing that exists is
touched. What is written is the author's own from then on; nothing ever rewrites it.
"""

from __future__ import annotations

import json
import keyword
import re
import shutil
from pathlib import Path
from string import Template
from typing import Literal

from nodes.contract.node_type import Category

Kind = Literal["pure", "effect"]

_CATEGORIES = {
    "adapters": Category.ADAPTER,
    "control": Category.CONTROL,
    "decision": Category.DECISION,
    "logging": Category.LOGGING,
}
"""First words of an id that a new node may have -> its place on the designer's rail."""
_DEVICES = frozenset({"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(10))})


class ScaffoldProblem(Exception):
    """The folder can't be written; the message says why and what to do."""


def write_node_folder(target: Path, name: str, kind: Kind) -> list[Path]:
    """Writes ``target/<name>/`` and returns its files.

    ``name``: ``slack`` or ``adapters/slack``; alone it is an adapter if it has an effect, else a step of control.
    Raises ``ScaffoldProblem`` for a name that can't be one, a folder that exists, and a disk that refuses.
    """
    category, name = _named(name, kind)
    folder = target / name
    if folder.exists():
        raise ScaffoldProblem(f"{folder} exists already; choose another name, or remove it first.")
    words = {
        "id": f"{category}/{name}",
        "name": name,
        "title": name.replace("_", " ").capitalize(),
        "category": _CATEGORIES[category].name,
    }
    texts = {path: Template(text).substitute(words) for path, text in _FILES[kind].items()}
    texts[f"test_{name}.py"] = Template(_TEST[kind]).substitute(words)
    texts["example.flow.json"] = _example(words, kind)
    making = target / f".{name}.new"
    try:
        making.mkdir(parents=True)
        for path, text in texts.items():
            (making / path).write_text(text, encoding="utf-8", newline="\n")
        making.rename(folder)
    except OSError as problem:
        shutil.rmtree(making, ignore_errors=True)
        raise ScaffoldProblem(f"{folder} can't be written: {problem.strerror or problem}") from problem
    return [folder / path for path in sorted(texts)]


def _named(name: str, kind: Kind) -> tuple[str, str]:
    category, slash, last = name.rpartition("/")
    if not slash:
        category = "adapters" if kind == "effect" else "control"
    if category not in _CATEGORIES:
        raise ScaffoldProblem(f"{category!r} is no place for a node; choose one of {', '.join(sorted(_CATEGORIES))}.")
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,63}", last):
        raise ScaffoldProblem(f"{last!r} can't be a name: use small letters, digits and underscores, such as send_fax.")
    if keyword.iskeyword(last) or last in _DEVICES or last == "type":
        raise ScaffoldProblem(f"{last!r} means something else already, to Python or to Windows; choose another name.")
    return category, last


def _example(words: dict[str, str], kind: Kind) -> str:
    config = {"text": "Customer {input.customer_id} called."}
    nodes = [
        {"id": "start", "type": "triggers/manual", "version": 1, "title": "Start", "config": {}},
        {"id": "step", "type": words["id"], "version": 1, "title": words["title"], "config": config},
        {"id": "finished", "type": "control/end", "version": 1, "title": "Finished", "config": {"outcome": "finished"}},
    ]
    flow = {
        "format_version": 1,
        "id": f"try_{words['name']}",
        "title": f"Try {words['title'].lower()}",
        "description": "A small flow that uses the step.",
        "input_schema": {
            "type": "object",
            "properties": {"customer_id": {"type": "string"}},
            "required": ["customer_id"],
        },
        "outcomes": [{"id": "finished", "title": "Finished", "resolved": True}],
        "nodes": nodes,
        "edges": [
            {"from": "start", "port": "started", "to": "step"},
            {"from": "step", "port": "done", "to": "finished"},
        ],
    }
    return json.dumps(flow, indent=2) + "\n"


_README = """# $id

What it is for: say it in one or two sentences.

| field | title | meaning |
|---|---|---|
| `text` | Text (required) | What this step works on; values go in braces. |

Ports: $ports.

Output: `{text}`.

A small flow that uses it: `example.flow.json`. To play it, a project needs two files:

    try/project.json                      {"format_version": 1, "id": "try"}
    try/flows/try_$name.flow.json    a copy of example.flow.json, under the id that stands in it

Baton loads this type only where `baton new-node` was called with `--trust`, or where `trusted_node_folders` in the
`settings.json` of your Baton home names the folder in which this one lies. Then:

    baton check try
    baton run try try_$name --input '{"customer_id": "C-1"}'

Its tests need pytest, which Baton itself does not: in a checkout `python3 packaging/dev.py test` puts it into `.venv`;
elsewhere `python -m pip install pytest` does. Then `python -m pytest test_$name.py` with the Python that has Baton.
"""

_PURE_TYPE = '''"""``$id``: say here what the step does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import Field

from nodes.contract import (
    DONE, Behaviour, Category, Evaluate, NodeConfig, NodeType, Port, Pure, Routed, Text, Value,
)
from nodes.contract.spoken import spoken


class Config(NodeConfig):
    """What an analyst sets on this step. The designer draws its form from this."""

    text: Text = Field(title="Text", description="What this step works on; values go in braces.")


def _ports(config: Config) -> Sequence[Port]:
    return (DONE,)


def _output_schema(config: Config) -> Mapping[str, Any]:
    return {"type": "object", "properties": {"text": {"type": "string"}}, "required": ["text"]}


def _summary(config: Config) -> str:
    return f"Tidy {spoken(config.text)}"


def _behaviour(config: Config) -> Behaviour:
    def tidy(inputs: Mapping[str, Value], evaluate: Evaluate) -> Routed:
        # Deterministic: no clock, no chance, no file, no network. Same inputs, same answer, for ever.
        return Routed(DONE.name, {"text": " ".join(inputs["text"].split())})

    return Pure(tidy, {"text": config.text})


NODE_TYPE = NodeType(
    id="$id",
    version=1,
    title="$title",
    help="Removes needless blanks from a text.",
    category=Category.$category,
    icon="puzzle",
    Config=Config,
    ports=_ports,
    output_schema=_output_schema,
    summary=_summary,
    behaviour=_behaviour,
)
'''

_EFFECT_TYPE = '''"""``$id``: say here what the step does. The work itself is done in ``perform.py``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import Field

from nodes.contract import (
    DONE, ERROR, Behaviour, Category, Effect, EffectKind, NodeConfig, NodeType, Port, Text, inputs_of,
)
from nodes.contract.spoken import spoken


class Config(NodeConfig):
    """What an analyst sets on this step. The designer draws its form from this."""

    text: Text = Field(title="Text", description="What this step works on; values go in braces.")


def _ports(config: Config) -> Sequence[Port]:
    return (DONE, ERROR)


def _output_schema(config: Config) -> Mapping[str, Any]:
    return {"type": "object", "properties": {"text": {"type": "string"}}, "required": ["text"]}


def _summary(config: Config) -> str:
    return f"Send {spoken(config.text)}"


def _behaviour(config: Config) -> Behaviour:
    # READ: it changes nothing outside. KEYED: sent twice with one key, it is done once. ONCE: never sent twice.
    # What comes back is checked against the schema: what does not fit stops the step for a person.
    return Effect(EffectKind.ONCE, inputs_of(config), output_schema=_output_schema(config))


NODE_TYPE = NodeType(
    id="$id",
    version=1,
    title="$title",
    help="Sends a text to another system.",
    category=Category.$category,
    icon="plug",
    Config=Config,
    ports=_ports,
    output_schema=_output_schema,
    summary=_summary,
    behaviour=_behaviour,
)
'''

_PERFORM = '''"""One attempt of ``$id``. Only the host loads this file, at the first attempt; import drivers here."""

from __future__ import annotations

from collections.abc import Mapping

from nodes.contract import AttemptFailure, NodeContext, Reply, Value


async def perform(input: Mapping[str, Value], context: NodeContext) -> Reply:
    """Does the work once. Never retries (the engine does); raises AttemptFailure if it did not work."""
    text = input["text"]
    if not text.strip():
        # Nothing was sent (unclear=False), and the same text would fail again (retryable=False).
        raise AttemptFailure("empty_text", "There is nothing to send.", retryable=False, unclear=False)
    # Here goes the call to your system, with context.idempotency_key if it takes one. Now it only gives the text back.
    return Reply({"text": text})
'''

_FILES: dict[str, dict[str, str]] = {
    "pure": {"type.py": _PURE_TYPE, "README.md": _README.replace("$ports", "`done`")},
    "effect": {
        "type.py": _EFFECT_TYPE,
        "perform.py": _PERFORM,
        "README.md": _README.replace("$ports", "`done`, `error`"),
    },
}

_TEST_HEAD = '''"""``$id`` keeps to the contract and does what it says."""

import asyncio
from pathlib import Path

import pytest

from nodes.contract.conformance import conformance_cases
from nodes.registry import load

REGISTRY = load(plugin_folders=[Path(__file__).parent], entry_points=False)
TYPE = REGISTRY.get("$id", 1) or (REGISTRY.broken or (None,))[0]


@pytest.mark.parametrize("case", conformance_cases(TYPE, types=REGISTRY.get), ids=str)
def test_conformance(case):
    case()

'''

_TEST = {
    "pure": _TEST_HEAD.replace("import asyncio\n", "") + '''
def test_it_tidies():
    pure = TYPE.behaviour(TYPE.Config(text="whatever"))
    assert pure.apply({"text": "  two   words "}, None).output == {"text": "two words"}
''',
    "effect": _TEST_HEAD + '''
def test_it_sends():
    reply = asyncio.run(REGISTRY.perform(TYPE)({"text": "Hello"}, None))
    assert reply.value == {"text": "Hello"}
''',
}  # fmt: skip
