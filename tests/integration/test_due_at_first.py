"""A report handed over after its day: late by its first due day, in time for its new mandatary (D9)."""

from __future__ import annotations

from datetime import date, timedelta

from engine.analytics import late_reports, waiting
from engine.analytics.questions import Question
from engine.escalation.replacement import replace_mandatary
from engine.projects import dossiers, timeline
from tests.integration.programme import Programme

DUE = date(2027, 2, 16)


def test_the_list_and_the_figures_say_the_same_of_it(sqlite, clock):
    programme = Programme(sqlite, clock).install()
    programme.label()
    programme.plan()
    programme.complete("carry_out_intervention", "expert", programme.work_done("1"), position=0)
    programme.complete("review_accompaniment", "officer", {"complete": True, "summary": "Fait."})
    programme.play_until(DUE + timedelta(days=25))
    with programme.work_as("chair") as work:
        done = replace_mandatary(
            work, case_id=programme.case_id, to_person=programme.people["successor"], reason="Inaction."
        )

    with programme.database.start_reading() as work:
        badge = timeline.badges(work, [programme.project()])
        [late] = late_reports.late_reports(work, programme.basin_id)
        listed = dossiers.list_projects(work, late=True).projects
        counted = {
            each.case_id: each.step
            for each in waiting.read(work, Question(programme.today, programme.today))
            if each.is_late
        }

    assert counted == {programme.case_id: "follow_up_report"}
    assert [each.id for each in listed] == list(counted)
    assert badge == {programme.case_id: "late_at_first"}
    assert (late.due_on, late.given_until, late.is_late_at_first) == (DUE, done.report_due_on, True)
