"""Imports NodeGraphQt, which asks for ``distutils`` (Python from 3.12 on has none) and for Qt.py: stand-ins are put in
their place.

Everything of NodeGraphQt that the projection uses is named here once; a test asserts each name with the exact pin.
"""

from __future__ import annotations

import sys
import types

from designer.canvas.projection.qt_stand_in import put_in_place

VERSION = "0.6.44"
"""the only one that the projection was written against"""


class LooseVersion:
    """Enough of the vanished class for NodeGraphQt's two comparisons of Qt's version."""

    def __init__(self, text: str) -> None:
        self.parts = [int(part) for part in text.split(".") if part.isdigit()]

    def __ge__(self, other: LooseVersion) -> bool:
        return self.parts >= other.parts

    def __gt__(self, other: LooseVersion) -> bool:
        return self.parts > other.parts


def _stand_in_for_distutils() -> dict[str, types.ModuleType]:
    """Also where setuptools has a ``distutils``: loading that one costs a tenth of the window's start."""
    if "distutils" in sys.modules:
        return {}
    package, module = types.ModuleType("distutils"), types.ModuleType("distutils.version")
    module.LooseVersion = LooseVersion  # type: ignore[attr-defined]
    package.version = module  # type: ignore[attr-defined]
    put = {"distutils": package, "distutils.version": module}
    sys.modules.update(put)
    return put


_stand_ins = _stand_in_for_distutils()
put_in_place()

from NodeGraphQt import BaseNode, NodeGraph  # noqa: E402
from NodeGraphQt.base.model import NodeModel  # noqa: E402
from NodeGraphQt.base.port import Port  # noqa: E402
from NodeGraphQt.constants import PortTypeEnum  # noqa: E402
from NodeGraphQt.qgraphics.node_abstract import AbstractNodeItem  # noqa: E402
from NodeGraphQt.qgraphics.pipe import PipeItem  # noqa: E402
from NodeGraphQt.qgraphics.port import PortItem  # noqa: E402
from NodeGraphQt.widgets.scene import NodeScene  # noqa: E402
from NodeGraphQt.widgets.viewer import NodeViewer  # noqa: E402

for _name in _stand_ins:  # NodeGraphQt has what it asked for; others get the real one
    del sys.modules[_name]

IN, OUT = PortTypeEnum.IN.value, PortTypeEnum.OUT.value

TEMPORARY = (
    "_TEMP_property_widget_types",
    "_TEMP_property_attrs",
    "_TEMP_accept_connection_types",
    "_TEMP_reject_connection_types",
)
"""what a NodeModel holds until it is in a graph"""

PRIVATE: dict[type, tuple[str, ...]] = {
    NodeViewer: (
        "_scene_range", "_update_scene", "_combined_rect", "_cursor_text", "_LIVE_PIPE", "_SLICER_PIPE",
        "_undo_action", "_redo_action", "_ctx_menu_bar", "_search_widget", "_rubber_band",
    ),
    NodeGraph: (
        "_on_connection_changed", "_on_connection_sliced", "_on_nodes_moved", "_on_insert_node",
        "_on_node_name_changed", "_on_search_triggered", "_on_node_data_dropped", "_on_node_backdrop_updated",
        "_on_node_double_clicked", "_on_node_selected", "_on_node_selection_changed", "_model", "_viewer",
    ),
    BaseNode: ("_graph", "_model", "_view", "_inputs", "_outputs"),
    PortItem: ("_pipes", "_name", "_port_type", "_multi_connection", "_locked", "_hovered", "_display_name"),
    PipeItem: ("_input_port", "_output_port"),
    AbstractNodeItem: ("_properties", "_width", "_height"),
}  # fmt: skip
"""private names that the projection overrides or sets"""

__all__ = [
    "IN", "OUT", "PRIVATE", "TEMPORARY", "VERSION", "AbstractNodeItem", "BaseNode", "NodeGraph", "NodeModel",
    "NodeScene", "NodeViewer", "PipeItem", "Port", "PortItem",
]  # fmt: skip
