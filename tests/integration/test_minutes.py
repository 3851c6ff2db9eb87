"""Minutes close a session: every item concluded, every decision signed, the very words that were shown."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from engine import errors
from engine.committee import attendance, delivering, items, minutes, minutes_words, sessions
from engine.committee.item_kinds import Kind
from engine.committee.minutes_models import Extract, Minutes
from engine.committee.models import Decision
from engine.documents.models import Paper
from engine.outbox.models import Message
from engine.people import chairs, committee_seats
from engine.people.models import Role
from engine.projects import closing
from forms import catalogue
from tests.integration.programme import Programme
from tests.integration.sittings import Sitting, planned

HELD = date(2026, 12, 10)


@pytest.fixture
def programme(database, clock) -> Programme:
    return Programme(database, clock).install()


@pytest.fixture
def sitting(programme) -> Sitting:
    """A session held, with one file on its agenda, which it has not decided yet."""
    programme.appraise()
    made = planned(programme, HELD)
    made.diffuse()
    programme.play_until(HELD)
    made.hold()
    return made


def decide(programme, sitting, outcome="approved", **changes) -> None:
    answers = programme.decision(outcome, session_id=str(sitting.id), **changes)
    programme.complete("committee_decision", "officer", answers)


def sign_off(programme, decision="sign", **changes) -> None:
    programme.complete("sign_off_decision", "chair", {"decision": decision, **changes})


def close(programme, sitting) -> None:
    decide(programme, sitting)
    sign_off(programme)
    sitting.submit_minutes()
    sitting.sign_minutes()


def all_of(programme, table):
    with programme.database.start_reading() as work:
        return list(work.database.scalars(sa.select(table)))


def test_minutes_are_not_submitted_while_an_item_is_left_open(programme, sitting):
    with pytest.raises(items.Undecided, match="Mécanique du Grand Pré"):
        sitting.submit_minutes()

    assert sitting.steps() == ["draft_minutes"]
    assert all_of(programme, Minutes) == []


def test_words_drafted_before_a_decision_are_not_given_to_sign(programme, sitting):
    with programme.database.start_reading() as work:
        kept = minutes.draft(work, sitting.row)
    assert "À décider." in kept
    decide(programme, sitting)
    sign_off(programme)

    with pytest.raises(errors.InvalidAnswers) as refused:
        sitting.submit_minutes(body=kept)

    assert list(refused.value.messages) == ["body"]
    assert sitting.steps() == ["draft_minutes"]


def test_a_file_put_off_to_another_session_lets_this_one_close(programme, sitting):
    item = sitting.items()[0]
    with programme.work_as("officer") as work:
        items.outcome(work, item.id, outcome="postponed", note="Le dirigeant était absent.")

    sitting.submit_minutes()
    sitting.sign_minutes()

    assert sitting.row.minutes_signed_on == HELD
    assert all_of(programme, Extract)[0].effect == "postponed"
    assert programme.steps() == ["committee_decision"]


def test_minutes_are_not_signed_before_the_decisions_of_their_session(programme, sitting):
    decide(programme, sitting)
    sitting.submit_minutes()

    with pytest.raises(minutes.NotAllSignedOff, match="Mécanique du Grand Pré"):
        sitting.sign_minutes()

    sign_off(programme)
    sitting.sign_minutes()
    assert sitting.row.minutes_signed_on == HELD


def test_a_decision_sent_back_reopens_its_item(programme, sitting):
    decide(programme, sitting)
    sitting.submit_minutes()
    sign_off(programme, "send_back", reason="Six jours, pas soixante.")

    with pytest.raises(items.Undecided):
        sitting.sign_minutes()

    decide(programme, sitting)
    sign_off(programme)
    sitting.sign_minutes()
    assert [each.decision_id for each in sitting.items()] == [
        each.id for each in all_of(programme, Decision) if each.number
    ]


def test_minutes_do_not_say_what_was_decided_otherwise_since_they_were_given_to_sign(
    programme, sitting, clock
):
    decide(programme, sitting)
    sitting.submit_minutes("Six jours de compétences.")
    sign_off(programme, "send_back", reason="Dix jours, pas six.")
    clock.advance(minutes=1)
    decide(programme, sitting)
    sign_off(programme)

    with pytest.raises(minutes.ChangedSince):
        sitting.sign_minutes()

    sitting.sign_minutes(decision="send_back", reason="La décision a été reprise.")
    sitting.submit_minutes("Dix jours de compétences.")
    sitting.sign_minutes()
    assert sitting.row.minutes_signed_on == HELD


def test_minutes_do_not_say_what_became_otherwise_of_an_item_since(programme, sitting, clock):
    item = sitting.items()[0]
    with programme.work_as("officer") as work:
        items.outcome(work, item.id, outcome="postponed", note="Le dirigeant était absent.")
    sitting.submit_minutes()
    clock.advance(minutes=1)
    with programme.work_as("officer") as work:
        items.outcome(work, item.id, outcome="postponed", note="Le dossier était incomplet.")

    with pytest.raises(minutes.ChangedSince):
        sitting.sign_minutes()


def test_minutes_do_not_say_that_others_were_there(programme, sitting, clock):
    decide(programme, sitting)
    sign_off(programme)
    sitting.submit_minutes()
    clock.advance(minutes=1)
    with programme.work_as("officer") as work:
        seat = committee_seats.seats_in_force(work, programme.basin_id, HELD)[0]
        attendance.record(
            work, sitting.id, rows=[{"seat_id": seat.assignment_id, "presence": "absent"}],
            chaired_by_id=programme.people["chair"],
        )  # fmt: skip

    with pytest.raises(minutes.ChangedSince):
        sitting.sign_minutes()


def test_a_project_that_was_withdrawn_leaves_its_item_moot(programme, sitting):
    with programme.work_as("officer") as work:
        closing.withdraw(work, project_id=programme.case_id, requested_by="firm", reason="Vente.")

    sitting.submit_minutes()
    sitting.sign_minutes()

    assert sitting.row.minutes_signed_on == HELD
    assert all_of(programme, Extract) == []


def test_words_that_changed_since_they_were_shown_are_not_signed(programme, sitting):
    decide(programme, sitting)
    sign_off(programme)
    sitting.submit_minutes("Le comité approuve.")
    with programme.database.start_reading() as work:
        shown = minutes.latest(work, sitting.id).body_hash
    sitting.sign_minutes(decision="send_back", reason="Le quorum manque.")
    sitting.submit_minutes("Le comité, au complet, approuve.")

    with pytest.raises(catalogue.InvalidAnswers, match="corriger"):
        sitting.sign_minutes(decision="sign", document_digest=shown)

    sitting.sign_minutes()
    first, second = sorted(all_of(programme, Minutes), key=lambda each: each.version)
    assert (first.state, first.sent_back_reason) == ("sent_back", "Le quorum manque.")
    assert (second.state, second.body) == ("signed", "Le comité, au complet, approuve.\n")
    assert second.signed_as == "chair"


def test_whoever_is_no_longer_the_chair_does_not_sign(programme, sitting):
    decide(programme, sitting)
    sign_off(programme)
    sitting.submit_minutes()
    with programme.work_as("officer") as work:
        chairs.designate_acting_chair(
            work, basin_id=programme.basin_id, person_id=programme.people["successor"],
            until=HELD + timedelta(days=30),
        )  # fmt: skip
    programme.end_role(Role.PARTNER_COMPANY, "chair")

    with pytest.raises(errors.NotAllowed):
        sitting.sign_minutes()

    with programme.database.start_reading() as work:
        digest = minutes.latest(work, sitting.id).body_hash
    sitting.own.complete("sign_minutes", "successor", {"decision": "sign", "document_digest": digest})
    assert [each.signed_as for each in all_of(programme, Minutes)] == ["acting_chair"]


def test_signed_minutes_ask_for_their_file_and_tell_those_who_read_them(programme, sitting):
    close(programme, sitting)

    paper = next(each for each in all_of(programme, Paper) if each.kind == "minutes")
    assert (paper.subject_id, paper.chain_id) == (all_of(programme, Minutes)[0].id, sitting.id)
    assert paper.name == f"Procès-verbal {sitting.row.number}.pdf"
    told = {each.recipient_id for each in all_of(programme, Message) if each.kind == "minutes_available"}
    assert told == {programme.people[name] for name in ("prescriber", "mandatary", "successor")}


def test_nothing_is_decided_any_more_once_the_minutes_are_signed(programme, sitting):
    close(programme, sitting)
    item = sitting.items()[0]

    with programme.work_as("officer") as work, pytest.raises(items.MinutesSigned):
        items.outcome(work, item.id, outcome="postponed", note=None)
    with programme.work_as("officer") as work, pytest.raises(items.MinutesSigned):
        items.preside(work, item.id, person_id=programme.people["successor"])


def test_an_item_takes_only_an_outcome_of_its_kind(programme, sitting):
    with programme.work_as("officer") as work, pytest.raises(errors.InvalidAnswers):
        items.outcome(work, sitting.items()[0].id, outcome="ratified", note=None)


def test_an_item_with_a_decision_takes_no_outcome(programme, sitting):
    decide(programme, sitting)

    with programme.work_as("officer") as work, pytest.raises(items.ItemDecided):
        items.outcome(work, sitting.items()[0].id, outcome="postponed", note=None)


def test_a_decision_that_no_agenda_foresaw_has_its_item(programme):
    programme.diagnose()
    made = planned(programme, HELD)
    made.diffuse()
    programme.play_until(HELD)
    made.hold()
    programme.play_until(HELD + timedelta(days=1))
    programme.complete("check_completeness", "officer", {"outcome": "complete"})
    answers = programme.decision(session_id=str(made.id))
    programme.complete("committee_decision", "officer", answers, late_reason="Le dossier a été vu en séance.")

    item = made.items()[0]
    assert (item.kind, item.is_late, item.project_id) == ("project_new", True, programme.case_id)
    assert item.decision_id == all_of(programme, Decision)[0].id


def test_who_presides_over_an_item_signs_what_was_decided(programme, sitting):
    item = sitting.items()[0]
    with programme.work_as("officer") as work:
        items.preside(work, item.id, person_id=programme.people["successor"])
    decide(programme, sitting)

    programme.complete("sign_off_decision", "successor", {"decision": "sign"})

    assert sitting.items()[0].chaired_by_id == programme.people["successor"]
    assert all_of(programme, Decision)[0].signed_as == "acting_chair"


def test_who_was_named_by_mistake_to_preside_over_an_item_signs_nothing_of_it(programme, sitting):
    item = sitting.items()[0]
    for name in ("successor", "prescriber"):
        with programme.work_as("officer") as work:
            items.preside(work, item.id, person_id=programme.people[name])
    decide(programme, sitting)

    with pytest.raises(errors.EngineError):
        programme.complete("sign_off_decision", "successor", {"decision": "sign"})
    programme.complete("sign_off_decision", "prescriber", {"decision": "sign"})

    assert sitting.items()[0].chaired_by_id == programme.people["prescriber"]
    assert all_of(programme, Decision)[0].signed_by == programme.people["prescriber"]


def test_the_chair_presides_over_an_item_again_once_they_are_back(programme, sitting):
    item = sitting.items()[0]
    for name in ("successor", "chair"):
        with programme.work_as("officer") as work:
            items.preside(work, item.id, person_id=programme.people[name])
    decide(programme, sitting)

    with pytest.raises(errors.EngineError):
        programme.complete("sign_off_decision", "successor", {"decision": "sign"})
    sign_off(programme)

    assert all_of(programme, Decision)[0].signed_as == "chair"


def test_only_who_sits_for_a_partner_company_presides_over_an_item(programme, sitting):
    programme.end_role(Role.PARTNER_COMPANY, "successor")

    with programme.work_as("officer") as work, pytest.raises(errors.NotAllowed):
        items.preside(work, sitting.items()[0].id, person_id=programme.people["successor"])


def test_the_extract_reaches_its_project_once(programme, sitting):
    close(programme, sitting)

    assert delivering.deliver_due(programme.database) == 1
    assert delivering.deliver_due(programme.database) == 0

    assert programme.kinds().count("committee.extract.received") == 1
    papers = [each.kind for each in all_of(programme, Paper) if each.project_id == programme.case_id]
    assert sorted(papers) == ["decision_letter", "extract"]
    assert all_of(programme, Extract)[0].delivered_at is not None


def test_the_words_drafted_say_what_was_recorded(programme, sitting):
    decide(programme, sitting, human_means=[
        {"company_id": str(programme.firms["lender"]), "domain": "production", "days": "6"}
    ], explanation=None)  # fmt: skip
    sign_off(programme)
    with programme.database.start_reading() as work:
        body = minutes_words.drafted(work, sessions.find(work, sitting.id))

    lines = body.splitlines()
    assert lines[0] == "Procès-verbal de la séance du 10 décembre 2026"
    assert "Présidence\u202f: Chair (démo)." in lines
    assert any(each.startswith("Présents\u202f: Chair (démo) (Entreprise chair (démo))") for each in lines)
    assert (
        f"Point 1. Mécanique du Grand Pré (démo) ({programme.project().reference}), nouveau projet" in lines
    )
    assert "Le comité agrée le projet, par consensus." in lines
    assert "– 6 jours en production, apportés par Entreprise lender (démo)." in lines
    assert Kind(sitting.items()[0].kind) is Kind.PROJECT_NEW
