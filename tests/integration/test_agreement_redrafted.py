"""A mandatary replaced while all sign: another text, signed again by all; and two acts at once."""

from __future__ import annotations

import threading

import pytest
import sqlalchemy as sa

from engine import errors
from engine.agreements import drafting, wording
from engine.agreements.models import Agreement, Signature
from engine.escalation.replacement import replace_mandatary
from engine.operations import fill_vacancies
from engine.people import assignments, chairs, holders
from engine.people.models import Role
from engine.projects import mandates
from engine.runtime import locking, tasks
from engine.runtime.models import Task
from forms import catalogue
from tests.integration.programme import Programme


@pytest.fixture
def programme(database, clock):
    """A project whose agreement waits for four signatures, on each database."""
    found = Programme(database, clock).install()
    found.appraise()
    found.decide()
    found.prepare()
    return found


def replace(programme, to: str = "successor") -> mandates.Replacement:
    """The chair hands the project over."""
    with programme.work_as("chair") as work:
        return replace_mandatary(
            work, case_id=programme.case_id, to_person=programme.people[to], reason="Départ."
        )


def versions(programme) -> list[Agreement]:
    """Every version, the first first."""
    return sorted(programme.rows(Agreement), key=lambda each: each.version)


def lines(programme) -> list[tuple[str, object]]:
    """The lines of the version being signed."""
    from engine.agreements import signatories

    with programme.database.start_reading() as work:
        agreement = drafting.latest(work, programme.case_id)
        return [(each.capacity, each.person_id) for each in signatories.lines_of(work, agreement.id)]


class OnPaper(Programme):
    """A programme whose mandatary signs on paper."""

    def signatories(self) -> list[dict[str, object]]:
        """The four lines, the mandatary's on paper."""
        return [
            {**each, "mode": "paper"} if each["capacity"] == "mandatary" else each
            for each in super().signatories()
        ]


def ways(programme) -> dict[str, str]:
    """How each capacity of the version being signed is signed."""
    from engine.agreements import signatories

    with programme.database.start_reading() as work:
        agreement = drafting.latest(work, programme.case_id)
        return {each.capacity: each.way for each in signatories.lines_of(work, agreement.id)}


def test_another_mandatary_gives_another_text_and_the_signatures_given_fall(programme):
    programme.sign(0)
    programme.sign(2)
    stale = programme.task("sign_agreement", position=3)

    replace(programme)

    first, second = versions(programme)
    assert (first.state, first.void_reason) == ("voided", "mandatary_replaced")
    assert (second.version, second.number, second.state) == (2, first.number, "to_sign")
    assert "Successor (démo)" in second.body
    assert "Mandatary (démo)" in first.body
    assert "Mandatary (démo)" not in second.body
    assert second.text["objective"] == first.text["objective"]
    assert all(each.voided_at is not None for each in programme.rows(Signature))
    assert programme.steps() == ["sign_agreement"] * 4
    with programme.work_as("mandatary") as work, pytest.raises(locking.AlreadyClosed):
        tasks.complete(work, task_id=stale.id, answers={"answer": "accept"}, channel="json")


def test_those_who_had_signed_are_told_and_all_are_asked_again(programme):
    programme.sign(0)
    head = programme.project().sme_head_id

    replace(programme)

    assert [each.recipient_id for each in programme.mails("agreement_redrafted")] == [head]
    waiting = {each.assignee_id for each in programme.open_tasks()}
    assert {head, programme.people["successor"]} <= waiting
    assert programme.people["mandatary"] not in waiting


def test_the_new_mandatary_signs_and_the_former_is_no_signatory_any_more(programme):
    replace(programme)

    assert lines(programme)[3] == ("mandatary", programme.people["successor"])
    with programme.database.start_reading() as work:
        signing = holders.holders(work, role=Role.SIGNATORY, case_id=programme.case_id, on=programme.today)
    assert programme.people["mandatary"] not in {each.person_id for each in signing}
    for position in range(4):
        programme.sign(position)
    assert programme.project().status == "labelled"
    kept = versions(programme)[1]
    assert kept.text_hash == wording.digest_of(kept.body)
    assert {each.text_hash for each in programme.rows(Signature) if each.voided_at is None} == {
        kept.file_hash
    }


