"""An XML tree to the elements of a model.

Who calls it: `model`. Law: a file that is no decision model is refused with the reason; one that is one is read even
where it is wrong, for its problems are told one by one by who compiles it.
"""

from __future__ import annotations

from collections.abc import Iterable

from nodes.dmn.boxed import Variable
from nodes.dmn.boxed_reader import expression_in, name_of, read_function, text_of, variable_of
from nodes.dmn.elements import (
    Decision,
    Definitions,
    Import,
    InputElement,
    ItemDefinition,
    Knowledge,
    Reference,
    Service,
)
from nodes.dmn.errors import DmnReadError, Problem
from nodes.dmn.versions import MODEL, OTHER_VERSIONS
from nodes.dmn.xml_tree import Document, Element


def read_definitions(document: Document, source: str = "") -> Definitions:
    """What a file says; DmnReadError if it is no model of DMN 1.2 to 1.5."""
    root = document.root
    if root.namespace in OTHER_VERSIONS:
        raise DmnReadError(
            f"This is a model of DMN {OTHER_VERSIONS[root.namespace]}; DMN 1.2 to 1.5 can be read. "
            "Save it as one of those with the tool that made it.",
            source=source,
        )
    if root.namespace not in MODEL or root.name != "definitions":
        raise DmnReadError(
            f"This is not a decision model: its first element is <{root.tag}>, not <definitions> of DMN 1.2 to 1.5.",
            source=source,
            line=root.line,
        )
    namespace = root.get("namespace") or ""
    found = Definitions(
        name=name_of(root),
        namespace=namespace,
        version=MODEL[root.namespace],
        imports=tuple(_import(element) for element in root.all("import")),
        types=tuple(_item_definition(element) for element in root.all("itemDefinition")),
        inputs={},
        decisions={},
        knowledge={},
        services={},
        people={},
        problems=[],
        document=document,
    )
    for position, element in enumerate(root.elements()):
        _enter(element, found, f"(element {position})")
    return found


def _enter(element: Element, found: Definitions, nameless: str) -> None:
    """Put an element where it belongs; one without an id of its own can't be required, but evaluated."""
    name = name_of(element)
    id_ = element.get("id") or nameless
    if any(id_ in known for known in (found.inputs, found.decisions, found.knowledge, found.services)):
        message = f"The id `{id_}` is taken by an element before; references mean that one."
        found.problems.append(Problem("duplicate", message, f"`{name}`", element.line))
        id_ = nameless
    variable = variable_of(element.first("variable")) or Variable(name)
    variable.name = variable.name or name
    said = element.first("description")
    description = "" if said is None else said.text().strip()

    def references(names: Iterable[str], child: str | None = None) -> tuple[Reference, ...]:
        holders = element.all(*names) if child is None else [
            inner for holder in element.all(child) for inner in holder.all(*names)
        ]  # fmt: skip
        return tuple(_reference(holder, found.namespace) for holder in holders)

    if element.name == "inputData":
        found.inputs[id_] = InputElement(id=id_, name=name, variable=variable, description=description, element=element)
    elif element.name == "decision":
        found.decisions[id_] = Decision(
            id=id_, name=name, variable=variable, description=description, element=element,
            question=text_of(element, "question") or "",
            allowed_answers=text_of(element, "allowedAnswers") or "",
            required=references(("requiredDecision", "requiredInput"), "informationRequirement"),
            knowledge=references(("requiredKnowledge",), "knowledgeRequirement"),
            owners=references(("decisionOwner",)),
            logic=expression_in(element),
        )  # fmt: skip
    elif element.name == "businessKnowledgeModel":
        logic = element.first("encapsulatedLogic")
        found.knowledge[id_] = Knowledge(
            id=id_, name=name, variable=variable, description=description, element=element,
            knowledge=references(("requiredKnowledge",), "knowledgeRequirement"),
            logic=None if logic is None else read_function(logic),
        )  # fmt: skip
    elif element.name == "decisionService":
        found.services[id_] = Service(
            id=id_, name=name, variable=variable, description=description, element=element,
            outputs=references(("outputDecision",)),
            encapsulated=references(("encapsulatedDecision",)),
            input_decisions=references(("inputDecision",)),
            input_elements=references(("inputData",)),
        )  # fmt: skip
    elif element.name in {"organizationUnit", "performanceIndicator"}:
        found.people[id_] = name


def _reference(element: Element, namespace: str) -> Reference:
    before, _, id_ = (element.get("href") or "").rpartition("#")
    return Reference("" if before == namespace else before, id_, element.line)


def _import(element: Element) -> Import:
    return Import(name_of(element), element.get("namespace") or "", element.get("importType") or "", element.line)


def _item_definition(element: Element) -> ItemDefinition:
    function = element.first("functionItem")
    parameters = None
    if function is not None:
        parameters = tuple(Variable(name_of(item), item.get("typeRef") or None) for item in function.all("parameters"))
    return ItemDefinition(
        name=name_of(element),
        type_ref=text_of(element, "typeRef"),
        is_collection=(element.get("isCollection") or "").strip() in {"true", "1"},
        components=tuple(_item_definition(item) for item in element.all("itemComponent")),
        parameters=parameters,
        result=None if function is None else function.get("outputTypeRef") or None,
        allowed=text_of(element.first("allowedValues")),
        constraint=text_of(element.first("typeConstraint")),
        line=element.line,
    )
