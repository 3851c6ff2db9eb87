"""What a basin lets its committee give: its limits as they stood on the day of the session (D14)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine import errors, i18n
from engine.i18n import mark as _
from engine.people import basins
from engine.registry import parameters
from forms import texts

if TYPE_CHECKING:
    from datetime import date

    from engine.persistence.unit_of_work import UnitOfWork
    from engine.runtime.acts import Act


NO_SKILLS = _("Le jour de la séance, le bassin n’accordait pas d’avance sans compétences.")


def on(work: UnitOfWork, basin_id: int, day: date) -> dict[str, int]:
    """The bounds of an advance and of a follow-up in a basin on a day, under the names that forms know."""
    values = basins.parameters(work, basin_id, parameters.defaults(parameters.Kind.CURRENT), on=day)
    return {
        "advance_floor": values["advance.floor_cents"],
        "advance_ceiling": values["advance.ceiling_cents"] if values["advance.enabled"] else 0,
        "advance_months_max": values["advance.max_months"],
        "advance_requires_skills": values["advance.requires_skills"],
        "jobs_required": values["jobs.required"],
        "follow_up_months": values["follow_up.months"],
        "cadence_months": values["follow_up.cadence_months"],
    }


def widest(work: UnitOfWork, basin_id: int, days: set[date]) -> dict[str, int]:
    """The bounds within which any of these days could have decided; the session's own are checked after."""
    found = [on(work, basin_id, day) for day in sorted(days)]
    return found[-1] | {
        "advance_floor": min(each["advance_floor"] for each in found),
        "advance_ceiling": max(each["advance_ceiling"] for each in found),
        "advance_months_max": max(each["advance_months_max"] for each in found),
        "advance_requires_skills": all(each["advance_requires_skills"] for each in found),
        "follow_up_months": min(each["follow_up_months"] for each in found),
    }


def require_within(act: Act, held_on: date) -> None:
    """Refuse an approval beyond what its basin allowed on the day of the session.

    Raises `errors.InvalidAnswers` by question.
    """
    bounds = on(act.work, act.case.basin_id, held_on)
    amount, months = act.answers.get("advance_amount"), act.answers.get("advance_months")
    follow_up = act.answers.get("follow_up_months")
    ceiling, floor = texts.Amount(bounds["advance_ceiling"]), texts.Amount(bounds["advance_floor"])
    longest, shortest = bounds["advance_months_max"], bounds["follow_up_months"]
    told: dict[str, tuple[str, object]] = {}
    if amount and amount > ceiling:
        told["advance_amount"] = (_("Le jour de la séance, le plafond était de {bound}."), ceiling)
    elif amount and amount < floor:
        told["advance_amount"] = (_("Le jour de la séance, le minimum était de {bound}."), floor)
    if amount and months and months > longest:
        told["advance_months"] = (
            _("Le jour de la séance, la durée maximale était de {bound} mois."),
            longest,
        )
    if bounds["advance_requires_skills"] and amount and not act.answers.get("human_means"):
        told["human_means"] = (NO_SKILLS, None)
    if follow_up and follow_up < shortest:
        told["follow_up_months"] = (
            _("Le jour de la séance, le suivi durait {bound} mois au moins."),
            shortest,
        )
    if told:
        raise errors.InvalidAnswers(
            {
                name: [texts.written(texts.Message(text, bound=bound), i18n.translate, act.work.locale)]
                for name, (text, bound) in told.items()
            }
        )
