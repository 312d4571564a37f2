"""Random combinations of the rules, each from one number: flows that call, loop, join, wait and ask, and what comes.

Unlike `histories.py` nothing is shrunk here, so a case costs little and thousands can be played; a number that fails
is kept in `seeds/` for good. Stimuli are made up along with a simulation in memory, which says what could come next.
"""

from __future__ import annotations

import random
from decimal import Decimal
from typing import Any

from runtime.engine.decide.operators import HOWS
from runtime.engine.events import Actor
from runtime.engine.simulate import (
    Advance,
    Broke,
    Crash,
    Replied,
    SendSignal,
    Simulation,
    Start,
    To,
    Together,
    simulate,
)
from runtime.engine.stimuli import (
    Answer,
    AttemptBroke,
    AttemptReplied,
    Cancel,
    ChildReported,
    ClaimTask,
    DelegateTask,
    HandOverTask,
    ReleaseTask,
    Resolve,
    Resume,
    ReviseTask,
    Suspend,
)
from runtime.model.flow import Flow
from tests.runtime.engine.drawing import draw

FLOWS = ("f0", "f1", "f2")
PEOPLE = ("petra", "tom", "eve", "ana")
POLICY = {"retry": {"attempts": 3, "first_delay": 10, "jitter": Decimal("0.5")}}


