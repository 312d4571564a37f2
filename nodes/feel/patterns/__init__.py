"""Regular expressions as the standard means them (XPath, XQuery 3.1 functions, 5.6.1), in bounded time.

A pattern is read by our own grammar, so that nothing of another dialect gets through, and written for RE2: linear time,
whatever the pattern. One with back-references, which RE2 has not, runs in a matcher that pays for every step.
"""

from __future__ import annotations

from nodes.feel.patterns.pattern import MAX_PATTERN, Pattern, pattern_of
from nodes.feel.patterns.reader import PatternError

__all__ = ["MAX_PATTERN", "Pattern", "PatternError", "pattern_of"]
