"""A project lives its whole life on the reference diagrams, on both databases."""

from __future__ import annotations

from datetime import date

import pytest

from engine.agreements.models import Agreement, Signature
from engine.projects.follow_up_models import Report
from engine.skills.models import InterventionDay
from tests.integration.programme import REVIEW, Programme


@pytest.fixture
def programme(database, clock):
    return Programme(database, clock).install()


def test_a_project_goes_from_intake_to_closure(programme):
    programme.label()

    project = programme.project()
    assert project.reference == "TDL-2026-001"
    assert project.status == "labelled"
    assert project.effective_on == date(2026, 11, 16)
    assert project.follow_up_ends_on == date(2028, 5, 16)
    assert programme.steps() == ["plan_interventions"]
    assert [each.number for each in programme.rows(Agreement)] == ["TDL-2026-C001"]
    assert len(programme.rows(Signature)) == 4

    programme.plan()
    programme.complete("carry_out_intervention", "expert", programme.work_done("1", "0.75"), position=0)
    programme.complete("review_accompaniment", "officer", {"complete": True})
    assert sum(each.quarter_days for each in programme.rows(InterventionDay)) == 7

    for number, due in enumerate(
        (date(2027, 2, 16), date(2027, 5, 16), date(2027, 8, 16), date(2027, 11, 16), date(2028, 2, 16),
         date(2028, 5, 16)),
        start=1,
    ):  # fmt: skip
        programme.play_until(due)
        assert programme.task("follow_up_report").due_on == due
        programme.report()
        assert [(each.number, each.days_late) for each in programme.rows(Report)][-1][0] <= number

    programme.complete("final_review", "mandatary", REVIEW)
    programme.complete("sign_closure", "chair", {"decision": "sign"})

    project = programme.project()
    assert (project.status, project.end_kind, project.ended_on) == ("closed", "closed", date(2028, 5, 16))
    assert programme.steps() == []
    assert "projects.project.ended" in programme.kinds()
