"""``StepItem``: one card on the scene. It paints itself from a ``Card`` and a ``CardState`` and knows nothing else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QGraphicsItem

from designer.canvas.card import Card
from designer.canvas.looks import PLAIN_STEP
from designer.canvas.painting.card import OUT_LEFT, CardState, paint_card
from designer.canvas.painting.ports import GROWS, SPARE
from designer.canvas.painting.scenery import Scenery
from designer.canvas.projection.nodegraphqt import IN, OUT, AbstractNodeItem
from designer.canvas.projection.port import LeanPort

PLAIN = Scenery()
Z_STEP, Z_DRAGGED = 10.0, 20.0
MARGIN, BADGE_MARGIN = 18.0, 46.0


class StepItem(AbstractNodeItem):
    """A card. NodeGraphQt sees a node item; its own painting, ports and widgets are not used."""

    # What differs in few of thousands is the class's until then.
    scenery = PLAIN
    widgets: Mapping[str, Any] = MappingProxyType({})
    _width = _height = 0.0
    _bounds = QRectF()

    def __init__(self, name: str = "", parent: Any = None) -> None:
        # AbstractNodeItem.__init__ is not called: its caches and properties are not needed.
        QGraphicsItem.__init__(self, parent)
        self.setZValue(Z_STEP)
        self._properties: dict[str, Any] = {
            "id": name, "name": name, "type_": "", "selected": False, "disabled": False, "visible": True,
            "layout_direction": 0,
        }  # fmt: skip
        self.card: Card = EMPTY
        self.state = CardState()
        self.inputs: list[LeanPort] = []
        self.outputs: list[LeanPort] = []
        self.ways: dict[str, LeanPort] = {}
        """ways out by name"""

    def dress(self, card: Card) -> None:
        """Shows another card."""
        self.card = card
        self._width, self._height = card.width, card.height
        self.fit_bounds()
        self.update()

    def fit_bounds(self) -> None:
        """Adapts the painted area to the card and its state."""
        card, state = self.card, self.state
        left = top = MARGIN
        if card.kind == "trigger":
            left -= OUT_LEFT.left
        right, bottom = max(MARGIN, card.reach * GROWS, card.reach + SPARE), max(MARGIN, card.drop)
        if state.selected:
            right, bottom = right + 50, max(bottom, 48.0)
        look = state.look
        if (
            (look is not PLAIN_STEP and (look.state != "idle" or look.order is not None))
            or state.errors
            or state.warnings
        ):
            top = left = BADGE_MARGIN
            right = max(right, BADGE_MARGIN)
        if state.dragged:
            left, right, top, bottom = left + 14, right + 14, top + 10, bottom + 24
        bounds = QRectF(-left, -top, card.width + left + right, card.height + top + bottom)
        if bounds != self._bounds:
            self.prepareGeometryChange()
            self._bounds = bounds

    def refresh(self) -> None:
        """The state has changed."""
        self.fit_bounds()
        self.update()

    def boundingRect(self) -> QRectF:  # noqa: N802  Qt's name
        """What it may paint."""
        return self._bounds

    def paint(self, painter: QPainter, option: Any, widget: Any = None) -> None:
        """Called by Qt."""
        paint_card(painter, self.card, self.state, self.scenery)

    def portrait(self) -> Callable[[QPainter, Scenery], None]:
        """What it looks like now, at rest: to be painted later, whatever becomes of it until then."""
        card, at = self.card, self.scenePos()
        state = CardState()
        for name in ("errors", "warnings", "look", "connected"):
            setattr(state, name, getattr(self.state, name))

        def paint(painter: QPainter, scenery: Scenery) -> None:
            painter.translate(at)
            paint_card(painter, card, state, scenery)

        return paint

    def add_input(self, name: str = "in", *_: Any) -> LeanPort:
        """Called by NodeGraphQt's node."""
        port = LeanPort(self, name, IN)
        self.inputs.append(port)
        return port

    def add_output(self, name: str = "out", *_: Any) -> LeanPort:
        """Called by NodeGraphQt's node."""
        port = LeanPort(self, name, OUT)
        self.outputs.append(port)
        self.ways[name] = port
        return port

    def let_go(self) -> None:
        """It is off the scene for good: its ports know it, and it knows them."""
        for port in (*self.inputs, *self.outputs):
            port.connected_pipes.clear()
        self.inputs, self.outputs, self.ways = [], [], {}

    @property
    def name(self) -> str:
        """The id: titles are the card's."""
        return str(self._properties["name"])

    @name.setter
    def name(self, name: str) -> None:
        self._properties["name"] = name

    @property
    def icon(self) -> None:
        """The card's."""
        return None

    def has_widget(self, _name: str) -> bool:
        """Never."""
        return False


EMPTY = Card(
    id="", kind="control", type_title="", icon="circle", title="", summary="", chips=(), shape="card", width=0.0,
    height=0.0, enter_y=None, ports=(), complete=False,
)  # fmt: skip
"""what an item shows before it is dressed"""
