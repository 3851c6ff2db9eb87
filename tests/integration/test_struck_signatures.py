"""A signature recorded on paper for somebody who had not signed is struck out, and asked for again."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from engine import errors
from engine.agreements import paper_days, striking
from engine.agreements.models import Agreement, Signature
from engine.people.models import Role
from engine.projects import closing
from engine.runtime.models import Instance
from tests.integration.programme import Programme
from tests.integration.test_paper_days import sign_on_paper

MANDATARY = 3


@pytest.fixture
def signing(database, clock, tmp_path):
    """The mandatary's line recorded as signed on paper today; the three others not signed yet."""
    programme = Programme(database, clock).install()
    programme.appraise()
    programme.decide()
    programme.prepare()
    clock.advance(days=5)
    sign_on_paper(programme, MANDATARY, programme.today, tmp_path)
    return programme


def strike(programme: Programme, signature_id: UUID | None = None) -> None:
    """The officer strikes out the one on paper that stands."""
    standing = [
        each.id for each in programme.rows(Signature) if each.mode == "paper" and each.struck_at is None
    ]
    answers = {"signature_id": signature_id or standing[0], "reason": "Sa voisine a signé."}
    with programme.work_as("officer") as work:
        striking.strike(work, programme.case_id, answers)


def waiting(programme: Programme) -> list[int | None]:
    """The lines that are waited for."""
    return sorted(each.position for each in programme.open_tasks() if each.step == "sign_agreement")


def test_the_line_is_waited_for_again_and_the_mistake_stays(signing, clock):
    programme = signing
    before = {each.id for each in programme.open_tasks()}
    asked = len([each for each in programme.mails() if each.recipient_id == programme.people["mandatary"]])
    clock.advance(days=2)

    strike(programme)

    assert waiting(programme) == [0, 1, 2, MANDATARY]
    assert before < {each.id for each in programme.open_tasks()}
    task = programme.task("sign_agreement", position=MANDATARY)
    assert task.assignee_id == programme.people["mandatary"]
    assert task.due_on == programme.today + timedelta(days=30)
    mails = [each for each in programme.mails() if each.recipient_id == programme.people["mandatary"]]
    assert len(mails) == asked + 1
    [struck] = programme.rows(Signature)
    assert struck.struck_at is not None
    assert struck.signed_on is not None
    assert struck.document_id is not None
    assert programme.kinds().count("agreements.signature.struck") == 1
    [agreement] = programme.rows(Agreement)
    assert agreement.voided_at is None


def test_the_firm_is_labelled_only_once_the_line_is_really_signed(signing):
    programme = signing
    for position in (0, 1):
        programme.sign(position)
    strike(programme)
    programme.sign(2)
    assert programme.project().effective_on is None
    assert waiting(programme) == [MANDATARY]

    programme.sign(MANDATARY)

    assert programme.project().effective_on == programme.today
    assert len([each for each in programme.rows(Signature) if each.struck_at is None]) == 4


def test_what_is_struck_twice_is_kept_twice_and_a_refusal_still_returns_to_the_committee(signing, tmp_path):
    programme = signing
    strike(programme)
    sign_on_paper(programme, MANDATARY, programme.today, tmp_path)
    strike(programme)
    assert len(programme.rows(Signature)) == 2

    programme.sign(MANDATARY, answer="refuse", reason="Relire.")

    assert waiting(programme) == []
    assert programme.project().status == "ready_for_committee"


def test_an_instance_opened_again_is_marked_as_never_done(signing):
    strike(signing)

    [root] = [each for each in signing.rows(Instance) if each.id == signing.case_id]
    assert '"done":0' in root.marking
    assert sorted(map(int, re.findall(r'"position":(\d)', root.marking))) == [0, 1, 2, MANDATARY]


def test_a_chair_who_left_since_is_not_asked_again_but_whoever_presides_now(signing, tmp_path):
    programme = signing
    sign_on_paper(programme, 1, programme.today, tmp_path)
    chair_line = next(each.id for each in programme.rows(Signature) if each.capacity == "chair")
    programme.end_role(Role.CHAIR, "chair")

    strike(programme, chair_line)

    assert waiting(programme) == [0, 1, 2]
    assert "designate_acting_chair" in programme.steps()


def test_a_signature_by_code_or_of_another_project_is_not_struck(signing):
    signing.sign(0)
    online = next(each.id for each in signing.rows(Signature) if each.mode == "online")

    for other in (online, uuid4()):
        with pytest.raises(paper_days.NotOnPaper):
            strike(signing, other)


def test_what_was_struck_already_is_not_struck_again(signing):
    [paper] = signing.rows(Signature)
    strike(signing)

    with pytest.raises(paper_days.NotOnPaper):
        strike(signing, paper.id)


def test_nothing_is_struck_once_the_agreement_is_in_force(signing):
    for position in range(3):
        signing.sign(position)

    with pytest.raises(striking.InForceAlready) as refused:
        strike(signing)

    assert "résiliation" in str(refused.value)
    assert signing.project().effective_on == signing.today


def test_nothing_is_struck_on_a_project_that_has_ended(signing):
    with signing.work_as("officer") as work:
        closing.withdraw(work, project_id=signing.case_id, requested_by="firm", reason="Vente.")

    with pytest.raises(errors.Conflict):
        strike(signing)
