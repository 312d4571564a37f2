"""What the end of the show tells to type can be typed as it stands, whatever the folder is called."""

from __future__ import annotations

import os
import shlex
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from projects.demo.closing import print_next
from projects.demo.stage import Stage


@pytest.mark.skipif(os.name != "posix", reason="a POSIX shell's words are judged")
def test_the_commands_hold_together_in_a_folder_with_blanks() -> None:
    kept = Path("/tmp/where I keep/the old shows of Petra's/and the new ones of this very long year")
    written = StringIO()
    stage = Stage(Console(file=written, width=60))
    print_next(stage, "r-1", kept)

    words = [shlex.split(line) for line in written.getvalue().splitlines() if "export" in line or "--store" in line]
    assert words[0] == ["export", f"BATON_HOME={kept / 'home'}"]
    assert [line[1:] for line in words[1:]] == [
        ["trace", "r-1", "--store", str(kept / "store.db")],
        ["runs", "--store", str(kept / "store.db")],
    ]
