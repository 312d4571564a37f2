"""Packages: the same content gives the same bytes, and what strangers pack is refused before it does harm."""

from __future__ import annotations

import hashlib
import io
import os
import stat
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runtime.model import package
from runtime.model.canonical import write_json
from runtime.model.content_hash import content_hash
from runtime.model.files import load_project
from runtime.model.flow import Edge, Flow, Node
from runtime.model.package import PackageProblem, pack, pack_to_file, package_manifest, read_package, unpack
from runtime.model.project import ConnectionNeed, Project, ProjectFile
from runtime.model.saving import save_project
from tests.effort import effort_below

PROJECT = Project(
    file=ProjectFile(id="shop", version="1.2.0"),
    flows={"b": Flow(id="b"), "a": Flow(id="a", nodes=(Node(id="n", type="t"),))},
    connections={"crm": ConnectionNeed(kind="http")},
    decisions={"fee": b"<definitions/>\r\n"},
    samples={"a": {"one": {"amount": 1}}},
    texts={"de": {"a": "A"}},
    layouts={"a": {"n": [1, 2]}},
)


def members(packed: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        return {info.filename: archive.read(info) for info in archive.infolist()}


def zipped(*entries: tuple[str | zipfile.ZipInfo, bytes], how: int = zipfile.ZIP_STORED) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", how) as archive:
        for name, content in entries:
            archive.writestr(name, content)
    return packed.getvalue()


def refused(content: bytes) -> PackageProblem:
    with pytest.raises(PackageProblem) as problem:
        read_package(content)
    return problem.value


def test_the_same_content_gives_the_same_bytes_whatever_the_order_of_its_making(tmp_path: Path) -> None:
    save_project(PROJECT, tmp_path)
    (tmp_path / "environments").mkdir()
    (tmp_path / "environments/prod.json").write_text('{"password": "hunter2"}')
    (tmp_path / "notes.txt").write_text("mine")
    (tmp_path / "flows/a.flow.json").chmod(0o755)
    turned = PROJECT.model_copy(update={"flows": dict(reversed(PROJECT.flows.items()))})
    assert pack(PROJECT) == pack(turned) == pack(tmp_path) == pack(load_project(tmp_path))
    assert b"hunter2" not in pack(tmp_path)


def test_a_package_carries_no_date_and_no_rights() -> None:
    with zipfile.ZipFile(io.BytesIO(pack(PROJECT))) as archive:
        infos = archive.infolist()
    assert {info.date_time for info in infos} == {(1980, 1, 1, 0, 0, 0)}
    assert {stat.S_IMODE(info.external_attr >> 16) for info in infos} == {0o644}
    assert infos[0].filename == "manifest.json"


def test_there_and_back() -> None:
    packed = pack(PROJECT)
    read = read_package(packed)
    assert pack(read) == packed
    assert read.flows == PROJECT.flows
    assert package_manifest(packed).content_hash == content_hash(PROJECT)


def test_unpack_writes_the_very_files_that_were_packed(tmp_path: Path) -> None:
    save_project(PROJECT, tmp_path / "one")
    digest = pack_to_file(tmp_path / "one", tmp_path / "shop-1.2.0.baton")
    assert len(digest) == 64
    unpack(tmp_path / "shop-1.2.0.baton", tmp_path / "two")
    files = {str(p.relative_to(tmp_path / "one")): p.read_bytes() for p in (tmp_path / "one").rglob("*") if p.is_file()}
    for path, content in files.items():
        assert (tmp_path / "two" / path).read_bytes() == content
    assert not (tmp_path / "two/manifest.json").exists()
    assert pack(tmp_path / "two") == (tmp_path / "shop-1.2.0.baton").read_bytes()


def test_unpack_takes_an_empty_folder_and_no_other(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    unpack(pack(PROJECT), tmp_path / "empty")
    (tmp_path / "full").mkdir()
    (tmp_path / "full/mine.txt").write_text("mine")
    with pytest.raises(PackageProblem, match="not empty") as problem:
        unpack(pack(PROJECT), tmp_path / "full")
    assert problem.value.code == "PKG_TARGET"
    assert [p.name for p in (tmp_path / "full").iterdir()] == ["mine.txt"]
    assert sorted(p.name for p in tmp_path.iterdir()) == ["empty", "full"]


def test_unpack_that_fails_half_way_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[Path] = []

    def fails_at_the_third(place: Path, content: bytes) -> None:
        written.append(place)
        if len(written) == 3:
            raise OSError(28, "No space left on device")
        place.write_bytes(content)

    monkeypatch.setattr(package, "write_atomically", fails_at_the_third)
    with pytest.raises(PackageProblem, match="no space left"):
        unpack(pack(PROJECT), tmp_path / "new")
    assert list(tmp_path.iterdir()) == []


# -- P01 to P08 -------------------------------------------------------------------------------------------------------

LEADS_ELSEWHERE = [
    "../../x", "/etc/x", "C:\\x", "C:x", "a\\..\\b", "..\\x", "flows/../../x", "flows//x", "./project.json",
    "flows/a.flow.json\x00.txt", "CON", "flows/con.flow.json", "forms/aux.json", "LPT1.txt", "flows/",
    "flows/a.flow.json ", "flows/a.flow.json.", "flows/a\n.flow.json", "flows/a:stream", "x" * 300,
    "//server/share", "flows/a*.flow.json", "forms/e\u0301.json",
]  # fmt: skip
NO_FILE_OF_A_PROJECT = [
    "forms/ä.json",
    "\u202egnp.json",
    "~/x",
    "setup.py",
    "flows/A.flow.json",
    "environments/prod.json",
]


@pytest.mark.parametrize(
    ("name", "code"),
    [*((name, "PKG_PATH") for name in LEADS_ELSEWHERE), *((name, "PKG_MEMBER") for name in NO_FILE_OF_A_PROJECT)],
)
def test_a_strange_path_is_refused_before_anything_is_written(tmp_path: Path, name: str, code: str) -> None:
    content = members(pack(PROJECT))
    del content["flows/a.flow.json"]
    stand_in = "q" * len(name.encode())
    evil = zipped(*content.items(), (stand_in, b"{}")).replace(stand_in.encode(), name.encode())
    evil = evil if name.isascii() else zipped(*content.items(), (name, b"{}"))
    with pytest.raises(PackageProblem) as problem:
        unpack(evil, tmp_path / "inside/target")
    assert problem.value.code == code
    assert list(tmp_path.iterdir()) == []


def link(name: str, kind: int = stat.S_IFLNK) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.create_system = 3
    info.external_attr = (kind | 0o777) << 16
    return info


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR, stat.S_IFSOCK, stat.S_IFDIR])
def test_a_link_or_a_device_is_refused(kind: int) -> None:
    assert refused(zipped(*members(pack(PROJECT)).items(), (link("flows/z.flow.json", kind), b"/etc/passwd"))).code == (
        "PKG_LINK"
    )


