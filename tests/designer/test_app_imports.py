"""What the designer's process must never load: a database, a web server, and the code that performs effects."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
LOADED = """
import json, sys
import designer.app
from nodes.registry import load
registry = load()
assert registry.types
print(json.dumps(sorted(sys.modules)))
"""


def test_the_designer_and_its_registry_leave_database_server_and_performers_unloaded() -> None:
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    ran = subprocess.run(
        [sys.executable, "-c", LOADED], capture_output=True, text=True, check=True, cwd=ROOT, env=environment
    )
    loaded = json.loads(ran.stdout)
    tops = {name.partition(".")[0] for name in loaded}
    assert not tops & {"sqlalchemy", "fastapi", "uvicorn", "apscheduler", "starlette", "jinja2"}
    assert [name for name in loaded if name.rpartition(".")[2] == "perform" and name != "nodes.contract.perform"] == []
    assert not {name for name in loaded if name.startswith(("runtime.host", "runtime.store", "runtime.server"))}


FIRST_WINDOW = """
import json, os, sys, threading
import designer.window.desktop as desktops
from designer.app import make_application

gate, warm = threading.Event(), desktops.warm
desktops.warm = lambda: (gate.wait(), warm())
application = make_application()
desktop = desktops.Desktop(application)
desktop.new()
application.processEvents()
first = sorted(sys.modules)
gate.set()
desktop.close()
print(json.dumps([first, sorted(sys.modules)]))
sys.stdout.flush()
os._exit(0)
"""
LATER = {
    "designer.forms.schema_form",
    "designer.session.rehearsal",
    "designer.session.story",
    "nodes.dmn.analysis",
    "runtime.engine.decide",
    "runtime.wire",
}
"""a third of the start, needed by the first click at the earliest"""


def test_the_first_window_does_without_what_clicks_need_which_is_loaded_while_people_look(tmp_path: Path) -> None:
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "BATON_HOME": str(tmp_path)}
    ran = subprocess.run(
        [sys.executable, "-c", FIRST_WINDOW], capture_output=True, text=True, check=True, cwd=ROOT, env=environment
    )
    first, later = json.loads(ran.stdout.splitlines()[-1])
    assert LATER & set(first) == set()
    assert set(later) >= LATER
    assert {"PySide6.QtQml", "PySide6.QtSql"} & set(later) == set()  # Qt.py, which NodeGraphQt asks for, loads them
