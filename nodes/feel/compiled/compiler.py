"""Syntax tree to Python closures: the frame. Each construct has its compile function in a neighbour file.

Who calls it: `expression`. Law: what can be known before evaluation is decided here (where a name lives, which way a
function of the library is called, what an iteration costs), so that a closure does nothing but its work. A closure
takes one `Running` and answers a settled value; a tree of closures is no deeper than the syntax tree. Nothing is ever
turned into Python text, so a generator of code objects can take the place of these closures construct by construct.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any, Final, NamedTuple, TypeAlias

from nodes.feel.running import Running
from nodes.feel.tree import Call, For, In, ListLiteral, Node, Quantified, UnaryTests, children

Code: TypeAlias = Callable[[Running], Any]


INPUT_NAME: Final = "?"
"""The local name under which the value of a unary test is kept."""


class Place(NamedTuple):
    """Where a name is found: in contexts being filtered (slots, innermost first), then in a slot or in the scope."""

    filtered: tuple[int, ...]
    slot: int | None


WORTH: Final = 12
"""Rounds after which a direct function has paid for its making."""


class Often:
    """Code that gets a direct function once it has run often enough to be worth it."""

    __slots__ = ("_code", "_make", "_seen")

    def __init__(self, code: Code, make: Callable[[], Code | None] | None) -> None:
        self._code = code
        self._make = make
        self._seen = 0

    def code(self, rounds: int = 1) -> Code:
        """The best there is for so many rounds."""
        make = self._make
        if make is not None:
            self._seen += rounds
            if self._seen >= WORTH:
                self._make = None
                self._code = make() or self._code
        return self._code


class Compiler:
    """Keeps which local name lives in which slot while the tree is walked."""

    def __init__(self, names: Collection[str] | None, *, traced: bool = False) -> None:
        self.names = names
        self.traced = traced
        self.slot_count = 0
        self._bindings: list[tuple[str | None, int]] = []

    def compile(self, node: Node) -> Code:
        """The closure of a node."""
        return CONSTRUCTS[type(node)](self, node)

    def compile_often(self, node: Node) -> Often:
        """The inside of a loop, filter or function, which runs once for each of many values."""
        code = self.compile(node)
        if self.traced:
            return Often(code, None)
        here = Compiler(self.names)
        here._bindings = list(self._bindings)

        def make() -> Code | None:
            from nodes.feel.compiled.direct import direct_part  # at the first code that runs often

            return direct_part(here, node, code)

        return Often(code, make)

    def direct(self, node: Node, general: Callable[..., Any]) -> Callable[..., Any] | None:
        """A function of a scope for a whole expression, that turns to `general` where it meets the unexpected."""
        from nodes.feel.compiled.direct import direct_whole  # at the first expression that runs often

        return direct_whole(self, node, general)

    def reserve(self) -> int:
        """A new slot that no name reads."""
        self.slot_count += 1
        return self.slot_count - 1

    def bind(self, name: str | None) -> int:
        """A new slot for a local name; None binds the names inside the contexts of a filtered list."""
        slot = self.reserve()
        self._bindings.append((name, slot))
        return slot

    def release(self, count: int = 1) -> None:
        """The last bindings end."""
        del self._bindings[-count:]

    def place_of(self, name: str) -> Place:
        """Where the name is found from here."""
        filtered: list[int] = []
        for bound, slot in reversed(self._bindings):
            if bound is None:
                filtered.append(slot)
                if name == "item":  # a context with such an entry means that one by it
                    return Place(tuple(filtered), slot)
            elif bound == name:
                return Place(tuple(filtered), slot)
        return Place(tuple(filtered), None)

    def is_shadowed(self, name: str) -> bool:
        """Whether something around an expression hides the function of the library with this name."""
        place = self.place_of(name)
        return place.slot is not None or (self.names is not None and name in self.names)


CONSTRUCTS: Final[dict[type[Node], Callable[[Compiler, Any], Code]]] = {}
"""The compile function of each construct."""


def construct(
    of: type[Node],
) -> Callable[[Callable[[Compiler, Any], Code]], Callable[[Compiler, Any], Code]]:
    """Enter a compile function for a construct."""

    def enter(compile_it: Callable[[Compiler, Any], Code]) -> Callable[[Compiler, Any], Code]:
        CONSTRUCTS[of] = compile_it
        return compile_it

    return enter


def cost_of(node: Node) -> int:
    """Steps of one evaluation: the nodes of the tree."""
    count, stack = 0, [node]
    while stack:
        count += 1
        stack.extend(children(stack.pop()))
    return count


_FRAMES: Final[dict[type[Node], int]] = {Call: 4, For: 3, In: 3, ListLiteral: 2, Quantified: 3, UnaryTests: 3}
"""Python frames that one evaluation of a node takes, where it is more than its own closure."""


def height_of(node: Node) -> int:
    """Python frames of one evaluation at most."""
    highest, stack = 0, [(node, 0)]
    while stack:
        at, below = stack.pop()
        height = below + _FRAMES.get(type(at), 1)
        highest = max(highest, height)
        stack.extend((child, height) for child in children(at))
    return highest
