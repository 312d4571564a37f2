"""``Session``: the run that is watched in the window, and where it comes from: a rehearsal in memory, or the runtime.

Test and replay panels, canvas and actions use it through ``services.extras["session"]``. Signals tell what changed; the
story is read from here. Law: nothing is started before the user runs something, and the window never waits.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from PySide6.QtCore import QObject, Signal

from designer.document.clock import now
from designer.document.document import Document
from designer.session.answers import RehearsalRefused
from designer.session.earlier_runs import EarlierRuns
from designer.session.handing_over import handed_over
from designer.session.people import People
from designer.session.rehearsing import Rehearsing
from designer.session.run_folder import RunFolder
from designer.session.runtime_door import RuntimeDoor
from designer.session.shown import Shown
from designer.session.waiting import OpenIncident, OpenTask
from designer.session.watching import Watching
from nodes.contract import Value, to_wire
from nodes.registry import Registry
from runtime.model.package import read_package

if TYPE_CHECKING:  # the engine and the wire are loaded by whoever runs something: they are a third of the start
    from designer.session.rehearsal import Rehearsal
    from designer.session.story import Story
    from runtime.client.door import Door
    from runtime.engine.state import State
    from runtime.model.project import Project
    from runtime.wire import PeopleView, Problem
    from runtime.wire import RunView as WireRun

Where = Literal["samples", "practice", "real"]
"""where effects go: answered by samples, the example's own systems, the systems of an environment"""


