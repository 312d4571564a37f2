"""The flow as a graph: dominators, openers, reachability, ancestry and loops. Shared by the rules and by the engine.

Law: SEMANTICS J2 (opener), J6 and J8 (reached without passing the opener), T7 and N1 (ancestors), T5 (canonical order).
A graph never raises on a broken drawing: edges to unknown nodes and repeated edges are left out, of nodes with one id
the first counts. Nothing here recurses, so a chain of 100,000 nodes is as safe as one of three.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from functools import cached_property

from runtime.model.flow import Edge, Flow
from runtime.model.walks import VIRTUAL, flood, immediate_dominators, in_at_least, members, postorder, strong_parts

JOINED = "joined"
"""The port by which a join leaves once enough of its edges have arrived (SEMANTICS J4)."""


class FlowGraph:
    """Questions that a flow's shape alone can answer. Build it once per flow; answers are kept.

    ``triggers``: ids of the nodes that start the flow (None: every node without an edge into it).
    ``joins``: join id -> how many distinct edges must arrive before it leaves by ``joined``; a join that is left out
    counts as a plain merge in the questions about ancestors. Questions about unknown ids raise ``KeyError``.
    """

    def __init__(
        self, flow: Flow, *, triggers: Iterable[str] | None = None, joins: Mapping[str, int] | None = None
    ) -> None:
        self._ids: list[str] = []
        self._index: dict[str, int] = {}
        for node in flow.nodes:
            if node.id not in self._index:
                self._index[node.id] = len(self._ids)
                self._ids.append(node.id)
        known = {edge.key: edge for edge in flow.edges if edge.source in self._index and edge.target in self._index}
        self.edges: tuple[Edge, ...] = tuple(known[key] for key in sorted(known))
        """the edges between known nodes, each once, in canonical order (T5)"""
        self._out: list[list[Edge]] = [[] for _ in self._ids]
        self._in: list[list[Edge]] = [[] for _ in self._ids]
        self._next: list[list[int]] = [[] for _ in self._ids]
        self._back: list[list[int]] = [[] for _ in self._ids]
        for edge in self.edges:
            source, target = self._index[edge.source], self._index[edge.target]
            self._out[source].append(edge)
            self._in[target].append(edge)
            self._next[source].append(target)
            self._back[target].append(source)
        if triggers is None:
            self._roots = [n for n in range(len(self._ids)) if not self._in[n]]
        else:
            self._roots = sorted({self._index[t] for t in triggers if t in self._index})
        self._joins = {self._index[j]: need for j, need in (joins or {}).items() if j in self._index}
        self._reach_cache: dict[tuple[int, frozenset[int]], set[int]] = {}

    # -- the drawing ------------------------------------------------------------------------------------------------

    @property
    def nodes(self) -> tuple[str, ...]:
        """Node ids in the order of the file, each once."""
        return tuple(self._ids)

    @property
    def triggers(self) -> tuple[str, ...]:
        """The nodes that start the flow."""
        return tuple(self._ids[n] for n in self._roots)

    def successors(self, node_id: str) -> tuple[str, ...]:
        """Ids of the nodes that an edge from here enters, each once, in canonical order of the edges."""
        return tuple(dict.fromkeys(edge.target for edge in self._out[self._index[node_id]]))

    def into(self, node_id: str) -> tuple[Edge, ...]:
        """The edges that enter a node, in canonical order."""
        return tuple(self._in[self._index[node_id]])

    def out(self, node_id: str, port: str | None = None) -> tuple[Edge, ...]:
        """The edges that leave a node, or one port of it, in canonical order."""
        return tuple(edge for edge in self._out[self._index[node_id]] if port is None or edge.port == port)

    def split_ports(self, node_id: str) -> tuple[str, ...]:
        """The ports of a node that have two or more edges: a token that leaves by one of them becomes several (T3)."""
        counts: dict[str, int] = {}
        for edge in self._out[self._index[node_id]]:
            counts[edge.port] = counts.get(edge.port, 0) + 1
        return tuple(port for port, count in counts.items() if count > 1)

    # -- reachability -----------------------------------------------------------------------------------------------

    @cached_property
    def reachable(self) -> frozenset[str]:
        """The nodes that some path from a trigger enters, triggers included."""
        return frozenset(self._ids[n] for n in flood(self._roots, self._next))

    def leading_to(self, targets: Iterable[str]) -> frozenset[str]:
        """The nodes from which a path leads to one of ``targets``, those included."""
        return frozenset(self._ids[n] for n in flood([self._index[t] for t in targets], self._back))

    def reached_from(self, start: str, stopping_at: Collection[str] = ()) -> frozenset[str]:
        """The nodes that a path from ``start`` enters, it included; nodes to stop at are entered and not left."""
        stops = {self._index[name] for name in stopping_at if name in self._index}
        first = self._index[start]
        if first in stops:
            return frozenset({start})
        found = flood([first], self._next, stops)
        edge = {target for node in found for target in self._next[node] if target in stops}
        return frozenset(self._ids[n] for n in found | edge)

    def reaches(self, start: str, target: str, avoiding: str | Collection[str] | None = None) -> bool:
        """Whether a path leads from ``start`` to ``target`` without passing ``avoiding`` (J6, J8).

        Both ends belong to the path: True if they are one node, False if either is to be avoided.
        """
        return self._index[start] in self._leading_to_avoiding(target, avoiding)

    def _leading_to_avoiding(self, target: str, avoiding: str | Collection[str] | None) -> set[int]:
        names: Collection[str] = () if avoiding is None else (avoiding,) if isinstance(avoiding, str) else avoiding
        key = (self._index[target], frozenset(self._index[name] for name in names if name in self._index))
        found = self._reach_cache.get(key)
        if found is None:
            found = self._reach_cache[key] = flood([key[0]], self._back, key[1])
        return found

    # -- dominators and openers -------------------------------------------------------------------------------------

    def dominators(self, node_id: str) -> tuple[str, ...]:
        """The nodes that every path from a trigger to this one passes, nearest first, itself left out.

        Several triggers stand under one virtual root, which is never listed. Empty for a trigger, and for a node that
        no path leads to.
        """
        found: list[str] = []
        step = self._immediate.get(self._index[node_id], VIRTUAL)
        while step != VIRTUAL:
            found.append(self._ids[step])
            step = self._immediate[step]
        return tuple(found)

    def opener(self, join_id: str) -> str | None:
        """The node that opens the rounds of a join: its nearest dominator with a port of two or more edges (J2).

        None if there is none: then the trigger opens it (with several triggers, the virtual root above them).
        """
        return next((node for node in self.dominators(join_id) if self.split_ports(node)), None)

    @cached_property
    def _immediate(self) -> dict[int, int]:
        return immediate_dominators(self._roots, self._next, self._back)

    @cached_property
    def _order(self) -> list[int]:
        """The reachable nodes, each after all that lead to it except along edges back."""
        return postorder(self._roots, self._next)[::-1]

    # -- ancestry (T7, N1) ------------------------------------------------------------------------------------------

    def must_ancestors(self, node_id: str) -> frozenset[str]:
        """The nodes that are among the ancestors of EVERY token that enters this node.

        Behind a join that waits for all its edges, those of every branch are; behind one that takes any, only those
        that all branches share. Empty where no path leads.
        """
        bits = self._must_in.get(self._index[node_id], 0)
        return frozenset(self._ids[n] for n in members(bits))

    def may_ancestors(self, node_id: str) -> frozenset[str]:
        """The nodes that are among the ancestors of SOME token that enters this node; in a loop, itself too."""
        return frozenset(self.last_ports(node_id))

    def last_ports(self, node_id: str) -> dict[str, frozenset[str]]:
        """Possible ancestor -> the ports by which its latest pass may have left, for tokens that enter here (N2)."""
        found: dict[str, set[str]] = {}
        for n in members(self._may_in.get(self._index[node_id], 0)):
            source, port = self._exits[n]
            found.setdefault(self._ids[source], set()).add(port)
        return {source: frozenset(ports) for source, ports in found.items()}

    def always_before(self, ancestor: str, node_id: str) -> bool:
        """Whether ``ancestor`` is among the ancestors of every token that enters ``node_id``."""
        return bool(self._must_in.get(self._index[node_id], 0) >> self._index[ancestor] & 1)

    def ports_before(self, ancestor: str, node_id: str) -> frozenset[str]:
        """As ``last_ports``, for one ancestor; empty if it never is one."""
        bits = self._may_in.get(self._index[node_id], 0) & self._exits_of.get(self._index[ancestor], 0)
        return frozenset(self._exits[n][1] for n in members(bits))

    def surely_given(self, gives: Mapping[str, Iterable[str]], *, only: str | None = None) -> dict[str, frozenset[str]]:
        """Reachable node -> the facts that every token entering it has behind it, if node ``n`` gives ``gives[n]``.

        With ``only`` that node alone: of a thousand nodes with a thousand facts it takes a quarter of the time.
        """
        facts = sorted({fact for given in gives.values() for fact in given})
        bit_of = {fact: 1 << n for n, fact in enumerate(facts)}
        known = ((self._index[node], set(some)) for node, some in gives.items() if node in self._index)
        given = {node: sum(bit_of[fact] for fact in some) for node, some in known}
        entering = self._carried_by_all(given, (1 << len(facts)) - 1)
        if only is not None:
            wanted = self._index.get(only)
            entering = {wanted: entering[wanted]} if wanted is not None and wanted in entering else {}
        return {self._ids[n]: frozenset(facts[bit] for bit in members(bits)) for n, bits in entering.items()}

    @cached_property
    def _exits(self) -> list[tuple[int, str]]:
        """Each port that has an edge, as (node, port); its place in this list is its bit in ``_may_in``."""
        return list(dict.fromkeys((self._index[edge.source], edge.port) for edge in self.edges))

    @cached_property
    def _exits_of(self) -> dict[int, int]:
        """Node -> the bits of its exits."""
        own: dict[int, int] = {}
        for n, (source, _) in enumerate(self._exits):
            own[source] = own.get(source, 0) | (1 << n)
        return own

    @cached_property
    def _must_in(self) -> dict[int, int]:
        """Bits of the nodes that every entering token has behind it."""
        return self._carried_by_all({n: 1 << n for n in range(len(self._ids))}, (1 << len(self._ids)) - 1)

    def _carried_by_all(self, gives: Mapping[int, int], everything: int) -> dict[int, int]:
        """Bits that all tokens carry into a node, if each node adds its own: the greatest solution, so loops start
        from everything."""
        order = self._order
        roots = set(self._roots)
        entering: dict[int, int] = dict.fromkeys(order, everything)
        joined: dict[int, int] = {node: everything for node in order if node in self._joins}

        def carried(edge: Edge) -> int:
            source = self._index[edge.source]
            behind = joined[source] if source in joined and edge.port == JOINED else entering[source]
            return behind | gives.get(source, 0)

        changed = True
        while changed:
            changed = False
            for node in order:
                arriving = [carried(edge) for edge in self._in[node] if self._index[edge.source] in entering]
                common = 0 if node in roots else everything
                for bits in arriving:
                    common &= bits
                if node in joined:
                    together = in_at_least(len(arriving) - self._joins[node] + 1, arriving)
                    if together != joined[node]:
                        joined[node] = together
                        changed = True
                if common != entering[node]:
                    entering[node] = common
                    changed = True
        return entering

    @cached_property
    def _may_in(self) -> dict[int, int]:
        """Bits of the exits that some entering token has behind it as the latest of their node: the least solution."""
        bit_of = {exit_: n for n, exit_ in enumerate(self._exits)}
        own = self._exits_of
        order = self._order
        entering: dict[int, int] = dict.fromkeys(order, 0)
        changed = True
        while changed:
            changed = False
            for node in order:
                bits = 0
                for edge in self._in[node]:
                    source = self._index[edge.source]
                    if source in entering:
                        bits |= (entering[source] & ~own[source]) | (1 << bit_of[source, edge.port])
                if bits != entering[node]:
                    entering[node] = bits
                    changed = True
        return entering

    # -- joins ------------------------------------------------------------------------------------------------------

    def meeting_edges(self, join_id: str) -> dict[Edge, frozenset[Edge]]:
        """For each edge into a join, the others that can arrive in the same round (J2, J9).

        Two edges can meet only if some port with several edges sends one token towards each of them, neither passing
        the opener or the join on its way: one token takes one port, so the ports of one choice never meet.
        """
        edges = self._in[self._index[join_id]]
        opener = self.opener(join_id)
        barred = {join_id} if opener is None else {join_id, opener}
        out_of_bounds = {self._index[name] for name in barred}
        towards: dict[int, int] = {}
        for n, edge in enumerate(edges):
            for node in flood([self._index[edge.source]], self._back, out_of_bounds):
                towards[node] = towards.get(node, 0) | (1 << n)
        own = {edge.key: 1 << n for n, edge in enumerate(edges)}
        meets = [0] * len(edges)
        # Every split of the region, and those of the two barred nodes themselves, from which a round begins.
        for source in {*towards, *out_of_bounds}:
            ways: dict[str, list[int]] = {}
            for edge in self._out[source]:
                ways.setdefault(edge.port, []).append(own.get(edge.key, 0) | towards.get(self._index[edge.target], 0))
            for masks in ways.values():
                _pair_up(masks, meets)
        return {
            edge: frozenset(edges[other] for other in members(meets[n]) if other != n) for n, edge in enumerate(edges)
        }

    # -- loops ------------------------------------------------------------------------------------------------------

    def loops(self, without: Collection[str] = ()) -> tuple[tuple[str, ...], ...]:
        """The groups of nodes that can be passed again and again, once the nodes ``without`` are taken out.

        Each group is a strongly connected part with at least one edge inside, its nodes in the order of the file.
        """
        out = {self._index[name] for name in without if name in self._index}
        parts = strong_parts(self._next, self._back, out)
        return tuple(
            tuple(self._ids[n] for n in part) for part in parts if len(part) > 1 or part[0] in self._next[part[0]]
        )


def _pair_up(masks: list[int], meets: list[int]) -> None:
    """Adds to ``meets`` every pair of join edges of which two different ways of one split lead to one each."""
    before = 0
    after = [0] * (len(masks) + 1)
    for n in range(len(masks) - 1, -1, -1):
        after[n] = after[n + 1] | masks[n]
    for n, mask in enumerate(masks):
        others = before | after[n + 1]
        if others:
            for edge in members(mask):
                meets[edge] |= others
        before |= mask
