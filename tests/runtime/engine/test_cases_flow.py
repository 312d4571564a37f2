"""T, J, E and L at their edges: one branch, none, one too many, at the very instant, and with what goes on beside."""

from __future__ import annotations

from runtime.engine.simulate import Advance, Broke, Cancel, Crash, Replied, Resume, Start, Suspend
from runtime.model.flow import Flow
from tests.runtime.engine.cases import OK, Case, judge, no, play, resolve, table, yes
from tests.runtime.engine.drawing import draw
from tests.runtime.engine.ways import simulate  # noqa: F401  # so that each case is played both ways

TWO = {"begin": "start", "a": "read", "b": "read", "x": "end other", "y": "end ok"}
LINE = ({"begin": "start", "a": "note", "fin": "end ok"}, "begin -> a -> fin")


def beside_a_task(join: str, *edges: str) -> Flow:
    """One branch has come, the other is a task that may turn away."""
    nodes = {"begin": "start", "a": "note", "t": "task", "j": join, "fin": "end ok", "o": "end other"}
    return draw(nodes, "begin -> a -> j", "begin -> t.approved -> j", "t.rejected -> o", "j -> fin", *edges)


def race(kind: str = "read", **more: str) -> Flow:
    """The first of two branches stops the other."""
    nodes = {"begin": "start", "a": "read", "b": kind, "j": "join mode=any rest=cancel", "fin": "end ok", **more}
    return draw(nodes, "begin -> a -> j", "begin -> b -> j", "j -> fin")


def joined_at_once(join: str, *sources: str) -> Flow:
    nodes = {"begin": "start", **dict.fromkeys(sources, "note"), "j": join, "fin": "end ok"}
    return draw(nodes, *(f"begin -> {name} -> j" for name in sources), "j -> fin")


def two_rounds(join: str) -> Flow:
    """Two tokens go through one split."""
    nodes = {"begin": "start", "p": "note", "q": "note", "s": "note", "a": "read", "b": "read", "j": join, "fin": "end"}
    return draw(nodes, "begin -> p -> s", "begin -> q -> s", "s -> a -> j", "s -> b -> j", "j -> fin")


def two_ends(x: str = "end other", y: str = "end ok") -> Flow:
    return draw({**TWO, "x": x, "y": y}, "begin -> a -> x", "begin -> b -> y")


def line(activations: int) -> Flow:
    return draw(*LINE, budgets={"activations": activations})


TOKENS = {
    "t5_a_split_goes_in_canonical_order_whatever_the_order_of_the_file": Case(
        flow=draw(
            {"begin": "start", "z": "note", "m": "note", "a": "note", "fin": "end ok"},
            "begin -> z -> fin",
            "begin -> m -> fin",
            "begin -> a -> fin",
        ),
        started=["begin#1", "a#1", "m#1", "z#1", "fin#1", "fin#2", "fin#3"],
    ),
    "t5_first_in_first_out_is_breadth_before_depth": Case(
        flow=draw(
            {"begin": "start", "a": "note", "b": "note", "c": "note", "d": "note", "fin": "end ok"},
            "begin -> a -> c -> fin",
            "begin -> b -> d -> fin",
        ),
        started=["begin#1", "a#1", "b#1", "c#1", "d#1", "fin#1", "fin#2"],
    ),
    "t3_only_the_chosen_ports_edges": Case(
        flow=draw(
            {"begin": "start", "t": "task", "a": "note", "b": "note", "c": "note", "fin": "end ok"},
            "begin -> t.approved -> a -> fin",
            "t.approved -> b -> fin",
            "t.rejected -> c -> fin",
        ),
        stimuli=(yes(),),
        started=["begin#1", "t#1", "a#1", "b#1", "fin#1", "fin#2"],
    ),
    "t6_a_trigger_that_leads_nowhere": Case(
        flow=draw({"begin": "start", "fin": "end ok"}), incidents=[("dead_end", "begin#1")], state="running"
    ),
    "t6_a_default_that_leads_nowhere": Case(
        flow=draw({"begin": "start", "w": "when yes: false", "fin": "end ok"}, "begin -> w.yes -> fin"),
        incidents=[("dead_end", "w#1")],
    ),
    "t6_a_wait_that_leads_nowhere": Case(
        flow=draw({"begin": "start", "w": "wait PT1H"}, "begin -> w"),
        stimuli=(Advance(3600),),
        incidents=[("dead_end", "w#1")],
    ),
    "t6_an_end_beside_it_does_not_end_the_run": Case(
        flow=draw({"begin": "start", "s": "set x=1", "fin": "end ok"}, "begin -> s", "begin -> fin"),
        incidents=[("dead_end", "s#1")],
        state="running",
    ),
    "t4_n1_three_overlapping_steps_answered_backwards_keep_what_is_theirs": Case(
        flow=draw(
            {
                "begin": "start",
                "p": "note",
                "q": "note",
                "a": "read",
                "fin": ("end ok", {"config": {"output": {"v": {"feel": "a.body"}}}}),
            },
            "begin -> p -> a",
            "begin -> q -> a",
            "a -> fin",
        ),
        stimuli=(Replied("a#2", {"status": 200, "body": 2}), Replied("a#1", OK)),
        gives={"v": 2},
    ),
}

