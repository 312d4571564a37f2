"""``announce``: what changes where the keyboard is not is said by screen readers, too."""

from __future__ import annotations

from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QWidget

Urgency = QAccessible.AnnouncementPoliteness


def announce(where: QWidget, words: str, *, urgent: bool = False) -> None:
    """Say this once what is being read has ended; ``urgent``: at once. Nothing is done where nobody listens."""
    if words and QAccessible.isActive():
        event = QAccessibleAnnouncementEvent(where, words)
        event.setPoliteness(Urgency.Assertive if urgent else Urgency.Polite)
        QAccessible.updateAccessibility(event)
