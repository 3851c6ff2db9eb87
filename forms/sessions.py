"""A session of the committee: its agenda is sent to its members."""

from __future__ import annotations

from collections.abc import Callable

from forms import choices, fields, identifiers, quantities
from forms.questions import Answers, Form, Questions
from forms.rows import Rows
from forms.texts import mark as _


class AgendaDiffusion(Questions):
    """The agenda leaves for each member, with the dossier; past the basin's notice, it says why so late."""

    why_so_late = fields.Text(
        _("Pourquoi si tard"),
        longest=300,
        hint=_("Le délai de lecture des membres est entamé ; cela se lit au procès-verbal."),
        mandatory=True,
        asked_if="is_late",
    )
    message = fields.Paragraph(_("Message aux membres"), longest=1500)


class YearSession(Questions):
    """One session of the year: its day, its form, its hour, its place."""

    held_on = quantities.Day(_("Date"), future=True, mandatory=True)
    kind = fields.Code(_("Forme"), choices.SessionKind, default=choices.SessionKind.MEETING, mandatory=True)
    starts_at = identifiers.Time(_("Heure"), longest=20, default="14:00")
    duration_minutes = quantities.Whole(_("Durée prévue"), least=15, most=720, unit=_("minutes"))
    place = fields.Text(_("Lieu"))
    video_link = identifiers.Link(_("Lien de visioconférence"), longest=300)


class SessionYear(Questions):
    """The sessions of a year, planned at once."""

    sessions = Rows(_("Séances"), YearSession, most=14, mandatory=True, row_label=_("Séance {number}"))

    def check(self, answers: Answers, report: Callable[..., None]) -> None:
        """Refuse the same day twice."""
        days = [row["held_on"] for row in answers["sessions"]]
        if len(set(days)) < len(days):
            report("sessions", _("Deux séances ont le même jour."))


class AgendaAddition(Questions):
    """An item of the officer's own."""

    title = fields.Text(_("Intitulé du point"), longest=160, mandatory=True)
    note = fields.Paragraph(_("Note aux membres"), longest=1000)


class AgendaRemoval(Questions):
    """Why an item is taken off an agenda."""

    reason = fields.Paragraph(_("Motif du retrait"), longest=500, mandatory=True)


class AgendaResend(Questions):
    """Why an agenda is sent once more."""

    reason = fields.Paragraph(_("Ce qui a changé"), longest=500, mandatory=True)


FORMS = (
    Form(
        "agenda_diffusion",
        1,
        _("Diffuser l’ordre du jour"),
        _("Chaque membre reçoit l’ordre du jour et le dossier de la séance."),
        AgendaDiffusion,
        minutes=3,
        submit=_("Diffuser"),
    ),
    Form(
        "session_year",
        1,
        _("Prévoir l’année"),
        _("Le cahier des charges attend 6 à 10 séances par an (§ V)."),
        SessionYear,
        minutes=4,
        submit=_("Prévoir ces séances"),
    ),
    Form(
        "agenda_item",
        1,
        _("Ajouter un point"),
        _("Un point qui ne vient d’aucun dossier : il se met à la fin, et se déplace."),
        AgendaAddition,
        minutes=1,
        submit=_("Ajouter"),
    ),
    Form(
        "agenda_removal",
        1,
        _("Retirer un point"),
        _("Le dossier attendra la séance suivante ; le motif reste, et se lit au procès-verbal."),
        AgendaRemoval,
        minutes=1,
        submit=_("Retirer le point"),
    ),
    Form(
        "agenda_resend",
        1,
        _("Diffuser de nouveau l’ordre du jour"),
        _("Chaque membre reçoit le dossier à jour, et en accuse réception de nouveau."),
        AgendaResend,
        minutes=1,
        submit=_("Diffuser de nouveau"),
    ),
)
