"""The distances of the drawing, in logical pixels at 100 %. Read by every module of this folder.

The law: a distance that two modules must agree on stands here and nowhere else.
"""

from __future__ import annotations

COLUMN_GAP = 28.0
"""Between two columns where no name stands."""
BOX_GAP = 28.0
"""Between two boxes of a column."""
LINE_BOX_GAP = 18.0
"""Between a line that passes a column and the boxes there."""
LINE_GAP = 14.0
"""Between two lines that run beside each other; 12 is the least that reads as two."""
TRACK_GAP = 12.0
"""Between two vertical runs."""
NAME_GAP = 8.0
"""Before and behind a name that stands on its line."""
NAME_HEIGHT = 18.0
NAME_BELOW = 23.0
"""From the bottom edge of a box to the middle of an exception's name."""
STUB = 14.0
"""What a line without a name runs straight before it may turn."""
TAIL = 22.0
"""The straight piece into an input: a corner of radius 10 and the arrow."""
DROP = 40.0
"""How far an exception falls below its box before it turns: its name fits beside it."""
DROP_STEP = 26.0
"""How much further the next exception to the left falls."""
TURN = 24.0
"""Room for a corner and what follows it."""
STACK_GAP = 64.0
"""Between a box and the step that its exception drops onto."""
PART_GAP = 60.0
"""Between parts of a flow that are not connected."""


BEHIND_NAME = 14.0
"""What a line is seen of behind its name, before its corner: else it seems to come out of the last letter."""


def lead(label_width: float) -> float:
    """The least that a line runs straight behind its port: room for its name."""
    return STUB if label_width <= 0 else NAME_GAP + label_width + NAME_GAP


def easy_lead(label_width: float) -> float:
    """What it runs straight where there is room."""
    return lead(label_width) + (BEHIND_NAME if label_width > 0 else 0.0)
