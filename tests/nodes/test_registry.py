"""Node types are found by walking; a broken one is shown with its reason and stops nobody else."""

import asyncio
import importlib.metadata
import subprocess
import sys
import textwrap

import pytest

from nodes.contract import BrokenNodeType, NodeType, Reply
from nodes.registry import ANY_VERSION, ENTRY_POINTS, PerformUnavailable, built_ins, load

GOOD = """
    from nodes.contract import DONE, ERROR, Category, Effect, EffectKind, NodeConfig, NodeType
    from .words import HELP

    class Config(NodeConfig):
        pass

    NODE_TYPE = NodeType(
        id={id!r}, version={version}, title="Slack", help=HELP, category=Category.ADAPTER, icon="plug", Config=Config,
        ports=lambda config: (DONE, ERROR), output_schema=lambda config: {{}}, summary=lambda config: "Tell Slack",
        behaviour=lambda config: Effect(EffectKind.ONCE, {{}}),
    )
"""


def plugin(folder, name, text=GOOD, *, id="adapters/slack", version=1, perform=None):  # noqa: A002  the type's id
    """Writes a node folder and returns it."""
    made = folder / name
    made.mkdir(parents=True)
    body = text.format(id=id, version=version) if text is GOOD else text
    (made / "type.py").write_text(textwrap.dedent(body), encoding="utf-8")
    (made / "words.py").write_text('HELP = "Tells people something."\n', encoding="utf-8")
    if perform is not None:
        (made / "perform.py").write_text(textwrap.dedent(perform), encoding="utf-8")
    return made


def loaded(*folders):
    return load(plugin_folders=folders, entry_points=False)


def test_our_own_types_are_there():
    registry = built_ins()
    assert [found.id for found in registry.types] == sorted(found.id for found in registry.types)
    assert {"triggers/manual", "adapters/http_request", "approval", "control/end"} <= {t.id for t in registry.types}
    assert list(registry.connection_kinds) == ["http"]
    found = registry.get("control/join", 1)
    assert isinstance(found, NodeType)
    assert found.module == "nodes.control.join"
    assert registry.latest("control/join") is found
    assert registry.get("control/join", 2) is None
    assert registry.latest("adapters/telepathy") is None
    assert built_ins() is registry


def test_looking_loads_no_perform_and_no_network_library():
    code = (
        "import sys; from nodes.registry import load; load()\n"
        "loaded = {m for m in sys.modules if m.endswith('.perform')} - {'nodes.contract.perform'}\n"
        "print(sorted(loaded | {'httpx', 'asyncio', 'sqlalchemy'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_plugin_folder_and_a_folder_of_them(tmp_path):
    slack = plugin(tmp_path / "mine", "slack", version=2)
    plugin(tmp_path / "mine", "fax", id="adapters/fax")
    (tmp_path / "mine" / "notes.txt").write_text("not a node", encoding="utf-8")
    both = loaded(tmp_path / "mine")
    assert [(t.id, t.version) for t in both.types if t.module.startswith("_baton")] == [
        ("adapters/fax", 1),
        ("adapters/slack", 2),
    ]
    one = loaded(slack)
    assert isinstance(one.get("adapters/slack", 2), NodeType)
    assert one.get("adapters/fax", 1) is None
    assert str(tmp_path) not in sys.path
    assert both.broken == one.broken == ()


def test_nothing_is_loaded_from_a_folder_that_was_not_named(tmp_path, monkeypatch):
    plugin(tmp_path, "slack", "raise SystemExit('I was run')")
    monkeypatch.chdir(tmp_path)
    assert loaded().get("adapters/slack", 1) is None


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("import no_such_driver", "it needs the Python package 'no_such_driver', which is not installed here"),
        ("import no_such.driver.inside", "'no_such'"),
        ("x = 1 +", "type.py line 1: invalid syntax"),
        ("\n\nraise RuntimeError('out of\\norder')", "type.py line 3: out of order"),
        ("raise SystemExit(3)", "type.py line 1: it tried to end the program (3)"),
        ("NODE_TYPE = 'slack'", "exports a str where a NodeType should be"),
        ("x = 1", "exports neither NODE_TYPE nor NODE_TYPES"),
        ("NODE_TYPES = []", "exports neither"),
        ("\0", "null bytes"),
    ],
)
def test_a_broken_type_is_shown_and_stops_nobody(tmp_path, text, reason):
    plugin(tmp_path, "a_broken_one", text)
    plugin(tmp_path, "good")
    registry = loaded(tmp_path)
    (broken,) = registry.broken
    assert (broken.id, broken.version) == ("a_broken_one", ANY_VERSION)
    assert reason in broken.reason
    assert "\n" not in broken.reason
    assert registry.get("a_broken_one", 7) == registry.latest("a_broken_one") == broken
    assert isinstance(registry.get("adapters/slack", 1), NodeType)


