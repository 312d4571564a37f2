"""``FormContext``: what the controls of one form share: where their values go, what is in scope, drafts, the fields by
path. Made by a form for the thing that it shows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from operator import is_
from typing import TYPE_CHECKING, Any

from designer.forms.scope_names import FlowScopes, Scope
from designer.services import Services
from nodes.contract import Moment
from runtime.model.flow import Flow, Node

if TYPE_CHECKING:
    from designer.forms.field_box import FieldBox

Path = tuple[str | int, ...]
NOTHING = Scope((), {}, {})


@dataclass
class FormContext:
    """``commit(path, value, inside)``: a person changed the value at a path; ``inside`` is the place within it that
    was typed in, so that typing elsewhere is another step of the history.
    """

    services: Services
    commit: Callable[[Path, Any, Path], None]
    flow_id: str = ""
    node_id: str = ""
    boxes: dict[str, FieldBox] = field(default_factory=dict)
    """written path (as in ``Where.field``) -> the field that shows it"""
    resting: bool = False
    """the form is put away: its fields look at nothing until it shows another step"""
    drafts: dict[tuple[str, str, str], tuple[str, Any]] = field(default_factory=dict)
    """(flow, node, path) -> (text that is no value yet, the value that stood there): never lost by looking elsewhere"""

    _offered: tuple[object, ...] = ()

    def offers_else(self) -> bool:
        """Whether what fields offer, such as the roles of the project, is other than when this was asked before."""
        project, flow = self.services.document.project, self.flow
        named = (project.file, project.connections, project.decisions, project.forms, flow and flow.outcomes)
        before, self._offered = self._offered, named
        return len(before) != len(named) or not all(map(is_, before, named))

    @property
    def flow(self) -> Flow | None:
        """The flow as it is now."""
        return self.services.document.project.flows.get(self.flow_id)

    @property
    def node(self) -> Node | None:
        """The step as it is now."""
        flow = self.flow
        return None if flow is None else flow.node(self.node_id)

    def rename(self, node: str) -> None:
        """The same step has another name; what was half typed for it stays."""
        old, self.node_id = self.node_id, node
        for key in [key for key in self.drafts if key[:2] == (self.flow_id, old)]:
            self.drafts[self.flow_id, node, key[2]] = self.drafts.pop(key)

    def scope(self, moment: Moment) -> Scope:
        """The names that an expression of this step may use."""
        flow = self.flow
        if flow is None or not self.node_id:
            return NOTHING
        return flow_scopes(self.services).at(self.services.document.project, flow, self.node_id, moment)

    def keep_draft(self, path: str, text: str | None, value: Any = None) -> None:
        """Remember what was typed that is no value; None forgets it."""
        key = (self.flow_id, self.node_id, path)
        if text is None:
            self.drafts.pop(key, None)
        else:
            self.drafts[key] = (text, value)

    def draft(self, path: str) -> tuple[str, Any] | None:
        """What was typed there, and the value that stood there then."""
        return self.drafts.get((self.flow_id, self.node_id, path))


def flow_scopes(services: Services) -> FlowScopes:
    """The window's names in scope."""
    found = services.extras.get("flow_scopes")
    if not isinstance(found, FlowScopes):
        found = services.extras["flow_scopes"] = FlowScopes(services.facts)
    return found
