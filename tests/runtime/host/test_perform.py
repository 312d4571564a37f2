"""Whatever a node does, the host lives and reports honestly (FAULTS N01, X3 to X6)."""

from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest

from nodes.contract import AttemptFailure, Document, NodeContext, Reply
from runtime.connections import Environment
from runtime.connections.environment_file import RunLimits
from runtime.engine.events import AttemptFailed, StepCompleted
from runtime.host import Host, worker
from runtime.secrets import MASK, Redactor
from tests.runtime.host.bench import approval, begin, flow, hosting, play, work

SECRET = "canary-secret-0815"


async def failed(host: Host, run: str) -> AttemptFailed:
    """The run's only failed attempt."""
    [failure] = [e.event for e in await host.journal(run) if isinstance(e.event, AttemptFailed)]
    return failure


def outcome_of(tmp_path: Path, do: Any, effect: str = "keyed", **more: Any) -> AttemptFailed:
    """Runs one step that fails, and checks that another run goes on as if nothing had happened."""

    async def story() -> AttemptFailed:
        redactor = Redactor()
        redactor.add(SECRET)
        async with hosting(tmp_path, {"do": do}, redactor=redactor) as host:
            run = await begin(host, flow(work("a", "do", effect, retry={"attempts": 1, **more})))
            await host.until_idle()
            found = await failed(host, run)
            other = await begin(host, flow(work("b")))
            assert (await host.until_done(other)).outcome == "over"
            return found

    return play(story())


async def exits(_given: Any, _context: Any) -> Reply:
    sys.exit(3)


async def raises(_given: Any, _context: Any) -> Reply:
    raise ZeroDivisionError(f"by {SECRET}\nFAKE LOG LINE")


async def interrupts(_given: Any, _context: Any) -> Reply:
    raise KeyboardInterrupt


async def cancels(_given: Any, _context: Any) -> Reply:
    raise asyncio.CancelledError


async def breaks_off(_given: Any, _context: Any) -> Reply:
    raise ConnectionResetError("reset by peer")


async def unreachable(_given: Any, _context: Any) -> Reply:
    raise httpx.ConnectError("nobody there")


async def no_reply(_given: Any, _context: Any) -> Any:
    return {"just": "a dict"}


async def no_value(_given: Any, _context: Any) -> Reply:
    return Reply({"amount": 0.1})


async def too_deep(_given: Any, _context: Any) -> Reply:
    value: Any = []
    for _ in range(100_000):
        value = [value]
    return Reply(value)


class Mute(Exception):
    """What is so broken that it can't even say so."""

    def __str__(self) -> str:
        raise RuntimeError("no words")

    __repr__ = __bool__ = __str__  # type: ignore[assignment]


def breaks(**said: Any) -> Any:
    """A node that explains its failure with ``said``."""
    whole = {"retryable": True, "unclear": False, **said}
    code, message = whole.pop("code", "c"), whole.pop("message", "m")

    async def do(_given: Any, _context: Any) -> Reply:
        raise AttemptFailure(code, message, **whole)

    return do


async def mutes(_given: Any, _context: Any) -> Reply:
    raise Mute


async def ends_itself(_given: Any, _context: Any) -> Reply:
    raise GeneratorExit


async def notes_what_is_none(_given: Any, _context: Any) -> Reply:
    return Reply({}, notes=(Mute(),))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("do", "code", "unclear", "retryable"),
    [
        (mutes, "node_error", True, False),
        (ends_itself, "node_error", True, False),
        (notes_what_is_none, "node_error", True, False),
        (breaks(code=Mute()), "node_error", True, False),
        (breaks(message=Mute()), "node_error", True, False),
        (breaks(retryable=Mute()), "node_error", True, False),
        (breaks(retry_after=Mute()), "node_error", True, False),
        (breaks(retry_after=10**400), "c", False, True),
        (breaks(status=10**400, detail=Mute()), "c", False, True),
        (exits, "node_error", True, False),
        (raises, "node_error", True, False),
        (interrupts, "node_error", True, False),
        (cancels, "node_cancelled", True, False),
        (breaks_off, "network", True, True),
        (unreachable, "not_reached", False, True),
        (no_reply, "bad_reply", True, False),
        (no_value, "bad_reply", True, False),
        (too_deep, "bad_reply", True, False),
    ],
)
@pytest.mark.parametrize("effect", ["keyed", "read"])
def test_only_its_own_step_fails(
    tmp_path: Path, do: Any, code: str, unclear: bool, retryable: bool, effect: str
) -> None:
    found = outcome_of(tmp_path, do, effect)
    # What may have happened and is safe to repeat is worth another try, whatever went wrong (X4).
    assert (found.error["code"], found.retryable) == (code, retryable or (unclear and effect == "keyed"))
    assert found.unclear is (unclear and effect != "read"), "a read changes nothing, so it can't be unclear"
    assert SECRET not in str(found)
    assert "\n" not in found.error["message"]
    assert 0 <= found.draw < 1


