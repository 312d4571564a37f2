"""``baton serve`` as a process of its own, the verbs that find it by the store's lock, and how it ends."""

from __future__ import annotations

import hashlib
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from runtime.cli.exits import Exit
from runtime.client import HttpDoor
from runtime.wire import AnswerRequest, EventView, RunView
from tests.runtime.cli.typing_in import Person

pytestmark = pytest.mark.slow
posix_only = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signal that asks a process to end")


@contextmanager
def serving(person: Person, *more: str) -> Iterator[tuple[subprocess.Popen[bytes], dict[str, Any]]]:
    """A server on the person's default store."""
    process = person.process("serve", "--port", "0", *more)
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line, process.stderr.read() if process.stderr else b""
        yield process, json.loads(line)
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate(timeout=30)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One Baton home for the tests that share a server."""
    return tmp_path_factory.mktemp("served")


@pytest.fixture(scope="module")
def told(home: Path) -> Iterator[dict[str, Any]]:
    """The line of a server that stands during this module."""
    (home / "token").write_text("0123456789abcdef0123456789\n", encoding="utf-8")
    with serving(Person(home), "--token-file", str(home / "token")) as (process, line):
        assert line["pid"] == process.pid
        yield line


@pytest.fixture
def beside(
    told: dict[str, Any], home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Person:
    """Somebody whose default store that server holds."""
    monkeypatch.setenv("BATON_HOME", str(home / "home"))
    monkeypatch.chdir(home)
    return Person(home, capsys)


def test_it_says_in_one_line_where_it_is(told: dict[str, Any]) -> None:
    assert set(told) == {"url", "token", "pid", "store", "environment"}
    assert told["url"].startswith("http://127.0.0.1:")
    assert told["token"] == "0123456789abcdef0123456789"
    assert httpx.get(told["url"] + "/runs").status_code == 401
    answer = httpx.get(told["url"] + "/health", headers={"Authorization": f"Bearer {told['token']}"})
    assert answer.json()["status"] == "ok"


def test_verbs_ask_the_server_that_holds_the_store(beside: Person, told: dict[str, Any]) -> None:
    run = beside.runs(312)["run"]["run"]
    with HttpDoor(told["url"], told["token"]) as door:
        assert door.run(run).open_tasks == 1
    assert beside.types("runs", "--json").json["runs"][0]["run"] == run
    answered = beside.types("answer", f"{run}:finance#1", "approve", "--as", "petra")
    assert "completed, paid" in answered.out
    assert "petra" in beside.types("trace", run).out
    second = beside.types("serve", "--port", "0")
    assert (second.code, "is in use" in second.err) == (Exit.UNAVAILABLE, True)
    assert told["url"] in second.err


@pytest.mark.parametrize("option", [("--env", "sandbox"), ("--connection", "crm=http://127.0.0.1:9")])
def test_an_environment_that_a_server_would_ignore_is_refused_with_nothing_done(
    beside: Person, told: dict[str, Any], option: tuple[str, str]
) -> None:
    before = beside.types("runs", "--json").json
    begin = ("run", beside.project, "refund", "--input", '{"amount": 10}', *option)
    for line in (begin, (*begin, "--server", told["url"], "--token-file", "token"), ("resume", *option)):
        said = beside.types(*line)
        assert said.code == Exit.REFUSED
        assert f"works with its own environment, so {option[0]} would count for nothing" in said.err
    assert beside.types("runs", "--json").json == before


def test_verbs_ask_a_server_that_is_named(
    beside: Person, told: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    run = beside.runs(10)["run"]["run"]
    listed = beside.types("runs", "--server", told["url"], "--token-file", "token", "--json")
    assert listed.json["runs"][0]["run"] == run
    monkeypatch.setenv("BATON_TOKEN", "wrong" * 8)
    refused = beside.types("runs", "--server", told["url"])
    assert (refused.code, "token" in refused.err) == (Exit.REFUSED, True)


def test_a_run_is_followed_across_the_answer_of_another(beside: Person, told: dict[str, Any]) -> None:
    with HttpDoor(told["url"], told["token"]) as door:
        run = beside.runs(312)["run"]["run"]
        seen: list[str] = []
        for item in door.follow(run):
            if isinstance(item, EventView):
                seen.append(item.type)
            elif isinstance(item, RunView) and not item.ended:
                door.answer(f"{run}:finance#1", AnswerRequest(choice="approve", by="petra"))
        assert seen[0] == "RunStarted"
        assert seen[-1] == "RunCompleted"
        assert len(seen) == len(list(door.events(run, limit=500).events))


def test_a_port_that_is_taken_is_said(beside: Person, told: dict[str, Any]) -> None:
    said = beside.types("serve", "--port", told["url"].rpartition(":")[2], "--store", "other.db")
    assert (said.code, "can't be had" in said.err) == (Exit.UNAVAILABLE, True)


@posix_only
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_in_order_though_a_stream_is_open(person: Person, number: signal.Signals) -> None:
    with serving(person) as (process, told):
        run = person.runs(312)["run"]["run"]
        ended = threading.Event()

        def look() -> None:
            headers = {"Authorization": f"Bearer {told['token']}", "Accept": "text/event-stream"}
            with httpx.stream("GET", f"{told['url']}/runs/{run}/events", headers=headers, timeout=30) as stream:
                for _ in stream.iter_lines():
                    pass
            ended.set()

        looking = threading.Thread(target=look)
        looking.start()
        time.sleep(0.5)
        began = time.monotonic()
        process.send_signal(number)
        assert process.wait(timeout=20) == 0
        assert time.monotonic() - began < 8
        looking.join(timeout=5)
        assert ended.is_set()
    assert person.types("runs", "--json").json["runs"][0]["open_tasks"] == 1


def test_it_ends_with_its_parent_where_asked(person: Person) -> None:
    with serving(person, "--until-stdin-closes") as (process, _):
        assert process.stdin is not None
        process.stdin.close()
        process.stdin = None
        assert process.wait(timeout=20) == 0


@posix_only
def test_after_kill_9_the_store_is_free_and_nothing_is_lost(person: Person) -> None:
    with serving(person) as (process, _):
        run = person.runs(312)["run"]["run"]
        process.kill()
        process.wait(timeout=20)
    answered = person.types("answer", f"{run}:finance#1", "approve", "--as", "petra", "--json")
    assert answered.json["run"]["outcome"] == "paid"


@posix_only
def test_ctrl_c_leaves_a_run_that_waits_for_a_time_and_it_goes_on_later(person: Person) -> None:
    flow = json.loads((Path(person.project) / "flows" / "refund.flow.json").read_text(encoding="utf-8"))
    flow["nodes"].append({"id": "pause", "type": "control/wait", "config": {"duration": "PT1H"}})
    flow["edges"][0]["to"] = "pause"
    flow["edges"].append({"from": "pause", "port": "done", "to": "check"})
    (Path(person.project) / "flows" / "refund.flow.json").write_text(json.dumps(flow), encoding="utf-8")
    process = person.process("run", person.project, "refund", "--input", '{"amount": 1}')
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and not (person.home / "store.db").exists():
        time.sleep(0.1)
    while time.monotonic() < deadline and person.types("runs", "--json").code != Exit.DONE:
        time.sleep(0.1)
    while time.monotonic() < deadline and not person.types("runs", "--json").json["runs"]:
        time.sleep(0.1)
    time.sleep(0.3)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert process.returncode == Exit.INTERRUPTED, (out, err)
    assert b"baton resume" in err
    assert b"Traceback" not in err
    idle = person.types("resume", person.types("runs", "--json").json["runs"][0]["run"], "--until-idle")
    assert idle.code == Exit.WAITING


def test_no_terminal_means_no_progress(person: Person) -> None:
    process = person.process("run", person.project, "refund", "--input", '{"amount": 1}')
    out, err = process.communicate(b"", timeout=60)
    assert (process.returncode, err) == (0, b"")
    assert b"\x1b" not in out


def on_a_terminal(person: Person, *words: str) -> tuple[int, bytes]:
    """(exit code, what a terminal was sent)."""
    master, slave = os.openpty()
    process = person.process(*words, stdout=slave, stderr=slave, stdin=slave)
    os.close(slave)
    shown = b""
    try:
        while chunk := os.read(master, 65_536):
            shown += chunk
    except OSError:
        pass  # the other end was closed
    os.close(master)
    return process.wait(timeout=30), shown


@posix_only
def test_a_terminal_shows_progress_and_colour(person: Person) -> None:
    code, shown = on_a_terminal(person, "run", person.project, "refund", "--input", '{"amount": 1}')
    assert code == 0
    assert b"Check amount done: " in shown
    assert b"\x1b[32mcompleted" in shown


@posix_only
def test_what_is_there_to_be_copied_is_never_broken_into_lines(person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "50")
    given = '{"amount": 312, "name": "Elena"}'
    code, shown = on_a_terminal(person, "run", person.project, "refund", "--input", given)
    assert code == Exit.WAITING
    assert re.search(rb"baton answer r-[-\w]+:finance#1 CHOICE --as USER", shown)
    code, shown = on_a_terminal(person, "tasks")
    assert code == 0
    assert b"One of them with its choices: baton tasks TASK" in shown


@posix_only
def test_a_trace_on_a_terminal_has_a_line_for_each_value_and_in_full_breaks_none(
    person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """JSON was folded into several lines with the branches of the tree between them: nobody could copy it."""
    monkeypatch.setenv("COLUMNS", "60")
    given = '{"amount": 1, "name": "Elena Marsh of the house by the river"}'
    run = person.types("run", person.project, "refund", "--input", given, "--json").json["run"]["run"]
    code, shown = on_a_terminal(person, "trace", run)
    plain = re.sub(rb"\x1b\[[\d;]*m", b"", shown).decode()
    assert code == 0
    values = [line for line in plain.splitlines() if " input  {" in line]
    assert values
    assert all(line.rstrip().endswith("…") and len(line.rstrip()) <= 60 for line in values)
    assert "by the river" not in plain
    code, shown = on_a_terminal(person, "trace", run, "--full")
    assert b'{"amount":1,"name":"Elena Marsh of the house by the river"}' in shown


def test_the_audit_goes_through_a_server_too(beside: Person, told: dict[str, Any], tmp_path: Path) -> None:
    there = ("--server", told["url"], "--token-file", "token")
    beside.runs(10)
    file = str(tmp_path / "heads.jsonl")
    assert beside.types("audit", "heads", "-o", file, *there).code == 0
    said = beside.types("audit", "verify", "--against", file, "--json", *there)
    assert said.code == 0, said.err
    assert (said.code, said.json["sound"], said.json["findings"]) == (0, True, [])
    assert said.json["against"]["heads"] > 0
    wrong = tmp_path / "other.jsonl"
    forged = [{"baton_heads": 1}, ["r-never", 3, "0" * 64]]
    digest = hashlib.sha256(f"r-never\n3\n{'0' * 64}\n".encode()).hexdigest()
    forged.append({"streams": 1, "rows": 3, "sha256": digest})
    wrong.write_text("".join(json.dumps(line) + "\n" for line in forged))
    found = beside.types("audit", "verify", "--against", str(wrong), "--json", *there)
    assert (found.code, [each["kind"] for each in found.json["findings"]]) == (10, ["lost"])
