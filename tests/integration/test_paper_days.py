"""The day of a signature on paper is put right while all sign, and never once the eighteen months run."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from engine import errors
from engine.agreements import paper_days, signatures
from engine.agreements.models import Signature
from engine.projects import closing
from tests.integration.programme import Programme


@pytest.fixture
def signing(database, clock, tmp_path):
    """The mandatary's line recorded as signed on paper today; the three others not signed yet."""
    programme = Programme(database, clock).install()
    programme.appraise()
    programme.decide()
    programme.prepare()
    clock.advance(days=5)
    sign_on_paper(programme, 3, programme.today, tmp_path)
    return programme


def sign_on_paper(programme: Programme, position: int, day: date, folder: Path) -> None:
    """The officer records that a line was signed on paper on a day."""
    task, scan = programme.task("sign_agreement", position=position), programme.scan(folder)
    with programme.work_as("officer") as work:
        signatures.sign_on_paper(work, task_id=task.id, signed_on=day, document_id=scan)


def correct(programme: Programme, **changes: object) -> None:
    """The officer puts that day right."""
    [signature] = programme.rows(Signature)
    answers = {"signature_id": signature.id, "reason": "Le jour du scan.", **changes}
    with programme.work_as("officer") as work:
        paper_days.correct_day(work, programme.case_id, answers)


def test_the_day_of_the_paper_is_the_one_from_which_the_months_run(signing, tmp_path):
    wrong, right = signing.today, signing.today - timedelta(days=3)
    correct(signing, signed_on=wrong - timedelta(days=1))

    correct(signing, signed_on=right)

    [signature] = signing.rows(Signature)
    assert (signature.signed_on, signature.mode) == (right, "paper")
    assert signing.kinds().count("agreements.signature.corrected") == 2
    for position in range(3):
        sign_on_paper(signing, position, right - timedelta(days=1), tmp_path)
    assert signing.project().effective_on == right


@pytest.mark.parametrize("late_by", [1, -6, 0])
def test_a_day_that_cannot_be_or_changes_nothing_is_refused(signing, late_by):
    before = signing.today

    with pytest.raises(errors.InvalidAnswers) as refused:
        correct(signing, signed_on=before + timedelta(days=late_by))

    assert list(refused.value.messages) == ["signed_on"]
    assert [each.signed_on for each in signing.rows(Signature)] == [before]


def test_a_signature_of_another_project_or_given_on_line_is_not_corrected_here(signing):
    signing.sign(0)
    online = next(each.id for each in signing.rows(Signature) if each.mode == "online")

    for other in (online, uuid4()):
        with signing.work_as("officer") as work, pytest.raises(paper_days.NotOnPaper):
            paper_days.correct_day(
                work, signing.case_id,
                {"signature_id": other, "signed_on": signing.today - timedelta(days=1), "reason": "x"},
            )  # fmt: skip


def test_no_day_changes_once_the_agreement_is_in_force(signing):
    [paper] = signing.rows(Signature)
    for position in range(3):
        signing.sign(position)
    effective_on = signing.project().effective_on

    with signing.work_as("officer") as work, pytest.raises(paper_days.AlreadyInForce):
        paper_days.correct_day(
            work, signing.case_id,
            {"signature_id": paper.id, "signed_on": signing.today - timedelta(days=2), "reason": "Trop tard."},
        )  # fmt: skip

    assert signing.project().effective_on == effective_on


def test_nothing_changes_on_a_project_that_has_ended(signing):
    with signing.work_as("officer") as work:
        closing.withdraw(work, project_id=signing.case_id, requested_by="firm", reason="Vente.")

    with pytest.raises(errors.Conflict):
        correct(signing, signed_on=signing.today - timedelta(days=1))
