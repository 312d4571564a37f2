"""Node types of strangers through the real command, mostly as processes: all they do stops their own step (FAULTS 4b).

Each plays the flow that `baton new-node` writes, with one line of its code replaced.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from runtime.cli.exits import Exit
from tests.runtime.cli.typing_in import ROOT, Person

GOOD = "    return Reply({"
TEXT = '    return Reply({"text": text})'
HOLDS_ON = (
    "import asyncio\n    while True:\n        try:\n            await asyncio.sleep(3600)\n"
    "        except BaseException:\n            pass\n"
)


class Plugged:
    """A folder of one node type that a person trusts, and a project that uses it."""

    def __init__(self, person: Person) -> None:
        self.person = person
        assert person.types("new-node", "slack", "--in", str(person.folder / "nodes"), "--trust").code == Exit.DONE
        self.folder = person.folder / "nodes" / "slack"
        self.project = person.folder / "try"
        (self.project / "flows").mkdir(parents=True)
        (self.project / "project.json").write_text('{"id": "try"}', encoding="utf-8")
        flow = (self.folder / "example.flow.json").read_text(encoding="utf-8")
        (self.project / "flows" / "try_slack.flow.json").write_text(flow, encoding="utf-8")

    def edit(self, file: str, old: str, new: str) -> None:
        """One line of the node's code written otherwise."""
        path = self.folder / file
        code = path.read_text(encoding="utf-8")
        assert old in code
        path.write_text(code.replace(old, new), encoding="utf-8")

    def attempts_once(self) -> None:
        """For a second, and not again."""
        flow = self.project / "flows" / "try_slack.flow.json"
        content = json.loads(flow.read_text(encoding="utf-8"))
        for node in content["nodes"]:
            if node["type"].endswith("slack"):
                node["retry"] = {"attempts": 1, "attempt_timeout": 1}
        flow.write_text(json.dumps(content), encoding="utf-8")

    def words(self) -> tuple[str, ...]:
        return ("run", str(self.project), "try_slack", "--input", '{"customer_id": "C-1"}', "--json")

    def run(self) -> tuple[int, str, str]:
        """`baton run` in a process of its own -> (exit code, standard output, standard error)."""
        process = self.person.process(*self.words())
        out, err = process.communicate(timeout=60)
        return process.returncode, out.decode(), err.decode()


@pytest.fixture
def plugged(person: Person) -> Plugged:
    return Plugged(person)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("raise ValueError('no such channel')", "ValueError: no such channel"),
        ("raise SystemExit(3)", "SystemExit: 3"),
        ("raise KeyboardInterrupt", "KeyboardInterrupt"),
        ("raise BaseException('x')", "BaseException: x"),
        ("raise RecursionError", "RecursionError"),
        ("import asyncio; raise asyncio.CancelledError", "gave up its work"),
        ("return None", "gave back a NoneType where a Reply should be"),
        ("return {'text': text}", "gave back a dict where a Reply should be"),
        ("return Reply(object())", "is no value"),
        ("return Reply({'text': 1.5})", "a float is not a value"),
        ("return Reply({'text': 5})", "text: should be"),
        ("return Reply({'words': text})", "The answer is not what it should be"),
        ("return Reply({'text': chr(0xD800)})", "half of a character"),
        ("return Reply({'text': 'x' * 3_000_000})", "larger than 2 MB"),
        ("x = []; x.append(x); return Reply({'text': x})", "nested"),
    ],
)
def test_what_a_node_does_wrong_stops_its_step_for_a_person(plugged: Plugged, line: str, words: str) -> None:
    plugged.edit("perform.py", TEXT, f"    {line}")
    if "raise" in line:
        code, out, err = plugged.run()
    else:  # what only answers wrongly can't end a process: it needs none of its own
        said = plugged.person.types(*plugged.words())
        code, out, err = said.code, said.out, said.err
    told = json.loads(out)
    (incident,) = told["incidents"]
    assert (code, incident["kind"]) == (Exit.INCIDENT, "outcome_unknown"), "it may have sent something"
    assert words in incident["message"]
    assert ". Look in the other system" in incident["message"]
    assert "Traceback" not in out
    assert "baton: " not in err


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ("import asyncio; asyncio.get_running_loop().stop(); await asyncio.sleep(1)", "ended by a mistake"),
        (
            "import asyncio; [task.cancel() for task in asyncio.all_tasks()]; await asyncio.sleep(1)",
            "ended by a mistake",
        ),
        ("import os; os.closerange(3, 200); import asyncio; await asyncio.sleep(0.1)", "ended by a mistake"),
    ],
)
def test_a_node_that_takes_the_runtime_down_leaves_a_sentence_and_a_process_that_ends(
    plugged: Plugged, lines: str, words: str
) -> None:
    plugged.edit("perform.py", TEXT, f"    {lines}\n{TEXT}")
    code, _, err = plugged.run()
    assert code != Exit.FAULT
    assert not any(line.startswith("Traceback") for line in err.splitlines()), "one in a line of the log may stand"
    assert words in err
    assert plugged.person.types("resume", "--json").code == Exit.DONE
    assert plugged.person.types("audit", "verify").code == Exit.DONE


