"""The book of connections: opened once, limited, closed; and what is refused before anything is opened."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from nodes.contract import ConnectionKind, NodeConfig, TestResult
from runtime.connections import Binding, ConnectionBook, ConnectionProblem, Environment
from runtime.model.project import ConnectionNeed
from runtime.secrets import MASK, Redactor, set_secret

NEED = ConnectionNeed(kind="echo", settings={"flavour": "mild", "key": "file:stolen", "url": "http://evil.example"})


class Fields(NodeConfig):
    url: str
    flavour: str = "plain"
    key: str | None = None


class Log:
    """What the kind was asked to do."""

    def __init__(self) -> None:
        self.opened: list[tuple[Fields, dict[str, str]]] = []
        self.closed_by: list[bool] = []
        self.failure: BaseException | None = None

    @asynccontextmanager
    async def open(self, fields: Fields, secrets: Mapping[str, str], _network: Any) -> AsyncIterator[Any]:
        task = asyncio.current_task()
        if self.failure is not None:
            raise self.failure
        self.opened.append((fields, dict(secrets)))
        yield object()
        self.closed_by.append(asyncio.current_task() is task)

    async def test(self, _connection: Any) -> TestResult:
        return TestResult(True, "It answers to super-secret-key.")


@pytest.fixture
def log() -> Log:
    return Log()


def book_of(home: Path, log: Log, **binding: Any) -> tuple[ConnectionBook, Redactor]:
    kind = ConnectionKind("echo", "Echo", "", Fields, ("key",), log.open, log.test)
    environment = Environment(
        "e", home, bindings={"crm": Binding.model_validate({"url": "http://crm.example", **binding})}
    )
    redactor = Redactor()
    return ConnectionBook(environment, {"echo": kind}, redactor), redactor


def run(coroutine: Any) -> Any:
    return asyncio.run(asyncio.wait_for(coroutine, 20))


def test_it_is_opened_once_and_closed_by_the_task_that_opened_it(tmp_path: Path, log: Log) -> None:
    async def story() -> None:
        book, _ = book_of(tmp_path, log)
        first = await asyncio.gather(*(asyncio.create_task(book.open("crm", NEED)) for _ in range(5)))
        assert len(set(map(id, first))) == 1
        assert len(log.opened) == 1
        await book.close()
        assert log.closed_by == [True]
        with pytest.raises(ConnectionProblem, match="shutting down"):
            await book.open("crm", NEED)

    run(story())


def test_a_project_fills_in_settings_but_neither_address_nor_secret(tmp_path: Path, log: Log) -> None:
    set_secret(tmp_path, "stolen", "stolen-value")

    async def story() -> None:
        book, _ = book_of(tmp_path, log)
        await book.open("crm", NEED)
        await book.close()

    run(story())
    fields, secrets = log.opened[0]
    assert (fields.url, fields.flavour, fields.key, secrets) == ("http://crm.example", "mild", None, {})


def test_secrets_are_revealed_to_the_kind_and_masked_elsewhere(tmp_path: Path, log: Log) -> None:
    set_secret(tmp_path, "k", "super-secret-key")

    async def story() -> None:
        book, redactor = book_of(tmp_path, log, key="file:k")
        found = await book.test("crm", NEED)
        assert (found.ok, found.message) == (True, f"It answers to {MASK}.")
        assert redactor.clean_text("super-secret-key") == MASK
        await book.close()

    run(story())
    assert log.opened[0][1] == {"key": "super-secret-key"}


@pytest.mark.parametrize(
    ("name", "binding", "code"),
    [
        ("billing", {}, "connection_unbound"),
        ("crm", {"kind": "sql"}, "connection_kind"),
        ("crm", {"flavor": "typo"}, "connection_fields"),
        ("crm", {"key": "file:nope"}, "secret_missing"),
        ("crm", {"key": "clear-text-secret"}, "secret_missing"),
        ("crm", {"key": "file:bound"}, "secret_bound"),
        ("crm", {"ca_file": "nope.pem"}, "connection_fields"),
    ],
)
def test_what_cannot_be_opened_says_why(
    tmp_path: Path, log: Log, name: str, binding: dict[str, Any], code: str
) -> None:
    set_secret(tmp_path, "bound", "value-for-another-host", host="other.example")

    async def story() -> None:
        book, _ = book_of(tmp_path, log, **binding)
        with pytest.raises(ConnectionProblem) as refused:
            await book.open(name, NEED)
        assert refused.value.code == code
        assert name in refused.value.message
        assert "clear-text-secret" not in refused.value.message
        tried = await book.test(name, NEED)
        assert not tried.ok
        assert str(tmp_path) not in tried.message, "a path of this machine is no business of whoever asks a server"

    run(story())
    assert log.opened == []


@pytest.mark.parametrize("host", ["crm.example", "crm.example:80"])
def test_a_bound_secret_goes_to_its_host(tmp_path: Path, log: Log, host: str) -> None:
    set_secret(tmp_path, "k", "value-for-this-host", host=host)

    async def story() -> None:
        book, _ = book_of(tmp_path, log, key="file:k")
        await book.open("crm", NEED)
        await book.close()

    run(story())
    assert log.opened[0][1] == {"key": "value-for-this-host"}


@pytest.mark.parametrize("failure", [ValueError("bad super-secret-key"), SystemExit(3)])
def test_a_kind_that_breaks_while_opening_breaks_only_this_attempt(
    tmp_path: Path, log: Log, failure: BaseException
) -> None:
    set_secret(tmp_path, "k", "super-secret-key")

    async def story() -> None:
        book, _ = book_of(tmp_path, log, key="file:k")
        log.failure = failure
        with pytest.raises(ConnectionProblem) as refused:
            await book.open("crm", NEED)
        assert refused.value.code == "connection_failed"
        assert "super-secret-key" not in refused.value.message
        log.failure = None
        await book.open("crm", NEED)
        await book.close()

    run(story())
    assert len(log.opened) == 1


def test_no_more_attempts_than_the_limit_use_it_at_once(tmp_path: Path, log: Log) -> None:
    inside = most = 0

    async def story() -> None:
        book, _ = book_of(tmp_path, log, limits={"at_once": 3})

        async def use() -> None:
            nonlocal inside, most
            slot = book.slot("crm")
            assert slot is not None
            async with slot:
                inside += 1
                most = max(most, inside)
                await asyncio.sleep(0.001)
                inside -= 1

        await asyncio.gather(*(use() for _ in range(20)))

    run(story())
    assert (inside, most) == (0, 3)
