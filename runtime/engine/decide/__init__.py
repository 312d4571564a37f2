"""decide: what follows from a stimulus. Makes events only through ``Reaction.emit``, which folds each one at once.

``react`` either refuses (no event at all) or appends events up to the next point where the run must wait.
Every stimulus is followed by ``settle``: ready tokens are served, dead joins found, a finished run ended.
"""

from runtime.engine.decide.react import react
from runtime.engine.decide.reaction import Reaction
from runtime.engine.decide.settle import settle
from runtime.engine.decide.timers import fire_timers, next_due

__all__ = ["Reaction", "fire_timers", "next_due", "react", "settle"]
