"""Applies a finding's suggested repair, as one undoable step."""

from __future__ import annotations

from designer.document.command import CommandRefused
from designer.services import Services
from runtime.model.problems import Problem


def repair(services: Services, problem: Problem) -> bool:
    """Whether something was repaired; if not, the status line says why."""
    from designer.document.commands.apply_fix import apply_fix

    assert problem.fix is not None
    try:
        done = services.document.do(apply_fix(problem.fix))
    except CommandRefused as refused:
        services.window.say(str(refused))
        return False
    if done:
        services.window.say(f"{problem.fix.title}: done. Ctrl Z takes it back.")
    return done
