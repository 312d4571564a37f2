"""What a direct function asks of values while it runs: the answer for those that one expects, else a `Surprise`.

Who calls it: the functions that `direct` makes. Law: no check charges anything, and none answers for values for which
the closures would.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any, Final, NoReturn

from nodes.feel.values import SETTLED

SHORT: Final = 4_096
"""Characters of texts whose comparison costs no step."""
ORDERED: Final = {Decimal: "number", str: "text", dt.date: "date"}


class Surprise(Exception):
    """Something else than expected: the closures know what it means."""


def surprise() -> NoReturn:
    raise Surprise


def same(a: Any, b: Any) -> bool:
    of = a.__class__
    if of is b.__class__ and (of is Decimal or (of is str and len(a) <= SHORT)):
        return bool(a == b)
    raise Surprise


def before(a: Any, b: Any) -> bool:
    of = a.__class__
    if of is b.__class__ and of in ORDERED and (of is not str or len(a) <= SHORT):
        return bool(a < b)
    raise Surprise


def not_after(a: Any, b: Any) -> bool:
    of = a.__class__
    if of is b.__class__ and of in ORDERED and (of is not str or len(a) <= SHORT):
        return bool(a <= b)
    raise Surprise


def finite(value: Any) -> Any:
    if value.__class__ is Decimal:
        if value.is_finite():
            return value
    elif value.__class__ in SETTLED:
        return value
    raise Surprise


def plain(value: Any) -> Any:
    """What leaves as it is; of a list or context that was made, each part would have to be looked at."""
    if value.__class__ is list or value.__class__ is dict:
        raise Surprise
    return finite(value)


def settled(value: Any) -> Any:
    if value.__class__ in SETTLED:
        return value
    raise Surprise
