"""A project's folder: read whole or with every reason why not; saved whole or not at all; opened without effect."""

from __future__ import annotations

import errno
import os
import signal
import stat
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from runtime.model import durable
from runtime.model.canonical import write_json
from runtime.model.files import load_project, open_project
from runtime.model.flow import Flow, Node
from runtime.model.problems import ProjectProblem
from runtime.model.saving import file_revision, remove_flow, save_flow, save_layout, save_project
from tests.effort import effort_below

FILES = {
    "project.json": b'{\n  "format_version": 1,\n  "id": "shop",\n  "x_unknown": 1.50\n}\n',
    "connections.json": (
        b'{\n  "connections": {\n    "crm": {\n      "kind": "http",\n      "x": 1\n    }\n  },\n  "x_more": true\n}\n'
    ),
    "flows/refund.flow.json": b'{\n  "id": "refund",\n  "title": "Refund"\n}\n',
    "flows/refund.layout.json": b'{\n  "z": 1,\n  "a": 2\n}\n',
    "decisions/fee.dmn": b"<definitions/>\r\n",
    "forms/answer.json": b'{\n  "type": "object"\n}\n',
    "samples/refund/gold.json": b'{\n  "amount": 12.50\n}\n',
    "scenarios/refund/late.json": b"{}\n",
    "decision_tests/fee/small.json": b'{\n  "given": {\n    "Amount": 1.50\n  },\n  "expect": 0\n}\n',
    "texts/pt-BR.json": b'{\n  "refund.title": "Reembolso"\n}\n',
}


def project_in(folder: Path, **changed: bytes | None) -> Path:
    """A folder with ``FILES``; names in ``changed`` have ``__`` for a slash and ``_dot_`` for a dot."""
    changes = {name.replace("__", "/").replace("_dot_", "."): content for name, content in changed.items()}
    for path, content in {**FILES, **changes}.items():
        if content is not None:
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(content)
    return folder


def snapshot(folder: Path) -> dict[str, tuple[bytes, int]]:
    return {
        str(p.relative_to(folder)): (p.read_bytes(), p.stat().st_mtime_ns) for p in folder.rglob("*") if p.is_file()
    }


def findings(folder: Path) -> list[tuple[str, str]]:
    return [(found.code, found.file) for found in open_project(folder).findings]


def test_all_kinds_of_files_are_read(tmp_path: Path) -> None:
    project = load_project(project_in(tmp_path))
    assert project.id == "shop"
    assert project.flows["refund"].title == "Refund"
    assert project.connections["crm"].kind == "http"
    assert str(project.samples["refund"]["gold"]["amount"]) == "12.50"
    assert project.decisions["fee"] == b"<definitions/>\r\n"
    assert str(project.decision_tests["fee"]["small"]["given"]["Amount"]) == "1.50"
    assert project.texts["pt-BR"] == {"refund.title": "Reembolso"}
    assert (list(project.layouts), list(project.forms), list(project.scenarios)) == (["refund"], ["answer"], ["refund"])


def test_load_and_save_elsewhere_gives_the_same_bytes(tmp_path: Path) -> None:
    project = load_project(project_in(tmp_path / "one"))
    save_project(project, tmp_path / "two")
    assert {p: (tmp_path / "two" / p).read_bytes() for p in FILES} == FILES


def test_saving_what_was_loaded_touches_no_file(tmp_path: Path) -> None:
    project_in(tmp_path, README_dot_md=b"mine", flows__refund_dot_flow_dot_json_dot_orig=b"theirs")
    (tmp_path / ".gitattributes").write_text("mine")
    before = snapshot(tmp_path)
    assert save_project(load_project(tmp_path), tmp_path) == ()
    assert snapshot(tmp_path) == before


