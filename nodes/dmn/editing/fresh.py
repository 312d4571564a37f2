"""A fresh DMN file with one decision table, for whoever begins a new decision."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from nodes.dmn.editing.sheet import Column
from nodes.dmn.versions import DMN_15
from nodes.dmn.xml_text import xml_text
from nodes.dmn.xml_tree import Document, Element


def fresh_model(
    name: str,
    columns: Sequence[Column],
    rows: Sequence[Sequence[str]] = (),
    *,
    hit_policy: str = "UNIQUE",
    aggregation: str = "",
    namespace: str = "",
) -> bytes:
    """A file whose one decision looks at its columns' expressions; each plain name among them is an input of the model.

    ``rows`` are texts over the columns, in the order inputs, outputs, annotations.
    """
    root = _element("definitions", xmlns=DMN_15, namespace=namespace or f"urn:baton:{secrets.token_hex(8)}", name=name)
    root.attributes["id"] = f"definitions_{secrets.token_hex(5)}"
    decision = _element("decision", id=f"decision_{secrets.token_hex(5)}", name=name)
    decision.children.append(_element("variable", name=name))
    roots = dict.fromkeys(column.expression.partition(".")[0].strip() for column in columns if column.kind == "input")
    for number, wanted in enumerate((found for found in roots if found), 1):
        given = _element("inputData", id=f"input_{number}", name=wanted)
        given.children.append(_element("variable", name=wanted))
        root.children.append(given)
        requirement = _element("informationRequirement", id=f"requirement_{number}")
        requirement.children.append(_element("requiredInput", href=f"#input_{number}"))
        decision.children.append(requirement)
    table = _element("decisionTable", id=f"table_{secrets.token_hex(5)}", hitPolicy=hit_policy)
    if aggregation:
        table.attributes["aggregation"] = aggregation
    for column in columns:
        table.children.append(_clause(column))
    for texts in rows:
        table.children.append(_rule(columns, texts))
    decision.children.append(table)
    root.children.append(decision)
    _indent(root, 0)
    return xml_text(Document(root, [], [])).encode()


def _clause(column: Column) -> Element:
    if column.kind == "annotation":
        return _element("annotation", name=column.title)
    label = {"label": column.title} if column.title and column.title != column.expression else {}
    if column.kind == "input":
        clause = _element("input", id=f"input_{secrets.token_hex(5)}", **label)
        looked_at = _element("inputExpression", id=f"expression_{secrets.token_hex(5)}")
        if column.type_ref:
            looked_at.attributes["typeRef"] = column.type_ref
        looked_at.children.append(_text(column.expression))
        clause.children.append(looked_at)
        wanted = (("inputValues", column.allowed),)
    else:
        clause = _element("output", id=f"output_{secrets.token_hex(5)}", **label)
        if column.expression:
            clause.attributes["name"] = column.expression
        if column.type_ref:
            clause.attributes["typeRef"] = column.type_ref
        wanted = (("outputValues", column.allowed), ("defaultOutputEntry", column.default))  # type: ignore[assignment]
    for name, text in wanted:
        if text:
            child = _element(name, id=f"{name}_{secrets.token_hex(5)}")
            child.children.append(_text(text))
            clause.children.append(child)
    return clause


def _rule(columns: Sequence[Column], texts: Sequence[str]) -> Element:
    rule = _element("rule", id=f"rule_{secrets.token_hex(5)}")
    for number, column in enumerate(columns):
        text = texts[number] if number < len(texts) else ""
        identity = {} if column.kind == "annotation" else {"id": f"{column.kind}Entry_{secrets.token_hex(5)}"}
        entry = _element(f"{column.kind}Entry", **identity)
        entry.children.append(_text(text or ("-" if column.kind == "input" else "")))
        rule.children.append(entry)
    return rule


def _element(tag: str, /, **attributes: str) -> Element:
    return Element(tag, DMN_15, attributes)


def _text(text: str) -> Element:
    element = _element("text")
    element.children.append(text)
    return element


def _indent(element: Element, depth: int) -> None:
    inner = [child for child in element.children if isinstance(child, Element)]
    if not inner:
        return
    for child in inner:
        _indent(child, depth + 1)
    spread: list[Element | str] = []
    for child in inner:
        spread += ["\n" + "  " * (depth + 1), child]
    element.children[:] = [*spread, "\n" + "  " * depth]
