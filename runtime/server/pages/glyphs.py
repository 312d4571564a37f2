"""Baton's own line glyphs as inline SVG, on a 16 grid, 1.5 wide, round ends; they take the colour of the text."""

from __future__ import annotations

from markupsafe import Markup

_SHAPES = {
    "tick": '<path d="M3 8.6 6.5 12 13 4.4"/>',
    "cross": '<path d="M4 4l8 8M12 4l-8 8"/>',
    "clock": '<circle cx="8" cy="8" r="6"/><path d="M8 4.6V8l2.3 1.4"/>',
    "alert": '<path d="M8 2.4 14.4 13.4H1.6z"/><path d="M8 6.6v3M8 11.6v.01"/>',
    "left": '<path d="M13.4 8H2.8M7 3.8 2.8 8 7 12.2"/>',
    "right": '<path d="M2.6 8h10.6M9 3.8 13.2 8 9 12.2"/>',
    "up": '<path d="M3.6 10 8 5.6 12.4 10"/>',
    "down": '<path d="M3.6 6 8 10.4 12.4 6"/>',
    "more": '<path d="M6 3.6 10.4 8 6 12.4"/>',
    "inbox": '<path d="M2 9h3.2l1.2 2h3.2l1.2-2H14"/><path d="M4.2 3.4h7.6L14 9v3.4H2V9z"/>',
    "search": '<circle cx="7" cy="7" r="4.4"/><path d="M10.4 10.4 13.8 13.8"/>',
    "person": '<circle cx="8" cy="5" r="2.8"/><path d="M2.8 13.6c.4-3 2.5-4.4 5.2-4.4s4.8 1.4 5.2 4.4"/>',
    "history": '<path d="M2.6 4v3h3"/><path d="M2.9 7A5.6 5.6 0 1 1 3 10"/><path d="M8.2 5.4V8.2l2 1.2"/>',
    "leave": '<path d="M9.4 3H3.2v10h6.2"/><path d="M6.6 8h7M11 5.4 13.6 8 11 10.6"/>',
    "info": '<circle cx="8" cy="8" r="6"/><path d="M8 7.4v3.4M8 5v.01"/>',
    "trigger": '<path d="M9 1.8 3.4 9h4l-.6 5.2L12.6 7H8.4z"/>',
    "adapter": '<path d="M5.6 2v3M10.4 2v3M3.8 5h8.4v2.6a4.2 4.2 0 0 1-8.4 0zM8 11.8V14"/>',
    "decision": '<path d="M8 1.8 14.2 8 8 14.2 1.8 8z"/><path d="M5.6 8.2 7.3 9.8 10.4 6.4"/>',
    "approval": '<circle cx="6.4" cy="5" r="2.6"/><path d="M1.6 13.4c.3-2.8 2.2-4.2 4.8-4.2M9 11.6l1.9 1.8 3.5-4"/>',
    "control": '<path d="M4.4 2h7.2M4.4 14h7.2M5.2 2c0 5 5.6 7 5.6 12M10.8 2c0 5-5.6 7-5.6 12"/>',
    "logging": '<path d="M3.8 1.8h6l2.6 2.6v9.8H3.8z"/><path d="M6 7h4.4M6 10h4.4"/>',
    "end": '<circle cx="8" cy="8" r="6"/><rect x="5.8" y="5.8" width="4.4" height="4.4" rx=".8"/>',
}


def glyph(name: str, size: int = 16) -> Markup:
    """One glyph; decoration only, the words beside it say the same."""
    shape = Markup(_SHAPES.get(name, _SHAPES["control"]))  # noqa: S704  our own constants
    return Markup(
        '<svg class="glyph" width="{0}" height="{0}" viewBox="0 0 16 16" fill="none" stroke="currentColor" '
        'stroke-width="1.5" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">{1}</svg>'
    ).format(size, shape)