def test_opening_writes_nothing_and_runs_nothing(tmp_path: Path) -> None:
    node = b'{"id": "n", "type": "os.system", "config": {"run": "x"}}'
    plug_in = b'{"id": "refund", "plugin": "evil.py", "nodes": [' + node + b"]}"
    project_in(tmp_path, flows__refund_dot_flow_dot_json=plug_in)
    (tmp_path / "evil.py").write_text("raise SystemExit('imported')")
    before = snapshot(tmp_path)
    # In a process of its own: the audit hook would stay in this one for ever.
    program = (
        "import sys\n"
        "from runtime.model.files import load_project\n"
        "seen = []\n"
        "watched = ('import', 'exec', 'compile', 'subprocess.Popen', 'os.system', 'socket.connect', 'os.rename')\n"
        "sys.addaudithook(lambda event, args: seen.append((event, args)) if event in watched else None)\n"
        "load_project(sys.argv[1])\n"
        "load_project(sys.argv[1])\n"
        "bad = [s for s in seen if s[0] != 'exec' and 'evil' in repr(s) or s[0] in watched[3:]]\n"
        "sys.exit(repr(bad) if bad else 0)\n"
    )
    ran = subprocess.run([sys.executable, "-c", program, str(tmp_path)], capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert snapshot(tmp_path) == before


@pytest.mark.parametrize(
    ("path", "content", "code", "words"),
    [
        ("project.json", b"", "FILE_EMPTY", "empty"),
        ("project.json", b'{"id": "shop"', "JSON_TRUNCATED", "cut off"),
        ("project.json", b'{"format_version": 7, "id": "shop"}', "FILE_FORMAT", "format 7"),
        ("project.json", b'{"format_version": "1", "id": "shop"}', "FILE_FORMAT", "whole number"),
        ("project.json", b"[]", "FILE_CONTENT", "object"),
        ("project.json", b'{"id": 5}', "FILE_CONTENT", "id should be text"),
        ("project.json", b"{}", "FILE_CONTENT", "id is missing"),
        ("flows/refund.flow.json", b'{"id": "other"}', "FILE_ID", "make them the same"),
        ("flows/refund.flow.json", b'{"id": "refund", "nodes": {}}', "FILE_CONTENT", "nodes should be a list"),
        (
            "flows/refund.flow.json",
            b'{"id": "refund", "nodes": [{"id": "a"}]}',
            "FILE_CONTENT",
            "nodes[1].type is missing",
        ),
        (
            "flows/refund.flow.json",
            b'{"id": "refund", "nodes": [{"id": "a", "type": "t", "retry": {"attempts": 1000000000}}]}',
            "FILE_CONTENT",
            "nodes[1].retry.attempts should be at most 1000",
        ),
        (
            "flows/refund.flow.json",
            b'{"id": "refund", "nodes": [{"id": "a", "type": "t", "retry": {"attempt_timeout": -1}}]}',
            "FILE_CONTENT",
            "should be more than 0",
        ),
        (
            "flows/refund.flow.json",
            b'{"id": "refund", "nodes": [{"id": "a", "type": "t", "retry": {"max_delay": 1e308}}]}',
            "FILE_CONTENT",
            "should be at most 86400",
        ),
        (
            "flows/refund.flow.json",
            b'{"id": "refund", "nodes": [{"id": "a", "type": "t", "retry": {"max_delay": "1"}}]}',
            "FILE_CONTENT",
            "should be a number",
        ),
        (
            "flows/refund.flow.json",
            b'{"id": "refund", "outcomes": [{"id": "x", "resolved": "yes"}]}',
            "FILE_CONTENT",
            "outcomes[1].resolved should be true or false",
        ),
        ("flows/con.flow.json", b'{"id": "con"}', "FILE_NAME", "Windows"),
        ("flows/Re fund.flow.json", b"{}", "FILE_NAME", "small letters"),
        ("samples/refund/x.json", b"{", "JSON_TRUNCATED", "cut off"),
        (
            "connections.json",
            b'{"connections": {"a": {"title": "x"}}}',
            "FILE_CONTENT",
            "connections.a.kind is missing",
        ),
        ("texts/xx_YY.json", b"{}", "FILE_NAME", "language"),
        ("texts/de.json", b'{"a": 1}', "FILE_CONTENT", "a should be text"),
        ("decisions/fee.dmn", b"", "FILE_EMPTY", "empty"),
        ("forms/answer.json", b"[]", "FILE_CONTENT", "object"),
    ],
)
def test_a_bad_file_is_named_with_what_to_do_and_stays_as_it_is(
    tmp_path: Path, path: str, content: bytes, code: str, words: str
) -> None:
    project_in(tmp_path)
    (tmp_path / path).write_bytes(content)
    before = snapshot(tmp_path)
    with pytest.raises(ProjectProblem) as refused:
        load_project(tmp_path)
    assert [(found.code, found.file) for found in refused.value.findings] == [(code, path)]
    assert words in str(refused.value)
    assert "Traceback" not in str(refused.value)
    assert snapshot(tmp_path) == before


def test_all_bad_files_are_named_at_once_and_the_good_ones_open(tmp_path: Path) -> None:
    project_in(tmp_path, flows__bad_dot_flow_dot_json=b"{", texts__de_dot_json=b"", forms__answer_dot_json=b"1")
    opened = open_project(tmp_path)
    assert [found.file for found in opened.findings] == ["flows/bad.flow.json", "forms/answer.json", "texts/de.json"]
    assert opened.project is not None
    assert list(opened.project.flows) == ["refund"]


def test_a_flow_under_another_name_is_not_opened(tmp_path: Path) -> None:
    project_in(tmp_path, flows__refund_dot_flow_dot_json=b'{"id": "other"}')
    project = open_project(tmp_path).project
    assert project is not None
    assert project.flows == {}


def test_a_huge_file_is_refused_without_being_read(tmp_path: Path) -> None:
    project_in(tmp_path)
    with (tmp_path / "flows/refund.flow.json").open("r+b") as file:
        file.truncate(1_000_000_000)
    with effort_below(2_000):  # reading a gigabyte as JSON takes far more
        assert findings(tmp_path) == [("FILE_TOO_LARGE", "flows/refund.flow.json")]


def test_a_folder_that_is_none_says_so(tmp_path: Path) -> None:
    with pytest.raises(ProjectProblem, match="does not exist"):
        load_project(tmp_path / "nowhere")
    with pytest.raises(ProjectProblem, match=r"holds no project\.json"):
        load_project(tmp_path)
    with pytest.raises(ProjectProblem, match="can't be read"):
        load_project("nul\x00byte")
    (tmp_path / "shop.baton").write_bytes(b"PK")
    with pytest.raises(ProjectProblem, match="can't be read"):
        load_project(tmp_path / "shop.baton/inside")
    with pytest.raises(ProjectProblem, match="unpack it first"):
        load_project(tmp_path / "shop.baton")


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
def test_links_and_pipes_are_never_followed(tmp_path: Path) -> None:
    project_in(tmp_path / "p")
    (tmp_path / "secret.json").write_text('{"id": "secret"}')
    (tmp_path / "p/flows/secret.flow.json").symlink_to(tmp_path / "secret.json")
    os.mkfifo(tmp_path / "p/forms/pipe.json")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "p/samples/refund/gold.json").unlink()
    (tmp_path / "p/samples/refund").rmdir()
    (tmp_path / "p/samples/refund").symlink_to(tmp_path / "elsewhere")
    assert findings(tmp_path / "p") == [
        ("FILE_LINK", "flows/secret.flow.json"),
        ("FILE_READ", "forms/pipe.json"),
        ("FILE_LINK", "samples/refund"),
    ]


