"""The services of a window whose flow decides by conditions."""

from __future__ import annotations

import pytest

from designer.services import Services
from tests.designer.forms.conditions import decide_by_conditions


@pytest.fixture
def services(services: Services) -> Services:
    """The example, with conditions in the place of its table."""
    return decide_by_conditions(services)
