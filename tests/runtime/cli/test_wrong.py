"""Every verb as it would be typed wrong: one sentence on standard error, a code of the table, nothing changed."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from runtime.cli.exits import Exit
from tests.runtime.cli.typing_in import ROOT, Person

P = "disputes"


@pytest.mark.parametrize(
    ("line", "code", "words"),
    [
        ("rnu", Exit.USAGE, "Did you mean 'run'?"),
        ("runs --nope", Exit.USAGE, "No such option"),
        ("trace", Exit.USAGE, "Missing argument 'RUN'"),
        ("trace nope", Exit.NOT_FOUND, "no store"),
        ("tasks nope", Exit.NOT_FOUND, "no store"),
        ("check nowhere", Exit.NOT_FOUND, "no project nowhere"),
        (f"check {P}/flows", Exit.FINDINGS, ""),
        (f"run {P} refnd", Exit.NOT_FOUND, "Did you mean 'refund'?"),
        ("run nowhere refund", Exit.NOT_FOUND, "no project nowhere"),
        (f"run {P}/flows refund", Exit.NOT_FOUND, "project.json"),
        (f"run {P} refund", Exit.REFUSED, "should be an object"),
        (f"run {P} refund --input {{bad", Exit.USAGE, "not JSON"),
        (f"run {P} refund --input NaN", Exit.USAGE, "NaN"),
        (f"run {P} refund --input @nowhere.json", Exit.NOT_FOUND, "no file nowhere.json"),
        (f"run {P} refund --input @{P}", Exit.REFUSED, "can't be read"),
        (f'run {P} refund --input {{"amount":"x"}}', Exit.REFUSED, "amount"),
        (f'run {P} refund --input {{"amount":1}} --trigger nope', Exit.REFUSED, "no start"),
        (f'run {P} refund --input {{"amount":1}} --env nope', Exit.MISSING, "no environment 'nope'"),
        (f'run {P} refund --input {{"amount":1}} --connection crm', Exit.USAGE, "NAME=URL"),
        (f'run {P} refund --input {{"amount":1}} --store mysql://x', Exit.UNAVAILABLE, "sqlite:///"),
        (f'run {P} refund --input {{"amount":1}} --store {P}', Exit.UNAVAILABLE, "is a folder"),
        ("answer x y --as z", Exit.NOT_FOUND, "no task 'x'"),
        ("answer r-1:finance#1 approve --as z", Exit.NOT_FOUND, "no run 'r-1'"),
        ("answer x y", Exit.USAGE, "--as"),
        ("resolve x --how retry --as z", Exit.NOT_FOUND, "no incident 'x'"),
        ("resolve x --how explode --as z", Exit.USAGE, "'explode' is not one of"),
        ("resolve x --as z", Exit.USAGE, "Choose from: retry"),
        (f"run {P}", Exit.USAGE, "broken, "),
        ("resume nope", Exit.NOT_FOUND, "no run 'nope'"),
        ("cancel nope --as z", Exit.NOT_FOUND, "no run 'nope'"),
        ("suspend nope --as z", Exit.NOT_FOUND, "no run 'nope'"),
        ("signal paid", Exit.USAGE, "KEY"),
        ("signal paid k --payload {", Exit.USAGE, "not JSON"),
        ("runs --store none.db", Exit.NOT_FOUND, "no store"),
        ("runs --limit 0", Exit.USAGE, "range"),
        ("runs --limit ten", Exit.USAGE, "'ten' is no whole number."),
        ("signal paid k --keep-for soon", Exit.USAGE, "'soon' is no number."),
        ("runs --state foo", Exit.USAGE, "is not one of"),
        ("runs --server http://127.0.0.1:1", Exit.MISSING, "token"),
        ("runs --server http://127.0.0.1:1 --token-file token", Exit.UNAVAILABLE, "Nothing answers"),
        ("runs --server http://example.com --token-file token", Exit.REFUSED, "in clear"),
        ("runs --server http://127.0.0.1:1 --store x.db", Exit.USAGE, "not both"),
        ("runs --server http://127.0.0.1:1 --token-file weak", Exit.REFUSED, "20 characters"),
        (f"pack {P} -o nowhere/x.baton", Exit.REFUSED, "can't be written"),
        ("unpack nowhere.baton -o x", Exit.NOT_FOUND, "no file nowhere.baton"),
        (f"unpack {P}/project.json -o x", Exit.REFUSED, ""),
        ("unpack x", Exit.USAGE, "-o"),
        ("new-node 1bad", Exit.REFUSED, "can't be a name"),
        ("new-node ../up", Exit.REFUSED, ""),
        ("schema flwo", Exit.NOT_FOUND, "Did you mean flow?"),
        ("secret", Exit.USAGE, ""),
        ("secret set", Exit.USAGE, "NAME"),
        ("secret set a/b", Exit.USAGE, "letters, digits"),
        (f"run {P} refund --answer petra@fiance=approve", Exit.USAGE, "Did you mean 'finance'?"),
        (f"run {P} refund --answer petra@finance=aprove", Exit.USAGE, "Did you mean 'approve'?"),
        (f"run {P} refund --answer petra@check=large", Exit.USAGE, "no task 'check'"),
        (f"run {P} refund", Exit.REFUSED, "Give it by --input"),
        ("serve --port 99999", Exit.USAGE, "range"),
        ("serve --token-file weak", Exit.REFUSED, "20 characters"),
        ("serve --env nope", Exit.MISSING, "no environment"),
    ],
)
def test_a_wrong_line_ends_with_one_sentence(person: Person, line: str, code: Exit, words: str) -> None:
    Path("token").write_text("0123456789abcdef0123456789\n", encoding="utf-8")
    Path("weak").write_text("short\n", encoding="utf-8")
    before = sorted(Path().rglob("*"))
    said = person.types(*line.split(" "))
    assert said.code == code, said.err
    assert words in said.err
    if code is not Exit.FINDINGS:
        assert said.out == ""
        assert said.err.startswith("baton: ") or "Usage:" in said.err
    assert [path for path in sorted(Path().rglob("*")) if path not in before and not _of_store(path)] == []


def _of_store(path: Path) -> bool:
    """A verb that works on runs makes its store; that holds nothing then."""
    return path.name.startswith("store.db") or path == Path("home")


def test_a_bare_baton_shows_its_help(person: Person) -> None:
    said = person.types()
    assert (said.code, "Begin with: baton run" in said.err) == (Exit.USAGE, True)


def test_settings_that_can_not_be_read_are_not_ignored(person: Person) -> None:
    person.home.mkdir()
    for text in ("{", "[]", '{"trusted_folders": []}', '{"trusted_node_folders": "x"}'):
        (person.home / "settings.json").write_text(text, encoding="utf-8")
        said = person.types("check", person.project)
        assert said.code == Exit.REFUSED, text
        assert "settings.json" in said.err


def test_a_project_never_makes_baton_load_code(person: Person) -> None:
    folder = Path(person.project) / "evil"
    folder.mkdir()
    (folder / "type.py").write_text("open('loaded', 'w').close()", encoding="utf-8")
    (Path(person.project) / "settings.json").write_text('{"trusted_node_folders": ["evil"]}', encoding="utf-8")
    project = json.loads((Path(person.project) / "project.json").read_text(encoding="utf-8"))
    project["trusted_node_folders"] = [str(folder.resolve())]
    (Path(person.project) / "project.json").write_text(json.dumps(project), encoding="utf-8")
    person.types("check", person.project)
    person.types("run", person.project, "refund", "--input", '{"amount": 1}')
    assert not Path("loaded").exists()


def test_a_connection_without_address_or_secret_is_refused_before_anything_happens(person: Person) -> None:
    flow = json.loads((Path(person.project) / "flows" / "refund.flow.json").read_text(encoding="utf-8"))
    call = {
        "id": "call",
        "type": "adapters/http_request",
        "config": {"connection": "crm", "method": "GET", "path": "/x"},
    }
    flow["nodes"].append(call)
    flow["edges"][0]["to"] = "call"
    flow["edges"].append({"from": "call", "port": "done", "to": "check"})
    (Path(person.project) / "flows" / "refund.flow.json").write_text(json.dumps(flow), encoding="utf-8")
    (Path(person.project) / "connections.json").write_text(
        '{"connections": {"crm": {"kind": "http"}}}', encoding="utf-8"
    )
    line = ["run", person.project, "refund", "--input", '{"amount": 1}']
    unbound = person.types(*line)
    assert (unbound.code, "--connection crm=URL" in unbound.err) == (Exit.MISSING, True)
    for url in (
        "http://127.0.0.1:9/?key=1",
        "http://127.0.0.1:9/a%20b c",
        "http://me:pw@127.0.0.1:9",
        "http://127.0.0.1:0",
    ):
        misspelt = person.types(*line, "--connection", f"crm={url}")
        assert (misspelt.code, "--connection crm" in misspelt.err) == (Exit.MISSING, True), misspelt.err
        assert "environments" not in misspelt.err, "no file is at fault, and there is none"
    environment = {"connections": {"crm": {"url": "http://127.0.0.1:9", "auth": "bearer", "secret": "env:NO_SUCH_KEY"}}}
    (person.home / "environments").mkdir(parents=True)
    (person.home / "environments" / "local.json").write_text(json.dumps(environment), encoding="utf-8")
    keyless = person.types(*line)
    assert (keyless.code, "NO_SUCH_KEY" in keyless.err) == (Exit.MISSING, True)
    assert person.types("runs").code == Exit.NOT_FOUND


def test_what_is_typed_wrong_is_said_once_and_says_what_to_type(person: Person) -> None:
    assert person.types("rnu").err.count("--help") == 1
    assert "[U+" not in person.types("resolve", "x", "--as", "z").err
    run = person.runs(312)["run"]["run"]
    bare = person.types("answer", f"{run}:finance#1", "reject", "--as", "petra")
    assert bare.code == Exit.REFUSED
    assert """--data '{"comment": "..."}'""" in bare.err
    for verb in ("tasks", "incidents"):
        assert person.types(verb, "--run", "nope").code == Exit.NOT_FOUND


def test_every_mistake_of_an_input_is_told_at_once(person: Person) -> None:
    said = person.types("run", person.project, "refund", "--input", '{"amount": "x", "name": 5}')
    assert said.code == Exit.REFUSED
    assert "\n  amount: " in said.err
    assert "\n  name: " in said.err


def test_a_connection_that_no_project_has_is_refused_before_anything_happens(person: Person) -> None:
    (Path(person.project) / "connections.json").write_text(
        '{"connections": {"billing": {"kind": "http"}}}', encoding="utf-8"
    )
    mistyped = ("--connection", "biling=http://127.0.0.1:9")
    line = ("run", person.project, "refund", "--input", '{"amount": 312, "name": "Elena"}')
    said = person.types(*line, *mistyped)
    assert said.code == Exit.MISSING
    assert "The project has no connection 'biling'. Did you mean 'billing'?" in said.err
    assert person.types("runs").code == Exit.NOT_FOUND
    begun = person.types(*line, "--json", "--connection", "billing=http://127.0.0.1:9")
    assert begun.code == Exit.WAITING
    run = begun.json["run"]["run"]
    answer = ("answer", f"{run}:finance#1", "approve", "--as", "petra")
    for words in (("resume", run), answer):
        again = person.types(*words, *mistyped)
        assert (again.code, "Did you mean 'billing'?" in again.err) == (Exit.MISSING, True)
    assert person.types(*answer).code == Exit.DONE


@pytest.mark.skipif(os.name != "posix", reason="Windows gives a process streams even where they are closed")
@pytest.mark.parametrize("words", ["runs", "schema flow", "rnu"])
def test_streams_that_are_closed_from_the_beginning_make_no_noise(person: Person, words: str) -> None:
    person.runs(312)
    for closed in (">&-", ">&- 2>&-"):
        line = f'"{sys.executable}" -m runtime.cli {words} {closed}'
        environ = {**os.environ, "BATON_HOME": str(person.home), "PYTHONPATH": str(ROOT)}
        ended = subprocess.run(line, shell=True, env=environ, capture_output=True, timeout=60, check=False)
        assert ended.returncode == (Exit.USAGE if words == "rnu" else Exit.DONE), ended.stderr
        assert b"Traceback" not in ended.stderr


def test_bytes_that_are_no_text_are_refused_on_standard_input(person: Person) -> None:
    for words in (["run", person.project, "refund", "--input", "-"], ["secret", "set", "X"]):
        process = person.process(*words)
        out, err = process.communicate(b"\xff\xfe\x00\x80garbage", timeout=60)
        assert process.returncode == Exit.REFUSED
        assert b"UTF-8" in err
        assert b"Traceback" not in err
        assert out == b""


def test_a_reader_that_went_away_ends_it_quietly(person: Person) -> None:
    read, write = os.pipe()
    os.close(read)
    process = person.process("schema", stdout=write)
    os.close(write)
    _, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (Exit.OUTPUT_CLOSED, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_an_output_that_is_full_is_said_in_a_sentence(person: Person) -> None:
    with Path("/dev/full").open("wb") as full:
        process = person.process("schema", stdout=full)
        _, err = process.communicate(timeout=60)
    assert process.returncode == Exit.UNAVAILABLE
    assert re.fullmatch(rb"baton: The system refused: .*\n", err)


def test_a_mistake_of_baton_itself_is_a_sentence_that_names_a_report(
    person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: object) -> None:
        raise ZeroDivisionError("secret detail")

    monkeypatch.setattr("runtime.cli.verbs.check.findings_of", fail)
    said = person.types("check", person.project)
    assert said.code == Exit.FAULT
    assert "secret detail" not in said.err
    report = Path(re.search(r"report (\S+) to", said.err).group(1))  # type: ignore[union-attr]
    assert "secret detail" in report.read_text(encoding="utf-8")
    report.unlink()


def test_what_flows_say_can_not_move_the_cursor(person: Person) -> None:
    given = json.dumps({"amount": 312, "name": "\u001b[2J[red]x[/red]\u202e"})
    run = person.types("run", person.project, "refund", "--input", given, "--json").json["run"]["run"]
    for words in (["tasks"], ["tasks", f"{run}:finance#1"], ["trace", run]):
        out = person.types(*words).out
        assert "\u001b" not in out
        assert "\u202e" not in out
        assert "[red]x[/red]" in out


def test_an_output_of_plain_ascii_loses_no_data(person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    given = json.dumps({"amount": 312, "name": "Žofie 😀"})
    run = person.types("run", person.project, "refund", "--input", given, "--json").json["run"]["run"]
    monkeypatch.setenv("PYTHONIOENCODING", "ascii")
    monkeypatch.setenv("PYTHONUTF8", "0")
    shown, err = person.process("trace", run).communicate(timeout=60)
    assert (err, b"+ Check amount" in shown) == (b"", True)
    written, _ = person.process("trace", run, "--json").communicate(timeout=60)
    assert json.loads(written)["input"]["name"] == "Žofie 😀"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_what_is_no_ordinary_file_is_never_replaced(person: Person) -> None:
    """As root, `pack -o /dev/null` put a file into the place of the device."""
    pipe = person.folder / "pipe"
    os.mkfifo(pipe)
    said = person.types("pack", person.project, "-o", str(pipe))
    assert said.code == Exit.REFUSED
    assert "no ordinary file" in said.err
    assert pipe.is_fifo()
    assert sorted(path.name for path in person.folder.glob(".*.tmp")) == []


def test_a_name_with_a_star_sweeps_nothing_of_others_away(person: Person) -> None:
    of_another = person.folder / ".flow.json.0a1b2c3d.tmp"
    of_another.write_text("being saved", encoding="utf-8")
    assert person.types("pack", person.project, "-o", str(person.folder / "*")).code == Exit.DONE
    assert of_another.exists()


@pytest.mark.skipif(os.name != "posix", reason="Ctrl-C reaches a process by a signal")
def test_ctrl_c_while_it_is_still_loading_is_one_line(person: Person) -> None:
    stop = "import signal, os, builtins; was = builtins.__import__\n"
    stop += "def slow(name, *a, **k):\n    if name == 'click': os.kill(os.getpid(), signal.SIGINT)\n"
    stop += "    return was(name, *a, **k)\nbuiltins.__import__ = slow\nfrom runtime.cli.main import main; main()"
    environ = {**os.environ, "BATON_HOME": str(person.home), "PYTHONPATH": str(ROOT)}
    ended = subprocess.run([sys.executable, "-c", stop], env=environ, capture_output=True, timeout=60, check=False)
    assert ended.stderr == b"baton: Interrupted before anything was done.\n"
    assert ended.returncode in (Exit.INTERRUPTED, -2)


def test_a_server_of_postgres_that_does_not_answer_is_no_file_to_put_back(person: Person) -> None:
    pytest.importorskip("psycopg")
    said = person.types("runs", "--store", "postgresql://u:hidden@127.0.0.1:1/db")
    assert said.code == Exit.UNAVAILABLE
    assert said.err.startswith("baton: postgresql://127.0.0.1:1/db doesn't answer")
    assert "file" not in said.err
    assert "hidden" not in said.err