JOINS = {
    "j1_more_than_there_are_edges_can_never_come": Case(
        flow=joined_at_once("join n=3", "a", "b"), incidents=[("join_starved", "j#1")]
    ),
    "j1_one_edge_is_all": Case(
        flow=draw({"begin": "start", "j": "join", "fin": "end ok"}, "begin -> j -> fin"),
        outcome="ok",
        outputs={"j#1": {"arrived": ["begin"], "missing": []}},
    ),
    "j1_j8_two_ports_of_one_task_are_two_edges_and_never_both": Case(
        flow=draw(
            {"begin": "start", "t": "task", "j": "join", "fin": "end ok"},
            "begin -> t.approved -> j",
            "t.rejected -> j",
            "j -> fin",
        ),
        stimuli=(yes(),),
        incidents=[("join_starved", "j#1")],
    ),
    "j8_exclusive_branches_starve_at_the_first": Case(
        flow=draw(
            {"begin": "start", "w": "when yes: true", "a": "note", "b": "note", "j": "join", "fin": "end ok"},
            "begin -> w.yes -> a -> j",
            "w -> b -> j",
            "j -> fin",
        ),
        incidents=[("join_starved", "j#1")],
    ),
    "j8_starved_the_moment_the_last_branch_turns_away": Case(
        flow=beside_a_task("join"), stimuli=(no(),), incidents=[("join_starved", "j#1")], state="running"
    ),
    "j8_r8_by_hand_fires_it_with_what_came": Case(
        flow=beside_a_task("join"),
        stimuli=(no(), resolve(how="by_hand")),
        outcome="ok",
        outputs={"j#1": {"arrived": ["a"], "missing": ["t"]}},
    ),
    "j8_r8_discard_leaves_what_else_was_reached": Case(
        flow=beside_a_task("join"), stimuli=(no(), resolve(how="discard")), outcome="other", reached=("other",)
    ),
    "j8_c3_starved_in_suspension_is_known_at_once": Case(
        flow=beside_a_task("join"),
        stimuli=(Suspend(), no()),
        incidents=[("join_starved", "j#1")],
        state="suspended",
        never=("StepStarted o#1",),
    ),
    "j7_a_time_limit_keeps_it_alive_though_nothing_can_come": Case(
        flow=beside_a_task("join timeout=PT1H", "j.timeout -> o"),
        stimuli=(no(), Advance(3600)),
        outcome="other",
        outputs={"j#1": {"arrived": ["a"], "missing": ["t"]}},
    ),
    "j7_z4_exactly_at_the_instant_the_branch_goes_first": Case(
        flow=beside_a_task("join timeout=PT1H", "j.timeout -> o"),
        stimuli=(Advance(3600, wake=False), yes()),
        outcome="ok",
        fired=[],
    ),
    "j7_z4_a_moment_later_the_timer_does_and_the_branch_is_absorbed": Case(
        flow=beside_a_task("join timeout=PT1H", "j.timeout -> o"),
        stimuli=(Advance(3600.000001, wake=False), yes()),
        outcome="other",
        told=("TokenAbsorbed j#1 from t#1",),
    ),
    "j7_no_time_at_all_is_over_at_once": Case(
        flow=beside_a_task("join timeout=PT0S", "j.timeout -> o"),
        stimuli=(Advance(0), yes()),
        fired=["j#1 timeout"],
        told=("TokenAbsorbed j#1 from t#1",),
    ),
    "j7_c4_x8_overdue_in_suspension_and_a_crash": Case(
        flow=beside_a_task("join timeout=PT1H", "j.timeout -> o"),
        stimuli=(Suspend(), Advance(7200), Crash(), Resume(), yes()),
        outcome="other",
        told=("TokenAbsorbed j#1 from t#1",),
    ),
    "j7_c4_the_branch_came_in_suspension_after_the_instant": Case(
        flow=beside_a_task("join timeout=PT1H", "j.timeout -> o"),
        stimuli=(Suspend(), Advance(7200), yes(), Resume()),
        outcome="ok",
        fired=[],
    ),
    "j7_t6_where_the_time_limit_leads_nowhere_a_person_sends_it_on": Case(
        flow=beside_a_task("join timeout=PT1H"),
        stimuli=(Advance(3600), resolve(how="other_port", port="joined"), no()),
        reached=("ok", "other"),
    ),
    "j5_t6_what_comes_to_a_join_that_fired_at_a_dead_end_is_absorbed": Case(
        flow=draw(
            {"begin": "start", "a": "note", "b": "note", "j": "join mode=any"}, "begin -> a -> j", "begin -> b -> j"
        ),
        incidents=[("dead_end", "j#1")],
        told=("TokenAbsorbed j#1 from b#1",),
        times={"j": 1},
    ),
    "j5_t6_and_is_not_in_what_it_hands_on": Case(
        flow=beside_a_task("join timeout=PT1H"),
        stimuli=(Advance(3600), yes(), resolve(how="other_port", port="joined")),
        outcome="ok",
        outputs={"j#1": {"arrived": ["a"], "missing": ["t"]}},
    ),
    "j6_c1_an_attempt_in_flight_holds_the_run_and_not_the_join": Case(
        flow=race("keyed"),
        stimuli=(Replied("a#1", OK),),
        state="running",
        steps={"b#1": "cancelling", "fin#1": "completed"},
    ),
    "j6_c1_its_success_leads_nowhere": Case(
        flow=race("keyed"),
        stimuli=(Replied("a#1", OK), Replied("b#1", OK)),
        outcome="ok",
        steps={"b#1": "completed"},
        never=("TokenAbsorbed j#1 from b#1",),
    ),
    "j6_x8_a_crash_while_it_is_aborted": Case(
        flow=race("keyed"),
        stimuli=(Replied("a#1", OK), Crash()),
        outcome="ok",
        told=("StepCancelled b#1 possibly done",),
    ),
    "j6_c1_what_never_left_is_not_possibly_done": Case(
        flow=draw(
            {"begin": "start", "a": "note", "k": "once", "j": "join mode=any rest=cancel", "fin": "end ok"},
            "begin -> a -> j",
            "begin -> k -> j",
            "j -> fin",
        ),
        outcome="ok",
        keys=[],
        told=("StepCancelled k#1",),
    ),
    "j6_r6_an_incident_of_the_round_is_closed": Case(
        flow=race("once"),
        stimuli=(Broke("b#1", retryable=False), Replied("a#1", OK)),
        outcome="ok",
        incidents=[],
        told=("IncidentClosed", "StepCancelled b#1"),
    ),
    "j6_a_branch_that_cannot_reach_the_join_goes_on": Case(
        flow=draw(
            {
                "begin": "start",
                "a": "read",
                "b": "read",
                "s": "task",
                "j": "join mode=any rest=cancel",
                "fin": "end ok",
                "o": "end other",
            },
            "begin -> a -> j",
            "begin -> b -> j",
            "begin -> s.approved -> o",
            "s.rejected -> o",
            "j -> fin",
        ),
        stimuli=(Replied("a#1", OK),),
        steps={"s#1": "waiting", "b#1": "cancelling"},
        tasks=["s#1"],
    ),
    "j6_j2_the_other_round_is_left_alone": Case(
        flow=two_rounds("join mode=any rest=cancel"),
        stimuli=(Replied("a#1", OK),),
        steps={"b#1": "cancelling", "a#2": "running", "b#2": "running"},
    ),
    "j2_t4_tokens_of_two_rounds_never_meet": Case(
        flow=two_rounds("join"),
        stimuli=(Replied("a#1", OK), Replied("b#2", OK)),
        steps={"j#1": "collecting", "j#2": "collecting"},
        times={"fin": 0},
    ),
    "j2_t4_each_round_fills_its_own": Case(
        flow=two_rounds("join"),
        stimuli=(Replied("a#1", OK), Replied("b#2", OK), Replied("b#1", OK), Replied("a#2", OK)),
        state="completed",
        times={"fin": 2, "j": 2},
    ),
    "j2_several_triggers_have_one_root": Case(
        flow=draw(
            {"begin": "start", "b2": "start", "j": "join mode=any", "fin": "end ok"},
            "begin -> j",
            "b2 -> j",
            "j -> fin",
        ),
        start=Start(flow="", trigger="b2"),
        outcome="ok",
        outputs={"j#1": {"arrived": ["b2"], "missing": ["begin"]}},
    ),
    "j2_j8_the_other_trigger_never_comes": Case(
        flow=draw({"begin": "start", "b2": "start", "j": "join", "fin": "end ok"}, "begin -> j", "b2 -> j", "j -> fin"),
        start=Start(flow="", trigger="b2"),
        incidents=[("join_starved", "j#1")],
    ),
    "j4_n1_what_was_not_consumed_is_no_ancestor": Case(
        flow=draw(
            {
                "begin": "start",
                "a": "read",
                "b": "read",
                "j": "join mode=any",
                "fin": ("end ok", {"config": {"output": {"a": {"feel": "a.body"}, "b": {"feel": "b.body"}}}}),
            },
            "begin -> a -> j",
            "begin -> b -> j",
            "j -> fin",
        ),
        stimuli=(Replied("b#1", OK), Replied("a#1", OK)),
        gives={"a": None, "b": 1},
    ),
    "j9_r8_a_dead_end_before_a_join_keeps_it_alive_until_it_is_sent_on": Case(
        flow=draw(
            {"begin": "start", "a": "note", "t": "task", "j": "join", "fin": "end ok"},
            "begin -> a -> j",
            "begin -> t.approved -> j",
            "j -> fin",
        ),
        stimuli=(no(), resolve(how="other_port", port="approved")),
        outcome="ok",
    ),
}

