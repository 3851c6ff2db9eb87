"""What a page recalls of a report that is late: since when, what was sent, the calls noted."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from engine import clock
from engine.escalation import awaited, climbing, replacement
from engine.escalation.ladder import Rung
from engine.escalation.models import Outcome
from engine.i18n import mark as _
from engine.i18n import translate
from engine.operations import wording
from engine.operations.asked import Asked, Fact
from engine.operations.recalled import facts
from engine.outbox import mail_log
from engine.outbox.models import ARRIVED
from engine.people import permissions
from engine.projects import audiences, everyday

if TYPE_CHECKING:
    from datetime import date

    from engine.escalation.awaited import Awaited

MAILS = {
    "report_opened": _("rappel avant l’échéance"),
    "report_due_day": _("rappel le jour de l’échéance"),
    "report_late": _("deuxième rappel"),
    "task_reminded": _("relance de l’opérateur"),
}
CALLS = {
    Outcome.REACHED.value: _("joint au téléphone"),
    Outcome.NOT_REACHED.value: _("injoignable"),
}


def of_choice(asked: Asked) -> list[Fact]:
    """What the chair must know before keeping or replacing a mandatary."""
    report = None if asked.case_id is None else awaited.open_report(asked.work, asked.case_id)
    if report is None:
        return facts.of_project(asked)
    return facts.told(
        *facts.of_project(asked),
        (_("Compte rendu attendu le"), wording.day(asked, report.due_on)),
        (_("Retard"), wording.in_days(asked, 4 * max(0, (asked.today - report.due_on).days))),
        (_("Courriels envoyés"), listed(asked, mails(asked, report))),
        (_("Appels notés"), listed(asked, calls(asked, report))),
    )


def listed(asked: Asked, found: list[tuple[date, str]]) -> str:
    """Dated words, the oldest first: « 30 novembre 2026 (rappel le jour de l’échéance) · … »."""
    if not found:
        return translate(_("aucun"), asked.work.locale)
    ordered = sorted(found, key=lambda each: each[0])
    return " · ".join(f"{wording.long_day(asked, day)} ({text})" for day, text in ordered)


def mails(asked: Asked, report: Awaited) -> list[tuple[date, str]]:
    """The mails about this report that its mandatary got, with the day each left."""
    work, case_id = asked.work, asked.project.id
    number, zone = replacement.number_of_open_report(work, case_id), ZoneInfo(asked.basin.zone)
    arrived = {outcome.value for outcome in ARRIVED}
    return [
        (clock.local_date(each.sent_at, zone), translate(MAILS.get(each.kind, each.kind), work.locale))
        for each in mail_log.sent_for_case(work, case_id)
        if each.counts_for == number
        and each.recipient_id == report.holder_id
        and each.sent_at is not None
        and each.outcome in arrived
    ]


def calls(asked: Asked, report: Awaited) -> list[tuple[date, str]]:
    """The officer's calls about this report, and those noted since it is due that the reader may read."""
    work, case_id = asked.work, asked.project.id
    number = replacement.number_of_open_report(work, case_id)
    rights = permissions.permissions_of(work, work.actor.person_id)
    mine = audiences.of_rights(rights, basin_id=asked.basin_id, case_id=case_id)
    noted = [
        (each.occurred_on, f"{each.correspondent}, {each.summary}" if each.summary else each.correspondent)
        for each in everyday.calls(work, case_id, audiences=mine)
        if each.struck_at is None and each.occurred_on >= report.due_on
    ]
    told = {day for day, _text in noted}
    rungs = [
        (each.sent_on, translate(CALLS[each.outcome], work.locale))
        for each in climbing.rungs_of_case(work, case_id)
        if each.rung == Rung.CALL.value
        and each.report_number == number
        and each.recipient_id == report.holder_id
        and each.outcome in CALLS
        and each.sent_on is not None
    ]
    return [*noted, *((day, text) for day, text in rungs if day not in told)]
