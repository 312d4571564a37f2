"""Named pipes, devices and ``-`` where a file is meant: told at once, and nothing is made of them (L01)."""

from __future__ import annotations

import os
import subprocess
import threading
from pathlib import Path

import pytest

from runtime.cli.exits import Exit
from tests.runtime.cli.typing_in import Person

pytestmark = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")

P = "PROJECT"
WITH_A_PIPE = {
    "an input": ((*("run", P, "refund"), "--input", "@pipe.json"), Exit.REFUSED),
    "an environment": ((*("run", P, "refund"), "--env", "./pipe.json"), Exit.MISSING),
    "a token": (("runs", "--server", "http://127.0.0.1:9", "--token-file", "pipe.json"), Exit.REFUSED),
    "heads": (("audit", "verify", "--against", "pipe.json"), Exit.REFUSED),
    "a decision": (("decide", "pipe.json"), Exit.REFUSED),
    "a package": (("unpack", "pipe.json", "-o", "out"), Exit.REFUSED),
    "a store to read": (("runs", "--store", "pipe.json"), Exit.UNAVAILABLE),
    "a store to write": ((*("run", P, "refund"), "--input", "{}", "--store", "pipe.json"), Exit.UNAVAILABLE),
    "a store to audit": (("audit", "verify", "--store", "pipe.json"), Exit.UNAVAILABLE),
}


@pytest.mark.parametrize(("words", "code"), WITH_A_PIPE.values(), ids=WITH_A_PIPE)
def test_a_pipe_that_nobody_writes_to_is_not_waited_for(person: Person, words: tuple[str, ...], code: Exit) -> None:
    os.mkfifo(person.folder / "pipe.json")
    typed = [person.project if word == P else word for word in words]
    command = person.process(*typed, cwd=person.folder)
    try:
        _, err = command.communicate(timeout=30)
    except subprocess.TimeoutExpired:
        command.kill()
        pytest.fail("it waits")
    assert command.returncode == code, err.decode()
    assert b"pipe.json" in err or b"--input" in err or b"--token-file" in err
    assert sorted(path.name for path in person.folder.glob("*pipe*")) == ["pipe.json"], "nothing was put beside it"


def test_a_pipe_that_somebody_writes_to_is_read_to_its_end(person: Person) -> None:
    pipe = person.folder / "pipe.json"
    os.mkfifo(pipe)
    handle = os.open(pipe, os.O_RDWR)  # open at both ends, as a shell's <(...) is

    def written() -> None:
        os.write(handle, b'{"amount": 12, ')
        os.write(handle, b'"name": "Elena"}')
        os.close(handle)

    later = threading.Timer(0.2, written)
    later.start()
    said = person.types("run", person.project, "refund", "--input", f"@{pipe}", "--as", "clara")
    later.join()
    assert said.code == Exit.DONE, said.err


@pytest.mark.parametrize("device", ["/dev/null", "/dev/zero"])
def test_a_device_is_no_store(person: Person, device: str) -> None:
    if not Path(device).is_char_device():
        pytest.skip(f"this system has no {device}")
    for words in (("runs",), ("audit", "verify")):
        said = person.types(*words, "--store", device)
        assert said.code == Exit.UNAVAILABLE
        assert "no ordinary file" in said.err


def test_a_line_is_no_name_of_a_file_to_write(person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(person.folder)
    for words in (
        ("pack", person.project, "-o", "-"),
        ("unpack", person.project, "-o", "-"),
        ("audit", "heads", "-o", "-"),
        ("schema", "-o", "-"),
    ):
        said = person.types(*words)
        assert said.code == Exit.USAGE, words
        assert "./-" in said.err
    assert not Path("-").exists()
    assert person.types("pack", person.project, "-o", "./-").code == Exit.DONE
    assert Path("-").is_file()
