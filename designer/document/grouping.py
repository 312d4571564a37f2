"""``Grouping``: which steps and groups lie in which group. Groups are read from files, so nothing of them is trusted.

Law: a group lies in one group at most. What lies in itself, in none that is known or deeper than ``DEEPEST`` stands
alone, so that whoever walks inwards or outwards comes to an end.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from runtime.model.layout import CanvasGroup

DEEPEST = 20
"""groups around one another"""


class Grouping:
    """The groups of one layout."""

    def __init__(self, groups: Sequence[CanvasGroup]) -> None:
        self._groups = {group.id: group for group in groups}
        said = {group.id: group.inside for group in groups if group.inside in self._groups}
        self.outer: dict[str, str] = {}
        """group -> the group that it lies directly in"""
        depth: dict[str, int] = {}
        for group in self._groups:
            around = _around(group, said)
            if around is not None:
                depth[group] = len(around)
                if around:
                    self.outer[group] = around[0]
        self.inwards: tuple[str, ...] = tuple(sorted(self._groups, key=lambda group: depth.get(group, 0)))
        """all groups, each behind those that it lies in"""
        self.steps: dict[str, tuple[str, ...]] = dict.fromkeys(self._groups, ())
        """group -> all steps in it, those of inner groups too"""
        self.inner: dict[str, tuple[str, ...]] = dict.fromkeys(self._groups, ())
        """group -> groups that lie directly in it"""
        for group in reversed(self.inwards):
            more = [step for within in self.inner[group] for step in self.steps[within]]
            self.steps[group] = tuple(dict.fromkeys((*self._groups[group].nodes, *more)))
            if group in self.outer:
                self.inner[self.outer[group]] += (group,)
        self._of = {step: group for group in self.inwards for step in self._groups[group].nodes}

    def around(self, group: str) -> list[str]:
        """The groups that a group lies in, the nearest first."""
        found: list[str] = []
        outer = self.outer.get(group)
        while outer is not None:
            found.append(outer)
            outer = self.outer.get(outer)
        return found

    def around_step(self, step: str) -> list[str]:
        """The groups that a step lies in, the nearest first."""
        nearest = self._of.get(step)
        return [] if nearest is None else [nearest, *self.around(nearest)]

    def outermost(self, groups: Collection[str]) -> list[str]:
        """Those of these groups that lie in no other of them."""
        return [group for group in self.inwards if group in groups and not set(self.around(group)) & set(groups)]

    def within(self, groups: Iterable[str]) -> set[str]:
        """These groups and all that lie in them."""
        found = set(groups)
        for group in self.inwards:
            if self.outer.get(group) in found:
                found.add(group)
        return found


def grouped(groups: Sequence[CanvasGroup], new: CanvasGroup, whole: Collection[str] = ()) -> tuple[CanvasGroup, ...]:
    """With a new group around its steps and around the groups ``whole``.

    A group whose steps are all taken comes along as a group, if there are others beside; any other loses its steps to
    the new one, which lies in the innermost group that holds all of this.
    """
    known = Grouping(groups)
    named = [group for group in whole if group in known.steps]
    steps = dict.fromkeys((*new.nodes, *(step for group in named for step in known.steps[group])))
    full = [
        group
        for group, inside in known.steps.items()
        if group in named or (inside and set(inside) < steps.keys())
    ]  # fmt: skip
    taken = known.outermost(full)
    carried = {step for group in taken for step in known.steps[group]}
    loose = [step for step in steps if step not in carried]
    chains = [known.around(group) for group in taken] + [known.around_step(step) for step in loose]
    shared = [outer for outer in chains[0] if all(outer in chain for chain in chains[1:])] if chains else []
    new = placed_in(new.model_copy(update={"nodes": tuple(loose)}), shared[0] if shared else None)
    left = [
        placed_in(group, new.id) if group.id in taken else without_steps(group, set(loose))
        for group in groups
    ]  # fmt: skip
    return filled((*left, new), groups)


def joined(
    groups: Sequence[CanvasGroup], target: str, steps: Collection[str], whole: Collection[str] = ()
) -> tuple[CanvasGroup, ...]:
    """With these steps and the groups ``whole`` in another group; a group whose steps all go there goes as a group."""
    known = Grouping(groups)
    stays = {target, *known.around(target)}
    full = {
        group
        for group, inside in known.steps.items()
        if group not in stays and (group in whole or (inside and steps and set(inside) <= set(steps)))
    }
    taken = known.outermost(full)
    carried = {step for group in taken for step in known.steps[group]}
    loose = [step for step in steps if step not in carried and target not in known.around_step(step)]
    result: list[CanvasGroup] = []
    for group in groups:
        left = placed_in(group, target) if group.id in taken else without_steps(group, loose)
        if group.id == target and loose:
            left = left.model_copy(update={"nodes": (*left.nodes, *loose)})
        result.append(left)
    return filled(result, groups)


def taken_out(groups: Sequence[CanvasGroup], steps: Collection[str]) -> tuple[CanvasGroup, ...]:
    """With each of these steps in the group around the one that it lies in, or in none."""
    known = Grouping(groups)
    into: dict[str, list[str]] = {}
    leaving = [step for step in steps if known.around_step(step)]
    for step in leaving:
        around = known.around_step(step)
        if len(around) > 1:
            into.setdefault(around[1], []).append(step)
    result = [without_steps(group, leaving) for group in groups]
    result = [
        group.model_copy(update={"nodes": (*group.nodes, *into[group.id])}) if group.id in into else group
        for group in result
    ]
    return filled(result, groups)


def ungrouped(groups: Sequence[CanvasGroup], gone: Collection[str]) -> tuple[CanvasGroup, ...]:
    """Without these groups; what lay in them lies in the group around them."""
    known = Grouping(groups)
    heirs = {group: next((o for o in known.around(group) if o not in gone), None) for group in known.steps}
    more: dict[str | None, list[str]] = {}
    for group in groups:
        if group.id in gone:
            more.setdefault(heirs[group.id], []).extend(group.nodes)
    kept: list[CanvasGroup] = []
    for group in groups:
        if group.id in gone:
            continue
        if group.id in more:
            group = group.model_copy(update={"nodes": tuple(dict.fromkeys((*group.nodes, *more[group.id])))})
        kept.append(placed_in(group, heirs[group.id]) if known.outer.get(group.id) in gone else group)
    return tuple(kept)


def without_steps(group: CanvasGroup, steps: Collection[str]) -> CanvasGroup:
    """The group without these steps; the same object if it holds none of them."""
    left = tuple(step for step in group.nodes if step not in steps)
    return group if len(left) == len(group.nodes) else group.model_copy(update={"nodes": left})


def placed_in(group: CanvasGroup, outer: str | None) -> CanvasGroup:
    """The group in another one, or in none; what is not said is not written."""
    if group.inside == outer:
        return group
    if outer is not None:
        return group.model_copy(update={"inside": outer})
    plain: dict[str, Any] = group.model_dump(by_alias=True, exclude_unset=True)
    del plain["inside"]
    return CanvasGroup.model_validate(plain)


def filled(groups: Sequence[CanvasGroup], before: Sequence[CanvasGroup]) -> tuple[CanvasGroup, ...]:
    """Without groups that held steps before and hold none any more."""
    held, holds = Grouping(before).steps, Grouping(groups).steps
    empty = {group.id for group in groups if held.get(group.id) and not holds[group.id]}
    return ungrouped(groups, empty) if empty else tuple(groups)


def _around(group: str, said: Mapping[str, str]) -> list[str] | None:
    """What a group lies in as it was written, the nearest first; None if that leads nowhere or too far."""
    found: list[str] = []
    outer = said.get(group)
    while outer is not None:
        if outer == group or len(found) == DEEPEST:
            return None
        found.append(outer)
        outer = said.get(outer)
    return found
