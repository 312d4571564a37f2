"""Messages: requests are strict, views are tolerant, problems name the field."""

from __future__ import annotations

import dataclasses
import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from pydantic import BaseModel

import runtime.trace.spans as spans
from runtime import wire
from runtime.wire import (
    AnswerRequest,
    Problem,
    ProblemView,
    Request,
    ResolveRequest,
    RunView,
    SignalRequest,
    StartRequest,
    View,
    from_bytes,
    to_bytes,
)

AT = dt.datetime(2026, 11, 20, 14, 2, tzinfo=dt.UTC)
RUN = RunView(
    run="r1", project="p", flow="f", release="abc", environment="local", state="running", started_at=AT,
    output={"amount": Decimal("312.50"), "on": {"@date": "2026-11-20"}},
)  # fmt: skip


def test_a_view_makes_the_way_there_and_back_with_every_digit() -> None:
    body = to_bytes(RUN)
    assert b"312.50" in body
    assert from_bytes(RunView, body) == RUN


def test_a_view_ignores_what_a_newer_server_adds() -> None:
    assert from_bytes(RunView, to_bytes(RUN)[:-1] + b',"colour":"green"}') == RUN


@pytest.mark.parametrize(
    ("kind", "body", "where"),
    [
        (StartRequest, b'{"release":"a","flow":"f","owner":"me"}', "owner"),
        (StartRequest, b'{"release":"a"}', "flow"),
        (StartRequest, b'{"release":"","flow":"f"}', "release"),
        (StartRequest, b'{"release":1,"flow":"f"}', "release"),
        (StartRequest, b"[]", "(the whole)"),
        (StartRequest, b"null", "(the whole)"),
        (AnswerRequest, b'{"choice":"approve"}', "by"),
        (AnswerRequest, b'{"choice":"approve","by":"petra","state":"completed"}', "state"),
        (ResolveRequest, b'{"how":"explode","by":"ops"}', "how"),
        (ResolveRequest, b'{"how":"retry","by":"ops","not_done":"yes"}', "not_done"),
        (SignalRequest, b'{"name":"n","key":"k","keep_for":-1}', "keep_for"),
        (SignalRequest, b'{"name":"n","key":"k","keep_for":9999999999}', "keep_for"),
    ],
)
def test_a_request_that_does_not_fit_is_422_and_names_the_field(kind: type[Request], body: bytes, where: str) -> None:
    with pytest.raises(Problem) as found:
        from_bytes(kind, body)
    assert (found.value.status, found.value.code, found.value.where) == (422, "UNFIT", where)


def test_a_problem_never_repeats_what_was_sent() -> None:
    with pytest.raises(Problem) as found:
        from_bytes(StartRequest, b'{"release":"a","flow":["hunter2-secret"]}')
    assert "hunter2" not in to_bytes(found.value.view).decode()


def test_text_that_is_no_json_is_400() -> None:
    with pytest.raises(Problem) as found:
        from_bytes(StartRequest, b'{"flow": NaN}')
    assert (found.value.status, found.value.code) == (400, "JSON_CONSTANT")


def test_a_whole_number_is_taken_for_raise_by() -> None:
    assert from_bytes(ResolveRequest, b'{"how":"retry","by":"ops","raise_by":100}').raise_by == 100


def test_a_problem_is_the_same_on_the_other_side() -> None:
    sent = Problem(
        409, "TASK_CLOSED", "Petra approved this.", where="r1:check#1", todo="Take the next.", detail={"by": "petra"}
    )
    got = Problem.of(from_bytes(ProblemView, to_bytes(sent.view)))
    assert got.view == sent.view
    assert str(got) == "Petra approved this. Take the next."


def test_an_instant_without_a_zone_does_not_pass() -> None:
    with pytest.raises(Problem) as found:
        from_bytes(RunView, to_bytes(RUN).replace(b"14:02:00Z", b"14:02:00"))
    assert found.value.where == "started_at"


EXPORTED = [
    each for name in wire.__all__ if isinstance(each := getattr(wire, name), type) and issubclass(each, BaseModel)
]


def test_every_message_says_what_it_is() -> None:
    assert [kind.__name__ for kind in EXPORTED if kind is not BaseModel and not (kind.__doc__ or "").strip()] == []


def test_every_request_forbids_unknown_keys_and_no_view_does() -> None:
    for kind in EXPORTED:
        if issubclass(kind, Request):
            assert kind.model_config["extra"] == "forbid", kind
        elif issubclass(kind, View):
            assert kind.model_config["extra"] == "ignore", kind


@pytest.mark.parametrize(
    ("span", "view"),
    [
        (spans.Trace, wire.TraceView), (spans.Span, wire.SpanView), (spans.Attempt, wire.AttemptView),
        (spans.Answer, wire.GivenView), (spans.Incident, wire.TraceIncidentView), (spans.Child, wire.ChildView),
        (spans.Remark, wire.RemarkView),
    ],
)  # fmt: skip
def test_the_wire_shows_all_of_a_trace(span: Any, view: type[BaseModel]) -> None:
    """The shape stands twice on purpose; what a trace has and the wire lacks would be lost without a word."""
    missing = {field.name for field in dataclasses.fields(span)} - set(view.model_fields)
    assert missing == set()
