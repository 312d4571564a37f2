"""A drawing for a model that has none: inputs below, what they lead to above, in rows by requirement.

Who calls it: `files`, when a model is written, so that every tool can open what Baton wrote. Law: a drawing that is
there is never touched, and the tree that was read is not changed: what gets an id or a drawing is copied.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from nodes.dmn.versions import DMNDI_15, MODEL
from nodes.dmn.xml_tree import Document, Element

_DC: Final = "http://www.omg.org/spec/DMN/20180521/DC/"
_DI: Final = "http://www.omg.org/spec/DMN/20180521/DI/"
_SIZES: Final = {
    "decision": (150, 60),
    "inputData": (150, 45),
    "businessKnowledgeModel": (150, 60),
    "knowledgeSource": (150, 65),
    "decisionService": (150, 70),
}
"""Width and height of what is drawn."""
_REQUIREMENTS: Final = {
    "informationRequirement": ("requiredDecision", "requiredInput"),
    "knowledgeRequirement": ("requiredKnowledge",),
    "authorityRequirement": ("requiredAuthority", "requiredDecision", "requiredInput"),
}
_COLUMN, _ROW, _MARGIN = 200, 130, 60


def with_drawing(document: Document) -> Document:
    """The same document, with a drawing if it has none and there is something to draw."""
    root = document.root
    if any(isinstance(child, Element) and child.name == "DMNDI" for child in root.children):
        return document
    drawn = _Drawing(root)
    if not drawn.elements:
        return document
    return Document(drawn.root_with_drawing(), document.before, document.after)


class _Drawing:
    """One drawing in the making."""

    def __init__(self, root: Element) -> None:
        self.root = root
        self.taken = set(_ids(root))
        self.children = [self._with_ids(child) if _is_drawn(child) else child for child in root.children]
        self.elements = {
            _id(child): child for child in self.children if isinstance(child, Element) and _is_drawn(child)
        }
        self.edges = [
            (_id(requirement), href, _id(element))
            for element in self.elements.values()
            for requirement, href in _requirements(element)
            if href in self.elements
        ]

    def _with_ids(self, element: object) -> Element:
        """The element with ids where the drawing has to point to."""
        assert isinstance(element, Element)
        made = self._copy(element)
        for at, child in enumerate(made.children):
            if isinstance(child, Element) and child.namespace in MODEL and child.name in _REQUIREMENTS:
                made.children[at] = self._copy(child)
        return made

    def _copy(self, element: Element) -> Element:
        made = Element(element.tag, element.namespace, dict(element.attributes), element.line)
        made.children = list(element.children)
        if not made.attributes.get("id"):
            number = 1
            while f"{element.name}_{number}" in self.taken:
                number += 1
            made.attributes["id"] = f"{element.name}_{number}"
            self.taken.add(made.attributes["id"])
        return made

    def root_with_drawing(self) -> Element:
        """The root with the copies, and the drawing as its last child."""
        made = Element(self.root.tag, self.root.namespace, dict(self.root.attributes), self.root.line)
        made.children = [*self.children, "  ", self._drawing(), "\n"]
        return made

    def _drawing(self) -> Element:
        places = self._places()
        diagram = _element("dmndi:DMNDiagram", id=self._new_id("drawing"), name="Requirements")
        for id_, (x, y) in places.items():
            element = self.elements[id_]
            width, height = _SIZES[element.name]
            more = {"isCollapsed": "true"} if element.name == "decisionService" else {}
            shape = _element("dmndi:DMNShape", id=self._new_id(f"shape_{id_}"), dmnElementRef=id_, **more)
            shape.children = [_element("dc:Bounds", x=x, y=y, width=width, height=height)]
            diagram.children.append(shape)
        for requirement, source, target in self.edges:
            edge = _element("dmndi:DMNEdge", id=self._new_id(f"edge_{requirement}"), dmnElementRef=requirement)
            (x1, y1), (x2, y2) = places[source], places[target]
            bottom = y2 + _SIZES[self.elements[target].name][1]
            edge.children = [
                _element("di:waypoint", x=x1 + _COLUMN * 3 // 8, y=y1),
                _element("di:waypoint", x=x2 + _COLUMN * 3 // 8, y=bottom),
            ]
            diagram.children.append(edge)
        whole = _element("dmndi:DMNDI", **{"xmlns:dmndi": DMNDI_15, "xmlns:dc": _DC, "xmlns:di": _DI})
        whole.children = [diagram]
        _indent(whole, 1)
        return whole

    def _new_id(self, wanted: str) -> str:
        made, number = wanted, 1
        while made in self.taken:
            number += 1
            made = f"{wanted}_{number}"
        self.taken.add(made)
        return made

    def _places(self) -> dict[str, tuple[int, int]]:
        """Upper left corners: a row for each length of the way from the inputs, the last decisions on top."""
        ranks = self._ranks()
        highest = max(ranks.values())
        rows: list[list[str]] = [[id_ for id_ in self.elements if ranks[id_] == rank] for rank in range(highest + 1)]
        column: dict[str, float] = {}
        for row in rows:
            below = {id_: [column[s] for _, s, t in self.edges if t == id_ and s in column] for id_ in row}
            if rows[0] is not row:
                row.sort(key=lambda id_: sum(below[id_]) / len(below[id_]) if below[id_] else len(column))
            column.update((id_, at) for at, id_ in enumerate(row))
        return {
            id_: (_MARGIN + at * _COLUMN, _MARGIN + (highest - ranks[id_]) * _ROW)
            for row in rows
            for at, id_ in enumerate(row)
        }

    def _ranks(self) -> dict[str, int]:
        """How far above the inputs each stands; what is required stands right below the lowest that requires it."""
        ranks = dict.fromkeys(self.elements, 0)
        required: dict[str, list[str]] = {id_: [] for id_ in self.elements}
        waiting = dict.fromkeys(self.elements, 0)
        above: dict[str, list[str]] = {id_: [] for id_ in self.elements}
        for _, source, target in self.edges:
            required[target].append(source)
            above[source].append(target)
            waiting[target] += 1
        ready = [id_ for id_, count in waiting.items() if count == 0]
        for id_ in ready:
            for target in above[id_]:
                ranks[target] = max(ranks[target], ranks[id_] + 1)
                waiting[target] -= 1
                if waiting[target] == 0:
                    ready.append(target)
        for id_ in reversed(ready):
            if above[id_] and not required[id_]:
                ranks[id_] = max(min(ranks[target] for target in above[id_]) - 1, 0)
        return ranks


def _is_drawn(child: object) -> bool:
    return isinstance(child, Element) and child.namespace in MODEL and child.name in _SIZES


def _id(element: Element) -> str:
    return element.attributes.get("id", "")


def _ids(root: Element) -> Iterator[str]:
    stack = [root]
    while stack:
        element = stack.pop()
        if "id" in element.attributes:
            yield element.attributes["id"]
        stack.extend(child for child in element.children if isinstance(child, Element))


def _requirements(element: Element) -> Iterator[tuple[Element, str]]:
    for requirement in element.all(*_REQUIREMENTS):
        for required in requirement.all(*_REQUIREMENTS[requirement.name]):
            before, _, id_ = (required.get("href") or "").rpartition("#")
            if not before:
                yield requirement, id_


def _element(tag: str, **attributes: object) -> Element:
    space = {"dmndi": DMNDI_15, "dc": _DC, "di": _DI}[tag.partition(":")[0]]
    return Element(tag, space, {name: str(value) for name, value in attributes.items()})


def _indent(element: Element, depth: int) -> None:
    inner = [child for child in element.children if isinstance(child, Element)]
    if not inner:
        return
    element.children = []
    for child in inner:
        _indent(child, depth + 1)
        element.children += ["\n" + "  " * (depth + 1), child]
    element.children.append("\n" + "  " * depth)
