"""A signature on paper of an amendment, or of the annex alone, is put right or struck out like another."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.agreements import paper_days, signatures, striking
from engine.agreements.models import Signature
from tests.integration.amending import amended, decide_means, prepare, request
from tests.integration.programme import Programme

CALENDAR = {"object": "calendar"}


@pytest.fixture
def programme(database, clock, tmp_path):
    """An amendment being signed, the firm's head recorded as having signed it on paper today."""
    found = Programme(database, clock).install()
    found.label()
    request(found, **CALENDAR)
    decide_means(found, follow_up_months=24)
    prepare(found)
    found.print_papers()
    clock.advance(days=5)
    task, scan = found.task("sign_agreement", position=0), found.scan(tmp_path)
    with found.work_as("officer") as work:
        signatures.sign_on_paper(work, task_id=task.id, signed_on=found.today, document_id=scan)
    return found


def on_paper(programme: Programme) -> Signature:
    """The signature recorded so."""
    [found] = [each for each in programme.rows(Signature) if each.mode == "paper" and not each.struck_at]
    return found


def correct(programme: Programme, **changes: object) -> None:
    """The officer puts its day right."""
    answers = {"signature_id": on_paper(programme).id, "reason": "Le jour du scan.", **changes}
    with programme.work_as("officer") as work:
        paper_days.correct_day(work, programme.case_id, answers)


def strike(programme: Programme) -> None:
    """The officer strikes it out."""
    answers = {"signature_id": on_paper(programme).id, "reason": "Sa voisine a signé."}
    with programme.work_as("officer") as work:
        striking.strike(work, programme.case_id, answers)


def test_the_amendment_counts_from_the_day_that_the_paper_bears(programme):
    right = programme.today - timedelta(days=2)
    programme.clock.advance(days=1)

    correct(programme, signed_on=right)

    assert on_paper(programme).signed_on == right
    assert programme.kinds().count("agreements.signature.corrected") == 1


def test_a_struck_line_of_an_amendment_is_asked_again_and_the_amendment_waits_for_it(programme):
    before = {each.position for each in programme.open_tasks()}
    strike(programme)

    assert {each.position for each in programme.open_tasks()} == before | {0}
    while left := [each.position for each in programme.open_tasks() if each.position]:
        programme.sign(left[0])
    assert amended(programme)[0].effective_on is None
    programme.sign(0)
    assert amended(programme)[0].effective_on == programme.today


def test_nothing_changes_once_the_amendment_is_in_force(programme):
    while "sign_agreement" in programme.steps():
        programme.sign(programme.task("sign_agreement").position or 0)

    with pytest.raises(striking.InForceAlready):
        strike(programme)
    with pytest.raises(paper_days.AlreadyInForce):
        correct(programme, signed_on=programme.today - timedelta(days=1))
