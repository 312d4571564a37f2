"""`python -m projects.demo.practice FOLDER`: the example systems and a Baton home, for a designer that runs an example.

Prints one JSON line (home, url, pid) once the systems answer, and ends when its standard input closes, so that it never
outlives who started it. FOLDER (made if missing) holds the home and the systems' own store.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import sys
from pathlib import Path

from projects.demo.home import write_home
from projects.example_systems.launch import LaunchError, start_process


def main(arguments: list[str] | None = None) -> int:
    """Exit code: 0 ended as asked, 1 cannot start, 2 wrong arguments."""
    parser = argparse.ArgumentParser(prog="python -m projects.demo.practice", description=__doc__)
    parser.add_argument("folder", type=Path, metavar="FOLDER")
    folder: Path = parser.parse_args(arguments).folder
    try:
        folder.mkdir(parents=True, exist_ok=True)
        systems = start_process(store=folder / "systems.db")
    except (LaunchError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    with systems:
        home = write_home(folder / "home", systems, with_people=False)
        print(json.dumps({"home": str(home), "url": systems.url, "pid": os.getpid()}), flush=True)
        with contextlib.suppress(KeyboardInterrupt, OSError):
            while os.read(sys.stdin.fileno(), 65_536):
                pass
    return 0


if __name__ == "__main__":
    sys.exit(main())
