"""The properties of expressions, for as long as the storm lasts and with a seed of its own each time."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import seed

from tests.conftest import Storm
from tests.nodes.feel import (
    test_direct,
    test_highlight_and_complete,
    test_metamorphic,
    test_patterns,
    test_printing_and_fuzz,
    test_slips,
)

PROPERTIES: dict[str, Any] = {
    "trees printed and read": test_printing_and_fuzz.test_what_is_printed_parses_to_an_equal_tree,
    "trees evaluated": test_printing_and_fuzz.test_evaluating_anything_gives_a_value_or_a_feel_error,
    "texts read": test_printing_and_fuzz.test_no_text_makes_anything_but_a_feel_error,
    "expressions once and often": test_direct.test_a_whole_expression_answers_alike_once_and_often,
    "insides once and often": test_direct.test_insides_of_loops_and_filters_answer_alike_once_and_often,
    "trees once and often": test_direct.test_any_tree_answers_alike_once_and_often,
    "texts coloured and completed": (
        test_highlight_and_complete.test_any_text_is_coloured_and_completed_in_order_and_within_itself
    ),
    "ranges": test_metamorphic.test_lying_in_a_range_is_lying_between_its_bounds,
    "inputs renamed": test_metamorphic.test_renamed_inputs_answer_alike,
    "patterns by both matchers": test_patterns.test_any_pattern_works_by_both_matchers_alike_or_is_broken,
    "texts mended": test_slips.test_whatever_is_offered_is_feel,
}


@pytest.mark.storm
def test_expressions_in_storm(storm: Storm) -> None:
    while storm.going():
        for name, test in PROPERTIES.items():
            seed(storm.random.randrange(2**32))(test)()
            storm.count(f"rounds of {name}")
