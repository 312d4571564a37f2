"""Server-sent events, as the standard has them."""

from __future__ import annotations

from runtime.client import ServerEvent, read_events


def read(text: str) -> list[ServerEvent]:
    return list(read_events(text.split("\n")))


def test_events_have_kind_data_and_the_last_id_seen() -> None:
    assert read("id: 1\nevent: event\ndata: {}\n\n:comment\n\ndata: a\ndata:b\n\n") == [
        ServerEvent("event", "{}", "1"),
        ServerEvent("message", "a\nb", "1"),
    ]


def test_only_one_blank_after_the_colon_is_taken_off() -> None:
    assert read("data:  x\n\n") == [ServerEvent("message", " x", "")]


def test_what_the_end_cuts_off_and_what_has_no_data_is_no_event() -> None:
    assert read("event: run\n\nid: 7\nretry: 5\n\ndata: half") == []
