"""Every routing variable has a first value, and a diagram may read whatever one of our processes starts with."""

from __future__ import annotations

import pytest

from engine import installing
from engine.projects import routing

STARTS = (
    routing.INITIAL_ROUTING,
    routing.REQUEST_ROUTING,
    routing.AMENDMENT_ROUTING,
    routing.SESSION_ROUTING,
    routing.SEAT_ROUTING,
)


@pytest.mark.parametrize("start", STARTS)
def test_a_published_diagram_may_read_every_first_value(start):
    assert set(start) <= installing.ROUTING


@pytest.mark.parametrize("start", STARTS)
def test_a_first_value_leaves_things_where_they_are(start):
    assert all(value in ("", 0, False) for value in start.values())
    assert all(value == "" for name, value in start.items() if name.endswith("_on"))


def test_a_request_starts_with_all_that_its_amendment_reads():
    assert set(routing.AMENDMENT_ROUTING) < set(routing.REQUEST_ROUTING)
    assert {"is_for_chair", "approved_alone"} <= set(routing.REQUEST_ROUTING)
