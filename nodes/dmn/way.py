"""The short way of a table as one Python code object, for inputs of certain classes.

Who calls it: `direct`. Law: the text of the function is made of the names in this file and of numbers; names of inputs,
values and masks of rules get into it as constants only. It answers as `direct` says: a result, the rules that match if
they were not met yet, or None where the plan must be run.
"""

from __future__ import annotations

import ast
import datetime as dt
from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from types import CodeType, FunctionType
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from nodes.dmn.result import DecisionResult, Story

if TYPE_CHECKING:
    from nodes.dmn.logic.column import Line

_MOST_WHOLE: Final = 10**34
"""Whole numbers below it are numbers of FEEL as they are."""

Way: TypeAlias = Callable[[Mapping[str, Any], "dt.datetime | None", str], DecisionResult | int | None]
"""(inputs, now, zone) -> a result, the rules that match, or None."""


def made_way(
    names: Sequence[str],
    classes: Sequence[type],
    allowed: Sequence[tuple[int, Line]],
    columns: Sequence[tuple[int, Line]],
    every: int,
    first: bool,
    said: Mapping[int, tuple[Any, Callable[[Any], Any] | None, Any]],
    tell: Callable[..., Story],
    head: tuple[str, str],
    general: Way,
) -> Way:
    """`names` and `classes` of the inputs; lines by the place of the input that they look at.

    `said` is the memory of `direct`: for a set of rules the value, what copies it (None: nothing in it can be changed)
    and what `tell` needs. `head`: the name of the decision and the digest of its model. `general` takes other classes.
    """
    known: dict[str, Any] = {
        "dict": dict, "len": len, "KeyError": KeyError, "__builtins__": {}, "bisect": bisect_left,
        "new": object.__new__, "Result": DecisionResult, "general": general, "said": said.get, "tell": tell,
        "name": head[0], "digest": head[1], "every": every,
    }  # fmt: skip
    places = range(len(names))
    whole = [at for at in places if classes[at] is int]
    if whole:
        known["Decimal"], known["least"], known["most"] = Decimal, -_MOST_WHOLE, _MOST_WHOLE
    for at in places:
        known[f"n{at}"], known[f"c{at}"] = names[at], classes[at]
    sure = [f"v{at}.is_finite()" for at in places if classes[at] is Decimal]
    sure += [f"least < v{at} < most" for at in whole]
    tests = [_answer(f"a{index}", line, at, known) for index, (at, line) in enumerate(allowed)]
    masks = ["every", *(_answer(f"m{index}", line, at, known) for index, (at, line) in enumerate(columns))]
    module = ast.parse(f"""
def answer(inputs, now, zone):
    if inputs.__class__ is not dict or len(inputs) != {len(names)}:
        return None
    try:
        {"; ".join(f"v{at} = inputs[n{at}]" for at in places)}
    except KeyError:
        return None
    if {" or ".join(f"v{at}.__class__ is not c{at}" for at in places)}:
        return general(inputs, now, zone)
    if not ({" and ".join(sure) or "inputs"}):
        return None
    {"; ".join(f"v{at} = Decimal(v{at})" for at in whole)}
    if not ({" and ".join(tests) or "inputs"}):
        return None
    rules = {" & ".join(masks)}
    {"rules &= -rules" if first else ""}
    met = said(rules)
    if met is None:
        return rules
    value, copy, story = met
    result = new(Result)
    result.name = name
    result.value = value if copy is None else copy(value)
    result.problems = ()
    result.digest = digest
    result._story = tell, story, ({"".join(f"v{at}, " for at in places)}), now, zone
    return result
""")
    frame = compile(module, "<DMN>", "exec")
    return FunctionType(next(part for part in frame.co_consts if isinstance(part, CodeType)), known)


def _answer(name: str, line: Line, at: int, known: dict[str, Any]) -> str:
    """The expression for the rules that a value may match."""
    if line.points is not None:
        known[name], known[f"{name}o"] = line.points.get, line.points.other
        return f"{name}(v{at}, {name}o)"
    if line.pieces is None:
        known[name] = line.ask
        return f"{name}(v{at})"
    bounds, kept = line.pieces
    known[name], known[f"{name}b"], known[f"{name}s"] = kept, bounds, len(bounds)
    place = f"({name}p := bisect({name}b, v{at}))"
    return f"{name}[2 * {name}p + 1 if {place} < {name}s and {name}b[{name}p] == v{at} else 2 * {name}p]"