class Session(Shown):
    """One for the window."""

    runtime_changed = Signal(str)
    """off, starting, ready or failed"""
    problem = Signal(str, str)
    """(what, what to do): something was refused or failed"""
    people_changed = Signal()
    """others may act now"""

    def __init__(self, document: Document, registry: Registry, home: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._registry = registry
        self.runtime = RuntimeDoor(RunFolder(home, document), self)
        self.runtime.state_changed.connect(self.runtime_changed)
        self.runtime.ready.connect(self._ask_people)
        self._known = {True: People(), False: People()}
        """by place: True is the one with practice systems"""
        self.practised = False
        """whether the run that is shown runs with practice systems"""
        self.runtime.failed.connect(lambda sentence: self.problem.emit(sentence, ""))
        self.runtime.came.connect(self._take)
        self.runtime.rested.connect(self._rested)
        self.where: Where = "samples"
        self.earlier = EarlierRuns(document, self.runtime, lambda: self.where == "practice", self._refused)
        self.breakpoints: set[tuple[str, str]] = set()
        """(flow, node)"""
        self._rehearsal: Rehearsal | None = None
        self._playing: Rehearsing | None = None
        self._family: dict[str, Story] = {}
        """the runs of the rehearsal that were looked at: it, and those that it called"""
        self._busy = False
        self._watching = Watching(self.runtime, self)
        self._watching.said.connect(self.said)
        self._watching.problem.connect(self.problem)

    # --- starting ---

    def start(
        self,
        flow_id: str,
        given: Value,
        *,
        by: str | None = None,
        case: Value = None,
        trigger: str | None = None,
        until: str | None = None,
    ) -> None:
        """Run the flow as drawn now, where ``where`` says; with ``until`` only what leads to this step, and the step.

        Raises ``CanNotRunAlone`` where ``until`` can't be run for real.
        """
        if self.where == "samples":
            self.rehearse(flow_id, given, by=by, case=case, trigger=trigger, until=until)
            return
        project = self._document.project
        if until is not None:
            from designer.session.cut import up_to

            project = up_to(project, flow_id, until, self._registry)
        self._run_for_real(project, self.where, flow_id, given, by=by, case=case, trigger=trigger)

    def start_alone(
        self, flow_id: str, node_id: str, given: Mapping[str, Value], where: Where, then: Callable[[str], object]
    ) -> None:
        """Run one step for real on ``given`` values (name -> value), by the runtime and with its journal.

        ``then`` gets the run's id once it is there; it is the run that is shown from then on, unless the user has gone
        on to another one meanwhile. Raises ``CanNotRunAlone``.
        """
        from designer.session.cut import step_alone

        small = step_alone(self._document.project, flow_id, node_id, self._registry, given)
        self._run_for_real(small, where, flow_id, given.get("input"), case=given.get("case"), then=then)

    def rehearse(
        self,
        flow_id: str,
        given: Value,
        *,
        by: str | None = None,
        case: Value = None,
        trigger: str | None = None,
        until: str | None = None,
        stepwise: bool = False,
    ) -> None:
        """Run it in memory, effects answered by samples: whole, up to a step (``until``), or one step at a time."""
        from designer.session.rehearsal import Rehearsal
        from designer.session.story import Story

        self._wished()
        self._leave()
        before = self.story
        stops = frozenset(node for flow, node in self.breakpoints if flow == flow_id)
        project = self._document.project
        rehearsal = Rehearsal(project, flow_id, self._registry, self.answers, start_at=now(), stops=stops)
        starting = rehearsal.start_in_pieces(given, trigger=trigger, by=by or "tester", case=case)
        story = Story(rehearsal.run, project, flow_id, self._registry, plan=lambda: rehearsal.plan, rehearsed=True)
        self._rehearsal, self._family = rehearsal, {story.run: story}
        self._playing = playing = Rehearsing(rehearsal, starting, story, self)
        playing.not_begun.connect(lambda why: self._not_begun(why, before))
        playing.grew.connect(self._grown)
        playing.rested.connect(self._halted)
        playing.refused.connect(lambda why: self.problem.emit(why, "Change the sample, then run it again."))
        self._show(story)
        if stepwise:
            playing.start()
        else:
            self.go_on(until=until)

    def go_on(self, *, until: str | None = None, one: bool = False) -> None:
        """Continue a rehearsal until it waits, ends, or meets a breakpoint; ``one`` answers a single effect."""
        if self._playing is None:
            return

        def reached(state: State) -> bool:
            return until is not None and any(
                step.node == until and step.state == "completed" for step in state.steps.values()
            )

        self._playing.go_on(reached, one=one)

    def skip_time(self) -> None:
        """In a rehearsal: let the clock jump to the next deadline or wait."""
        if self._rehearsal is not None and self._rehearsal.skip_time():
            self.go_on()

    @property
    def can_skip_time(self) -> bool:
        """Whether a rehearsal waits for time, and for nothing else."""
        found = self._rehearsal
        return found is not None and found.next_due is not None and not found.held

    @property
    def can_go_on(self) -> bool:
        """Whether a rehearsal was halted on its way: at a step, by a breakpoint, behind the step it was to reach."""
        playing = self._playing
        return (
            playing is not None and playing.resting and self.running and bool(self._rehearsal and self._rehearsal.held)
        )

    def _run_for_real(
        self,
        project: Project,
        where: Where,
        flow_id: str,
        given: Value,
        *,
        by: str | None = None,
        case: Value = None,
        trigger: str | None = None,
        then: Callable[[str], object] = lambda _run: None,
    ) -> None:
        if self._busy:
            self.problem.emit("The last run is still being handed over.", "Try it again in a moment.")
            return
        self._busy = True
        begin = handed_over(project, flow_id, given, by=by, case=case, trigger=trigger)
        practice, still_wished = where == "practice", self._wished()

        def begun(run: str) -> None:
            self._busy = False
            if still_wished():
                self.said.emit("Running.")
                self._show_run(run, project, flow_id, practice=practice)
            else:
                self.said.emit("The run that was started before has begun. It is among the past runs.")
            then(run)

        def failed(problem: Problem) -> None:
            self._busy = False
            self.problem.emit(problem.title, problem.todo or "")

        self.said.emit("Starting …")
        self.runtime.use(practice=practice)
        self.runtime.ask(begin, begun, failed)

    # --- who acts ---

    @property
    def people(self) -> People:
        """Who may act in the run that is shown, or in the next one."""
        rehearsed = self._rehearsal is not None if self.story is not None else self.where == "samples"
        practice = self.practised if self.story is not None else self.where == "practice"
        project = self._document.project if self.story is None else self.story.project
        return People() if rehearsed else self._known[practice].called(project.role_titles)

    def _ask_people(self, practice: bool) -> None:
        def known(view: PeopleView) -> None:
            self._known[practice] = People.of(view)
            self.people_changed.emit()

        self.runtime.ask(lambda door: door.people(), known, practice=practice)

    # --- going on ---

    def answer(self, task: OpenTask, choice: str, by: str, form: Value = None) -> None:
        """Answer a task that waits in the run that is shown."""
        if self._rehearsal is not None:
            try:
                self._rehearsal.answer(task.step, choice, by, form, run=task.run)
            except RehearsalRefused as refused:
                self.problem.emit(str(refused), "")
                return
            self.go_on()
            return
        from runtime.wire import AnswerRequest

        request = AnswerRequest(choice=choice, by=by, form=to_wire(form))
        self._ask_its_runtime(lambda door: door.answer(task.id, request))

    def resolve(self, incident: OpenIncident, how: str, *, by: str = "", **more: Any) -> None:
        """Decide how a step that stands still goes on."""
        if self._rehearsal is not None:
            try:
                self._rehearsal.resolve(incident.id, how, run=self.story.run if self.story else "", **more)
            except RehearsalRefused as refused:
                self.problem.emit(str(refused), "")
                return
            self.go_on()
            return
        from runtime.wire import ResolveRequest

        request = ResolveRequest.model_validate({"how": how, "by": by or self.people.somebody(), **more})
        self._ask_its_runtime(lambda door: door.resolve(incident.id, request))

    def stop(self) -> None:
        """Stop the run that is shown; a rehearsal is left as it is."""
        if self._rehearsal is not None:
            self._stop_playing()
            self.said.emit("Stopped.")
            self.story_changed.emit()
            return
        story = self.story
        if story is not None and not story.ended:
            from runtime.wire import CancelRequest

            request = CancelRequest(by=self.people.somebody(), reason="stopped in the designer")
            self._ask_its_runtime(lambda door: door.cancel(story.run, request))

    def resume(self) -> None:
        """Let the run that is shown, and that was paused, go on."""
        story = self.story
        if story is not None and not story.rehearsed:
            from runtime.wire import ResumeRequest

            request = ResumeRequest(by=self.people.somebody(), reason="resumed in the designer")
            self._ask_its_runtime(lambda door: door.resume(story.run, request))

    @property
    def rehearsing(self) -> bool:
        """Whether a rehearsal can be continued."""
        return self._rehearsal is not None and self.running

    @property
    def kept(self) -> bool:
        """Whether real runs stay on this machine when the window is closed; those of a project that is not saved yet
        go with it once it is."""
        return not self.runtime.runs.passing or self._document.folder is None

    # --- other runs ---

    def clear_runs(self) -> None:
        """Removes all earlier runs of this project from this machine."""
        self._wished()
        if self.story is not None and not self.story.rehearsed:
            self.story = None
            self.story_changed.emit()
        self.runtime.clear(lambda: self.said.emit("The earlier runs of this project are gone."), self._refused)

    def look_into(self, run: str) -> None:
        """Show a run that the one that is shown has called, or the one that called it."""
        if self._playing is None or self._rehearsal is None:
            if self.story is not None and self.story.rehearsed:
                self.problem.emit("This rehearsal was stopped.", "Run it again to look into the runs that it calls.")
                return
            practice, still_wished = self.practised, self._wished()

            def found(view: WireRun) -> None:
                if still_wished():
                    self.open_run(run, view.flow, view.release, practice=practice)

            self.runtime.ask(lambda door: door.run(run), found, self._refused, practice=practice)
            return
        from designer.session.story import Story

        if run not in self._family:
            flow_id = self._rehearsal.simulation.plan(run).flow.id
            plan = self._rehearsal.simulation.plans[flow_id]
            self._family[run] = Story(
                run, self._rehearsal.project, flow_id, self._registry, plan=lambda: plan, rehearsed=True
            )
        self._show(self._family[run])
        self._playing.watch(self._family[run])

    def open_run(self, run: str, flow_id: str, release: str, *, practice: bool | None = None) -> None:
        """Show an earlier run on the version on which it ran: one of the place that was listed last, if none is
        named."""
        practice = self.runtime.practice if practice is None else practice
        still_wished = self._wished()

        def fetched(package: bytes) -> None:
            if not still_wished():
                return
            try:
                project = read_package(package)
            except Exception as error:  # noqa: BLE001 - whatever is wrong with it, the window says so and stays
                self.problem.emit(f"The version of this run can't be read: {error}", "")
                return
            self._show_run(run, project, flow_id, practice=practice)

        self.runtime.ask(lambda door: door.get_release(release), fetched, self._refused, practice=practice)

    def finish(self) -> None:
        """The window is closed: the runtime drains and ends by itself (``runtime.finished``)."""
        self._leave()
        self.runtime.finish()

    def close(self) -> None:
        """End of the designer, or of a test: everything that was started is gone when it returns."""
        self._leave()
        self.runtime.close()

    # --- inside ---

    def _leave(self) -> None:
        self._stop_playing()
        self._watching.stop()

    def _show_run(self, run: str, project: Project, flow_id: str, *, practice: bool) -> None:
        from designer.session.story import Story

        self._leave()
        self.practised = practice
        story = Story(run, project, flow_id, self._registry)
        self._show(story)
        self._watching.begin(story, practice=practice)

    def _ask_its_runtime(self, ask: Callable[[Door], object]) -> None:
        """The one in which the run that is shown runs, whichever place was asked since."""
        self.runtime.ask(ask, self._watching.go_on, self._refused, practice=self.practised)

    def _not_begun(self, why: str, before: Story | None) -> None:
        """The run that was shown before is shown again."""
        self._stop_playing()
        self._show(before)
        self.problem.emit(why, "Correct the sample, or what starts the flow.")

    def _stop_playing(self) -> None:
        if self._playing is not None:
            self._playing.stop()
            self._playing.deleteLater()
        self._rehearsal = self._playing = None

    def _refused(self, problem: Problem) -> None:
        self.problem.emit(problem.title, problem.todo or "")