def test_a_node_that_never_lets_go_is_left_behind_at_the_end(plugged: Plugged) -> None:
    plugged.edit("perform.py", TEXT, f"    {HOLDS_ON}{TEXT}")
    plugged.attempts_once()
    code, out, err = plugged.run()
    assert code == Exit.INCIDENT
    assert json.loads(out)["incidents"][0]["kind"] == "outcome_unknown"
    assert "it is left behind" in err


@pytest.mark.parametrize(
    ("lines", "last"),
    [
        (HOLDS_ON, "    raise ValueError"),
        ("import asyncio, time\n    asyncio.get_running_loop().run_in_executor(None, time.sleep, 3600)\n", TEXT),
        ("import threading, time\n    threading.Thread(target=time.sleep, args=(3600,)).start()\n", TEXT),
    ],
    ids=["a task", "a thread of the loop", "a thread of its own"],
)
def test_what_a_node_leaves_behind_holds_no_process_at_its_end(plugged: Plugged, lines: str, last: str) -> None:
    plugged.edit("perform.py", TEXT, f"    {lines}{last}")
    plugged.attempts_once()
    process = plugged.person.process("serve", "--port", "0")
    assert process.stdout is not None
    try:
        assert json.loads(process.stdout.readline())["pid"] == process.pid
        code, _, err = plugged.run()
        assert code in (Exit.DONE, Exit.INCIDENT), err
        process.terminate()
        process.communicate(timeout=40)
    finally:
        process.kill()
    assert process.returncode == Exit.DONE
    if last == TEXT:
        alone, _, _ = plugged.run()
        assert alone == Exit.DONE
    assert plugged.person.types("audit", "verify").code == Exit.DONE


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
@pytest.mark.parametrize(
    "then", [TEXT, "    raise ValueError", "    import asyncio; await asyncio.sleep(0.1)\n" + TEXT]
)
def test_a_copy_of_the_process_that_a_node_makes_does_not_go_on_as_a_runtime(plugged: Plugged, then: str) -> None:
    plugged.edit("perform.py", TEXT, f"    import os\n    os.fork()\n{then}")
    code, out, err = plugged.run()
    assert code in (Exit.DONE, Exit.INCIDENT)
    assert json.loads(out)["run"]["flow"] == "try_slack", "one result, not two"
    assert "Traceback" not in err
    assert plugged.person.types("audit", "verify").code == Exit.DONE


def test_notes_without_end_are_not_kept(plugged: Plugged) -> None:
    plugged.edit(
        "perform.py", TEXT, "    import itertools\n    return Reply({'text': text}, notes=itertools.repeat('x'))"
    )
    code, out, _ = plugged.run()
    assert (code, json.loads(out)["run"]["state"]) == (Exit.DONE, "completed")


def test_a_node_that_ends_the_process_is_tried_by_nobody_again_without_a_word(plugged: Plugged) -> None:
    plugged.edit("perform.py", TEXT, "    import os; os._exit(9)")
    code, out, _ = plugged.run()
    assert (code, out) == (9, "")
    said = plugged.person.types("resume", "--json")
    assert said.code == Exit.DONE, said.err
    (incident,) = plugged.person.types("incidents", "--json").json["incidents"]
    assert incident["kind"] == "outcome_unknown"