ENDS = {
    "e3_the_declared_order_counts_and_not_the_arrival": Case(
        flow=two_ends(),
        stimuli=(Replied("a#1", OK), Replied("b#1", OK)),
        outcome="ok",
        reached=("ok", "other"),
    ),
    "e4_the_last_of_the_list_wins_if_it_stops_everything": Case(
        flow=two_ends("end other terminate"), stimuli=(Replied("b#1", OK), Replied("a#1", OK)), outcome="other"
    ),
    "e4_c1_completion_waits_for_an_attempt_in_flight": Case(
        flow=two_ends("end other terminate"),
        stimuli=(Replied("a#1", OK),),
        state="running",
        steps={"b#1": "cancelling"},
    ),
    "e4_c1_whose_success_reaches_no_end": Case(
        flow=two_ends("end other terminate"),
        stimuli=(Replied("a#1", OK), Replied("b#1", OK)),
        outcome="other",
        reached=("other",),
        steps={"b#1": "completed"},
    ),
    "e4_tasks_waits_signals_and_incidents_end_at_once": Case(
        flow=draw(
            {
                "begin": "start",
                "a": "read",
                "t": "task",
                "w": "wait PT1H",
                "k": "once",
                "s": "signal go",
                "x": "end no terminate",
                "y": "end ok",
            },
            "begin -> a -> x",
            "begin -> t.approved -> y",
            "t.rejected -> y",
            "begin -> w -> y",
            "begin -> k -> y",
            "begin -> s -> y",
        ),
        stimuli=(Broke("k#1", retryable=False), Replied("a#1", OK)),
        outcome="no",
        resolved=False,
        tasks=[],
        incidents=[],
    ),
    "e4_e3_what_stands_behind_a_terminate_in_one_batch_never_begins": Case(
        flow=draw(
            {"begin": "start", "x": "end ok", "y": "end no terminate", "z": "end other"},
            "begin -> x",
            "begin -> y",
            "begin -> z",
        ),
        outcome="no",
        resolved=False,
        started=["begin#1", "x#1", "y#1"],
    ),
    "e5_only_ends_without_an_outcome": Case(
        flow=draw({"begin": "start", "x": "end", "y": "end"}, "begin -> x", "begin -> y"),
        state="completed",
        outcome=None,
        resolved=False,
        reached=(),
    ),
    "e1_an_outcome_that_the_list_lacks_is_not_resolved": Case(
        flow=draw({"begin": "start", "x": "end strange"}, "begin -> x"), outcome="strange", resolved=False
    ),
}

