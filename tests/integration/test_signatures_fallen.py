"""Those whose signature fell with its text are told so, once, and why; unless they have signed anew."""

from __future__ import annotations

import pytest

from engine.agreements import fallen, redrafting
from engine.agreements.models import Signature
from engine.operations import mail
from engine.projects.recording import find
from engine.runtime import tasks
from tests.integration.programme import Programme
from tests.integration.test_agreement_redrafted import replace


@pytest.fixture
def programme(database, clock):
    """A project whose agreement waits for four signatures, two of them given."""
    found = Programme(database, clock).install()
    found.appraise()
    found.decide()
    found.prepare()
    found.sign(0)
    found.sign(1)
    return found


def refuse(programme: Programme, position: int) -> None:
    """A line refuses to sign."""
    programme.sign(position, answer="refuse", reason="Plus de jours.")


def moot(programme: Programme) -> list[bool]:
    """Whether each mail about a signature that fell has still something to say."""
    with programme.database.start_reading() as work:
        return [
            mail.facts_of(None, work, each).is_moot for each in programme.mails() if each.kind in fallen.KINDS
        ]


def test_a_refusal_tells_those_who_had_signed_and_nobody_else(programme):
    head = programme.project().sme_head_id

    refuse(programme, 2)

    told = programme.mails("agreement_voided")
    assert {each.recipient_id for each in told} == {head, programme.people["chair"]}
    assert len(told) == 2
    data = told[0].data
    assert (data["cause"], data["signed_as"], data["version"]) == ("refused", "partner_company", 1)
    assert moot(programme) == [False, False]


def test_signatures_not_gathered_in_time_say_so(programme):
    while "sign_agreement" in programme.steps():
        programme.play_until(programme.today.replace(year=programme.today.year + 1))

    assert {each.data["cause"] for each in programme.mails("agreement_voided")} == {"not_signed"}


def test_who_has_signed_the_new_version_is_not_told_that_the_former_fell(programme):
    refuse(programme, 2)
    programme.clock.advance(days=1)
    programme.decide()
    programme.prepare()
    programme.sign(0)

    told = {each.recipient_id: gone for each, gone in
            zip(programme.mails("agreement_voided"), moot(programme), strict=True)}  # fmt: skip
    assert told == {programme.project().sme_head_id: True, programme.people["chair"]: False}


def test_a_task_of_a_text_that_fell_says_who_refused_it(programme):
    waiting = programme.task("sign_agreement", position=3)
    with programme.work_as("officer") as work:
        assert fallen.of_task(work, tasks.find(work, task_id=waiting.id).task) is None

    refuse(programme, 2)

    with programme.work_as("officer") as work:
        found = fallen.of_task(work, tasks.find(work, task_id=waiting.id).task)
    assert found is not None
    assert found.refused_by == programme.people["expert"]
    assert {each.voided_at for each in programme.rows(Signature)} == {found.at}


def test_a_company_that_another_signs_for_is_no_other_mandatary(database, clock):
    """Where the mandatary has no line of his own, his company signing already."""
    programme = Programme(database, clock).install()
    programme.appraise()
    programme.decide()
    programme.prepare()
    replace(programme, "chair")
    programme.sign(0)
    with programme.work_as("officer") as work:
        project = find(work, programme.case_id)
        [line] = redrafting.replaceable(work, project)
        redrafting.replace_signatory(
            work, project, line, person_id=programme.people["successor"], reason="Siège passé.",
            today=programme.today,
        )  # fmt: skip

    assert programme.mails("agreement_redrafted")[-1].data["reason"] == "signatory_replaced"