# -- saving -----------------------------------------------------------------------------------------------------------


def test_a_save_keeps_the_version_before_and_says_where_when_the_file_breaks(tmp_path: Path) -> None:
    project_in(tmp_path)
    flow = Flow(id="refund", title="Second")
    assert save_flow(flow, tmp_path) == ("flows/refund.flow.json",)
    assert (tmp_path / "flows/refund.flow.json").read_bytes() == write_json(flow)
    assert (tmp_path / ".baton/backup/flows/refund.flow.json").read_bytes() == FILES["flows/refund.flow.json"]
    (tmp_path / "flows/refund.flow.json").write_bytes(b"")
    (found,) = open_project(tmp_path).findings
    assert ".baton/backup/flows/refund.flow.json" in found.message
    # A damaged file must not push the good backup out.
    save_flow(Flow(id="refund", title="Third"), tmp_path)
    assert (tmp_path / ".baton/backup/flows/refund.flow.json").read_bytes() == FILES["flows/refund.flow.json"]
    assert (tmp_path / ".baton/.gitignore").read_bytes() == b"*\n"


def test_what_a_killed_save_left_behind_is_swept_away(tmp_path: Path) -> None:
    project_in(tmp_path)
    left = tmp_path / "flows/.refund.flow.json.0123abcd.tmp"
    left.write_bytes(b"half a fl")
    others = tmp_path / "flows/.other.flow.json.0123abcd.tmp"
    others.write_bytes(b"half a fl")
    assert open_project(tmp_path).findings == ()
    save_flow(Flow(id="refund", title="x"), tmp_path)
    assert (left.exists(), others.exists()) == (False, True)


