"""Partnership agreements of a basin: three years, four partner companies, renewed or extended (R3–R7)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

import sqlalchemy as sa

from engine import clock, errors
from engine.i18n import mark as _
from engine.people import basins, committee_seats
from engine.people.folding import clean
from engine.people.models import PartnershipAgreement

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork

USUAL_MONTHS = 36


class UnknownAgreement(errors.NotFound):
    """Cette convention de partenariat n’est pas connue."""


class NoAgreementInForce(errors.Conflict):
    """Aucune convention de partenariat n’est en vigueur : les projets en cours vont à leur terme.

    D16: a project goes on when the agreement ends; there is no new intake then.
    """


class AgreementsOverlap(errors.Conflict):
    """Une autre convention de partenariat couvre déjà une partie de cette période."""


class TooFewPartners(errors.NotAllowed):
    """Il faut au moins {minimum} entreprises partenaires pour signer ; il y en a {count} le {day}.

    R7 (cahier des charges): checked at signature only, running projects are never frozen.
    """


def sign(
    work: UnitOfWork,
    *,
    basin_id: int,
    starts_on: date,
    charter_version: str,
    ends_on: date | None = None,
    reason: str = "",
    renewed_from: UUID | None = None,
    evaluated_on: date | None = None,
) -> PartnershipAgreement:
    """Record a signed agreement: three years less a day, unless a reason says otherwise (R5).

    One that renews another needs the day on which its evaluation was validated (R6). Raises
    `InvalidAnswers` (dates, reason, evaluation), `TooFewPartners` (R7), `AgreementsOverlap`.
    """
    basins.lock(work, basin_id)
    require_evaluated(work, basin_id, renewed_from, evaluated_on)
    last_day = last_day_of(starts_on, ends_on, reason)
    require_partners(work, basin_id, starts_on)
    require_free(work, basin_id, starts_on, last_day)
    agreement = PartnershipAgreement(
        basin_id=basin_id,
        starts_on=starts_on,
        ends_on=last_day,
        charter_version=charter_version,
        renewed_from=renewed_from,
        extended_reason=clean(reason) or None,
        recorded_at=work.now,
        recorded_by=work.actor.person_id,
    )
    work.database.add(agreement)
    work.database.flush()
    work.record(
        "people.partnership.signed",
        chain=basins.chain_of(work, basin_id),
        subject=agreement.id,
        basin_id=basin_id,
        starts_on=starts_on,
        ends_on=last_day,
        charter=charter_version,
        renewed_from=renewed_from,
        evaluated_on=evaluated_on,
    )
    return agreement


def require_partners(work: UnitOfWork, basin_id: int, on: date) -> None:
    """Refuse an agreement with fewer than four partner companies on its first day (R7); `TooFewPartners`."""
    gauge = committee_seats.partner_gauge(work, basin_id, on)
    if not gauge.is_enough:
        raise TooFewPartners(count=gauge.count, minimum=gauge.minimum, day=on)


def require_evaluated(
    work: UnitOfWork, basin_id: int, renewed_from: UUID | None, evaluated_on: date | None
) -> None:
    """Refuse to renew what the steering committee has not evaluated yet (R6). Raises `InvalidAnswers`."""
    if renewed_from is None:
        return
    if evaluated_on is None:
        raise errors.InvalidAnswers(
            {"evaluated_on": [_("Une convention se renouvelle après évaluation : indiquez sa date.")]}
        )
    if evaluated_on > basins.today(work, basin_id):
        raise errors.InvalidAnswers({"evaluated_on": [_("L’évaluation doit avoir déjà eu lieu.")]})


def last_day_of(starts_on: date, ends_on: date | None, reason: str) -> date:
    """Give the last day of a new agreement, a reason with it if unusual; raises `InvalidAnswers`."""
    usual = clock.add_months(starts_on, USUAL_MONTHS) - timedelta(days=1)
    last_day = ends_on or usual
    if last_day < starts_on:
        raise errors.InvalidAnswers({"ends_on": [_("La fin vient avant le début.")]})
    if last_day != usual and not clean(reason):
        raise errors.InvalidAnswers(
            {"reason": [_("Une convention dure trois ans : indiquez le motif d’une autre durée.")]}
        )
    return last_day


def move_end(work: UnitOfWork, agreement_id: UUID, *, ends_on: date, reason: str) -> PartnershipAgreement:
    """Extend an agreement by an amendment, or end it sooner, with the reason (R5).

    Raises `UnknownAgreement`, `InvalidAnswers`, `AgreementsOverlap`.
    """
    agreement = find(work, agreement_id)
    basins.lock(work, agreement.basin_id)
    work.database.refresh(agreement)
    if not clean(reason):
        raise errors.InvalidAnswers({"reason": [_("Indiquez le motif du changement.")]})
    if ends_on < agreement.starts_on:
        raise errors.InvalidAnswers({"ends_on": [_("La fin vient avant le début.")]})
    require_free(work, agreement.basin_id, agreement.starts_on, ends_on, but=agreement_id)
    before = agreement.ends_on
    if ends_on == before:
        return agreement  # Asked twice, it moves once.
    agreement.ends_on, agreement.extended_reason = ends_on, clean(reason)
    work.database.flush()
    work.record(
        "people.partnership.extended" if ends_on > before else "people.partnership.shortened",
        chain=basins.chain_of(work, agreement.basin_id),
        subject=agreement.id,
        basin_id=agreement.basin_id,
        before=before,
        ends_on=ends_on,
        content={"reason": clean(reason)},
    )
    return agreement


def find(work: UnitOfWork, agreement_id: UUID) -> PartnershipAgreement:
    """Find an agreement. Raises `UnknownAgreement`."""
    agreement = work.database.get(PartnershipAgreement, agreement_id)
    if agreement is None:
        raise UnknownAgreement
    return agreement


def of_basin(work: UnitOfWork, basin_id: int) -> list[PartnershipAgreement]:
    """List a basin's agreements, the latest first."""
    statement = (
        sa.select(PartnershipAgreement)
        .where(PartnershipAgreement.basin_id == basin_id)
        .order_by(PartnershipAgreement.starts_on.desc())
    )
    return list(work.database.scalars(statement))


