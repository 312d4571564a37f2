"""What is printed in pieces is masked whole, nothing is lost, and ordinary words are not held back."""

from __future__ import annotations

import io
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.secrets import MASK, MaskedStream, Redactor

SECRET = "canary-4711-of-the-crm"


def masked(*secrets: str) -> tuple[MaskedStream, io.StringIO]:
    redactor, out = Redactor(), io.StringIO()
    for secret in secrets or (SECRET,):
        redactor.add(secret)
    return MaskedStream(out, redactor), out


@pytest.mark.parametrize("flushed", [False, True])
def test_a_secret_in_pieces_is_masked(flushed: bool) -> None:
    stream, out = masked()
    for letter in f"key {SECRET}, once more {SECRET}":
        print(letter, end="", file=stream, flush=flushed)
    print(file=stream)
    assert out.getvalue() == f"key {MASK}, once more {MASK}\n"


def test_a_line_that_is_not_ended_comes_out_when_it_is_flushed() -> None:
    stream, out = masked()
    print("is it there? ", end="", file=stream, flush=True)
    assert out.getvalue() == "is it there? "
    print("no, but a can", end="", file=stream, flush=True)
    assert out.getvalue() == "is it there? no, but a ", "a secret may begin so"
    print("teen", file=stream)
    assert out.getvalue() == "is it there? no, but a canteen\n"


def test_what_is_held_back_comes_out_at_the_end() -> None:
    stream, out = masked()
    stream.write("canary")
    stream.finish()
    assert out.getvalue() == "canary"


def test_a_short_secret_is_no_part_of_a_word_that_is_written_in_pieces() -> None:
    stream, out = masked("on")
    for piece in ("switch on", "e\n", "switch on", " two\n"):
        print(piece, end="", file=stream, flush=True)
    assert out.getvalue() == f"switch one\nswitch {MASK} two\n"


def test_a_secret_that_ends_where_another_may_begin_is_not_torn() -> None:
    stream, out = masked("12345678a", "abcdefgh")
    print("12345678ab", end="", file=stream, flush=True)
    print("x", file=stream)
    assert out.getvalue() == f"{MASK}bx\n"


def test_two_threads_do_not_tear_one_anothers_lines() -> None:
    stream, out = masked()
    stream.write(SECRET[:6])
    other = threading.Thread(target=lambda: print("of another", file=stream))
    other.start()
    other.join()
    print(SECRET[6:], file=stream)
    assert out.getvalue() == f"of another\n{MASK}\n"


def test_a_line_without_end_is_not_kept_for_ever() -> None:
    stream, out = masked()
    stream.write("x" * 70_000)
    assert len(out.getvalue()) == 70_000


@given(
    st.lists(st.sampled_from(["can", "ary", "-4711-of", "-the-crm", "\n", "c", "abcdefgh", "efgh1", "2345", " "])),
    st.lists(st.booleans()),
)
def test_whatever_the_pieces_are_it_reads_as_if_written_at_once(pieces: list[str], flushes: list[bool]) -> None:
    stream, out = masked(SECRET, "abcdefgh", "efgh12345")
    redactor = Redactor()
    for secret in (SECRET, "abcdefgh", "efgh12345"):
        redactor.add(secret)
    for number, piece in enumerate(pieces):
        stream.write(piece)
        if number < len(flushes) and flushes[number]:
            stream.flush()
    stream.finish()
    assert out.getvalue() == redactor.clean_text("".join(pieces))
