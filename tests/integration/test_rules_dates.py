"""No rule of the charter is got round by the days that people write (D1, D2, R28)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from engine import errors
from engine.agreements import signatures
from engine.agreements.models import Agreement
from engine.committee.models import DecisionCondition
from engine.projects import closing
from engine.projects.closing import TooEarlyToClose
from engine.projects.follow_up_models import Report
from engine.projects.models import Project
from tests.integration.programme import REPORT, Programme

DECIDED = date(2026, 11, 16)
LONG_BEFORE = date(2021, 1, 4)
TERM = date(2028, 5, 16)


@pytest.fixture
def programme(sqlite, clock):
    return Programme(sqlite, clock).install()


def decided(programme):
    """A project that the committee approved, its mandatary ready."""
    programme.appraise()
    programme.decide()
    programme.complete("accept_mandate", "mandatary", {"accepted": True})


def prepared(programme, **how):
    """The officer prepares the agreement, on a day that the test may choose."""
    answers = {
        "means_changed": False, "objective": "Une ligne de plus.", "signatories": programme.signatories(),
    }  # fmt: skip
    programme.complete("prepare_agreement", "officer", answers, **how)
    programme.print_papers()


def on_paper(programme, folder, signed_on, position=0):
    """The officer records that a line was signed on paper."""
    scan, task = programme.scan(folder), programme.task("sign_agreement", position=position)
    with programme.work_as("officer") as work:
        signatures.sign_on_paper(work, task_id=task.id, signed_on=signed_on, document_id=scan)


def change(programme, table, **values):
    """Write days that no act would: what is left is the last fence."""
    with programme.database.start_work() as work:
        for row in work.database.query(table):
            for name, value in values.items():
                setattr(row, name, value)


def refusal_of(raised, name):
    """What was said of one answer."""
    [told] = raised.value.messages[name]
    return told


def test_an_agreement_is_not_prepared_before_its_decision_whatever_the_reason(database, clock):
    programme = Programme(database, clock).install()
    decided(programme)
    for day in (date(2010, 1, 1), DECIDED - timedelta(days=1)):
        with pytest.raises(errors.InvalidAnswers) as raised:
            prepared(programme, occurred_on=day, late_reason="retrouvé dans un classeur")
        assert "16 novembre 2026" in refusal_of(raised, "occurred_on")
    assert programme.steps() == ["prepare_agreement"]

    clock.advance(days=3)
    prepared(programme, occurred_on=DECIDED)

    assert [each.prepared_on for each in programme.rows(Agreement)] == [DECIDED]


def test_a_paper_signed_before_its_text_is_refused(database, clock, tmp_path):
    programme = Programme(database, clock).install()
    decided(programme)
    clock.advance(days=3)
    prepared(programme)
    clock.advance(days=2)

    with pytest.raises(errors.InvalidAnswers) as raised:
        on_paper(programme, tmp_path, DECIDED + timedelta(days=2))

    assert "19 novembre 2026" in refusal_of(raised, "signed_on")
    on_paper(programme, tmp_path, DECIDED + timedelta(days=3))
    assert len(programme.open_tasks()) == 3


@pytest.mark.parametrize("kept", ["decided_on", "opened_on"])
def test_a_paper_signed_before_the_decision_or_the_project_is_refused(programme, tmp_path, kept):
    decided(programme)
    prepared(programme)
    change(programme, Agreement, prepared_on=LONG_BEFORE)
    change(programme, Project, **{"decided_on": LONG_BEFORE, "opened_on": LONG_BEFORE, kept: DECIDED})

    with pytest.raises(errors.InvalidAnswers) as raised:
        on_paper(programme, tmp_path, DECIDED - timedelta(days=1))
    assert "16 novembre 2026" in refusal_of(raised, "signed_on")
    on_paper(programme, tmp_path, DECIDED)


def test_a_paper_is_not_signed_tomorrow(programme, tmp_path):
    decided(programme)
    prepared(programme)

    with pytest.raises(errors.InvalidAnswers) as raised:
        on_paper(programme, tmp_path, programme.today + timedelta(days=1))

    assert "futur" in refusal_of(raised, "signed_on")
    assert len(programme.open_tasks()) == 4
    on_paper(programme, tmp_path, programme.today)


def test_a_firm_is_labelled_from_the_opening_of_its_project_at_the_earliest(programme):
    decided(programme)
    prepared(programme)
    for position in range(3):
        programme.sign(position)
    change(programme, Project, opened_on=DECIDED + timedelta(days=2))

    programme.sign(3)

    project = programme.project()
    assert (project.effective_on, project.follow_up_ends_on) == (date(2026, 11, 18), date(2028, 5, 18))


def test_a_project_is_not_closed_eighteen_months_after_a_day_before_its_opening(programme):
    programme.label()
    change(programme, Project, effective_on=LONG_BEFORE)

    with programme.work_as("chair") as work:
        with pytest.raises(TooEarlyToClose) as raised:
            closing.require_may_close(work, programme.project(), today=TERM - timedelta(days=1))
        assert raised.value.details["possible_on"] == TERM
        closing.require_may_close(work, programme.project(), today=TERM)


BEFORE = DECIDED - timedelta(days=1)
SAID = {"late_reason": "dit au téléphone"}


def refused_on(programme, name, step, by, answers, **how):
    """An act is refused for a day that comes too early, told with the first one possible."""
    with pytest.raises(errors.InvalidAnswers) as raised:
        programme.complete(step, by, answers, **how)
    assert "16 novembre 2026" in refusal_of(raised, name)


def test_nothing_of_a_project_happened_before_it_was_opened(programme):
    programme.open()
    programme.clock.advance(days=2)
    asked = ("qualify", "officer", programme.qualification())

    refused_on(programme, "occurred_on", *asked, occurred_on=BEFORE, **SAID)

    programme.complete(*asked, occurred_on=DECIDED)
    assert programme.project().qualified_on == DECIDED


def test_a_decision_is_neither_signed_nor_notified_nor_its_conditions_lifted_before_it_is_taken(programme):
    programme.appraise()
    conditions = [{"text": "Un bail signé.", "due_on": (DECIDED + timedelta(days=20)).isoformat()}]
    programme.complete(
        "committee_decision", "officer", programme.decision("approved_with_conditions", conditions=conditions)
    )
    refused_on(
        programme,
        "occurred_on",
        "sign_off_decision",
        "chair",
        {"decision": "sign"},
        occurred_on=BEFORE,
        **SAID,
    )
    programme.complete("sign_off_decision", "chair", {"decision": "sign"})
    sent = {"channel": "email", "sent_on": BEFORE.isoformat()}
    refused_on(programme, "sent_on", "notify_decision", "officer", sent)
    programme.complete("notify_decision", "officer", {**sent, "sent_on": DECIDED.isoformat()})
    [condition] = programme.rows(DecisionCondition)
    lifted = {"condition_id": str(condition.id), "lifted_on": BEFORE.isoformat(), "evidence": "Bail reçu."}
    refused_on(programme, "conditions-0-lifted_on", "lift_conditions", "officer", {"conditions": [lifted]})

    lifted["lifted_on"] = DECIDED.isoformat()
    programme.complete("lift_conditions", "officer", {"conditions": [lifted]})
    assert [each.lifted_on for each in programme.rows(DecisionCondition)] == [DECIDED]


def test_no_day_is_worked_and_no_report_given_before_the_agreement_takes_effect(programme):
    programme.label()
    programme.plan()
    work_done = {**programme.work_done("1"), "worked_days": [{"worked_on": BEFORE.isoformat(), "days": "1"}]}
    with pytest.raises(errors.InvalidAnswers) as raised:
        programme.complete("carry_out_intervention", "expert", work_done, position=0)
    assert "16 novembre 2026" in refusal_of(raised, "worked_days-0-worked_on")
    programme.complete("carry_out_intervention", "expert", programme.work_done("1"), position=0)
    programme.play_until(date(2027, 2, 10))
    given = {**REPORT, "contact_on": programme.today.isoformat()}
    refused_on(programme, "occurred_on", "follow_up_report", "mandatary", given, occurred_on=BEFORE, **SAID)

    programme.complete("follow_up_report", "mandatary", given, occurred_on=date(2027, 2, 1), **SAID)
    assert [each.occurred_on for each in programme.rows(Report)] == [date(2027, 2, 1)]
