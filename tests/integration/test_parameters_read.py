"""What a basin sets about its committee is what its forms propose and refuse (D14)."""

from __future__ import annotations

import pytest

from engine.operations import page_context
from engine.people import basins
from engine.persistence.unit_of_work import Actor
from engine.registry import current
from engine.runtime import tasks
from forms import catalogue
from forms.choices import DecisionMode
from tests.integration.programme import DIAGNOSTIC, Programme


@pytest.fixture
def programme(database, clock):
    return Programme(database, clock).install()


def change(programme, key, value):
    programme.clock.advance(minutes=1)
    with programme.work_as("officer") as work:
        current.change(work, basin_id=programme.basin_id, key=key, value=value, reason="Vote du comité")


def context_of(programme, step):
    task = programme.task(step)
    with programme.database.start_reading(Actor(programme.people["officer"])) as work:
        return work.domain.context(work, tasks.find(work, task_id=task.id).task)


def to_check(programme):
    programme.open()
    programme.complete("qualify", "officer", programme.qualification())
    programme.complete("accept_prescription", "prescriber", {"accepted": True})
    programme.complete("preliminary_diagnostic", "prescriber", DIAGNOSTIC)


def test_a_basin_without_written_consultation_orders_no_opinion_between_sessions(programme):
    to_check(programme)
    asked = {
        "outcome": "complementary", "question": "Le marché est-il là ?",
        "expert_id": str(programme.people["expert"]), "complementary_due_on": "2026-12-06",
    }  # fmt: skip
    change(programme, "committee.written_consultation", False)

    form = catalogue.form("completeness_check").questions(context_of(programme, "check_completeness"))
    proposed = [choice.value for choice in form.fields["outcome"].options()]
    with pytest.raises(catalogue.InvalidAnswers) as refusal:
        programme.complete("check_completeness", "officer", asked)

    assert proposed == ["complete", "incomplete"]
    assert "en séance" in refusal.value.messages["outcome"][0]
    change(programme, "committee.written_consultation", True)
    programme.complete("check_completeness", "officer", asked)
    assert programme.steps() == ["complementary_diagnostic"]


def test_a_basin_without_written_consultation_plans_none(programme):
    planned = {"held_on": "2026-12-06", "kind": "written"}
    change(programme, "committee.written_consultation", False)

    with programme.work_as("officer") as work:
        context = page_context(work, "session_plan", basin_id=programme.basin_id, channel="json")
        with pytest.raises(catalogue.InvalidAnswers) as refusal:
            catalogue.load("session_plan", planned, context)
        assert catalogue.load("session_plan", planned | {"kind": "video"}, context)

    assert set(refusal.value.messages) == {"kind"}


@pytest.mark.parametrize("mode", [None, "vote"])
def test_the_decision_starts_from_how_the_committee_decides(programme, mode):
    programme.appraise()
    if mode:
        change(programme, "committee.decision_mode", mode)

    prefill = context_of(programme, "committee_decision").prefill

    assert DecisionMode(prefill["mode"]) is DecisionMode(mode or "consensus")


def test_outside_a_drawn_perimeter_an_officer_says_why_the_firm_is_accepted(programme):
    """R2: a perimeter is what a basin draws, and never a bar; none drawn, nothing is asked."""
    programme.open()
    answers = programme.qualification()
    assert "perimeter" not in context_of(programme, "qualify").limits
    change(programme, "perimeter.communes", ["54323"])

    with pytest.raises(catalogue.InvalidAnswers) as refusal:
        programme.complete("qualify", "officer", answers)
    programme.complete("qualify", "officer", answers | {"out_of_perimeter_reason": "Même bassin d’emploi."})

    assert list(refusal.value.messages) == ["out_of_perimeter_reason"]
    assert programme.steps() == ["accept_prescription"]


@pytest.mark.parametrize("form", ["intake", "person", "organisation", "address_correction"])
def test_a_number_without_its_prefix_is_dialled_from_the_basin_s_territory(programme, form):
    with programme.work_as("officer") as work:
        basins.find(work, programme.basin_id).territory = "RE"
        work.flush()
        of_reunion = page_context(work, form, basin_id=programme.basin_id, showing=False)
        basins.find(work, programme.basin_id).territory = "FR-57"
        of_moselle = page_context(work, form, basin_id=programme.basin_id, showing=False)

    assert (of_reunion.limits["phone_region"], of_moselle.limits["phone_region"]) == ("RE", "FR")
