"""A session with a real runtime: `baton serve` as a child, the example's own systems, a run to its outcome."""

from __future__ import annotations

import os
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QEventLoop, QProcess

from designer.document.document import Document
from designer.session import running
from designer.session.one_step import result_of
from designer.session.past_cases import PastCase, of_runs
from designer.session.session import Session
from designer.session.words import ran_words
from nodes.registry import built_ins
from runtime.model.content_hash import content_hash
from runtime.model.files import load_project
from runtime.model.package import pack
from runtime.wire import AnswerRequest, ConnectionTestRequest, ConnectionTestView

FLOW = "billing_dispute"
EXAMPLE = Path(__file__).parents[3] / "projects" / FLOW


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    made = Session(Document(load_project(EXAMPLE), EXAMPLE), built_ins(), tmp_path)
    made.told = []  # type: ignore[attr-defined]
    made.problem.connect(lambda what, todo: made.told.append(f"{what} {todo}"))  # type: ignore[attr-defined]
    yield made
    made.close()


def sample(name: str) -> dict[str, object]:
    return dict(load_project(EXAMPLE).samples[FLOW][name])


def until(session: Session, holds: Callable[[], object], seconds: float = 60.0) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert not session.told, session.told  # type: ignore[attr-defined]
        assert time.monotonic() < end, "it took too long"
        QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 50)
        time.sleep(0.01)


def test_a_rehearsal_goes_through_the_flow_and_sends_nothing(session: Session) -> None:
    session.rehearse(FLOW, sample("automatic"))

    assert session.story is not None
    assert session.story.rehearsed
    assert session.story.ended
    assert session.runtime.state == "off"


def test_a_rehearsal_stops_where_it_is_told(session: Session) -> None:
    session.breakpoints.add((FLOW, "get_invoice"))
    session.rehearse(FLOW, sample("automatic"))
    assert session.story is not None
    assert session.story.standings(session.cursor)["get_invoice"].standing == "running"
    assert not session.story.ended

    session.go_on()
    assert session.story.ended


@pytest.mark.slow
def test_a_real_run_waits_for_a_person_and_ends_as_they_decide(session: Session) -> None:
    session.where = "practice"
    session.start(FLOW, sample("one_approval"), by="ana", case={"key": "D-1"})
    until(session, lambda: session.tasks)
    assert session.story is not None
    assert not session.story.broken
    (task,) = session.tasks
    assert session.story.standings(session.cursor)[task.node].standing == "person"

    assert ran_words(session.story, practised=session.practised) == "This run uses the practice systems"
    session.answer(task, "approve", "petra")
    until(session, lambda: session.story is not None and session.story.ended)

    assert not session.story.broken
    assert session.story.outcome_title() == "Refunded"
    story = session.story
    runs: list[object] = []
    session.earlier.recent(lambda page: runs.extend(page.runs))
    until(session, lambda: runs)
    (run,) = runs

    session.open_run(run.run, run.flow, run.release)  # type: ignore[attr-defined]
    until(session, lambda: session.story is not story and session.story is not None and session.story.ended)
    assert session.story.trace == story.trace


def killed(session: Session) -> None:
    process = session.runtime._places[True].running._process._process  # type: ignore[union-attr]
    os.kill(process.processId(), signal.SIGKILL)


@pytest.mark.slow
def test_a_runtime_that_dies_is_said_and_started_again_and_the_run_goes_on_being_watched(session: Session) -> None:
    """The run that was shown was left, and whoever answered it elsewhere was never seen here."""
    told: list[str] = session.told  # type: ignore[attr-defined]
    session.where = "practice"
    session.start(FLOW, sample("one_approval"), by="ana", case={"key": "D-1"})
    until(session, lambda: session.tasks)
    story, (task,) = session.story, session.tasks
    assert story is not None
    reached = story.last_seq
    killed(session)
    deadline = time.monotonic() + 60
    while not (told and session.runtime.following):
        assert time.monotonic() < deadline
        QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 50)
    assert len(told) == 1
    assert told[0].startswith("The runtime has ended by itself.")
    assert told[0].endswith("It is being started again, and the run goes on from there.")
    told.clear()
    assert session.story is story
    assert story.last_seq >= reached
    request = AnswerRequest(choice="approve", by="petra", form=None)
    session.runtime.ask(lambda door: door.answer(task.id, request), practice=True)  # as from the task inbox
    until(session, lambda: story.ended)
    assert story.outcome_title() == "Refunded"
    assert not story.broken


@pytest.mark.slow
def test_a_runtime_that_dies_again_at_once_is_left_until_somebody_asks_it(session: Session) -> None:
    told: list[str] = session.told  # type: ignore[attr-defined]
    session.where = "practice"
    session.start(FLOW, sample("one_approval"), by="ana", case={"key": "D-1"})
    until(session, lambda: session.tasks)
    (task,) = session.tasks
    while not (told and told[-1].endswith("open the run again.")):  # after the second, or one more if an event came
        assert len(told) < 4
        deadline = time.monotonic() + 60
        while not session.runtime.following:
            assert time.monotonic() < deadline
            QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 50)
        so_far = len(told)
        killed(session)
        while len(told) == so_far:
            assert time.monotonic() < deadline
            QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 50)
    assert session.runtime.state == "failed"
    told.clear()
    session.answer(task, "approve", "petra")
    until(session, lambda: session.story is not None and session.story.ended)
    assert session.story is not None
    assert session.story.outcome_title() == "Refunded"