class Combination:
    """`flows` and `stimuli` of one number; `played` is how it went in memory."""

    def __init__(self, number: int) -> None:
        self.rng = random.Random(number)
        self.flows = {name: self._flow(name) for name in FLOWS}
        self.stimuli: list[Any] = []
        self.played: Simulation = simulate(self.flows)
        self._bring(self._start())
        for _ in range(self.rng.randint(3, 30)):
            self._bring(self._next())

    def _bring(self, stimulus: Any) -> None:
        self.stimuli.append(stimulus)
        self.played.play(stimulus)

    def _one_in(self, n: int) -> bool:
        return self.rng.randrange(n) == 0

    # -- flows --------------------------------------------------------------------------------------------------------

    def _flow(self, name: str) -> Flow:
        pick, some = self.rng.choice, self.rng.randint
        names = [f"n{i}" for i in range(some(1, 7))]
        nodes: dict[str, Any] = {"begin": "start"}
        ports: dict[str, tuple[str, ...]] = {"begin": ("started",)}
        for node in names:
            nodes[node], ports[node] = self._node(name)
        nodes |= {"yes": "end ok", "no": "end no", "stop": "end other terminate", "out": "end"}
        ends = ["yes", "yes", "no", "out"] if self._one_in(2) else ["yes", "no", "stop", "out"]
        edges: list[str] = []
        for place, (node, leads) in enumerate(ports.items()):
            for port in leads:
                ahead = names[place:] or ends  # place counts `begin`, so this is what comes after the node
                for _ in range(pick((1, 1, 1, 2, 3, 0) if port != "started" else (1, 2, 3))):
                    target = pick(ahead) if not self._one_in(4) else pick([*names, *ends])
                    edge = f"{node}.{port} -> {target}"
                    if edge not in edges:
                        edges.append(edge)
        budgets = {
            "activations": pick((15, 60)),
            "events": pick((80, 600)),
            "depth": pick((2, 3)),
            "children": pick((2, 20)),
            "tree": pick((6, 30)),
        }
        return draw(nodes, *edges, id=name, budgets=budgets, sla=pick((None, None, "PT2H")))

    def _node(self, flow: str) -> tuple[Any, tuple[str, ...]]:
        pick = self.rng.choice
        fields: dict[str, Any] = {"sla": "PT20M"} if self._one_in(6) else {}
        kind = pick(("effect", "effect", "join", "join", "task", "wait", "signal", "calls", "each", "set", "when"))
        if kind == "effect":
            words = pick(("read", "keyed", "once"))
            if self._one_in(2):
                fields["timeout"] = pick(("PT15S", "PT2M"))
            if words != "once" and self._one_in(2):
                fields |= POLICY
            return (words, fields), ("done", "error") if self._one_in(2) else ("done",)
        if kind == "join":
            words = pick(("join", "join mode=any", "join n=2", "join n=3"))
            words += pick(("", " rest=cancel")) + pick(("", " timeout=PT30M"))
            return (words, fields), ("joined", "timeout") if "timeout" in words and self._one_in(2) else ("joined",)
        if kind == "task":
            config = self._task_config()
            fields["config"] = config
            words = f"task approved={self.rng.randint(1, 3)} rejected={self.rng.randint(1, 2)}"
            leads = ("approved", "rejected") + (("timeout",) if "timeout" in config else ())
            return (words, fields), leads
        if kind == "wait":
            return (f"wait {pick(('PT0S', 'PT30M', 'PT1H', 'P1M'))}", fields), ("done",)
        if kind == "signal":
            if self._one_in(2):
                fields["config"] = {"timeout": pick(("PT45M", "PT3H"))}
            leads = ("received", "timeout") if "config" in fields and self._one_in(2) else ("received",)
            return (
                f"signal {pick(('paid', 'left'))} {pick(('', 'string(run.flow)', 'string(input.n)'))}",
                fields,
            ), leads
        if kind == "calls":
            config = {"timeout": "PT1H"} if self._one_in(3) else {}
            if self._one_in(2):
                config["inputs"] = {"n": {"feel": pick(("1", "input.n", "null"))}, "items": {"feel": "[1,2]"}}
            fields["config"] = config
            leads = ("ok", "no") + (("timeout",) if "timeout" in config else ())
            leads += ("cancelled",) if self._one_in(2) else ()
            return (f"calls {pick(FLOWS)} ok no other", fields), leads
        if kind == "each":
            config = {"timeout": "PT1H"} if self._one_in(3) else {}
            if self._one_in(2):
                config["stop_on"] = [*self.rng.sample(("no", "other", "cancelled"), 2)]
            if self._one_in(2):
                config["inputs"] = {"n": {"feel": "index"}, "items": {"feel": "[item]"}}
            fields["config"] = config
            leads = ("done",) + (("timeout",) if "timeout" in config else ())
            leads += ("stopped",) if "stop_on" in config else ()
            return (f"each {pick(FLOWS)} {pick((1, 2, 5))}", fields), leads
        if kind == "set":
            return ("set n=if vars.n = null then 1 else vars.n + 1", fields), ("done",)
        return (f"when a: {pick(('vars.n > 2', 'input.n > 1', 'n1 != null'))}; b: vars.n = 1", fields), (
            "a",
            "b",
            "default",
        )

    def _task_config(self) -> dict[str, Any]:
        config: dict[str, Any] = {}
        for name, value in (("timeout", "PT2H"), ("due", "PT1H"), ("remind", "PT25M"), ("escalate_to", "head")):
            if self._one_in(3):
                config[name] = value
        if "due" not in config:
            config.pop("escalate_to", None)
        if self._one_in(4):
            config["exclusive"] = True
        if self._one_in(3):
            config["not_requester"] = True
        return config

    # -- stimuli ------------------------------------------------------------------------------------------------------

    def _start(self) -> Start:
        pick = self.rng.choice
        return Start(
            flow=pick(FLOWS),
            input={"n": pick((0, 1, 2, None)), "items": pick((None, [], ["a"], ["a", "b"], [1, 2, 3, 4]))},
            key=pick((None, None, None, "k")),
            requester=pick((None, "eve", "ana")),
        )

    def _next(self) -> Any:
        roll = self.rng.random()
        if roll < 0.12:
            return self._crash()
        if roll < 0.30:
            return Advance(self.rng.choice((0, 1, 11, 61, 1800, 3600, 9000, -30)), wake=not self._one_in(4))
        if roll < 0.42:
            several = [self._something() for _ in range(self.rng.randint(2, 4))]
            if self._one_in(2):
                several.insert(self.rng.randrange(len(several) + 1), Advance(0))
            return Together(tuple(several))
        return self._something()

    def _crash(self) -> Crash:
        if self._one_in(2):
            return Crash()
        return Crash(self.rng.choice(("before_append", "after_append")), self.rng.randint(1, 6))

    def _something(self) -> Any:
        roll = self.rng.random()
        if roll < 0.06:
            return self._start()
        if roll < 0.18:
            return self._signal()
        live = [run for run in self.played.runs() if self.played.rows(run).run.ended_at is None]
        if roll < 0.20:
            return To(self.rng.choice(self.played.runs() or ["nowhere"]), self._of_operators())
        if not live:
            return self._start()
        run = self.rng.choice(live)
        wanted = self._of_run(run)
        return wanted if isinstance(wanted, SendSignal) else To(run, wanted)

    def _signal(self) -> SendSignal:
        pick = self.rng.choice
        return SendSignal(
            name=pick(("paid", "left")),
            key=pick(("k", "f0", "f1", "f2", "1")),
            id=pick((None, None, "x", "s1")),
            payload=pick((None, {"a": 1})),
            keep_for=pick((60, 1800, 86_400)),
        )

    def _of_operators(self) -> Any:
        if self._one_in(4):
            return self.rng.choice((Cancel(), Cancel(undo=False)))
        return self.rng.choice((Suspend(), Suspend(cause="night"), Resume(), Resume(shift=True)))

    def _of_run(self, run: str) -> Any:
        state = self.played.state(run)
        if state.gated and self._one_in(3):
            return Resume(shift=self._one_in(2))
        if self._one_in(20):
            return self._of_operators()
        options: list[Any] = []
        for step in state.live.values():
            if step.in_flight:
                options += [self._reply(step.id)] * 2
            if step.task is not None:
                options += [self._answer(step.id)] * 2 + [self._about_task(step.id)]
            if step.incident is not None:
                options.append(self._resolution(run, step))
            if step.calls is not None and self._one_in(3):
                child = self.rng.choice([*step.calls.open, *step.calls.ended, "r9:1:0"])
                options.append(ChildReported(step=step.id, child=child, state="running"))
        if state.steps and self._one_in(8):
            old = self.rng.choice(sorted(state.steps))
            options.append(AttemptReplied(step=old, attempt=self.rng.randint(1, 2), value={"late": True}))
            options.append(AttemptBroke(step=old, attempt=1, code="late", message="Late.", retryable=True))
        if not options and self.played.rows(run).waits:
            wait = self.rng.choice(self.played.rows(run).waits)
            return SendSignal(name=wait.name, key=wait.key, payload={"a": 1})
        return self.rng.choice(options or [self._of_operators()])

    def _reply(self, step: str) -> Any:
        pick = self.rng.choice
        if self._one_in(3):
            return Broke(
                step,
                unclear=self._one_in(2),
                retryable=not self._one_in(3),
                retry_after=pick((None, None, 100.0, 9e9)),
                draw=pick((0.0, 0.5)),
            )
        return Replied(step, pick(({"status": 200, "x": 1}, {"status": 200}, {"status": 500}, {"x": 1.5}, None)))

    def _answer(self, step: str) -> Answer:
        pick = self.rng.choice
        return Answer(
            step=step,
            choice=pick(("approved", "approved", "rejected", "nothing")),
            by=pick(PEOPLE),
            roles=pick((None, None, frozenset({"finance"}), frozenset({"head"}), frozenset())),
            on_behalf_of=pick((None, None, None, *PEOPLE)),
        )

    def _about_task(self, step: str) -> Any:
        pick = self.rng.choice
        who, whom, roles = pick(PEOPLE), pick(PEOPLE), pick((None, frozenset({"finance"})))
        return pick(
            (
                DelegateTask(step=step, who=who, to=whom, roles=roles),
                ClaimTask(step=step, who=who, roles=roles),
                ReleaseTask(step=step, who=who),
                HandOverTask(step=step, who=who, to=pick(("head", "finance"))),
                ReviseTask(step=step, input={"title": pick(("one", "two"))}, actor=Actor("user", "op")),
            )
        )

    def _resolution(self, run: str, step: Any) -> Resolve:
        pick = self.rng.choice
        how = pick(HOWS.get(step.incident.kind, ("cancel",)))
        return Resolve(
            incident=step.incident.id,
            how=how,
            port=pick((None, *sorted(self.played.plan(run).nodes[step.node].out))),
            not_done=not self._one_in(4),
            input={"y": 1} if how == "edit" else None,
            output=pick((None, {"status": 200, "body": 1})),
            raise_by=pick((None, 5)),
        )


class Talkative(Combination):
    """The same with many signals, kept ones too, and many children: what a start leads to meets what was there."""

    def _node(self, flow: str) -> tuple[Any, tuple[str, ...]]:
        inputs = {"config": {"inputs": {"items": {"feel": "[1, 2]"}}}}
        kind = self.rng.choice(("signal", "signal", "calls", "each", *["other"] * 5))
        if kind == "signal":
            return "signal paid", ("received",)
        if kind == "calls":
            return (f"calls {self.rng.choice(FLOWS)} ok no other", inputs), ("ok", "no", "cancelled")
        if kind == "each":
            inputs["config"]["stop_on"] = ["no", "other"]  # type: ignore[assignment]
            return (f"each {self.rng.choice(FLOWS)} {self.rng.choice((1, 2, 5))}", inputs), ("done", "stopped")
        return super()._node(flow)

    def _next(self) -> Any:
        return SendSignal(name="paid", key="k") if self._one_in(4) else super()._next()
