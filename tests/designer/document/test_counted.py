"""A number and its word agree, everywhere in the designer."""

from __future__ import annotations

import re
from pathlib import Path

import designer
from designer.document.counted import counted

WORDS = "step|problem|warning|row|rule|run|flow|case|thing|file|place|change|test|connection|note|sample|field"
BY_HAND = re.compile(rf"\{{[^{{}}]+\}} ((?:{WORDS})s)\b")
OTHERWISE = {("step_list.py", "steps"), ("rail.py", "steps"), ("paste.py", "steps"), ("crash_talk.py", "changes")}
"""kinds of steps, limits far above one, and words that are said of several only"""


def test_one_is_not_several() -> None:
    assert (counted(0, "step"), counted(1, "step"), counted(2, "step")) == ("0 steps", "1 step", "2 steps")
    assert (counted(1, "entry", "entries"), counted(2, "entry", "entries")) == ("1 entry", "2 entries")


def test_nothing_is_counted_by_hand() -> None:
    """“1 steps” stood in the list of hits, in the status line and beside a finished run."""
    found = []
    for file in sorted(Path(next(iter(designer.__path__))).rglob("*.py")):
        for line, text in enumerate(file.read_text("utf-8").splitlines(), 1):
            for word in BY_HAND.findall(text):
                if (file.name, word) not in OTHERWISE and "== 1" not in text:
                    found.append(f"{file.name}:{line}: {text.strip()}")
    assert found == []
