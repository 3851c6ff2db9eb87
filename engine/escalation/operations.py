"""What the diagrams of late work ask for: begin a ladder, climb a rung, call, keep or replace."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

from engine.escalation import awaited, basin_tables, beginning, climbing, ladder, replacement
from engine.escalation.awaited import Awaited
from engine.escalation.beginning import LATE_REPORT
from engine.escalation.ladder import Rung
from engine.escalation.models import Outcome
from engine.i18n import mark as _
from engine.people import calendars, committee_seats, persons
from engine.projects import appraisal, everyday, mandates
from engine.projects.recording import coded
from engine.runtime import messages

if TYPE_CHECKING:
    from engine.runtime.acts import Act, Routing

# Why a mandatary was replaced from a ladder, when the chair adds nothing; shown in the reader's language.
REPORT_IS_LATE = _("Compte rendu en retard")


def start(act: Act) -> Mapping[str, Routing]:
    """Begin the ladder of a report on its due day; nothing when it has begun, or the report is in.

    A report that opens after its due day (an agreement recorded late, a clock that was held) opens in this
    same act: its task is not there yet, and it is late all the same.
    """
    report = awaited.open_report(act.work, act.case.id) or awaited.opening_late(act)
    if report is None or messages.open_satellites(act.work, case_id=act.case.id, process=LATE_REPORT):
        return {}
    begin(act, report, number=int(act.routing.get("report_number") or 0))
    return {}


def begin(act: Act, report: Awaited, *, number: int) -> None:
    """Start a report's ladder beside the dossier's own process."""
    act.start_satellite(LATE_REPORT, beginning.first_routing(act.work, act.case, report, number))
    climbing.record(act, "escalation.ladder.started", report_number=number, due_on=report.due_on)


def recall_due_date(act: Act) -> Mapping[str, Routing]:
    """Write to the mandatary on the due day, and say when the next rungs fall."""
    left_on = climbing.climb_report_rung(act, Rung.DUE, kind="report_due_day")
    return next_days(act, Rung.DUE, left_on)


def remind_mandatary(act: Act) -> Mapping[str, Routing]:
    """Write to the mandatary for the last time, and say when the officer calls and the chair chooses."""
    left_on = climbing.climb_report_rung(act, Rung.REMINDER, kind="report_late")
    return next_days(act, Rung.REMINDER, left_on)


def next_days(act: Act, climbed: Rung, left_on: date) -> dict[str, Routing]:
    """Give the days of every rung after the one climbed, each as if the one before left on its day."""
    table = basin_tables.ladder_of(act.work, act.case.basin_id)
    calendar = calendars.calendar_of(act.work, act.case.basin_id)
    rungs = list(Rung)
    days: dict[str, Routing] = {}
    before, before_on = climbed, left_on
    for rung in rungs[rungs.index(climbed) + 1 :]:
        before_on = ladder.next_rung_date(
            table,
            calendar,
            due_on=climbing.due_day(act),
            rung=rung,
            previous=before,
            previous_sent_on=before_on,
        )
        before = rung
        days[f"{rung.value}_on"] = before_on.isoformat()
    return days


def pause_before_call(act: Act) -> Mapping[str, Routing]:
    """Put the officer's call off while the mandatary waits for somebody, once."""
    return pause(act, Rung.CALL)


def pause_before_choice(act: Act) -> Mapping[str, Routing]:
    """Put the chair's choice off while the mandatary waits for somebody, once."""
    return pause(act, Rung.CHAIR)


