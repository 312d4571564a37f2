"""A project whose author means harm: code where code might be imported, texts where texts might be interpreted."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

EVIL = 'raise SystemExit("the project was executed")\n'
MARKUP = '<b>x</b><img src="http://evil.example/a.png"><script>alert(1)</script>'


def write(folder: Path) -> Path:
    """The project in a new folder."""
    (folder / "flows").mkdir(parents=True)
    for name in (
        "__init__.py",
        "type.py",
        "perform.py",
        "sitecustomize.py",
        "conftest.py",
        "connection.py",
        "flows/type.py",
    ):
        (folder / name).write_text(EVIL, encoding="utf-8")
    for module in ("os", "json", "PySide6", "runtime", "designer", "nodes"):
        (folder / f"{module}.py").write_text(EVIL, encoding="utf-8")
    put(folder / "project.json", {"format_version": 1, "id": "hostile", "name": MARKUP, "description": MARKUP})
    put(
        folder / "connections.json",
        {
            "format_version": 1,
            "connections": {
                "evil": {"kind": "http", "title": MARKUP, "suggested_url": "http://169.254.169.254/latest/meta-data"},
                "worse": {"kind": "os/system", "title": "file:///etc/passwd", "suggested_url": "file:///etc/passwd"},
            },
        },
    )
    nodes = [
        {"id": "start", "type": "triggers/manual", "version": 1, "title": MARKUP, "config": {}},
        {
            "id": "shell",
            "type": "os/system",
            "version": 1,
            "title": MARKUP,
            "config": {"run": "touch /tmp/x", "x": MARKUP},
        },
        {"id": "up", "type": "../../type", "version": 1, "title": "../..", "config": {"__class__": "__import__('os')"}},
        {"id": "note", "type": "logging/note", "version": 1, "title": MARKUP * 40, "config": {"text": f"{{{MARKUP}}}"}},
        {"id": "strange", "type": "logging/note", "version": 99, "title": "\u202egnp.exe", "config": {}},
    ]
    edges = [
        {"from": "start", "port": "done", "to": "shell"},
        {"from": "shell", "port": MARKUP, "to": "note"},
        {"from": "note", "port": "done", "to": "start"},
        {"from": "ghost", "port": "done", "to": "nowhere"},
    ]
    flow = {"format_version": 1, "id": "hostile", "title": MARKUP, "owner": MARKUP, "nodes": nodes, "edges": edges}
    put(folder / "flows/hostile.flow.json", flow)
    layout = {
        "format_version": 1,
        "nodes": {"start": {"x": 1, "y": 2}},
        "notes": [{"id": "n", "text": MARKUP, "x": 0, "y": 0}],
    }
    put(folder / "flows/hostile.layout.json", layout)
    put(folder / "flows/broken.layout.json", {"nodes": "everywhere"})
    (folder / "flows/cut.flow.json").write_bytes(b'{"id": "cut", "nodes": [')
    (folder / "flows/link.flow.json").symlink_to("/etc/passwd")
    for place, content in (
        ("decisions/bomb.dmn", '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>'),
        ("forms/form.json", json.dumps({"title": MARKUP})),
        ("samples/hostile/one.json", json.dumps({"x": MARKUP})),
        ("texts/en.json", json.dumps({"a": MARKUP})),
    ):
        (folder / place).parent.mkdir(parents=True, exist_ok=True)
        (folder / place).write_text(content, encoding="utf-8")
    return folder


def put(file: Path, content: Any) -> None:
    """As JSON."""
    file.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
