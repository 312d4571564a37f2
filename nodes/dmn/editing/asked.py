"""What a decision asks of the rest of its file when a column looks at something else: inputs that it is given, the type
of its result.

Who calls it: ``TableEdit``. Law: what anybody else in the file reads keeps its name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from nodes.dmn.boxed_reader import name_of
from nodes.dmn.editing.places import fresh_id, insert_before
from nodes.dmn.editing.sheet import Column
from nodes.dmn.xml_tree import Document, Element

_NAME: Final = re.compile(r"(?!(?:if|for|some|every|not|function|true|false|null)\b)[^\W\d][\w ]*")
_PLAIN_TYPES: Final = frozenset(
    {"number", "string", "boolean", "date", "time", "dateTime", "dayTimeDuration", "yearMonthDuration"}
)


class Asked:
    """Of the decision in whose ``table`` columns change."""

    def __init__(self, document: Document, table: Element) -> None:
        self._root = document.root
        self._table = table
        decisions = self._root.all("decision")
        self._decision = next(one for one in decisions if one.first("decisionTable") is table)

    def inputs(self) -> dict[str, str]:
        """Id of each input that the decision needs itself -> its name."""
        needed = set(self._needed(self._decision))
        given = self._root.all("inputData")
        return {one.get("id") or "": name_of(one) for one in given if one.get("id") in needed}

    def give(self, column: Column) -> None:
        """The decision gets what a column looks at: a new input where nothing in the file is called so."""
        name = _root_name(column.expression)
        if not name:
            return
        found = self._called(name)
        if found is None:
            found = self._new("inputData", {"id": fresh_id("input"), "name": name})
            variable = self._new("variable", {"id": fresh_id("variable"), "name": name})
            if column.type_ref in _PLAIN_TYPES and "." not in column.expression:
                variable.attributes["typeRef"] = column.type_ref
            found.children.append(variable)
            others = self._root.all("inputData")
            insert_before(self._root, found, None if others else self._decision, after=others[-1] if others else None)
        self._need(found)

    def look_at(self, before: Column, column: Column) -> None:
        """A column looks at something else: the input gets its name if nobody else asks for it by the old one."""
        old, new = _root_name(before.expression), _root_name(column.expression)
        if old == new:
            return
        given = self._called(old) if old else None
        own = given is not None and given.name == "inputData" and given.get("id") in self.inputs()
        if not new or not own or self._called(new) is not None or self._read_elsewhere(given, old):
            self.give(column)
            return
        assert given is not None
        given.attributes["name"] = new
        if (variable := given.first("variable")) is not None:
            variable.attributes["name"] = new

    def call_result(self, old: str, new: str) -> None:
        """A result of several has another name: so has the entry of the type that is this decision's alone."""
        variable = self._decision.first("variable")
        of = variable.get("typeRef") if variable is not None else None
        if not of or old == new or sum(one.get("typeRef") == of for one in _all(self._root)) > 1:
            return
        for made in self._root.all("itemDefinition"):
            if made.get("name") == of:
                for entry in made.all("itemComponent"):
                    if entry.get("name") == old:
                        entry.attributes["name"] = new

    def _called(self, name: str) -> Element | None:
        found = self._root.all("inputData", "decision", "businessKnowledgeModel", "decisionService")
        return next((one for one in found if name_of(one) == name), None)

    @staticmethod
    def _needed(decision: Element) -> Iterator[str]:
        for requirement in decision.all("informationRequirement"):
            for inner in requirement.all("requiredInput", "requiredDecision"):
                yield (inner.get("href") or "").removeprefix("#")

    def _need(self, what: Element) -> None:
        kinds = {"inputData": "requiredInput", "decision": "requiredDecision"}
        if what is self._decision or what.name not in kinds or what.get("id") in set(self._needed(self._decision)):
            return
        requirement = self._new("informationRequirement", {"id": fresh_id("requirement")})
        requirement.children.append(self._new(kinds[what.name], {"href": f"#{what.get('id')}"}))
        others = self._decision.all("description", "question", "allowedAnswers", "variable", "informationRequirement")
        insert_before(
            self._decision, requirement, None if others else self._table, after=others[-1] if others else None
        )

    def _read_elsewhere(self, given: Element | None, name: str) -> bool:
        if given is None:
            return True
        others = (one for one in self._root.all("decision") if one is not self._decision)
        if any(given.get("id") in set(self._needed(one)) for one in others):
            return True
        word = re.compile(rf"(?<!\w){re.escape(name)}(?!\w)")
        return any(one.name == "text" and word.search(one.text()) for one in _all(self._root))

    def _new(self, name: str, attributes: dict[str, str]) -> Element:
        prefix, colon, _ = self._table.tag.rpartition(":")
        return Element(f"{prefix}{colon}{name}", self._table.namespace, dict(attributes))


def _root_name(expression: str) -> str:
    """The name that an expression begins with, if it is a name or a path."""
    parts = [part.strip() for part in expression.split(".")]
    return parts[0] if parts and all(_NAME.fullmatch(part) for part in parts) else ""


def _all(element: Element) -> Iterator[Element]:
    yield element
    for child in element.children:
        if isinstance(child, Element):
            yield from _all(child)