def pause(act: Act, rung: Rung) -> Mapping[str, Routing]:
    """Move a rung to the first open day after the wait, or 21 days on, whichever comes first (D21).

    The ladder pauses once per report and mandatary, at whichever rung meets the wait. A day that is
    closed after all (a quiet period declared since, a suspension, an outage) is no pause: the rung only
    waits for the next open one (D9).
    """
    number = climbing.report_number(act)
    report = awaited.open_report(act.work, act.case.id)
    calendar = calendars.calendar_of(act.work, act.case.basin_id)
    day, earliest = f"{rung.value}_on", act.today
    if report is not None and awaited.pauses(act, report, report_number=number):
        earliest = climbing.pause_ends(act, report)
        climbing.keep(
            act,
            rung.value,
            Outcome.AWAITING,
            planned_on=climbing.planned_day(act, day),
            sent_on=None,
            recipient_id=report.holder_id,
            report_number=number,
        )
    again_on = calendar.first_open_on_or_after(earliest)
    if again_on == act.today:
        return {"ladder_paused": False}
    return {"ladder_paused": True, day: again_on.isoformat(), **next_days(act, rung, again_on)}


def remind_expert(act: Act) -> Mapping[str, Routing]:
    """Write to the expert whose complementary diagnostic is late."""
    climbing.remind_holders(act, form="complementary_diagnostic", kind="reminder_expert")
    return {}


def remind_prescriber(act: Act) -> Mapping[str, Routing]:
    """Write to the prescriber of a project adjourned without news (E3)."""
    climbing.remind_holders(act, form="file_completion", kind="reminder_prescriber")
    return {}


def remind_signatories(act: Act) -> Mapping[str, Routing]:
    """Write to each signatory who has not signed yet, and to nobody else."""
    climbing.remind_holders(act, form="agreement_signature", kind="reminder_signatories")
    return {}


def record_call(act: Act) -> Mapping[str, Routing]:
    """Keep what the officer's call to the mandatary gave."""
    appraisal.keep_answers(act)
    report = awaited.open_report(act.work, act.case.id)
    holder_id = None if report is None else report.holder_id
    was_reached = bool(act.answers["reached"])
    called_on = act.answers.get("called_on") or act.occurred_on
    if was_reached and holder_id is not None:
        everyday.note_call(
            act.work,
            project_id=act.case.id,
            correspondent=persons.find(act.work, holder_id).full_name,
            summary=str(act.answers.get("summary") or ""),
            called_on=called_on,
        )
    climbing.keep(
        act,
        Rung.CALL.value,
        Outcome.REACHED if was_reached else Outcome.NOT_REACHED,
        planned_on=climbing.planned_day(act, "call_on"),
        sent_on=called_on,
        recipient_id=holder_id,
        report_number=climbing.report_number(act),
    )
    return {}


def choose_mandatary(act: Act) -> Mapping[str, Routing]:
    """Keep the mandatary, and ask again later; or replace them at once (D9, D19).

    Raises `mandates.NotTheChair` either way (R14), and what `replacement.replace_mandatary` raises.
    """
    mandates.require_signing_chair(act)
    appraisal.keep_answers(act)
    report = awaited.open_report(act.work, act.case.id)
    former_id = None if report is None else report.holder_id
    is_replaced = coded(act.answers["choice"]) == "replace"
    climbing.keep(
        act,
        Rung.CHAIR.value,
        Outcome.REPLACED if is_replaced else Outcome.KEPT,
        planned_on=climbing.planned_day(act, "chair_on"),
        sent_on=act.occurred_on,
        recipient_id=former_id,
        report_number=climbing.report_number(act),
    )
    if is_replaced:
        named = committee_seats.sitter(act.work, act.answers["mandatary_id"])
        replacement.replace_mandatary(
            act.work,
            case_id=act.case.id,
            to_person=named.person_id,
            to_organisation=named.organisation_id,
            reason=str(act.answers.get("reason") or REPORT_IS_LATE),
            occurred_on=act.occurred_on,
            act=act,
        )
        return {"mandatary_replacement": True}
    table = basin_tables.ladder_of(act.work, act.case.basin_id)
    calendar = calendars.calendar_of(act.work, act.case.basin_id)
    again_on = ladder.choice_again_date(act.today, table, calendar)
    return {"mandatary_replacement": False, "chair_on": again_on.isoformat()}
