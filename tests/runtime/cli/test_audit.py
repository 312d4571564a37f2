"""``baton audit`` finds what somebody with the store in hand has done to it, and heads kept elsewhere find the rest."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path

import pytest

from runtime.cli.exits import Exit
from runtime.model.package import pack
from runtime.model.project import Project, ProjectFile
from runtime.store.chain import START, link
from tests.runtime.cli.typing_in import Person, Said
from tests.runtime.store.intruder import disarmed, intruder


@pytest.fixture
def runs(person: Person, url: str) -> list[str]:
    """Three runs that were played in that store, by id."""
    made = [person.runs(10, "--store", url)["run"]["run"] for _ in range(3)]
    return sorted(made)


def tampered(url: str, *statements: str) -> None:
    with disarmed(url) as other:
        for statement in statements:
            other.execute(statement)


def verified(person: Person, url: str, *more: str) -> Said:
    return person.types("audit", "verify", "--store", url, *more)


def test_a_journal_that_nobody_touched_is_sound(person: Person, url: str, runs: list[str]) -> None:
    said = verified(person, url)
    assert said.code == Exit.DONE
    assert "as it was written" in said.out
    found = verified(person, url, "--json").json
    assert (found["sound"], found["findings"], found["against"]) == (True, [], None)
    assert found["records"] == len(runs), "each process records at its end where the run stood that it played"
    assert found["streams"] == len(runs) + 1


@pytest.mark.parametrize(
    ("statement", "kind"),
    [
        ("UPDATE journal SET data = '{{}}' WHERE stream = '{run}' AND seq = 3", "changed"),
        ("DELETE FROM journal WHERE stream = '{run}' AND seq = 3", "dropped"),
        (
            (
                "UPDATE journal SET seq = 1003 WHERE stream = '{run}' AND seq = 3;"
                "UPDATE journal SET seq = 3 WHERE stream = '{run}' AND seq = 4;"
                "UPDATE journal SET seq = 4 WHERE stream = '{run}' AND seq = 1003"
            ),
            "reordered",
        ),
        ("DELETE FROM journal WHERE stream = '{run}' AND seq > 3", "truncated"),
        ("DELETE FROM journal WHERE stream = '{run}'", "lost"),
        (
            (
                "UPDATE journal SET seq = seq + 1000 WHERE stream = '{run}' AND seq >= 4;"
                "UPDATE journal SET seq = seq - 999 WHERE stream = '{run}' AND seq > 1000;"
                "INSERT INTO journal (stream, seq, at, actor, type, version, data, hash) "
                "SELECT stream, 4, at, actor, type, version, data, hash FROM journal WHERE stream = '{run}' AND seq = 2"
            ),
            "inserted",
        ),
    ],
    ids=["changed", "dropped", "reordered", "truncated", "lost", "inserted"],
)
def test_what_was_done_to_a_run_is_named(person: Person, url: str, runs: list[str], statement: str, kind: str) -> None:
    tampered(url, *statement.format(run=runs[1]).split(";"))
    said = verified(person, url)
    assert said.code == Exit.FINDINGS
    assert runs[1] in said.out
    assert kind in said.out
    assert "NOT as it was written" in said.err
    found = verified(person, url, "--json")
    assert found.code == Exit.FINDINGS
    assert found.json["sound"] is False
    assert {each["stream"] for each in found.json["findings"]} == {runs[1]}
    assert kind in {each["kind"] for each in found.json["findings"]}


def test_heads_kept_elsewhere_show_what_the_store_alone_can_not(
    person: Person, url: str, runs: list[str], tmp_path: Path
) -> None:
    file = str(tmp_path / "heads.jsonl")
    kept = person.types("audit", "heads", "-o", file, "--store", url, "--json")
    assert kept.code == Exit.DONE
    assert kept.json["streams"] == len(runs) + 1
    assert verified(person, url, "--against", file).code == Exit.DONE
    tampered(url, f"DELETE FROM journal WHERE stream IN ('{runs[0]}', 'environment')")
    assert verified(person, url).code == Exit.DONE, "every trace of it inside the store is gone"
    said = verified(person, url, "--against", file)
    assert said.code == Exit.FINDINGS
    assert runs[0] in said.out
    assert "lost" in said.out


def rewritten(url: str, *streams: str, data: tuple[bytes, bytes] | None = None) -> None:
    """Each chain is written anew by somebody who knows how: ``data`` replaced, every hash right again."""
    with disarmed(url) as other:
        for stream in streams:
            rows = other.execute(
                f"SELECT seq, at, actor, type, version, data FROM journal WHERE stream = '{stream}' ORDER BY seq"
            ).fetchall()
            before = START
            for seq, at, actor, kind, version, held in rows:
                content = bytes(held).replace(*data) if data else bytes(held)
                before = link(before, stream, seq, at, actor, kind, version, content)
                other.execute(
                    f"UPDATE journal SET data = x'{content.hex()}', hash = x'{before.hex()}' "
                    f"WHERE stream = '{stream}' AND seq = {seq}"
                )


def head_of(url: str, stream: str) -> str:
    with intruder(url) as other:
        last = f"SELECT hash FROM journal WHERE stream = '{stream}' ORDER BY seq DESC LIMIT 1"
        return bytes(other.execute(last).fetchone()[0]).hex()


def test_runs_that_changed_their_places_are_both_named(person: Person, url: str, runs: list[str]) -> None:
    one, other = runs[0], runs[1]
    moves = [("moved", one), (one, other), (other, "moved")]
    tampered(url, *(f"UPDATE journal SET stream = '{to}' WHERE stream = '{of}'" for to, of in moves))
    found = verified(person, url, "--json")
    assert found.code == Exit.FINDINGS
    assert {each["stream"] for each in found.json["findings"]} == {one, other}


def test_a_chain_that_was_written_anew_is_found_by_what_the_store_recorded(
    person: Person, url: str, runs: list[str]
) -> None:
    rewritten(url, runs[1], data=(b"amount", b"AMOUNT"))
    found = verified(person, url, "--json")
    assert found.code == Exit.FINDINGS
    assert [(each["stream"], each["kind"]) for each in found.json["findings"]] == [(runs[1], "rewritten")]


def test_a_store_that_was_written_anew_with_its_records_is_found_by_heads_kept_elsewhere(
    person: Person, url: str, runs: list[str], tmp_path: Path
) -> None:
    file = str(tmp_path / "heads.jsonl")
    person.types("audit", "heads", "-o", file, "--store", url)
    was = head_of(url, runs[1])
    rewritten(url, runs[1], data=(b"amount", b"AMOUNT"))
    now = head_of(url, runs[1])
    rewritten(url, "environment", data=(was.encode(), now.encode()))
    assert verified(person, url).code == Exit.DONE, "the store vouches for the forgery"
    found = verified(person, url, "--against", file, "--json")
    assert found.code == Exit.FINDINGS
    assert {(each["stream"], each["kind"]) for each in found.json["findings"]} == {
        (runs[1], "rewritten"),
        ("environment", "rewritten"),
    }


def test_a_release_and_a_document_that_were_exchanged_are_named(person: Person, url: str, runs: list[str]) -> None:
    other = pack(Project(file=ProjectFile(id="another")))
    tampered(
        url,
        f"UPDATE releases SET package = x'{other.hex()}'",
        f"INSERT INTO blobs (sha256, content) VALUES ('{'a' * 64}', x'00')",
    )
    found = verified(person, url, "--json")
    assert found.code == Exit.FINDINGS
    assert [(each["stream"].partition("/")[0], each["kind"]) for each in found.json["findings"]] == [
        ("release", "changed"),
        ("document", "changed"),
    ]


ROW_3 = "WHERE stream = '{run}' AND seq = 3"
ODD = {
    "text in seq": ("UPDATE journal SET seq = 'three' " + ROW_3, 'text in "seq"'),
    "real in seq": ("UPDATE journal SET seq = 3.5 " + ROW_3, 'a fraction in "seq"'),
    "bytes in seq": ("UPDATE journal SET seq = x'33' " + ROW_3, 'bytes in "seq"'),
    "text in hash": ("UPDATE journal SET hash = 'abc' " + ROW_3, 'text in "hash"'),
    "number in hash": ("UPDATE journal SET hash = 99999999999999 " + ROW_3, 'a number in "hash"'),
    "text in data": ("UPDATE journal SET data = '{{}}' " + ROW_3, 'text in "data"'),
    "text in at": ("UPDATE journal SET at = 'noon' " + ROW_3, 'text in "at"'),
    "real in version": ("UPDATE journal SET version = 1.5 " + ROW_3, 'a fraction in "version"'),
    "bytes in actor": ("UPDATE journal SET actor = x'7b7d' " + ROW_3, 'bytes in "actor"'),
    "no UTF-8 in actor": (
        "UPDATE journal SET actor = CAST(x'ff7d' AS TEXT) " + ROW_3,
        'text that is no UTF-8 in "actor"',
    ),
    "bytes in stream": ("UPDATE journal SET stream = CAST(stream AS BLOB) " + ROW_3, 'bytes in "stream"'),
    "no UTF-8 in stream": (
        "UPDATE journal SET stream = CAST(CAST(stream AS BLOB) || x'ff' AS TEXT) " + ROW_3,
        'text that is no UTF-8 in "stream"',
    ),
    "everywhere": (
        "UPDATE journal SET hash = 'abc', actor = CAST(x'ff7d' AS TEXT) WHERE stream <> 'environment'",
        'text that is no UTF-8 in "actor"',
    ),
}


@pytest.mark.parametrize(("statement", "words"), ODD.values(), ids=ODD)
def test_a_value_of_a_kind_that_is_never_written_is_a_finding(
    person: Person, tmp_path: Path, statement: str, words: str
) -> None:
    """SQLite keeps any kind of value in any column."""
    url = f"sqlite:///{tmp_path / 'audited.db'}"
    run = person.runs(10, "--store", url)["run"]["run"]
    with intruder(url) as other:
        row = other.execute(f"SELECT id FROM journal {ROW_3}".format(run=run)).fetchone()[0]
    heads = str(tmp_path / "heads.jsonl")
    person.types("audit", "heads", "-o", heads, "--store", url)
    tampered(url, statement.format(run=run))
    if "stream <>" in statement:
        row = 1
    for more in ((), ("--against", heads)):
        said = verified(person, url, *more)
        assert said.code == Exit.FINDINGS, said.err
        assert f"the row with id {row} holds {words}" in said.out
    found = verified(person, url, "--json").json["findings"]
    assert all(each["stream"].startswith((run, "environment")) for each in found)
    if "stream" not in words and "seq" not in words:
        assert found[0]["seq"] == (1 if "stream <>" in statement else 3)


@pytest.mark.parametrize(
    ("statement", "stream"),
    [
        ("UPDATE releases SET package = 'text'", "release/"),
        ("UPDATE releases SET hash = CAST(hash AS BLOB)", "release/"),
        ("UPDATE releases SET hash = CAST(x'ff' AS TEXT)", "release/"),
        ("INSERT INTO blobs (sha256, content) VALUES ('{digest}', 'text')", "document/"),
        ("INSERT INTO blobs (sha256, content) VALUES (x'00', x'00'), (x'01', x'00')", "document/"),
    ],
)
def test_so_is_one_in_a_release_or_a_document(person: Person, tmp_path: Path, statement: str, stream: str) -> None:
    url = f"sqlite:///{tmp_path / 'audited.db'}"
    person.runs(10, "--store", url)
    tampered(url, statement.format(digest=sha256(b"text").hexdigest()))
    found = verified(person, url, "--json")
    assert found.code == Exit.FINDINGS, found.err
    assert {each["stream"].startswith(stream) for each in found.json["findings"]} == {True}


@pytest.mark.parametrize("table", ["journal", "releases", "blobs"])
def test_a_table_that_is_gone_is_a_finding(person: Person, url: str, table: str, tmp_path: Path) -> None:
    run = person.runs(10, "--store", url)["run"]["run"]
    heads = str(tmp_path / "heads.jsonl")
    person.types("audit", "heads", "-o", heads, "--store", url)
    with intruder(url) as other:
        other.execute(f"DROP TABLE {table}")
    for more in ((), ("--against", heads)):
        found = verified(person, url, "--json", *more)
        assert found.code == Exit.FINDINGS, found.err
        told = [(each["stream"], each["kind"]) for each in found.json["findings"]]
        assert told[0] == (f"table/{table}", "lost")
        assert ((run, "lost") in told) == (table == "journal" and bool(more))
    said = person.types("trace", run, "--store", url) if table == "journal" else None
    if said is not None:
        assert said.code == Exit.UNAVAILABLE
        assert "try again in a moment" not in said.err


def test_heads_of_a_journal_that_is_not_as_it_was_written_are_not_kept(person: Person, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'audited.db'}"
    run = person.runs(10, "--store", url)["run"]["run"]
    tampered(url, f"UPDATE journal SET hash = 'abc' WHERE stream = '{run}'")
    said = person.types("audit", "heads", "-o", str(tmp_path / "heads.jsonl"), "--store", url)
    assert said.code == Exit.UNAVAILABLE
    assert "baton audit verify" in said.err
    assert not (tmp_path / "heads.jsonl").exists()


def test_heads_that_were_kept_are_never_overwritten(person: Person, tmp_path: Path) -> None:
    person.runs(10)
    file = tmp_path / "heads.jsonl"
    file.write_text("mine")
    said = person.types("audit", "heads", "-o", str(file))
    assert (said.code, file.read_text()) == (Exit.REFUSED, "mine")
    assert "never overwritten" in said.err
    assert [path.name for path in tmp_path.glob(".heads*")] == []


@pytest.mark.parametrize("spoiled", ["cut", "line", "digit", "more", "empty", "binary", "deep"])
def test_a_file_of_heads_that_was_changed_judges_nothing(person: Person, tmp_path: Path, spoiled: str) -> None:
    person.runs(10)
    file = tmp_path / "heads.jsonl"
    person.types("audit", "heads", "-o", str(file))
    lines = file.read_text().splitlines(keepends=True)
    head = json.loads(lines[1])
    made = {
        "cut": lines[:-1],
        "line": [lines[0], *lines[2:]],
        "digit": [lines[0], json.dumps([head[0], head[1] + 1, head[2]]) + "\n", *lines[2:]],
        "more": [*lines, lines[1]],
        "empty": [],
        "binary": ["\0\1\2"],
        "deep": [lines[0], "[" * 3000 + "\n"],
    }
    file.write_text("".join(made[spoiled]))
    said = person.types("audit", "verify", "--against", str(file))
    assert said.code == Exit.REFUSED
    assert "no file of heads" in said.err
    assert said.out == ""


def test_what_is_not_there_is_said(person: Person, tmp_path: Path) -> None:
    assert person.types("audit", "verify", "--store", str(tmp_path / "none.db")).code == Exit.NOT_FOUND
    person.runs(10)
    said = person.types("audit", "verify", "--against", str(tmp_path / "none.jsonl"))
    assert (said.code, "There is no file" in said.err) == (Exit.NOT_FOUND, True)
