"""`python -m projects.demo`: the command line of the demo. Starts everything, plays the chapters, gives the verdict.

Exit code: 0 if the ledger proves that each effect happened once, 1 if it does not or the story went another way, 2 for
wrong arguments, 130 after Ctrl-C (143 after SIGTERM). Nothing that was started is left behind, whatever happens.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import NoReturn

from rich.console import Console

from projects.demo.baton_process import BatonDidNotStart, BatonProcess
from projects.demo.by_hand import by_hand
from projects.demo.chapters import looks_doubled, small_bill, two_people_and_a_kill
from projects.demo.closing import print_ledger, print_next, print_trace, print_verdict
from projects.demo.home import write_home
from projects.demo.show import Show, ShowFailed
from projects.demo.stage import Stage
from projects.demo.verdict import judge
from projects.example_systems.launch import LaunchError, start_process
from runtime.wire import Problem


def main(arguments: list[str] | None = None) -> int:
    """Play the demo; the exit code."""
    given = _parser().parse_args(arguments)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a customer's name must not stop the show where it can't be spelled
    stage = Stage(Console(highlight=False))
    try:
        with _terminable(), _folder(given.keep) as folder:
            if given.by_hand:
                return by_hand(stage, folder)
            return _play(stage, folder, kept=given.keep is not None)
    except KeyboardInterrupt:
        stage.tell("Stopped. Everything that was started has ended.")
        return 130
    except (ShowFailed, BatonDidNotStart, LaunchError, Problem, OSError, ValueError) as failed:
        # To stdout's neighbour, so that a pipe that reads the story still tells a person what went wrong.
        print(f"demo: {failed}", file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="dev.py demo",
        description="Three customers dispute their bills. Watch a flow settle them, through an outage and a kill -9.",
    )
    parser.add_argument("--by-hand", action="store_true", help="start the systems, and print the commands to play it")
    parser.add_argument("--keep", metavar="FOLDER", type=Path, help="keep store, home and systems in a new folder")
    return parser


def _play(stage: Stage, folder: Path, *, kept: bool) -> int:
    began = time.monotonic()
    stage.title("Baton: resolve a billing dispute")
    stage.tell(
        "Three customers say that their bill is too high. A flow that an analyst has drawn settles each dispute: it "
        "reads two systems, works out what is right, decides or asks people, pays, and tells the customer. The five "
        "systems are real servers on this machine, and they keep account of everything that they are told to do."
    )
    home, store = folder / "home", folder / "store.db"
    with contextlib.ExitStack() as stack:
        with stage.waiting("Starting five systems and Baton"):
            systems = stack.enter_context(start_process(store=folder / "systems.db"))
            baton = stack.enter_context(BatonProcess(store, write_home(home, systems)))
            show = Show(stage, systems, baton)
        small_bill(show)
        eventful = two_people_and_a_kill(show)
        looks_doubled(show)
        print_trace(stage, eventful, store, home)
        entries = systems.ledger()
        print_ledger(stage, entries)
        verdict = judge(entries, show.endings())
        print_verdict(stage, verdict)
        stage.moment(f"The whole show took {time.monotonic() - began:.0f} seconds.", "note")
    print_next(stage, eventful, folder if kept else None)
    return 0 if verdict.holds else 1


@contextlib.contextmanager
def _folder(keep: Path | None) -> Iterator[Path]:
    """Where the show puts its files: a folder that goes with it, or one that stays."""
    if keep is None:
        # Windows lets go of a file a little after its process has ended; a leftover there is no reason to fail.
        with tempfile.TemporaryDirectory(prefix="baton-demo-", ignore_cleanup_errors=True) as name:
            yield Path(name)
        return
    folder = keep.expanduser().absolute()
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ShowFailed(f"{folder} is not empty. Name a new folder with --keep.")
    folder.mkdir(parents=True, exist_ok=True)
    yield folder


@contextlib.contextmanager
def _terminable() -> Iterator[None]:
    """SIGTERM ends the show as Ctrl-C does: in order, with everything that it started."""

    def told(_number: int, _frame: FrameType | None) -> NoReturn:
        raise SystemExit(143)

    before = signal.signal(signal.SIGTERM, told)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


if __name__ == "__main__":
    sys.exit(main())
