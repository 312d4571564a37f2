"""Node types that this runtime can perform. Route ``GET /node-types``; the designer compares it with its own list."""

from __future__ import annotations

from runtime.wire.message import Tagged, View


class NodeTypeView(View):
    """One released version of one node type, or why it could not be loaded."""

    id: str
    version: int
    title: str = ""
    help: str = ""
    category: str = ""
    icon: str = ""
    config_schema: Tagged = None
    """JSON Schema of its config"""
    broken: str = ""
    """why it can't be used; empty = it can"""


class NodeTypeList(View):
    """All of them, by id and version."""

    node_types: tuple[NodeTypeView, ...]
