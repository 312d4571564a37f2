"""A run in plain words: which steps are worth a line, and what that line says, taken from what the run itself recorded.

Called by the chapters. Law: every number and name in a line comes out of the trace; nothing is known beforehand.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from nodes.contract import from_wire
from runtime.wire import SpanView, TraceView

CHANNELS = {"email": "e-mail", "sms": "SMS", "letter": "letter"}


class Told:
    """A trace with its steps by name."""

    def __init__(self, trace: TraceView) -> None:
        self.trace = trace
        self._latest: dict[str, SpanView] = {span.node: span for span in trace.spans}

    def output(self, node: str) -> Any:
        """What the latest pass of a step gave; None if it was not passed."""
        span = self._latest.get(node)
        return None if span is None else from_wire(span.output)

    def span(self, node: str) -> SpanView:
        """The latest pass of a step."""
        return self._latest[node]

    def seconds(self, at: dt.datetime | None) -> float:
        """From the start of the run to this instant."""
        start = self.trace.started_at
        return 0.0 if start is None or at is None else (at - start).total_seconds()

    @property
    def bill(self) -> Mapping[str, Any]:
        """What the run worked out about the bill."""
        bill: Mapping[str, Any] = self.output("work_out")["bill"]
        return bill

    @property
    def customer(self) -> Mapping[str, Any]:
        """The customer's record, as the run read it."""
        customer: Mapping[str, Any] = self.output("get_customer")
        return customer


def line_for(told: Told, span: SpanView) -> tuple[str, str] | None:
    """(words, kind) of a completed step that is worth a line; None for all others."""
    sentence = _SENTENCES.get(span.node)
    if span.state != "completed" or sentence is None or span.port == "error":
        return None
    return sentence(told)


def _facts(told: Told) -> tuple[str, str]:
    customer, bill = told.customer, told.output("get_invoice")
    past = int(customer["disputes_last_90_days"])
    disputes = {0: "no dispute", 1: "1 dispute"}.get(past, f"{past} disputes")
    who = f"{customer['name']}, {customer['tier']} customer, {disputes} in the last 90 days"
    return f"Four questions at once, to two systems: {who}; bill {bill['number']} over {bill['total']} EUR.", "plain"


def _should_be(told: Told) -> tuple[str, str]:
    plan, bill = told.output("get_price_plan"), told.bill
    return (
        f"By the price plan {plan['name']} it should be {bill['should_be']} EUR: {bill['owed']} EUR too much.",
        "plain",
    )


def _fraud(told: Told) -> tuple[str, str]:
    check = told.output("check_fraud")
    return f"Fraud check: {check['score']} of 100 points ({check['level']}).", "plain"


def _route(told: Told) -> tuple[str, str]:
    span = told.span("route")
    if span.port == "at_once":
        rule = from_wire(span.why)["rules"][0]
        return f"Decision: refund at once, by rule {rule['number']} of the table: {rule['note']}.", "done"
    # The trace ends with what would have led elsewhere, if that is known.
    flip = span.words[span.words.find(" It would ") :] if " It would " in span.words else ""
    return f"Decision: finance is asked about {told.bill['owed']} EUR.{flip}", "person"


def _how_many(told: Told) -> tuple[str, str] | None:
    if told.span("how_many").port != "two_people":
        return None
    return f"Above {told.output('work_out')['two_people_above']} EUR two different people have to agree.", "person"


def _refund(told: Told) -> tuple[str, str]:
    refund = told.output("refund")
    return f"Billing has paid {refund['amount']} EUR back: refund {refund['refund']}.", "done"


def _credit_note(told: Told) -> tuple[str, str]:
    return f"The bill is corrected: credit note {told.output('credit_note')['credit_note']}.", "done"


def _ticket(told: Told) -> tuple[str, str]:
    return f"Ticket {told.output('open_ticket')['ticket']} tells the service desk.", "done"


def _message(told: Told) -> tuple[str, str]:
    message = told.output("tell_customer")
    channel = CHANNELS.get(message["channel"], message["channel"])
    return f"{told.customer['name']} is told by {channel}: message {message['message']}.", "done"


_SENTENCES: dict[str, Callable[[Told], tuple[str, str] | None]] = {
    "facts_gathered": _facts,
    "work_out": _should_be,
    "check_fraud": _fraud,
    "route": _route,
    "how_many": _how_many,
    "refund": _refund,
    "credit_note": _credit_note,
    "open_ticket": _ticket,
    "tell_customer": _message,
}
