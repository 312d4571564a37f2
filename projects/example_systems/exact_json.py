"""JSON whose numbers stay exact: amounts are Decimal from the wire to the store and back, never a binary float.

Called by every route. Law: an amount has at most two decimals, travels as a JSON number and is written with both of
them (`49.90`); it is read by its digits, so `49.9`, `49.90` and `4.99e1` are one amount.
"""

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any, Final

import msgspec
from fastapi import Request, Response
from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, WithJsonSchema

from projects.example_systems.problems import Problem

LONGEST_BODY: Final = 64 * 1024  # bytes; the largest honest request is a message of a few kilobytes

LONGEST_NUMBER: Final = 40  # digits of a whole number; turning text into one costs the square of its length

_encoder = msgspec.json.Encoder(decimal_format="number")


def _only_number(value: object) -> object:
    """Refuse text and booleans, which pydantic would otherwise read as amounts."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise ValueError("must be a JSON number such as 49.90, not text")
    return value


def _both_decimals(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.01"))


Amount = Annotated[
    Decimal,
    BeforeValidator(_only_number),
    Field(max_digits=12, decimal_places=2),
    AfterValidator(_both_decimals),
    WithJsonSchema({"type": "number", "examples": [49.9], "description": "Exact decimal, at most two places."}),
]
PositiveAmount = Annotated[Amount, Field(gt=0)]


def to_cents(amount: Decimal) -> int:
    """The amount as a whole number of cents, the form in which the store keeps it."""
    return int(amount.scaleb(2))


def from_cents(cents: int) -> Decimal:
    """The amount of so many cents, always with both decimals."""
    return Decimal(cents).scaleb(-2)


def encode(content: BaseModel | Mapping[str, Any]) -> bytes:
    """The JSON text of an answer, with exact numbers."""
    return _encoder.encode(content.model_dump() if isinstance(content, BaseModel) else content)


def exact_json(content: BaseModel | Mapping[str, Any], status: int = 200) -> Response:
    """An answer in JSON with exact numbers."""
    return Response(encode(content), status, media_type="application/json")


class ExactRequest(Request):
    """A request that reads its JSON strictly (no float, no duplicate key, no NaN) and no more of it than allowed."""

    async def body(self) -> bytes:
        """The body, at most LONGEST_BODY bytes; raises Problem 413 before more than that is held in memory."""
        if not hasattr(self, "_read"):
            read = bytearray()
            async for chunk in self.stream():
                read += chunk
                if len(read) > LONGEST_BODY:
                    raise Problem(413, "body_too_large", f"The body is longer than {LONGEST_BODY} bytes.")
            self._read = bytes(read)
        return self._read

    async def json(self) -> Any:
        """The parsed body; raises Problem 400 that says what is wrong with the text."""
        body = await self.body()
        try:
            return json.loads(
                body,
                parse_int=_whole_number,
                parse_float=Decimal,
                parse_constant=_refuse_constant,
                object_pairs_hook=_refuse_duplicates,
            )
        except json.JSONDecodeError as error:
            raise Problem(
                400, "not_json", f"The body is not JSON: {error.msg} at line {error.lineno}, column {error.colno}."
            ) from error
        except UnicodeDecodeError as error:
            raise Problem(400, "not_json", "The body is not JSON: it is not encoded as UTF-8.") from error
        except RecursionError as error:
            raise Problem(400, "not_json", "The body is nested too deeply.") from error
        except ValueError as error:
            raise Problem(400, "not_json", f"The body is not JSON that we accept: {error}.") from error


def _whole_number(digits: str) -> int:
    if len(digits) > LONGEST_NUMBER:
        raise ValueError(f"a number has more than {LONGEST_NUMBER} digits")
    return int(digits)


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not a number in JSON")


def _refuse_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        raise ValueError(f"the member {next(n for n in names if names.count(n) > 1)!r} stands twice in one object")
    return found