def test_a_node_that_does_not_give_way_is_named_while_it_holds_all_others_up(plugged: Plugged) -> None:
    plugged.edit("perform.py", TEXT, "    import time\n    time.sleep(3)\n" + TEXT)
    hurried = "import runtime.host.giving_way as g; g.PATIENCE = 0.5; from runtime.cli.main import main; main()"
    words = ("run", str(plugged.project), "try_slack", "--input", '{"customer_id": "C-1"}', "--json")
    environ = {**os.environ, "BATON_HOME": str(plugged.person.home), "PYTHONPATH": str(ROOT)}
    ended = subprocess.run(
        [sys.executable, "-c", hurried, *words], env=environ, capture_output=True, text=True, timeout=60, check=False
    )
    assert (ended.returncode, json.loads(ended.stdout)["run"]["state"]) == (Exit.DONE, "completed")
    assert ended.stderr.count("nothing has gone on here: slack/perform.py line") == 1
    assert "asyncio.to_thread" in ended.stderr


def test_what_a_node_logs_is_one_line(plugged: Plugged) -> None:
    plugged.edit(
        "perform.py",
        TEXT,
        "    import logging\n    try:\n        raise ValueError('first\\nbaton: FORGED')\n    except ValueError:\n"
        "        logging.getLogger('slack').exception('said\\r\\nbaton: FORGED\\x9b2J')\n" + TEXT,
    )
    code, _, err = plugged.run()
    assert code == Exit.DONE
    said = [line for line in err.splitlines() if "FORGED" in line]
    assert len(said) == 1
    assert said[0].startswith("said\\r\\nbaton: FORGED\\x9b2J")
    assert "ValueError: first\\nbaton: FORGED" in said[0]


def test_what_nodes_print_does_not_spoil_the_results(plugged: Plugged) -> None:
    plugged.edit("perform.py", TEXT, '    print("one"); import sys; sys.stdout.write("two\\n")\n' + TEXT)
    plugged.edit(
        "perform.py", "from collections.abc import Mapping\n", 'from collections.abc import Mapping\nprint("three")\n'
    )
    plugged.edit(
        "type.py",
        "from collections.abc import Mapping, Sequence\n",
        'from collections.abc import Mapping, Sequence\nprint("four")\n',
    )
    code, out, err = plugged.run()
    assert (code, json.loads(out)["run"]["state"]) == (Exit.DONE, "completed")
    assert all(word in err for word in ("one", "two", "three", "four"))
    process = plugged.person.process("check", str(plugged.project), "--json")
    out_bytes, err_bytes = process.communicate(timeout=60)
    assert json.loads(out_bytes) is not None
    assert b"four" in err_bytes


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("NODE_TYPE = NodeType(", "import sys; sys.exit(3)\nNODE_TYPE = NodeType(", "tried to end the program (3)"),
        ("NODE_TYPE = NodeType(", "1 / 0\nNODE_TYPE = NodeType(", "division by zero"),
        ("NODE_TYPE = NodeType(", "NODE_TYPE = NodeType((", "type.py line"),
        ("    version=1,\n", "    version='one',\n", ""),
        ("    return (DONE, ERROR)", "    return None", ""),
    ],
)
def test_a_type_that_is_broken_is_said_by_check_and_stops_no_other_command(
    plugged: Plugged, old: str, new: str, words: str
) -> None:
    plugged.edit("type.py", old, new)
    said = plugged.person.types("check", str(plugged.project), "--json")
    assert said.code == Exit.FINDINGS
    problems = json.dumps(said.json)
    assert words in problems
    assert "slack" in problems
    refused = plugged.person.types("run", str(plugged.project), "try_slack", "--input", '{"customer_id": "C-1"}')
    assert refused.code == Exit.FINDINGS
    assert not Path(plugged.person.home / "store.db").exists(), "nothing was begun"
    assert plugged.person.types("check", plugged.person.project).code in (Exit.DONE, Exit.FINDINGS)
