"""``LeanPort``: a port without a graphics item of its own. Cards paint their ports; this only stands in NodeGraphQt's
model for one of them, which makes a graph of a thousand steps twice as quick to build.

Law: no method of QGraphicsItem that is not overridden here may be called on it, for there is no C++ object.
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QPointF, QRectF

from designer.canvas.projection.nodegraphqt import IN, PortItem


class LeanPort(PortItem):
    """One way in or out of a step."""

    def __init__(self, step: Any, name: str, port_type: str) -> None:
        # PortItem.__init__ is not called: it would make the C++ object.
        self._step = step
        self._pipes: list[Any] = []
        self._name = name
        self._port_type = port_type
        self._multi_connection = True
        self._locked = False
        self._hovered = False
        self._display_name = False

    def __eq__(self, other: object) -> bool:
        return self is other

    def __hash__(self) -> int:
        return id(self)

    def __repr__(self) -> str:
        return f"LeanPort({self._name!r})"

    @property
    def node(self) -> Any:
        """The item of its step."""
        return self._step

    @property
    def type(self) -> str:
        """In or out: NodeGraphQt asks for it by this name, too."""
        return self._port_type

    @property
    def locked(self) -> bool:
        """Never: what may be connected is asked elsewhere."""
        return False

    @locked.setter
    def locked(self, value: bool) -> None:
        """Accepted and forgotten."""

    @property
    def multi_connection(self) -> bool:
        """Always: flows fan out and merge."""
        return True

    @multi_connection.setter
    def multi_connection(self, value: bool) -> None:
        """Accepted and forgotten."""

    @property
    def color(self) -> tuple[int, ...]:
        """Unused: the card paints it."""
        return (0, 0, 0, 255)

    @color.setter
    def color(self, value: tuple[int, ...]) -> None:
        """Accepted and forgotten."""

    @property
    def hovered(self) -> bool:
        """Whether the pointer is over it."""
        return self._hovered

    @hovered.setter
    def hovered(self, value: bool) -> None:
        self._hovered = value

    def offset(self) -> tuple[float, float]:
        """Its centre from the card's corner."""
        card = self._step.card
        if self._port_type == IN:
            return 0.0, card.enter_y if card.enter_y is not None else card.height / 2
        spot = card.port(self._name)
        return (spot.x, spot.y) if spot is not None else (card.width, card.height / 2)

    def scenePos(self) -> QPointF:  # noqa: N802  Qt's name
        """Where it is."""
        x, y = self.offset()
        at: QPointF = self._step.pos() + QPointF(x, y)
        return at

    def boundingRect(self) -> QRectF:  # noqa: N802
        """Nothing: ``scenePos`` is the centre."""
        return QRectF()

    def isVisible(self) -> bool:  # noqa: N802
        """As its step."""
        return bool(self._step.isVisible())

    def scene(self) -> Any:
        """That of its step."""
        return self._step.scene()

    def parentItem(self) -> Any:  # noqa: N802
        """Its step."""
        return self._step

    def update(self, *_: Any) -> None:
        """The card paints it."""
        self._step.update()

    def setToolTip(self, _: str) -> None:  # noqa: N802
        """Tips come from the canvas."""

    def redraw_connected_pipes(self) -> None:
        """The projector routes edges."""
