"""XML elements to boxed expressions.

Who calls it: `reader`. Law: what is missing is read as missing (an editor may be half done), what is too large is
refused; elements that are not DMN's are passed by.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeVar

from nodes.dmn.boxed import (
    Boxed,
    Conditional,
    Context,
    DecisionTable,
    Filter,
    FunctionDefinition,
    InputClause,
    Invocation,
    Iteration,
    List,
    Literal,
    OutputClause,
    Relation,
    Rule,
    Variable,
)
from nodes.dmn.errors import DmnReadError
from nodes.dmn.limits import MAX_CELLS
from nodes.dmn.xml_tree import Element
from nodes.pacing import checkpoint

_AnyBox = TypeVar("_AnyBox", bound=Boxed)


def text_of(element: Element | None, child: str = "text") -> str | None:
    """The text in a child, without the blanks around it; None if there is no such child or nothing in it."""
    inner = None if element is None else element.first(child)
    text = "" if inner is None else inner.text().strip()
    return text or None


def name_of(element: Element) -> str:
    """The name, each run of whitespace as one blank."""
    return " ".join((element.get("name") or "").split())


def variable_of(element: Element | None) -> Variable | None:
    """An information item."""
    return None if element is None else Variable(name_of(element), element.get("typeRef") or None)


def expression_in(element: Element | None) -> Boxed | None:
    """The first boxed expression directly inside."""
    if element is None:
        return None
    for child in element.elements():
        read = _READERS.get(child.name)
        if read is not None:
            return read(child)
    return None


def _expressions_in(element: Element) -> tuple[Boxed, ...]:
    return tuple(_READERS[child.name](child) for child in element.elements() if child.name in _READERS)


def _made(box: _AnyBox, element: Element) -> _AnyBox:
    """With what all boxes have."""
    box.type_ref = element.get("typeRef") or None
    box.id = element.get("id")
    box.element = element
    return box


def _literal(element: Element) -> Literal:
    text = text_of(element) or ""
    language = element.get("expressionLanguage")
    if element.first("importedValues") is not None:
        language = "importedValues"
    return _made(Literal(text, language), element)


def _context(element: Element) -> Context:
    entries = element.all("contextEntry")
    return _made(
        Context(tuple((variable_of(entry.first("variable")), expression_in(entry)) for entry in entries)), element
    )


def _invocation(element: Element) -> Invocation:
    bindings = tuple(
        (variable_of(binding.first("parameter")) or Variable(""), expression_in(binding))
        for binding in element.all("binding")
    )
    return _made(Invocation(expression_in(element), bindings), element)


def read_function(element: Element) -> FunctionDefinition:
    """A function definition, also under its name in a business knowledge model (`encapsulatedLogic`)."""
    parameters = tuple(Variable(name_of(item), item.get("typeRef") or None) for item in element.all("formalParameter"))
    return _made(FunctionDefinition(parameters, expression_in(element), element.get("kind") or "FEEL"), element)


def _relation(element: Element) -> Relation:
    columns = tuple(Variable(name_of(item), item.get("typeRef") or None) for item in element.all("column"))
    return _made(Relation(columns, tuple(_expressions_in(row) for row in element.all("row"))), element)


def _list(element: Element) -> List:
    return _made(List(_expressions_in(element)), element)


def _conditional(element: Element) -> Conditional:
    parts = [expression_in(element.first(name)) for name in ("if", "then", "else")]
    return _made(Conditional(*parts), element)


def _filter(element: Element) -> Filter:
    return _made(Filter(expression_in(element.first("in")), expression_in(element.first("match"))), element)


def _iteration(element: Element) -> Iteration:
    source = element.first("in")
    body = element.first("return" if element.name == "for" else "satisfies")
    variable = " ".join((element.get("iteratorVariable") or "").split())
    source_type = None if source is None else source.get("typeRef")
    return _made(Iteration(element.name, variable, expression_in(source), source_type, expression_in(body)), element)


def _input_clause(element: Element) -> InputClause:
    looked_at = element.first("inputExpression")
    return InputClause(
        text_of(looked_at) or "",
        None if looked_at is None else looked_at.get("typeRef") or None,
        text_of(element.first("inputValues")),
        element.get("label"),
        element,
    )


def _output_clause(element: Element) -> OutputClause:
    return OutputClause(
        name_of(element) or None,
        element.get("typeRef") or None,
        text_of(element.first("outputValues")),
        text_of(element.first("defaultOutputEntry")),
        element.get("label"),
        element,
    )


def _rule(element: Element) -> Rule:
    checkpoint()
    inputs: list[str] = []
    outputs: list[str] = []
    annotations: list[str] = []
    of_kind = {"inputEntry": inputs, "outputEntry": outputs, "annotationEntry": annotations}
    for child in element.elements():
        texts = of_kind.get(child.name)
        if texts is not None:
            texts.append(text_of(child) or "")
    description = element.first("description")
    said = None if description is None else description.text().strip() or None
    return Rule(element.get("id"), tuple(inputs), tuple(outputs), tuple(annotations), said, element)


def _table(element: Element) -> DecisionTable:
    rules = element.all("rule")
    inputs = tuple(_input_clause(child) for child in element.all("input"))
    outputs = tuple(_output_clause(child) for child in element.all("output"))
    if len(rules) * (len(inputs) + len(outputs)) > MAX_CELLS:
        raise DmnReadError(
            f"A decision table has more than {MAX_CELLS:,} cells; split it.", line=element.line, limit="cells"
        )
    return _made(
        DecisionTable(
            inputs,
            outputs,
            tuple(_rule(rule) for rule in rules),
            " ".join((element.get("hitPolicy") or "UNIQUE").upper().split()),
            element.get("aggregation"),
            element.get("preferredOrientation") or "Rule-as-Row",
            element.get("outputLabel"),
            tuple(name_of(child) for child in element.all("annotation")),
        ),
        element,
    )


_READERS: Final[dict[str, Callable[[Element], Boxed]]] = {
    "literalExpression": _literal,
    "context": _context,
    "invocation": _invocation,
    "functionDefinition": read_function,
    "relation": _relation,
    "list": _list,
    "conditional": _conditional,
    "filter": _filter,
    "for": _iteration,
    "some": _iteration,
    "every": _iteration,
    "decisionTable": _table,
}
"""The reader of each kind of boxed expression."""