def test_a_broken_type_is_known_by_the_names_that_it_declares(tmp_path):
    text = "import no_such_driver\n" + textwrap.dedent(GOOD.format(id="adapters/fax", version=3))
    plugin(tmp_path, "whatever", text)
    registry = loaded(tmp_path)
    assert registry.get("adapters/fax", 2) is None
    assert "no_such_driver" in registry.get("adapters/fax", 3).reason


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"id": "Slack!"}, "should be like adapters/slack"),
        ({"version": 0}, "should be a whole number from 1"),
        ({"version": True}, "should be a whole number from 1"),
        ({"version": "'1'"}, "should be a whole number from 1"),
    ],
)
def test_an_odd_name_is_refused(tmp_path, given, reason):
    plugin(tmp_path, "odd", **given)
    (broken,) = loaded(tmp_path).broken
    assert reason in broken.reason


def test_a_config_of_another_make_is_refused(tmp_path):
    plugin(tmp_path, "odd", GOOD.format(id="adapters/slack", version=1).replace("Config=Config", "Config=dict"))
    (broken,) = loaded(tmp_path).broken
    assert "derived from nodes.contract.NodeConfig" in broken.reason


def test_the_first_of_two_with_one_name_stays_and_nothing_displaces_ours(tmp_path):
    plugin(tmp_path, "a", id="control/end")
    plugin(tmp_path, "b", id="adapters/slack")
    plugin(tmp_path, "c", id="adapters/slack")
    plugin(tmp_path, "d", id="control/end", version=9)
    registry = loaded(tmp_path)
    assert registry.get("control/end", 1).module == "nodes.control.end"
    assert registry.get("control/end", 9).module.startswith("_baton_plugin")
    assert registry.latest("control/end").version == 9
    assert [(b.id, b.reason.partition(", in ")[0]) for b in registry.broken] == [
        ("adapters/slack", "adapters/slack version 1 exists already"),
        ("control/end", "control/end version 1 exists already"),
    ]


def test_several_versions_in_one_folder(tmp_path):
    both = GOOD.format(id="adapters/slack", version=1) + "\n    import dataclasses\n"
    both += "    NODE_TYPES = [NODE_TYPE, dataclasses.replace(NODE_TYPE, version=2)]\n    del NODE_TYPE\n"
    plugin(tmp_path, "slack", both)
    registry = loaded(tmp_path)
    assert [registry.get("adapters/slack", n).version for n in (1, 2)] == [1, 2]


def test_a_folder_that_is_not_there(tmp_path):
    (broken,) = loaded(tmp_path / "gone").broken
    assert "can't be read" in broken.reason
    assert isinstance(broken, BrokenNodeType)


def test_an_edited_plugin_is_read_afresh_and_the_old_one_keeps_working(tmp_path):
    folder = plugin(tmp_path, "slack", perform="async def perform(input, context):\n    return 'old'\n")
    old = loaded(folder)
    (folder / "words.py").write_text('HELP = "Another sentence."\n', encoding="utf-8")
    (folder / "perform.py").write_text("async def perform(input, context):\n    return 'newer'\n", encoding="utf-8")
    new = loaded(folder)
    assert [r.get("adapters/slack", 1).help for r in (old, new)] == ["Tells people something.", "Another sentence."]
    assert asyncio.run(new.perform(new.get("adapters/slack", 1))({}, None)) == "newer"