BUDGETS = {
    "l2_exactly_as_many_as_it_may": Case(flow=line(3), outcome="ok"),
    "l3_one_less_stops_before_the_end": Case(flow=line(2), incidents=[("budget", "fin#1")], started=["begin#1", "a#1"]),
    "l3_the_trigger_counts": Case(flow=line(1), incidents=[("budget", "a#1")]),
    "l3_raised_by_just_enough": Case(
        flow=line(1), stimuli=(resolve(how="retry", raise_by=2),), outcome="ok", refused=[]
    ),
    "l3_raised_by_one_is_the_next_incident": Case(
        flow=line(1), stimuli=(resolve(how="retry", raise_by=1),), incidents=[("budget", "fin#1")]
    ),
    "l3_raised_by_nothing_is_refused": Case(
        flow=line(1), stimuli=(resolve(how="retry", raise_by=0),), incidents=[("budget", "a#1")], refused=[422]
    ),
    "l3_raised_by_less_than_nothing_is_refused": Case(
        flow=line(1), stimuli=(resolve(how="retry", raise_by=-5),), incidents=[("budget", "a#1")], refused=[422]
    ),
    "l2_what_an_environment_allows_a_flow_may_still_lower": Case(
        flow=line(2), start=Start(flow="", budgets={"activations": 5_000}), incidents=[("budget", "fin#1")]
    ),
    "l3_c2_a_cancel_is_never_refused": Case(flow=line(1), stimuli=(Cancel(),), state="cancelled", incidents=[]),
    "l3_an_answer_is_taken_and_its_token_waits": Case(
        flow=draw(
            {"begin": "start", "t": "task", "b": "note", "fin": "end ok"},
            "begin -> t.approved -> fin",
            "t.rejected -> fin",
            "begin -> b -> fin",
            budgets={"activations": 3},
        ),
        stimuli=(yes(),),
        incidents=[("budget", "fin#1")],
        steps={"t#1": "completed"},
        times={"fin": 1},
    ),
    "l3_r4_a_pause_goes_on_while_a_budget_is_open": Case(
        flow=draw(
            {"begin": "start", "a": "read", "b": "note", "fin": "end ok"},
            "begin -> a -> fin",
            "begin -> b -> fin",
            budgets={"activations": 3},
        ),
        stimuli=(Broke("a#1"), Advance(2)),
        incidents=[("budget", "fin#1")],
        told=("AttemptStarted a#1 2 retry",),
    ),
    "l3_c3_z4_a_timer_overdue_in_suspension_fires_and_its_token_waits": Case(
        flow=draw(
            {"begin": "start", "w": "wait PT1H", "b": "note", "fin": "end ok"},
            "begin -> w -> fin",
            "begin -> b -> fin",
            budgets={"activations": 3},
        ),
        stimuli=(Suspend(), Advance(7200), Resume()),
        incidents=[("budget", "fin#1")],
        steps={"w#1": "completed"},
    ),
}


@table(TOKENS | JOINS | ENDS | BUDGETS)
def test_case(case: Case) -> None:
    judge(case, play(case))