def last_before(work: UnitOfWork, basin_id: int, day: date | None = None) -> PartnershipAgreement | None:
    """The agreement that another one beginning on this day would renew; without a day, the last of all."""
    for agreement in of_basin(work, basin_id):
        if day is None or agreement.starts_on < day:
            return agreement
    return None


def day_after(agreement: PartnershipAgreement) -> date:
    """The first day that an agreement no longer covers."""
    return agreement.ends_on + timedelta(days=1)


def in_force(work: UnitOfWork, basin_id: int, on: date) -> PartnershipAgreement | None:
    """The agreement in force in a basin on a day, its last day included."""
    statement = sa.select(PartnershipAgreement).where(
        PartnershipAgreement.basin_id == basin_id,
        PartnershipAgreement.starts_on <= on,
        PartnershipAgreement.ends_on >= on,
    )
    return work.database.scalars(statement).first()


def require_in_force(work: UnitOfWork, basin_id: int, on: date) -> PartnershipAgreement:
    """The agreement under which a project may be opened on a day. Raises `NoAgreementInForce`."""
    agreement = in_force(work, basin_id, on)
    if agreement is None:
        raise NoAgreementInForce
    return agreement


def require_free(
    work: UnitOfWork, basin_id: int, starts_on: date, ends_on: date, *, but: UUID | None = None
) -> None:
    """Refuse days that another agreement of the basin covers. Raises `AgreementsOverlap`."""
    statement = sa.select(PartnershipAgreement.id).where(
        PartnershipAgreement.basin_id == basin_id,
        PartnershipAgreement.starts_on <= ends_on,
        PartnershipAgreement.ends_on >= starts_on,
    )
    taken = [each for each in work.connection.scalars(statement) if each != but]
    if taken:
        raise AgreementsOverlap(agreement_id=taken[0])
