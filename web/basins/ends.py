"""What ended in a basin, or is about to: seats, mandates, partners, agreements."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from engine.i18n import mark as _
from engine.people import directory
from engine.people.models import Role
from web import work as web_work

if TYPE_CHECKING:
    from engine.people.models import Basin, PartnershipAgreement
    from engine.persistence.unit_of_work import UnitOfWork

BEHIND, AHEAD = timedelta(days=365), timedelta(days=183)
ROLES = {
    Role.CHAIR: _("Présidence"),
    Role.SEAT: _("Siège"),
    Role.OPERATOR: _("Opérateur"),
    Role.PARTNER_COMPANY: _("Entreprise partenaire"),
    Role.OPERATOR_ORGANISATION: _("Structure opératrice"),
    Role.FUNDER: _("Financeur"),
}


@dataclass(frozen=True, slots=True)
class End:
    """One end: on which day, of what, whose, and why."""

    on: date
    what: str
    whose: str
    why: str | None
    is_over: bool


def of_basin(
    work: UnitOfWork, basin: Basin, agreements: Sequence[PartnershipAgreement], today: date
) -> list[End]:
    """What ended during the last year or ends within six months, in order of days."""
    found = [*of_roles(work, basin, today), *of_agreements(agreements, today)]
    near = [each for each in found if today - BEHIND <= each.on <= today + AHEAD]
    return sorted(near, key=lambda each: each.on)


def of_roles(work: UnitOfWork, basin: Basin, today: date) -> Iterator[End]:
    """The roles of the basin that have an end; those ended before they began were never held."""
    for each in directory.roles_of_basin(work, basin.id):
        last, role = each.valid_to, Role(each.role)
        if last is not None and last > each.valid_from and role in ROLES:
            whose = ", ".join(filter(None, (each.person, each.organisation)))
            yield End(last, web_work.translated(ROLES[role]), whose, each.ended_reason, last <= today)


def of_agreements(agreements: Sequence[PartnershipAgreement], today: date) -> Iterator[End]:
    """The last days of the partnership agreements."""
    for each in agreements:
        what = web_work.translated(_("Convention de partenariat"))
        yield End(each.ends_on, what, "", each.extended_reason, each.ends_on < today)
