"""Small widgets that every room uses: sections, rows of values, links, chips, empty states. They know nothing of flows.

Colours come from the style sheet by property (``role``) or from ``Theme`` where something is painted. Texts are plain.
"""

from designer.pieces.asked import asked
from designer.pieces.buttons import IconButton, LinkButton
from designer.pieces.chip import Chip
from designer.pieces.empty_state import EmptyState
from designer.pieces.glyph import Glyph
from designer.pieces.person_field import PersonField
from designer.pieces.section import Section, rule
from designer.pieces.text import PlainText, plain_tooltip
from designer.pieces.value_rows import ValueRows

__all__ = [
    "Chip",
    "EmptyState",
    "Glyph",
    "IconButton",
    "LinkButton",
    "PersonField",
    "PlainText",
    "Section",
    "ValueRows",
    "asked",
    "plain_tooltip",
    "rule",
]