@pytest.mark.slow
def test_a_part_runs_in_the_runtime_and_reaches_nothing_else(session: Session) -> None:
    """Up to a step, and one step alone: runs like any other, with a journal; what is beside the part is not run."""
    session.where = "practice"
    session.start(FLOW, sample("automatic"), until="get_price_plan")
    until(session, lambda: session.story is not None and session.story.ended)
    assert session.story is not None
    assert not session.story.rehearsed
    ran = {span.node for span in session.story.trace.spans}
    assert {"get_customer", "get_invoice", "check_facts", "get_price_plan"} < ran
    assert not {"work_out", "check_fraud", "open_ticket", "hand_over"} & ran
    first, outputs = session.story, session.story.outputs()

    began: list[str] = []
    session.start_alone(
        FLOW, "get_price_plan", {"get_invoice": {"plan": outputs["get_invoice"]["plan"]}}, "practice", began.append
    )
    until(session, lambda: session.story is not first and session.story is not None and session.story.ended)
    assert session.story is not None
    assert began == [session.story.run]
    result = result_of(session.story, "get_price_plan")
    assert (result.state, result.output) == ("done", outputs["get_price_plan"])
    runs: list[Any] = []
    session.earlier.recent(lambda page: runs.extend(page.runs))
    until(session, lambda: runs)
    assert [run.run for run in runs] == [session.story.run, first.run]

    session.open_run(first.run, FLOW, runs[1].release)
    until(session, lambda: session.story is not None and session.story.run == first.run and session.story.ended)
    assert session.story.flow == first.flow, "it is kept as it was executed"


@pytest.mark.slow
def test_stepping_through_a_story_shows_it_as_it_stood(session: Session) -> None:
    session.rehearse(FLOW, sample("automatic"))
    story = session.story
    assert story is not None
    told = []
    for stop in story.stops():
        session.look_at(stop)
        told.append(len(story.standings(session.cursor)))
    assert told == sorted(told)
    assert told[0] < told[-1]
    back = [len(story.standings(stop)) for stop in reversed(story.stops())]
    assert back == told[::-1]


def test_stepping_ends_with_the_run_and_begins_with_its_first_step(session: Session) -> None:
    session.rehearse(FLOW, sample("automatic"))
    story = session.story
    assert story is not None
    stops = story.stops()
    assert stops[-1] == story.last_seq
    assert type(story.entries[-1].event).__name__ == "RunCompleted"
    assert len(stops) == len(story.trace.spans)
    assert story.step_at(stops[0]) == story.trace.spans[0].step
    assert story.step_at(story.last_seq) == story.trace.spans[-1].step
    assert story.step_at(1) == ""


@pytest.mark.slow
def test_runs_are_there_after_a_restart_and_gone_after_they_were_cleared(tmp_path: Path) -> None:
    project = shutil.copytree(EXAMPLE, tmp_path / "project")

    def started() -> Session:
        made = Session(Document(load_project(project), project), built_ins(), tmp_path / "home")
        made.told = []  # type: ignore[attr-defined]
        made.problem.connect(lambda what, todo: made.told.append(f"{what} {todo}"))  # type: ignore[attr-defined]
        return made

    def listed(session: Session) -> list[Any]:
        pages: list[Any] = []
        session.earlier.recent(pages.append)
        until(session, lambda: pages)
        return list(pages[0].runs)

    first = started()
    assert first.earlier.kept() == ()
    first.where = "practice"
    first.start(FLOW, sample("one_approval"), by="ana", case={"key": "D-1"})
    until(first, lambda: first.tasks)
    first.close()

    second = started()
    assert second.earlier.kept() == (True,)
    (run,) = listed(second)
    assert (run.case_key, run.state) == ("D-1", "running")
    second.open_run(run.run, run.flow, run.release)
    until(second, lambda: second.tasks)
    second.answer(second.tasks[0], "approve", "petra")  # it goes on where it waited
    until(second, lambda: second.story is not None and second.story.ended)
    second.clear_runs()
    assert second.story is None
    assert listed(second) == []
    second.close()

    third = started()
    assert third.earlier.kept() in {(), (True,)}
    assert listed(third) == []
    third.close()


