"""Move the simulated clock on; in production this does not exist (D25)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Response, jsonify

from engine import errors, scheduler
from engine.i18n import mark as _
from engine.people import basins, permissions
from engine.people.permissions import Permission
from engine.spiff import durations
from web import work as web_work
from web.api import bodies, representations, writes
from web.api.bodies import Body, Text
from web.api.endpoints import endpoint

LONGEST_MONTHS = 60
TOO_LONG = _("L’horloge avance de cinq ans au plus à la fois.")
NOT_FORWARD = _("Donnez une durée, comme P30D.")


class Step(Body):
    """By how much."""

    by = Text(required=True, longest=durations.LONGEST_TEXT)


@endpoint(
    "POST",
    "/clock/advance",
    title=_("Avancer l’horloge simulée"),
    note=_("Chaque échéance est jouée dans l’ordre. Seulement en démonstration ou en essai."),
    permission=Permission.ADVANCE_CLOCK,
    body=Step,
    keyed=True,
    answers={200: "ClockReading"},
    refusals=(403, 409),
    only_in=("demo", "test"),
)
def advance_clock(body: dict[str, Any]) -> Response:
    """Move the simulated clock on, playing every due instant in order (D6).

    Playing takes many transactions: what the key keeps is the instant to reach, so that a request
    repeated after a failure goes on to the same one and not further.
    """
    with writes.once() as write:
        permissions.require_national(write.work, Permission.ADVANCE_CLOCK)
        if write.is_first:
            scheduler.require_simulated(web_work.engine())
            write.done(target(write.work.now, body["by"]).isoformat())
    to = datetime.fromisoformat(write.location)
    with web_work.start_reading() as work:
        reached = work.now
    done = scheduler.advance_clock(web_work.engine(), to=to) if to > reached else 0
    return jsonify(now=representations.instant(max(to, reached)), done=done)


def target(now: datetime, by: str) -> datetime:
    """The instant to reach. Raises `errors.InvalidAnswers` on `by`."""
    try:
        step = durations.parse_iso(by)
    except durations.InvalidDuration as error:
        raise errors.InvalidAnswers({"by": [error.message]}) from error
    if not any((step.months, step.days, step.seconds)):
        bodies.refuse({"by": [NOT_FORWARD]})
    if step.months + step.days // 28 + step.seconds // (28 * 86_400) > LONGEST_MONTHS:
        bodies.refuse({"by": [TOO_LONG]})
    return durations.add_duration(now, by, basins.NATIONAL_ZONE)
