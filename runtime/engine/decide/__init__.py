"""decide: what follows from a stimulus. Makes events only through ``Reaction.emit``, which folds each one at once.

``react`` either refuses (no event at all) or appends events; ``settle`` then goes on to the next point where
the run must wait: ready tokens are served, dead joins found, a finished run ended. It may be made in pieces, with
nothing between.
"""

from runtime.engine.decide.react import react
from runtime.engine.decide.reaction import Reaction
from runtime.engine.decide.settle import WHOLE, settle
from runtime.engine.decide.timers import fire_timer, next_due

__all__ = ["WHOLE", "Reaction", "fire_timer", "next_due", "react", "settle"]
