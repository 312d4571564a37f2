"""The example project as an author would write it who means harm: whatever is said in words begins with markup that
names a picture on a server, and so do names that only files can give.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from runtime.model.files import load_project
from runtime.model.saving import save_project
from tests.designer.conftest import EXAMPLE, FLOW

WORDS = frozenset(
    word
    for words in ("title name description help label text message", "explanation instructions why reason requested_by")
    for word in words.split()
)
"""keys under which a project speaks to people"""


def marked(port: int) -> str:
    """Markup that Qt would draw as a picture and a thick letter if it took it for such."""
    return f'<img src="http://127.0.0.1:{port}/x"><b>x</b>'


def write(folder: Path, mark: str) -> Path:
    """The project in a new folder."""
    save_project(load_project(EXAMPLE), folder)
    for file in sorted(folder.rglob("*.json")):
        _change(file, lambda said: _in_words(said, mark))
    _change(folder / "project.json", lambda said: _project(said, mark))
    _change(folder / "connections.json", lambda said: _connections(said, mark))
    _change(folder / f"flows/{FLOW}.flow.json", lambda said: _flow(said, mark))
    _change(folder / f"flows/{FLOW}.layout.json", lambda said: _drawing(said, mark))
    (folder / "forms").mkdir()
    _put(folder / "forms/asked.json", _in_words(FORM, mark))
    for file in (folder / "decisions").glob("*.dmn"):
        _table(file, mark)
    return folder


FORM = {
    "type": "object",
    "title": "Form",
    "properties": {
        "why": {"type": "string", "title": "Why", "description": "In a sentence."},
        "how": {"type": "string", "title": "How", "enum": ["one", "two"]},
    },
    "required": ["why"],
}


def _project(said: dict[str, Any], mark: str) -> dict[str, Any]:
    roles = [*said["roles"], {"id": f"{mark}role", "title": f"{mark}Role"}]
    return {**said, "environments": ["local", f"{mark}place"], "roles": roles, "owner": f"{mark}owner"}


def _connections(said: dict[str, Any], mark: str) -> dict[str, Any]:
    more = {"kind": f"{mark}kind", "title": f"{mark}More", "suggested_url": f"{mark}url"}
    return {**said, "connections": {**said["connections"], f"{mark}connection": more}}


def _flow(said: dict[str, Any], mark: str) -> dict[str, Any]:
    nodes = [
        *said["nodes"],
        {"id": "strange", "type": f"{mark}type", "version": 1, "title": f"{mark}Strange", "config": {mark: mark}},
        {"id": "noted", "type": "logging/note", "version": 1, "title": f"{mark}Noted", "owner": f"{mark}role",
         "config": {"text": f"{mark} {{input.nothing}}", "category": mark, mark: mark}},
    ]  # fmt: skip
    edges = [*said["edges"], {"from": "strange", "port": f"{mark}port", "to": "noted"}]
    outcomes = [*said["outcomes"], {"id": f"{mark}outcome", "title": f"{mark}Outcome"}]
    asked = next(node for node in nodes if node["id"] == "approve_refund")["config"]
    asked["form"] = _in_words(FORM, mark)
    for choice in asked["choices"]:
        choice["title"] = f"{mark}{choice['port']}"
    return {**said, "nodes": nodes, "edges": edges, "outcomes": outcomes}


def _drawing(said: dict[str, Any], mark: str) -> dict[str, Any]:
    return {
        **said,
        "notes": [{"id": "marked_note", "text": mark, "x": 0, "y": -400}],
        "groups": [{"id": "marked_group", "title": f"{mark}Group", "nodes": ["get_customer", "get_history"]}],
        "lanes": [{"id": "marked_lane", "title": f"{mark}Lane", "x": 0, "y": 1400, "width": 800, "height": 200}],
    }


def _table(file: Path, mark: str) -> None:
    """Descriptions and notes of a decision; names are read by steps, and stay."""
    escaped = mark.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
    text = file.read_text(encoding="utf-8")
    text = re.sub(r"(<(?:description|question|allowedAnswers)>)", lambda found: found[1] + escaped, text)
    text = re.sub(r"(<annotationEntry[^>]*>\s*<text>)", lambda found: found[1] + escaped, text)
    text = re.sub(r'(<(?:input|output)\b[^>]*\blabel=")', lambda found: found[1] + escaped, text)
    text = re.sub(r"(<annotation\b[^>]*name=\")", lambda found: found[1] + escaped, text)
    file.write_text(text, encoding="utf-8")


def _in_words(said: Any, mark: str, key: str = "") -> Any:
    if isinstance(said, dict):
        return {name: _in_words(value, mark, name) for name, value in said.items()}
    if isinstance(said, list):
        return [_in_words(value, mark) for value in said]
    return _text(said, mark) if key in WORDS else said


def _text(said: Any, mark: str) -> Any:
    return f"{mark}{said}" if isinstance(said, str) else said


def _change(file: Path, change: Callable[[Any], Any]) -> None:
    _put(file, change(json.loads(file.read_text(encoding="utf-8"))))


def _put(file: Path, said: Any) -> None:
    file.write_text(json.dumps(said, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
