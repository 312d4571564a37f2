"""Start the example systems as a process of their own, talk to their judge's routes, stop them.

Called by tests, by the demo and by benchmarks; runs on Linux, macOS and Windows. Law: the systems never outlive the
process that started them: they end when their standard input closes, which a kill -9 of the parent also does.

    with start_process() as systems:
        refund = httpx.post(f"{systems.url}/billing/refunds", headers={"X-Api-Key": systems.keys["billing"], ...})
        systems.faults.set("billing", "outage")
        assert not repetitions(systems.ledger())
"""

import json
import sys
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import httpx

from projects.child_process import ChildProcess, DidNotStart
from projects.example_systems.judge import LedgerEntry
from projects.example_systems.keys import HEADER, SYSTEMS, Keys

START_SECONDS: Final = 20.0  # far more than the half second it takes, for machines that are busy with other things
STOP_SECONDS: Final = 5.0


class LaunchError(Exception):
    """The systems did not start; the message holds what they wrote to stderr."""


class Faults:
    """Faults on demand, through the route /faults."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client

    def set(
        self,
        system: str,
        kind: str,
        *,
        operation: str | None = None,
        times: int | None = None,
        until_deleted: bool = False,
        seconds: float | None = None,
        retry_after: int | str | None = None,
    ) -> int:
        """Put a fault on the board; its id. Without `times` and `until_deleted` it hits once; an outage stays."""
        order = {
            "system": system,
            "kind": kind,
            "operation": operation,
            "times": times,
            "until": "deleted" if until_deleted else None,
            "seconds": seconds,
            "retry_after": retry_after,
        }
        fault: int = _checked(self._client.post("/faults", json=order))["id"]
        return fault

    def current(self) -> list[dict[str, Any]]:
        """The faults on the board with the requests that each has hit (`hits`, `hit_count`, `remaining`)."""
        faults: list[dict[str, Any]] = _checked(self._client.get("/faults"))["faults"]
        return faults

    def delete(self, fault: int) -> dict[str, Any]:
        """Take one fault away; what it was and what it has hit."""
        deleted: dict[str, Any] = _checked(self._client.delete(f"/faults/{fault}"))
        return deleted

    def clear(self) -> None:
        """Take all faults away."""
        _checked(self._client.delete("/faults"))


class Systems:
    """The running example systems. Made by start_process(); use as a context manager, or call stop()."""

    def __init__(self, port: int, store: Path | None, keys: Keys) -> None:
        self._port = port
        self._store = store
        self._keys = keys
        self._process: ChildProcess | None = None
        self.url: str = ""
        """`http://127.0.0.1:<port>`; the same after restart()."""
        self.pid: int = 0
        """Of the serving process."""
        self._start()

    @property
    def keys(self) -> Mapping[str, str]:
        """System -> its API key, for the header X-Api-Key."""
        return self._keys.by_system

    def url_of(self, system: str) -> str:
        """The base URL of one system, e.g. `http://127.0.0.1:8700/billing`: what a connection points at."""
        if system not in SYSTEMS:
            raise ValueError(f"There is no system {system!r}; there are {', '.join(SYSTEMS)}.")
        return f"{self.url}/{system}"

    def client(self, system: str) -> httpx.Client:
        """An HTTP client for one system, its key included. The caller closes it."""
        return httpx.Client(
            base_url=self.url_of(system), headers={HEADER: self.keys[system]}, timeout=30, trust_env=False
        )

    def ledger(
        self,
        *,
        key: str | None = None,
        system: str | None = None,
        operation: str | None = None,
        subject: str | None = None,
        customer: str | None = None,
        case: str | None = None,
        replayed: bool | None = None,
    ) -> list[LedgerEntry]:
        """All matching entries of the ledger, oldest first; `replayed=False` chooses what really took place."""
        chosen = {
            "key": key,
            "system": system,
            "operation": operation,
            "subject": subject,
            "customer": customer,
            "case": case,
            "replayed": replayed,
        }
        wanted = {name: value for name, value in chosen.items() if value is not None}
        entries: list[LedgerEntry] = []
        after: int | None = 0
        while after is not None:
            page = _checked(self._client.get("/ledger", params={**wanted, "after": after}))
            entries += [LedgerEntry(**row) for row in page["entries"]]
            after = page["next_after"]
        return entries

    def seed(self) -> None:
        """Back to the seeded stories: ledger and keys empty, no faults."""
        _checked(self._client.post("/seed"))

    def stop(self) -> int:
        """End the process in order; its exit code, 0 when all is well. Twice is once."""
        process = self._let_go()
        return 0 if process is None else process.stop(STOP_SECONDS)

    def kill(self) -> None:
        """End the process with no chance to tidy up (kill -9)."""
        process = self._let_go()
        if process is not None:
            process.kill()

    def restart(self) -> None:
        """Stop, if running, and start again at the same address on the same store. Faults are gone."""
        self.stop()
        self._start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _start(self) -> None:
        try:
            self._process = ChildProcess(self._command(), seconds=START_SECONDS)
        except DidNotStart as silent:
            raise LaunchError(f"The example systems did not start: {silent}") from silent
        ready = self._process.said
        self.url, self.pid = ready["url"], ready["pid"]
        self._port = httpx.URL(self.url).port or 0  # restart() comes back at this address
        headers = {} if self._keys.admin is None else {HEADER: self._keys.admin}
        self._client = httpx.Client(base_url=self.url, headers=headers, timeout=30, trust_env=False)
        self.faults = Faults(self._client)

    def _let_go(self) -> ChildProcess | None:
        process, self._process = self._process, None
        if process is not None:
            self._client.close()
        return process

    def _command(self) -> list[str]:
        command = [sys.executable, "-m", "projects.example_systems", "--port", str(self._port), "--until-stdin-closes"]
        if self._store is not None:
            command += ["--store", str(self._store.resolve())]
        for system, key in self._keys.by_system.items():
            command.append(f"--api-key-{system}={key}")
        if self._keys.admin is not None:
            command.append(f"--admin-key={self._keys.admin}")
        return command


def start_process(
    *, port: int = 0, store: Path | None = None, keys: Mapping[str, str] | None = None, admin_key: str | None = None
) -> Systems:
    """Start the example systems and wait until they answer.

    `port` 0: a free one. `store` None: kept in memory, gone with the process. `keys`: system -> API key, the demo's
    keys where one is left out. Raises LaunchError with what the process said.
    """
    by_system = {**Keys().by_system, **(keys or {})}
    if unknown := set(by_system) - set(SYSTEMS):
        raise ValueError(f"There is no system {sorted(unknown)}; there are {', '.join(SYSTEMS)}.")
    return Systems(port, store, Keys(by_system, admin_key))


def _checked(response: httpx.Response) -> Any:
    """The exact JSON of an answer; raises ValueError with the problem's sentence for a refusal."""
    parsed = json.loads(response.content, parse_float=Decimal)
    if response.is_error:
        raise ValueError(f"{response.request.method} {response.request.url}: {parsed['detail']}")
    return parsed
