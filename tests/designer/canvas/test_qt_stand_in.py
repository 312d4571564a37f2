"""What stands in for Qt.py gives NodeGraphQt the very classes that Qt.py would: compared in a process of its own."""

from __future__ import annotations

import importlib.util
import json
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]
NODEGRAPHQT = Path(str(importlib.util.find_spec("NodeGraphQt").origin)).parent  # type: ignore[union-attr]
COMPARED = """
import importlib, json, sys
import Qt as stock
del sys.modules["Qt"]
from designer.canvas.projection.qt_stand_in import put_in_place
put_in_place()
import Qt as ours
assert ours is not stock
said = {}
for name in json.load(sys.stdin):
    module, _, member = name.partition(".")
    known = getattr(getattr(stock, module), member, None)
    if known is not None:
        said[name] = getattr(getattr(ours, module), member, None) is known
print(json.dumps(said))
"""


def test_every_name_that_nodegraphqt_uses_is_the_one_that_qt_py_gives() -> None:
    used: set[str] = set()
    for file in NODEGRAPHQT.rglob("*.py"):
        used.update(re.findall(r"\bQt(?:Core|Gui|Svg|Widgets)\.[A-Za-z]+", file.read_text(encoding="utf-8")))
    ran = subprocess.run(
        [sys.executable, "-c", COMPARED],
        input=json.dumps(sorted(used)),
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    said = json.loads(ran.stdout)
    assert len(said) > 80
    assert [name for name, same in said.items() if not same] == []