def test_a_time_limit_is_a_total_one(tmp_path: Path) -> None:
    async def drips(_given: Any, _context: Any) -> Reply:
        for _ in range(10_000):
            await asyncio.sleep(0.01)
        raise AssertionError

    found = outcome_of(tmp_path, drips, attempt_timeout=Decimal("0.1"))
    assert (found.error["code"], found.unclear, found.retryable) == ("attempt_timeout", True, True)


def test_what_came_although_it_was_told_to_stop_counts(tmp_path: Path) -> None:
    async def stubborn(_given: Any, _context: Any) -> Reply:
        try:
            await asyncio.sleep(10)
        except asyncio.CancelledError:
            return Reply({"late": True})
        raise AssertionError

    async def story() -> None:
        async with hosting(tmp_path, {"do": stubborn}) as host:
            run = await begin(host, flow(work("a", "do", retry={"attempts": 1, "attempt_timeout": Decimal("0.1")})))
            assert (await host.until_done(run)).outcome == "over"

    play(story())


def test_code_that_does_not_end_is_left_behind_and_holds_up_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "GRACE", 0.05)
    ends = asyncio.Event()

    async def deaf(_given: Any, _context: Any) -> Reply:
        while not ends.is_set():
            try:
                await asyncio.wait_for(ends.wait(), 10)
            except asyncio.CancelledError:
                continue
        return Reply({"far": "too late"})

    async def story() -> None:
        retry = {"attempts": 1, "attempt_timeout": Decimal("0.1")}
        drawn = flow(
            work("a", "deaf", effect="read", retry=retry),
            work("b"),
            approval(),
            edges=["start.started>a", "a.done>end", "a.error>b", "b.done>ask", "ask.approve>end", "ask.reject>end"],
        )
        environment = Environment("local", tmp_path, limits=RunLimits(attempts_at_once=1))
        async with hosting(tmp_path, {"deaf": deaf}, environment=environment) as host:
            run = await begin(host, drawn)
            await asyncio.wait_for(host.until_idle({run}), 5)
            before = await host.journal(run)
            assert (await failed(host, run)).error["code"] == "attempt_timeout"
            row = await host.run_row(run)
            assert row is not None
            assert row.at_nodes == ("ask",), "the next step had the one slot that there is"
            ends.set()
            await asyncio.sleep(0.05)
            assert await host.journal(run) == before, "what comes now comes too late"

    play(story())


@pytest.mark.parametrize("replies", [True, False])
def test_code_that_cancels_its_own_task_fails_or_replies_and_its_run_goes_on(tmp_path: Path, replies: bool) -> None:
    """Its run had nobody left who worked for it until the next start of the host."""

    async def cancels_itself(_given: Any, _context: Any) -> Reply:
        task = asyncio.current_task()
        assert task is not None
        task.cancel()
        if not replies:
            await asyncio.sleep(0)
        return Reply({})

    async def story() -> None:
        drawn = flow(
            work("a", "do", retry={"attempts": 1}),
            work("b"),
            edges=["start.started>a", "a.done>b", "a.error>b", "b.done>end"],
        )
        async with hosting(tmp_path, {"do": cancels_itself}) as host:
            run = await begin(host, drawn)
            assert (await asyncio.wait_for(host.until_done(run), 5)).outcome == "over"
            failures = [e.event.error["code"] for e in await host.journal(run) if isinstance(e.event, AttemptFailed)]
            assert failures == ([] if replies else ["node_cancelled"])

    play(story())


def test_one_task_makes_the_attempts_of_a_run_one_after_the_other(tmp_path: Path) -> None:
    seen: list[Any] = []

    async def looks(_given: Any, _context: Any) -> Reply:
        seen.append(asyncio.current_task())
        await asyncio.sleep(0)
        return Reply({})

    async def story() -> None:
        async with hosting(tmp_path, {"do": looks}) as host:
            run = await begin(host, flow(*(work(f"s{n}", "do", effect="once") for n in range(5))))
            await host.until_done(run)

    play(story())
    assert len(seen) == 5
    assert len(set(seen)) == 1


