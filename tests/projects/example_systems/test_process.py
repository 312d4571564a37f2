"""The process: how it starts, says where it is, refuses what it cannot use, ends, and what outlives it."""

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

import projects
from projects.example_systems.launch import LaunchError, Systems, start_process

ROOT = Path(projects.__file__).parents[1]


def _command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "projects.example_systems", *arguments]


def _note(systems: Systems, key: str) -> httpx.Response:
    with systems.client("crm") as crm:
        return crm.post("/customers/C-1001/notes", json={"text": key}, headers={"Idempotency-Key": key})


def test_one_ready_line_then_answers_at_once_and_sigterm_ends_it_well() -> None:
    process = subprocess.Popen(_command("--port", "0"), cwd=ROOT, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL)
    assert process.stdout is not None
    with process.stdout:
        ready = json.loads(process.stdout.readline())
        assert sorted(ready) == ["ledger", "pid", "url"]
        assert ready["pid"] == process.pid
        assert httpx.get(ready["ledger"]).json() == {"entries": [], "next_after": None}
        assert httpx.get(ready["url"]).json()["systems"]["crm"] == f"{ready['url']}/crm"
        process.terminate()
        code = process.wait(5)
        assert process.stdout.read() == b""
    if sys.platform != "win32":  # there terminate() gives the process no chance
        assert code == 0


@pytest.mark.skipif(sys.platform == "win32", reason="Windows cannot send Ctrl-C to one process alone")
def test_ctrl_c_ends_it_well() -> None:
    process = subprocess.Popen(_command(), cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.readline()
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=5)
    assert (process.returncode, said) == (0, b"")


def test_it_ends_when_its_stdin_closes_even_with_a_request_that_hangs() -> None:
    systems = start_process()
    systems.faults.set("crm", "hang")
    address = httpx.URL(systems.url)
    with socket.create_connection((address.host, address.port or 0)) as hanging:
        hanging.sendall(b"GET /crm/customers/C-1001 HTTP/1.1\r\nHost: localhost\r\nX-Api-Key: demo-crm-key\r\n\r\n")
        while not systems.faults.current()[0]["hit_count"]:
            time.sleep(0.01)
        began = time.monotonic()
        assert systems.stop() == 0
        assert time.monotonic() - began < 1.9, "waited for its grace of 2 s, which is for honest requests"
    assert systems.stop() == 0


@pytest.mark.parametrize("end", ["stop", "kill"])
def test_a_restart_keeps_ledger_keys_and_address_and_heals_faults(tmp_path: Path, end: str) -> None:
    with start_process(store=tmp_path / "systems.db") as systems:
        first = _note(systems, "k1")
        systems.faults.set("crm", "outage")
        before, url = systems.ledger(), systems.url
        getattr(systems, end)()
        with pytest.raises(httpx.ConnectError):
            httpx.get(url)
        systems.restart()
        assert systems.url == url
        assert systems.ledger() == before
        again = _note(systems, "k1")
        assert again.content == first.content
        assert again.headers["idempotency-replayed"] == "true"
        assert [entry.replayed for entry in systems.ledger()] == [False, True]


def test_what_was_answered_survives_a_kill(tmp_path: Path) -> None:
    with start_process(store=tmp_path / "systems.db") as systems:
        for number in range(50):
            assert _note(systems, f"k{number}").status_code == 201
        systems.kill()
        systems.restart()
        assert [entry.idempotency_key for entry in systems.ledger()] == [f"k{number}" for number in range(50)]


def test_two_processes_on_one_store_share_one_ledger(tmp_path: Path) -> None:
    store = tmp_path / "systems.db"
    with start_process(store=store) as one, start_process(store=store) as other:
        assert _note(one, "k1").content == _note(other, "k1").content
        assert [entry.replayed for entry in one.ledger()] == [False, True]
        assert one.ledger() == other.ledger()


def test_the_ledger_in_the_store_refuses_every_edit(tmp_path: Path) -> None:
    store = tmp_path / "systems.db"
    with start_process(store=store) as systems:
        _note(systems, "k1")
    connection = sqlite3.connect(store)
    for edit in ("UPDATE ledger SET replayed = 1", "DELETE FROM ledger"):
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            connection.execute(edit)
    connection.close()


def _refused(*arguments: str) -> tuple[int, str]:
    done = subprocess.run(
        _command(*arguments),
        cwd=ROOT,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        timeout=20,
        check=False,
    )
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    return done.returncode, done.stderr


def test_a_store_that_is_not_one_is_refused_untouched(tmp_path: Path) -> None:
    text = tmp_path / "notes.txt"
    text.write_text("not a database, and longer than the header of one\n" * 10, encoding="utf-8")
    code, said = _refused("--store", str(text))
    assert (code, "not a database" in said) == (1, True)
    assert text.read_text(encoding="utf-8").startswith("not a database, and")
    code, said = _refused("--store", str(tmp_path))
    assert (code, "Cannot use" in said) == (1, True)


def test_the_database_of_another_program_is_refused_untouched(tmp_path: Path) -> None:
    foreign = tmp_path / "foreign.db"
    connection = sqlite3.connect(foreign)
    connection.execute("CREATE TABLE mine (id INTEGER)")
    connection.close()
    before = foreign.read_bytes()
    code, said = _refused("--store", str(foreign))
    assert (code, "another program" in said) == (1, True)
    assert foreign.read_bytes() == before


def test_a_newer_store_is_refused(tmp_path: Path) -> None:
    store = tmp_path / "systems.db"
    start_process(store=store).stop()
    connection = sqlite3.connect(store)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    code, said = _refused("--store", str(store))
    assert (code, "schema 99" in said) == (1, True)


def test_a_taken_port_is_said_and_launch_passes_it_on(running: Systems) -> None:
    port = httpx.URL(running.url).port or 0
    code, said = _refused("--port", str(port))
    assert (code, f"127.0.0.1:{port}" in said, "--port" in said) == (1, True, True)
    with pytest.raises(LaunchError, match=str(port)):
        start_process(port=port)


@pytest.mark.parametrize("wrong", [["--port", "70000"], ["--port", "x"], ["--api-key-crm", ""], ["--colour", "red"]])
def test_wrong_arguments_are_refused(wrong: list[str]) -> None:
    code, said = _refused(*wrong)
    assert code == 2
    assert wrong[0] in said


def test_it_is_ready_soon(tmp_path: Path) -> None:
    """Half a second on a quiet machine; the limit leaves room for a busy one."""
    began = time.monotonic()
    with start_process(store=tmp_path / "systems.db"):
        assert time.monotonic() - began < 5


def test_it_stands_alone() -> None:
    """The judge must not share a line of code with what it judges."""
    program = (
        "import sys, projects.example_systems.__main__, projects.example_systems.launch\n"
        "print([name for name in sys.modules if name.split('.')[0] in ('nodes', 'runtime', 'designer')])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
        timeout=20,
    )
    assert done.stdout.strip() == "[]"


def test_a_python_without_the_packages_is_told_which_one_to_use() -> None:
    done = subprocess.run(
        [sys.executable, "-S", "-m", "projects.example_systems"],  # -S: the standard library only
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert ".venv/bin/python" in done.stderr
    assert len(done.stderr.splitlines()) == 1
