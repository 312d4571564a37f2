"""`--by-hand`: the five systems stay up, a Baton home is ready, and the commands to type are printed.

Called by `__main__`. Nothing of Baton runs until the person types; Ctrl-C ends the systems and takes the folder away.
"""

from __future__ import annotations

import json
import os
import shlex
import sys
import sysconfig
import threading
from pathlib import Path

from projects.child_process import ROOT
from projects.demo.home import write_home
from projects.demo.stage import Stage
from projects.example_systems.launch import start_process

PROJECT = Path("projects", "billing_dispute")


def by_hand(stage: Stage, folder: Path) -> int:
    """Start, print, wait for Ctrl-C."""
    with stage.waiting("Starting five systems"):
        systems = start_process(store=folder / "systems.db")
    with systems:
        home = write_home(folder / "home", systems)
        for line in instructions(home, folder / "store.db", systems.url):
            stage.console.print(line, soft_wrap=True)  # a command that is broken into lines can't be copied
        threading.Event().wait()
    return 0


def instructions(home: Path, store: Path, url: str) -> list[str]:
    """What a newcomer types in a second window, with the paths and names of this very session."""
    (baton, at_hand), samples = _baton(), PROJECT / "samples" / "billing_dispute"

    def start(dispute: str, sample: str) -> str:
        case = quoted(json.dumps({"key": dispute}))
        return f"{baton} run {PROJECT} billing_dispute --as ana --case {case} --input @{samples / sample}"

    return [
        "",
        f"The five systems answer at {url}. This window keeps them up; Ctrl-C ends them.",
        "Open a second window and type there:",
        "",
        f"  cd {quoted(ROOT)}",
        f"  {setting('BATON_HOME', str(home))}",
        f"  {setting('BATON_STORE', str(store))}",
        *at_hand,
        "",
        "  # a small doubled bill: refunded at once",
        f"  {start('D-1001', 'automatic.json')}",
        "",
        "  # a large one: two people of finance have to agree (TASK is what `tasks` shows)",
        f"  {start('D-1003', 'two_approvals.json')}",
        f"  {baton} tasks",
        f"  {baton} answer TASK approve --as petra",
        f"  {baton} answer TASK approve --as tom",
        "",
        "  # one that looks doubled and is not; the answer is given along",
        f"  {start('D-1006', 'rejected.json')} --answer {quoted(_REJECTION)}",
        "",
        "  # what happened, and why (RUN is what `runs` shows)",
        f"  {baton} runs",
        f"  {baton} trace RUN",
        "",
        "  # trouble: billing fails three times; or it is slow, so that there is time to kill a run and go on with it",
        f"  {_fault(url, 'outage', times=3)}",
        f"  {_fault(url, 'slow', seconds=20)}",
        f"  {baton} resume",
        "",
        "  # what the systems really did",
        f"  curl {url}/ledger",
        "",
    ]


_REJECTION = 'petra@approve_refund=reject:{"comment": "It is an instalment."}'


def _baton() -> tuple[str, list[str]]:
    """How Baton is called, and the lines that are typed before so that it is found."""
    script = Path(sysconfig.get_path("scripts"), "baton.exe" if os.name == "nt" else "baton")
    if not script.exists():
        return f"{quoted(sys.executable)} -m runtime.cli", []
    if os.name == "nt":
        return "baton", [f"  set PATH={script.parent};%PATH%"]
    return "baton", [f'  export PATH={quoted(script.parent)}:"$PATH"']


def quoted(text: Path | str) -> str:
    """A word as this machine's shell takes it, whatever blanks it has."""
    words = str(text)
    if os.name != "nt":
        return shlex.quote(words)
    return '"' + words.replace('"', '\\"') + '"' if any(c in words for c in ' "&(){}') else words


def setting(name: str, value: str) -> str:
    """The line that sets a variable in this machine's shell."""
    return f"set {name}={value}" if os.name == "nt" else f"export {name}={shlex.quote(value)}"


def _fault(url: str, kind: str, **more: int) -> str:
    order = json.dumps({"system": "billing", "operation": "create_refund", "kind": kind, **more})
    kind_of_body = quoted("content-type: application/json")  # curl before 7.82 knows no --json
    return f"curl -H {kind_of_body} -d {quoted(order)} {url}/faults"
