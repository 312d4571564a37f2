"""The peer of the layout benchmark: elkjs, installed into `build/elk` at first use. Called by `bench_layout`.

The law: ELK gets the boxes, ports and names that ours gets, its layered algorithm and orthogonal routes; it answers
with corners, which are measured by the same code as ours.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from designer.layout import Box, Graph, Key, Point, Route

VERSION = "0.12.1"
FOLDER = Path(__file__).parents[2] / "build" / "elk"
SCRIPT = Path(__file__).with_name("elk_layout.js")
OPTIONS = {
    "elk.algorithm": "layered",
    "elk.direction": "RIGHT",
    "elk.edgeRouting": "ORTHOGONAL",
    "elk.layered.spacing.nodeNodeBetweenLayers": "28",
}


@dataclass(frozen=True)
class Drawn:
    positions: dict[str, Point]
    routes: dict[Key, Route]
    seconds: float


def missing() -> str | None:
    """Why ELK can't run here, in words; None when it can. Installs it when it is not there yet."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        return "node and npm are not installed"
    if not (_library().is_file() and _installed() == VERSION):
        FOLDER.mkdir(parents=True, exist_ok=True)
        wanted = {"private": True, "dependencies": {"elkjs": VERSION}}
        (FOLDER / "package.json").write_text(json.dumps(wanted), encoding="utf-8")
        command = [npm, "install", "--no-audit", "--no-fund", "--ignore-scripts"]
        done = subprocess.run(command, cwd=FOLDER, capture_output=True, text=True, timeout=180, check=False)
        if done.returncode != 0:
            return f"npm install elkjs@{VERSION} failed: {done.stderr.strip()[-300:]}"
    return None


def draw(graphs: list[Graph], names: bool) -> list[Drawn]:
    """The drawings of ELK; with `names` it keeps room for the names of outcomes, as ours always does."""
    node = shutil.which("node")
    assert node, "ask missing() first"
    asked = json.dumps([_asked(graph, names) for graph in graphs])
    command = [node, str(SCRIPT), str(_library())]
    done = subprocess.run(command, input=asked, capture_output=True, text=True, timeout=400, check=True)
    return [_answer(graph, answer) for graph, answer in zip(graphs, json.loads(done.stdout), strict=True)]


def _library() -> Path:
    return FOLDER / "node_modules" / "elkjs" / "lib" / "elk.bundled.js"


def _installed() -> str:
    return str(json.loads((FOLDER / "node_modules/elkjs/package.json").read_text(encoding="utf-8"))["version"])


def _asked(graph: Graph, names: bool) -> dict[str, object]:
    edges = []
    for number, link in enumerate(graph.sound_links()):
        edge: dict[str, object] = {
            "id": str(number),
            "sources": [f"{link.source}/{link.port}"],
            "targets": [f"{link.target}/in"],
        }
        if names and link.label_width:
            placed = {"elk.edgeLabels.placement": "TAIL", "elk.edgeLabels.inline": "true"}
            edge["labels"] = [{"text": link.port, "width": link.label_width, "height": 18, "layoutOptions": placed}]
        edges.append(edge)
    return {"id": "flow", "layoutOptions": OPTIONS, "children": [_card(box) for box in graph.boxes], "edges": edges}


def _card(box: Box) -> dict[str, object]:
    ports = [_port(f"{box.id}/in", 0.0, box.enter_y, "WEST")]
    for name, side in box.ports.items():
        if side.edge == "right":
            ports.append(_port(f"{box.id}/{name}", box.width, side.offset, "EAST"))
        else:
            ports.append(_port(f"{box.id}/{name}", side.offset, box.height, "SOUTH"))
    fixed = {"elk.portConstraints": "FIXED_POS"}
    return {"id": box.id, "width": box.width, "height": box.height, "ports": ports, "layoutOptions": fixed}


def _port(name: str, x: float, y: float, side: str) -> dict[str, object]:
    return {"id": name, "x": x, "y": y, "width": 0, "height": 0, "layoutOptions": {"elk.port.side": side}}


def _answer(graph: Graph, answer: dict[str, object]) -> Drawn:
    drawn, seconds = answer["graph"], answer["seconds"]
    assert isinstance(drawn, dict)
    assert isinstance(seconds, float)
    links = graph.sound_links()
    routes = {}
    for edge in drawn["edges"]:
        section = edge["sections"][0]
        points = [section["startPoint"], *section.get("bendPoints", []), section["endPoint"]]
        routes[links[int(edge["id"])].key] = [(point["x"], point["y"]) for point in points]
    return Drawn({card["id"]: (card["x"], card["y"]) for card in drawn["children"]}, routes, seconds)