def test_what_a_node_says_of_its_failure_is_taken_over_but_not_blindly(tmp_path: Path) -> None:
    async def weird(_given: Any, _context: Any) -> Reply:
        raise AttemptFailure(
            "Not A Code!",
            f"refused key {SECRET}",
            retryable=False,
            unclear=False,
            status=418,
            retry_after=float("nan"),
            detail={"said": f"key={SECRET}"},
        )

    found = outcome_of(tmp_path, weird)
    assert found.error == {
        "code": "node_error",
        "message": f"refused key {MASK}.",
        "status": Decimal(418),
        "detail": {"said": f"key={MASK}"},
    }
    assert found.retry_after is None
    assert found.notes == ("The wish to wait nan s was ignored.",)


def test_a_node_can_neither_change_our_state_nor_what_it_handed_out(tmp_path: Path) -> None:
    kept: dict[str, Any] = {"n": 1, "echo": f"<{SECRET}>"}

    async def meddles(given: Mapping[str, Any], _context: NodeContext) -> Reply:
        given["do"] = "changed"  # type: ignore[index]  # exactly this must not work
        return Reply(kept, notes=(f"used {SECRET}",) * 50)

    async def story() -> None:
        redactor = Redactor()
        redactor.add(SECRET)
        async with hosting(tmp_path, {"do": meddles}, redactor=redactor) as host:
            run = await begin(host, flow(work("a", "do"), approval()))
            await host.until_idle()
            kept["n"] = 2
            _, state = host._driver.peek(run)
            assert state.steps["a#1"].input == {"do": "do"}
            assert state.steps["a#1"].output == {"n": Decimal(1), "echo": f"<{MASK}>"}
            [done] = [
                e.event for e in await host.journal(run) if isinstance(e.event, StepCompleted) and e.event.step == "a#1"
            ]
            assert done.notes == (f"used {MASK}",) * 20

    play(story())


def test_documents_are_kept_by_content_and_read_back(tmp_path: Path) -> None:
    async def files(_given: Any, context: NodeContext) -> Reply:
        saved = await context.save_document("a.txt", "text/plain", b"hello")
        assert await context.read_document(saved) == b"hello"
        with pytest.raises(LookupError):
            await context.read_document(Document("b", "text/plain", 1, "0" * 64))
        assert context.now().tzinfo is not None
        return Reply({"file": saved})

    async def story() -> None:
        async with hosting(tmp_path, {"do": files}) as host:
            run = await begin(host, flow(work("a", "do")))
            await host.until_done(run)
            _, state = await host.fold(run)
            assert state.steps["a#1"].output["file"].size == 5

    play(story())


def test_an_unbound_connection_is_a_clear_failure_that_says_what_to_do(tmp_path: Path) -> None:
    async def never(_given: Any, _context: Any) -> Reply:
        raise AssertionError("the step must not begin without its connection")

    async def story() -> None:
        async with hosting(tmp_path, {"do": never}) as host:
            drawn = work("a", "do")
            drawn["config"]["connection"] = "crm"
            run = await begin(host, flow(drawn))
            await host.until_idle()
            found = await failed(host, run)
            assert (found.error["code"], found.unclear) == ("connection_unbound", False)
            assert "--connection crm=URL" in found.error["message"]

    play(story())


def test_threads_that_a_node_leaves_do_not_matter(tmp_path: Path) -> None:
    gate = threading.Event()

    async def leaves(_given: Any, _context: Any) -> Reply:
        threading.Thread(target=gate.wait, daemon=True).start()
        return Reply({})

    async def story() -> None:
        async with hosting(tmp_path, {"do": leaves}) as host:
            run = await begin(host, flow(work("a", "do")))
            assert (await host.until_done(run)).outcome == "over"

    play(story())
    gate.set()


def test_what_a_node_raises_is_a_sentence_for_people_and_a_cleaned_traceback_for_its_author(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("DEBUG"):
        failure = outcome_of(tmp_path, raises)
    assert isinstance(failure.error, dict)
    assert str(failure.error["message"]).endswith(f"ZeroDivisionError: by {MASK} FAKE LOG LINE.")
    traced = [record for record in caplog.records if "Traceback" in record.getMessage() or record.exc_info]
    assert [(record.levelname, record.exc_info) for record in traced] == [("DEBUG", None)]
    assert SECRET not in caplog.text