def test_a_mandatary_whose_company_signs_already_has_no_line_of_his_own(programme):
    replace(programme, "chair")

    assert [capacity for capacity, _person in lines(programme)] == ["beneficiary", "chair", "partner_company"]
    for position in range(3):
        programme.sign(position)
    assert programme.project().status == "labelled"


def test_each_line_drawn_up_again_is_signed_in_the_way_chosen_for_it(database, clock):
    found = OnPaper(database, clock).install()
    found.appraise()
    found.decide()
    found.prepare()
    assert ways(found) == {
        "beneficiary": "online", "chair": "online", "partner_company": "online", "mandatary": "paper",
    }  # fmt: skip

    replace(found)
    assert ways(found)["mandatary"] == "paper"
    replace(found, "chair")
    assert "mandatary" not in ways(found)
    replace(found, "mandatary")

    assert ways(found)["mandatary"] == "online", "with no line before, as the firm signs"


def test_replaced_twice_after_a_reminder_the_text_follows_each_time(programme):
    programme.sign(1)
    programme.play_until(programme.today.replace(year=programme.today.year + 1, month=1, day=5))
    replace(programme)
    programme.sign(1)

    replace(programme, "mandatary")

    assert [each.version for each in versions(programme)] == [1, 2, 3]
    assert lines(programme)[3] == ("mandatary", programme.people["mandatary"])
    for position in range(4):
        programme.sign(position)
    assert programme.project().status == "labelled"


def test_a_drafted_text_is_never_rewritten(programme):
    for change in ({"body": "Autre."}, {"text_hash": "0" * 64}, {"version": 9}):
        with (
            pytest.raises(sa.exc.DBAPIError, match="never rewritten"),
            programme.work_as("officer") as work,
        ):
            work.connection.execute(sa.update(Agreement).values(**change))
    with pytest.raises(sa.exc.DBAPIError), programme.work_as("officer") as work:
        work.connection.execute(sa.delete(Agreement))


def test_a_diagram_that_cannot_draw_it_up_again_refuses_the_replacement(programme, monkeypatch):
    monkeypatch.setattr(mandates, "TEXT_CHANGED", "nobody_waits_for_this")

    with pytest.raises(mandates.BeingSigned):
        replace(programme)

    assert programme.project().mandatary_id == programme.people["mandatary"]
    assert [each.state for each in versions(programme)] == ["to_sign"]


def sign_last(programme, task_id, digest: str, outcomes: list[str]) -> None:
    """The mandatary signs the text he was shown, the last of four."""
    answers = {"answer": "accept", "consent": True, "document_digest": digest}
    try:
        with programme.work_as("mandatary") as work:
            tasks.complete(work, task_id=task_id, answers=answers, channel="json")
        outcomes.append("signed")
    except (errors.EngineError, catalogue.InvalidAnswers):
        outcomes.append("refused")


@pytest.mark.parametrize("attempt", range(4))
def test_the_last_signature_and_a_replacement_at_once_end_as_if_one_came_first(programme, attempt):
    for position in range(3):
        programme.sign(position)
    with programme.database.start_reading() as work:
        task_id = work.connection.execute(
            sa.select(Task.id).where(Task.step == "sign_agreement", Task.closed_at.is_(None))
        ).scalar_one()
    outcomes: list[str] = []
    acts = [
        threading.Thread(target=sign_last, args=(programme, task_id, programme.digest(), outcomes)),
        threading.Thread(target=replace, args=(programme,)),
    ]
    for each in acts if attempt % 2 else reversed(acts):
        each.start()
    for each in acts:
        each.join(20)

    project, found = programme.project(), versions(programme)
    assert project.mandatary_id == programme.people["successor"]
    if outcomes == ["signed"]:  # The firm was labelled first: the text in force stays, the amendment follows.
        assert [each.state for each in found] == ["effective"]
        assert project.status == "labelled"
    else:
        assert [each.state for each in found] == ["voided", "to_sign"]
        assert "Successor (démo)" in found[1].body
        assert [each for each in programme.rows(Signature) if each.voided_at is None] == []
        assert len(programme.open_tasks()) == 4


# A chair who no longer presides.