def test_rights_to_execute_are_dropped(tmp_path: Path) -> None:
    executable = [(link(name, stat.S_IFREG), content) for name, content in members(pack(PROJECT)).items()]
    unpack(zipped(*executable), tmp_path / "p")
    assert [p for p in (tmp_path / "p").rglob("*") if p.is_file() and os.access(p, os.X_OK)] == []


@pytest.mark.parametrize("twin", ["flows/a.flow.json", "flows/A.flow.json", "FLOWS/a.flow.json", "PROJECT.JSON"])
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_members_that_are_one_file_somewhere_are_refused(twin: str) -> None:
    problem = refused(zipped(*members(pack(PROJECT)).items(), (twin, b'{"id": "a"}')))
    assert "PKG_DUPLICATE" in [found.code for found in problem.findings]


def test_a_bomb_is_stopped_while_it_grows() -> None:
    bomb = zipped(*members(pack(PROJECT)).items(), ("forms/b.json", b" " * 9_000_000), how=zipfile.ZIP_DEFLATED)
    with effort_below(5_000):  # unpacking it all would take far more
        assert refused(bomb).code == "PKG_BOMB"


def test_a_bomb_that_lies_about_its_size_is_stopped_too() -> None:
    true_size, lie = (9_000_000).to_bytes(4, "little"), (10).to_bytes(4, "little")
    bomb = zipped(("forms/b.json", b" " * 9_000_000), how=zipfile.ZIP_DEFLATED).replace(true_size, lie)
    assert refused(bomb).code in {"PKG_BOMB", "PKG_BROKEN"}


def test_many_members_are_refused_quickly() -> None:
    many = zipped(*((f"forms/f{n}.json", b"") for n in range(100_000)))
    with effort_below(5_000):  # unpacking it all would take far more
        assert refused(many).code == "PKG_TOO_LARGE"
    # The count in the header may lie; the size of the directory then gives it away.
    at = many.rfind(b"PK\x05\x06")
    lying = many[: at + 8] + struct.pack("<HH", 3, 3) + many[at + 12 :]
    assert refused(lying).code == "PKG_TOO_LARGE"


