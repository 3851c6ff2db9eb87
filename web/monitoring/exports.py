"""The figures of the monitoring page as files: one line per step, numbers as numbers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from engine.analytics import bottlenecks
from engine.i18n import mark as _
from engine.people.permissions import Permission
from web import spreadsheets
from web import work as web_work
from web.auth import requires
from web.monitoring import filters as filtering
from web.monitoring import heat, page, words
from web.monitoring.blueprint import pages

if TYPE_CHECKING:
    from flask import Response

    from engine.analytics.bottlenecks import Bottlenecks
    from web.monitoring.page import Names

COLUMNS = (
    _("Processus"), _("Étape"), _("Qui est attendu"), _("Faites sur la période"), _("Médiane (jours)"),
    _("Médiane, borne basse à 95 %"), _("Médiane, borne haute à 95 %"), _("1er quartile (jours)"),
    _("3e quartile (jours)"), _("9 sur 10 en moins de (jours)"), _("File (jours)"),
    _("En main (jours)"), _("Tiers (jours)"), _("Faites en retard"), _("En attente"), _("En attente depuis"),
    _("En attente, en retard"), _("Suspendues"),
)  # fmt: skip


@pages.get("/pilotage/etapes.<any(csv, xlsx):format>")
@requires(Permission.SEE_MONITORING)
def steps_file(format: spreadsheets.Format) -> Response:  # noqa: A002 — the name of the address's part.
    """The table of steps, for the question of the address."""
    with web_work.start_reading() as work:
        asked = filtering.read(work)
        answer = bottlenecks.read(work, asked.question)
        _version, found = heat.drawn(work, asked)
    name = f"pilotage-{asked.basin.slug if asked.basin else 'bassins'}-{asked.first_day}-{asked.last_day}"
    header = [web_work.translated(each) for each in COLUMNS]
    return spreadsheets.answer(name, format, header, lines(answer, page.names_of(found)))


def lines(answer: Bottlenecks, names: Names) -> Iterator[list[object]]:
    """One line per step; what is not known stays empty."""
    for each in answer.steps:
        done, lasted = each.completed, each.completed.lasted
        quantiles = (lasted.median, lasted.low, lasted.high, lasted.first_quartile, lasted.third_quartile,
                     lasted.ninetieth)  # fmt: skip
        spent = (done.waiting_seconds, done.working_seconds, done.awaited_seconds)
        since = each.open.oldest_since
        yield [
            names.process_name(done.process), names.step(each), words.whom(done.waits_for), done.completed,
            *(words.in_days(value) for value in (*quantiles, *spent)), done.late, each.open.waiting,
            since.astimezone(web_work.zone()).date() if since else None, each.open.late, each.open.suspended,
        ]  # fmt: skip
