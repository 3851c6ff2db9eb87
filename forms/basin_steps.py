"""Ready forms for the steps that a basin adds: they decide nothing, and are kept as they were given."""

from __future__ import annotations

from forms import choices, fields, quantities
from forms.questions import Form, Questions
from forms.texts import mark as _

NOTE, OPINION, VISIT, ONLY_QUESTIONS = "basin_note", "basin_opinion", "basin_visit", "basin_questions"


class BasinNote(Questions):
    """A free account of what was done."""

    report = fields.Paragraph(_("Ce qui a été fait"), longest=3000, mandatory=True)
    attachments = fields.Files(_("Pièces jointes"), folded=True)


class BasinOpinion(Questions):
    """What somebody whom the basin consults thinks of the project, and why."""

    opinion = fields.Code(_("Avis"), choices.Opinion, mandatory=True)
    reasons = fields.Paragraph(_("Pourquoi"), longest=1500, mandatory=True)
    attachments = fields.Files(_("Pièces jointes"), folded=True)


class BasinVisit(Questions):
    """A visit: when, to whom, and what was seen there."""

    visited_on = quantities.Day(_("Date de la visite"), past=True, mandatory=True, default=fields.today)
    people_met = fields.Text(_("Personnes rencontrées"), longest=300, mandatory=True)
    findings = fields.Paragraph(_("Ce qui a été vu"), longest=3000, mandatory=True)
    attachments = fields.Files(_("Photos et autres pièces"), folded=True)


class BasinQuestions(Questions):
    """Nothing of its own: only what the basin asks there."""


FORMS = (
    Form(
        NOTE,
        1,
        _("Compte rendu d’une étape"),
        _("Une étape ajoutée par le bassin : racontez ce qui a été fait."),
        BasinNote,
        minutes=3,
        submit=_("Envoyer le compte rendu"),
    ),
    Form(
        OPINION,
        1,
        _("Avis demandé par le bassin"),
        _("Le bassin demande cet avis en plus de ceux du programme ; le comité le lira avec le dossier."),
        BasinOpinion,
        minutes=3,
        submit=_("Donner cet avis"),
    ),
    Form(
        VISIT,
        1,
        _("Visite de l’entreprise"),
        _("Dites quand, qui vous a reçu et ce que vous avez vu."),
        BasinVisit,
        minutes=4,
        submit=_("Enregistrer la visite"),
    ),
    Form(
        ONLY_QUESTIONS,
        1,
        _("Questions du bassin"),
        _("Une étape ajoutée par le bassin : répondez à ses questions."),
        BasinQuestions,
    ),
)
KEYS = frozenset(form.key for form in FORMS)