@pytest.mark.slow
def test_what_runs_in_one_place_goes_on_while_the_other_is_asked(session: Session) -> None:
    session.where = "practice"
    session.start(FLOW, sample("one_approval"), by="ana")
    until(session, lambda: session.tasks and session.runtime.state == "ready")
    story = session.story
    assert story is not None
    pages: list[Any] = []
    session.earlier.recent(pages.append, practice=False)
    until(session, lambda: pages)
    assert pages[0].runs == (), "no run was ever made with real systems"
    assert session.story is story

    session.answer(session.tasks[0], "approve", "petra")  # goes to where the run is, not to what was listed last
    until(session, lambda: story.ended)
    assert story.outcome_title() == "Refunded"
    session.earlier.recent(pages.append, practice=True)
    until(session, lambda: len(pages) == 2)
    assert [run.run for run in pages[1].runs] == [story.run]
    states: list[str] = []
    session.runtime_changed.connect(states.append)
    session.clear_runs()
    until(session, lambda: session.earlier.kept() == ())
    assert session.runtime.state == "off"
    assert states == ["off"]


@pytest.mark.slow
def test_nobody_waits_for_a_runtime_that_ends(session: Session) -> None:
    answers: list[object] = []
    session.earlier.recent(answers.append, practice=False)
    until(session, lambda: answers)
    process = session.runtime._places[False].running._process._process  # type: ignore[union-attr]
    os.kill(process.processId(), signal.SIGSTOP)  # so that it can't end by itself; who waits for it has to kill it
    session.runtime.leave()
    assert session.runtime.state == "off"
    assert process.state() == QProcess.ProcessState.Running
    os.kill(process.processId(), signal.SIGCONT)
    session.earlier.recent(answers.append, practice=False)  # the store is held until the first has ended
    until(session, lambda: len(answers) == 2)
    told: list[bool] = []
    session.runtime.finished.connect(lambda: told.append(True))
    session.finish()
    until(session, lambda: told)


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="this platform can't stop a process")
def test_a_runtime_that_is_stopped_outlives_its_window_by_no_more_than_its_time(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Closed in the midst of a run: nobody ended it, and its store stayed held for whoever opened the project next."""
    monkeypatch.setattr(running, "END_WITHIN_MS", 100)
    session.where = "practice"
    session.start(FLOW, sample("one_approval"), by="ana")
    until(session, lambda: session.story is not None and session.story.last_seq > 0)
    process = session.runtime._places[True].running._process._process  # type: ignore[union-attr]
    os.kill(process.processId(), signal.SIGSTOP)
    told: list[bool] = []
    session.runtime.finished.connect(lambda: told.append(True))
    session.finish()
    until(session, lambda: told)


@pytest.mark.slow
def test_a_damaged_store_is_said_at_once(session: Session) -> None:
    """It ended as one does that another process holds, and was started sixty times more while nobody was told."""
    store = session.runtime.runs.store(practice=False)
    store.write_bytes(b"no database at all " * 500)
    told: list[str] = session.told  # type: ignore[attr-defined]
    session.earlier.recent(lambda _page: None, practice=False)
    until(session, lambda: told)
    assert told[0].startswith(f"{store} is no SQLite database, or its beginning is damaged; restore a backup.")
    assert not any("Try it again" in words for words in told), "it says itself that trying again does not help"
    assert session.runtime.state == "failed"


@pytest.mark.slow
def test_addresses_that_were_typed_meanwhile_are_used(session: Session, tmp_path: Path, monkeypatch: Any) -> None:
    """A runtime reads them at its start: after one question, every address that was typed seemed not to be there."""
    monkeypatch.setenv("BATON_HOME", str(tmp_path.parent))
    session.runtime.use(practice=False)
    answers: list[Any] = []
    session.earlier.recent(answers.append, practice=False)
    until(session, lambda: answers)
    project = load_project(EXAMPLE)
    release, package = content_hash(project), pack(project)
    file = tmp_path.parent / "environments" / "local.json"
    file.parent.mkdir(exist_ok=True)
    file.write_text('{"format_version": 1, "connections": {"crm": {"url": "http://127.0.0.1:1/crm"}}}')
    told: list[ConnectionTestView] = []

    def ask(door: Any) -> Any:
        door.put_release(release, package)
        return door.test_connection(ConnectionTestRequest(connection="crm", release=release))

    place = session.runtime._places[False]
    running = place.running
    session.runtime.aside.ask("local", ask, told.append, lambda problem: session.problem.emit(problem.title, ""))
    until(session, lambda: told)
    assert not told[0].ok
    assert "no address" not in told[0].message
    assert place.running is running, "a run that is watched goes on"
    session.runtime.use(practice=False)
    assert place.running is None, "the next run reads them anew"


@pytest.mark.slow
def test_what_a_run_asked_a_decision_is_a_past_case(session: Session) -> None:
    session.where = "practice"
    session.start(FLOW, sample("automatic"), by="ana", case={"key": "D-7"})
    until(session, lambda: session.story is not None and session.story.ended)
    found: list[PastCase] = []
    session.runtime.ask(lambda door: of_runs(door, "dispute_route"), found.extend)
    until(session, lambda: found)
    (case,) = found
    assert (case.title, case.decision, case.result) == ("D-7", "Dispute route", {"way": "at_once", "limit": 100})
    assert set(case.values) == {"Owed", "Tier", "Disputes in 90 days", "Fraud level"}
    assert case.at is not None
