"""``decision/table``: asks a decision of the project (``decisions/<file>.dmn``) and goes on by what it says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from pydantic import Field, model_validator

from nodes.contract import (
    DONE,
    Behaviour,
    Category,
    Decide,
    DecisionUse,
    Evaluate,
    Expr,
    Looking,
    NodeConfig,
    NodeType,
    Port,
    PortName,
    Pure,
    Routed,
    StepProblem,
    Value,
)
from nodes.contract.spoken import line
from nodes.feel import to_text

if TYPE_CHECKING:
    from nodes.dmn import DecisionResult
    from nodes.dmn.card import DecisionCard

OTHERWISE: Final = "otherwise"
"""The port for results that no way names."""
_MOST_RULES: Final = 100
"""Rules that the journal names; of a list of results there may be thousands."""
_SHOWN: Final = 60


class Way(NodeConfig):
    """One way out and the results that lead to it."""

    port: PortName
    title: str = Field(
        default="",
        title="Label",
        description="What people read on the line that leaves here, such as Finance.",
        max_length=200,
    )
    results: list[str] = Field(
        default_factory=list,
        title="Results",
        description="The results that lead here, as the decision says them; if empty, the name of the way.",
        max_length=100,
    )


class Config(NodeConfig):
    """What an analyst sets on this step."""

    file: str = Field(
        title="Decision file",
        description="The file in the folder decisions of this project, without .dmn.",
        min_length=1,
        max_length=64,
    )
    decision: str = Field(
        title="Decision", description="Name of the decision in that file.", min_length=1, max_length=200
    )
    inputs: dict[str, Expr[Any]] = Field(
        default_factory=dict, title="Input", description="What the decision gets, input by input."
    )
    ways: list[Way] = Field(
        default_factory=list,
        title="Ways out",
        description="Where each result leads. If there are none, the flow goes on by Done with the result.",
        max_length=50,
    )
    otherwise: bool = Field(
        default=False,
        title="Other results have a way",
        description="Whether there is a way out Otherwise for results that no way names.",
    )
    output: str | None = Field(
        default=None,
        title="Output that chooses",
        description="If the decision has several outputs: the one that chooses the way.",
        max_length=200,
    )

    @model_validator(mode="after")
    def _ways_are_different(self) -> Config:
        ports: set[str] = set()
        results: dict[str, str] = {}
        for way in self.ways:
            if way.port in ports or (self.otherwise and way.port == OTHERWISE):
                raise ValueError(f"the name {way.port!r} is used by two ways out")
            ports.add(way.port)
            for result in way.results or [way.port]:
                if results.setdefault(result, way.port) != way.port:
                    raise ValueError(f"the result {result!r} leads to two ways out")
        if self.otherwise and not self.ways:
            raise ValueError("without ways out every result leads to Done; leave out the way for other results")
        return self


def _ports(config: Config) -> Sequence[Port]:
    if not config.ways:
        return (DONE,)
    ways = [Port(way.port, way.title or way.port.replace("_", " ").capitalize()) for way in config.ways]
    return (*ways, Port(OTHERWISE, "Otherwise")) if config.otherwise else tuple(ways)


def _output_schema(config: Config) -> Mapping[str, Any]:
    fields: dict[str, Any] = {"result": {}}
    if config.ways:
        fields["choice"] = {"enum": [port.name for port in _ports(config)]}
    return {"type": "object", "properties": fields, "required": list(fields)}


def _summary(config: Config) -> str:
    ways = ", ".join(port.title for port in _ports(config))
    return line(f"Decide {config.decision}: {ways}" if config.ways else f"Decide {config.decision}")


def _use(config: Config) -> DecisionUse:
    routes = {result: way.port for way in config.ways for result in way.results or [way.port]}
    return DecisionUse(
        config.file,
        config.decision,
        tuple(config.inputs),
        routes if config.ways else None,
        OTHERWISE if config.otherwise else None,
        config.output,
    )


def _behaviour(config: Config) -> Behaviour:
    use = _use(config)

    def choose(inputs: Mapping[str, Value], evaluate: Evaluate, decide: Decide) -> Routed:
        result = decide(use, inputs)
        _refuse_unsure(use, result)
        if use.routes is None:
            why = _why(
                use, result, inputs, "a result" if isinstance(result.value, Mapping | list) else to_text(result.value)
            )
            return Routed(DONE.name, {"result": result.value}, why)
        said = _said(use, result.value)
        why = _why(use, result, inputs, said)
        port = use.routes.get(said, use.otherwise)
        if port is None:
            known = ", ".join(use.routes)
            raise StepProblem(
                f'"{use.decision}" says {_shown(said)}, and no way out is for that. Known are: {_shown(known)}.'
            )
        return Routed(port, {"result": result.value, "choice": port}, why)

    return Pure(choose, config.inputs, (use,))


def _refuse_unsure(use: DecisionUse, result: DecisionResult) -> None:
    """Nothing is decided on inputs that are missing or do not fit, or where no rule is (N3)."""
    for problem in result.problems:
        if problem.serious or problem.code == "missing_input":
            raise StepProblem(f'"{use.decision}" can\'t be decided: {problem.message} ({problem.place})')
    if result.value is None:
        none = next((problem for problem in result.problems if problem.code == "no_rule"), None)
        values = ", ".join(
            f"{name} = {_shown(to_text(value))}" for step in result.trace[-1:] for name, value in step.inputs.items()
        )
        why = f"no rule is there for {values}" if none is not None and values else "its result is empty (null)"
        raise StepProblem(f'"{use.decision}" decides nothing: {why}.')


def _said(use: DecisionUse, value: Value) -> str:
    """The result that chooses the way, as text."""
    if use.output is not None:
        if not isinstance(value, Mapping) or use.output not in value:
            raise StepProblem(f'"{use.decision}" has no output "{use.output}" in its result.')
        value = value[use.output]
    if value is None or isinstance(value, Mapping | list):
        what = "is empty (null)" if value is None else "is no single value"
        raise StepProblem(f'The result of "{use.decision}" {what}, so it can\'t choose a way out.')
    return to_text(value)


def _why(use: DecisionUse, result: DecisionResult, inputs: Mapping[str, Value], said: str) -> dict[str, Value]:
    """Which rules of which version of the decision fired, on which inputs."""
    last = result.trace[-1].fired if result.trace else ()
    rules = [
        {
            "table": fired.table,
            "number": fired.rule_number,
            "id": fired.rule_id,
            "note": "; ".join(filter(None, fired.annotations)),
        }
        for fired in result.fired[:_MOST_RULES]
    ]
    return {
        "words": _words(use, _shown(said), last),
        "decision": use.decision,
        "file": use.file,
        "model": result.digest,
        "rules": rules,
        "values": dict(inputs),
    }


def _words(use: DecisionUse, said: str, fired: Sequence[Any]) -> str:
    """Such as: "Route dispute" says finance, by rule 2 (A person checks the amount)."""
    if not fired:
        return f'"{use.decision}" says {said}'
    if len(fired) > 1:
        numbers = [str(rule.rule_number) for rule in fired]
        more = f" and {len(numbers) - 5} more" if len(numbers) > 5 else ""
        return f'"{use.decision}" says {said}, by rules {", ".join(numbers[:5])}{more}'
    note = "; ".join(filter(None, fired[0].annotations))
    return f'"{use.decision}" says {said}, by rule {fired[0].rule_number}' + (f" ({_shown(note)})" if note else "")


def _card(config: Config, why: Mapping[str, Value], looking: Looking) -> DecisionCard | None:
    from nodes.dmn.card import decision_card  # only whoever looks at a trace needs it

    use, values, model = _use(config), why.get("values"), looking.model(config.file)
    if not isinstance(values, Mapping) or model is None or model.digest != why.get("model"):
        return None  # the file that decided is not at hand
    result = model.evaluate(use.decision, model.read_inputs(values), now=looking.now, zone=looking.zone)
    if use.routes is None:
        return decision_card(model, result)
    ports = {port.name: port.title for port in _ports(config)}

    def way(value: Value) -> str | None:
        try:
            port = (use.routes or {}).get(_said(use, value), use.otherwise)
        except StepProblem:
            return None
        return None if port is None else ports[port]

    return decision_card(model, result, way, "gone to")


def _shown(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"


NODE_TYPE = NodeType(
    id="decision/table",
    version=1,
    title="Decision table",
    help="Asks a decision of this project, such as a table of rules, and goes on by its result.",
    category=Category.DECISION,
    icon="table",
    Config=Config,
    ports=_ports,
    output_schema=_output_schema,
    summary=_summary,
    behaviour=_behaviour,
    card=_card,
)