def test_perform_is_loaded_when_it_is_asked_for(tmp_path):
    perform = """
        from nodes.contract import Reply
        from .words import HELP

        async def perform(input, context):
            return Reply(HELP)
    """
    registry = loaded(plugin(tmp_path, "slack", perform=perform))
    node_type = registry.get("adapters/slack", 1)
    assert f"{node_type.module}.perform" not in sys.modules
    assert asyncio.run(registry.perform(node_type)({}, None)) == Reply("Tells people something.")
    assert registry.perform(node_type) is registry.perform(node_type)


@pytest.mark.parametrize(
    ("perform", "words"),
    [
        (None, "has no perform.py"),
        ("import no_such_driver.x", "python -m pip install no_such_driver"),
        ("raise ValueError('bad\\nday')", "perform.py line 1: bad day"),
        ("x = (", "can't be loaded"),
        ("raise SystemExit", "can't be loaded"),
        ("def perform(input, context): pass", "async def perform(input, context)"),
        ("x = 1", "async def perform(input, context)"),
    ],
)
def test_a_perform_that_can_not_be_had_says_what_to_do(tmp_path, perform, words):
    registry = loaded(plugin(tmp_path, "slack", perform=perform))
    with pytest.raises(PerformUnavailable) as raised:
        registry.perform(registry.get("adapters/slack", 1))
    assert words in str(raised.value)
    assert "adapters/slack version 1" in str(raised.value)


def test_our_own_effects_can_be_performed():
    registry = built_ins()
    assert asyncio.iscoroutinefunction(registry.perform(registry.get("adapters/http_request", 1)))


# --- Entry points and connection kinds --------------------------------------------------------------------------------


def entry_points(monkeypatch, **values):
    found = [importlib.metadata.EntryPoint(name, value, ENTRY_POINTS) for name, value in values.items()]
    monkeypatch.setattr(importlib.metadata, "entry_points", lambda group: found if group == ENTRY_POINTS else [])


def test_an_installed_distribution_brings_its_types(tmp_path, monkeypatch):
    plugin(tmp_path / "their_package", "slack")
    (tmp_path / "their_package" / "__init__.py").write_text("", encoding="utf-8")
    (tmp_path / "their_package" / "slack" / "__init__.py").write_text("", encoding="utf-8")
    (tmp_path / "their_package" / "empty.py").write_text("", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    entry_points(monkeypatch, slack="their_package.slack", gone="no_such_package.x", empty="their_package")
    registry = load()
    assert registry.get("adapters/slack", 1).module == "their_package.slack"
    assert {b.id: b.reason for b in registry.broken} == {
        "gone": "it needs the Python package 'no_such_package', which is not installed here",
        "empty": "the package their_package holds neither type.py nor connection.py",
    }
    assert load(entry_points=False).get("adapters/slack", 1) is None


def test_a_connection_kind_of_a_plugin(tmp_path):
    text = """
        from nodes.contract import ConnectionKind, NodeConfig

        class Fields(NodeConfig):
            pass

        CONNECTION_KIND = ConnectionKind("{id}", "Fax", "A fax.", Fields, (), lambda f, s, n: None, lambda c: None)
    """
    for name, kind in (("fax", "fax"), ("other", "http")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "connection.py").write_text(textwrap.dedent(text.replace("{id}", kind)), encoding="utf-8")
    (tmp_path / "third").mkdir()
    (tmp_path / "third" / "connection.py").write_text("CONNECTION_KIND = 5", encoding="utf-8")
    registry = loaded(tmp_path)
    assert sorted(registry.connection_kinds) == ["fax", "http"]
    assert registry.connection_kinds["http"].module == "nodes.adapters.http_request"
    assert [b.reason.partition(",")[0] for b in registry.broken] == [
        "the connection kind 'http' exists already",
        "connection.py should export CONNECTION_KIND",
    ]
