"""A release that no longer has what a running project uses refuses to start, and names it (D13)."""

from __future__ import annotations

import pytest

from engine import installing, operations
from engine.registry import promises
from forms import catalogue
from tests.integration.programme import Programme


@pytest.fixture
def running(sqlite, clock):
    """A project that waits for the committee's decision."""
    programme = Programme(sqlite, clock).install()
    programme.appraise()
    return programme


def require_kept(programme: Programme, *, without_operation: str = "", without_variable: str = "") -> None:
    kept = {name: each for name, each in operations.OPERATIONS.items() if name != without_operation}
    with programme.database.start_reading() as work:
        promises.require_kept(work, operations=kept, routing=installing.ROUTING - {without_variable})


def test_this_release_keeps_what_its_projects_use(running):
    require_kept(running)


def test_an_operation_that_is_gone_is_named(running):
    with pytest.raises(promises.BrokenPromise, match=r"committee\.record_decision"):
        require_kept(running, without_operation="committee.record_decision")


def test_a_routing_variable_that_is_gone_is_named(running):
    with pytest.raises(promises.BrokenPromise, match="variable « decision_outcome »"):
        require_kept(running, without_variable="decision_outcome")


def test_a_form_that_is_gone_is_named(running, monkeypatch):
    remaining = sorted(set(catalogue.keys()) - {"committee_decision"})
    monkeypatch.setattr(catalogue, "keys", lambda: remaining)

    with pytest.raises(promises.BrokenPromise, match="formulaire « committee_decision »"):
        require_kept(running)
