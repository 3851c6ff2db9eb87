"""Skills lent to the firm: planned interventions, what was done, what remains."""

from __future__ import annotations

from collections.abc import Callable

from forms import choices, fields, quantities
from forms.conditions import when
from forms.questions import Answers, Form, Questions
from forms.rows import Rows
from forms.texts import mark as _

DONE = when("outcome", "done")


class PlannedIntervention(Questions):
    """One intervention: who helps, on what, for how long."""

    company_id = fields.Reference(_("Entreprise partenaire"), mandatory=True)
    expert_id = fields.Reference(_("Intervenant"), mandatory=True)
    domain = fields.Code(_("Domaine"), choices.SkillDomain, mandatory=True)
    objective = fields.Text(_("Objectif"), longest=300, mandatory=True)
    planned_days = quantities.Days(_("Jours prévus"), mandatory=True)
    starts_on = quantities.Day(_("Début"))
    ends_on = quantities.Day(_("Fin"))
    place = fields.Text(_("Lieu"))

    def check(self, answers: Answers, report: Callable[..., None]) -> None:
        """Keep the dates in order."""
        if answers["starts_on"] and answers["ends_on"] and answers["ends_on"] < answers["starts_on"]:
            report("ends_on", _("La fin ne peut pas précéder le début."))


class InterventionPlan(Questions):
    """The operator turns the decided days into interventions; none when only an advance was decided."""

    nothing_to_plan = fields.Checkbox(
        _("Rien à planifier : pas de jours décidés, ou tous sont faits"), asked_if="interventions_optional"
    )
    interventions = Rows(
        _("Interventions"),
        PlannedIntervention,
        mandatory=True,
        shown_when=when("nothing_to_plan", False),
        row_label=_("Intervention {number}"),
    )


class WorkedDay(Questions):
    """A day, or part of a day, given to the firm."""

    worked_on = quantities.Day(_("Date"), past=True, mandatory=True)
    days = quantities.Days(_("Durée"), most="1", hint=_("0,25 jour : environ deux heures."), mandatory=True)
    activity = fields.Text(_("Nature du travail"))


class GivenDay(Questions):
    """One day of an intervention, put right: what was given that day, nothing if it was not (D21)."""

    days = quantities.Days(
        _("Durée"),
        least="0",
        most="1",
        hint=_("0,25 jour : environ deux heures ; 0 si rien n’a été fait ce jour-là."),
        mandatory=True,
    )
    activity = fields.Text(_("Nature du travail"))


class Intervention(Questions):
    """F8: the expert says what was done, in days."""

    outcome = fields.Code(
        _("L’intervention a-t-elle eu lieu ?"),
        choices.InterventionOutcome,
        default=choices.InterventionOutcome.DONE,
        mandatory=True,
    )
    not_done_reason = fields.Paragraph(_("Motif"), mandatory=True, shown_when=when("outcome", "not_done"))
    worked_days = Rows(_("Jours réalisés"), WorkedDay, most=60, mandatory=True, shown_when=DONE)
    summary = fields.Paragraph(_("Ce qui a été fait"), longest=1500, mandatory=True, shown_when=DONE)
    satisfaction = fields.Code(
        _("Satisfaction de la PME"), choices.Satisfaction, shown_when=DONE, folded=True
    )
    deliverables = fields.Paragraph(_("Livrables"), shown_when=DONE, folded=True)
    confidentiality_signed = fields.Checkbox(
        _("Un engagement de confidentialité a été signé"), shown_when=DONE, folded=True
    )
    attachments = fields.Files(_("Pièces jointes"), folded=True)


class AccompanimentReview(Questions):
    """The operator says whether the accompaniment is over, or plans more."""

    complete = fields.YesNo(_("L’accompagnement est-il terminé ?"), mandatory=True)
    remaining = fields.Paragraph(
        _("Ce qui reste à faire"), longest=1000, mandatory=True, shown_when=when("complete", False)
    )
    summary = fields.Paragraph(_("Synthèse"), longest=1500, shown_when=when("complete", True), folded=True)


FORMS = (
    Form(
        "intervention_plan",
        1,
        _("Planifier les interventions"),
        _("Répartissez les jours décidés par le comité."),
        InterventionPlan,
        minutes=5,
    ),
    Form(
        "intervention",
        1,
        _("Rendre compte de l’intervention"),
        _("Trois réponses : les jours, ce qui a été fait, l’avis de l’entreprise."),
        Intervention,
        minutes=3,
    ),
    Form(
        "intervention_day",
        1,
        _("Corriger un jour d’intervention"),
        _("Le jour erroné reste visible, barré, avec votre explication."),
        GivenDay,
        minutes=1,
    ),
    Form(
        "accompaniment_review",
        1,
        _("Faire le point sur l’accompagnement"),
        _("Les interventions prévues sont terminées."),
        AccompanimentReview,
        minutes=2,
    ),
)
