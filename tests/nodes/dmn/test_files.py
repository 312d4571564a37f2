"""Reading and writing: nothing of a file is lost, old versions become 1.5, and reading again means the same."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from nodes.dmn import model_text, parse_model, read_model, write_model
from nodes.dmn.drawing import with_drawing
from nodes.dmn.versions import DMN_15, DMNDI_15, FEEL_15
from nodes.dmn.xml_tree import Element, parse_xml

VERSIONS = {
    "1.2": ("http://www.omg.org/spec/DMN/20180521", "http://www.omg.org/spec/DMN/20180521"),
    "1.3": ("https://www.omg.org/spec/DMN/20191111", "https://www.omg.org/spec/DMN/20191111"),
    "1.4": ("https://www.omg.org/spec/DMN/20211108", "https://www.omg.org/spec/DMN/20191111"),
    "1.5": ("https://www.omg.org/spec/DMN/20230324", "https://www.omg.org/spec/DMN/20230324"),
}

FILE = """<?xml version="1.0" encoding="UTF-8"?>
<!-- made by hand -->
<?tool keep me?>
<dmn:definitions xmlns:dmn="{model}/MODEL/" xmlns:dmndi="{drawing}/DMNDI/"
    xmlns:dc="http://www.omg.org/spec/DMN/20180521/DC/" xmlns:acme="urn:acme"
    namespace="urn:refund" name="Refund &quot;rules&quot;" id="m" acme:owner="Anna &amp; Bob"
    expressionLanguage="{model}/FEEL/">
  <dmn:description>a &lt;b&gt; &amp; c</dmn:description>
  <dmn:extensionElements><acme:audit level="3"><acme:by>Zoë 😀</acme:by></acme:audit></dmn:extensionElements>
  <dmn:inputData id="i" name="Amount"><dmn:variable name="Amount" typeRef="number"/></dmn:inputData>
  <dmn:decision id="d" name="Refund" acme:color="red">
    <dmn:variable name="Refund"/>
    <dmn:informationRequirement><dmn:requiredInput href="#i"/></dmn:informationRequirement>
    <dmn:decisionTable hitPolicy="FIRST">
      <dmn:input><dmn:inputExpression><dmn:text>Amount</dmn:text></dmn:inputExpression></dmn:input>
      <dmn:output/>
      <dmn:annotation name="owner"/>
      <!-- the small ones -->
      <dmn:rule id="r1"><dmn:inputEntry><dmn:text><![CDATA[< 50]]></dmn:text></dmn:inputEntry>
        <dmn:outputEntry><dmn:text>"yes"</dmn:text></dmn:outputEntry>
        <dmn:annotationEntry><dmn:text>Finance</dmn:text></dmn:annotationEntry></dmn:rule>
    </dmn:decisionTable>
  </dmn:decision>
  <dmn:newThing of="the future"><dmn:inside/></dmn:newThing>
  <dmndi:DMNDI><dmndi:DMNDiagram id="g"><dmndi:DMNShape dmnElementRef="d">
    <dc:Bounds x="10.5" y="20" width="100" height="60"/></dmndi:DMNShape></dmndi:DMNDiagram></dmndi:DMNDI>
</dmn:definitions>
<!-- the end -->
"""

SUITE = Path(__file__).resolve().parents[3].parent / "shared" / "dmn-tck" / "TestCases"


def parts(element: Element) -> Iterator[tuple[str, dict[str, str], str]]:
    """Each element in order: its local name, its attributes without namespaces, its text."""
    attributes = {name: value for name, value in element.attributes.items() if not name.startswith("xmlns")}
    yield element.tag, attributes, "".join(child for child in element.children if isinstance(child, str)).strip()
    for child in element.children:
        if isinstance(child, Element):
            yield from parts(child)


def undrawn(root: Element) -> list[tuple[str, str]]:
    """Tags and texts without the drawing, and without the ids that it needed."""
    found = []
    for tag, attributes, text in parts(root):
        if tag.endswith("DMNDI"):
            break
        found.append((tag, text or attributes.get("name", "")))
    return found


@pytest.mark.parametrize("version", VERSIONS)
def test_every_version_is_read_and_written_as_15_with_all_that_was_in_it(version: str, tmp_path: Path) -> None:
    model_space, drawing_space = VERSIONS[version]
    content = FILE.format(model=model_space, drawing=drawing_space)
    (tmp_path / "in.dmn").write_text(content, encoding="utf-8")
    model = read_model(tmp_path / "in.dmn")
    assert model.definitions.version == version
    write_model(model, tmp_path / "out.dmn")
    written = (tmp_path / "out.dmn").read_text(encoding="utf-8")
    again = read_model(tmp_path / "out.dmn")
    assert again.definitions.version == "1.5"
    root = again.definitions.document.root
    assert (root.attributes["xmlns:dmn"], root.attributes["xmlns:dmndi"]) == (DMN_15, DMNDI_15)
    assert root.attributes["expressionLanguage"] == FEEL_15
    assert [(tag, {**attributes, "expressionLanguage": ""}, text) for tag, attributes, text in parts(root)] == [
        (tag, {**attributes, "expressionLanguage": ""}, text)
        for tag, attributes, text in parts(parse_xml(content).root)
    ]
    for kept in ("<!-- made by hand -->", "<?tool keep me?>", "<!-- the small ones -->", "<!-- the end -->", "😀"):
        assert kept in written
    assert model_text(again) == written
    for amount, answer in ((49, "yes"), (50, None)):
        assert model.evaluate("Refund", {"Amount": amount}).value == answer
        assert again.evaluate("Refund", {"Amount": amount}).value == answer
    assert again.evaluate("Refund", {"Amount": 1}).fired[0].annotations == ("Finance",)


def test_the_digest_is_of_the_file() -> None:
    content = FILE.format(model=VERSIONS["1.5"][0], drawing=VERSIONS["1.5"][1])
    assert parse_model(content).digest == parse_model(content.encode()).digest
    assert parse_model(content).digest != parse_model(content.replace("50", "51")).digest


@pytest.mark.skipif(not SUITE.is_dir(), reason="the DMN TCK is not beside this checkout (shared/dmn-tck)")
def test_the_models_of_the_standard_survive_read_and_write() -> None:
    files = sorted(SUITE.glob("compliance-level-*/*/*.dmn"))
    assert len(files) > 50
    for file in files:
        model = read_model(file)
        again = parse_model(model_text(model))
        drawn = with_drawing(model.definitions.document)
        assert list(parts(again.definitions.document.root)) == list(parts(drawn.root)), file.name
        assert undrawn(drawn.root) == undrawn(model.definitions.document.root), file.name
        assert model_text(again) == model_text(model)
        assert list(again.decisions) == list(model.decisions)
        assert [problem.code for problem in again.problems] == [problem.code for problem in model.problems]
