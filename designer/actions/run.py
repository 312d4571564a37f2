"""The Run menu: run, stop, step, breakpoints. What runs is the session; problems are walked through from here, too."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from designer.actions import Action, needs, one_selected
from designer.document.commands.keep_run import keep_run
from designer.document.names import fresh
from designer.forms.name_dialog import ask_name
from designer.forms.trying import sample_choice
from designer.services import Services


def _session(services: Services) -> Any:
    return services.extras.get("session")


@needs("Open a flow first.")
def _can_run(services: Services) -> bool:
    return services.flow is not None and _session(services) is not None


def _on_panel(name: str) -> Callable[[Services], None]:
    """The test panel knows the case, so it runs and steps."""

    def run(services: Services) -> None:
        services.window.show_mode("test")
        getattr(services.window.show_panel("test"), name)()

    return run


def _next_step(services: Services) -> None:
    """Through the run that Replay shows as far as it goes; else one is begun, or goes on by a step."""
    session = _session(services)
    story = session.story if services.window.mode == "replay" else None
    if story is not None and story.entries:
        later = next((stop for stop in story.stops() if stop > session.cursor), None)
        if later is not None:
            session.look_at(later)
            return
        if story.ended:
            services.window.say("This was the last step of the run.")
            return
    _on_panel("step_on")(services)


@needs("Run something first, or open a past run.")
def _steps_back(services: Services) -> bool:
    session = _session(services)
    return session is not None and session.story is not None and bool(session.story.entries)


def _step_back(services: Services) -> None:
    session = _session(services)
    if services.window.mode == "design":
        services.window.show_mode("replay")
    earlier = [stop for stop in session.story.stops() if stop < session.cursor]
    if earlier:
        session.look_at(earlier[-1])
    else:
        services.window.say("This was the first step of the run.")


@needs("No run is under way.")
def _running(services: Services) -> bool:
    session = _session(services)
    return session is not None and session.running


def _breakpoint(services: Services) -> None:
    place = (services.selection.flow, services.selection.node)
    session = _session(services)
    if session is not None:
        session.breakpoints ^= {place}
        services.window.canvas.refresh_marks()
        services.window.say("Breakpoint set." if place in session.breakpoints else "Breakpoint removed.")


def _has_breakpoint(services: Services) -> bool:
    session = _session(services)
    return session is not None and (services.selection.flow, services.selection.node) in session.breakpoints


def _has_session(services: Services) -> bool:
    return _session(services) is not None


@needs("No run is kept on this machine yet.")
def _has_runs(services: Services) -> bool:
    session = _session(services)
    return session is not None and bool(session.earlier.kept())


@needs("Run something first, or open a past run of a flow that this project still has.")
def _has_story(services: Services) -> bool:
    session = _session(services)
    story = session.story if session is not None else None
    return story is not None and bool(story.entries) and story.flow_id in services.document.project.flows


def _keep_as_sample(services: Services) -> None:
    """What came in and what the steps answered, so that the case is played again once the flow is mended."""
    from designer.session.past_cases import masked_places
    from designer.session.words import case_words

    story = _session(services).story
    project = services.document.project
    taken = project.samples.get(story.flow_id, {})
    given, answered = story.input, story.effects()
    hidden = masked_places(given) + sum(map(masked_places, answered.values()))
    hint = "With what its steps answered. Run it in Test, on the flow as it is by then."
    if hidden:
        one = hidden == 1
        what = (
            f"{hidden} {'value was' if one else 'values were'} masked when it ran and {'stands' if one else 'stand'} as"
        )
        hint = f"{what} •••: type {'it' if one else 'them'} on the Samples page."
    proposal = fresh(case_words(story.case) or "past run", taken)
    name = ask_name(services.window, "Keep run as a sample", hint, proposal, taken)
    if name is not None:
        services.document.do(keep_run(story.flow_id, name, given, answered))
        services.window.show_flow(story.flow_id)
        services.window.show_mode("test")
        services.window.show_panel("test").answer_by_samples()
        sample_choice(services).choose(story.flow_id, name)


@needs("There are no problems.")
def _has_problems(services: Services) -> bool:
    return bool(services.checking.problems)


def _problem(step: int) -> Any:
    return lambda services: services.window.walk_problems(step)


ACTIONS = (
    Action("run.run", "Run", _on_panel("run"), "run", 10, ("F5",), "play", _can_run),
    Action("run.stop", "Stop", lambda s: _session(s).stop(), "run", 11, ("Shift+F5",), "square", _running),
    Action("run.step", "Next step", _next_step, "run", 12, ("F10",), "skip-forward", _can_run),
    Action("run.step_back", "Step back", _step_back, "run", 12, ("Ctrl+F10",), "chevron-left", _steps_back),
    Action("run.only_step", "Run only this step …", _on_panel("run_only"), "run", 12, (), None, one_selected),
    Action(
        "run.breakpoint", "Breakpoint", _breakpoint, "run", 13, ("F9",), "circle-dot", one_selected, _has_breakpoint
    ),
    Action("run.past", "Past runs …", lambda s: s.window.past_runs(), "run", 14, ("Ctrl+H",), "history", _has_session),
    Action("run.keep_sample", "Keep run as a sample …", _keep_as_sample, "run", 14, (), "flask-conical", _has_story),
    Action("run.clear_past", "Clear past runs …", lambda s: s.window.clear_runs(), "run", 15, (), None, _has_runs),
    Action(
        "run.next_problem",
        "Next problem",
        _problem(1),
        "run",
        20,
        ("F8",),
        "triangle-alert",
        _has_problems,
    ),
    Action(
        "run.previous_problem",
        "Previous problem",
        _problem(-1),
        "run",
        21,
        ("Shift+F8",),
        None,
        _has_problems,
    ),
)