def test_a_package_inside_a_package_is_no_file_of_a_project() -> None:
    nested = zipped(*members(pack(PROJECT)).items(), ("inner.baton", pack(PROJECT)))
    assert refused(nested).code == "PKG_MEMBER"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "PKG_NOT_A_PACKAGE"),
        (b"\x80\x04\x95cos\nsystem\n(S'x'\ntR.", "PKG_NOT_A_PACKAGE"),
        (b"!!python/object/apply:os.system [x]", "PKG_NOT_A_PACKAGE"),
        (b"PK\x03\x04", "PKG_BROKEN"),
        (pack(PROJECT)[:-30], "PKG_BROKEN"),
        (pack(PROJECT)[: len(pack(PROJECT)) // 2], "PKG_BROKEN"),
        (zipped(("project.json", b'{"id": "x"}')), "PKG_MANIFEST"),
        (zipped(("manifest.json", b"[]"), ("project.json", b'{"id": "x"}')), "PKG_MANIFEST"),
        (zipped(("manifest.json", b'{"format_version": 9, "files": {}}')), "PKG_FORMAT"),
        (zipped(*members(pack(PROJECT)).items(), how=zipfile.ZIP_BZIP2), "PKG_BROKEN"),
    ],
)
def test_what_is_no_package_says_so(content: bytes, code: str) -> None:
    problem = refused(content)
    assert problem.code == code
    assert str(problem).strip().endswith((".", "PROJECT."))


def changed(change: Callable[[dict[str, bytes]], object]) -> bytes:
    content = members(pack(PROJECT))
    change(content)
    return zipped(*content.items())


@pytest.mark.parametrize(
    "change",
    [
        lambda files: files.update({"flows/a.flow.json": b'{"id": "a"}\n'}),
        lambda files: files.update({"flows/new.flow.json": b'{"id": "new"}\n'}),
        lambda files: files.pop("flows/a.flow.json"),
        lambda files: files.update(
            {"manifest.json": files["manifest.json"].replace(content_hash(PROJECT).encode(), b"0" * 64)}
        ),
    ],
)
def test_a_package_that_was_changed_is_refused(change: Callable[[dict[str, bytes]], object]) -> None:
    assert refused(changed(change)).code == "PKG_SUM"


def test_a_damaged_byte_anywhere_is_found_or_harmless() -> None:
    packed = pack(PROJECT)
    for at in range(0, len(packed), 7):
        damaged = packed[:at] + bytes([packed[at] ^ 0x20]) + packed[at + 1 :]
        try:
            assert pack(read_package(damaged)) == packed
        except PackageProblem:
            continue


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=200))
def test_garbage_behind_a_zips_first_bytes_is_refused_in_words(rest: bytes) -> None:
    refused(b"PK\x03\x04" + rest)
    refused(b"PK\x03\x04" + rest + b"PK\x05\x06" + bytes(18))


def test_a_project_that_could_not_be_unpacked_is_not_packed() -> None:
    with pytest.raises(PackageProblem, match="Windows"):
        pack(PROJECT.model_copy(update={"flows": {"nul": Flow(id="nul")}}))


# -- the content hash -------------------------------------------------------------------------------------------------


def with_flow(**changes: object) -> Project:
    return PROJECT.model_copy(update={"flows": {"a": Flow.model_validate({"id": "a", **changes})}})


def test_layout_and_texts_make_no_new_release() -> None:
    moved = PROJECT.model_copy(update={"layouts": {"a": {"n": [500, 2]}}, "texts": {}})
    assert content_hash(moved) == content_hash(PROJECT)
    assert pack(moved) != pack(PROJECT)


def test_what_holds_anyway_may_be_said_or_left_out() -> None:
    assert content_hash(with_flow(zone="UTC", nodes=[])) == content_hash(with_flow())


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"title": "a"}, {"title": "b"}),
        ({"nodes": [{"id": "n", "type": "t", "config": {"x": 1}}]}, {"nodes": [{"id": "n", "type": "t"}]}),
        ({"nodes": [{"id": "n", "type": "t"}]}, {"nodes": [{"id": "n", "type": "t", "version": 2}]}),
        # The author's order of keys is what people see in a form; the digits are what string() shows.
        ({"input_schema": {"a": 1, "b": 2}}, {"input_schema": {"b": 2, "a": 1}}),
        ({"x_unknown": 1}, {}),
    ],
)
def test_what_may_be_seen_makes_another_release(one: dict[str, object], other: dict[str, object]) -> None:
    assert content_hash(with_flow(**one)) != content_hash(with_flow(**other))


def test_how_a_file_is_spelled_makes_no_new_release(tmp_path: Path) -> None:
    save_project(PROJECT, tmp_path)
    (tmp_path / "flows/a.flow.json").write_bytes(b'{"nodes":[{"type":"\\u0074","id":"n"}],\r\n\t"id":"a"}')
    assert content_hash(load_project(tmp_path)) == content_hash(PROJECT)


def test_the_hash_is_what_the_readme_says() -> None:
    bare = Project(file=ProjectFile(id="x"))
    line = f"{hashlib.sha256(write_json({'id': 'x'})).hexdigest()} project.json\n"
    assert content_hash(bare) == hashlib.sha256(line.encode()).hexdigest()


def test_edges_count() -> None:
    edge = Edge(source="a", port="p", target="b")
    assert content_hash(with_flow(edges=[edge.model_dump(by_alias=True)])) != content_hash(with_flow())
