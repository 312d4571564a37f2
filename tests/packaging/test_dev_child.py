"""How dev.py starts another program: what its environment keeps, and that it never outlives dev.py."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import dev_child
import pytest

PACKAGING = Path(dev_child.__file__).parent


@pytest.mark.parametrize(
    "name",
    [
        "PYTHONPATH",
        "PYTHONHOME",
        "PYTHONSTARTUP",
        "PYTHONOPTIMIZE",
        "PYTHONSAFEPATH",
        "PYTHONWARNINGS",
        "PYTHONDONTWRITEBYTECODE",
        "PythonPath",
        "PIP_USER",
        "PIP_TARGET",
        "PIP_PREFIX",
        "PIP_REQUIRE_HASHES",
        "PIP_NO_DEPS",
        "PIP_CONSTRAINT",
        "VIRTUAL_ENV",
    ],
)
def test_what_would_change_the_result_is_dropped(name: str) -> None:
    assert name not in dev_child.environment({name: "1", "PATH": "p"})


@pytest.mark.parametrize(
    "name",
    [
        "PATH",
        "HOME",
        "LANG",
        "HTTPS_PROXY",
        "SSL_CERT_FILE",
        "PYTHONUNBUFFERED",
        "PYTHONPYCACHEPREFIX",
        "PIP_INDEX_URL",
        "PIP_EXTRA_INDEX_URL",
        "PIP_FIND_LINKS",
        "PIP_CONFIG_FILE",
        "PIP_CERT",
        "PIP_PROXY",
    ],
)
def test_where_packages_come_from_and_the_rest_of_the_machine_stays(name: str) -> None:
    assert dev_child.environment({name: "value"})[name] == "value"


def test_a_child_sees_the_cleaned_environment_and_asserts(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "json.py").write_text("raise SystemExit('shadowed')\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setenv("PYTHONOPTIMIZE", "1")
    program = "import json, sys\nsys.exit(9 if __debug__ else 1)"
    assert dev_child.run([sys.executable, "-c", program]) == 9


def test_tee_keeps_what_it_shows(capfd: pytest.CaptureFixture[str]) -> None:
    program = "import sys; print('out', flush=True); print('err \u2192', file=sys.stderr); sys.exit(3)"
    code, kept = dev_child.tee([sys.executable, "-c", program])
    assert (code, kept.split()) == (3, ["out", "err", "\u2192"])
    assert "out" in capfd.readouterr().out


@pytest.mark.skipif(os.name == "nt", reason="POSIX signals")
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_the_child_first(number: signal.Signals, code: int, tmp_path: Path) -> None:
    """The child drains (writes its last word) before dev.py is gone; nothing is left running."""
    last_word = tmp_path / "last word"
    child = (
        "import pathlib, signal, sys, time\n"
        "def drain(*_):\n"
        f"    pathlib.Path({str(last_word)!r}).write_text('drained')\n"
        "    sys.exit(128 + _[0])\n"
        "signal.signal(signal.SIGTERM, drain); signal.signal(signal.SIGINT, drain)\n"
        "print('up', flush=True); time.sleep(60)\n"
    )
    parent = (
        f"import sys; sys.path.insert(0, {str(PACKAGING)!r})\n"
        "import dev, dev_child\n"
        f"dev._run = lambda *_: dev_child.run([sys.executable, '-c', {child!r}])\n"
        "sys.exit(dev.main([]))\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", parent],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        text=True,
    ) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        assert running.stdout.readline() == "up\n"
        if number == signal.SIGINT:
            os.killpg(running.pid, number)  # a terminal tells both
        else:
            running.send_signal(number)
        assert running.wait(15) == code
        assert "Traceback" not in running.stderr.read()
    assert last_word.read_text() == "drained"


@pytest.mark.skipif(os.name == "nt", reason="POSIX signals")
def test_a_child_that_does_not_drain_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dev_child, "_GRACE_SECONDS", 0.3)
    stubborn = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import signal, time; signal.signal(15, lambda *_: None); print(1, flush=True); time.sleep(60)",
        ],
        stdout=subprocess.PIPE,
    )
    assert stubborn.stdout is not None
    stubborn.stdout.readline()
    stubborn.stdout.close()
    begun = time.monotonic()
    dev_child._end(stubborn, told=False, last_seconds=0.3)
    assert stubborn.poll() == -signal.SIGKILL
    assert time.monotonic() - begun < 10