def another_presides(programme):
    """The chair leaves, and another member is appointed."""
    programme.end_role(Role.CHAIR, "chair")
    with programme.work_as("officer") as work:
        chairs.appoint_chair(work, basin_id=programme.basin_id, person_id=programme.people["prescriber"])


def roles_of(programme, name):
    """The roles that somebody holds on the project today."""
    with programme.database.start_reading() as work:
        held = assignments.of_case(work, programme.case_id, programme.today)
        return {Role(each.role) for each in held if each.person_id == programme.people[name]}


def replaced_by(programme, chair):
    """Whoever presides hands the project over."""
    with programme.work_as(chair) as work:
        replace_mandatary(
            work, case_id=programme.case_id, to_person=programme.people["successor"], reason="Départ."
        )


def test_the_text_drawn_up_again_names_who_presides_though_the_former_had_signed(programme):
    programme.sign(1)
    another_presides(programme)

    replaced_by(programme, "prescriber")

    assert lines(programme)[1] == ("chair", programme.people["prescriber"])
    second = versions(programme)[1]
    assert second.text["signatories"][1]["person"] == "Prescriber (démo)"
    assert "Chair (démo)" not in second.body
    assert Role.SIGNATORY not in roles_of(programme, "chair")
    for position in range(4):
        programme.sign(position)
    assert programme.project().status == "labelled"


def test_a_mandatary_of_the_new_chair_s_company_has_no_line_of_his_own(programme):
    another_presides(programme)
    with programme.work_as("prescriber") as work:
        replace_mandatary(
            work, case_id=programme.case_id, to_person=programme.people["prescriber"], reason="Départ."
        )

    assert lines(programme)[1:] == [
        ("chair", programme.people["prescriber"]), ("partner_company", programme.people["expert"]),
    ]  # fmt: skip


def test_with_nobody_to_preside_the_chair_s_line_waits_under_the_same_name(programme):
    from engine.agreements import redrafting, signatories

    programme.end_role(Role.CHAIR, "chair")
    with programme.database.start_reading() as work:
        agreement = drafting.latest(work, programme.case_id)
        project = programme.project()
        kept = redrafting.following(project, signatories.lines_of(work, agreement.id), chair=None)

    assert (kept[1].capacity, kept[1].person_id) == ("chair", programme.people["chair"])


def test_a_chair_who_left_before_signing_is_no_signatory_any_more(programme):
    assert Role.SIGNATORY in roles_of(programme, "chair")
    another_presides(programme)

    fill_vacancies(programme.database)

    assert Role.SIGNATORY not in roles_of(programme, "chair")
    assert Role.SIGNATORY in roles_of(programme, "prescriber")


def test_a_chair_who_left_and_signs_another_line_keeps_it(database, clock):
    found = Programme(database, clock).install()
    found.appraise()
    found.decide(
        mandatary_id=str(found.people["successor"]),
        human_means=[{"company_id": str(found.firms["chair"]), "domain": "production", "days": "6"}],
    )
    found.complete("accept_mandate", "successor", {"accepted": True})
    project = found.project()
    rows = (
        ("beneficiary", project.organisation_id, project.sme_head_id),
        ("chair", found.firms["chair"], found.people["chair"]),
        ("partner_company", found.firms["chair"], found.people["chair"]),
        ("mandatary", project.mandatary_organisation_id, project.mandatary_id),
    )
    signatories = [
        {"capacity": capacity, "organisation_id": str(firm), "person_id": str(person), "mode": "online"}
        for capacity, firm, person in rows
    ]
    found.complete(
        "prepare_agreement", "officer",
        {"means_changed": False, "objective": "Une ligne de plus.", "signatories": signatories},
    )  # fmt: skip
    another_presides(found)

    fill_vacancies(found.database)

    assert Role.SIGNATORY in roles_of(found, "chair")


def test_back_to_the_committee_nobody_signs_any_more(programme):
    task = programme.task("sign_agreement", position=2)
    programme.complete(
        "sign_agreement", "expert",
        {"answer": "refuse", "reason": "Plus de jours.", "document_digest": programme.digest()}, position=2,
    )  # fmt: skip

    assert programme.steps() == ["committee_decision"]
    with programme.database.start_reading() as work:
        signing = holders.holders(work, role=Role.SIGNATORY, case_id=programme.case_id, on=programme.today)
    assert (task.role, signing) == ("signatory", [])
