"""A model without a drawing gets one when it is written: all that can be drawn, nothing on top of another."""

from __future__ import annotations

from itertools import combinations

from nodes.dmn import model_text, parse_model
from nodes.dmn.versions import DMNDI_15
from nodes.dmn.xml_tree import Element, parse_xml
from tests.nodes.dmn.models import decision, definitions, input_element, knowledge, literal

MODEL = definitions(
    input_element("Amount"),
    input_element("Tier"),
    input_element("Late input"),
    knowledge("Rate", [("years", None)], literal("years / 10")),
    decision("Discount", literal("Rate(Amount)"), ["Amount", "Tier"], ["Rate"]),
    decision("Price", literal("Amount - Discount"), ["Amount", "!Discount", "Late input"]),
    '<decision name="Without an id"><literalExpression><text>1</text></literalExpression></decision>',
    '<decisionService id="s" name="Pricing"><outputDecision href="#_Price"/></decisionService>',
)


def drawing_of(text: str) -> tuple[Element, dict[str, tuple[float, float, float, float]], dict[str, list[Element]]]:
    """The root, the bounds by the element drawn, the ways by the requirement drawn."""
    root = parse_xml(text).root
    whole = root.children[-2] if isinstance(root.children[-1], str) else root.children[-1]
    assert isinstance(whole, Element)
    assert (whole.name, whole.namespace) == ("DMNDI", DMNDI_15)
    (diagram,) = [child for child in whole.children if isinstance(child, Element)]
    bounds, ways = {}, {}
    for drawn in diagram.children:
        if isinstance(drawn, Element):
            inner = [child for child in drawn.children if isinstance(child, Element)]
            reference = drawn.attributes["dmnElementRef"]
            if drawn.name == "DMNShape":
                x, y, width, height = (float(inner[0].attributes[name]) for name in ("x", "y", "width", "height"))
                bounds[reference] = (x, y, x + width, y + height)
            else:
                ways[reference] = inner
    return root, bounds, ways


def test_everything_that_can_be_drawn_is_drawn_once_and_apart() -> None:
    root, bounds, ways = drawing_of(model_text(parse_model(MODEL)))
    ids = {child.attributes["id"] for child in root.elements() if child.name in
           {"inputData", "decision", "businessKnowledgeModel", "decisionService"}}  # fmt: skip
    assert set(bounds) == ids
    assert len(bounds) == 8
    for (left, top, right, bottom), (x1, y1, x2, y2) in combinations(bounds.values(), 2):
        assert right <= x1 or x2 <= left or bottom <= y1 or y2 <= top
    requirements = [
        child for element in root.elements() for child in element.elements() if child.name.endswith("Requirement")
    ]
    assert set(ways) == {requirement.attributes["id"] for requirement in requirements}
    assert len(ways) == 6


def test_what_is_required_stands_below_and_the_ways_lead_from_it() -> None:
    root, bounds, ways = drawing_of(model_text(parse_model(MODEL)))
    for element in root.elements():
        for requirement in element.elements():
            if requirement.name.endswith("Requirement"):
                (required,) = requirement.elements()
                source = bounds[(required.get("href") or "")[1:]]
                target = bounds[element.attributes["id"]]
                assert source[1] >= target[3]
                start, end = ways[requirement.attributes["id"]]
                assert float(start.attributes["y"]) == source[1]
                assert source[0] < float(start.attributes["x"]) < source[2]
                assert float(end.attributes["y"]) == target[3]
                assert target[0] < float(end.attributes["x"]) < target[2]


def test_a_drawing_is_made_once_and_one_that_is_there_stays() -> None:
    model = parse_model(MODEL)
    written = model_text(model)
    assert "DMNDI" not in "".join(str(child) for child in model.definitions.document.root.children)
    assert model_text(parse_model(written)) == written
    own = MODEL.replace("</definitions>", f'<d:DMNDI xmlns:d="{DMNDI_15}"/></definitions>')
    assert model_text(parse_model(own)).count("DMNDI") == own.count("DMNDI")
    assert "DMNDI" not in model_text(parse_model(definitions()))


def test_a_written_model_means_the_same() -> None:
    again = parse_model(model_text(parse_model(MODEL)))
    assert again.problems == ()
    assert again.evaluate("Price", {"Amount": 10, "Tier": "x", "Late input": 1}).value == 9
    assert again.evaluate("Without an id", {}).value == 1
