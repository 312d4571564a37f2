"""What a model file may cost before it is refused.

Who calls it: `xml_tree` and the readers. Law: counted while reading, never after: a file beyond a limit is refused at
the place where it goes beyond.
"""

from __future__ import annotations

from typing import Final

MAX_BYTES: Final = 24 * 1024 * 1024
"""Of one file."""
MAX_ELEMENTS: Final = 400_000
"""XML elements of one file."""
MAX_DEPTH: Final = 100
"""XML elements inside one another."""
MAX_ATTRIBUTES: Final = 64
"""Attributes of one element."""
MAX_CELLS: Final = 150_000
"""Input and output cells of one decision table."""
MAX_IMPORT_DEPTH: Final = 16
"""Models that import one another in a chain."""
MAX_STEPS: Final = 20_000
"""Elements that one decision needs, counted once for each way of imports that leads to them."""
MAX_RECORDS: Final = 10_000
"""Evaluated decisions, fired rules and problems that one evaluation tells of, each."""
