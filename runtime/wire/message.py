"""The two bases of all that crosses HTTP, and how they become bytes.

A ``Request`` refuses keys that it does not know (a typing error must not be a silent no-op) and coerces nothing.
A ``View`` is what comes back; keys that it does not know are ignored, so an older client reads a newer server.
A field of type ``Tagged`` holds a value in its tagged form (``nodes.contract.to_wire``); ``from_wire`` gives the value.
"""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, TypeAlias, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from runtime.wire.json_text import JsonProblem, read_json, write_json
from runtime.wire.problem import Problem

Tagged: TypeAlias = Any
"""A value in its tagged JSON form: ``{"@date": "2026-05-01"}``; numbers are ``Decimal`` or ``int``."""


def _in_utc(moment: dt.datetime) -> dt.datetime:
    if moment.tzinfo is None:
        raise ValueError("should name its zone, such as 2026-05-01T10:00:00Z")
    return moment.astimezone(dt.UTC)


Moment: TypeAlias = Annotated[dt.datetime, AfterValidator(_in_utc), Field(strict=False)]
"""An instant; UTC on both sides, ISO text in JSON."""


def _plain(name: str) -> str:
    if any(character < " " or "\x7f" <= character < "\xa0" for character in name):
        raise ValueError("should hold no control character, such as NUL or the end of a line")
    if not name.strip():
        raise ValueError("should hold more than blanks")
    return name


def _without_nul(text: str) -> str:
    if "\0" in text:
        raise ValueError("should hold no NUL character")
    return text


Name: TypeAlias = Annotated[str, Field(min_length=1, max_length=300), AfterValidator(_plain)]
"""An id, a port, a person: never empty or blank, never a novel, and nothing in it that can't be seen."""

OwnId: TypeAlias = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_plain)]
"""What a caller thinks of, so that a repetition is known as one."""

KeyText: TypeAlias = Annotated[str, Field(min_length=1, max_length=300), AfterValidator(_without_nul)]
"""A value of a flow that serves as a key."""


class Request(BaseModel):
    """What a caller sends."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, use_attribute_docstrings=True)


class View(BaseModel):
    """What comes back."""

    model_config = ConfigDict(frozen=True, extra="ignore", use_attribute_docstrings=True)


Message = TypeVar("Message", bound=BaseModel)


def to_bytes(message: BaseModel) -> bytes:
    """The message as JSON; every number keeps its digits."""
    return write_json(message.model_dump(mode="python"))


def from_bytes(kind: type[Message], body: bytes | str) -> Message:
    """The message in ``body``. Raises ``Problem``: 400 if it is not strict JSON, 422 if it does not fit."""
    try:
        return kind.model_validate(read_json(body))
    except JsonProblem as problem:
        raise Problem(400, problem.code, str(problem), todo="Send one JSON value in UTF-8.") from None
    except ValidationError as found:
        raise unfit(found) from None


def made(kind: type[Message], **fields: Any) -> Message:
    """A message of what somebody typed or posted. Raises ``Problem`` 422 that names what does not fit."""
    try:
        return kind(**fields)
    except ValidationError as found:
        raise unfit(found) from None


def unfit(found: ValidationError) -> Problem:
    """A 422 that names every field which does not fit, and never repeats what was sent."""
    places = [
        {"where": ".".join(str(part) for part in error["loc"]) or "(the whole)", "message": _sentence(error["msg"])}
        for error in found.errors(include_url=False, include_input=False, include_context=False)
    ]
    first = places[0]
    more = f" ({len(places) - 1} more in detail)" if len(places) > 1 else ""
    return Problem(
        422,
        "UNFIT",
        f"{first['where']}: {first['message']}{more}",
        where=first["where"],
        todo="Correct the fields that are named and send it again.",
        detail=places,
    )


def _sentence(words: str) -> str:
    words = words.removeprefix("Value error, ")
    return words[:1].upper() + words[1:] + ("" if words.endswith(".") else ".")
