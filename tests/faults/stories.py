"""The flows that are played under faults: together they use every node type that does anything, and each effect.

Called by the kill tests and by the process tests. A story says what callers do (start, answer, signal, cancel), how the
run must end, and which effects the ledger must show for it: neither more nor less, whenever Baton died meanwhile.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from nodes.contract import from_wire
from runtime.model.content_hash import content_hash
from runtime.model.flow import Flow
from runtime.model.package import pack
from runtime.model.project import ConnectionNeed, Project, ProjectFile
from tests.end_to_end import people as billing
from tests.runtime.host.bench import flow, node

_API_KEY: Final = {"auth": "api_key", "header": "X-Api-Key"}
NEEDS: Final = {
    name: ConnectionNeed(kind="http", settings=_API_KEY) for name in ("crm", "billing", "ticketing", "notifications")
}


@dataclass(frozen=True)
class Story:
    """`outcome` None: the run ends cancelled."""

    flow: Flow
    input: Mapping[str, Any] = field(default_factory=lambda: {"case": "CASE-1"})
    answers: tuple[tuple[str, str], ...] = ()
    """(person, choice), for each open task in this order"""
    signal: tuple[str, str, Any] | None = None
    """name, key, payload"""
    cancels: bool = False
    outcome: str | None = "over"
    effects: Counter[str] = field(default_factory=Counter)
    """operation -> how often it must stand in the ledger"""
    or_effects: Counter[str] | None = None
    """what may stand there instead, where branches race"""
    trouble: tuple[str, str, str] | None = None
    """(system, kind, operation): a fault of the example systems that hits once"""

    @property
    def name(self) -> str:
        return self.flow.id

    @property
    def case(self) -> str:
        """The number that every effect of it carries in the ledger."""
        return str(self.input.get("case") or self.input["dispute"])


def read(name: str = "looks", **more: Any) -> dict[str, Any]:
    """Reads a customer."""
    return node(name, "adapters/http_request", connection="crm", path="/customers/C-1001", **more)


def keyed(name: str = "opens", **more: Any) -> dict[str, Any]:
    """Opens a ticket, under a key that the other side honours."""
    return node(
        name,
        "adapters/http_request",
        connection="ticketing",
        method="POST",
        path="/tickets",
        body=_json(f'{{customer: "C-1001", subject: "{name}", case: input.case}}'),
        idempotency_header="Idempotency-Key",
        **more,
    )


def once(name: str = "tells", **more: Any) -> dict[str, Any]:
    """Sends a message; the other side takes no key, and each request is one message more."""
    value = f'{{customer: "C-1001", channel: "email", text: "{name}", case: input.case}}'
    return node(
        name,
        "adapters/http_request",
        connection="notifications",
        method="POST",
        path="/messages",
        body=_json(value),
        **more,
    )


def _json(expression: str) -> dict[str, Any]:
    return {"kind": "json", "value": {"feel": expression}}


def quick(effect: dict[str, Any]) -> dict[str, Any]:
    """The same step with retries that follow at once."""
    return effect | {"retry": {"first_delay": Decimal("0.05"), "jitter": 0}}


def _asks() -> dict[str, Any]:
    two = {"port": "approve", "title": "Yes", "needs": 2}
    return node("asks", "approval", role="finance", title="May we?", choices=[two, {"port": "reject", "title": "No"}])


def _named(name: str, drawn: Flow) -> Flow:
    return drawn.model_copy(update={"id": name})


def _stories() -> list[Story]:
    ticket, message = Counter(create_ticket=1), Counter(send_message=1)
    sample = billing.PROJECT.samples[billing.FLOW]
    deciding = [
        node("notes", "logging/note", text="Case {input.case}"),
        node("worked", "control/value", value={"feel": "1 + 1"}),
        node("counts", "control/set", assignments={"tries": {"feel": "worked"}}),
        node("checks", "control/validate", value={"feel": "vars.tries"}, rules={"type": "number", "maximum": 5}),
        node(
            "two", "decision/condition", conditions=[{"port": "yes", "title": "2?", "when": {"feel": "vars.tries = 2"}}]
        ),
        keyed(),
    ]
    decided = [
        "start.started>notes",
        "notes.done>worked",
        "worked.done>counts",
        "counts.done>checks",
        "checks.valid>two",
        "checks.invalid>end",
        "two.yes>opens",
        "two.default>end",
        "opens.done>end",
    ]
    hears = node("hears", "control/wait_for_signal", name="paid", key={"feel": "input.case"}, payload_schema={})
    long, short = (node("rests", "control/wait", duration=text) for text in ("PT1H", "PT0.4S"))
    branches = ["start.started>rests", "rests.done>end", "start.started>opens", "opens.done>stop"]
    stop = node("stop", "control/end", outcome="over", terminate=True)
    answers = (("petra", "approve"), ("tom", "approve"))
    both = ["start.started>opens", "start.started>tells", "opens.done>both", "tells.done>both", "both.joined>end"]
    late = [
        "start.started>opens",
        "start.started>rests",
        "opens.done>both",
        "rests.done>both",
        "both.joined>end",
    ]
    told = [
        Story(_named("reads", flow(read()))),
        Story(_named("sends_keyed", flow(keyed())), effects=ticket),
        Story(_named("sends_once", flow(once())), effects=message),
        Story(
            _named("tries_again", flow(quick(keyed()))),
            effects=ticket,
            trouble=("ticketing", "cut_connection", "create_ticket"),
        ),
        Story(
            _named("leaves_by_error", flow(once(), read(), edges=_by_error())),
            or_effects=message,  # died after the refusal: a person finds no message, and the second one leaves
            trouble=("notifications", "status_500", "send_message"),
        ),
        Story(_named("decides", flow(*deciding, edges=decided)), effects=ticket),
        Story(_named("two_approve", flow(_asks(), keyed(), edges=_asked())), answers=answers, effects=ticket),
        Story(_named("one_rejects", flow(_asks(), keyed(), edges=_asked())), answers=(("petra", "reject"),)),
        Story(_named("waits", flow(short, keyed())), effects=ticket),
        Story(_named("rests", flow(short))),
        Story(_named("hears", flow(hears, keyed())), signal=("paid", "CASE-1", {"amount": 5}), effects=ticket),
        Story(
            _named("joins_all", flow(keyed(), once(), node("both", "control/join"), edges=both)),
            effects=ticket + message,
        ),
        Story(
            _named("joins_any", flow(keyed(), short, node("both", "control/join", mode="any"), edges=late)),
            effects=ticket,
        ),
        Story(
            _named("joins_and_cancels", flow(keyed(), long, _first_cancels(), edges=late)),
            effects=ticket,
        ),
        Story(_named("terminates", flow(long, keyed(), stop, edges=branches)), effects=ticket),
        Story(
            _named("is_cancelled", flow(keyed(), long)),
            cancels=True,
            outcome=None,
            effects=ticket,
            or_effects=Counter(),
        ),
    ]
    told += [
        Story(_named("calls", flow(_calls(), keyed(), edges=_called())), effects=Counter(create_ticket=2)),
        Story(_named("calls_for_each", flow(_each())), effects=Counter(create_ticket=2)),
    ]
    for matter in billing.three_disputes():
        drawn = billing.PROJECT.flows[billing.FLOW].model_copy(update={"id": f"dispute_{matter.sample}"})
        given = from_wire(dict(sample[matter.sample]))
        told.append(Story(drawn, given, tuple(matter.answers.items()), outcome=matter.outcome, effects=matter.effects))
    return told


def _calls() -> dict[str, Any]:
    """Calls the story that opens a ticket."""
    given = {"case": {"feel": "input.case"}}
    return node("calls", "control/subflow", flow="sends_keyed", inputs=given, outcomes=["over"])


def _called() -> list[str]:
    return ["start.started>calls", "calls.over>opens", "opens.done>end"]


def _each() -> dict[str, Any]:
    """Calls it twice at once."""
    given = {"case": {"feel": "input.case"}}
    return node("each", "control/for_each", flow="sends_keyed", items=["a", "b"], inputs=given, at_once=2)


def _by_error() -> list[str]:
    return ["start.started>tells", "tells.done>end", "tells.error>looks", "looks.done>end"]


def _asked() -> list[str]:
    return ["start.started>asks", "asks.approve>opens", "asks.reject>end", "opens.done>end"]


def _first_cancels() -> dict[str, Any]:
    return node("both", "control/join", mode="any", rest="cancel")


STORIES: Final = {story.name: story for story in _stories()}
_PROJECT: Final = Project(
    file=ProjectFile.model_validate(billing.PROJECT.file.model_dump(by_alias=True) | {"id": "faults"}),
    flows={story.name: story.flow for story in STORIES.values()},
    connections=dict(billing.PROJECT.connections) | NEEDS,
    decisions=dict(billing.PROJECT.decisions),
)
RELEASE: Final = content_hash(_PROJECT)
PACKAGE: Final = pack(_PROJECT)
