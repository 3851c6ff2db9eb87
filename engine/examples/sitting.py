"""What the parameters of sessions give: when an agenda leaves, what goes without a meeting."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial

from engine.agreements.phrasing import in_days
from engine.committee import life, sessions
from engine.examples import following
from engine.examples.showing import Example, Line, Place
from engine.i18n import mark as _
from engine.operations import page_context
from engine.people import chairs
from engine.projects import requests
from engine.registry.wording import Said

SHOWN = 3
IMAGINED_IN = timedelta(days=28)
ASKED = (2, 4, 8, 20, 40)  # Quarters of a day: half a day, one, two, five, ten.


def planned(place: Place) -> list[date]:
    """The days of the next sessions of the basin's committee."""
    found = sessions.of_basin(place.work, place.basin_id, since=place.today)
    return [each.held_on for each in found if each.state == sessions.PLANNED]


def notice(place: Place) -> Example:
    """The last day to send the agenda of each of the next sessions, or of one that is imagined."""
    days = planned(place)[:SHOWN]
    about = _("Dernier jour pour envoyer l’ordre du jour des séances prévues.")
    if not days:
        about = _("Aucune séance n’est prévue : dernier jour pour l’ordre du jour d’une séance imaginée.")
        days = [following.calendar_of(place).first_open_on_or_after(place.today + IMAGINED_IN)]
    return Example(Said(about), [of_session(place, each) for each in days])


def of_session(place: Place, held_on: date) -> Line:
    """One session: by when its agenda is sent."""
    sent_on = life.notice_day(place.work, place.basin_id, held_on)
    late = Said(_("Ce jour est passé : l’envoi serait en retard.")) if sent_on < place.today else None
    return Line(Said(_("Séance du {day}"), {"day": held_on}), sent_on, late, of=life.NOTICE)


def written(place: Place) -> Example:
    """What may be decided between two meetings."""
    context = page_context(place.work, "session_plan", basin_id=place.basin_id, showing=False)
    refusal = context.excluded.get("kind", {}).get(sessions.WRITTEN)
    told = _("peut être décidé par écrit dès aujourd’hui") if refusal is None else _("attend la séance")
    days = planned(place)
    return Example(
        Said(_("Pour un dossier prêt aujourd’hui.")),
        [
            Line(Said(_("Ce dossier")), Said(told), None if refusal is None else Said(refusal)),
            Line(Said(_("Prochaine séance prévue")), days[0] if days else Said(_("aucune"))),
        ],
    )


def alone(place: Place) -> Example:
    """Who grants new days that a mandatary asks for."""
    chair = chairs.chair_in_force(place.work, place.basin_id, place.today)
    next_days = planned(place)
    committee = (
        Said(_("le comité, le {day}"), {"day": next_days[0]})
        if next_days
        else Said(_("le comité, à sa prochaine séance"))
    )
    lines = []
    for quarters in ASKED:
        is_small = chair is not None and requests.is_small(place.work, place.basin_id, quarters)
        label = Said(_("Demande de {days}"), {"days": partial(in_days, quarters)})
        lines.append(Line(label, Said(_("la présidence seule")) if is_small else committee))
    vacant = [] if chair else [Said(_("Personne ne préside aujourd’hui : tout va au comité."))]
    about = _("Pour des jours d’intervention de plus, demandés aujourd’hui par un mandataire.")
    return Example(Said(about), lines, vacant)
