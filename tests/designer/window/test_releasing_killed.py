"""kill -9 of the real application while half of a version has left it: nobody ever gets half a package."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from projects.demo.baton_process import BatonProcess
from runtime.model.content_hash import content_hash
from runtime.model.files import load_project
from runtime.model.package import pack, pack_to_file, read_package
from runtime.wire import Problem

ROOT = Path(__file__).parents[3]
EXAMPLE = ROOT / "projects" / "billing_dispute"
VICTIM = Path(__file__).parent / "release_victim.py"

pytestmark = [
    pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no signal that kills at once"),
    pytest.mark.slow,
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(EXAMPLE, tmp_path / "project"))


def kill_halfway(home: Path, *words: str) -> None:
    environment = {**os.environ, "BATON_HOME": str(home), "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(ROOT)}
    victim = subprocess.Popen([sys.executable, str(VICTIM), *words], stdout=subprocess.PIPE, env=environment, cwd=ROOT)
    try:
        assert victim.stdout is not None
        assert victim.stdout.readline() == b"half\n"
    finally:
        victim.kill()
        victim.communicate()


def test_a_package_is_as_it_was_and_nothing_of_the_half_stays(folder: Path, tmp_path: Path) -> None:
    target = tmp_path / "out" / "dispute.baton"
    target.parent.mkdir()
    kill_halfway(tmp_path / "home", str(folder), "packing", str(target))
    assert not target.exists()
    project = load_project(folder)
    earlier = project.model_copy(update={"file": project.file.model_copy(update={"name": "Earlier"})})
    pack_to_file(earlier, target)
    kill_halfway(tmp_path / "home", str(folder), "packing", str(target))
    assert read_package(target).file.name == "Earlier"
    pack_to_file(project, target)
    assert pack(read_package(target)) == pack(project)
    assert [file.name for file in target.parent.iterdir()] == [target.name]


def test_a_runtime_keeps_no_half_and_takes_the_version_afterwards(folder: Path, tmp_path: Path) -> None:
    project = load_project(folder)
    project = project.model_copy(update={"file": project.file.model_copy(update={"version": "1.0.0"})})
    release = content_hash(project)
    with BatonProcess(tmp_path / "store.db", tmp_path / "runtime") as baton:
        kill_halfway(tmp_path / "home", str(folder), "publishing", baton.url, baton.token)
        with pytest.raises(Problem) as refused:
            baton.door.get_release(release)
        assert refused.value.status == 404
        baton.door.put_release(release, pack(project))
        assert baton.door.get_release(release) == pack(project)
