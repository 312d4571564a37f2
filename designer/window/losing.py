"""What a change takes away: asked before it is made, with a list; named afterwards, with Undo at hand."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from designer.services import Services
from designer.window.asking import Choice
from designer.window.notice import Notice

MOST = 8
"""lines of the list; what is beyond is counted"""


def do_with_losses(services: Services, title: str, lost: Sequence[str], do: Callable[[], bool]) -> bool:
    """Performs ``do`` if the person agrees to lose these things; False if not, or if it changed nothing."""
    shown = [f"•  {one}" for one in lost[:MOST]] + ([f"•  and {len(lost) - MOST} more"] if len(lost) > MOST else [])
    text = "\n".join(["The new kind has no place for these:", *shown, "Everything else stays."])
    window = services.window
    agreed = window.ask(f"{title}?", text, Choice("no", "Leave it as it is"), Choice("yes", title, main=True))
    if agreed != "yes" or not do():
        return False
    document = services.document
    notice = Notice(
        services.theme, "lost", f"Not kept: {', '.join(lost)}.", [("Undo", document.undo)], closable=True, parent=window
    )
    window.notice(notice)
    document.changed.connect(notice.leave)  # Undo would take back something else from now on
    return True