def test_line_ends_are_kept_by_git_and_own_settings_by_us(tmp_path: Path) -> None:
    save_project(load_project(project_in(tmp_path / "a")), tmp_path / "b")
    assert "eol=lf" in (tmp_path / "b/.gitattributes").read_text()


def test_a_flow_that_was_removed_lies_in_the_backup(tmp_path: Path) -> None:
    project_in(tmp_path)
    remove_flow("refund", tmp_path)
    remove_flow("refund", tmp_path)
    assert load_project(tmp_path).flows == {}
    assert (tmp_path / ".baton/backup/flows/refund.flow.json").read_bytes() == FILES["flows/refund.flow.json"]


@pytest.mark.parametrize("flow_id", ["../evil", "a/b", "CON", "nul", "", "x" * 300, "Über", "a.b", "/etc/x", "c:x"])
def test_an_id_that_is_no_file_name_is_refused_before_anything_is_written(tmp_path: Path, flow_id: str) -> None:
    project_in(tmp_path / "p")
    before = snapshot(tmp_path)
    for save in (
        lambda: save_flow(Flow(id=flow_id), tmp_path / "p"),
        lambda: save_layout(flow_id, {}, tmp_path / "p"),
        lambda: remove_flow(flow_id, tmp_path / "p"),
    ):
        with pytest.raises(ProjectProblem) as refused:
            save()
        assert refused.value.code == "FILE_NAME"
    assert snapshot(tmp_path) == before


def test_one_bad_flow_keeps_all_others_from_being_written(tmp_path: Path) -> None:
    project = load_project(project_in(tmp_path))
    before = snapshot(tmp_path)
    bad = Flow(id="bad", nodes=(Node(id="n", type="t", config={"x": float("nan")}),))
    changed = project.model_copy(update={"flows": {"bad": bad, "refund": Flow(id="refund", title="new")}})
    with pytest.raises(ProjectProblem, match=r"bad\.flow\.json.*can't be written"):
        save_project(changed, tmp_path)
    assert snapshot(tmp_path) == before


def test_a_file_that_changed_on_disk_is_not_written_over(tmp_path: Path) -> None:
    project_in(tmp_path)
    opened = file_revision(tmp_path, "flows/refund.flow.json")
    save_flow(Flow(id="refund", title="mine"), tmp_path, revision=opened)
    with pytest.raises(ProjectProblem, match="changed on disk"):
        save_flow(Flow(id="refund", title="also mine"), tmp_path, revision=opened)
    with pytest.raises(ProjectProblem, match="changed on disk"):
        save_flow(Flow(id="fresh"), tmp_path, revision=opened)
    save_flow(Flow(id="fresh"), tmp_path, revision="")


