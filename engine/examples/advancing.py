"""What the parameters of advances give: a calendar of repayment, and what the forms refuse."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from engine.agreements import repayment
from engine.agreements.phrasing import in_parts
from engine.committee import limits
from engine.examples import trying
from engine.examples.showing import Example, Line, Place
from engine.i18n import mark as _
from engine.registry import wording
from engine.registry.wording import Said

if TYPE_CHECKING:
    from collections.abc import Mapping

CEILING, FLOOR = "advance.ceiling_cents", "advance.floor_cents"
STEP = 10_000  # A hundred euros: what an example goes over, or under.
NONE_GIVEN = _("Le bassin n’accorde pas d’avance.")


def bounds(place: Place) -> Mapping[str, int]:
    """What the committee may give in a session of today."""
    return limits.on(place.work, place.basin_id, place.today)


def largest(place: Place) -> Example:
    """The largest advance for the longest time: its instalments, and what is refused."""
    found = bounds(place)
    ceiling, months = found["advance_ceiling"], found["advance_months_max"]
    if not ceiling:
        return Example(Said(NONE_GIVEN), [asked(place, max(found["advance_floor"], STEP))])
    first_on = repayment.first_day(place.today)
    parts = repayment.schedule(ceiling, months, first_on=first_on)
    about = _("Pour une avance de {amount}, versée aujourd’hui, remboursée le plus longtemps possible.")
    shared = partial(in_parts, len(parts), parts[0].cents, parts[-1].cents)
    return Example(
        Said(about, {"amount": partial(wording.money, ceiling)}),
        [
            Line(Said(_("Remboursement")), Said("{parts}", {"parts": shared})),
            Line(Said(_("Première échéance")), parts[0].due_on or first_on),
            Line(Said(_("Dernière échéance")), parts[-1].due_on or first_on),
            asked(place, ceiling + STEP),
        ],
    )


def smallest(place: Place) -> Example:
    """The smallest advance, and what is refused below it."""
    found = bounds(place)
    floor = found["advance_floor"]
    if not found["advance_ceiling"]:
        return Example(Said(NONE_GIVEN), [asked(place, max(floor, STEP))])
    lines = [asked(place, amount) for amount in (floor - STEP, floor) if amount > 0]
    return Example(Said(_("Quand un prescripteur demande une avance.")), lines or [asked(place, STEP)])


def asked(place: Place, cents: int) -> Line:
    """An advance asked for in a diagnostic: taken, or refused in the form's own words."""
    answers = {**trying.DIAGNOSTIC, "advance_requested": cents}
    refusal = trying.refusal(place, "preliminary_diagnostic", answers, "advance_requested", bounds(place))
    return verdict(Said(_("Une avance de {amount}"), {"amount": partial(wording.money, cents)}), refusal)


def verdict(label: Said, refusal: str) -> Line:
    """Whether something is taken or refused, and in which words."""
    if not refusal:
        return Line(label, Said(_("acceptée")))
    return Line(label, Said(_("refusée")), Said(refusal))


def without_skills(place: Place) -> Example:
    """An advance without a day of anybody's skills, at the committee."""
    found = bounds(place)
    cents = max(found["advance_floor"], min(found["advance_ceiling"], STEP))
    if not found["advance_ceiling"]:
        return Example(Said(NONE_GIVEN))
    answers = {**trying.DECISION, "advance_amount": cents, "advance_months": 1}
    refusal = trying.refusal(place, "committee_decision", answers, "human_means", found)
    about = _("Quand le comité accorde une avance sans aucun jour de compétences.")
    label = Said(_("Une avance de {amount}"), {"amount": partial(wording.money, cents)})
    return Example(Said(about), [verdict(label, refusal)])


def without_jobs(place: Place) -> Example:
    """A project that neither creates a job nor sustains one."""
    answers = {**trying.DIAGNOSTIC, "jobs_to_create": 0, "jobs_to_sustain": 0}
    refusal = trying.refusal(place, "preliminary_diagnostic", answers, "jobs_to_create", bounds(place))
    about = _("Quand un diagnostic préalable n’annonce aucun emploi, créé ou maintenu.")
    label = Said(_("Une demande d’aide"))
    return Example(Said(about), [verdict(label, refusal)])
