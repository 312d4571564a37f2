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
