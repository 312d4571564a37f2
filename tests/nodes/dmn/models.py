"""Small models as text, written the way a tool writes them, for the tests of this folder."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

from nodes.dmn import DecisionModel, parse_model

DMN_15 = "https://www.omg.org/spec/DMN/20230324/MODEL/"


def text(content: str) -> str:
    return f"<text>{escape(content)}</text>"


def literal(content: str, type_ref: str | None = None) -> str:
    of = f' typeRef="{type_ref}"' if type_ref else ""
    return f"<literalExpression{of}>{text(content)}</literalExpression>"


def input_element(name: str, type_ref: str | None = None) -> str:
    of = f' typeRef="{type_ref}"' if type_ref else ""
    shown = escape(name)
    return f'<inputData id="{_id(name)}" name="{shown}"><variable name="{shown}"{of}/></inputData>'


def decision(
    name: str, logic: str, needs: Iterable[str] = (), knows: Iterable[str] = (), type_ref: str | None = None
) -> str:
    """`needs` are names of inputs, or of decisions with `!` in front; `knows` of functions and services."""
    of = f' typeRef="{type_ref}"' if type_ref else ""
    required = "".join(
        f'<informationRequirement><requiredDecision href="#{_id(item[1:])}"/></informationRequirement>'
        if item.startswith("!")
        else f'<informationRequirement><requiredInput href="#{_id(item)}"/></informationRequirement>'
        for item in needs
    )
    known = "".join(
        f'<knowledgeRequirement><requiredKnowledge href="{item if "#" in item else "#" + _id(item)}"/>'
        "</knowledgeRequirement>"
        for item in knows
    )
    shown = escape(name)
    return (
        f'<decision id="{_id(name)}" name="{shown}"><variable name="{shown}"{of}/>{required}{known}{logic}</decision>'
    )


def knowledge(
    name: str, parameters: Sequence[tuple[str, str | None]], logic: str, knows: Iterable[str] = (), kind: str = "FEEL"
) -> str:
    formal = "".join(
        f'<formalParameter name="{item}"' + (f' typeRef="{of}"' if of else "") + "/>" for item, of in parameters
    )
    known = "".join(
        f'<knowledgeRequirement><requiredKnowledge href="#{_id(item)}"/></knowledgeRequirement>' for item in knows
    )
    return (
        f'<businessKnowledgeModel id="{_id(name)}" name="{name}"><variable name="{name}"/>'
        f'<encapsulatedLogic kind="{kind}">{formal}{logic}</encapsulatedLogic>{known}</businessKnowledgeModel>'
    )


def table(
    inputs: Sequence[str | tuple[str, str]],
    rules: Sequence[Sequence[str]],
    hit_policy: str = "UNIQUE",
    outputs: Sequence[dict[str, str]] = ({},),
    **attributes: str,
) -> str:
    """Rules are cells of inputs, then of outputs; an input is an expression, or (expression, allowed values)."""
    columns = ""
    for item in inputs:
        expression, allowed = item if isinstance(item, tuple) else (item, "")
        values = f"<inputValues>{text(allowed)}</inputValues>" if allowed else ""
        columns += f"<input><inputExpression>{text(expression)}</inputExpression>{values}</input>"
    for output in outputs:
        name = f' name="{output["name"]}"' if "name" in output else ""
        of = f' typeRef="{output["type"]}"' if "type" in output else ""
        values = f"<outputValues>{text(output['allowed'])}</outputValues>" if "allowed" in output else ""
        default = f"<defaultOutputEntry>{text(output['default'])}</defaultOutputEntry>" if "default" in output else ""
        columns += f"<output{name}{of}>{values}{default}</output>"
    written = ""
    for number, cells in enumerate(rules, 1):
        entries = "".join(f"<inputEntry>{text(cell)}</inputEntry>" for cell in cells[: len(inputs)])
        entries += "".join(f"<outputEntry>{text(cell)}</outputEntry>" for cell in cells[len(inputs) :])
        written += f'<rule id="rule-{number}">{entries}</rule>'
    more = "".join(f' {name}="{value}"' for name, value in attributes.items())
    return f'<decisionTable hitPolicy="{hit_policy}"{more}>{columns}{written}</decisionTable>'


def definitions(*parts: str, namespace: str = "urn:rules", name: str = "Rules", model: str = DMN_15) -> str:
    return (
        f'<definitions xmlns="{model}" namespace="{namespace}" name="{name}" id="{name}">{"".join(parts)}</definitions>'
    )


def model_of(*parts: str, imports: Sequence[DecisionModel] = (), **attributes: str) -> DecisionModel:
    return parse_model(definitions(*parts, **attributes), imports)


def decide(logic: str, inputs: dict[str, Any] | None = None, *more: str, name: str = "Answer") -> Any:
    """The value of one decision that needs all the inputs."""
    given = inputs or {}
    parts = [input_element(item) for item in given]
    return model_of(*parts, *more, decision(name, logic, list(given))).evaluate(name, given).value


def _id(name: str) -> str:
    return "_" + "".join(sign if sign.isalnum() else "_" for sign in name)
