"""The laws over as many random histories as the storm has time for, from its seed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import seed, settings

from tests.runtime.engine import test_laws

LAWS: dict[str, Callable[[], Any]] = {
    name: law
    for name, law in vars(test_laws).items()
    if name.startswith("test_") and getattr(law, "is_hypothesis_test", False)
}


@pytest.mark.storm
@pytest.mark.timeout(0)
def test_the_laws_hold_for_as_long_as_the_storm_lasts(storm) -> None:
    assert LAWS
    while storm.going():
        for law in LAWS.values():
            seed(storm.random.getrandbits(48))(law)()
            storm.count("random histories, each against a law", settings().max_examples)
            if not storm.going():
                break
