"""``HostSimulation``: stimuli played, one after the other, on a host that is killed and opened again as they say."""

from __future__ import annotations

import asyncio
import datetime as dt
import random
import shutil
import tempfile
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

from sqlalchemy.engine import Connection

from runtime.engine.driver import Done
from runtime.engine.events import Envelope
from runtime.engine.given import Advance, Crash, Played, To, Together
from runtime.engine.playing import Setting, Simulation
from runtime.engine.rows import RunRows
from runtime.engine.state import State
from runtime.engine.stimuli import SendSignal, Start
from runtime.host.clock import VirtualClock
from runtime.host.played.engine import AUDIT
from runtime.host.played.host import PlayedHost
from runtime.host.played.turns import TurnLoop
from runtime.store.queries import journal, stored
from runtime.store.sqlite.inline import create

T = TypeVar("T")


class HostSimulation(Simulation):
    """See ``engine.playing.Simulation``. The file and its folder go when it is closed, or forgotten."""

    through = "host"

    def __init__(self, setting: Setting) -> None:
        super().__init__(setting)
        self._signals = 0
        self._lives = 0
        self._clock = VirtualClock(setting.start_at)
        self._held = _Held(random.Random(setting.seed) if setting.seed is not None else None)  # noqa: S311  chance that can be repeated
        self._give_back = weakref.finalize(self, self._held.give_back)
        self._open()

    def close(self) -> None:
        """See ``Simulation``."""
        super().close()
        self._give_back()

    # -- looking ----------------------------------------------------------------------------------------------------

    def runs(self) -> list[str]:
        """See ``Simulation``."""
        return [name for name in self._read(stored.streams_by_age) if journal.is_run(name)]

    def streams(self) -> list[str]:
        """See ``Simulation``."""
        names = self._read(stored.streams_by_age)
        return sorted(name for name in names if not name.startswith(AUDIT))

    def stream(self, name: str) -> list[Envelope]:
        """See ``Simulation``."""
        return self._read(lambda c: journal.read_stream(c, name, 0, None))

    def held(self, run: str = "") -> State | None:
        """See ``Simulation``."""
        return self._host.state_in_memory(run or self.run)

    def _read(self, question: Callable[[Connection], T]) -> T:
        if self._closed:
            raise ValueError("this simulation is closed; look at what it shows before")
        return self._host.engine.file.read(question)

    def _stored(self, run: str) -> RunRows:
        rows = self._read(lambda c: stored.rows_of(c, run))
        if rows is None:
            raise KeyError(run)
        return rows

    # -- playing ----------------------------------------------------------------------------------------------------

    def _bring(self, it: Played) -> Iterator[None]:
        """In one piece."""
        self._bring_whole(it)
        return iter(())

    def _bring_whole(self, it: Played) -> None:
        if isinstance(it, Crash):
            if it.point == "idle":
                self._restart()
            else:
                self._host.engine.crash_at, self._host.engine.crash_in = it.point, it.nth
        elif isinstance(it, Advance):
            self._advance(it)
        else:
            run = self.run
            for each in it.stimuli if isinstance(it, Together) and self.seed is None else (it,):
                self._held.loop.live(self._all_of(each) if isinstance(each, Together) else self._one(each, run))
                if self._restart_if_dead():
                    return

    async def _all_of(self, it: Together) -> None:
        works = [asyncio.create_task(self._when_drawn(each, self.run)) for each in it.stimuli]
        for ended in await asyncio.gather(*works, return_exceptions=True):
            if isinstance(ended, BaseException):
                raise ended

    async def _when_drawn(self, it: Played, run: str) -> None:
        await self._held.loop.turn(lambda: None).future
        await self._one(it, run)

    async def _one(self, it: Played, run: str) -> None:
        """``run``: the one that is meant unless another is named."""
        if isinstance(it, Start):
            reply = await self._host.play_start(self._next_id(), self._meant(it))
            if isinstance(reply, Done):
                self.run = reply.run
            self._answered(reply)
        elif isinstance(it, SendSignal):
            self._signals += 1
            self._answered(await self._host.play_signal(f"s{self._signals}", it))
        elif isinstance(it, Advance):
            await self._host.fire_due()
        else:
            assert not isinstance(it, Crash | Together)
            run, stimulus = (it.run, it.stimulus) if isinstance(it, To) else (run, it)
            self._answered(await self._host.play(run, self._attempt(run, stimulus)))

    def _advance(self, it: Advance) -> None:
        target = self.now + dt.timedelta(seconds=it.seconds)
        fired = it.wake
        while fired:
            fired = bool(self._held.loop.live(self._host.fire_timers(target, self._clock)))
            self.now = self._clock.now()
            fired = self._restart_if_dead() or fired  # time does not stop with a process
        self._clock.move_to(target)
        self.now = target

    def _restart_if_dead(self) -> bool:
        if not self._held.loop.died:
            return False
        self._restart()
        return True

    def _restart(self) -> None:
        self._host.die()
        self._held.loop.kill()
        self._host.engine.close()
        self._open()
        self._held.loop.live(self._host.recover())

    def _open(self) -> None:
        self._lives += 1
        self._host = PlayedHost(self._held.path, self._held.loop, self._clock, self._lives, self)
        self._held.host = self._host


class _Held:
    """What has to be given back: an event loop, an open file, a folder."""

    def __init__(self, rng: random.Random | None) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="baton-simulation-"))
        self.path = self.folder / "store.db"
        self.loop = TurnLoop(rng)
        self.host: PlayedHost | None = None
        create(self.path)

    def give_back(self) -> None:
        """Once."""
        if self.host is not None:
            self.host.die()
            self.loop.kill()
            self.host.engine.close()
        self.loop.close()
        shutil.rmtree(self.folder, ignore_errors=True)
