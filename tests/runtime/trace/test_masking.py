"""What no view may show: by place, by name, by value."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from nodes.contract import Sealed
from runtime.engine.events import SYSTEM, Envelope, RunCancelRequested, StepStarted
from runtime.trace import Drawing, DrawnNode, Masker, mask_envelope

AT = dt.datetime(2026, 11, 20, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    "name",
    [
        "password",
        "Password",
        "api_key",
        "X-Api-Key",
        "access_token",
        "client_secret",
        "Authorization",
        "set-cookie",
        "PIN",
    ],
)
def test_names_that_give_it_away_are_masked(name: str) -> None:
    assert Masker().mask({name: "abc", "other": "abc"}) == {name: "•••", "other": "abc"}


@pytest.mark.parametrize("name", ["spinning", "tokens_used", "secretary", "cookies_sold", "pincode_area", "amount"])
def test_names_that_only_sound_alike_are_shown(name: str) -> None:
    assert Masker().mask({name: "abc"}) == {name: "abc"}


def test_null_at_a_sensitive_place_stays_null() -> None:
    assert Masker().mask({"password": None}) == {"password": None}


def test_sealed_values_are_masked_wherever_they_stand() -> None:
    sealed = Sealed("k1", "AAAA")
    assert Masker().mask([sealed, {"a": [sealed]}]) == ["•••", {"a": ["•••"]}]


def test_a_path_masks_exactly_its_place() -> None:
    value = {"headers": [{"name": "a", "value": "1"}, {"name": "b", "value": "2"}]}
    masked = Masker().mask(value, frozenset({"headers[2].value"}))
    assert masked == {"headers": [{"name": "a", "value": "1"}, {"name": "b", "value": "•••"}]}


def test_a_text_that_stood_at_a_sensitive_place_is_masked_elsewhere_the_longest_first() -> None:
    masker = Masker()
    masker.note({"password": "hunter", "secret": "hunter22"})
    assert masker.mask({"message": "tried hunter22, then hunter"}) == {"message": "tried •••, then •••"}


def test_short_texts_and_numbers_are_masked_by_place_only() -> None:
    masker = Masker()
    masker.note({"password": "12", "token": Decimal(7)})
    assert masker.mask({"password": "12", "note": "12 of 7", "n": Decimal(7)}) == {
        "password": "•••",
        "note": "12 of 7",
        "n": Decimal(7),
    }


def test_an_event_is_masked_by_the_fields_that_its_node_declares() -> None:
    drawing = Drawing(nodes={"call": DrawnNode(id="call", title="Call", sensitive=frozenset({"body.card"}))})
    event = StepStarted(step="call#1", input={"body": {"card": "4111 1111 1111 1111"}, "echo": "4111 1111 1111 1111"})
    shown = mask_envelope(Envelope("r", 1, AT, SYSTEM, event), drawing).event
    assert isinstance(shown, StepStarted)
    assert shown.input == {"body": {"card": "•••"}, "echo": "•••"}
    assert event.input["body"]["card"] == "4111 1111 1111 1111"


def test_an_event_without_values_is_given_back_as_it_is() -> None:
    envelope = Envelope("r", 1, AT, SYSTEM, RunCancelRequested())
    assert mask_envelope(envelope) is envelope
