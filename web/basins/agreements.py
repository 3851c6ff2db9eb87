"""The partnership agreements of a basin: signed, renewed after evaluation, their end moved (R3 to R6)."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

from flask import url_for

from engine import installing
from engine.i18n import mark as _
from engine.people import basins, committee_seats, partnerships
from engine.people.permissions import Permission
from web import once, typography
from web import work as web_work
from web.auth import keeps_when_idle, requires
from web.basins import asking
from web.basins.blueprint import pages
from web.page_forms import Messages, PageForm, show_again_with
from web.sent_late import set_aside

if TYPE_CHECKING:
    from datetime import date

    from werkzeug.wrappers import Response

    from engine.people.models import Basin, PartnershipAgreement
    from engine.persistence.unit_of_work import UnitOfWork

SIGN, END = "partnership", "partnership_end"


@pages.get("/bassins/<string:slug>/conventions/nouvelle")
@requires(Permission.RECORD_PARTNERSHIP)
def ask_agreement(slug: str) -> str:
    """Ask from when the agreement takes effect, and under which charter."""
    return agreement_page(slug)


def agreement_page(slug: str, values: asking.Values | None = None, messages: Messages | None = None) -> str:
    """The form of a new agreement; one that follows another asks for its evaluation too."""
    with web_work.start_reading() as work:
        basin = asking.basin_for(work, slug, Permission.RECORD_PARTNERSHIP)
        today = basins.today(work, basin.id)
        last = partnerships.last_before(work, basin.id)
        gauge = committee_seats.partner_gauge(work, basin.id, today)
        inputs = asking.asked(
            work, PageForm(SIGN, basin.id), values, messages, limits={"is_renewal": last is not None},
            prefill={"charter_version": installing.CHARTER_VERSION, "starts_on": next_start(last, today)},
        )  # fmt: skip
    facts = [(_("Entreprises partenaires"), typography.number(gauge.count, web_work.locale()))]
    if last is not None:
        facts.append((_("Convention précédente"), dates_of(last)))
    notice = (
        "" if gauge.is_enough else _("Il faut quatre entreprises partenaires : ajoutez leurs rôles d’abord.")
    )
    return asking.page(
        SIGN, inputs, messages, action=url_for("basins.sign_agreement", slug=slug),
        back=(basin.name, asking.checklist_of(slug)), facts=facts, notice=notice,
    )  # fmt: skip


def next_start(last: PartnershipAgreement | None, today: date) -> date:
    """The day after the agreement before, else today."""
    return partnerships.day_after(last) if last is not None else today


def dates_of(agreement: PartnershipAgreement) -> str:
    """An agreement's first and last days, in words."""
    first, last = (
        typography.long_date(day, web_work.locale()) for day in (agreement.starts_on, agreement.ends_on)
    )
    return web_work.translated(_("du {first} au {last}"), first=first, last=last)


@pages.post("/bassins/<string:slug>/conventions/nouvelle")
@requires(Permission.RECORD_PARTNERSHIP)
@keeps_when_idle(set_aside)
def sign_agreement(slug: str) -> Response:
    """Record a signed agreement: from its first day on, projects may be opened."""
    show_again_with(partial(agreement_page, slug))
    with once.start_work() as work:
        basin = asking.basin_for(work, slug, Permission.RECORD_PARTNERSHIP)
        last = partnerships.last_before(work, basin.id)
        clean = PageForm(SIGN, basin.id).read(work, is_renewal=last is not None)
        signed = partnerships.sign(
            work, basin_id=basin.id, starts_on=clean["starts_on"], ends_on=clean["ends_on"],
            charter_version=str(clean["charter_version"]), reason=str(clean["reason"] or ""),
            renewed_from=None if last is None else last.id, evaluated_on=clean.get("evaluated_on"),
        )  # fmt: skip
        return asking.done(
            work, asking.checklist_of(slug), _("Convention enregistrée, {dates}."), dates=dates_of(signed)
        )


@pages.get("/bassins/<string:slug>/conventions/<uuid:agreement_id>/fin")
@requires(Permission.RECORD_PARTNERSHIP)
def ask_end(slug: str, agreement_id: UUID) -> str:
    """Ask for another last day, and why."""
    return end_page(slug, agreement_id)


def end_page(
    slug: str, agreement_id: UUID, values: asking.Values | None = None, messages: Messages | None = None
) -> str:
    """The form of an amendment."""
    with web_work.start_reading() as work:
        basin = asking.basin_for(work, slug, Permission.RECORD_PARTNERSHIP)
        agreement = agreement_of(work, basin, agreement_id)
        known = {"ends_on": agreement.ends_on}
        inputs = asking.asked(work, PageForm(END, basin.id), values, messages, prefill=known)
    return asking.page(
        END, inputs, messages, action=url_for("basins.move_end", slug=slug, agreement_id=agreement_id),
        back=(basin.name, asking.home_of(slug)), facts=[(_("Convention"), dates_of(agreement))],
    )  # fmt: skip


def agreement_of(work: UnitOfWork, basin: Basin, agreement_id: UUID) -> PartnershipAgreement:
    """An agreement of this basin. Raises `partnerships.UnknownAgreement`."""
    agreement = partnerships.find(work, agreement_id)
    if agreement.basin_id != basin.id:
        raise partnerships.UnknownAgreement
    return agreement


@pages.post("/bassins/<string:slug>/conventions/<uuid:agreement_id>/fin")
@requires(Permission.RECORD_PARTNERSHIP)
@keeps_when_idle(set_aside)
def move_end(slug: str, agreement_id: UUID) -> Response:
    """Extend an agreement, or end it sooner: running projects go on either way (D16)."""
    show_again_with(partial(end_page, slug, agreement_id))
    with once.start_work() as work:
        basin = asking.basin_for(work, slug, Permission.RECORD_PARTNERSHIP)
        agreement = agreement_of(work, basin, agreement_id)
        clean = PageForm(END, basin.id).read(work)
        moved = partnerships.move_end(
            work, agreement.id, ends_on=clean["ends_on"], reason=str(clean["reason"])
        )
        return asking.done(
            work, asking.home_of(slug), _("La convention vaut maintenant {dates}."), dates=dates_of(moved)
        )