def test_a_newer_file_is_not_written_over(tmp_path: Path) -> None:
    project_in(tmp_path, flows__refund_dot_flow_dot_json=b'{"format_version": 2, "id": "refund"}')
    with pytest.raises(ProjectProblem, match="newer format"):
        save_flow(Flow(id="refund"), tmp_path)


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
def test_nothing_is_written_through_a_link(tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    project_in(tmp_path / "p", flows__refund_dot_flow_dot_json=None, flows__refund_dot_layout_dot_json=None)
    (tmp_path / "p/flows").symlink_to(tmp_path / "outside")
    with pytest.raises(ProjectProblem, match="link"):
        save_flow(Flow(id="refund"), tmp_path / "p")
    assert list((tmp_path / "outside").iterdir()) == []


@pytest.mark.skipif(os.name == "nt", reason="rights are kept otherwise there")
def test_a_file_keeps_its_rights(tmp_path: Path) -> None:
    project_in(tmp_path)
    place = tmp_path / "flows/refund.flow.json"
    place.chmod(0o640)
    save_flow(Flow(id="refund", title="x"), tmp_path)
    assert stat.S_IMODE(place.stat().st_mode) == 0o640


def test_a_full_disk_leaves_the_old_file_and_no_rubbish(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project_in(tmp_path)
    before = snapshot(tmp_path)

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    (tmp_path / ".gitattributes").write_text("")
    monkeypatch.setattr(durable.os, "fsync", full)
    with pytest.raises(ProjectProblem, match="no space left on device"):
        save_flow(Flow(id="refund", title="x"), tmp_path)
    (tmp_path / ".gitattributes").unlink()
    assert snapshot(tmp_path) == before


def test_where_a_file_is_held_the_replace_is_repeated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project_in(tmp_path)
    tries: list[Path] = []
    real = Path.replace

    def held(source: Path, target: Path) -> Path:
        tries.append(target)
        if target.name == "refund.flow.json" and ".baton" not in target.parts and len(tries) < 6:
            raise PermissionError(errno.EACCES, "Permission denied")
        return real(source, target)

    monkeypatch.setattr(Path, "replace", held)
    monkeypatch.setattr(durable, "sync_folder", lambda _folder: None)
    monkeypatch.setattr(durable, "_PAUSES", (0.0,) * 6)
    monkeypatch.setattr(durable, "_REPEATS", True)
    save_flow(Flow(id="refund", title="held"), tmp_path)
    assert b"held" in (tmp_path / "flows/refund.flow.json").read_bytes()
    assert len(tries) >= 6


def test_two_savers_of_one_file_never_mix(tmp_path: Path) -> None:
    project_in(tmp_path)
    failed: list[BaseException] = []

    def save(name: str) -> None:
        try:
            for n in range(15):
                save_flow(Flow(id="refund", title=name * 2_000, description=str(n)), tmp_path)
        except ProjectProblem as problem:
            failed.append(problem)

    threads = [threading.Thread(target=save, args=(name,)) for name in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all("all the time" in str(problem) for problem in failed)
    assert load_project(tmp_path).flows["refund"].title in {"a" * 2_000, "b" * 2_000}


@pytest.mark.skipif(os.name == "nt", reason="there is no SIGKILL")
def test_kill_in_a_save_loop_leaves_the_old_or_the_new_file(tmp_path: Path) -> None:
    project_in(tmp_path)
    program = (
        "import sys, itertools\n"
        "from runtime.model.flow import Flow\n"
        "from runtime.model.saving import save_flow\n"
        "for n in itertools.count():\n"
        "    save_flow(Flow(id='refund', title=str(n), description='x' * 200_000), sys.argv[1])\n"
        "    print(n, flush=True)\n"
    )
    for delay in (0.0, 0.003, 0.007, 0.011, 0.02):
        saver = subprocess.Popen([sys.executable, "-c", program, str(tmp_path)], stdout=subprocess.PIPE)
        assert saver.stdout is not None
        saver.stdout.readline()
        time.sleep(delay)
        saver.send_signal(signal.SIGKILL)
        saver.communicate()
        flow = load_project(tmp_path).flows["refund"]
        assert len(flow.description) == 200_000
    save_flow(Flow(id="refund", title="after"), tmp_path)
    assert [p.name for p in (tmp_path / "flows").iterdir() if p.name.endswith(".tmp")] == []
