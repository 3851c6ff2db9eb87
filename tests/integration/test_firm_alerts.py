"""A followed firm in difficulty: who is written to, never twice, and what is told to whom (E5, F10)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from engine import errors
from engine.operations import page_context
from engine.operations.file_acts import FILE_ACTS
from engine.people import assignments, persons
from engine.people.models import Role
from engine.projects import alerts, corrections, everyday
from engine.projects.follow_up_models import FirmAlert, Report
from forms import catalogue
from tests.integration.programme import LONG_AGO, Programme

MAIL = "firm_in_difficulty"
DUE = date(2027, 2, 16)
LOST = {
    "difficulty": "lost_customer", "seriousness": "serious", "statement": "Le premier client s’en va.",
    "occurred_on": "2026-11-16",
}  # fmt: skip


@pytest.fixture
def labelled(sqlite, clock):
    programme = Programme(sqlite, clock).install()
    programme.label()
    with programme.work_as("officer") as work:
        second = persons.add(work, full_name="Second (démo)", email="second@exemple.test").id
        assignments.assign(
            work, role=Role.OPERATOR, person_id=second, basin_id=programme.basin_id, from_date=LONG_AGO
        )
    programme.people["second"] = second
    return programme


def signal(programme, by="mandatary", **changes):
    """Somebody signals a difficulty, through validation, as a program does."""
    with programme.work_as(by) as work:
        context = page_context(
            work, "firm_alert", basin_id=programme.basin_id, case_id=programme.case_id, channel="json"
        )
        FILE_ACTS["firm_alert"](
            work, programme.case_id, catalogue.load("firm_alert", {**LOST, **changes}, context)
        )


def told(programme):
    """Who was written to, in the order of their names."""
    names: dict[object, str] = {}
    for name, person_id in programme.people.items():
        names.setdefault(person_id, name)  # The chair signs too, under another name.
    return sorted(names.get(each.recipient_id, "the firm") for each in programme.mails(MAIL))


def correct(programme, record, **changes):
    with programme.work_as("officer") as work:
        return corrections.correct(
            work, project_id=programme.case_id, record_id=record.id, changes=changes, reason="Erreur."
        ).id


def standing(programme):
    [report] = [each for each in programme.rows(Report) if each.struck_at is None]
    return report


def test_officers_and_the_chair_are_written_to_at_once_and_the_process_does_not_move(labelled):
    before = labelled.steps(), labelled.project().status

    signal(labelled, proposal="Une intervention commerciale.")

    [kept] = labelled.rows(FirmAlert)
    assert (kept.difficulty, kept.seriousness, kept.occurred_on) == (
        "lost_customer", "serious", date(2026, 11, 16),
    )  # fmt: skip
    assert (kept.statement, kept.proposal) == ("Le premier client s’en va.", "Une intervention commerciale.")
    assert kept.recorded_by == labelled.people["mandatary"]
    assert told(labelled) == ["chair", "officer", "second"]
    assert {each.counts_for for each in labelled.mails(MAIL)} == {None}
    assert labelled.kinds()[-1] == "projects.firm_alert.signalled"
    assert (labelled.steps(), labelled.project().status) == before


@pytest.mark.parametrize(
    ("by", "expected"), [("officer", ["chair", "second"]), ("chair", ["officer", "second"])]
)
def test_nobody_is_told_what_they_say_themselves(labelled, by, expected):
    signal(labelled, by)

    assert told(labelled) == expected


def test_without_a_chair_in_force_the_officers_are_told(labelled):
    labelled.end_role(Role.CHAIR, "chair")

    signal(labelled)

    assert told(labelled) == ["officer", "second"]


def test_an_officer_who_speaks_for_the_firm_is_not_told(labelled):
    with labelled.work_as("officer") as work:
        assignments.assign(
            work, role=Role.OPERATOR, person_id=labelled.project().sme_head_id, basin_id=labelled.basin_id,
            from_date=LONG_AGO,
        )  # fmt: skip

    signal(labelled)

    assert told(labelled) == ["chair", "officer", "second"]


def test_a_second_alert_is_another_one(labelled):
    signal(labelled)
    signal(labelled, difficulty="cash")

    assert told(labelled) == ["chair", "chair", "officer", "officer", "second", "second"]


def test_a_judgment_is_of_insolvency_proceedings_and_published_after(labelled):
    judged = {"difficulty": "insolvency", "judgment_on": "2026-11-10"}
    with pytest.raises(catalogue.InvalidAnswers) as refusal:
        signal(labelled, **judged, published_on="2026-11-09")
    assert list(refusal.value.messages) == ["published_on"]

    signal(labelled, **judged, published_on="2026-11-13")
    signal(labelled, judgment_on="2026-11-10")

    assert [(each.judgment_on, each.published_on) for each in labelled.rows(FirmAlert)] == [
        (date(2026, 11, 10), date(2026, 11, 13)), (None, None),
    ]  # fmt: skip


def test_a_firm_that_is_not_followed_yet_or_no_longer_is_not_signalled(sqlite, clock):
    programme = Programme(sqlite, clock).install()
    programme.appraise()

    with pytest.raises(alerts.NotFollowed):
        signal(programme, "officer")

    assert (programme.rows(FirmAlert), programme.mails(MAIL)) == ([], [])


def test_a_difficulty_is_of_a_day_of_the_project(labelled):
    for day in (labelled.project().opened_on - timedelta(days=1), labelled.today + timedelta(days=1)):
        with pytest.raises((errors.InvalidAnswers, catalogue.InvalidAnswers)) as refusal:
            signal(labelled, occurred_on=day.isoformat())
        assert list(refusal.value.messages) == ["occurred_on"]

    assert labelled.rows(FirmAlert) == []


def test_a_report_in_red_is_an_alert_and_another_one_is_not(labelled):
    labelled.play_until(DUE)
    labelled.report(weather="orange")
    assert told(labelled) == []
    labelled.play_until(date(2027, 5, 16))

    labelled.report(weather="red")

    assert told(labelled) == ["chair", "officer", "second"]
    assert {each.data["report_number"] for each in labelled.mails(MAIL)} == {2}
    assert {each.counts_for for each in labelled.mails(MAIL)} == {None}
    assert labelled.rows(FirmAlert) == []


def test_a_report_corrected_to_red_is_an_alert_once_whatever_is_corrected_next(labelled):
    labelled.play_until(DUE)
    labelled.report()

    correct(labelled, standing(labelled), weather="red")
    assert told(labelled) == ["chair", "second"]  # The officer corrects.
    correct(labelled, standing(labelled), progress="Le premier client s’en va.")
    correct(labelled, standing(labelled), weather="orange")
    correct(labelled, standing(labelled), weather="red")

    assert told(labelled) == ["chair", "second"]


def test_a_report_given_in_red_then_corrected_is_told_once(labelled):
    labelled.play_until(DUE)
    labelled.report(weather="red")

    correct(labelled, standing(labelled), jobs_created=1)

    assert told(labelled) == ["chair", "officer", "second"]


def test_an_alert_is_put_right_without_writing_again(labelled):
    signal(labelled)
    [wrong] = labelled.rows(FirmAlert)

    right = correct(labelled, wrong, statement="Le deuxième client s’en va.", seriousness="watch")

    with labelled.database.start_reading() as work:
        found = alerts.of_project(work, labelled.case_id)
        assert alerts.in_force(work, labelled.case_id).id == right
    assert {each.id: each.struck_at is not None for each in found} == {wrong.id: True, right: False}
    assert told(labelled) == ["chair", "officer", "second"]


def test_an_alert_is_in_force_until_a_later_report_says_that_all_is_well(labelled):
    signal(labelled)
    labelled.play_until(DUE)
    for weather, is_in_force in (("orange", True), ("green", False)):
        labelled.report(weather=weather)
        with labelled.database.start_reading() as work:
            assert (alerts.in_force(work, labelled.case_id) is not None) is is_in_force
        labelled.play_until(date(2027, 5, 16))


def test_a_call_is_no_alert(labelled):
    with labelled.work_as("mandatary") as work:
        everyday.note_call(
            work, project_id=labelled.case_id, correspondent="La gérance", summary="Tout va mal.",
            called_on=labelled.today,
        )  # fmt: skip

    assert told(labelled) == []
