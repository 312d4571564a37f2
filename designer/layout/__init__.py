"""Where cards stand and how edges run: pure geometry, no Qt. Called by canvas and by pictures."""

from designer.layout.freehand import Router, route
from designer.layout.graph import Arrangement, Box, Frame, Graph, Key, Link, Point, Rect, Route, Side, borders
from designer.layout.tidy import arrange

__all__ = [
    "Arrangement",
    "Box",
    "Frame",
    "Graph",
    "Key",
    "Link",
    "Point",
    "Rect",
    "Route",
    "Router",
    "Side",
    "arrange",
    "borders",
    "route",
]
