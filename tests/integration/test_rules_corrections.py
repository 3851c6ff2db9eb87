"""What is put right is what everybody reads from then on, with all that belonged to it (D21)."""

from __future__ import annotations

import pytest

from engine.operations import contexts
from engine.projects import appraisal, corrections, documents
from engine.projects.models import Diagnostic, Document
from engine.runtime import tasks
from tests.integration.programme import DIAGNOSTIC, Programme


@pytest.fixture
def diagnosed(database, clock):
    """A project whose preliminary diagnostic waits for the officer's check, and said 4 jobs instead of 40."""
    programme = Programme(database, clock).install()
    programme.open()
    programme.complete("qualify", "officer", programme.qualification())
    programme.complete("accept_prescription", "prescriber", {"accepted": True})
    programme.complete("preliminary_diagnostic", "prescriber", {**DIAGNOSTIC, "jobs_to_create": 4})
    clock.advance(minutes=5)
    return programme


def put_right(programme: Programme) -> Diagnostic:
    [wrong] = programme.rows(Diagnostic)
    with programme.work_as("officer") as work:
        corrections.correct(
            work, project_id=programme.case_id, record_id=wrong.id, changes={"jobs_to_create": 40},
            reason="Un zéro manquait.",
        )  # fmt: skip
    return wrong


def versions(programme: Programme) -> list[tuple[int, int]]:
    with programme.database.start_reading() as work:
        return [
            (each.version, each.jobs_to_create) for each in appraisal.diagnostics(work, programme.case_id)
        ]


def context(programme: Programme, step: str, name: str):
    with programme.work_as(name) as work:
        return contexts.context(work, tasks.find(work, task_id=programme.task(step).id).task)


def test_a_diagnostic_put_right_is_the_one_that_stands(diagnosed):
    put_right(diagnosed)

    assert versions(diagnosed) == [(1, 40)]


def test_a_diagnostic_put_right_keeps_its_needs_in_skills(diagnosed):
    wrong = put_right(diagnosed)

    with diagnosed.database.start_reading() as work:
        [right] = appraisal.diagnostics(work, diagnosed.case_id)
        needs = [(each.domain, each.quarter_days) for each in appraisal.needs_of(work, right.id)]
        before = [(each.domain, each.quarter_days) for each in appraisal.needs_of(work, wrong.id)]
    assert needs == before
    assert needs


def test_a_diagnostic_put_right_keeps_its_attachments(diagnosed, tmp_path):
    [wrong] = diagnosed.rows(Diagnostic)
    paper = diagnosed.scan(tmp_path)
    with diagnosed.work_as("officer") as work:
        documents.attach(work, [paper], project_id=diagnosed.case_id, subject_id=wrong.id)

    put_right(diagnosed)

    with diagnosed.database.start_reading() as work:
        [right] = appraisal.diagnostics(work, diagnosed.case_id)
        assert work.database.get_one(Document, paper).subject_id == right.id


def test_a_file_sent_back_starts_from_what_was_put_right(diagnosed):
    put_right(diagnosed)
    diagnosed.complete("check_completeness", "officer", {"outcome": "incomplete", "missing": "Le bilan."})

    start = context(diagnosed, "preliminary_diagnostic", "prescriber").prefill

    assert start["jobs_to_create"] == 40
    assert len(start["needs"]) == len(DIAGNOSTIC["needs"])


def test_a_diagnostic_sent_again_after_a_correction_is_the_second_version(diagnosed):
    put_right(diagnosed)
    diagnosed.complete("check_completeness", "officer", {"outcome": "incomplete", "missing": "Le bilan."})
    diagnosed.complete("preliminary_diagnostic", "prescriber", {**DIAGNOSTIC, "jobs_to_create": 41})

    assert versions(diagnosed) == [(2, 41), (1, 40)]
