"""What others hold up, in the reader's words: which step of which project, at whom, what comes next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from flask import url_for

from engine.escalation.elsewhere import Elsewhere, Obstacle
from engine.i18n import mark as _
from engine.i18n import translate
from forms import choices
from web import case_pages, typography
from web import work as web_work

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from engine.committee.session_names import Named
    from engine.people.permissions import Place

COLUMNS = (
    _("Entreprise"), _("Référence"), _("Bassin"), _("Tâche"), _("Chez qui"), _("En qualité de"),
    _("Téléphone"), _("Depuis le"), _("Échéance"), _("Jours de retard"), _("Dernier courriel le"),
    _("La suite"), _("Suite prévue le"), _("Adresse"),
)  # fmt: skip
# What the programme does next by itself, by step of the diagrams; another step keeps its own name.
RUNGS = {
    "due_day": _("Rappel le jour de l’échéance"),
    "reminder_day": _("Deuxième rappel"),
    "call_day": _("Appel de l’opérateur"),
    "chair_day": _("Choix de la présidence"),
    "ladder_begins": _("Début des relances"),
    "signature_awaited": _("Rappel aux signataires"),
    "signature_expired": _("Signatures périmées"),
    "complementary_due_day": _("Rappel à l’intervenant"),
    "adjourned_without_news": _("Rappel au prescripteur"),
}
OBSTACLES = {
    Obstacle.NOBODY: _("Personne ne tient encore cette tâche."),
    Obstacle.GONE: _("Compte fermé : confiez sa part à quelqu’un d’autre."),
    Obstacle.AWAITING: _("En attente d’un tiers."),
    Obstacle.INVALID_ADDRESS: _("Son adresse ne marche pas : téléphonez."),
    Obstacle.ENOUGH: _("Trois courriels sont partis, il n’en partira plus : téléphonez."),
    Obstacle.ABSENT: _("Absence déclarée jusqu’au {day}."),
    Obstacle.TOO_SOON: _("Courriel du {day}. Prochain possible le {again}."),
}
ROLES = {
    "chair": _("Présidence du comité"),
    "prescriber": _("Prescripteur"),
    "mandatary": _("Mandataire"),
    "expert": _("Intervenant"),
    "sme_head": _("Dirigeant de l’entreprise"),
    "signatory": _("Signataire"),
    "operator": _("Opérateur"),
}


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody a step waits for, and what may be done about it."""

    task_id: UUID
    name: str
    role: str
    phone: str | None
    remind_url: str | None
    why_not: str | None
    written_on: str | None


@dataclass(slots=True)
class HeldUp:
    """One step of a project that waits at one person or several."""

    firm: str
    firm_url: str
    task_url: str
    reference: str
    basin: str
    title: str
    due_on: date
    due: str
    is_late: bool
    days: int
    next: tuple[str, str] | None
    holders: list[Holder] = field(default_factory=list)


def steps(
    found: Iterable[Elsewhere],
    places: Mapping[int, Place],
    now: datetime,
    locale: str,
    sessions: Mapping[UUID, Named],
) -> list[HeldUp]:
    """The steps held up, the most overdue first; the signatories of an agreement stand together."""
    by_step: dict[tuple[UUID, str, bool], HeldUp] = {}
    for each in found:
        place = places[each.basin_id]
        today = now.astimezone(place.zone).date()
        key = (each.case_id, each.step, each.due_on < today)
        if key not in by_step:
            by_step[key] = step(each, place, today, locale, sessions.get(each.case_id))
        by_step[key].holders.append(holder(each, today, place.zone, locale))
    return list(by_step.values())


def step(found: Elsewhere, place: Place, today: date, locale: str, session: Named | None) -> HeldUp:
    """One step, its people left out."""
    return HeldUp(
        firm=case_pages.name(found.firm, found.reference, locale, session),
        firm_url=case_pages.address(found.case_id, found.reference),
        task_url=url_for("inbox.show_task", task_id=found.task_id),
        reference=found.reference,
        basin=place.name,
        title=translate(found.title, locale),
        due_on=found.due_on,
        due=typography.due_in_words(found.due_on, today, locale),
        is_late=found.due_on < today,
        days=(today - found.opened_on).days,
        next=rung(found, place.zone, locale),
    )


def rung(found: Elsewhere, zone: ZoneInfo, locale: str) -> tuple[str, str] | None:
    """What comes next by itself, and the day in words."""
    coming = found.next_rung
    if coming is None:
        return None
    day = coming.until.astimezone(zone).date()
    what = translate(RUNGS.get(coming.step, coming.name), locale)
    return what[:1].lower() + what[1:], typography.day_of_year(day, locale)


def holder(found: Elsewhere, today: date, zone: ZoneInfo, locale: str) -> Holder:
    """The person of one task."""
    obstacle = found.obstacle(today, zone)
    written = None if found.written_at is None else found.written_at.astimezone(zone).date()
    return Holder(
        task_id=found.task_id,
        name=found.person or translate(_("Personne encore"), locale),
        role=role_of(found, locale),
        phone=found.phone,
        remind_url=url_for("inbox.remind", task_id=found.task_id) if obstacle is None else None,
        why_not=None if obstacle is None else why_not(found, obstacle, zone, locale),
        written_on=None if written is None else typography.day_of_year(written, locale),
    )


def why_not(found: Elsewhere, obstacle: Obstacle, zone: ZoneInfo, locale: str) -> str:
    """Why no mail may leave, and what to do."""
    again = found.may_be_written_again_on(zone)
    written = found.written_at
    day = found.away_until if obstacle is Obstacle.ABSENT else written and written.astimezone(zone).date()
    return translate(
        OBSTACLES[obstacle], locale,
        day=typography.day_of_year(day, locale) if day else "",
        again=typography.day_of_year(again, locale) if again else "",
    )  # fmt: skip


def role_of(found: Elsewhere, locale: str) -> str:
    """In which capacity somebody is waited for; a signatory signs in one of several."""
    labels = {member.value: member.label for member in choices.SignatoryCapacity}
    return translate(labels.get(found.capacity or "", ROLES.get(found.role, found.role)), locale)


def lines(
    found: Iterable[Elsewhere],
    places: Mapping[int, Place],
    now: datetime,
    locale: str,
    sessions: Mapping[UUID, Named],
) -> list[list[object]]:
    """Each task held up as a line of a file."""
    address = web_work.engine().settings.base_url.rstrip("/")
    made = []
    for each in found:
        place = places[each.basin_id]
        zone, today = place.zone, now.astimezone(place.zone).date()
        coming, written = each.next_rung, each.written_at
        made.append([
            case_pages.name(each.firm, each.reference, locale, sessions.get(each.case_id)),
            each.reference, place.name,
            translate(each.title, locale), each.person or "",
            role_of(each, locale), each.phone or "", each.opened_on, each.due_on,
            max(0, (today - each.due_on).days), written.astimezone(zone).date() if written else "",
            translate(RUNGS.get(coming.step, coming.name), locale) if coming else "",
            coming.until.astimezone(zone).date() if coming else "",
            address + case_pages.address(each.case_id, each.reference),
        ])  # fmt: skip
    return made
