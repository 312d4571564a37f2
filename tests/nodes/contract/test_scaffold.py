"""A new node folder works as it stands, and appears whole or not at all."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from nodes.contract import NodeType
from nodes.contract.conformance import conformance_cases
from nodes.contract.scaffold import ScaffoldProblem, write_node_folder
from nodes.registry import load

HERE = Path(__file__).parents[3]


@pytest.mark.parametrize(
    ("name", "kind", "id_"),
    [
        ("slack", "effect", "adapters/slack"),
        ("tidy", "pure", "control/tidy"),
        ("decision/score", "pure", "decision/score"),
        ("logging/send_fax", "effect", "logging/send_fax"),
    ],
)
def test_what_is_written_conforms(tmp_path, name, kind, id_):
    files = write_node_folder(tmp_path / "plugins", name, kind)
    last = id_.rpartition("/")[2]
    expected = {"type.py", "README.md", "example.flow.json", f"test_{last}.py"} | (
        {"perform.py"} & {f.name for f in files}
    )
    assert {file.name for file in files} == expected
    assert (kind == "effect") == ("perform.py" in expected)
    assert all(file.is_file() and file.parent == tmp_path / "plugins" / last for file in files)
    registry = load(plugin_folders=[tmp_path / "plugins"], entry_points=False)
    found = registry.get(id_, 1)
    assert isinstance(found, NodeType)
    for case in conformance_cases(found, types=registry.get):
        case()


def test_its_own_tests_pass_as_they_stand(tmp_path):
    tests = [
        str(file)
        for name, kind in (("slack", "effect"), ("tidy", "pure"))
        for file in write_node_folder(tmp_path, name, kind)
        if file.name.startswith("test_")
    ]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *tests],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(HERE)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "26 passed" in done.stdout


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("", "can't be a name"),
        ("Slack", "can't be a name"),
        ("../slack", "no place for a node"),
        ("a/b/c", "no place for a node"),
        ("adapters/", "can't be a name"),
        ("sla-ck", "can't be a name"),
        ("nul", "means something else"),
        ("class", "means something else"),
        ("type", "means something else"),
        ("x" * 65, "can't be a name"),
    ],
)
def test_a_name_that_can_not_be_one_writes_nothing(tmp_path, name, words):
    with pytest.raises(ScaffoldProblem, match=words):
        write_node_folder(tmp_path, name, "effect")
    assert list(tmp_path.iterdir()) == []


def test_nothing_that_exists_is_touched(tmp_path):
    (tmp_path / "slack").mkdir()
    with pytest.raises(ScaffoldProblem, match="exists already"):
        write_node_folder(tmp_path, "slack", "effect")
    assert list((tmp_path / "slack").iterdir()) == []


def test_a_place_that_can_not_be_written_leaves_nothing(tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(ScaffoldProblem, match="can't be written"):
        write_node_folder(tmp_path / "file", "slack", "effect")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
