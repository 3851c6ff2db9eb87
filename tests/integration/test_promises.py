"""A release that no longer has what a running project uses refuses to start, and names it (D13)."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

import pytest

from engine import installing, operations
from engine.people import basins
from engine.registry import library, promises, versions
from forms import catalogue, extras
from tests.integration.programme import Programme
from tests.integration.variants import Shaping


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


@pytest.mark.parametrize("change", [1, -1], ids=["no way up from its number", "a later release’s number"])
def test_a_form_in_a_number_that_cannot_be_read_is_named(running, monkeypatch, change):
    known = catalogue.form("committee_decision")
    numbered = dataclasses.replace(known, number=known.number + change)
    monkeypatch.setitem(catalogue.FORMS, "committee_decision", numbered)
    named = f"formulaire « committee_decision » sous son numéro {known.number}"

    with pytest.raises(promises.BrokenPromise, match=named):
        require_kept(running)

    monkeypatch.setitem(catalogue.UPCASTERS, ("committee_decision", known.number), dict)
    if change == 1:
        require_kept(running)


@pytest.fixture
def asking(sqlite, clock):
    """A basin whose version of next month asks questions of its own; no project is on it."""
    shaping = Shaping(sqlite, clock).install()
    folder = library.basin("cote-des-deux-phares")
    with shaping.database.start_work() as work:
        basin = basins.find(work, shaping.basin_id)
        versions.publish(
            work, basin_id=basin.id, files=folder.apply(library.reference()), parameters={},
            charter_version="2010", effective_on=shaping.today + timedelta(days=30), chain=basin.chain_id,
        )  # fmt: skip
    return shaping


def test_a_version_that_is_coming_is_promised_before_any_project_takes_it(asking, monkeypatch):
    remaining = sorted(set(catalogue.keys()) - {"basin_visit"})
    monkeypatch.setattr(catalogue, "keys", lambda: remaining)

    with pytest.raises(promises.BrokenPromise, match="formulaire « basin_visit »"):
        require_kept(asking)


def test_the_version_that_new_projects_take_is_promised_without_any_project(sqlite, clock):
    programme = Programme(sqlite, clock).install()

    with pytest.raises(promises.BrokenPromise, match=r"committee\.record_decision"):
        require_kept(programme, without_operation="committee.record_decision")


def test_a_version_that_another_took_the_place_of_binds_nobody(asking, monkeypatch):
    asking.publish_elsewhere()
    asking.clock.advance(days=2)
    remaining = sorted(set(catalogue.keys()) - {"basin_visit"})
    monkeypatch.setattr(catalogue, "keys", lambda: remaining)

    require_kept(asking)


def test_questions_that_this_release_no_longer_asks_are_named(asking, monkeypatch):
    kinds = {key: label for key, label in extras.TYPES.items() if key != "money"}
    monkeypatch.setattr(extras, "TYPES", kinds)

    with pytest.raises(promises.BrokenPromise, match="question « "):
        require_kept(asking)
